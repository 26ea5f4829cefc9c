/*
 * Flash that is read like memory, and that nobody can write yet: the edition that was flashed with the firmware answers, and every
 * update ends with FLASH_FAILED. targets/common/port.h says what each function must hold to.
 */
#include "areas.h"
#include "port.h"

const holdfast_geometry port_geometry = TARGET_GEOMETRY;

const uint8_t* port_burned(void) { return (const uint8_t*)TARGET_BURNED_ADDRESS; }

static uint32_t locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  return place_in_area(TARGET_FLASH_ADDRESS + TARGET_AREAS_OFFSET, area, offset, bytes);
}

/* Past any cache, where there is one. */
uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const volatile uint8_t* from = (const volatile uint8_t*)locate(area, offset, bytes);
  if (from == 0) return 1;
  for (uint32_t done = 0; done < bytes; done++) destination[done] = from[done];
  return 0;
}

/*
 * To be written: erases the sector of so many bytes at an address and waits until that is done, but no longer than the datasheet's maximum.
 * Gives 0 when it is; a wait whose end is a flag of the chip alone would stop the loop for ever when the chip dies.
 */
static uint32_t erase_sector(uint32_t at, uint32_t bytes) {
  (void)at;
  (void)bytes;
  return 1;
}

/* To be written: programs one unit at an address and waits until that is done, with an end as above. Gives 0 when it is. */
static uint32_t program_unit(uint32_t at, const uint8_t* source) {
  (void)at;
  (void)source;
  return 1;
}

uint32_t port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t bytes = area < HOLDFAST_AREAS ? port_geometry.sector_bytes[area] : 0;
  const uint32_t at = locate(area, offset, bytes);
  if (at == 0 || at % bytes != 0) return 1;
  return erase_sector(at, bytes);
}

uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t start = locate(area, offset, bytes);
  if (start == 0 || start % TARGET_PROGRAM_BYTES != 0 || bytes % TARGET_PROGRAM_BYTES != 0) return 1;
  for (uint32_t done = 0; done < bytes; done += TARGET_PROGRAM_BYTES)
    if (program_unit(start + done, source + done) != 0) return 1;
  return 0;
}
