/*
 * Holdfast on a board with the Arduino core: the map is checked on every turn of loop(), and every `holdfast` verb talks to it over
 * the board's serial line. Flash is kept in RAM here, so an edition is gone after a reset; put your board's flash into the three
 * flash functions for more than trying it. Needs a 32-bit board with 256 KiB of RAM.
 *
 * It drives along the map, prints what the checks were, and ends; with TURNS 0 it goes on for ever, as firmware does.
 */
#include <holdfast.h>
#include <holdfast_port.h>
#include <string.h>
#if __has_include(<holdfast_burned.h>)
#include <holdfast_burned.h>
#include <holdfast_map.h>
#else
// No edition was burned in: `holdfast firmware library --image` makes holdfast_burned.c. Until then every answer is FAULT, stop.
static const uint8_t holdfast_burned[HOLDFAST_BURNED_BYTES] = {0};
#define HOLDFAST_MAP_MIN 0
#define HOLDFAST_MAP_MAX 1000
#endif

#ifndef TURNS
#define TURNS 1000u
#endif
static const uint32_t TURNS_A_DRIVE = 1000;

// The machine is parked while this pin is tied to ground through a contact; the pull-up, which every core has, makes an open wire
// "not parked".
static const int PARKED_PIN = 2;

static const uint32_t SECTOR_BYTES = 4096;
static const uint32_t AREA_BYTES = 2 * SECTOR_BYTES;
#ifdef HOLDFAST_BURNED_H_
static const uint32_t SLOT_BYTES = (HOLDFAST_EDITION_BYTES + 2 * SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
#else
static const uint32_t SLOT_BYTES = 2 * SECTOR_BYTES;
#endif

static const holdfast_geometry geometry = {
    256, 0xff, {SECTOR_BYTES, SECTOR_BYTES, SECTOR_BYTES, SECTOR_BYTES, SECTOR_BYTES},
    {SLOT_BYTES, SLOT_BYTES, AREA_BYTES, AREA_BYTES, AREA_BYTES}};
static uint8_t flash[2 * SLOT_BYTES + 3 * AREA_BYTES];

static uint8_t* locate(uint32_t area, uint32_t offset, uint32_t bytes) {
  if (area >= HOLDFAST_AREAS || offset > geometry.area_bytes[area] || bytes > geometry.area_bytes[area] - offset) return nullptr;
  uint8_t* start = flash;
  for (uint32_t before = 0; before < area; before++) start += geometry.area_bytes[before];
  return start + offset;
}

extern "C" {
uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint8_t* from = locate(area, offset, bytes);
  if (from == nullptr) return 1;
  memcpy(destination, from, bytes);
  return 0;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  uint8_t* sector = locate(area, offset, SECTOR_BYTES);
  if (sector == nullptr) return 1;
  memset(sector, 0xff, SECTOR_BYTES);
  return 0;
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  uint8_t* to = locate(area, offset, bytes);
  if (to == nullptr) return 1;
  memcpy(to, source, bytes);
  return 0;
}

// Some cores do not say how much room there is: then, and while there is none, one byte at a time, which takes no longer than a byte does.
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  const int room = Serial.availableForWrite();
  const uint32_t most = room > 0 ? (uint32_t)room : 1;
  return (uint32_t)Serial.write(source, most < bytes ? most : bytes);
}

uint32_t holdfast_port_safe_input(void) { return digitalRead(PARKED_PIN) == LOW; }
uint32_t holdfast_port_ticks(void) { return millis(); } // a map whose firmware has ticks-per-second: 1000, as is the default

// No counter of cycles: `holdfast timing measure` then has nothing to count with.
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }

// Interrupts as they were before: the sketch may have held them back itself. Other processors than these let them come in between.
void holdfast_port_interrupts(uint32_t pass) {
#if defined(__arm__)
  static uint32_t held;
  if (pass) __asm__ volatile("msr primask, %0" : : "r"(held) : "memory");
  else __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(held) : : "memory");
#elif defined(__riscv)
  static uint32_t held;
  if (pass) __asm__ volatile("csrs mstatus, %0" : : "r"(held & 8u) : "memory");
  else __asm__ volatile("csrrci %0, mstatus, 8" : "=r"(held) : : "memory");
#else
  (void)pass;
#endif
}

// A board's own reset belongs here; this example boots the core again, from loop().
static bool reset_asked = false;
void holdfast_port_reset(void) { reset_asked = true; }

[[noreturn]] void holdfast_port_trap(void) {
  noInterrupts();
  for (;;) {
  }
}
}

static uint32_t reason = 0; // why no edition runs; 0: one does
static void boot() {
  reset_asked = false;
  reason = holdfast_boot(&geometry, holdfast_burned);
}

void setup() {
  pinMode(PARKED_PIN, INPUT_PULLUP);
  Serial.begin(115200);
  memset(flash, 0xff, sizeof flash);
#ifdef HOLDFAST_BURNED_H_
  holdfast_burn_first_edition(&geometry);
#endif
  boot();
}

// Where the machine is, in steps of the map's axis, its origin taken off. Here it drives from end to end.
static int32_t measure(uint32_t turn) {
  const int64_t length = (int64_t)HOLDFAST_MAP_MAX - HOLDFAST_MAP_MIN;
  return (int32_t)(HOLDFAST_MAP_MIN + length * (turn % TURNS_A_DRIVE) / TURNS_A_DRIVE);
}

// A line of text between two frames: clients of the protocol skip it.
static void print(uint32_t checks, uint32_t covered) {
  while (holdfast_state_of(HOLDFAST_STATE_BUSY) != 0) holdfast_service(0);
  Serial.print("boot ");
  Serial.print((unsigned long)reason);
  Serial.print(", ");
  Serial.print((unsigned long)checks);
  Serial.print(" checks, ");
  Serial.print((unsigned long)covered);
  Serial.println(" covered");
}

void loop() {
  static uint32_t turn = 0;
  static uint32_t covered = 0;
  if (TURNS != 0 && turn == TURNS) return;
  const uint32_t word = holdfast_check(0, measure(turn), 0);
  if (holdfast_is_covered(word)) {
    covered++;
  } else {
    // what the machine does about holdfast_action(word): HOLDFAST_STOP, HOLDFAST_HOLD, HOLDFAST_SLOW, ...
  }
  while (Serial.available() > 0) holdfast_receive((uint32_t)Serial.read());
  holdfast_service(1);
  if (reset_asked) boot();
  turn++;
  if (TURNS != 0 && turn == TURNS) print(turn, covered);
}
