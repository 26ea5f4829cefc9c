/*
 * Geometries from standard input, 12 words each: what the first burning says to each, and what boot says. This flash is erased, takes
 * nothing and cannot be read twice: what is asked of it is answered, or fails.
 */
#include <stdio.h>
#include <string.h>

#include "holdfast_burned.h"
#include "holdfast_port.h"

static const holdfast_geometry* of;
static uint32_t programs;

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  (void)area;
  (void)offset;
  memset(destination, (int)(of->erased_byte & 0xff), bytes);
  return 0;
}
uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) { return area + offset > 0; }
uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  (void)area;
  (void)offset;
  (void)source;
  (void)bytes;
  programs++;
  return 0;
}
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) { return source == 0 ? 0 : bytes; }
uint32_t holdfast_port_safe_input(void) { return 0; }
uint32_t holdfast_port_ticks(void) { return 0; }
void holdfast_port_reset(void) {}
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }
void holdfast_port_interrupts(uint32_t pass) { (void)pass; }
_Noreturn void holdfast_port_trap(void) {
  for (;;) {
  }
}

int main(void) {
  holdfast_geometry geometry;
  of = &geometry;
  while (fread(&geometry, sizeof geometry, 1, stdin) == 1) {
    programs = 0;
    const uint32_t burned = holdfast_burn_first_edition(&geometry);
    printf("%u %u %u\n", burned, programs, holdfast_boot(&geometry, holdfast_burned));
  }
  return 0;
}
