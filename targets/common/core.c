/* The core in one unit: the C that was generated from the released wasm, its memory, and its edges to firmware and port. */
#include "holdfast.h"
#include "port.h"

#if !defined(__GNUC__)
#error "Holdfast is written for GCC and compilers that understand its extensions, such as clang"
#elif __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Holdfast runs on little-endian processors only"
#elif UINTPTR_MAX < 0xffffffffu
#error "Holdfast needs addresses of 32 bits or more"
#endif

/*
 * Not optimised, the core has ten times the code, and a check takes kilobytes of stack. GCC optimises this file all the same; clang has no
 * word for that, so the file is refused unless somebody wants it so, on a computer say.
 */
#if !defined(__OPTIMIZE__) && !defined(HOLDFAST_NOT_OPTIMIZED)
#if defined(__clang__)
#error "Holdfast at -O0 is ten times the code, and its stack overflows small tasks: give this file -Og or -Os, or HOLDFAST_NOT_OPTIMIZED"
#else
#define HOLDFAST_OPTIMIZES
#pragma GCC push_options
#pragma GCC optimize("Os")
#endif
#endif

/*
 * What an application may define on the command line of the compiler. HOLDFAST_FAST stands with every function that the control loop
 * calls: a section in RAM without wait states, where code in flash is slow or not always there. HOLDFAST_MEMORY stands with the core's
 * memory: a section too, which nobody needs to clear or to load.
 */
#ifndef HOLDFAST_FAST
#define HOLDFAST_FAST
#endif
#ifndef HOLDFAST_MEMORY
#define HOLDFAST_MEMORY
#endif

#include "timed.h"
#include "wasm-rt.h"
#include "core.h"

#include "core-generated.c"

HOLDFAST_STATIC_ASSERT(sizeof(holdfast_geometry) == HOLDFAST_GEOMETRY_BYTES, "the compiler pads the geometry");
HOLDFAST_STATIC_ASSERT(sizeof(holdfast_verdict) == HOLDFAST_VERDICT_BYTES, "the compiler pads the verdict");
HOLDFAST_STATIC_ASSERT(sizeof(holdfast_move) == HOLDFAST_SWEEP_BYTES, "the compiler pads the move");
HOLDFAST_STATIC_ASSERT(HOLDFAST_MEMORY_BYTES % 4 == 0, "the memory is cleared in words");

HOLDFAST_MEMORY uint8_t holdfast_memory[HOLDFAST_MEMORY_BYTES] __attribute__((aligned(HOLDFAST_MEMORY_ALIGNMENT)));
#if HOLDFAST_THUMB == 1
extern uint8_t holdfast_records[HOLDFAST_MEMORY_BYTES] __attribute__((alias("holdfast_memory")));
#endif

struct w2c_port {
  uint8_t nothing;
};

static w2c_core core;
static struct w2c_port port;

HOLDFAST_FAST HOLDFAST_TRAPS void wasm_rt_trap(wasm_rt_trap_t code) {
  (void)code;
  port_trap();
}

static uint8_t* place(uint32_t address, uint32_t bytes) {
  if (address > HOLDFAST_MEMORY_BYTES || bytes > HOLDFAST_MEMORY_BYTES - address) port_trap();
  return &holdfast_memory[address];
}

u32 w2c_port_flashRead(struct w2c_port* unused, u32 area, u32 offset, u32 destination, u32 bytes) {
  (void)unused;
  return port_flash_read(area, offset, place(destination, bytes), bytes);
}

u32 w2c_port_flashErase(struct w2c_port* unused, u32 area, u32 offset) {
  (void)unused;
  return port_flash_erase(area, offset);
}

u32 w2c_port_flashProgram(struct w2c_port* unused, u32 area, u32 offset, u32 source, u32 bytes) {
  (void)unused;
  return port_flash_program(area, offset, place(source, bytes), bytes);
}

u32 w2c_port_serialWrite(struct w2c_port* unused, u32 source, u32 bytes) {
  (void)unused;
  return port_serial_write(place(source, bytes), bytes);
}

u32 w2c_port_safeInput(struct w2c_port* unused) {
  (void)unused;
  return port_safe_input();
}

u32 w2c_port_ticks(struct w2c_port* unused) {
  (void)unused;
  return port_ticks();
}

void w2c_port_reset(struct w2c_port* unused) {
  (void)unused;
  port_reset();
}

u32 w2c_port_cycles(struct w2c_port* unused) {
  (void)unused;
  return port_cycles();
}

u32 w2c_port_cycleRate(struct w2c_port* unused) {
  (void)unused;
  return port_cycle_rate();
}

void w2c_port_interrupts(struct w2c_port* unused, u32 pass) {
  (void)unused;
  port_interrupts(pass);
}

u32 w2c_port_timed(struct w2c_port* unused, u32 what, u32 words) {
  (void)unused;
  if (words % 4 != 0) port_trap();
  return holdfast_timed(what, (uint32_t*)(void*)place(words, HOLDFAST_TIMED_WORDS_BYTES));
}

/* The wasm's memory is all 0 when it begins; a section of its own, or a second boot, would not be. */
static void clear_memory(void) {
  for (u32 at = 0; at < HOLDFAST_MEMORY_BYTES; at += 4) i32_store_at(at, 0, 0);
}

uint32_t holdfast_boot(const holdfast_geometry* geometry, const uint8_t* burned) {
  clear_memory();
  wasm2c_core_instantiate(&core, &port);
  __builtin_memcpy(&holdfast_memory[HOLDFAST_GEOMETRY], geometry, sizeof *geometry);
  __builtin_memcpy(&holdfast_memory[HOLDFAST_BURNED], burned, HOLDFAST_BURNED_BYTES);
  return w2c_core_boot(&core);
}

