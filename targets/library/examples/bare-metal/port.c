/*
 * A port that keeps its flash in RAM and has no line: it compiles anywhere. Replace the bodies; port.h says what each must hold to.
 */
#include "holdfast_port.h"
#include <string.h>
#include "holdfast.h"
#if __has_include("holdfast_burned.h")
#include "holdfast_burned.h"
#endif

enum { SECTOR_BYTES = 4096, PAGE_BYTES = 256, JOURNAL_BYTES = 2 * SECTOR_BYTES };

/* A slot holds the largest image that will ever be pushed and one sector more; here, what is burned in, or next to nothing. */
#ifdef HOLDFAST_EDITION_BYTES
enum { SLOT_BYTES = (HOLDFAST_EDITION_BYTES + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES };
#else
enum { SLOT_BYTES = 2 * SECTOR_BYTES };
#endif

/* Sizes as the flash has them. */
const holdfast_geometry port_geometry = {
    PAGE_BYTES, 0xff, {SECTOR_BYTES, SECTOR_BYTES, SECTOR_BYTES, SECTOR_BYTES, SECTOR_BYTES},
    {SLOT_BYTES, SLOT_BYTES, JOURNAL_BYTES, JOURNAL_BYTES, JOURNAL_BYTES}};

/* Erased bytes are 0xff; memory starts with 0. Bits are kept inverted, so that this flash starts erased. */
static uint8_t inverted[2 * SLOT_BYTES + 3 * JOURNAL_BYTES];

/* Where a range of an area lies; a null pointer when it is not inside. */
static uint8_t* locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  if (area >= HOLDFAST_AREAS) return 0;
  const uint32_t limit = port_geometry.area_bytes[area];
  if (offset > limit || bytes > limit - offset) return 0;
  uint8_t* start = inverted;
  for (uint32_t before = 0; before < area; before++) start += port_geometry.area_bytes[before];
  return start + offset;
}

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint8_t* from = locate(area, offset, bytes);
  if (from == 0) return 1;
  for (uint32_t i = 0; i < bytes; i++) destination[i] = (uint8_t)~from[i];
  return 0;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  uint8_t* sector = locate(area, offset, SECTOR_BYTES);
  if (sector == 0 || offset % SECTOR_BYTES != 0) return 1;
  memset(sector, 0, SECTOR_BYTES);
  return 0;
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  uint8_t* to = locate(area, offset, bytes);
  if (to == 0 || offset % PAGE_BYTES != 0 || bytes % PAGE_BYTES != 0) return 1;
  /* Programming clears bits and sets none, as flash does. */
  for (uint32_t i = 0; i < bytes; i++) to[i] |= (uint8_t)~source[i];
  return 0;
}

/* There is no line: everything is taken. */
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  (void)source;
  return bytes;
}

/* There is no signal, so the machine is never parked. */
uint32_t holdfast_port_safe_input(void) { return 0; }

/* There is no timer: time goes by as it is asked for. */
uint32_t holdfast_port_ticks(void) {
  static uint32_t calls;
  return calls++;
}

void holdfast_port_reset(void) {}

/* There is no counter of cycles. */
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }

/* There are no interrupts to hold back. */
void holdfast_port_interrupts(uint32_t pass) { (void)pass; }

_Noreturn void holdfast_port_trap(void) {
  holdfast_port_reset();
  for (;;) {
  }
}
