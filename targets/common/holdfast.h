/*
 * Holdfast: is this place covered, here and now, by what, how far is the next gap, and what is to be done in a gap?
 * docs/SPEC.md section 3 says what a word means, section 6 what each call does.
 *
 * One map, on one core, and who may call what:
 *
 *     base    one loop (or task, or thread): everything. Only here: boot, service, service_for, spell, sweep, sweep_plane, state_of
 *     above   one interrupt (or task) that preempts the base and runs to its end before that goes on: check, check_plane, check_invalid,
 *             spell_into, until_change, until_change_plane. It gets what the base would have got before or behind service; while service
 *             changes what answers, the answer is MAINTENANCE or, for one check, FAULT
 *     receive one interrupt (or signal) that preempts any of them: holdfast_receive
 *
 * So a fast task checks, and a slow one serves, if the fast one has the higher priority and does not block between its check and its
 * spell_into. Not allowed: service above a check, another core, boot while anything else is called, and the core called by a port function
 * (holdfast_receive apart). The compiler may see all sides (link-time optimisation, one unit). Before holdfast_boot nothing may be called.
 *
 * check, check_plane, check_invalid, spell, spell_into, sweep, sweep_plane, until_change and until_change_plane never wait, call nothing of
 * the port, and are bounded whatever the memory holds.
 */
#ifndef HOLDFAST_H_
#define HOLDFAST_H_

#include <stdint.h>

#include "holdfast_format.h"

/* Headers are read by C++ too, where a cast is written otherwise. */
#ifdef __cplusplus
#define HOLDFAST_CAST(type, value) static_cast<type>(value)
extern "C" {
#else
#define HOLDFAST_CAST(type, value) ((type)(value))
#endif

/*
 * Starts the core on `burned` (HOLDFAST_BURNED_BYTES bytes): clears its memory, reads the flash areas, admits the edition that they
 * name. Both arguments are copied. Gives 0 when an edition runs, else HOLDFAST_REASON_...; everything may be called all the same,
 * and check answers FAULT. May write flash, to end a trial that a reset cut off. Its time grows with the image, which is digested
 * whole. Calling it again is a reset of the core alone.
 */
uint32_t holdfast_boot(const holdfast_geometry* geometry, const uint8_t* burned);

/*
 * The word for the stored coordinate `x` and for `phase`, in ticks within the period (0 for maps without phases). Any value is
 * allowed: off the axis or beyond the period it is OUTSIDE. Lines do not look at `y`: give 0. A map of a plane is FAULT here.
 */
uint32_t holdfast_check(uint32_t phase, int32_t x, int32_t y);

/*
 * The same for maps of planes, by the stored coordinates `x` and `y`. It answers for lines as well, in some cycles more: a program that
 * does not know what its maps will be calls this one alone. Smaller builds have lines only (docs/SPEC.md section 9).
 */
uint32_t holdfast_check_plane(uint32_t phase, int32_t x, int32_t y);

/* The word for "I do not know where I am": FAULT with the burned action. */
uint32_t holdfast_check_invalid(void);

/* Spells out a word that holdfast_check gave for this place; the struct is overwritten by the next call. */
const holdfast_verdict* holdfast_spell(uint32_t word, int32_t x, int32_t y);

/* The same into a struct of the caller's, for a context above service. 9 words more are moved each way. */
void holdfast_spell_into(uint32_t word, int32_t x, int32_t y, holdfast_verdict* verdict);

/*
 * How far the straight move between two places is safe, either way; the phase stands still during it. It also tells where the limit first
 * falls below that of the first place. On a ring the last place is the first ± the way, at most once around. Bounded by the image, 4,096
 * cells at most: a loop that calls it in every turn has its bound, not that of holdfast_check. The struct is overwritten by the next call.
 */
const holdfast_move* holdfast_sweep(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y);

/*
 * The same for maps of planes, and for lines as well: whole steps of the axis along which the move is longer, never more than is safe. A
 * cell of a plane takes some thousand cycles: on an RP2040 at most 6,500 and 1,900 for each level of the plane. A move longer than the
 * image's longest is not followed: it ends by bound, with 0 steps. Smaller builds have lines only.
 */
const holdfast_move* holdfast_sweep_plane(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y);

/*
 * Ticks until another rule answers for the place than in `phase`, the period beginning again at its end; 0: none ever does, or the map has
 * nothing to say of the place. Looks at each phase range of the map once at most: its time grows with their number.
 */
uint32_t holdfast_until_change(uint32_t phase, int32_t x, int32_t y);

/* The same for maps of planes, and for lines as well; holdfast_until_change has nothing to say of a plane. */
uint32_t holdfast_until_change_plane(uint32_t phase, int32_t x, int32_t y);

/* One byte from the line, from its receive interrupt or from the loop. Never waits; with the ring full the byte is lost and counted. */
void holdfast_receive(uint32_t byte);

/*
 * One bounded slice of everything else: the line, the maintenance window, checksums. `checks`: how many were answered since the last
 * call. Gives HOLDFAST_MODE_...; outside HOLDFAST_MODE_RUN check answers MAINTENANCE with the burned action, or FAULT. Flash is not
 * erased or programmed in HOLDFAST_MODE_RUN.
 */
uint32_t holdfast_service(uint32_t checks);

/* For displays: one of HOLDFAST_STATE_...; 0 for anything else. */
uint32_t holdfast_state_of(uint32_t what);

/*
 * For loops slower than a millisecond a turn: up to `slices` slices, fewer when there is nothing left to do or the mode changes, and one
 * at least. A client waits for its answers no longer than it is used to when there is a slice a millisecond: 10 of them each 10 ms, 50 each
 * 50 ms. In HOLDFAST_MODE_RUN it takes at most `slices` times what a slice takes there. Outside of it the machine is parked, and a slice
 * may take as long as an erase of your flash: a watchdog that is shorter than all of them is fed by the port's flash functions.
 */
static inline uint32_t holdfast_service_for(uint32_t checks, uint32_t slices) {
  const uint32_t mode = holdfast_service(checks);
  for (uint32_t i = 1; i < slices && holdfast_state_of(HOLDFAST_STATE_BUSY) != 0; i++) {
    const uint32_t now = holdfast_service(0);
    if (now != mode) return now;
  }
  return mode;
}

static inline uint32_t holdfast_state(uint32_t word) { return word >> HOLDFAST_WORD_STATE_SHIFT; }
static inline uint32_t holdfast_action(uint32_t word) { return (word >> HOLDFAST_WORD_ACTION_SHIFT) & HOLDFAST_WORD_ACTION_MASK; }
static inline int holdfast_is_covered(uint32_t word) { return holdfast_state(word) >= HOLDFAST_COVERED; }

#ifdef __cplusplus
}
#endif

#endif
