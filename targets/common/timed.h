/*
 * One call as the loop makes it, between two readings of the counter. Each function has an empty one of the same form, and what calls
 * the two comes from one macro, so that the difference is what the function takes more than an empty call, to the cycle. The loop pays
 * for that call too: BL and BX LR, 5 cycles on a Cortex-M0+.
 *
 * The compiler is not to know who is called: it would keep in registers what it sees the called function leave alone, and drop the
 * empty call.
 */
#ifndef HOLDFAST_TIMED_H_
#define HOLDFAST_TIMED_H_

#include "holdfast.h"
#include "port.h"

#if defined(__has_attribute) && __has_attribute(noipa)
#define HOLDFAST_APART __attribute__((noipa)) HOLDFAST_FAST
#else
#define HOLDFAST_APART __attribute__((noinline)) HOLDFAST_FAST
#endif

HOLDFAST_APART uint32_t holdfast_check(uint32_t phase, int32_t x, int32_t y);
HOLDFAST_APART const holdfast_verdict* holdfast_spell(uint32_t word, int32_t x, int32_t y);
HOLDFAST_APART const holdfast_move* holdfast_sweep(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y);

/* What comes in as the first argument goes out as the result: nothing but the return is left. */
static HOLDFAST_APART uint32_t holdfast_no_check(uint32_t phase, int32_t x, int32_t y) {
  (void)x;
  (void)y;
  return phase;
}

static HOLDFAST_APART const holdfast_verdict* holdfast_no_verdict(uint32_t word, int32_t x, int32_t y) {
  (void)x;
  (void)y;
  return (const holdfast_verdict*)(uintptr_t)word;
}

static HOLDFAST_APART const holdfast_move* holdfast_no_sweep(uint32_t phase, int32_t x, int32_t y, int32_t to_x, int32_t to_y) {
  (void)x;
  (void)y;
  (void)to_x;
  (void)to_y;
  return (const holdfast_move*)(uintptr_t)phase;
}

#define HOLDFAST_TIMED(name, type, call, result)                        \
  static HOLDFAST_APART uint32_t name(const uint32_t* words, uint32_t* answer) { \
    const uint32_t before = port_cycles();                              \
    const type given = call;                                            \
    const uint32_t after = port_cycles();                               \
    *answer = result;                                                   \
    return after - before;                                              \
  }
#define HOLDFAST_PLACE words[0], (int32_t)words[1], (int32_t)words[2]
#define HOLDFAST_MOVE HOLDFAST_PLACE, (int32_t)words[3], (int32_t)words[4]

HOLDFAST_TIMED(holdfast_timed_check, uint32_t, holdfast_check(HOLDFAST_PLACE), given)
HOLDFAST_TIMED(holdfast_timed_no_check, uint32_t, holdfast_no_check(HOLDFAST_PLACE), given)
HOLDFAST_TIMED(holdfast_timed_verdict, holdfast_verdict*, holdfast_spell(HOLDFAST_PLACE), (given != 0))
HOLDFAST_TIMED(holdfast_timed_no_verdict, holdfast_verdict*, holdfast_no_verdict(HOLDFAST_PLACE), (given != 0))
HOLDFAST_TIMED(holdfast_timed_sweep, holdfast_move*, holdfast_sweep(HOLDFAST_MOVE), (given != 0))
HOLDFAST_TIMED(holdfast_timed_no_sweep, holdfast_move*, holdfast_no_sweep(HOLDFAST_MOVE), (given != 0))

/* `words`: phase or word, x, y, to x, to y; what check gave becomes the sixth. Gives the counts between the two readings. */
static uint32_t holdfast_timed(uint32_t what, uint32_t* words) {
  uint32_t* const answer = &words[HOLDFAST_TIMED_WORDS_AT_ANSWER / 4];
  switch (what) {
    case HOLDFAST_TIMED_CHECK: return holdfast_timed_check(words, answer);
    case HOLDFAST_TIMED_VERDICT: return holdfast_timed_verdict(words, answer);
    case HOLDFAST_TIMED_SWEEP: return holdfast_timed_sweep(words, answer);
    case HOLDFAST_TIMED_EMPTY + HOLDFAST_TIMED_VERDICT: return holdfast_timed_no_verdict(words, answer);
    case HOLDFAST_TIMED_EMPTY + HOLDFAST_TIMED_SWEEP: return holdfast_timed_no_sweep(words, answer);
    default: return holdfast_timed_no_check(words, answer);
  }
}

#endif
