/*
 * The core as firmware calls it. docs/SPEC.md section 3 says what a word means, section 6 what each call does.
 *
 * check, check_invalid and verdict may be called from the control loop at any time; they never wait and call nothing of the port.
 * receive may be called from an interrupt. Everything else belongs to the loop, outside interrupts.
 */
#ifndef HOLDFAST_H_
#define HOLDFAST_H_

#include <stdint.h>

enum { HOLDFAST_FAULT, HOLDFAST_MAINTENANCE, HOLDFAST_OUTSIDE, HOLDFAST_GAP, HOLDFAST_COVERED };
enum { HOLDFAST_STOP, HOLDFAST_HOLD, HOLDFAST_SLOW, HOLDFAST_SKIP, HOLDFAST_CONTINUE, HOLDFAST_NO_ACTION = 7 };

/* Geometry of the flash areas, docs/SPEC.md section 6. */
typedef struct {
  uint32_t sector_bytes;
  uint32_t program_bytes;
  uint32_t erased_byte;
  uint32_t area_bytes[5];
} holdfast_geometry;

/* docs/SPEC.md section 3; distances in steps of the axis. */
typedef struct {
  uint32_t state;
  uint32_t action;
  int32_t rule; /* -1: none */
  uint32_t tier;
  int32_t limit;
  uint32_t has_limit;
  uint32_t epoch;
  uint32_t to_gap_ahead;
  uint32_t to_gap_behind;
} holdfast_verdict;

/* Starts the core on `burned` (512 bytes). Gives 0 when an edition runs, else the reason of the FAULT. */
uint32_t holdfast_boot(const holdfast_geometry* geometry, const uint8_t* burned);
uint32_t holdfast_check(uint32_t phase, int32_t x, int32_t y);
uint32_t holdfast_check_invalid(void);
/* Spells a word out; the struct is overwritten by the next call. */
const holdfast_verdict* holdfast_spell(uint32_t word, int32_t x, int32_t y);
void holdfast_receive(uint32_t byte);
/* One bounded slice of everything else; `checks`: done since the last call. Gives the mode, 0 run, 1 window. */
uint32_t holdfast_service(uint32_t checks);
uint32_t holdfast_state_of(uint32_t what);

static inline uint32_t holdfast_state(uint32_t word) { return word >> 29; }
static inline uint32_t holdfast_action(uint32_t word) { return (word >> 26) & 7; }

#endif
