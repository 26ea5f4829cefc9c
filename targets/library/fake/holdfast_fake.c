/* The port of holdfast_fake.h: what holdfast_port.h asks for, on a POSIX system. */
#define _GNU_SOURCE /* pseudo-terminals; macOS has them without */
#include "holdfast_fake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "holdfast_port.h"

#define NEVER UINT32_MAX
enum { PATH_BYTES = 4096, FLASH_BYTES_MAX = 1 << 28 };

static holdfast_fake_options options;
static uint8_t* flash;
static uint32_t flash_bytes;
static int flash_file = -1;
static char park_path[PATH_BYTES];
static char link_path[PATH_BYTES];
/* The line: what bytes go through; behind it the socket that waits for clients, or the end of the terminal that is kept open. */
static int line = -1;
static int behind = -1;
static uint32_t tcp_port;
static int is_parked;
static int reset_asked;
static uint32_t advanced;
static struct timespec started;
static uint32_t operations;
static uint32_t cut_at = NEVER;
static uint32_t fail_at = NEVER;

static int failed(const char* what, const char* name) {
  fprintf(stderr, "holdfast fake: %s %s: %s\n", what, name, errno == 0 ? "not possible" : strerror(errno));
  return 1;
}

/* What no flash would do: the firmware under test, or its geometry, is wrong. */
static HOLDFAST_NORETURN void misused(const char* what, uint32_t area, uint32_t offset, uint32_t bytes) {
  fprintf(stderr, "holdfast fake: %s: area %u, offset %u, %u bytes\n", what, area, offset, bytes);
  abort();
}

static int open_flash(void) {
  uint64_t total = 0;
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) total += options.geometry.area_bytes[area];
  errno = 0;
  if (total == 0 || total > FLASH_BYTES_MAX) return failed("the areas of the geometry", "have no size, or 256 MiB and more");
  flash_bytes = HOLDFAST_CAST(uint32_t, total);
  flash = HOLDFAST_CAST(uint8_t*, malloc(flash_bytes));
  if (flash == 0) return failed("memory for", "flash");
  memset(flash, HOLDFAST_CAST(int, options.geometry.erased_byte), flash_bytes);
  if (options.folder == 0) return 0;
  char path[PATH_BYTES];
  if (snprintf(path, sizeof path, "%s/flash", options.folder) >= PATH_BYTES) return failed("the name", options.folder);
  (void)snprintf(park_path, sizeof park_path, "%s/safe-input", options.folder);
  if (mkdir(options.folder, 0777) != 0 && errno != EEXIST) return failed("the folder", options.folder);
  flash_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (flash_file < 0) return failed("the file", path);
  const off_t there = lseek(flash_file, 0, SEEK_END);
  errno = 0;
  if (there != 0 && there != HOLDFAST_CAST(off_t, flash_bytes)) return failed("flash of another geometry is in", path);
  const ssize_t moved =
      there == 0 ? pwrite(flash_file, flash, flash_bytes, 0) : pread(flash_file, flash, flash_bytes, 0);
  return moved == HOLDFAST_CAST(ssize_t, flash_bytes) ? 0 : failed("the file", path);
}

static int open_terminal(const char* name) {
  line = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (line < 0 || grantpt(line) != 0 || unlockpt(line) != 0) return failed("a pseudo-terminal for", name);
  const char* terminal = ptsname(line);
  /* Kept open, so that a client may come and go; raw, as a serial line is. */
  behind = terminal == 0 ? -1 : open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios raw;
  if (behind < 0 || tcgetattr(behind, &raw) != 0) return failed("a pseudo-terminal for", name);
  cfmakeraw(&raw);
  if (tcsetattr(behind, TCSANOW, &raw) != 0) return failed("a pseudo-terminal for", name);
  if (snprintf(link_path, sizeof link_path, "%s", name) >= PATH_BYTES) return failed("the name", name);
  struct stat there;
  if (lstat(name, &there) == 0 && S_ISLNK(there.st_mode)) (void)unlink(name);
  if (symlink(terminal, name) != 0) {
    link_path[0] = 0;
    return failed("the link", name);
  }
  return fcntl(line, F_SETFL, O_NONBLOCK) == 0 ? 0 : failed("the line", name);
}

