/*
 * What C may take over from the core (targets/common/wasm-rt.h): a search whose level is `lsls; ldr; cmp; adcs`, halvings of
 * `ldr; cmp; blo; adds`, a choice by a branch over one cycle. And its idea of a directory: a table by the upper bits of the offset,
 * from whose entry a few halvings find the cell.
 */
#ifndef BASELINE_FRAGMENTS_H_
#define BASELINE_FRAGMENTS_H_

#include "check.h"
#include "search.h"

#define FRAGMENT_LEVEL "lsls %1, %0, #2\n\tldr %1, [%2, %1]\n\tcmp %3, %1\n\tadcs %0, %0\n\t"
/* pc reads as the address of the second instruction behind it; a level has eight bytes. */
BASELINE_INLINE uint32_t by_fragment(const uint32_t* tree, uint32_t steps, uint32_t value) {
  uint32_t k;
  uint32_t key = BASELINE_STEPS - steps;
  __asm__(".syntax unified\n\tlsls %1, %1, #3\n\tmovs %0, #1\n\tadd pc, %1\n\tnop\n\t.rept 12\n\t" FRAGMENT_LEVEL ".endr"
          : "=&l"(k), "+&l"(key)
          : "l"(tree), "l"(value)
          : "cc", "memory");
  return k;
}

/* value >= bound ? one : other. */
BASELINE_INLINE uint32_t by_choice(uint32_t value, uint32_t bound, uint32_t one, uint32_t other) {
  __asm__(".syntax unified\n\tcmp %1, %2\n\tblo 1f\n\tmovs %0, %3\n1:" : "+l"(other) : "l"(value), "l"(bound), "l"(one) : "cc");
  return other;
}

/* The second word of the entry that the offset's bucket names, so that halvings reach starts with the offset of one load. */
BASELINE_INLINE const uint32_t* named_within(uint32_t offset) {
  return &baseline_entries[2 * baseline_directory[offset >> baseline.shift] + 1];
}

/* The same for any offset: the number of the bucket is cut to as many bits as the table has places for. */
BASELINE_INLINE const uint32_t* named_by_any(uint32_t offset) {
  return &baseline_entries[2 * baseline_directory[((offset >> baseline.shift) << BASELINE_CUT) >> BASELINE_CUT] + 1];
}

BASELINE_INLINE uint32_t by_directory(const uint32_t* at, uint32_t halvings, uint32_t value) {
#define HALVING(level)                                                        \
  do {                                                                        \
    if (value >= at[(2u << (level)) - 1]) at += 2u << (level);                \
  } while (0)
  switch (halvings) {
    case 5: HALVING(4); __attribute__((fallthrough));
    case 4: HALVING(3); __attribute__((fallthrough));
    case 3: HALVING(2); __attribute__((fallthrough));
    case 2: HALVING(1); __attribute__((fallthrough));
    case 1: HALVING(0); __attribute__((fallthrough));
    default: break;
  }
#undef HALVING
  return at[2];
}

#define FRAGMENT_HALVING(reach, by) "ldr %1, [%0, #" #reach "]\n\tcmp %2, %1\n\tblo 1f\n\tadds %0, #" #by "\n1:\n\t"
BASELINE_INLINE uint32_t by_halving_fragment(const uint32_t* at, uint32_t halvings, uint32_t value) {
  uint32_t key = BASELINE_HALVINGS - halvings;
  __asm__(".syntax unified\n\tlsls %1, %1, #3\n\tadd pc, %1\n\tnop\n\t" FRAGMENT_HALVING(124, 128) FRAGMENT_HALVING(60, 64)
              FRAGMENT_HALVING(28, 32) FRAGMENT_HALVING(12, 16) FRAGMENT_HALVING(4, 8) "ldr %0, [%0, #8]\n\t"
          : "+&l"(at), "+&l"(key)
          : "l"(value)
          : "cc", "memory");
  return (uint32_t)(uintptr_t)at;
}

#endif
