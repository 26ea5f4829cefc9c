/*
 * A program for QEMU's virt machine: interrupts are held back and put back by a port's own function, with them on before and with them
 * off. Prints for each "on" or "off" before, in between and after, and whether the software interrupt that was asked for in between came
 * in between, after, or not at all.
 */
#include <stdint.h>

#define UART_DATA (*(volatile uint8_t*)0x10000000u)
#define TEST_DEVICE (*(volatile uint32_t*)0x00100000u)
#define SOFTWARE_INTERRUPT (*(volatile uint32_t*)0x02000000u)
#define POWER_OFF 0x5555u
#define MSTATUS_MIE 8u
#define MIE_SOFTWARE 8u

void PORT_INTERRUPTS(uint32_t pass);
_Noreturn void program(void);
void trap(void);

static volatile uint32_t taken;

__attribute__((interrupt("machine"), aligned(4))) void trap(void) {
  SOFTWARE_INTERRUPT = 0;
  taken++;
}

static uint32_t are_on(void) {
  uint32_t status;
  __asm__ volatile("csrr %0, mstatus" : "=r"(status));
  return status & MSTATUS_MIE;
}

static void print(const char* text) {
  while (*text != 0) UART_DATA = (uint8_t)*text++;
}

static void print_on(uint32_t on) { print(on ? "on " : "off "); }

static void one(uint32_t on) {
  __asm__ volatile("csrci mstatus, 8");
  taken = 0;
  SOFTWARE_INTERRUPT = 0;
  if (on) __asm__ volatile("csrsi mstatus, 8");
  print_on(are_on());
  PORT_INTERRUPTS(0);
  print_on(are_on());
  SOFTWARE_INTERRUPT = 1;
  /* QEMU asks for it with a fence or a branch later. */
  for (volatile uint32_t left = 1000; left > 0;) left = left - 1;
  const uint32_t early = taken;
  PORT_INTERRUPTS(1);
  print_on(are_on());
  for (volatile uint32_t left = 1000; left > 0;) left = left - 1;
  print(early ? "taken in between\n" : taken ? "taken after\n" : "not taken\n");
}

_Noreturn void program(void) {
  __asm__ volatile("csrw mtvec, %0\n\tcsrw mie, %1" : : "r"(trap), "r"(MIE_SOFTWARE));
  one(1);
  one(0);
  one(1);
  TEST_DEVICE = POWER_OFF;
  for (;;) {
  }
}

__attribute__((naked, section(".start"))) void start(void) { __asm__("la sp, stack_top\n\tj program"); }
