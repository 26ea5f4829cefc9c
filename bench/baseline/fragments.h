/*
 * What C may take over from the core (targets/common/wasm-rt.h): a search whose level is `lsls; ldr; cmp; adcs`, halvings of
 * `ldr; cmp; blo; adds`, a choice by a branch over one cycle. And its idea of a directory: a table by the upper bits of the offset,
 * from whose entry a few halvings find the cell. On RV32 a level fills the cycle that its load is waited for, a halving as well.
 */
#ifndef BASELINE_FRAGMENTS_H_
#define BASELINE_FRAGMENTS_H_

#include "check.h"
#include "search.h"

#if !defined(__riscv)
#define FRAGMENT_LEVEL "lsls %1, %0, #2\n\tldr %1, [%2, %1]\n\tcmp %3, %1\n\tadcs %0, %0\n\t"
#define FRAGMENT_FOUR_LEVELS FRAGMENT_LEVEL FRAGMENT_LEVEL FRAGMENT_LEVEL FRAGMENT_LEVEL
/* pc reads as the address of the second instruction behind it; a level has eight bytes. */
BASELINE_INLINE uint32_t by_fragment(const uint32_t* tree, uint32_t steps, uint32_t value) {
  uint32_t k;
  uint32_t key = BASELINE_STEPS - steps;
  __asm__(".syntax unified\n\tlsls %1, %1, #3\n\tmovs %0, #1\n\tadd pc, %1\n\tnop\n\t" FRAGMENT_FOUR_LEVELS FRAGMENT_FOUR_LEVELS
              FRAGMENT_FOUR_LEVELS
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
#else
#define FRAGMENT_SKIP                                                                                                               \
  ".option push\n\t.option norvc\n\t.option norelax\n90:\tauipc t0, %%pcrel_hi(91f)\n\tadd t0, t0, %1\n\t"                      \
  "jr %%pcrel_lo(90b)(t0)\n\t.option rvc\n\t.option relax\n\t.balign 4\n\t.option norvc\n91:\t"
#define FRAGMENT_LEVEL_BYTES 16
BASELINE_INLINE uint32_t by_fragment(const uint32_t* tree, uint32_t steps, uint32_t value) {
  register uint32_t next __asm__("a4") = 2;
  register uint32_t key __asm__("a5") = (BASELINE_STEPS - steps) * FRAGMENT_LEVEL_BYTES;
  __asm__(FRAGMENT_SKIP
          ".rept %c[steps]\n\tslli %1, %0, 2\n\t.option rvc\n\tc.add %1, %[tree]\n\tc.lw %1, 0(%1)\n\tc.slli %0, 1\n\t"
          "sltu %1, %[value], %1\n\tc.sub %0, %1\n\t.option norvc\n\t.endr\n\t.option pop"
          : "+&r"(next), "+&r"(key)
          : [tree] "r"(tree - 1), [value] "r"(value), [steps] "i"(BASELINE_STEPS)
          : "t0", "memory");
  return next - 1;
}

BASELINE_INLINE uint32_t by_choice(uint32_t value, uint32_t bound, uint32_t one, uint32_t other) {
  return other ^ ((other ^ one) & (0u - (uint32_t)(value >= bound)));
}

#define FRAGMENT_HALVING(reach, bits)                                                                                               \
  ".option norvc\n\tlw %1, " #reach "(%0)\n\taddi %0, %0, 1 << " #bits "\n\t.option rvc\n\tsltu %1, %2, %1\n\tc.slli %1, " #bits \
  "\n\tc.sub %0, %1\n\t"
BASELINE_INLINE uint32_t by_halving_fragment(const uint32_t* from, uint32_t halvings, uint32_t value) {
  register const uint32_t* at __asm__("a4") = from;
  register uint32_t key __asm__("a5") = (BASELINE_HALVINGS - halvings) * FRAGMENT_LEVEL_BYTES;
  __asm__(FRAGMENT_SKIP FRAGMENT_HALVING(124, 7) FRAGMENT_HALVING(60, 6) FRAGMENT_HALVING(28, 5) FRAGMENT_HALVING(12, 4)
              FRAGMENT_HALVING(4, 3) "lw %0, 8(%0)\n\t.option pop"
          : "+&r"(at), "+&r"(key)
          : "r"(value)
          : "t0", "memory");
  return (uint32_t)(uintptr_t)at;
}
#endif

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

/* The same in a map with phases: of the phase, and of the offset in the list that its word names. */
BASELINE_INLINE const uint32_t* named_phase(uint32_t phase) {
  const uint32_t bucket = ((phase >> baseline.phase_shift) << BASELINE_PHASE_CUT) >> BASELINE_PHASE_CUT;
  return &baseline_phase_entries[2 * baseline_phase_directory[bucket] + 1];
}

BASELINE_INLINE const uint32_t* named_in_list(uint32_t list, uint32_t offset) {
  const uint32_t bucket = ((offset >> (list % (1u << BASELINE_SHAPE_BITS))) << BASELINE_LIST_CUT) >> BASELINE_LIST_CUT;
  const uint16_t* const directory = baseline_list_directories + (list >> BASELINE_SHAPE_BITS);
  return &baseline_list_entries[2 * directory[bucket] + 1];
}

#endif
