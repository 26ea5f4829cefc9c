/*
 * The flash chip, driven through the SSI by code in SRAM. Interrupts stay on: their code and vectors lie in SRAM too, so that no
 * byte of the line is lost while the chip is busy. Commands: any 25-series flash chip, for instance W25Q16JV, section 8.
 */
#include <stdbool.h>
#include "areas.h"
#include "port.h"
#include "reading.h"
#include "registers.h"

/*
 * A sector erase takes at most 400 ms, a page program at most 3 ms; a chip that says it is busy for longer than twice that is given up,
 * and so is an SSI that takes or gives no byte. What was asked for then has failed (FLASH_FAILED), and the loop goes on.
 */
enum { ERASE_MICROSECONDS_MAX = 800000, PROGRAM_MICROSECONDS_MAX = 6000, BYTE_MICROSECONDS_MAX = 100 };
enum { WRITE_ENABLE = 0x06, PAGE_PROGRAM = 0x02, SECTOR_ERASE = 0x20, READ_STATUS = 0x05, STATUS_BUSY = 1 };

const holdfast_geometry port_geometry = TARGET_GEOMETRY;

const uint8_t* port_burned(void) { return (const uint8_t*)TARGET_BURNED_ADDRESS; }

/* Offset in flash of a range inside one area; 0 when it is not. */
static uint32_t locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  return place_in_area(TARGET_AREAS_OFFSET, area, offset, bytes);
}

/* Whether the bits of the SSI's status came to be as wanted before the time was over. */
static bool ssi_becomes(uint32_t bits, uint32_t wanted) {
  const uint32_t since = TIMER_RAWL;
  while ((SSI_SR & bits) != wanted)
    if (TIMER_RAWL - since > BYTE_MICROSECONDS_MAX) return false;
  return true;
}

/* What comes when nothing does: to who asks for the status it means busy. */
static uint32_t exchange(uint32_t byte) {
  SSI_DR0 = byte;
  return ssi_becomes(SSI_SR_RFNE, SSI_SR_RFNE) ? SSI_DR0 & 0xff : 0xff;
}

static void select_chip(void) { QSPI_SS_CTRL = QSPI_SS_LOW; }
static void release_chip(void) { QSPI_SS_CTRL = QSPI_SS_HIGH; }

static void command_with_address(uint32_t command, uint32_t address) {
  select_chip();
  exchange(command);
  exchange(address >> 16);
  exchange((address >> 8) & 0xff);
  exchange(address & 0xff);
}

/* From here to leave_commands flash cannot be read. */
static void enter_commands(void) {
  (void)ssi_becomes(SSI_SR_BUSY, 0);
  release_chip();
  SSI_SSIENR = 0;
  SSI_BAUDR = 6;
  SSI_CTRLR0 = 7u << 16; /* 8-bit frames, both ways */
  SSI_SER = 1;
  SSI_SSIENR = 1;
  select_chip();
  exchange(WRITE_ENABLE);
  release_chip();
}

static uint32_t read_status(void) {
  select_chip();
  exchange(READ_STATUS);
  const uint32_t status = exchange(0);
  release_chip();
  return status;
}

/* Gives 0 when the chip is done, 1 when it is still busy after so long. */
static uint32_t wait_until_done(uint32_t microseconds_max) {
  const uint32_t since = TIMER_RAWL;
  while (read_status() & STATUS_BUSY)
    if (TIMER_RAWL - since > microseconds_max) return 1;
  return 0;
}

static void leave_commands(void) {
  reading_resume();
  QSPI_SS_CTRL = QSPI_SS_NORMAL;
  XIP_FLUSH = 1;
  (void)XIP_FLUSH; /* waits until the cache is empty [2.6.3.2] */
}

/* Past the cache: what is said to be there was read from the chip. */
uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint32_t at = locate(area, offset, bytes);
  if (at == 0) return 1;
  const uint32_t skipped = at & 3;
  const volatile uint32_t* from = (const volatile uint32_t*)(XIP_NOCACHE_NOALLOC_BASE + (at & ~3u));
  if (((at | (uint32_t)destination | bytes) & 3) == 0) {
    for (uint32_t done = 0; done < bytes; done += 4) *(uint32_t*)(void*)(destination + done) = from[done / 4];
    return 0;
  }
  /* Each word is read once, since a word takes as long as a byte. */
  for (uint32_t place = 0; place < skipped + bytes; place += 4) {
    const uint32_t word = from[place / 4];
    for (uint32_t i = 0; i < 4; i++) {
      const uint32_t to = place + i - skipped;
      if (to < bytes) destination[to] = (uint8_t)(word >> 8 * i);
    }
  }
  return 0;
}

uint32_t port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t at = locate(area, offset, TARGET_SECTOR_BYTES);
  if (at == 0 || at % TARGET_SECTOR_BYTES != 0) return 1;
  enter_commands();
  command_with_address(SECTOR_ERASE, at);
  release_chip();
  const uint32_t failed = wait_until_done(ERASE_MICROSECONDS_MAX);
  leave_commands();
  return failed;
}

uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t start = locate(area, offset, bytes);
  if (start == 0 || start % TARGET_PROGRAM_BYTES != 0 || bytes % TARGET_PROGRAM_BYTES != 0) return 1;
  for (uint32_t done = 0; done < bytes; done += TARGET_PROGRAM_BYTES) {
    enter_commands();
    command_with_address(PAGE_PROGRAM, start + done);
    for (uint32_t i = 0; i < TARGET_PROGRAM_BYTES; i++) exchange(source[done + i]);
    release_chip();
    const uint32_t failed = wait_until_done(PROGRAM_MICROSECONDS_MAX);
    leave_commands();
    if (failed) return 1;
  }
  return 0;
}
