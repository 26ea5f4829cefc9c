#include "check.h"
#include "fragments.h"
#include "search.h"

baseline_map baseline;
uint32_t baseline_sorted[2 * BASELINE_CELLS];
uint32_t baseline_tree[2 * BASELINE_CELLS];
uint16_t baseline_directory[BASELINE_BUCKETS];
uint32_t baseline_entries[2 * (BASELINE_CELLS + (1 << BASELINE_HALVINGS) + 1)];

uint32_t baseline_phases[2 * BASELINE_WINDOWS];
uint32_t baseline_phase_steps;
uint32_t baseline_trees[2 * BASELINE_CELLS];
uint32_t baseline_shapes[2 * BASELINE_WINDOWS];
baseline_window baseline_windows[2 * BASELINE_WINDOWS];

uint16_t baseline_phase_directory[BASELINE_PHASE_BUCKETS];
uint32_t baseline_phase_entries[2 * (BASELINE_WINDOWS + (1 << BASELINE_HALVINGS) + 1)];
uint16_t baseline_list_directories[(BASELINE_WINDOWS + 1) * BASELINE_LIST_BUCKETS];
uint32_t baseline_list_entries[2 * (BASELINE_CELLS + BASELINE_WINDOWS * ((1 << BASELINE_HALVINGS) + 1))];

BASELINE_INLINE uint32_t offset_of(int32_t x) { return (uint32_t)x - (uint32_t)baseline.minimum; }

BASELINE_INLINE int is_outside(uint32_t phase, uint32_t offset) {
  return offset >= baseline.length || phase >= baseline.period;
}

/* The word, or OUTSIDE by a mask. */
BASELINE_INLINE uint32_t masked(uint32_t phase, uint32_t offset, uint32_t word) {
  const uint32_t outside = 0u - ((uint32_t)(offset >= baseline.length) | (uint32_t)(phase >= baseline.period));
  return word ^ ((word ^ baseline.outside) & outside);
}

/* The same by what is inside: both comparisons as the processor has them, and one of them both. */
BASELINE_INLINE uint32_t paired(uint32_t phase, uint32_t offset, uint32_t word) {
  const uint32_t inside = (uint32_t)(offset < baseline.length) & (uint32_t)(phase < baseline.period);
  return word ^ ((word ^ baseline.outside) & (inside - 1u));
}

/* The word, or OUTSIDE by a choice that both sides are loaded for. */
BASELINE_INLINE uint32_t chosen(uint32_t phase, uint32_t offset, uint32_t word) {
  const uint32_t outside = baseline.outside;
  if (phase >= baseline.period) offset = 0xffffffff;
  return offset >= baseline.length ? outside : word;
}

BASELINE_INLINE uint32_t word_at(const uint32_t* tree, uint32_t place) {
  return *(const uint32_t*)(const void*)((const char*)tree + place);
}

/* Branchy: leaves early for what is outside, and halves a sorted list until it is found. */
uint32_t baseline_branchy(uint32_t phase, int32_t x) {
  if (!baseline.asks) return baseline.answer;
  const uint32_t offset = offset_of(x);
  if (is_outside(phase, offset)) return baseline.outside;
  uint32_t low = 0;
  uint32_t high = baseline.cells;
  while (high - low > 1) {
    const uint32_t middle = (low + high) >> 1;
    if (baseline_sorted[middle] <= offset) low = middle;
    else high = middle;
  }
  return baseline_sorted[low + (1u << baseline.steps)];
}

/* What each search makes of a list of so many steps. */
#define CARRY(steps) baseline_tree[by_carry(baseline_tree, steps, offset)]
#define ADDITION(steps) word_at(baseline_tree, by_addition(baseline_tree, steps, offset))
#define SIGN(steps) baseline_tree[by_sign(baseline_tree, steps, offset & 0x7fffffff)]
#define HALVES(steps) by_halves(baseline_sorted, steps, offset)[1u << (steps)]
#define RUNNING(steps) by_running_halves(baseline_sorted, steps, offset)[1u << (steps)]

