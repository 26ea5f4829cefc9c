/*
 * Where the machine is, said on the line of the core for `holdfast view`: a line of text between two frames, such as "x=5050000 phase=0",
 * or "x=12000 y=4500 phase=0" with a map of two axes. Clients of the protocol skip lines that are no frames. A firmware that does not
 * want it leaves this header out.
 */
#ifndef HOLDFAST_PLACE_H_
#define HOLDFAST_PLACE_H_

#include "holdfast.h"
#include "holdfast_port.h"

#ifdef __cplusplus
extern "C" {
#endif

enum holdfast_place_layout { HOLDFAST_PLACE_BYTES = 48 };

/* A line under way, of which so many bytes are sent; all zeros: none. */
typedef struct holdfast_place {
  uint8_t line[HOLDFAST_PLACE_BYTES];
  uint32_t sent;
  uint32_t bytes;
} holdfast_place;

static inline void holdfast_place_put(holdfast_place* place, uint8_t byte) {
  place->line[place->bytes] = byte;
  place->bytes = place->bytes + 1u;
}

/* The digits of a number, the highest first. */
static inline void holdfast_place_number(holdfast_place* place, uint32_t number) {
  uint32_t unit = 1u;
  while ((number / unit) >= 10u) unit = unit * 10u;
  for (; unit != 0u; unit = unit / 10u) holdfast_place_put(place, HOLDFAST_CAST(uint8_t, 0x30u + ((number / unit) % 10u)));
}

static inline void holdfast_place_word(holdfast_place* place, const char* word) {
  for (uint32_t i = 0u; word[i] != '\0'; i++) holdfast_place_put(place, HOLDFAST_CAST(uint8_t, word[i]));
}

static inline void holdfast_place_signed(holdfast_place* place, int32_t number) {
  uint32_t size = HOLDFAST_CAST(uint32_t, number);
  if (number < 0) {
    holdfast_place_put(place, 0x2du);
    size = ~size + 1u;
  }
  holdfast_place_number(place, size);
}

static inline void holdfast_place_end(holdfast_place* place, uint32_t phase) {
  holdfast_place_word(place, " phase=");
  holdfast_place_number(place, phase);
  holdfast_place_put(place, 0x0au);
  place->sent = 0u;
}

/* 1: a line may begin, or go on; else the core has work, and the rest of one that it overtook is dropped. */
static inline uint32_t holdfast_place_may(holdfast_place* place) {
  if (holdfast_state_of(HOLDFAST_STATE_BUSY) == 0u) return 1u;
  place->bytes = 0u;
  return 0u;
}

/* As much of the line as the port takes; 1: a rest waits. */
static inline uint32_t holdfast_place_send(holdfast_place* place) {
  place->sent = place->sent + holdfast_port_serial_write(&place->line[place->sent], place->bytes - place->sent);
  if (place->sent < place->bytes) return 1u;
  place->bytes = 0u;
  return 0u;
}

/*
 * Begins a line with what was passed to holdfast_check, or goes on with the one under way, as far as the port takes it. Gives 1 while a
 * rest waits: call it again in the next turn. It waits for nothing, and says nothing while the core has work: its frames go first, and the
 * rest of a line that one overtook is dropped. In the base context, a few times a second.
 */
static inline uint32_t holdfast_say_place(holdfast_place* place, int32_t x, uint32_t phase) {
  if (holdfast_place_may(place) == 0u) return 0u;
  if (place->bytes == 0u) {
    holdfast_place_word(place, "x=");
    holdfast_place_signed(place, x);
    holdfast_place_end(place, phase);
  }
  return holdfast_place_send(place);
}

/* The same with what was passed to holdfast_check_plane. */
static inline uint32_t holdfast_say_place_plane(holdfast_place* place, int32_t x, int32_t y, uint32_t phase) {
  if (holdfast_place_may(place) == 0u) return 0u;
  if (place->bytes == 0u) {
    holdfast_place_word(place, "x=");
    holdfast_place_signed(place, x);
    holdfast_place_word(place, " y=");
    holdfast_place_signed(place, y);
    holdfast_place_end(place, phase);
  }
  return holdfast_place_send(place);
}

#ifdef __cplusplus
}
#endif

#endif
