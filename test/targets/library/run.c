/*
 * The library on the host, under sanitizers, with its flash in memory: `run answers` reads packets from standard input and compares
 * every answer with the one that the packet wants; `run serve FILE` boots what FILE holds and puts the line on standard input and
 * output. Anything unexpected ends it with a message and a status that is not 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "holdfast.h"
#include "holdfast_port.h"

extern uint8_t holdfast_memory[HOLDFAST_MEMORY_BYTES];

enum { PACKET_END, PACKET_BOOT, PACKET_MEMORY, PACKET_ASK };
enum { ASK_CHECK, ASK_SWEEP };
enum { QUESTION_WORDS = 15, WANTED_WORDS = 11, FLASH_BYTES_MAX = 1 << 21, CONTROL = 3 };

static holdfast_geometry geometry;
static uint8_t burned[HOLDFAST_BURNED_BYTES];
static uint8_t flash[FLASH_BYTES_MAX];
static uint32_t parked;
static uint32_t ticks;
static int reset_asked;

static _Noreturn void fail(const char* what, uint32_t number) {
  fprintf(stderr, "%s (%u)\n", what, (unsigned)number);
  exit(1);
}

/* The port. What real flash would do badly fails loudly. */

static uint8_t* locate(uint32_t area, uint32_t offset, uint32_t bytes, uint32_t unit) {
  if (area >= HOLDFAST_AREAS || offset > geometry.area_bytes[area] || bytes > geometry.area_bytes[area] - offset)
    fail("a range outside of its area", offset);
  if (offset % unit != 0 || bytes % unit != 0) fail("a range that is not aligned", offset);
  uint8_t* start = flash;
  for (uint32_t before = 0; before < area; before++) start += geometry.area_bytes[before];
  return start + offset;
}

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  memcpy(destination, locate(area, offset, bytes, 1), bytes);
  return 0;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t sector = area < HOLDFAST_AREAS ? geometry.sector_bytes[area] : 1;
  memset(locate(area, offset, sector, sector), 0xff, sector);
  return 0;
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  uint8_t* to = locate(area, offset, bytes, geometry.program_bytes);
  for (uint32_t i = 0; i < bytes; i++) {
    if (to[i] != 0xff) fail("programmed where it was not erased", offset + i);
    to[i] = source[i];
  }
  return 0;
}

/* Takes a part only, as transmitters do. */
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  const ssize_t taken = write(STDOUT_FILENO, source, bytes < 61 ? bytes : 61);
  if (taken < 0) fail("the line cannot be written", (uint32_t)errno);
  return (uint32_t)taken;
}

uint32_t holdfast_port_safe_input(void) { return parked; }
uint32_t holdfast_port_ticks(void) { return ticks; }
void holdfast_port_reset(void) { reset_asked = 1; }
uint32_t holdfast_port_cycles(void) { return ticks * 977u; }
uint32_t holdfast_port_cycle_rate(void) { return 1000000; }
void holdfast_port_interrupts(uint32_t pass) { (void)pass; }
_Noreturn void holdfast_port_trap(void) { fail("the core trapped", 0); }

/* Packets: a word that says which, then words and bytes. */

static void take(FILE* from, void* destination, size_t bytes) {
  if (fread(destination, 1, bytes, from) != bytes) fail("the packet ends early", (uint32_t)bytes);
}

static uint32_t take_word(FILE* from) {
  uint32_t word;
  take(from, &word, sizeof word);
  return word;
}

static uint32_t boot(FILE* from) {
  take(from, &geometry, sizeof geometry);
  take(from, burned, sizeof burned);
  const uint32_t bytes = take_word(from);
  if (bytes > sizeof flash) fail("more flash than there is", bytes);
  take(from, flash, bytes);
  return holdfast_boot(&geometry, burned);
}

static void replace_memory(FILE* from) {
  const uint32_t address = take_word(from);
  const uint32_t bytes = take_word(from);
  if (address > HOLDFAST_MEMORY_BYTES || bytes > HOLDFAST_MEMORY_BYTES - address) fail("memory that is not there", address);
  take(from, &holdfast_memory[address], bytes);
}

