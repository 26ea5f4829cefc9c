/*
 * In place of loop/main.c: answers a batch of questions and ends the machine. Questions and answers lie in a part of RAM that the
 * host has in a file; sim/boards/riscv32-bench.ts writes and reads it, and says where:
 *
 *     TARGET_BATCH_COUNTS     questions there are, answers given, one word each
 *     TARGET_BATCH_MEMORY     memory of a core that runs an edition
 *     TARGET_BATCH_QUESTIONS  questions, one after the other; behind the last of them the answers
 */
#include <string.h>
#include "holdfast.h"
#include "registers.h"
#include "target.h"

typedef struct {
  uint32_t phase;
  int32_t x;
  int32_t y;
  int32_t to_x;
  int32_t to_y;
} question;

typedef struct {
  uint32_t word;
  holdfast_verdict verdict;
  holdfast_move move;
} answer;

#define QUESTIONS_THERE_ARE REGISTER(TARGET_BATCH_COUNTS)
#define ANSWERS_GIVEN REGISTER(TARGET_BATCH_COUNTS + 4)
#define CORE_MEMORY ((const void*)TARGET_BATCH_MEMORY)
#define QUESTIONS ((const question*)TARGET_BATCH_QUESTIONS)

extern uint8_t holdfast_memory[HOLDFAST_MEMORY_BYTES];

_Noreturn void holdfast_main(void) {
  memcpy(holdfast_memory, CORE_MEMORY, HOLDFAST_MEMORY_BYTES);
  const uint32_t count = QUESTIONS_THERE_ARE;
  answer* const answers = (answer*)(QUESTIONS + count);
  for (uint32_t i = 0; i < count; i++) {
    const question* const asked = &QUESTIONS[i];
    answers[i].word = holdfast_check(asked->phase, asked->x, asked->y);
    answers[i].verdict = *holdfast_spell(answers[i].word, asked->x, asked->y);
    answers[i].move = *holdfast_sweep(asked->phase, asked->x, asked->y, asked->to_x, asked->to_y);
    ANSWERS_GIVEN = i + 1;
  }
  TEST_DEVICE = TEST_POWER_OFF;
  for (;;) {
  }
}
