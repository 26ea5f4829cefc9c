/*
 * Holdfast: is this place covered, here and now, by what, how far is the next gap, and what is to be done in a gap?
 * docs/SPEC.md section 3 says what a word means, section 6 what each call does.
 *
 * One map, one context: boot, service, check, spell, sweep and state_of are called from one loop, never from within each other.
 * holdfast_receive alone may be called from an interrupt that preempts them, on the same core. Until holdfast_boot was called,
 * nothing else may be.
 *
 * check, check_invalid, spell and sweep never wait, call nothing of the port, and are bounded whatever the memory holds.
 */
#ifndef HOLDFAST_H_
#define HOLDFAST_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a word says of the place: holdfast_state(word). A word of 0 reads FAULT, stop. */
enum { HOLDFAST_FAULT, HOLDFAST_MAINTENANCE, HOLDFAST_OUTSIDE, HOLDFAST_GAP, HOLDFAST_COVERED };

/* What to do where it is not covered: holdfast_action(word). HOLDFAST_NO_ACTION stands with HOLDFAST_COVERED only. */
enum { HOLDFAST_STOP, HOLDFAST_HOLD, HOLDFAST_SLOW, HOLDFAST_SKIP, HOLDFAST_CONTINUE, HOLDFAST_NO_ACTION = 7 };

/* What holdfast_service gives. */
enum { HOLDFAST_MODE_RUN, HOLDFAST_MODE_WINDOW };

/* How a move ends: holdfast_move.end. */
enum {
  HOLDFAST_END_WHOLE,     /* all of it is safe, its last point too */
  HOLDFAST_END_UNCOVERED, /* coverage ends before */
  HOLDFAST_END_BOUND,     /* safe so far; the map lets no move be longer: ask again from there */
  HOLDFAST_END_AT_START   /* not even the first point is covered */
};

/* What holdfast_state_of can be asked for. */
enum {
  HOLDFAST_STATE_MODE,
  HOLDFAST_STATE_EPOCH,        /* of the edition that runs; 0: none */
  HOLDFAST_STATE_ON_TRIAL,     /* 1: a reset now would go back to the edition before */
  HOLDFAST_STATE_FAULT_REASON, /* 0: none, else one of HOLDFAST_REASON_... */
  HOLDFAST_STATE_TRIAL_CHECKS, /* checks since the trial began */
  HOLDFAST_STATE_TOKEN,        /* the last one given out */
  HOLDFAST_STATE_LEASE_TICKS,  /* left of the maintenance window */
  HOLDFAST_STATE_BUSY          /* 1: holdfast_service has work; a loop that sleeps now makes a client wait */
};

/* Why there is a FAULT, docs/SPEC.md section 8. */
enum {
  HOLDFAST_REASON_NONE = 0,
  HOLDFAST_REASON_CONTAINER_HEADER = 10,
  HOLDFAST_REASON_CONTAINER_LENGTH = 11,
  HOLDFAST_REASON_TLV_MALFORMED = 12,
  HOLDFAST_REASON_TLV_UNKNOWN = 13,
  HOLDFAST_REASON_TLV_REPEATED = 14,
  HOLDFAST_REASON_TLV_MISSING = 15,
  HOLDFAST_REASON_DIGEST_MISMATCH = 16,
  HOLDFAST_REASON_MAP_ID = 20,
  HOLDFAST_REASON_DEVICE_CLASS = 21,
  HOLDFAST_REASON_EPOCH_STALE = 22,
  HOLDFAST_REASON_REPLACES_OTHER = 23,
  HOLDFAST_REASON_OVER_BUDGET = 24,
  HOLDFAST_REASON_STEPS_WRONG = 25,
  HOLDFAST_REASON_BODY_HEADER = 30,
  HOLDFAST_REASON_BODY_VERSION = 31,
  HOLDFAST_REASON_LAYOUT_UNKNOWN = 32,
  HOLDFAST_REASON_DIRECTORY = 33,
  HOLDFAST_REASON_TOO_LARGE = 34,
  HOLDFAST_REASON_BODY_CHECKSUM = 35,
  HOLDFAST_REASON_PHASES_WRONG = 36,
  HOLDFAST_REASON_KEYS_WRONG = 37,
  HOLDFAST_REASON_WORDS_WRONG = 38,
  HOLDFAST_REASON_RULES_WRONG = 39,
  HOLDFAST_REASON_RUNS_WRONG = 40,
  HOLDFAST_REASON_NAMES_WRONG = 41,
  HOLDFAST_REASON_FLASH_FAILED = 53,
  HOLDFAST_REASON_NO_EDITION = 60,
  HOLDFAST_REASON_BURNED_BLOCK = 61,
  HOLDFAST_REASON_ARENA_CHANGED = 62,
  HOLDFAST_REASON_TRIAL_OVERDUE = 63,
  HOLDFAST_REASON_GEOMETRY = 64,
  HOLDFAST_REASON_LOAD_INTERRUPTED = 65
};