static int open_socket(const char* name) {
  char* end = 0;
  errno = 0;
  const unsigned long port = strtoul(name, &end, 10);
  if (end == name || *end != 0 || port > 65535) return failed("a port is 0 to 65535, not", name);
  behind = socket(AF_INET, SOCK_STREAM, 0);
  if (behind < 0) return failed("a socket for port", name);
  const int yes = 1;
  (void)setsockopt(behind, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(HOLDFAST_CAST(uint16_t, port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  struct sockaddr* any = HOLDFAST_CAST(struct sockaddr*, HOLDFAST_CAST(void*, &address));
  if (bind(behind, any, bytes) != 0 || listen(behind, 1) != 0 || getsockname(behind, any, &bytes) != 0)
    return failed("port", name);
  tcp_port = ntohs(address.sin_port);
  return fcntl(behind, F_SETFL, O_NONBLOCK) == 0 ? 0 : failed("port", name);
}

static int open_line(void) {
  if (options.line == 0) return 0;
  if (strncmp(options.line, "pty:", 4) == 0 && options.line[4] != 0) return open_terminal(options.line + 4);
  if (strncmp(options.line, "tcp:", 4) == 0) return open_socket(options.line + 4);
  errno = 0;
  return failed("a line is pty:NAME or tcp:PORT, not", options.line);
}

int holdfast_fake_open(const holdfast_fake_options* given) {
  holdfast_fake_close();
  options = *given;
  is_parked = 0;
  reset_asked = 0;
  advanced = 0;
  operations = 0;
  cut_at = NEVER;
  fail_at = NEVER;
  (void)clock_gettime(CLOCK_MONOTONIC, &started);
  if (open_flash() == 0 && open_line() == 0) return 0;
  holdfast_fake_close();
  return 1;
}

static void close_one(int* file) {
  if (*file >= 0) (void)close(*file);
  *file = -1;
}

void holdfast_fake_close(void) {
  if (link_path[0] != 0) (void)unlink(link_path);
  link_path[0] = 0;
  park_path[0] = 0;
  close_one(&line);
  close_one(&behind);
  close_one(&flash_file);
  tcp_port = 0;
  free(flash);
  flash = 0;
  flash_bytes = 0;
}

/* The client of a socket: the one that is there, or the next one. */
static int is_connected(void) {
  if (line < 0 && behind >= 0 && tcp_port != 0) {
    line = accept(behind, 0, 0);
    if (line >= 0) (void)fcntl(line, F_SETFL, O_NONBLOCK);
  }
  return line >= 0;
}

uint32_t holdfast_fake_receive(void) {
  uint8_t bytes[256];
  if (!is_connected()) return 0;
  const ssize_t count = read(line, bytes, sizeof bytes);
  if (tcp_port != 0 && (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))) close_one(&line);
  for (ssize_t i = 0; i < count; i++) holdfast_receive(bytes[i]);
  return count > 0 ? HOLDFAST_CAST(uint32_t, count) : 0;
}

void holdfast_fake_wait(uint32_t milliseconds) {
  struct pollfd from;
  from.fd = is_connected() ? line : behind;
  from.events = POLLIN;
  from.revents = 0;
  (void)poll(&from, 1, HOLDFAST_CAST(int, milliseconds & 0x7fffffffu));
}

void holdfast_fake_park(int parked) {
  is_parked = parked;
  if (park_path[0] == 0) return;
  FILE* file = fopen(park_path, "w");
  if (file == 0 || fputs(parked ? "parked\n" : "moving\n", file) < 0 || fclose(file) != 0) {
    (void)failed("the file", park_path);
    abort();
  }
}

void holdfast_fake_advance(uint32_t ticks) { advanced += ticks; }

int holdfast_fake_reset_asked(void) {
  const int asked = reset_asked;
  reset_asked = 0;
  return asked;
}

void holdfast_fake_cut_power(uint32_t more) { cut_at = operations + more; }
void holdfast_fake_fail_flash(uint32_t more) { fail_at = operations + more; }
uint32_t holdfast_fake_flash_operations(void) { return operations; }
uint32_t holdfast_fake_tcp_port(void) { return tcp_port; }

static uint32_t place_of(const char* what, uint32_t area, uint32_t offset, uint32_t bytes) {
  if (flash == 0) misused("flash before holdfast_fake_open", area, offset, bytes);
  if (area >= HOLDFAST_AREAS || offset > options.geometry.area_bytes[area] || bytes > options.geometry.area_bytes[area] - offset)
    misused(what, area, offset, bytes);
  uint32_t start = offset;
  for (uint32_t before = 0; before < area; before++) start += options.geometry.area_bytes[before];
  return start;
}

/* Writes what an operation made of flash through to the file. */
static uint32_t keep(uint32_t start, uint32_t bytes) {
  if (flash_file < 0) return 0;
  const ssize_t kept = pwrite(flash_file, flash + start, bytes, HOLDFAST_CAST(off_t, start));
  if (kept == HOLDFAST_CAST(ssize_t, bytes)) return 0;
  (void)failed("the file of", "flash");
  return 1;
}

/* How much of an operation is done: all, or what comes before it fails or power goes. */
static uint32_t done_of(uint32_t bytes) { return operations == cut_at || operations == fail_at ? bytes / 2 : bytes; }

static uint32_t end_operation(uint32_t start, uint32_t done) {
  const uint32_t not_kept = keep(start, done);
  const int cut = operations == cut_at;
  const int bad = operations == fail_at;
  operations++;
  if (cut) {
    if (link_path[0] != 0) (void)unlink(link_path);
    _exit(HOLDFAST_FAKE_POWER_CUT);
  }
  return not_kept != 0 || bad ? 1 : 0;
}

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint32_t start = place_of("read outside of the area", area, offset, bytes);
  memcpy(destination, flash + start, bytes);
  return 0;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t bytes = area < HOLDFAST_AREAS ? options.geometry.sector_bytes[area] : 0;
  const uint32_t start = place_of("erase outside of the area", area, offset, bytes);
  if (bytes == 0u || offset % bytes != 0) misused("erase of no whole sector", area, offset, bytes);
  const uint32_t done = done_of(bytes);
  memset(flash + start, HOLDFAST_CAST(int, options.geometry.erased_byte), done);
  return end_operation(start, done);
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t unit = options.geometry.program_bytes;
  const uint32_t start = place_of("program outside of the area", area, offset, bytes);
  if (offset % unit != 0 || bytes % unit != 0) misused("program of no whole unit", area, offset, bytes);
  for (uint32_t i = 0; i < bytes; i++)
    if (flash[start + i] != options.geometry.erased_byte) misused("program over what is not erased", area, offset, bytes);
  const uint32_t done = done_of(bytes);
  memcpy(flash + start, source, done);
  return end_operation(start, done);
}

uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  /* A line that nobody listens to loses its bytes, as a wire does. */
  if (!is_connected()) return bytes;
  const ssize_t taken = tcp_port != 0 ? send(line, source, bytes, MSG_NOSIGNAL) : write(line, source, bytes);
  if (taken >= 0) return HOLDFAST_CAST(uint32_t, taken);
  if (errno == EAGAIN || errno == EINTR) return 0;
  if (tcp_port != 0) close_one(&line);
  return bytes;
}