/* Each with an early exit for what is outside, and with the same work for every input. */
#define EARLY(name, word)                                                                       \
  uint32_t name(uint32_t phase, int32_t x) {                                                    \
    const uint32_t offset = offset_of(x);                                                       \
    if (is_outside(phase, offset)) return baseline.outside;                                     \
    return word;                                                                                \
  }
#define WHOLE(name, result, word)                                                               \
  uint32_t name(uint32_t phase, int32_t x) {                                                    \
    const uint32_t offset = offset_of(x);                                                       \
    return result(phase, offset, word);                                                         \
  }
#define EARLY_ASKING(name, word)                                                                \
  uint32_t name(uint32_t phase, int32_t x) {                                                    \
    if (!baseline.asks) return baseline.answer;                                                 \
    const uint32_t offset = offset_of(x);                                                       \
    if (is_outside(phase, offset)) return baseline.outside;                                     \
    return word;                                                                                \
  }
#define WHOLE_ASKING(name, result, word)                                                        \
  uint32_t name(uint32_t phase, int32_t x) {                                                    \
    if (!baseline.asks) return baseline.answer;                                                 \
    const uint32_t offset = offset_of(x);                                                       \
    return result(phase, offset, word);                                                         \
  }
#define EACH(name, SEARCH)                                                                      \
  EARLY_ASKING(baseline_##name##_early, SEARCH(baseline.steps))                                 \
  WHOLE_ASKING(baseline_##name##_masked, masked, SEARCH(baseline.steps))                        \
  WHOLE_ASKING(baseline_##name##_chosen, chosen, SEARCH(baseline.steps))

EACH(carry, CARRY)
EACH(addition, ADDITION)
EACH(sign, SIGN)
EACH(halves, HALVES)
EACH(running, RUNNING)

/* The word, or OUTSIDE, by the core's choice; a phase beyond the period makes an offset that lies on no axis. */
#define PICKED_ASKING(name, word)                                                               \
  uint32_t name(uint32_t phase, int32_t x) {                                                    \
    if (!baseline.asks) return baseline.answer;                                                 \
    const uint32_t offset = offset_of(x) | (0u - (uint32_t)(phase >= baseline.period));         \
    const uint32_t found = word;                                                                \
    return by_choice(offset, baseline.length, baseline.outside, found);                         \
  }
/* By the core's means: its fragments, a directory, and both. What leaves early needs no cut of its bucket. */
#define BY_OUR_MEANS(name, word, within)                                                        \
  EARLY_ASKING(baseline_##name##_early, within)                                                 \
  WHOLE_ASKING(baseline_##name##_masked, masked, word)                                          \
  WHOLE_ASKING(baseline_##name##_chosen, chosen, word)                                          \
  WHOLE_ASKING(baseline_##name##_paired, paired, word)                                          \
  PICKED_ASKING(baseline_##name##_picked, word)
#define FRAGMENT baseline_tree[by_fragment(baseline_tree, baseline.steps, offset)]
#define DIRECTORY(named) by_directory(named(offset), baseline.halvings, offset)
#define DIRECTORY_FRAGMENT(named) by_halving_fragment(named(offset), baseline.halvings, offset)

BY_OUR_MEANS(fragment, FRAGMENT, FRAGMENT)
BY_OUR_MEANS(directory, DIRECTORY(named_by_any), DIRECTORY(named_within))
BY_OUR_MEANS(directory_fragment, DIRECTORY_FRAGMENT(named_by_any), DIRECTORY_FRAGMENT(named_within))

/*
 * A function of its own for each number of steps, which a pointer names that is set when a map is loaded or the mode changes: neither
 * is looked at any more. Called through the pointer where it is needed: two loads and BLX in the place of BL.
 */
#define FIXED(name, SEARCH, steps)                                                              \
  EARLY(baseline_##name##_early_##steps, SEARCH(steps))                                         \
  WHOLE(baseline_##name##_masked_##steps, masked, SEARCH(steps))                                \
  WHOLE(baseline_##name##_chosen_##steps, chosen, SEARCH(steps))
#define FIXED_EACH(steps)                                                                       \
  FIXED(carry, CARRY, steps)                                                                    \
  FIXED(addition, ADDITION, steps)                                                              \
  FIXED(sign, SIGN, steps)                                                                      \
  FIXED(halves, HALVES, steps)                                                                  \
  FIXED(running, RUNNING, steps)

/* The same for each number of halvings behind a directory. */
#define PICKED(name, word)                                                                      \
  uint32_t name(uint32_t phase, int32_t x) {                                                    \
    const uint32_t offset = offset_of(x) | (0u - (uint32_t)(phase >= baseline.period));         \
    const uint32_t found = word;                                                                \
    return by_choice(offset, baseline.length, baseline.outside, found);                         \
  }
#define FIXED_DIRECTORY(halvings)                                                               \
  EARLY(baseline_directory_early_##halvings, by_directory(named_within(offset), halvings, offset)) \
  WHOLE(baseline_directory_masked_##halvings, masked, by_directory(named_by_any(offset), halvings, offset)) \
  WHOLE(baseline_directory_chosen_##halvings, chosen, by_directory(named_by_any(offset), halvings, offset)) \
  WHOLE(baseline_directory_paired_##halvings, paired, by_directory(named_by_any(offset), halvings, offset)) \
  PICKED(baseline_directory_picked_##halvings, by_directory(named_by_any(offset), halvings, offset))

FIXED_DIRECTORY(0)
FIXED_DIRECTORY(1)
FIXED_DIRECTORY(2)
FIXED_DIRECTORY(3)
FIXED_DIRECTORY(4)
FIXED_DIRECTORY(5)

FIXED_EACH(4)
FIXED_EACH(8)
FIXED_EACH(12)

/* With phases: the window's tree first, found the same way. */
#define BY_CARRY(tree, steps, value) by_carry(tree, steps, value)
#define BY_ADDITION(tree, steps, value) (by_addition(tree, steps, value) >> 2)
#define CARRY_TREE const uint32_t* tree = baseline_trees + baseline_phases[by_carry(baseline_phases, baseline_phase_steps, phase)]
#define ADDITION_TREE                                                                           \
  const uint32_t* tree =                                                                        \
      baseline_trees + word_at(baseline_phases, by_addition(baseline_phases, baseline_phase_steps, phase))
#define CARRY_WORD tree[by_carry(tree, baseline.steps, offset)]
#define ADDITION_WORD word_at(tree, by_addition(tree, baseline.steps, offset))
/* The same for windows of different depths: place of the tree and levels too many in one word, or in two of a table. */
#define PACKED(SEARCH)                                                                          \
  const uint32_t shape = baseline_shapes[SEARCH(baseline_shapes, baseline_phase_steps, phase)]; \
  const uint32_t* tree = (const uint32_t*)(const void*)((const char*)baseline_trees + (shape >> BASELINE_SHAPE_BITS))
#define TABLED(SEARCH) \
  const baseline_window* window = &baseline_windows[SEARCH(baseline_phases, baseline_phase_steps, phase)]; \
  const uint32_t* tree = window->tree
#define PACKED_WORD(place) tree[(place) >> (shape % (1u << BASELINE_SHAPE_BITS))]
#define TABLED_WORD(place) tree[(place) >> window->levels]
#define EACH_WITH_PHASES(name, TREE, WORD)                                                      \
  uint32_t baseline_phases_##name##_early(uint32_t phase, int32_t x) {                          \
    if (!baseline.asks) return baseline.answer;                                                 \
    const uint32_t offset = offset_of(x);                                                       \
    if (is_outside(phase, offset)) return baseline.outside;                                     \
    TREE;                                                                                       \
    return WORD;                                                                                \
  }                                                                                             \
  uint32_t baseline_phases_##name##_masked(uint32_t phase, int32_t x) {                         \
    if (!baseline.asks) return baseline.answer;                                                 \
    const uint32_t offset = offset_of(x);                                                       \
    TREE;                                                                                       \
    return masked(phase, offset, WORD);                                                         \
  }                                                                                             \
  uint32_t baseline_phases_##name##_chosen(uint32_t phase, int32_t x) {                         \
    if (!baseline.asks) return baseline.answer;                                                 \
    const uint32_t offset = offset_of(x);                                                       \
    TREE;                                                                                       \
    return chosen(phase, offset, WORD);                                                         \
  }

EACH_WITH_PHASES(carry, CARRY_TREE, CARRY_WORD)
EACH_WITH_PHASES(addition, ADDITION_TREE, ADDITION_WORD)
EACH_WITH_PHASES(packed_carry, PACKED(BY_CARRY), PACKED_WORD(by_carry(tree, baseline.steps, offset)))
EACH_WITH_PHASES(tabled_carry, TABLED(BY_CARRY), TABLED_WORD(by_carry(tree, baseline.steps, offset)))
EACH_WITH_PHASES(packed_addition, PACKED(BY_ADDITION), PACKED_WORD(BY_ADDITION(tree, baseline.steps, offset)))
EACH_WITH_PHASES(tabled_addition, TABLED(BY_ADDITION), TABLED_WORD(BY_ADDITION(tree, baseline.steps, offset)))

/* With phases by the core's means. */
#define EACH_BY_OUR_MEANS(name, TREE, WORD)                                                     \
  EACH_WITH_PHASES(name, TREE, WORD)                                                            \
  uint32_t baseline_phases_##name##_picked(uint32_t phase, int32_t x) {                         \
    if (!baseline.asks) return baseline.answer;                                                 \
    TREE;                                                                                       \
    const uint32_t offset = offset_of(x) | (0u - (uint32_t)(phase >= baseline.period));         \
    const uint32_t found = WORD;                                                                \
    return by_choice(offset, baseline.length, baseline.outside, found);                         \
  }                                                                                             \
  uint32_t baseline_phases_##name##_paired(uint32_t phase, int32_t x) {                         \
    if (!baseline.asks) return baseline.answer;                                                 \
    TREE;                                                                                       \
    const uint32_t offset = offset_of(x);                                                       \
    const uint32_t found = WORD;                                                                \
    return paired(phase, offset, found);                                                        \
  }
#define FRAGMENT_TREE \
  const uint32_t* tree = baseline_trees + baseline_phases[by_fragment(baseline_phases, baseline_phase_steps, phase)]
#define DIRECTORY_LIST(FIND) const uint32_t list = FIND(named_phase(phase), baseline.phase_halvings, phase)
#define DIRECTORY_WORD(FIND) FIND(named_in_list(list, offset), baseline.halvings, offset)

EACH_BY_OUR_MEANS(fragment, FRAGMENT_TREE, tree[by_fragment(tree, baseline.steps, offset)])
EACH_BY_OUR_MEANS(packed_fragment, PACKED(by_fragment), PACKED_WORD(by_fragment(tree, baseline.steps, offset)))
EACH_BY_OUR_MEANS(directory, DIRECTORY_LIST(by_directory), DIRECTORY_WORD(by_directory))
EACH_BY_OUR_MEANS(directory_fragment, DIRECTORY_LIST(by_halving_fragment), DIRECTORY_WORD(by_halving_fragment))

/* In a loop. */
uint32_t baseline_rolled(uint32_t phase, int32_t x) {
  if (!baseline.asks) return baseline.answer;
  const uint32_t offset = offset_of(x);
  uint32_t k = 1;
  for (uint32_t i = baseline.steps; i > 0; i--) k = 2 * k + (offset >= baseline_tree[k]);
  return masked(phase, offset, baseline_tree[k]);
}
