/*
 * The receive ring between two contexts: a signal handler puts bytes in, as a receive interrupt does, while the loop sleeps on BUSY and
 * calls service. `ring REQUEST COUNT`: REQUEST holds the bytes of one echo request, which is sent so many times; every answer must be the
 * first one, and no byte may be lost.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include "holdfast.h"
#include "holdfast_port.h"

enum { REQUEST_BYTES_MAX = 4096, ANSWER_BYTES_MAX = 8192, BYTES_A_SIGNAL = 32, SIGNAL_MICROSECONDS = 20 };

static uint8_t request[REQUEST_BYTES_MAX];
static uint32_t request_bytes;
static volatile int due; /* a request is to be sent, or is being sent */
static volatile uint32_t sent;
static uint8_t answer[ANSWER_BYTES_MAX];
static uint32_t answer_bytes;

static _Noreturn void fail(const char* what, uint32_t number) {
  fprintf(stderr, "%s (%u)\n", what, (unsigned)number);
  exit(1);
}

/* Flash is not asked for anything: without a burned block nothing is read, and the line answers all the same. */
uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  (void)area, (void)offset, (void)destination, (void)bytes;
  return 1;
}
uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) { return (void)area, (void)offset, 1; }
uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  return (void)area, (void)offset, (void)source, (void)bytes, 1;
}
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  if (bytes > ANSWER_BYTES_MAX - answer_bytes) fail("an answer without end", answer_bytes);
  memcpy(answer + answer_bytes, source, bytes);
  answer_bytes += bytes;
  return bytes;
}
uint32_t holdfast_port_safe_input(void) { return 0; }
uint32_t holdfast_port_ticks(void) { return 0; }
void holdfast_port_reset(void) {}
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }
void holdfast_port_interrupts(uint32_t pass) { (void)pass; }
_Noreturn void holdfast_port_trap(void) { fail("the core trapped", 0); }

/* The receive interrupt: a few bytes of the request that is due. */
static void on_signal(int number) {
  (void)number;
  for (uint32_t left = BYTES_A_SIGNAL; left > 0 && due; left--) {
    holdfast_receive(request[sent]);
    sent = sent + 1;
    if (sent < request_bytes) continue;
    sent = 0;
    due = 0;
  }
}

static void every_microseconds(uint32_t microseconds) {
  const struct itimerval interval = {{0, (suseconds_t)microseconds}, {0, (suseconds_t)microseconds}};
  if (setitimer(ITIMER_REAL, &interval, 0) != 0) fail("no timer", 0);
}

/* Sleeps until there is work, then does it until one answer has left. */
static void take_answer(void) {
  answer_bytes = 0;
  due = 1;
  while (answer_bytes == 0 || answer[answer_bytes - 1] != '\n' || holdfast_state_of(HOLDFAST_STATE_BUSY)) {
    while (!holdfast_state_of(HOLDFAST_STATE_BUSY)) {
    }
    (void)holdfast_service(0);
  }
}

int main(int count, char** arguments) {
  static const holdfast_geometry geometry;
  static const uint8_t burned[HOLDFAST_BURNED_BYTES];
  static uint8_t first[ANSWER_BYTES_MAX];
  if (count != 3) fail("usage: ring REQUEST COUNT", 0);
  FILE* file = fopen(arguments[1], "rb");
  if (file == 0) fail("the request cannot be read", 0);
  request_bytes = (uint32_t)fread(request, 1, sizeof request, file);
  const uint32_t requests = (uint32_t)strtoul(arguments[2], 0, 10);
  (void)holdfast_boot(&geometry, burned);
  if (signal(SIGALRM, on_signal) == SIG_ERR) fail("no signal", 0);
  every_microseconds(SIGNAL_MICROSECONDS);
  for (uint32_t number = 0; number < requests; number++) {
    take_answer();
    if (number == 0) memcpy(first, answer, answer_bytes);
    else if (memcmp(first, answer, answer_bytes) != 0) fail("an answer differs from the first", number);
  }
  printf("%u answers, the last of %u bytes\n", (unsigned)requests, (unsigned)answer_bytes);
  return 0;
}
