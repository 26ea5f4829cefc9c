/*
 * The flash chip, driven through the SSI by code in SRAM. Interrupts stay on: their code and vectors lie in SRAM too, so that no
 * byte of the line is lost while the chip is busy. Commands: any 25-series flash chip, for instance W25Q16JV, section 8.
 */
#include "areas.h"
#include "port.h"
#include "registers.h"

enum { WRITE_ENABLE = 0x06, PAGE_PROGRAM = 0x02, SECTOR_ERASE = 0x20, READ_STATUS = 0x05, STATUS_BUSY = 1 };

const holdfast_geometry port_geometry = TARGET_GEOMETRY;

const uint8_t* port_burned(void) { return (const uint8_t*)TARGET_BURNED_ADDRESS; }

/* Offset in flash of a range inside one area; 0 when it is not. */
static uint32_t locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  return place_in_area(TARGET_AREAS_OFFSET, area, offset, bytes);
}

static uint32_t exchange(uint32_t byte) {
  SSI_DR0 = byte;
  while (!(SSI_SR & SSI_SR_RFNE)) {
  }
  return SSI_DR0 & 0xff;
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
  while (SSI_SR & SSI_SR_BUSY) {
  }
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

static void wait_until_done(void) {
  uint32_t status;
  do {
    select_chip();
    exchange(READ_STATUS);
    status = exchange(0);
    release_chip();
  } while (status & STATUS_BUSY);
}

static void leave_commands(void) {
  SSI_SSIENR = 0;
  SSI_BAUDR = 4;
  SSI_CTRLR0 = 0x001f0300;
  SSI_CTRLR1 = 0;
  SSI_SPI_CTRLR0 = 0x03000218;
  SSI_SSIENR = 1;
  QSPI_SS_CTRL = QSPI_SS_NORMAL;
  XIP_FLUSH = 1;
  (void)XIP_FLUSH; /* waits until the cache is empty [2.6.3.2] */
}

/* Past the cache: what is said to be there was read from the chip. */
uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint32_t at = locate(area, offset, bytes);
  if (at == 0) return 1;
  const volatile uint8_t* from = (const volatile uint8_t*)(XIP_NOCACHE_NOALLOC_BASE + at);
  uint32_t done = 0;
  if ((((uint32_t)destination | at) & 3) == 0) {
    for (; done + 4 <= bytes; done += 4) *(uint32_t*)(void*)(destination + done) = *(const volatile uint32_t*)(from + done);
  }
  for (; done < bytes; done++) destination[done] = from[done];
  return 0;
}

uint32_t port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t at = locate(area, offset, TARGET_SECTOR_BYTES);
  if (at == 0 || at % TARGET_SECTOR_BYTES != 0) return 1;
  enter_commands();
  command_with_address(SECTOR_ERASE, at);
  release_chip();
  wait_until_done();
  leave_commands();
  return 0;
}

uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t start = locate(area, offset, bytes);
  if (start == 0 || start % TARGET_PROGRAM_BYTES != 0 || bytes % TARGET_PROGRAM_BYTES != 0) return 1;
  for (uint32_t done = 0; done < bytes; done += TARGET_PROGRAM_BYTES) {
    enter_commands();
    command_with_address(PAGE_PROGRAM, start + done);
    for (uint32_t i = 0; i < TARGET_PROGRAM_BYTES; i++) exchange(source[done + i]);
    release_chip();
    wait_until_done();
    leave_commands();
  }
  return 0;
}