/* Flash areas, docs/SPEC.md section 5. */
enum {
  HOLDFAST_AREA_SLOT_A,
  HOLDFAST_AREA_SLOT_B,
  HOLDFAST_AREA_STATE,
  HOLDFAST_AREA_TOKENS,
  HOLDFAST_AREA_OUTCOME,
  HOLDFAST_AREAS
};

/* Bytes of the burned block: the firmware's own configuration, docs/SPEC.md section 4. */
enum { HOLDFAST_BURNED_BYTES = 512 };

/*
 * Geometry of the flash areas, in bytes. An area is a whole number of sectors, two at least; a slot holds the largest image and one
 * sector more. What cannot hold is the FAULT HOLDFAST_REASON_GEOMETRY.
 */
typedef struct {
  uint32_t sector_bytes;  /* erase unit: a multiple of 256 */
  uint32_t program_bytes; /* program unit: a power of two, 1 to 256 */
  uint32_t erased_byte;   /* 0xff */
  uint32_t area_bytes[HOLDFAST_AREAS];
} holdfast_geometry;

/* A word, spelled out; distances in steps of the axis, as stored (the axis' origin taken off). */
typedef struct {
  uint32_t state;
  uint32_t action;
  int32_t rule; /* index into the image's rules; -1: none */
  uint32_t tier; /* 0 unless covered */
  int32_t limit;
  uint32_t has_limit; /* 0: limit means nothing */
  uint32_t epoch; /* of the edition that answers; 0: none */
  uint32_t to_gap_ahead;  /* to the first point that is not covered; 1 or more where covered, else 0 */
  uint32_t to_gap_behind; /* back to the first point of this coverage; 0 at that point */
} holdfast_verdict;

/* How far a straight move is safe, docs/SPEC.md section 3.1. */
typedef struct {
  uint32_t start_word; /* what check answers for the first point */
  uint32_t end;        /* HOLDFAST_END_... */
  uint32_t distance;   /* steps of the axis that are safe */
  uint32_t tier;       /* lowest on the safe part; 0 when nothing is safe */
  int32_t limit;       /* lowest on the safe part */
  uint32_t has_limit;  /* 0: limit means nothing */
  uint32_t epoch;      /* of the edition that answers; 0: none */
  uint32_t end_word;   /* what check answers where coverage ends; else the word of the last cell looked at */
} holdfast_move;

/*
 * Starts the core on `burned` (HOLDFAST_BURNED_BYTES bytes): clears its memory, reads the flash areas, admits the edition that they
 * name. Both arguments are copied. Gives 0 when an edition runs, else HOLDFAST_REASON_...; everything may be called all the same,
 * and check answers FAULT. May write flash, to end a trial that a reset cut off. Its time grows with the image, which is digested
 * whole. Calling it again is a reset of the core alone.
 */
uint32_t holdfast_boot(const holdfast_geometry* geometry, const uint8_t* burned);

/*
 * The word for the stored coordinate `x` and for `phase`, in ticks within the period (0 for maps without phases). Any value is
 * allowed: off the axis or beyond the period it is OUTSIDE. `y` is for maps of planes; lines do not look at it: give 0.
 */
uint32_t holdfast_check(uint32_t phase, int32_t x, int32_t y);

/* The word for "I do not know where I am": FAULT with the burned action. */
uint32_t holdfast_check_invalid(void);

/* Spells out a word that holdfast_check gave for this place; the struct is overwritten by the next call. */
const holdfast_verdict* holdfast_spell(uint32_t word, int32_t x, int32_t y);

/*
 * How far the straight move between two places is safe, either way; the phase stands still during it. Bounded by the image, 4,096
 * cells at most. The struct is overwritten by the next call.
 */
const holdfast_move* holdfast_sweep(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y);

/* One byte from the line, from its receive interrupt or from the loop. Never waits; with the ring full the byte is lost and counted. */
void holdfast_receive(uint32_t byte);

/*
 * One bounded slice of everything else: the line, the maintenance window, checksums. `checks`: how many were answered since the last
 * call. Gives HOLDFAST_MODE_...; outside HOLDFAST_MODE_RUN check answers MAINTENANCE with the burned action, or FAULT. Flash is not
 * erased or programmed in HOLDFAST_MODE_RUN.
 */
uint32_t holdfast_service(uint32_t checks);

/* For displays: one of HOLDFAST_STATE_...; 0 for anything else. */
uint32_t holdfast_state_of(uint32_t what);

static inline uint32_t holdfast_state(uint32_t word) { return word >> 29; }
static inline uint32_t holdfast_action(uint32_t word) { return (word >> 26) & 7u; }
static inline int holdfast_is_covered(uint32_t word) { return (int32_t)word < 0; }

#ifdef __cplusplus
}
#endif

#endif
