/*
 * The job of check on a line as the best C for it: mode, phase and range, then the search, then the packed word. The lists are what
 * such C would use: sorted starts, or a breadth-first tree with the words behind it, so that the search's result is the word's place.
 * Everything lies in SRAM.
 */
#ifndef BASELINE_CHECK_H_
#define BASELINE_CHECK_H_

#include <stdint.h>

enum { BASELINE_CELLS = 4096, BASELINE_STEPS = 12, BASELINE_WINDOWS = 16 };
/* Buckets of a directory, the bits of a word that their numbers leave unused, and most halvings behind one. */
enum { BASELINE_BUCKETS = 8192, BASELINE_CUT = 19, BASELINE_HALVINGS = 5 };

typedef struct {
  uint32_t asks; /* 0: answer is given as it is */
  uint32_t answer;
  int32_t minimum;
  uint32_t length;
  uint32_t period;
  uint32_t outside;
  uint32_t steps;
  uint32_t cells;
  uint32_t shift; /* of a bucket of the directory: 2^shift steps */
  uint32_t halvings;
  uint32_t phase_shift;
  uint32_t phase_halvings;
} baseline_map;

extern baseline_map baseline;
/* Starts in order, then words in the same order; both filled up to 2^steps, the starts with the greatest number. */
extern uint32_t baseline_sorted[2 * BASELINE_CELLS];
/* 2^steps words of a search tree, then the words of the cells. */
extern uint32_t baseline_tree[2 * BASELINE_CELLS];

/*
 * With a directory: for each bucket the number of the entry of the last cell that starts at or below its start. An entry is the start
 * of its cell and the word of the cell before; behind the last cell follow its word, and starts that are beyond every offset.
 */
extern uint16_t baseline_directory[BASELINE_BUCKETS];
extern uint32_t baseline_entries[2 * (BASELINE_CELLS + (1 << BASELINE_HALVINGS) + 1)];

/* With phases: a tree of the starts of windows, behind it where the tree of each begins in baseline_trees. All have 2^steps words. */
extern uint32_t baseline_phases[2 * BASELINE_WINDOWS];
extern uint32_t baseline_phase_steps;
extern uint32_t baseline_trees[2 * BASELINE_CELLS];

/*
 * With windows of different depths, each tree as large as its window needs: `levels` of the deepest list's search are too many. Either
 * as words behind a tree of the starts, the tree's place in bytes above and the levels below; or as a table with as many entries before
 * it as the tree of the starts has words.
 */
enum { BASELINE_SHAPE_BITS = 5 };
typedef struct {
  const uint32_t* tree;
  uint32_t levels;
} baseline_window;
extern uint32_t baseline_shapes[2 * BASELINE_WINDOWS];
extern baseline_window baseline_windows[2 * BASELINE_WINDOWS];

/*
 * With phases and directories, as the core has them: a directory of phases, whose entries name the directory of a window's list, its first
 * place above and the bits of a bucket below. All lists are searched with as many halvings; behind each stand starts beyond every offset.
 */
enum { BASELINE_PHASE_BUCKETS = 64, BASELINE_PHASE_CUT = 26, BASELINE_LIST_BUCKETS = 512, BASELINE_LIST_CUT = 23 };
extern uint16_t baseline_phase_directory[BASELINE_PHASE_BUCKETS];
extern uint32_t baseline_phase_entries[2 * (BASELINE_WINDOWS + (1 << BASELINE_HALVINGS) + 1)];
extern uint16_t baseline_list_directories[(BASELINE_WINDOWS + 1) * BASELINE_LIST_BUCKETS];
extern uint32_t baseline_list_entries[2 * (BASELINE_CELLS + BASELINE_WINDOWS * ((1 << BASELINE_HALVINGS) + 1))];

#endif
