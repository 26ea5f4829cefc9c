/*
 * The job of check on a line as the best C for it: mode, phase and range, then the search, then the packed word. The lists are what
 * such C would use: sorted starts for a branchy search, a breadth-first tree for the others. Everything lies in SRAM.
 */
#ifndef BASELINE_CHECK_H_
#define BASELINE_CHECK_H_

#include <stdint.h>

typedef struct {
  uint32_t asks; /* 0: answer is given as it is */
  uint32_t answer;
  int32_t minimum;
  uint32_t length;
  uint32_t period;
  uint32_t outside;
  uint32_t steps;
  uint32_t cells;
} baseline_map;

extern baseline_map baseline;
extern uint32_t baseline_sorted[4096];
extern uint32_t baseline_tree[4096];
extern uint32_t baseline_words[4096];

#endif
