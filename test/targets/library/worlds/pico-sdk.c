/*
 * What pico-sdk does for the example, as far as it can be done without the chip: flash in memory, a line from stdin to stdout, an interrupt
 * that comes while the loop sleeps, time that goes on by what was slept. What the flash of the chip would not take ends the program.
 */
#include <stdlib.h>
#include <string.h>

#include "hardware/flash.h"
#include "hardware/irq.h"
#include "hardware/sync.h"
#include "hardware/uart.h"
#include "hardware/watchdog.h"
#include "line.h"
#include "pico/stdlib.h"

static uint8_t flash[PICO_FLASH_SIZE_BYTES];
static uint64_t now_us;
static irq_handler_t handler;
static uart_hw_t hardware;
static enum { QUIET, READING, WRITABLE, WRITTEN } step;
uart_inst_t* uart0;

uintptr_t stand_in_flash(void) {
  static bool is_made;
  if (!is_made) memset(flash, 0xff, sizeof flash);
  is_made = true;
  return (uintptr_t)flash;
}

void flash_range_erase(uint32_t at, size_t bytes) {
  if (at % FLASH_SECTOR_SIZE != 0 || bytes % FLASH_SECTOR_SIZE != 0 || at + bytes > sizeof flash) abort();
  memset((uint8_t*)stand_in_flash() + at, 0xff, bytes);
}

void flash_range_program(uint32_t at, const uint8_t* source, size_t bytes) {
  if (at % FLASH_PAGE_SIZE != 0 || bytes % FLASH_PAGE_SIZE != 0 || at + bytes > sizeof flash) abort();
  (void)stand_in_flash();
  for (size_t i = 0; i < bytes; i++) flash[at + i] &= source[i];
}

/* What was stored into the data register goes out before anything else happens. */
static void settle(void) {
  if (step == WRITTEN) putchar((int)(uint8_t)hardware.dr);
  step = QUIET;
}

uart_hw_t* uart_get_hw(uart_inst_t* uart) {
  (void)uart;
  step = step == WRITABLE ? WRITTEN : QUIET;
  return &hardware;
}

bool uart_is_writable(uart_inst_t* uart) {
  (void)uart;
  settle();
  step = WRITABLE;
  return true;
}

bool uart_is_readable(uart_inst_t* uart) {
  (void)uart;
  settle();
  if (line_peek() == EOF) return false;
  hardware.dr = (uint32_t)getc(stdin);
  step = READING;
  return true;
}

void uart_puts(uart_inst_t* uart, const char* text) {
  (void)uart;
  settle();
  fputs(text, stdout);
}

void sleep_us(uint64_t us) {
  now_us += us;
  if (line_peek() != EOF) handler();
}

uint64_t time_us_64(void) { return now_us; }
void irq_set_exclusive_handler(unsigned irq, irq_handler_t given) {
  if (irq != UART0_IRQ) abort();
  handler = given;
}
void irq_set_enabled(unsigned irq, bool enabled) { (void)irq, (void)enabled; }
unsigned uart_init(uart_inst_t* uart, unsigned baud) {
  (void)uart;
  return baud;
}
void uart_set_irq_enables(uart_inst_t* uart, bool receives, bool sends) { (void)uart, (void)receives, (void)sends; }
void gpio_init(unsigned pin) { (void)pin; }
void gpio_set_function(unsigned pin, enum gpio_function function) { (void)pin, (void)function; }
void gpio_pull_down(unsigned pin) { (void)pin; }
void gpio_set_dir(unsigned pin, bool out) { (void)pin, (void)out; }
void gpio_put(unsigned pin, bool value) { (void)pin, (void)value; }
bool gpio_get(unsigned pin) {
  (void)pin;
  return false;
}
uint32_t save_and_disable_interrupts(void) { return 0; }
void restore_interrupts(uint32_t held) { (void)held; }
void watchdog_reboot(uint32_t pc, uint32_t sp, uint32_t ms) {
  (void)pc, (void)sp, (void)ms;
  exit(3);
}
