/*
 * A check above service: a signal comes after every instruction of the slices in which what check reads changes, or the core's struct of a
 * verdict, and asks. test/targets/library-above.test.ts compiles it with the library as one.
 *
 *     above FRAMES         frames of a client, one after the other (u32 bytes, then the bytes): an update that is confirmed
 *
 * Ends with 1 where an answer is neither what the old edition says, nor the new one, nor MAINTENANCE or FAULT; or where service told the
 * client something else than when nobody came above it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast_burned.h"
#include "holdfast_fake.h"
#include "holdfast_port.h"

enum { PLACES = 4, SLICES_MAX = 1 << 20, KINDS = 5, FRAME_BYTES_MAX = 1 << 16 };
/* Where the record that check reads begins, and where the verdict ends. */
enum { WATCHED = WATCHED_BYTES };

extern uint8_t holdfast_memory[HOLDFAST_MEMORY_BYTES] __attribute__((aligned(8)));

static const int32_t places[PLACES] = {500, 1500, -1, 2000000000};
static holdfast_verdict known[2][PLACES];
static uint32_t known_words[2][PLACES];
static uint8_t changes[SLICES_MAX];
static volatile uint32_t asked;
static volatile uint32_t kinds[KINDS];
static volatile sig_atomic_t stepping;
static uint32_t said;

static _Noreturn void wrong(const char* what, uint32_t a, uint32_t b) {
  fprintf(stderr, "%s: %u, %u, after %u questions\n", what, a, b, asked);
  _Exit(1);
}

/* The line: what is said, summed up. */
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++) said = said * 31 + source[i];
  return bytes;
}

static int same(uint32_t word, const holdfast_verdict* verdict, uint32_t edition, uint32_t place) {
  return word == known_words[edition][place] && memcmp(verdict, &known[edition][place], sizeof *verdict) == 0;
}

/* What comes above: one place in turns, its word and its verdict. */
static void ask(void) {
  const uint32_t place = asked % PLACES;
  holdfast_verdict verdict;
  const uint32_t word = holdfast_check(0, places[place], 0);
  holdfast_spell_into(word, places[place], 0, &verdict);
  const uint32_t state = holdfast_state(word);
  const uint32_t invalid = holdfast_check_invalid();
  (void)holdfast_until_change(0, places[place], 0);
  asked++;
  if (state >= KINDS) wrong("no state", word, state);
  kinds[state]++;
  if (holdfast_state(invalid) != HOLDFAST_FAULT) wrong("not FAULT", invalid, place);
  if (state == HOLDFAST_FAULT || state == HOLDFAST_MAINTENANCE) {
    if (verdict.rule != -1 || verdict.has_limit) wrong("a rule without a map", word, (uint32_t)verdict.rule);
  } else if (!same(word, &verdict, 0, place) && !same(word, &verdict, 1, place)) {
    wrong("neither edition", word, verdict.epoch);
  }
}

static void trapped(int signal_number) {
  (void)signal_number;
  if (stepping) ask();
}

/* The trap flag: a signal after each instruction from here on. Elsewhere a timer asks now and then. */
static inline void step(int on) {
  stepping = on;
#if defined(__x86_64__)
  if (on) __asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq" : : : "cc", "memory");
  else __asm__ volatile("pushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq" : : : "cc", "memory");
#endif
}

static uint32_t slices;

/* `first`: of the first request, a question (before it a line feed comes). Its slices change the struct, and put it back. */
static void slice(uint32_t checks, int watched, int first) {
  static uint8_t before[WATCHED];
  if (slices >= SLICES_MAX) wrong("too many slices", slices, 0);
  if (watched) {
    if (changes[slices]) step(1);
    (void)holdfast_service(checks);
    if (changes[slices]) step(0);
  } else {
    memcpy(before, &holdfast_memory[WATCHED_AT], WATCHED);
    (void)holdfast_service(checks);
    changes[slices] = memcmp(before, &holdfast_memory[WATCHED_AT], WATCHED) != 0 || first;
  }
  slices++;
}

static void learn(uint32_t edition) {
  for (uint32_t i = 0; i < PLACES; i++) {
    known_words[edition][i] = holdfast_check(0, places[i], 0);
    known[edition][i] = *holdfast_spell(known_words[edition][i], places[i], 0);
  }
}

/* The update, from a start with erased flash. Gives what was said. */
static uint32_t update(FILE* frames, int watched) {
  static uint8_t frame[FRAME_BYTES_MAX];
  const holdfast_fake_options fake = {HOLDFAST_FAKE_GEOMETRY, 0, 0, 0};
  uint32_t bytes;
  uint32_t pieces = 0;
  rewind(frames);
  slices = 0;
  said = 0;
  if (holdfast_fake_open(&fake) != 0 || holdfast_burn_first_edition(&fake.geometry) != HOLDFAST_BURN_DONE) exit(2);
  if (holdfast_boot(&fake.geometry, holdfast_burned) != 0) exit(3);
  if (!watched) learn(0);
  holdfast_fake_park(1);
  while (fread(&bytes, sizeof bytes, 1, frames) == 1 && bytes <= sizeof frame && fread(frame, bytes, 1, frames) == 1) {
    for (uint32_t i = 0; i < bytes; i++) holdfast_receive(frame[i]);
    slice(1000, watched, pieces < 2);
    while (holdfast_state_of(HOLDFAST_STATE_BUSY)) slice(1, watched, pieces < 2);
    pieces++;
  }
  if (!watched) learn(1);
  return said;
}

int main(int argc, char** argv) {
  FILE* frames = argc == 2 ? fopen(argv[1], "rb") : 0;
  struct sigaction action;
  if (frames == 0) return 4;
  memset(&action, 0, sizeof action);
  action.sa_handler = trapped;
  (void)sigaction(SIGTRAP, &action, 0);
  const uint32_t alone = update(frames, 0);
  if (memcmp(known[0], known[1], sizeof known[0]) == 0) wrong("the editions say the same", 0, 0);
  const uint32_t below = update(frames, 1);
  if (below != alone) wrong("the client was told something else", below, alone);
  printf("%u questions, %u covered, %u gap, %u outside, %u maintenance, %u fault\n", asked, kinds[HOLDFAST_COVERED],
         kinds[HOLDFAST_GAP], kinds[HOLDFAST_OUTSIDE], kinds[HOLDFAST_MAINTENANCE], kinds[HOLDFAST_FAULT]);
  return 0;
}
