/*
 * Ticks and reset of any Cortex-M; line, safe input and lamp are to be written. targets/common/port.h and targets/loop/board.h say what
 * each function must hold to, ARM's ARMv7-M Architecture Reference Manual what the registers are (section in brackets).
 */
#include "board.h"
#include "port.h"
#include "target.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define SYSTICK_CSR REGISTER(0xe000e010u) /* [B3.3] */
#define SYSTICK_RVR REGISTER(0xe000e014u)
#define SYSTICK_CVR REGISTER(0xe000e018u)
#define SYSTICK_ON 7u /* the processor's clock, with its interrupt */
#define SYSTICK_MAX 0x1000000u
#define AIRCR REGISTER(0xe000ed0cu) /* [B3.2.6] */
#define AIRCR_RESET 0x05fa0004u

static volatile uint32_t ticks;

void tick_interrupt(void) { ticks++; }

/* Clocks, pins, the UART at TARGET_BAUD and its interrupt, which calls holdfast_receive for each byte, come here too. */
void port_start(void) {
  const uint32_t rate = burned_ticks_a_second();
  const uint32_t counts = rate == 0 ? SYSTICK_MAX : TARGET_COUNTER_HZ / rate;
  SYSTICK_RVR = (counts == 0 || counts > SYSTICK_MAX ? SYSTICK_MAX : counts) - 1;
  SYSTICK_CVR = 0;
  SYSTICK_CSR = SYSTICK_ON;
}

uint32_t port_ticks(void) { return ticks; }

/* There is no line yet: what is sent is gone. */
uint32_t port_serial_write(const uint8_t* source, uint32_t bytes) {
  (void)source;
  return bytes;
}

/* Nothing happens on a line that is not there: the processor sleeps until the next tick. */
bool port_is_idle(void) { return true; }

/* TARGET_PIN_SAFE_INPUT is not read yet, so the machine is never parked. */
uint32_t port_safe_input(void) { return 0; }

/* TARGET_PIN_LAMP is not driven yet. */
void port_show(uint32_t word) { (void)word; }

/* Nothing is counted: the board is not measured yet. */
uint32_t port_cycles(void) { return 0; }
uint32_t port_cycle_rate(void) { return 0; }

/* Put back as they were: whoever held them back before finds them held back. [B1.4.3] */
void port_interrupts(uint32_t pass) {
  static uint32_t held;
  if (pass) {
    __asm__ volatile("msr primask, %0" : : "r"(held) : "memory");
  } else {
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(held) : : "memory");
  }
}

void port_reset(void) { AIRCR = AIRCR_RESET; }

HOLDFAST_NORETURN void port_trap(void) {
  for (;;) port_reset();
}
