/*
 * The map that is burned in, as constants: @MAP_WORDS@. Generated; do not edit.
 *
 * Another edition may come over the line, and numbers its rules anew. Whatever names a rule or a tier of it asks holdfast_map_rule_of
 * first, which looks at the epoch of the edition that answers. Axis, origin and phases are what this firmware counts by: an edition that
 * counts otherwise needs a firmware of its own.
 */
#ifndef HOLDFAST_MAP_H_
#define HOLDFAST_MAP_H_

#include "holdfast.h"

#define HOLDFAST_MAP_ID @MAP_ID@
#define HOLDFAST_MAP_DEVICE @MAP_DEVICE@
#define HOLDFAST_MAP_EPOCH @MAP_EPOCH@u
#define HOLDFAST_MAP_SHA256 "@MAP_SHA256@"

/* The axis. A step of it is @MAP_STEP@; SCALE steps are one UNIT. An axis of time counts from 1970-01-01T00:00:00Z. */
#define HOLDFAST_MAP_AXIS @MAP_AXIS@
#define HOLDFAST_MAP_UNIT @MAP_UNIT@
#define HOLDFAST_MAP_SCALE @MAP_SCALE@
#define HOLDFAST_MAP_IS_TIME @MAP_IS_TIME@
#define HOLDFAST_MAP_WRAPS @MAP_WRAPS@ /* 1: a ring, on which MAX is the same place as MIN */

/* A place of the source is a stored one and the origin. A place on the axis is at least MIN and less than MAX. */
#define HOLDFAST_MAP_ORIGIN @MAP_ORIGIN@
#define HOLDFAST_MAP_MIN @MAP_MIN@
#define HOLDFAST_MAP_MAX @MAP_MAX@
#define HOLDFAST_MAP_SOURCE_MIN @MAP_SOURCE_MIN@
#define HOLDFAST_MAP_SOURCE_MAX @MAP_SOURCE_MAX@

/* Phases, in ticks from 0; SCALE ticks are one UNIT. A map without phases has the period 1, and is asked for phase 0. */
#define HOLDFAST_MAP_PHASE_PERIOD @MAP_PHASE_PERIOD@u
#define HOLDFAST_MAP_PHASE_UNIT @MAP_PHASE_UNIT@
#define HOLDFAST_MAP_PHASE_SCALE @MAP_PHASE_SCALE@

/* What limits count; empty when the source does not say. */
#define HOLDFAST_MAP_LIMIT_UNIT @MAP_LIMIT_UNIT@

/* The rules of this edition, by their numbers in verdict->rule. */
#define HOLDFAST_MAP_RULES @MAP_RULES@
enum holdfast_map_rule {
@MAP_RULE_ENTRIES@
  HOLDFAST_MAP_RULE_NONE = -1,         /* no rule answers: outside, in a window, FAULT */
  HOLDFAST_MAP_RULE_OTHER_EDITION = -2 /* another edition answers: its rules have no names here */
};

/* Tiers of zones of this edition. */
enum holdfast_map_tier {
@MAP_TIER_ENTRIES@
};

#ifdef __cplusplus
extern "C" {
#endif

/* The rule of a verdict by its name, if this edition answers. */
static inline enum holdfast_map_rule holdfast_map_rule_of(const holdfast_verdict* verdict) {
  if (verdict->rule < 0) return HOLDFAST_MAP_RULE_NONE;
  if (verdict->epoch != HOLDFAST_MAP_EPOCH || verdict->rule >= HOLDFAST_MAP_RULES) return HOLDFAST_MAP_RULE_OTHER_EDITION;
  return HOLDFAST_CAST(enum holdfast_map_rule, verdict->rule);
}

/*
 * The stored coordinate of a place in steps of the source, which holdfast_check takes. Gives 1; or 0 where that has no 32 bits, and
 * `stored` is left alone: no map reaches there.
 */
static inline int holdfast_map_stored(int64_t place, int32_t* stored) {
  const int64_t origin = HOLDFAST_MAP_ORIGIN;
  const uint64_t up = HOLDFAST_CAST(uint64_t, place) - HOLDFAST_CAST(uint64_t, origin);
  const uint64_t down = HOLDFAST_CAST(uint64_t, origin) - HOLDFAST_CAST(uint64_t, place);
  if (place >= origin ? up > INT32_MAX : down > HOLDFAST_CAST(uint64_t, INT32_MAX) + 1) return 0;
  *stored = HOLDFAST_CAST(int32_t, place - origin);
  return 1;
}

/* The place in steps of the source of a stored coordinate. */
static inline int64_t holdfast_map_place(int32_t stored) { return HOLDFAST_MAP_ORIGIN + stored; }

#ifdef __cplusplus
}
#endif

#endif
