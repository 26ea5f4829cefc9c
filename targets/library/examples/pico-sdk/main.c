/*
 * pico-sdk on a Raspberry Pi Pico: loop and port in one file. UART0 on GPIO 0 and 1, safe input on GPIO 2 (parked at 3.3 V, pulled down),
 * areas at the end of the flash. The program runs from RAM (copy_to_ram in CMakeLists.txt), so the receive interrupt goes on while the
 * flash is erased; core 1 stays off.
 *
 * pico-sdk says to hold interrupts back around its flash functions, since what an interrupt runs may lie in flash. Here nothing does, so
 * they stay on, and no byte of the line is lost while a sector is erased. With a part of yours in flash hold them back there.
 *
 * It drives along the map, prints on the line what the checks were, and ends; with -DTURNS=0 it goes on for ever, as firmware does.
 */
#include <stdio.h>
#include <string.h>

#include "hardware/flash.h"
#include "hardware/irq.h"
#include "hardware/sync.h"
#include "hardware/uart.h"
#include "hardware/watchdog.h"
#include "pico/stdlib.h"

#include "holdfast_burned.h"
#include "holdfast_map.h"
#include "holdfast_port.h"

enum { PIN_TRANSMIT = 0, PIN_RECEIVE = 1, PIN_PARKED = 2, PIN_LAMP = 25, BAUD = 115200 };
enum { SLOT_BYTES = 256 * 1024, JOURNAL_BYTES = 2 * FLASH_SECTOR_SIZE };
#ifndef TURNS
#define TURNS 1000u
#endif
enum { TURNS_A_DRIVE = 1000, TURN_US = 1000 };
#define AREAS_BYTES (2u * SLOT_BYTES + 3u * JOURNAL_BYTES)
#define AREAS_AT (PICO_FLASH_SIZE_BYTES - AREAS_BYTES)

static const holdfast_geometry geometry = {
    FLASH_PAGE_SIZE, 0xff, {FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE},
    {SLOT_BYTES, SLOT_BYTES, JOURNAL_BYTES, JOURNAL_BYTES, JOURNAL_BYTES}};

/* Where a range of an area lies in the flash; 0, where the boot code is, when it is not inside. */
static uint32_t place_of(uint32_t area, uint32_t offset, uint32_t bytes) {
  if (area >= HOLDFAST_AREAS || offset > geometry.area_bytes[area] || bytes > geometry.area_bytes[area] - offset) return 0;
  uint32_t start = AREAS_AT + offset;
  for (uint32_t before = 0; before < area; before++) start += geometry.area_bytes[before];
  return start;
}

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint32_t place = place_of(area, offset, bytes);
  if (place == 0) return 1;
  memcpy(destination, (const void*)(uintptr_t)(XIP_NOCACHE_NOALLOC_BASE + place), bytes);
  return 0;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t place = place_of(area, offset, FLASH_SECTOR_SIZE);
  if (place == 0 || offset % FLASH_SECTOR_SIZE != 0) return 1;
  flash_range_erase(place, FLASH_SECTOR_SIZE);
  return 0;
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t place = place_of(area, offset, bytes);
  if (place == 0) return 1;
  flash_range_program(place, source, bytes);
  return 0;
}

uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  uint32_t taken = 0;
  while (taken < bytes && uart_is_writable(uart0)) uart_get_hw(uart0)->dr = source[taken++];
  return taken;
}

uint32_t holdfast_port_safe_input(void) { return gpio_get(PIN_PARKED) ? 1 : 0; }
uint32_t holdfast_port_ticks(void) { return (uint32_t)(time_us_64() / 1000u); } /* ticks-per-second: 1000, as is the default */
void holdfast_port_reset(void) { watchdog_reboot(0, 0, 1); }

/* `holdfast timing measure` then has nothing to count with. */
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }

void holdfast_port_interrupts(uint32_t pass) {
  static uint32_t held;
  if (pass) restore_interrupts(held);
  else held = save_and_disable_interrupts();
}

_Noreturn void holdfast_port_trap(void) {
  (void)save_and_disable_interrupts();
  watchdog_reboot(0, 0, 1);
  for (;;) {
  }
}

static void receive_interrupt(void) {
  while (uart_is_readable(uart0)) holdfast_receive((uint8_t)uart_get_hw(uart0)->dr);
}

/* Where the machine is, in steps of the map's axis, its origin taken off. 0 when it is not known. Here it drives from end to end. */
static int measure(uint32_t turn, int32_t* place) {
  const int64_t length = (int64_t)HOLDFAST_MAP_MAX - HOLDFAST_MAP_MIN;
  *place = (int32_t)(HOLDFAST_MAP_MIN + length * (turn % TURNS_A_DRIVE) / TURNS_A_DRIVE);
  return 1;
}

/* A line of text between two frames: clients of the protocol skip it. */
static void print(uint32_t reason, uint32_t checks, uint32_t covered) {
  char text[64];
  while (holdfast_state_of(HOLDFAST_STATE_BUSY) != 0) (void)holdfast_service(0);
  (void)snprintf(text, sizeof text, "boot %lu, %lu checks, %lu covered\n", (unsigned long)reason, (unsigned long)checks,
                 (unsigned long)covered);
  uart_puts(uart0, text);
}

static void begin(void) {
  uart_init(uart0, BAUD);
  gpio_set_function(PIN_TRANSMIT, GPIO_FUNC_UART);
  gpio_set_function(PIN_RECEIVE, GPIO_FUNC_UART);
  irq_set_exclusive_handler(UART0_IRQ, receive_interrupt);
  irq_set_enabled(UART0_IRQ, true);
  uart_set_irq_enables(uart0, true, false);
  gpio_init(PIN_PARKED);
  gpio_pull_down(PIN_PARKED);
  gpio_init(PIN_LAMP);
  gpio_set_dir(PIN_LAMP, true);
}

int main(void) {
  begin();
  const uint32_t burned = holdfast_burn_first_edition(&geometry); /* once: from the second start on the areas are not erased */
  if (burned != HOLDFAST_BURN_DONE && burned != HOLDFAST_BURN_NOT_ERASED) holdfast_port_trap();
  const uint32_t reason = holdfast_boot(&geometry, holdfast_burned); /* not 0: FAULT; the line still answers */
  uint32_t covered = 0;
  for (uint32_t turn = 0; TURNS == 0 || turn != TURNS; turn++) {
    int32_t place;
    const uint32_t word = measure(turn, &place) ? holdfast_check(0, place, 0) : holdfast_check_invalid();
    gpio_put(PIN_LAMP, holdfast_is_covered(word)); /* what the machine does about holdfast_action(word) belongs here */
    if (holdfast_is_covered(word)) covered++;
    (void)holdfast_service(1);
    sleep_us(TURN_US);
  }
  print(reason, TURNS, covered);
  return reason == HOLDFAST_REASON_NONE ? 0 : 1;
}