static void answer(const uint32_t* question, uint32_t* answered) {
  const uint32_t phase = question[1];
  const int32_t x = (int32_t)question[2];
  const int32_t to = (int32_t)question[3];
  memset(answered, 0, WANTED_WORDS * sizeof *answered);
  if (question[0] == ASK_SWEEP) {
    memcpy(answered, holdfast_sweep(phase, x, 0, to, 0), sizeof(holdfast_move));
    return;
  }
  answered[0] = holdfast_check(phase, x, 0);
  memcpy(answered + 1, holdfast_spell(answered[0], x, 0), sizeof(holdfast_verdict));
}

static uint32_t ask(FILE* from) {
  const uint32_t count = take_word(from);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t question[QUESTION_WORDS];
    uint32_t answered[WANTED_WORDS];
    take(from, question, sizeof question);
    answer(question, answered);
    if (memcmp(answered, question + 4, sizeof answered) != 0) fail("another answer than the wasm's to question", i);
  }
  return count;
}

static int run_answers(void) {
  uint32_t asked = 0;
  for (;;) {
    const uint32_t tag = take_word(stdin);
    if (tag == PACKET_END) break;
    if (tag == PACKET_BOOT && boot(stdin) != 0) fail("an edition was not admitted", holdfast_state_of(HOLDFAST_STATE_FAULT_REASON));
    if (tag == PACKET_MEMORY) replace_memory(stdin);
    if (tag == PACKET_ASK) asked += ask(stdin);
  }
  printf("%u answers as wanted\n", (unsigned)asked);
  return 0;
}

/* The loop of a controller, with its line on standard input and output, and its switches on descriptor 3. */

static ssize_t take_some(int descriptor, uint8_t* destination, size_t bytes) {
  const ssize_t taken = read(descriptor, destination, bytes);
  return taken < 0 && (errno == EAGAIN || errno == EINTR) ? -1 : taken;
}

/* `p`: parked, `m`: moving, `r`: power goes and comes. Gives 0 when nobody is there any more. */
static int take_switches(void) {
  uint8_t switched;
  const ssize_t taken = take_some(CONTROL, &switched, 1);
  if (taken == 0) return 0;
  if (taken < 0) return 1;
  if (switched == 'p') parked = 1;
  else if (switched == 'm') parked = 0;
  else if (switched == 'r') reset_asked = 1;
  else fail("no such switch", switched);
  return 1;
}

static int run_serve(const char* path) {
  enum { TURNS_A_TICK = 64, BYTES_A_TICK = 512, TICKS_BEFORE_SLEEP = 500 };
  FILE* file = fopen(path, "rb");
  if (file == NULL) fail("the file cannot be read", (uint32_t)errno);
  boot(file);
  fclose(file);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  fcntl(CONTROL, F_SETFL, O_NONBLOCK);
  uint32_t idle = 0;
  for (uint32_t turn = 0;; turn++) {
    if (turn % TURNS_A_TICK == 0) {
      uint8_t bytes[BYTES_A_TICK];
      const ssize_t taken = take_some(STDIN_FILENO, bytes, sizeof bytes);
      if (taken == 0 || !take_switches()) return 0;
      for (ssize_t i = 0; i < taken; i++) holdfast_receive(bytes[i]);
      idle = taken > 0 ? 0 : idle + 1;
      ticks++;
      struct pollfd lines[] = {{STDIN_FILENO, POLLIN, 0}, {CONTROL, POLLIN, 0}};
      if (idle > TICKS_BEFORE_SLEEP) poll(lines, 2, 1);
    }
    const int32_t x = (int32_t)(turn * 7919u % 1000000u);
    const uint32_t word = holdfast_check(turn % 4, x, 0);
    const holdfast_verdict* verdict = holdfast_spell(word, x, 0);
    if (verdict->state != holdfast_state(word)) fail("a verdict of another state", verdict->state);
    if (turn % 16 == 0) (void)holdfast_sweep(0, x, 0, (int32_t)(turn % 1000000u), 0);
    (void)holdfast_service(1);
    if (reset_asked) {
      reset_asked = 0;
      (void)holdfast_boot(&geometry, burned);
    }
  }
}

int main(int count, char** arguments) {
  if (count == 2 && strcmp(arguments[1], "answers") == 0) return run_answers();
  if (count == 3 && strcmp(arguments[1], "serve") == 0) return run_serve(arguments[2]);
  fail("run answers | run serve FILE", 0);
}
