#include "check.h"

baseline_map baseline;
uint32_t baseline_sorted[4096];
uint32_t baseline_tree[4096];
uint32_t baseline_words[4096];

/* Branchy: leaves early for what is outside, and halves a sorted list. */
uint32_t baseline_branchy(uint32_t phase, int32_t x) {
  if (!baseline.asks) return baseline.answer;
  const uint32_t offset = (uint32_t)x - (uint32_t)baseline.minimum;
  if (offset >= baseline.length || phase >= baseline.period) return baseline.outside;
  uint32_t low = 0;
  uint32_t high = baseline.cells;
  while (high - low > 1) {
    const uint32_t middle = (low + high) >> 1;
    if (baseline_sorted[middle] <= offset) low = middle;
    else high = middle;
  }
  return baseline_words[low];
}

#define STEP k = 2 * k + (offset >= baseline_tree[k])

/* The number of steps chooses where an unrolled search begins. */
static inline uint32_t unrolled(uint32_t offset, uint32_t steps) {
  uint32_t k = 1;
  switch (steps) {
    case 12: STEP; /* fall through */
    case 11: STEP; /* fall through */
    case 10: STEP; /* fall through */
    case 9: STEP; /* fall through */
    case 8: STEP; /* fall through */
    case 7: STEP; /* fall through */
    case 6: STEP; /* fall through */
    case 5: STEP; /* fall through */
    case 4: STEP; /* fall through */
    case 3: STEP; /* fall through */
    case 2: STEP; /* fall through */
    case 1: STEP; /* fall through */
    default: break;
  }
  return k;
}

/* Branch-free search, but leaves early for what is outside. */
uint32_t baseline_unrolled(uint32_t phase, int32_t x) {
  if (!baseline.asks) return baseline.answer;
  const uint32_t offset = (uint32_t)x - (uint32_t)baseline.minimum;
  if (offset >= baseline.length || phase >= baseline.period) return baseline.outside;
  const uint32_t k = unrolled(offset, baseline.steps);
  return baseline_words[k - (1u << baseline.steps)];
}

/* The same time for every input: what is outside is searched as well, and masked at the end. */
uint32_t baseline_constant(uint32_t phase, int32_t x) {
  if (!baseline.asks) return baseline.answer;
  const uint32_t offset = (uint32_t)x - (uint32_t)baseline.minimum;
  const uint32_t k = unrolled(offset, baseline.steps);
  const uint32_t word = baseline_words[k - (1u << baseline.steps)];
  const uint32_t outside = 0u - ((uint32_t)(offset >= baseline.length) | (uint32_t)(phase >= baseline.period));
  return word ^ ((word ^ baseline.outside) & outside);
}

/* The same in a loop. */
uint32_t baseline_rolled(uint32_t phase, int32_t x) {
  if (!baseline.asks) return baseline.answer;
  const uint32_t offset = (uint32_t)x - (uint32_t)baseline.minimum;
  uint32_t k = 1;
  for (uint32_t i = baseline.steps; i > 0; i--) STEP;
  const uint32_t word = baseline_words[k - (1u << baseline.steps)];
  const uint32_t outside = 0u - ((uint32_t)(offset >= baseline.length) | (uint32_t)(phase >= baseline.period));
  return word ^ ((word ^ baseline.outside) & outside);
}
