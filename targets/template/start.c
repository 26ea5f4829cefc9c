/* From reset to the loop, on any Cortex-M that has VTOR: what runs is copied to RAM, then main.c goes on and never comes back. */
#include <stdint.h>

#define VTOR (*(volatile uint32_t*)0xe000ed08u)

extern uint32_t stack_top[], run_begin[], run_end[], run_image[], bss_begin[], bss_end[];

void start(void);
void tick_interrupt(void);
_Noreturn void port_trap(void);
_Noreturn void holdfast_main(void);

typedef void (*handler)(void);

/* In flash, for the reset. */
__attribute__((section(".vectors"), used)) static const handler reset_vectors[] = {(handler)stack_top, start};

/*
 * In RAM, for everything else. Behind the processor's sixteen come the board's interrupts, that of the UART among them. VTOR wants them
 * aligned to a power of two that holds them all.
 */
__attribute__((section(".vectors.run"), used, aligned(512))) static const handler vectors[] = {
    [0] = (handler)stack_top,
    [1] = start,
    [2 ... 6] = (handler)port_trap,
    [15] = tick_interrupt,
};

/* The only code in flash. Clocks are set up in port_start, which runs from RAM. */
__attribute__((section(".start"), used)) void start(void) {
  const uint32_t* from = run_image;
  for (uint32_t* to = run_begin; to < run_end; to++) *to = *from++;
  for (uint32_t* to = bss_begin; to < bss_end; to++) *to = 0;
  VTOR = (uint32_t)vectors;
  void (*volatile go)(void) = holdfast_main;
  go();
}
