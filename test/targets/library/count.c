/*
 * Asks holdfast_check and counts instructions on QEMU, whose clock goes on by the same time for each (-icount). What is asked lies in
 * memory where the host loaded it, at COUNT_AT: how many questions, bytes of a core's memory, that memory, then phase, x and the word
 * of each question. Prints numbers of eight hexadecimal digits: counts of a call of 64 instructions and a return, of one of a return, then
 * of each question's; `wrong` behind them when a word differs.
 */
#include <stdint.h>
#include <string.h>
#include "holdfast.h"

enum { QUESTIONS_MAX = 4096, DIGITS = 8 };
typedef struct {
  uint32_t phase;
  int32_t x;
  uint32_t word;
} question;
typedef uint32_t (*asked)(uint32_t phase, int32_t x, int32_t y);

extern uint8_t holdfast_memory[];
static char printed[(QUESTIONS_MAX + 2) * (DIGITS + 1) + 8];
static uint32_t used;

#if defined(__riscv)
__asm__(
    ".balign 16\nsemihost:\n\t.option push\n\t.option norvc\n\tslli zero, zero, 0x1f\n\tebreak\n\tsrai zero, zero, 7\n\tret\n"
    "\t.option pop\nempty:\n\tret\nnops:\n\t.rept 64\n\tnop\n\t.endr\n\tret");
#define START_COUNTER ((void)0)
static inline uint32_t counter(void) {
  uint32_t now;
  __asm__ volatile("csrr %0, minstret" : "=r"(now) : : "memory");
  return now;
}
#define PASSED(before, after) ((after) - (before))
#else
void start(void);
__attribute__((section(".vectors"), used)) static void* const vectors[] = {(void*)STACK_TOP, (void*)start};
__asm__(
    ".text\n.thumb_func\nsemihost:\n\tbkpt 0xab\n\tbx lr\n.thumb_func\nempty:\n\tbx lr\n"
    ".thumb_func\nnops:\n\t.rept 64\n\tnop\n\t.endr\n\tbx lr");
/* SysTick counts downwards in 24 bits. */
#define SYSTICK(at) (*(volatile uint32_t*)(0xe000e010u + (at)))
#define START_COUNTER (SYSTICK(4) = 0xffffff, SYSTICK(8) = 0, SYSTICK(0) = 5)
static inline uint32_t counter(void) { return SYSTICK(8); }
#define PASSED(before, after) (((before) - (after)) & 0xffffff)
#endif

long semihost(long what, const void* with);
/* A return; 64 instructions before a return. */
uint32_t empty(uint32_t phase, int32_t x, int32_t y);
uint32_t nops(uint32_t phase, int32_t x, int32_t y);
enum { SEMIHOST_WRITE0 = 4, SEMIHOST_EXIT = 0x18 };
#define APPLICATION_EXIT ((const void*)0x20026)

static void print(uint32_t number) {
  for (int shift = 28; shift >= 0; shift -= 4) printed[used++] = "0123456789abcdef"[(number >> shift) & 15];
  printed[used++] = '\n';
}

/* In one place, so that what stands around the call is the same for each. */
static __attribute__((noipa)) uint32_t timed(asked ask, uint32_t phase, int32_t x, uint32_t* word) {
  const uint32_t before = counter();
  *word = ask(phase, x, 0);
  return PASSED(before, counter());
}

__attribute__((noinline)) void count(void);
void count(void) {
  const uint32_t* const words = (const uint32_t*)COUNT_AT;
  const uint8_t* const memory = (const uint8_t*)&words[2];
  const question* const questions = (const question*)(const void*)(memory + words[1]);
  memcpy(holdfast_memory, memory, words[1]);
  START_COUNTER;
  uint32_t word;
  uint32_t wrong = 0;
  print(timed(nops, 0, 0, &word));
  print(timed(empty, 0, 0, &word));
  for (uint32_t i = 0; i < words[0] && i < QUESTIONS_MAX; i++) {
    print(timed(holdfast_check, questions[i].phase, questions[i].x, &word));
    wrong += word != questions[i].word;
  }
  memcpy(&printed[used], wrong == 0 ? "" : "wrong", wrong == 0 ? 1 : 6);
  semihost(SEMIHOST_WRITE0, printed);
  semihost(SEMIHOST_EXIT, APPLICATION_EXIT);
  for (;;) {
  }
}

#if defined(__riscv)
int main(void) { count(); }
#else
/* The floating-point registers are switched on, where there are any: compilers use them for copying. */
void start(void) {
  *(volatile uint32_t*)0xe000ed88u |= 0xfu << 20;
  __asm__ volatile("dsb\n\tisb" : : : "memory");
  count();
}
#endif
