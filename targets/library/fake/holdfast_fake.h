/*
 * A port for tests on a computer (Linux or another POSIX system): flash in a file, the serial line as a pseudo-terminal or a socket of
 * this machine, the safe input in a file or by a call, ticks from the clock or by a call. So an integration is tested without a board, and
 * the `holdfast` command talks to it as to any device. It is strict: what real flash would not do is said, and ends the program.
 *
 * All of it belongs to the context of holdfast_service. One device a process.
 */
#ifndef HOLDFAST_FAKE_H_
#define HOLDFAST_FAKE_H_

#include "holdfast.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flash as many boards have it: sectors of 4 KiB, two slots of 256 KiB, three journals of two sectors. */
#define HOLDFAST_FAKE_GEOMETRY {256u, 0xffu, {4096u, 4096u, 4096u, 4096u, 4096u}, {262144u, 262144u, 8192u, 8192u, 8192u}}

typedef struct holdfast_fake_options {
  holdfast_geometry geometry;
  /* Made when it is missing. `flash` keeps the areas, one behind the other; `safe-input` says `parked`, or anything else. 0: all of it in
   * memory, moving until holdfast_fake_park says otherwise. */
  const char* folder;
  /* "pty:NAME": a pseudo-terminal, to which the symbolic link NAME leads. "tcp:PORT": a socket of 127.0.0.1 for one client at a time;
   * port 0 takes a free one (holdfast_fake_tcp_port). 0: no line. */
  const char* line;
  /* Of the clock: the burned rate, such as 1000. 0: time stands still but for holdfast_fake_advance. */
  uint32_t ticks_per_second;
} holdfast_fake_options;

/* Before anything else. Gives 0; else it has said on standard error what is wrong. */
int holdfast_fake_open(const holdfast_fake_options* options);

/* Gives what has arrived to holdfast_receive, as an interrupt would, and how many bytes that were. Never waits. */
uint32_t holdfast_fake_receive(void);

/* Waits for bytes from the line, `milliseconds` at most. */
void holdfast_fake_wait(uint32_t milliseconds);

/* 1 parked, 0 moving; written to the file where there is one. */
void holdfast_fake_park(int parked);

/* Lets time go by that the clock does not count. */
void holdfast_fake_advance(uint32_t ticks);

/* 1, once, after the core asked for a reset: boot again, as the device would. */
int holdfast_fake_reset_asked(void);

/*
 * Power goes in the middle of the erase or program that comes after `operations` more: half of it is done, and the process ends with
 * HOLDFAST_FAKE_POWER_CUT. The next one on the same folder starts as a device after a power cut.
 */
void holdfast_fake_cut_power(uint32_t operations);
enum holdfast_fake_exit { HOLDFAST_FAKE_POWER_CUT = 77 };

/* The erase or program after `operations` more fails, as worn flash does; those behind it work. */
void holdfast_fake_fail_flash(uint32_t operations);

/* Erases and programs so far. In HOLDFAST_MODE_RUN there are none. */
uint32_t holdfast_fake_flash_operations(void);

/* The port of a line "tcp:...", or 0. */
uint32_t holdfast_fake_tcp_port(void);

/* Removes the link of the line, closes what is open. */
void holdfast_fake_close(void);

#ifdef __cplusplus
}
#endif

#endif
