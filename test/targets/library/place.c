/* Says places over a line that takes a few bytes at a time, and one that the request on standard input
 * overtakes. The core has no edition, and answers. */
#include <stdio.h>

#include "holdfast_place.h"

static uint32_t most = 1;

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  (void)area;
  (void)offset;
  for (uint32_t i = 0; i < bytes; i++) destination[i] = 0xff;
  return 0;
}
uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) { return area + offset + 1; }
uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  return area + offset + bytes + source[0];
}
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  const uint32_t taken = bytes < most ? bytes : most;
  return (uint32_t)fwrite(source, 1, taken, stdout);
}
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
  static const holdfast_geometry geometry = {256, 0xff, {4096, 4096, 4096, 4096, 4096}, {8192, 8192, 8192, 8192, 8192}};
  static const uint8_t burned[HOLDFAST_BURNED_BYTES];
  static const int32_t places[] = {0, 7, 5050000, -1, INT32_MAX, INT32_MIN};
  static const uint32_t phases[] = {0, 15, UINT32_MAX};
  static holdfast_place place;
  (void)holdfast_boot(&geometry, burned);
  (void)holdfast_service(100);
  for (; most < 8; most += 6) {
    for (unsigned x = 0; x < sizeof places / sizeof places[0]; x++) {
      for (unsigned phase = 0; phase < sizeof phases / sizeof phases[0]; phase++) {
        while (holdfast_say_place(&place, places[x], phases[phase])) {
        }
        while (holdfast_say_place_plane(&place, places[x], places[(x + 1) % (sizeof places / sizeof places[0])], phases[phase])) {
        }
      }
    }
  }
  most = 4;
  if (!holdfast_say_place(&place, 1234567, 0)) return 1;
  for (int byte = getchar(); byte != EOF; byte = getchar()) holdfast_receive((uint8_t)byte);
  while (holdfast_state_of(HOLDFAST_STATE_BUSY)) {
    if (holdfast_say_place(&place, 1234567, 0)) return 2;
    (void)holdfast_service(1);
  }
  while (holdfast_say_place(&place, 1234567, 0)) {
  }
  return 0;
}
