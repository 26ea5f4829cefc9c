/* The line, the safe input, ticks and reset of QEMU's virt machine. */
#include "board.h"
#include "port.h"
#include "registers.h"
#include "target.h"

enum { DRAIN_COUNTS_MAX = TARGET_COUNTER_HZ / 500 };
enum { CAUSE_TIMER = 7, CAUSE_EXTERNAL = 11 };

#define CAUSE_INTERRUPT 0x80000000u
#define MSTATUS_MIE (1u << 3)
#define MIE_TIMER (1u << CAUSE_TIMER)
#define MIE_EXTERNAL (1u << CAUSE_EXTERNAL)

static volatile uint32_t ticks;
static volatile bool received;
static uint32_t tick_counts;
static uint64_t next_tick;

/* The upper half is read on both sides of the lower one, which may overflow in between. */
static uint64_t counter(void) {
  uint32_t high;
  uint32_t low;
  do {
    high = MTIME_HIGH;
    low = MTIME_LOW;
  } while (high != MTIME_HIGH);
  return (uint64_t)high << 32 | low;
}

/* Written so that no value in between lies in the past and rings. */
static void set_alarm(uint64_t at) {
  MTIMECMP_HIGH = 0xffffffffu;
  MTIMECMP_LOW = (uint32_t)at;
  MTIMECMP_HIGH = (uint32_t)(at >> 32);
}

/* The next alarm counts from the last, so that ticks do not drift however late this runs. */
static void tick_interrupt(void) {
  do {
    ticks++;
    next_tick += tick_counts;
  } while (next_tick <= counter());
  set_alarm(next_tick);
}

static void uart_interrupt(void) {
  const uint32_t source = PLIC_CLAIM;
  if (source == PLIC_UART) {
    for (uint32_t left = UART_FIFO_BYTES; left > 0 && (UART_LSR & UART_LSR_RECEIVED); left--) holdfast_receive(UART_DATA);
    received = true;
  }
  PLIC_CLAIM = source;
}

/* Whatever is no interrupt of ours is a fault of the program. */
__attribute__((interrupt("machine"), aligned(4))) void trap_interrupt(void) {
  uint32_t cause;
  __asm__ volatile("csrr %0, mcause" : "=r"(cause));
  if (cause == (CAUSE_INTERRUPT | CAUSE_TIMER)) tick_interrupt();
  else if (cause == (CAUSE_INTERRUPT | CAUSE_EXTERNAL)) uart_interrupt();
  else port_trap();
}

static void start_line(void) {
  const uint32_t divisor = TARGET_UART_HZ / (16 * TARGET_BAUD);
  UART_LCR = UART_LCR_DIVISOR;
  UART_DIVISOR_LOW = (uint8_t)divisor;
  UART_DIVISOR_HIGH = (uint8_t)(divisor >> 8);
  UART_LCR = UART_LCR_8N1;
  UART_FCR = UART_FCR_ON_CLEAR_AT_14;
  UART_IER = UART_IER_RECEIVED;
  PLIC_PRIORITY(PLIC_UART) = 1;
  PLIC_THRESHOLD = 0;
  PLIC_ENABLE = 1u << PLIC_UART;
}

void port_start(void) {
  start_line();
  const uint32_t rate = burned_ticks_a_second();
  tick_counts = rate == 0 || rate > TARGET_COUNTER_HZ ? TARGET_COUNTER_HZ : TARGET_COUNTER_HZ / rate;
  next_tick = counter() + tick_counts;
  set_alarm(next_tick);
  __asm__ volatile("csrw mie, %0\n\tcsrs mstatus, %1" : : "r"(MIE_TIMER | MIE_EXTERNAL), "r"(MSTATUS_MIE) : "memory");
}

/* When the FIFO is empty it takes 16 bytes; how full it is else, nobody can tell. */
uint32_t port_serial_write(const uint8_t* source, uint32_t bytes) {
  if (!(UART_LSR & UART_LSR_FIFO_EMPTY)) return 0;
  uint32_t taken = 0;
  while (taken < bytes && taken < UART_FIFO_BYTES) UART_DATA = source[taken++];
  return taken;
}

/*
 * The machine has no pins: two words of RAM beyond what the linker uses stand for them. The host has RAM in a file, writes the first
 * word and reads the second (sim/boards/qemu-controller.ts).
 */
uint32_t port_safe_input(void) { return REGISTER(TARGET_PIN_SAFE_INPUT) == TARGET_PARKED_WORD ? 1 : 0; }

uint32_t port_ticks(void) { return ticks; }

/* The emulator's mcycle counts the host's time, which would be taken for cycles. */
uint32_t port_cycles(void) { return 0; }

uint32_t port_cycle_rate(void) { return 0; }

void port_interrupts(uint32_t pass) {
  static uint32_t held;
  if (pass) {
    __asm__ volatile("csrs mstatus, %0" : : "r"(held & MSTATUS_MIE) : "memory");
  } else {
    __asm__ volatile("csrrc %0, mstatus, %1" : "=r"(held) : "r"(MSTATUS_MIE) : "memory");
  }
}

/* The answer that announced the reset leaves first: a whole FIFO takes 1.4 ms. */
void port_reset(void) {
  const uint64_t until = counter() + DRAIN_COUNTS_MAX;
  while (!(UART_LSR & UART_LSR_SENT) && counter() < until) {
  }
  TEST_DEVICE = TEST_RESET;
}

HOLDFAST_NORETURN void port_trap(void) {
  TEST_DEVICE = TEST_RESET;
  for (;;) {
  }
}

void port_show(uint32_t word) { REGISTER(TARGET_PIN_LAMP) = holdfast_state(word) == HOLDFAST_COVERED; }

bool port_is_idle(void) {
  const bool idle = !received;
  received = false;
  return idle;
}
