/*
 * The loop of a controller: answer first, then one slice of everything else. It drives along the map that is burned in, prints each answer
 * that differs from the one before, and ends: 0 when an edition answered. port.c beside it keeps flash in RAM, so that this compiles for
 * any board and runs on a computer; it forgets every edition at reset until the port has flash.
 */
#include <stdio.h>

#include "holdfast.h"
#include "holdfast_place.h"

#if __has_include("holdfast_burned.h")
#include "holdfast_burned.h"
#include "holdfast_map.h"
#else
/* No edition was burned in: `holdfast firmware library --image` makes holdfast_burned.c. Until then every answer is FAULT, stop. */
static const uint8_t holdfast_burned[HOLDFAST_BURNED_BYTES];
#define HOLDFAST_MAP_MIN 0
#define HOLDFAST_MAP_MAX 1000
#endif

extern const holdfast_geometry port_geometry;

enum { TURNS = 1000, TURNS_A_PLACE = 200 };

/* Where the machine is, in steps of the map's axis, its origin taken off. 0 when it is not known. Here it drives from end to end. */
static int measure(int turn, int32_t* place) {
  const int64_t length = (int64_t)HOLDFAST_MAP_MAX - HOLDFAST_MAP_MIN;
  *place = (int32_t)(HOLDFAST_MAP_MIN + length * turn / TURNS);
  return 1;
}

/* What the machine does about the answer. verdict->limit counts only when verdict->has_limit. */
static void act(uint32_t word, const holdfast_verdict* verdict, int32_t place) {
  static uint32_t last = UINT32_MAX;
  if (word == last) return;
  last = word;
  switch (holdfast_action(word)) {
    case HOLDFAST_NO_ACTION: /* covered: go on, within verdict->limit; the next gap is verdict->to_gap_ahead steps away */
    case HOLDFAST_CONTINUE:
      break;
    case HOLDFAST_SLOW: /* within verdict->limit */
      break;
    case HOLDFAST_SKIP:
      break;
    case HOLDFAST_HOLD:
      break;
    default: /* HOLDFAST_STOP */
      break;
  }
  printf("%ld: state %u, action %u, rule %ld", (long)place, (unsigned)verdict->state, (unsigned)verdict->action, (long)verdict->rule);
  if (verdict->has_limit) printf(", limit %ld", (long)verdict->limit);
  printf("\n");
}

/* For `holdfast view`, on the core's line. */
static void say(int turn, int32_t at) {
  static holdfast_place place;
  static uint32_t waits;
  if (waits != 0 || turn % TURNS_A_PLACE == 0) waits = holdfast_say_place(&place, at, 0);
}

int main(void) {
#ifdef HOLDFAST_BURNED_H_
  /* What a production line does once, here at every start, since this port's flash is in RAM. */
  if (holdfast_burn_first_edition(&port_geometry) != HOLDFAST_BURN_DONE) return 2;
#endif
  const uint32_t reason = holdfast_boot(&port_geometry, holdfast_burned); /* not 0: FAULT; the line still answers */
  for (int turn = 0; turn < TURNS; turn++) { /* in firmware: for ever */
    int32_t place = 0;
    const int known = measure(turn, &place);
    const uint32_t word = known ? holdfast_check(0, place, 0) : holdfast_check_invalid();
    act(word, holdfast_spell(word, place, 0), place);
    if (known) say(turn, place);
    (void)holdfast_service(1);
    /* The receive interrupt calls holdfast_receive(byte). */
  }
  return reason == HOLDFAST_REASON_NONE ? 0 : 1;
}
