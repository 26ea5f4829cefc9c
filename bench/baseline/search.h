/* Steps of searches, unrolled: the number of steps chooses where one begins. */
#ifndef BASELINE_SEARCH_H_
#define BASELINE_SEARCH_H_

#include <stdint.h>

#define BASELINE_INLINE static inline __attribute__((always_inline))

#define BASELINE_UNROLLED(steps, STEP)                      \
  switch (steps) {                                          \
    case 12: STEP(11); __attribute__((fallthrough));        \
    case 11: STEP(10); __attribute__((fallthrough));        \
    case 10: STEP(9); __attribute__((fallthrough));         \
    case 9: STEP(8); __attribute__((fallthrough));          \
    case 8: STEP(7); __attribute__((fallthrough));          \
    case 7: STEP(6); __attribute__((fallthrough));          \
    case 6: STEP(5); __attribute__((fallthrough));          \
    case 5: STEP(4); __attribute__((fallthrough));          \
    case 4: STEP(3); __attribute__((fallthrough));          \
    case 3: STEP(2); __attribute__((fallthrough));          \
    case 2: STEP(1); __attribute__((fallthrough));          \
    case 1: STEP(0); __attribute__((fallthrough));          \
    default: break;                                         \
  }

/* The comparison as a number: k = 2k + carry. */
BASELINE_INLINE uint32_t by_carry(const uint32_t* tree, uint32_t steps, uint32_t value) {
  uint32_t k = 1;
#define CARRY(level) k = 2 * k + (value >= tree[k])
  BASELINE_UNROLLED(steps, CARRY)
#undef CARRY
  return k;
}

/* The same in bytes from the tree's start, with a conditional addition: a branch over one instruction. */
BASELINE_INLINE uint32_t by_addition(const uint32_t* tree, uint32_t steps, uint32_t value) {
  uint32_t place = 4;
#define ADDITION(level)                                                              \
  do {                                                                               \
    const uint32_t key = *(const uint32_t*)(const void*)((const char*)tree + place); \
    place <<= 1;                                                                     \
    if (value >= key) place += 4;                                                    \
  } while (0)
  BASELINE_UNROLLED(steps, ADDITION)
#undef ADDITION
  return place;
}

/* The same with a mask: the sign of a difference; for values and keys below 2^31. */
BASELINE_INLINE uint32_t by_sign(const uint32_t* tree, uint32_t steps, uint32_t value) {
  uint32_t k = 1;
#define SIGN(level) k = 2 * k + 1 + (uint32_t)((int32_t)(value - tree[k]) >> 31)
  BASELINE_UNROLLED(steps, SIGN)
#undef SIGN
  return k;
}

/* Halves what is left of a sorted list, in steps of constant width. */
BASELINE_INLINE const uint32_t* by_halves(const uint32_t* list, uint32_t steps, uint32_t value) {
#define HALF(level)                                                    \
  do {                                                                 \
    if (value >= list[1u << (level)]) list += 1u << (level);           \
  } while (0)
  BASELINE_UNROLLED(steps, HALF)
#undef HALF
  return list;
}

/* The same with the width in a variable. */
BASELINE_INLINE const uint32_t* by_running_halves(const uint32_t* list, uint32_t steps, uint32_t value) {
  uint32_t width = 1u << steps;
#define HALF(level)                                                                           \
  do {                                                                                        \
    const uint32_t* middle;                                                                   \
    width >>= 1;                                                                              \
    middle = list + width;                                                                    \
    if (value >= *middle) list = middle;                                                      \
  } while (0)
  BASELINE_UNROLLED(steps, HALF)
#undef HALF
  return list;
}

#endif
