/*
 * Parallel flash, driven by code in RAM: while it takes commands it cannot be read, so interrupts, whose code lies in RAM too, may
 * stay on. Two 16-bit chips lie side by side, so every command and every status goes to both halves of the bus. Commands: Intel's
 * basic command set with write buffer (JEDEC JESD68.01; StrataFlash J3 datasheet, section 9).
 */
#include <stdbool.h>
#include "areas.h"
#include "port.h"
#include "registers.h"

#define BOTH(command) ((uint32_t)(command) * 0x00010001u)
#define ERASE BOTH(0x20)
#define CONFIRM BOTH(0xd0)
#define WRITE_BUFFER BOTH(0xe8)
#define CLEAR_STATUS BOTH(0x50)
#define READ_ARRAY BOTH(0xff)
#define STATUS_READY BOTH(0x80)
#define STATUS_FAILED BOTH(0x3a) /* erase, program, voltage or lock */

/*
 * The J3 datasheet's longest block erase is 4 s, its longest buffered program 654 us. A chip that is not ready after that is given up:
 * what was asked for has failed (FLASH_FAILED), and the loop goes on. MTIME_LOW wraps after 429 s.
 */
#define ERASE_COUNTS_MAX (4u * TARGET_COUNTER_HZ)
#define PROGRAM_COUNTS_MAX (TARGET_COUNTER_HZ / 1000u)

const holdfast_geometry port_geometry = TARGET_GEOMETRY;

const uint8_t* port_burned(void) { return (const uint8_t*)TARGET_BURNED_ADDRESS; }

/* Address of a range inside one area; 0 when it is not. */
static uint32_t locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  return place_in_area(TARGET_FLASH_ADDRESS + TARGET_AREAS_OFFSET, area, offset, bytes);
}

static bool is_ready(uint32_t status) { return (status & STATUS_READY) == STATUS_READY; }

/* Waits until both chips are ready, then lets flash be read again. Gives 0 when neither complains, nor takes longer than it may. */
static uint32_t finish(uint32_t at, uint32_t counts_max) {
  const uint32_t since = MTIME_LOW;
  uint32_t status = REGISTER(at);
  while (!is_ready(status) && MTIME_LOW - since <= counts_max) status = REGISTER(at);
  REGISTER(at) = CLEAR_STATUS;
  REGISTER(at) = READ_ARRAY;
  return is_ready(status) && (status & STATUS_FAILED) == 0 ? 0 : 1;
}

/* Asks for the write buffer until both chips have one free. Gives 0 when they do before the time is over. */
static uint32_t take_buffer(uint32_t at) {
  const uint32_t since = MTIME_LOW;
  do {
    REGISTER(at) = WRITE_BUFFER;
    if (is_ready(REGISTER(at))) return 0;
  } while (MTIME_LOW - since <= PROGRAM_COUNTS_MAX);
  REGISTER(at) = READ_ARRAY;
  return 1;
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
  REGISTER(at) = ERASE;
  REGISTER(at) = CONFIRM;
  return finish(at, ERASE_COUNTS_MAX);
}

uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t start = locate(area, offset, bytes);
  if (start == 0 || start % TARGET_PROGRAM_BYTES != 0 || bytes % TARGET_PROGRAM_BYTES != 0) return 1;
  for (uint32_t page = 0; page < bytes; page += TARGET_PROGRAM_BYTES) {
    const uint32_t at = start + page;
    if (take_buffer(at) != 0) return 1;
    REGISTER(at) = BOTH(TARGET_PROGRAM_BYTES / 4 - 1); /* words of each chip, less one */
    for (uint32_t i = 0; i < TARGET_PROGRAM_BYTES; i += 4) {
      const uint8_t* from = source + page + i;
      REGISTER(at + i) = (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
    }
    REGISTER(at) = CONFIRM;
    if (finish(at, PROGRAM_COUNTS_MAX) != 0) return 1;
  }
  return 0;
}
