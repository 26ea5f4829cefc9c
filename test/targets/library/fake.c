/*
 * A firmware on the fake port, as test/targets/library-fake.test.ts drives it:
 *
 *     serve FOLDER LINE [parked|drives]     a device on a line, until it is killed; one that drives says its place
 *     start FOLDER                          says what a start runs
 *     replay FOLDER FRAMES [cut|fail N]     parked, takes frames one after the other (u32 bytes, then the bytes), then says what runs
 *     misuse WHAT                           asks of flash what flash would not do
 *     time                                  ticks before and after time is let go by
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast_burned.h"
#include "holdfast_fake.h"
#include "holdfast_place.h"
#include "holdfast_port.h"

enum { TURNS_MAX = 1000000, TICKS_A_PLACE = 50, ROAD = 1000 };

static void closed(int signal_number) {
  (void)signal_number;
  holdfast_fake_close();
  _Exit(0);
}

static void say_what_runs(void) {
  const holdfast_verdict* verdict = holdfast_spell(holdfast_check(0, 500, 0), 500, 0);
  printf("epoch %u, limit %d\n", verdict->epoch, verdict->limit);
}

/* Burns once and boots; 1 when it cannot. */
static int begin(const holdfast_fake_options* options) {
  if (holdfast_fake_open(options) != 0) return 1;
  const uint32_t burned = holdfast_burn_first_edition(&options->geometry);
  printf("burned %u, boot %u, ", burned, holdfast_boot(&options->geometry, holdfast_burned));
  return 0;
}

/* Says places from 0 to the end of the road, and again. */
static void say(void) {
  static holdfast_place place;
  static uint32_t waits;
  static uint32_t since;
  static uint32_t x;
  const uint32_t now = holdfast_port_ticks();
  if (!waits && now - since < TICKS_A_PLACE) return;
  if (!waits) {
    since = now;
    x = (x + 1) % ROAD;
  }
  waits = holdfast_say_place(&place, (int32_t)x, 0);
}

static int serve(holdfast_fake_options* options, const char* how) {
  options->ticks_per_second = 1000;
  (void)signal(SIGTERM, closed);
  if (begin(options) != 0) return 1;
  if (strcmp(how, "parked") == 0) holdfast_fake_park(1);
  say_what_runs();
  printf("tcp %u serves\n", holdfast_fake_tcp_port());
  (void)fflush(stdout);
  for (;;) {
    (void)holdfast_check(0, 500, 0);
    (void)holdfast_fake_receive();
    (void)holdfast_service_for(100, 10);
    if (holdfast_fake_reset_asked()) (void)holdfast_boot(&options->geometry, holdfast_burned);
    if (strcmp(how, "drives") == 0) say();
    if (!holdfast_state_of(HOLDFAST_STATE_BUSY)) holdfast_fake_wait(5);
  }
}

static int replay(const holdfast_fake_options* options, const char* path, const char* fault, uint32_t at) {
  static uint8_t frame[1 << 16];
  uint32_t bytes;
  FILE* frames = fopen(path, "rb");
  if (frames == 0 || begin(options) != 0) return 1;
  holdfast_fake_park(1);
  if (strcmp(fault, "cut") == 0) holdfast_fake_cut_power(at);
  if (strcmp(fault, "fail") == 0) holdfast_fake_fail_flash(at);
  const uint32_t before = holdfast_fake_flash_operations();
  uint32_t most = 0;
  while (fread(&bytes, sizeof bytes, 1, frames) == 1 && bytes <= sizeof frame && fread(frame, bytes, 1, frames) == 1) {
    for (uint32_t i = 0; i < bytes; i++) holdfast_receive(frame[i]);
    (void)holdfast_service(1000);
    uint32_t slices = 1;
    for (; slices < TURNS_MAX && holdfast_state_of(HOLDFAST_STATE_BUSY); slices++) (void)holdfast_service(1);
    if (slices > most) most = slices;
  }
  (void)fclose(frames);
  printf("%u slices, %u operations, ", most, holdfast_fake_flash_operations() - before);
  say_what_runs();
  return 0;
}

static int misuse(holdfast_fake_options* options, const char* what) {
  uint8_t page[512] = {0};
  if (holdfast_fake_open(options) != 0) return 1;
  if (strcmp(what, "program") == 0) {
    for (int i = 0; i < 2; i++) (void)holdfast_port_flash_program(0, 0, page, 256);
  }
  if (strcmp(what, "unit") == 0) (void)holdfast_port_flash_program(0, 4, page, 256);
  if (strcmp(what, "erase") == 0) (void)holdfast_port_flash_erase(1, 256);
  if (strcmp(what, "outside") == 0) (void)holdfast_port_flash_read(2, 8000, page, 500);
  return 0;
}

static int time_goes_by(holdfast_fake_options* options) {
  if (holdfast_fake_open(options) != 0) return 1;
  const uint32_t before = holdfast_port_ticks();
  holdfast_fake_advance(250);
  printf("%u %u\n", before, holdfast_port_ticks());
  return 0;
}

int main(int argc, char** argv) {
  holdfast_fake_options options = {HOLDFAST_FAKE_GEOMETRY, argc > 2 ? argv[2] : 0, argc > 3 ? argv[3] : 0, 0};
  const char* what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "serve") == 0) return serve(&options, argc > 4 ? argv[4] : "");
  options.line = 0;
  if (strcmp(what, "replay") == 0) return replay(&options, argv[3], argc > 5 ? argv[4] : "", argc > 5 ? (uint32_t)atoi(argv[5]) : 0);
  if (strcmp(what, "start") == 0) {
    if (begin(&options) != 0) return 1;
    say_what_runs();
    return 0;
  }
  options.folder = 0;
  return strcmp(what, "time") == 0 ? time_goes_by(&options) : misuse(&options, what == 0 ? "" : argv[2]);
}
