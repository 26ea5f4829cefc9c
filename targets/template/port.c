/*
 * A port that keeps its flash in RAM and has no line: it compiles anywhere and shows what each function must hold to.
 * Replace the bodies; keep the promises.
 */
#include "port.h"
#include <string.h>
#include "holdfast.h"

enum { SECTOR_BYTES = 4096, PAGE_BYTES = 256, AREAS = 5, AREA_BYTES = 8192 };

/* Sizes as the flash has them: an area is a whole number of sectors, two at least; slots must hold the largest image and one sector. */
const holdfast_geometry port_geometry = {SECTOR_BYTES, PAGE_BYTES, 0xff, {AREA_BYTES, AREA_BYTES, AREA_BYTES, AREA_BYTES, AREA_BYTES}};

static uint8_t flash[AREAS][AREA_BYTES];

static uint32_t is_inside(uint32_t area, uint32_t offset, uint32_t bytes) {
  return area < AREAS && offset <= AREA_BYTES && bytes <= AREA_BYTES - offset;
}

/* Reads what is in the flash now, past any cache: "it is there" is said on the strength of this. */
uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  if (!is_inside(area, offset, bytes)) return 1;
  memcpy(destination, &flash[area][offset], bytes);
  return 0;
}

/* Erases the one sector at `offset` and returns when it is done. Interrupts of the line must be served meanwhile. */
uint32_t port_flash_erase(uint32_t area, uint32_t offset) {
  if (!is_inside(area, offset, SECTOR_BYTES) || offset % SECTOR_BYTES != 0) return 1;
  memset(&flash[area][offset], 0xff, SECTOR_BYTES);
  return 0;
}

/* Programs whole, erased program units and returns when it is done. Code that runs meanwhile must not lie in this flash. */
uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  if (!is_inside(area, offset, bytes) || offset % PAGE_BYTES != 0 || bytes % PAGE_BYTES != 0) return 1;
  memcpy(&flash[area][offset], source, bytes);
  return 0;
}

/* Takes what the transmitter has room for, and never waits: the rest is offered again. */
uint32_t port_serial_write(const uint8_t* source, uint32_t bytes) {
  (void)source;
  return bytes;
}

/* 1 only while a signal says so that cannot come from an open wire: use a pull against it. */
uint32_t port_safe_input(void) { return 0; }

/* Counts at the burned rate (ticks a second, offset 12 of the burned block) from reset on, and wraps. */
uint32_t port_ticks(void) {
  static uint32_t calls;
  return calls++;
}

/* Resets the whole device. It may return; the reset follows. */
void port_reset(void) {}

/*
 * Counts the processor's clock cycles, for `holdfast timing measure`: DWT_CYCCNT on a Cortex-M3 or larger, mcycle on RISC-V, a timer
 * at the processor's clock elsewhere. It wraps at 2^32 only and takes the same time at every call. Without one, both give 0.
 */
uint32_t port_cycles(void) { return 0; }
uint32_t port_cycle_rate(void) { return 0; }

/* 0 holds interrupts back around one measured call, 1 lets them through again. */
void port_interrupts(uint32_t pass) { (void)pass; }

/* A broken invariant of the core: bring the machine to its safe state by hardware, then reset. */
_Noreturn void port_trap(void) {
  port_reset();
  for (;;) {
  }
}
