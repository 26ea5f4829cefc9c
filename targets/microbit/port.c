/* The line, the safe input, ticks and reset of a micro:bit. */
#include "board.h"
#include "port.h"
#include "registers.h"
#include "target.h"

_Static_assert(TARGET_COUNTER_HZ == 1000000, "the rate that the timer's prescaler makes below");
enum { TIMER_DIVIDES_BY_16 = 4 };
/* Eight bytes at 9,600 baud: what announced the reset has left by then. */
enum { DRAIN_COUNTS_MAX = 8000 };

/* A byte of the UART's rate is 2^-32 of its clock; the lowest twelve bits are always 0 [29.11]. */
#define UART_RATE_OF(baud) ((uint32_t)((((uint64_t)(baud) << 32) / TARGET_UART_HZ + 0x800) & 0xfffff000u))

/* The display's first column: its first lamp lights while the row is high and the column low. */
enum { PIN_COLUMN = 4 };

static volatile uint32_t ticks;
static volatile bool received;
static uint32_t tick_counts;
static uint32_t next_tick;
static bool sends;

static uint32_t counter(void) {
  TIMER_CAPTURE_1 = 1;
  return TIMER_AT_1;
}

/*
 * The next alarm counts from the last, so that ticks do not drift however late this runs: an erase holds it back by 22 ms. An alarm that
 * has passed when it is set would ring after the counter has gone round, so it is looked at again.
 */
void tick_interrupt(void) {
  TIMER_COMPARED_0 = 0;
  do {
    ticks++;
    next_tick += tick_counts;
    TIMER_AT_0 = next_tick;
  } while ((int32_t)(next_tick - counter()) <= 1);
}

/* An event may stand for several bytes; each read of a byte lets the next one up. */
void uart_interrupt(void) {
  for (uint32_t left = UART_FIFO_BYTES; left > 0 && UART_RECEIVED; left--) {
    UART_RECEIVED = 0;
    holdfast_receive(UART_RECEIVED_BYTE & 0xffu);
  }
  received = true;
}

static void start_line(void) {
  GPIO_SET = 1u << TARGET_PIN_TRANSMIT;
  GPIO_PIN(TARGET_PIN_TRANSMIT) = GPIO_OUTPUT;
  GPIO_PIN(TARGET_PIN_RECEIVE) = 0;
  UART_PIN_TRANSMIT = TARGET_PIN_TRANSMIT;
  UART_PIN_RECEIVE = TARGET_PIN_RECEIVE;
  UART_RATE = UART_RATE_OF(TARGET_BAUD);
  UART_ENABLE = UART_ENABLED;
  UART_START_SENDING = 1;
  UART_START_RECEIVING = 1;
  UART_INTERRUPTS_ON = UART_RECEIVED_INTERRUPT;
}

static void start_ticks(void) {
  const uint32_t rate = burned_ticks_a_second();
  tick_counts = rate == 0 || rate > TARGET_COUNTER_HZ ? TARGET_COUNTER_HZ : TARGET_COUNTER_HZ / rate;
  next_tick = tick_counts;
  TIMER_BITS = TIMER_32_BITS;
  TIMER_PRESCALER = TIMER_DIVIDES_BY_16;
  TIMER_AT_0 = next_tick;
  TIMER_INTERRUPTS_ON = TIMER_COMPARE_0_INTERRUPT;
  TIMER_START = 1;
}

void port_start(void) {
  CLOCK_START_CRYSTAL = 1;
  while (!CLOCK_CRYSTAL_STARTED) {
  }
  GPIO_PIN(TARGET_PIN_SAFE_INPUT) = GPIO_INPUT_PULLED_DOWN;
  GPIO_CLEAR = 1u << PIN_COLUMN | 1u << TARGET_PIN_LAMP;
  GPIO_PIN(PIN_COLUMN) = GPIO_OUTPUT;
  GPIO_PIN(TARGET_PIN_LAMP) = GPIO_OUTPUT;
  start_line();
  start_ticks();
  NVIC_ENABLE = 1u << UART_INTERRUPT | 1u << TIMER_INTERRUPT;
}

/* The transmitter holds one byte, and says when that has left. */
uint32_t port_serial_write(const uint8_t* source, uint32_t bytes) {
  if (bytes == 0 || (sends && !UART_SENT)) return 0;
  sends = true;
  UART_SENT = 0;
  UART_SENT_BYTE = *source;
  return 1;
}

uint32_t port_safe_input(void) { return GPIO_IN >> TARGET_PIN_SAFE_INPUT & 1u; }

uint32_t port_ticks(void) { return ticks; }

/* No counter of a Cortex-M0 counts cycles. */
uint32_t port_cycles(void) { return 0; }

uint32_t port_cycle_rate(void) { return 0; }

void port_interrupts(uint32_t pass) {
  static uint32_t held;
  if (pass) {
    __asm__ volatile("msr primask, %0" : : "r"(held) : "memory");
  } else {
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(held) : : "memory");
  }
}

/* The byte that is being sent leaves first. */
void port_reset(void) {
  const uint32_t since = counter();
  while (sends && !UART_SENT && counter() - since < DRAIN_COUNTS_MAX) {
  }
  AIRCR = AIRCR_RESET;
}

HOLDFAST_NORETURN void port_trap(void) {
  AIRCR = AIRCR_RESET;
  for (;;) {
  }
}

void port_show(uint32_t word) {
  if (holdfast_state(word) == HOLDFAST_COVERED) GPIO_SET = 1u << TARGET_PIN_LAMP;
  else GPIO_CLEAR = 1u << TARGET_PIN_LAMP;
}

bool port_is_idle(void) {
  const bool idle = !received;
  received = false;
  return idle;
}
