/* The core in one unit: the C that was generated from the released wasm, its memory, and its edges to firmware and port. */
#include "wasm-rt.h"
#include "core.h"

/* Out of the way of maps without phases: inlined, it would cost them registers to save. */
static __attribute__((noinline)) u32 w2c_core_assembly0x2Fcheck0x2Fcheck0x2FcheckInPhase(w2c_core*, u32, u32);

#include "core-generated.c"
#include "holdfast.h"
#include "port.h"

uint8_t holdfast_memory[HOLDFAST_MEMORY_BYTES] __attribute__((aligned(8)));
extern uint8_t holdfast_records[HOLDFAST_MEMORY_BYTES] __attribute__((alias("holdfast_memory")));

struct w2c_port {
  uint8_t nothing;
};

static w2c_core core;
static struct w2c_port port;

_Noreturn void wasm_rt_trap(wasm_rt_trap_t code) {
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

uint32_t holdfast_boot(const holdfast_geometry* geometry, const uint8_t* burned) {
  wasm2c_core_instantiate(&core, &port);
  memcpy(&holdfast_memory[HOLDFAST_GEOMETRY], geometry, sizeof *geometry);
  memcpy(&holdfast_memory[HOLDFAST_BURNED], burned, 512);
  return w2c_core_boot(&core);
}

/* Flattened, so that no call is left on the way to the answer. */
__attribute__((flatten)) uint32_t holdfast_check(uint32_t phase, int32_t x, int32_t y) {
  return w2c_core_check(&core, phase, (u32)x, (u32)y);
}

uint32_t holdfast_check_invalid(void) { return w2c_core_checkInvalid(&core); }

__attribute__((flatten)) const holdfast_verdict* holdfast_spell(uint32_t word, int32_t x, int32_t y) {
  w2c_core_verdict(&core, word, (u32)x, (u32)y);
  return (const holdfast_verdict*)(const void*)&holdfast_memory[HOLDFAST_VERDICT];
}

void holdfast_receive(uint32_t byte) { w2c_core_receive(&core, byte); }

uint32_t holdfast_service(uint32_t checks) { return w2c_core_service(&core, checks); }

uint32_t holdfast_state_of(uint32_t what) { return w2c_core_stateOf(&core, what); }
