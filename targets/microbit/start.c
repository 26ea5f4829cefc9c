/* From reset to the loop: variables get their values, then main.c goes on and never comes back. */
#include "registers.h"

extern uint32_t stack_top[], run_begin[], run_end[], run_image[], bss_begin[], bss_end[];

void start(void);
void uart_interrupt(void);
void tick_interrupt(void);
_Noreturn void port_trap(void);
_Noreturn void holdfast_main(void);

typedef void (*handler)(void);

/* 16 of the core, then the interrupts. */
__attribute__((section(".vectors"), used)) static const handler vectors[48] = {
    [0] = (handler)stack_top,
    [1] = start,
    [2] = (handler)port_trap,
    [3] = (handler)port_trap,
    [16 + UART_INTERRUPT] = uart_interrupt,
    [16 + TIMER_INTERRUPT] = tick_interrupt,
};

void start(void) {
  const uint32_t* from = run_image;
  for (uint32_t* to = run_begin; to < run_end; to++) *to = *from++;
  for (uint32_t* to = bss_begin; to < bss_end; to++) *to = 0;
  holdfast_main();
}
