/* The line (UART0), the safe input, ticks, cycles and reset. Pins are GPIO, by their numbers in target.json. */
#include "board.h"
#include "port.h"
#include "registers.h"
#include "target.h"

enum { UART_FIFO_BYTES = 32, DRAIN_MICROSECONDS_MAX = 4000, CYCLES_A_MICROSECOND = TARGET_PROCESSOR_HZ / TARGET_COUNTER_HZ };

#define SIO_GPIO_OUT_SET REGISTER(0xd0000014u)
#define SIO_GPIO_OUT_CLEAR REGISTER(0xd0000018u)
#define SIO_GPIO_OUTPUT_SET REGISTER(0xd0000024u)

static volatile uint32_t ticks;
static volatile bool received;
static uint32_t tick_microseconds;
/* What the two counters below differ by, from when they were started. */
static uint32_t cycles_apart;

void uart_interrupt(void) {
  UART_ICR = UART_RECEIVE_INTERRUPTS;
  for (uint32_t left = UART_FIFO_BYTES; left > 0 && !(UART_FR & UART_FR_RX_EMPTY); left--) holdfast_receive(UART_DR & 0xff);
  received = true;
}

/*
 * The next alarm counts from the last, so that ticks do not drift however late this runs. One that is set for the past would not
 * ring before the counter comes round: it is set again until it lies ahead.
 */
void tick_interrupt(void) {
  TIMER_INTR = 1;
  uint32_t next = TIMER_ALARM0;
  do {
    ticks++;
    next += tick_microseconds;
    TIMER_ALARM0 = next;
  } while ((int32_t)(next - TIMER_RAWL) <= 0);
}

static void start_pins(void) {
  GPIO_CTRL(TARGET_PIN_TRANSMIT) = GPIO_FUNCTION_UART;
  PAD(TARGET_PIN_TRANSMIT) = PAD_DRIVE_4MA;
  GPIO_CTRL(TARGET_PIN_RECEIVE) = GPIO_FUNCTION_UART;
  PAD(TARGET_PIN_RECEIVE) = PAD_INPUT | PAD_SCHMITT | PAD_PULL_UP | PAD_OUTPUT_OFF;
  /* Parked is 3.3 V through a contact; an open pin is pulled down and reads "not parked". */
  GPIO_CTRL(TARGET_PIN_SAFE_INPUT) = GPIO_FUNCTION_SIO;
  PAD(TARGET_PIN_SAFE_INPUT) = PAD_INPUT | PAD_SCHMITT | PAD_PULL_DOWN | PAD_OUTPUT_OFF;
  GPIO_CTRL(TARGET_PIN_LAMP) = GPIO_FUNCTION_SIO;
  PAD(TARGET_PIN_LAMP) = PAD_DRIVE_4MA;
  SIO_GPIO_OUTPUT_SET = 1u << TARGET_PIN_LAMP;
}

static void start_line(void) {
  const uint32_t divider = (8u * TARGET_UART_HZ / TARGET_BAUD + 1) / 2; /* in 64ths of 1/16: 4 × clock / baud [4.2.7.1] */
  UART_IBRD = divider >> 6;
  UART_FBRD = divider & 63;
  UART_LCR_H = UART_LCR_8N1_FIFO;
  UART_CR = UART_CR_ON;
  UART_IFLS = 0;
  UART_IMSC = UART_RECEIVE_INTERRUPTS;
}

/*
 * The processor counts its cycles downwards in 24 bits (SysTick), the timer microseconds in 32; both come from the same crystal, so
 * their difference does not drift. The timer says which of the numbers that end in SysTick's 24 bits it is: no interrupt, no state.
 */
uint32_t port_cycles(void) {
  const uint32_t about = TIMER_RAWL * CYCLES_A_MICROSECOND + cycles_apart;
  const uint32_t low = 0 - SYSTICK_CVR;
  return about + (uint32_t)((int32_t)((low - about) << (32 - SYSTICK_BITS)) >> (32 - SYSTICK_BITS));
}

uint32_t port_cycle_rate(void) { return TARGET_PROCESSOR_HZ; }

void port_interrupts(uint32_t pass) {
  static uint32_t held;
  if (pass) {
    __asm__ volatile("msr primask, %0" : : "r"(held) : "memory");
  } else {
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(held) : : "memory");
  }
}

static void start_cycles(void) {
  SYSTICK_RVR = SYSTICK_MASK;
  SYSTICK_CVR = 0;
  SYSTICK_CSR = SYSTICK_CSR_PROCESSOR_CLOCK | SYSTICK_CSR_ENABLE;
  cycles_apart = 0 - SYSTICK_CVR - TIMER_RAWL * CYCLES_A_MICROSECOND;
}

void port_start(void) {
  const uint32_t needed = RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_TIMER | RESET_UART0;
  REGISTER(RESETS_BASE + CLEAR_BITS) = needed;
  while ((RESETS_DONE & needed) != needed) {
  }
  start_cycles();
  start_pins();
  start_line();
  const uint32_t rate = burned_ticks_a_second();
  tick_microseconds = rate == 0 || rate > TARGET_COUNTER_HZ ? TARGET_COUNTER_HZ : TARGET_COUNTER_HZ / rate;
  TIMER_INTE = 1;
  TIMER_ALARM0 = TIMER_RAWL + tick_microseconds;
  NVIC_ISER = NVIC_TIMER0 | NVIC_UART0;
}

uint32_t port_serial_write(const uint8_t* source, uint32_t bytes) {
  uint32_t taken = 0;
  while (taken < bytes && !(UART_FR & UART_FR_TX_FULL)) UART_DR = source[taken++];
  return taken;
}

uint32_t port_safe_input(void) { return (SIO_GPIO_IN >> TARGET_PIN_SAFE_INPUT) & 1; }

uint32_t port_ticks(void) { return ticks; }

/* The answer that announced the reset leaves first: a whole FIFO takes 2.9 ms. */
void port_reset(void) {
  const uint32_t since = TIMER_RAWL;
  while ((UART_FR & UART_FR_BUSY) && TIMER_RAWL - since < DRAIN_MICROSECONDS_MAX) {
  }
  reset_now();
}

HOLDFAST_NORETURN void port_trap(void) {
  reset_now();
  for (;;) {
  }
}

void port_show(uint32_t word) {
  if (holdfast_state(word) == HOLDFAST_COVERED) SIO_GPIO_OUT_SET = 1u << TARGET_PIN_LAMP;
  else SIO_GPIO_OUT_CLEAR = 1u << TARGET_PIN_LAMP;
}

bool port_is_idle(void) {
  const bool idle = !received;
  received = false;
  return idle;
}
