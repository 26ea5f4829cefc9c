/*
 * Flash by the chip's NVMC. Code lies in the same flash, so the processor stands while a page is erased (22.3 ms at most) or a word is
 * written (46.3 us), interrupts too: the receiver's six bytes overflow meanwhile when the client goes on sending (docs/targets.md).
 */
#include "areas.h"
#include "port.h"
#include "registers.h"
#include "target.h"

const holdfast_geometry port_geometry = TARGET_GEOMETRY;

const uint8_t* port_burned(void) { return (const uint8_t*)TARGET_BURNED_ADDRESS; }

/* Address of a range inside one area; 0 when it is not. */
static uint32_t locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  return place_in_area(TARGET_FLASH_ADDRESS + TARGET_AREAS_OFFSET, area, offset, bytes);
}

/* An erase takes 22.3 ms at most, a word 46.3 us; what takes longer than this has failed. */
enum { ERASE_COUNTS_MAX = TARGET_COUNTER_HZ / 25, WRITE_COUNTS_MAX = TARGET_COUNTER_HZ / 5000 };

static uint32_t counter(void) {
  TIMER_CAPTURE_2 = 1;
  return TIMER_AT_2;
}

/* Waits until the controller is done; gives 0 when it is before the time is over. */
static uint32_t finish(uint32_t counts_max) {
  const uint32_t since = counter();
  uint32_t ready = NVMC_READY & 1u;
  while (!ready && counter() - since <= counts_max) ready = NVMC_READY & 1u;
  return ready ? 0 : 1;
}

/* It does nothing: what watches the firmware from outside knows by it where flash has changed. */
void flash_written(uint32_t at, uint32_t bytes);
__attribute__((noipa)) void flash_written(uint32_t at, uint32_t bytes) {
  (void)at;
  (void)bytes;
}

uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint32_t at = locate(area, offset, bytes);
  if (at == 0) return 1;
  uint32_t done = 0;
  if ((((uint32_t)destination | at) & 3) == 0) {
    for (; done + 4 <= bytes; done += 4) *(uint32_t*)(void*)(destination + done) = REGISTER(at + done);
  }
  for (; done < bytes; done++) destination[done] = REGISTER8(at + done);
  return 0;
}

uint32_t port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t at = locate(area, offset, TARGET_SECTOR_BYTES);
  if (at == 0 || at % TARGET_SECTOR_BYTES != 0) return 1;
  NVMC_CONFIG = NVMC_ERASES;
  NVMC_ERASE_PAGE = at;
  const uint32_t failed = finish(ERASE_COUNTS_MAX);
  NVMC_CONFIG = NVMC_READS;
  flash_written(at, TARGET_SECTOR_BYTES);
  return failed;
}

static uint32_t program_unit(uint32_t at, const uint8_t* from) {
  uint32_t failed = 0;
  NVMC_CONFIG = NVMC_WRITES;
  for (uint32_t i = 0; i < TARGET_PROGRAM_BYTES && failed == 0; i += 4, from += 4) {
    REGISTER(at + i) = (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
    failed = finish(WRITE_COUNTS_MAX);
  }
  NVMC_CONFIG = NVMC_READS;
  flash_written(at, TARGET_PROGRAM_BYTES);
  return failed;
}

uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t start = locate(area, offset, bytes);
  if (start == 0 || start % TARGET_PROGRAM_BYTES != 0 || bytes % TARGET_PROGRAM_BYTES != 0) return 1;
  for (uint32_t unit = 0; unit < bytes; unit += TARGET_PROGRAM_BYTES) {
    if (program_unit(start + unit, source + unit) != 0) return 1;
  }
  return 0;
}