/*
 * The question is asked anew each time, whatever the compiler sees of both sides: service may have changed what it reads meanwhile, or be
 * what it came above. It costs no instruction.
 */
#define HOLDFAST_ASKS_ANEW __atomic_signal_fence(__ATOMIC_ACQUIRE)

/*
 * What the loop calls is flattened: no call is left on the way to the answer, and all of it lies where HOLDFAST_FAST says. Where code is to
 * be small, what follows moves is not.
 */
#if HOLDFAST_COMPACT
#define HOLDFAST_FLAT_MOVES
#else
#define HOLDFAST_FLAT_MOVES __attribute__((flatten))
#endif

__attribute__((flatten)) HOLDFAST_FAST uint32_t holdfast_check(uint32_t phase, int32_t x, int32_t y) {
  HOLDFAST_ASKS_ANEW;
  return w2c_core_check(&core, phase, (u32)x, (u32)y);
}

__attribute__((flatten)) HOLDFAST_FAST uint32_t holdfast_check_plane(uint32_t phase, int32_t x, int32_t y) {
  HOLDFAST_ASKS_ANEW;
  return w2c_core_checkPlane(&core, phase, (u32)x, (u32)y);
}

__attribute__((flatten)) HOLDFAST_FAST uint32_t holdfast_check_invalid(void) {
  HOLDFAST_ASKS_ANEW;
  return w2c_core_checkInvalid(&core);
}

__attribute__((flatten)) HOLDFAST_FAST const holdfast_verdict* holdfast_spell(uint32_t word, int32_t x, int32_t y) {
  w2c_core_verdict(&core, word, (u32)x, (u32)y);
  return (const holdfast_verdict*)(const void*)&holdfast_memory[HOLDFAST_VERDICT];
}

#define HOLDFAST_VERDICT_WORDS (HOLDFAST_VERDICT_BYTES / 4)

/* Word by word: of an assignment some compilers make a call of memcpy, which lies wherever the C library does. */
static inline __attribute__((always_inline)) void copy_verdict(volatile uint32_t* to, const volatile uint32_t* from) {
  for (uint32_t i = 0; i < HOLDFAST_VERDICT_WORDS; i++) to[i] = from[i];
}

/* The one struct of the core is put back as it was: service, which this may have come above, may be in the middle of telling it. */
__attribute__((flatten)) HOLDFAST_FAST void holdfast_spell_into(uint32_t word, int32_t x, int32_t y, holdfast_verdict* verdict) {
  uint32_t before[HOLDFAST_VERDICT_WORDS];
  uint32_t* const shared = (uint32_t*)(void*)&holdfast_memory[HOLDFAST_VERDICT];
  copy_verdict(before, shared);
  HOLDFAST_ASKS_ANEW;
  w2c_core_verdict(&core, word, (u32)x, (u32)y);
  copy_verdict((uint32_t*)(void*)verdict, shared);
  copy_verdict(shared, before);
  HOLDFAST_ASKS_ANEW;
}

HOLDFAST_FLAT_MOVES HOLDFAST_FAST const holdfast_move* holdfast_sweep(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x,
                                                                      int32_t to_y) {
  w2c_core_sweep(&core, phase, (u32)from_x, (u32)from_y, (u32)to_x, (u32)to_y);
  return (const holdfast_move*)(const void*)&holdfast_memory[HOLDFAST_SWEEP];
}

/*
 * Not flattened, since what compares fractions is called from many places; nor fast, since that calls the compiler's own multiplication. A
 * core without planes has nothing to add for them.
 */
#if HOLDFAST_PLANE_STEPS == 0
HOLDFAST_FAST const holdfast_move* holdfast_sweep_plane(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y) {
  return holdfast_sweep(phase, from_x, from_y, to_x, to_y);
}
#else
const holdfast_move* holdfast_sweep_plane(uint32_t phase, int32_t from_x, int32_t from_y, int32_t to_x, int32_t to_y) {
  w2c_core_sweepPlane(&core, phase, (u32)from_x, (u32)from_y, (u32)to_x, (u32)to_y);
  return (const holdfast_move*)(const void*)&holdfast_memory[HOLDFAST_SWEEP];
}
#endif

HOLDFAST_FLAT_MOVES HOLDFAST_FAST uint32_t holdfast_until_change(uint32_t phase, int32_t x, int32_t y) {
  HOLDFAST_ASKS_ANEW;
  return w2c_core_untilChange(&core, phase, (u32)x, (u32)y);
}

/* A core without planes has nothing to add for them. */
#if HOLDFAST_PLANE_STEPS == 0
HOLDFAST_FAST uint32_t holdfast_until_change_plane(uint32_t phase, int32_t x, int32_t y) { return holdfast_until_change(phase, x, y); }
#else
__attribute__((flatten)) HOLDFAST_FAST uint32_t holdfast_until_change_plane(uint32_t phase, int32_t x, int32_t y) {
  HOLDFAST_ASKS_ANEW;
  return w2c_core_untilChangePlane(&core, phase, (u32)x, (u32)y);
}
#endif

void holdfast_receive(uint32_t byte) { w2c_core_receive(&core, byte); }

uint32_t holdfast_service(uint32_t checks) { return w2c_core_service(&core, checks); }

uint32_t holdfast_state_of(uint32_t what) { return w2c_core_stateOf(&core, what); }

#if defined(HOLDFAST_OPTIMIZES)
#pragma GCC pop_options
#endif
