/*
 * From reset to the loop: the clocks are set up, what runs is copied to SRAM, then main.c goes on and never comes back. The clocks come
 * first, from flash: the ring oscillator that the chip starts with is twenty times slower, and so would be the copy. The first part of it
 * is read in the plain way; it chooses the way of the rest, and looks whether all of it came as it was linked.
 */
#include "reading.h"
#include "registers.h"
#include "target.h"

extern uint32_t stack_top[], run_begin[], early_end[], run_end[], run_image[], bss_begin[], bss_end[];

void start(void);
void uart_interrupt(void);
void tick_interrupt(void);
_Noreturn void port_trap(void);
_Noreturn void holdfast_main(void);

#define IN_START __attribute__((section(".start"), used))

typedef void (*handler)(void);

/* In flash, for the boot code; only the first two words are used. */
__attribute__((section(".vectors"), used)) static const handler boot_vectors[] = {(handler)stack_top, start};

/* In SRAM, for everything else: 16 of the core, then the interrupts [2.3.2]. */
__attribute__((section(".vectors.run"), used, aligned(256))) static const handler vectors[48] = {
    [0] = (handler)stack_top,
    [1] = start,
    [2] = (handler)port_trap,
    [3] = (handler)port_trap,
    [16] = tick_interrupt,
    [16 + 20] = uart_interrupt,
};

/* The crystal runs at 12 MHz, the system at 125 MHz, the timer counts microseconds [2.16.3, 2.18.2, 2.15.3]. */
_Static_assert(TARGET_PROCESSOR_HZ == 12000000 * 125LL / 6 / 2, "the rate that the PLL makes below");
_Static_assert(TARGET_COUNTER_HZ == 12000000 / 12, "the rate that the watchdog's tick makes below");
__attribute__((always_inline)) static inline void start_clocks(void) {
  XOSC_CTRL = 0xaa0;
  XOSC_STARTUP = 47;
  XOSC_CTRL = 0xaa0 | (0xfabu << 12);
  while (!(XOSC_STATUS & (1u << 31))) {
  }
  CLK_REF_CTRL = 2;
  while (!(CLK_REF_SELECTED & (1u << 2))) {
  }
  REGISTER(RESETS_BASE + CLEAR_BITS) = RESET_PLL_SYS;
  while (!(RESETS_DONE & RESET_PLL_SYS)) {
  }
  REGISTER(PLL_SYS_BASE) = 1;                            /* reference divider */
  REGISTER(PLL_SYS_BASE + 8) = 125;                      /* 12 MHz × 125 = 1500 MHz */
  REGISTER(PLL_SYS_BASE + 4 + CLEAR_BITS) = (1u << 0) | (1u << 5);
  while (!(REGISTER(PLL_SYS_BASE) & (1u << 31))) {
  }
  REGISTER(PLL_SYS_BASE + 12) = (6u << 16) | (2u << 12); /* / 6 / 2 = 125 MHz */
  REGISTER(PLL_SYS_BASE + 4 + CLEAR_BITS) = 1u << 3;
  CLK_SYS_CTRL = 1;
  while (!(CLK_SYS_SELECTED & (1u << 1))) {
  }
  CLK_PERI_CTRL = 1u << 11;
  WATCHDOG_TICK = 12 | (1u << 9);
}

/* The sum of the words of what runs, and that of their sums so far: the build writes them once they are linked. */
__attribute__((section(".start.sums"), used)) const volatile uint32_t run_sums[2] = {0, 0};

/* In SRAM, since flash is read in a way that was not tried on the rest of this file. A chip that gives other code is asked once more. */
EARLY __attribute__((noinline)) _Noreturn static void go_on(uint32_t sum, uint32_t sum_of_sums) {
  const uint32_t sums[2] = {sum, sum_of_sums};
  if (!reading_load(sums)) {
    reset_now();
    for (;;) {
    }
  }
  VTOR = (uint32_t)vectors;
  void (*volatile go)(void) = holdfast_main;
  go();
  for (;;) {
  }
}

IN_START void start(void) {
  start_clocks();
  const volatile uint32_t* from = past_cache(run_image);
  uint32_t* to = run_begin;
  while (to < early_end) *to++ = *from++;
#pragma GCC unroll 8
  for (uint32_t* cleared = bss_begin; cleared < bss_end; cleared++) *cleared = 0;
  void (*volatile then)(uint32_t, uint32_t) = go_on;
  then(run_sums[0], run_sums[1]);
}
