/*
 * The C build of the core on this machine, its memory and its variables in the open: what `holdfast firmware library` writes, in one
 * unit with this. Called by sim/drill/native-core.ts; the port is made of functions that it sets.
 */
#include <setjmp.h>
#include "holdfast.c"

typedef uint32_t (*port_call)(uint32_t what, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

static port_call called;
static jmp_buf trap_place;

enum { CALL_READ, CALL_ERASE, CALL_PROGRAM, CALL_WRITE, CALL_PARKED, CALL_TICKS, CALL_RESET };

/* What the port answers when it was called so often that the core is taken to hang: a watchdog would reset the board. */
#define HUNG 0xffffffffu

static uint32_t call(uint32_t what, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  const uint32_t answer = called(what, a, b, c, d);
  if (answer == HUNG) longjmp(trap_place, 1);
  return answer;
}

/* Where a pointer into the core's memory points. */
static uint32_t address_of(const uint8_t* place) { return (uint32_t)(place - holdfast_memory); }

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  return call(CALL_READ, area, offset, address_of(destination), bytes);
}
uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) { return call(CALL_ERASE, area, offset, 0, 0); }
uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  return call(CALL_PROGRAM, area, offset, address_of(source), bytes);
}
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  return call(CALL_WRITE, address_of(source), bytes, 0, 0);
}
uint32_t holdfast_port_safe_input(void) { return call(CALL_PARKED, 0, 0, 0, 0); }
uint32_t holdfast_port_ticks(void) { return call(CALL_TICKS, 0, 0, 0, 0); }
void holdfast_port_reset(void) { (void)call(CALL_RESET, 0, 0, 0, 0); }
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }
void holdfast_port_interrupts(uint32_t pass) { (void)pass; }
_Noreturn void holdfast_port_trap(void) { longjmp(trap_place, 1); }

uint8_t* drill_memory(void) { return holdfast_memory; }
uint8_t* drill_variables(void) { return (uint8_t*)&holdfast_instance; }
uint32_t drill_memory_bytes(void) { return HOLDFAST_MEMORY_BYTES; }
uint32_t drill_variables_bytes(void) { return sizeof holdfast_instance; }
uint32_t drill_verdict(void) { return HOLDFAST_VERDICT; }
void drill_port(port_call function) { called = function; }

enum { DRILL_BOOT, DRILL_SERVICE, DRILL_CHECK, DRILL_VERDICT, DRILL_STATE, DRILL_RECEIVE };

/* Calls one of them; a trap ends it with `trapped` set. */
uint32_t drill_call(uint32_t what, uint32_t a, uint32_t b, uint32_t c, uint32_t* trapped) {
  *trapped = 0;
  if (setjmp(trap_place) != 0) {
    *trapped = 1;
    return 0;
  }
  switch (what) {
    case DRILL_BOOT: return w2c_core_boot(&holdfast_instance);
    case DRILL_SERVICE: return holdfast_service(a);
    case DRILL_CHECK: return holdfast_check(a, (int32_t)b, (int32_t)c);
    case DRILL_VERDICT: return (void)holdfast_spell(a, (int32_t)b, (int32_t)c), 0;
    case DRILL_STATE: return holdfast_state_of(a);
    default: return holdfast_receive(a), 0;
  }
}

/* What holdfast_boot does before it boots: the state of a core that has no power yet. */
void drill_unpowered(const holdfast_geometry* geometry, const uint8_t* burned) {
  holdfast_clear_memory();
  wasm2c_core_instantiate(&holdfast_instance, &holdfast_edges);
  __builtin_memcpy(&holdfast_memory[HOLDFAST_GEOMETRY], geometry, sizeof *geometry);
  __builtin_memcpy(&holdfast_memory[HOLDFAST_BURNED], burned, HOLDFAST_BURNED_BYTES);
}