uint32_t holdfast_port_safe_input(void) {
  if (park_path[0] == 0) return is_parked != 0;
  char word[8] = {0};
  FILE* file = fopen(park_path, "r");
  if (file == 0) return 0;
  const size_t count = fread(word, 1, sizeof word - 1, file);
  (void)fclose(file);
  return count >= 6 && strncmp(word, "parked", 6) == 0 && (word[6] == 0 || word[6] == '\n');
}

uint32_t holdfast_port_ticks(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t seconds = HOLDFAST_CAST(int64_t, now.tv_sec) - started.tv_sec;
  const int64_t nanoseconds = HOLDFAST_CAST(int64_t, now.tv_nsec) - started.tv_nsec + seconds * 1000000000;
  const uint64_t microseconds = HOLDFAST_CAST(uint64_t, nanoseconds / 1000);
  const uint64_t ticks = microseconds * options.ticks_per_second / 1000000;
  return HOLDFAST_CAST(uint32_t, ticks & UINT32_MAX) + advanced;
}

void holdfast_port_reset(void) { reset_asked = 1; }

/* A computer counts no cycles that mean anything for a board. */
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }
void holdfast_port_interrupts(uint32_t pass) { (void)pass; }

HOLDFAST_NORETURN void holdfast_port_trap(void) {
  fprintf(stderr, "holdfast fake: the core found a broken invariant of its own, and trapped\n");
  abort();
}
