/*
 * What a target gives to the core: docs/SPEC.md section 6. All of them are called from holdfast_boot and holdfast_service, ticks and
 * the safe input from holdfast_state_of too, in the base context (holdfast.h), never above it and never from holdfast_receive;
 * none is called by check, spell or sweep. Each must return within a bounded time, whatever the hardware does: a wait for flash ends in
 * a failure at the latest after the longest time that its datasheet gives, and the core then answers FLASH_FAILED. None of them may
 * call the core, holdfast_receive apart.
 *
 * Areas and offsets are those of the geometry given to holdfast_boot. The core asks for nothing outside of it; a port that looks all
 * the same costs little and keeps a mistake in its own tables from reaching the rest of the flash.
 */
#ifndef HOLDFAST_PORT_H_
#define HOLDFAST_PORT_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define HOLDFAST_NORETURN [[noreturn]]
#else
#define HOLDFAST_NORETURN _Noreturn
#endif

/*
 * Fills `destination` (any alignment, any number of bytes) from `offset` of an area. Gives 0 when done, anything else when it failed.
 * Reads what is in the flash now, past any cache: what is said to be there is said on the strength of this.
 */
uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes);

/*
 * Erases the one sector at `offset`, a multiple of its size, and returns when that is done. Gives 0 when done. Bytes of the line must
 * be received meanwhile: code, constants and vectors of the receive interrupt lie outside this flash, or the line has a DMA.
 */
uint32_t port_flash_erase(uint32_t area, uint32_t offset);

/*
 * Programs whole program units (at most 256 bytes) at a multiple of the program unit, all of them erased, and returns when that is
 * done. `source` may have any alignment. Gives 0 when done. As for erasing, the line goes on.
 */
uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes);

/* Takes what the transmitter has room for and gives how many bytes that were. Never waits: the rest is offered again. */
uint32_t port_serial_write(const uint8_t* source, uint32_t bytes);

/* 1 only while a signal says that the machine is parked that cannot come from an open or shorted wire; else 0. */
uint32_t port_safe_input(void);

/* The device's own counter: counts at the burned rate (ticks a second) from reset on, never stands still, and wraps at 2^32. */
uint32_t port_ticks(void);

/* Resets the whole device. It may return; the reset follows before long. */
void port_reset(void);

/*
 * A free-running counter of the processor's clock cycles, and its counts a second: DWT_CYCCNT on a Cortex-M3 or larger, mcycle on
 * RISC-V, a timer at the processor's clock elsewhere. It wraps at 2^32 and takes the same time whenever it is read. Nothing depends on
 * it but what is measured; where there is none, both always give 0.
 */
uint32_t port_cycles(void);
uint32_t port_cycle_rate(void);

/*
 * 0 holds interrupts back, 1 puts them back as they were before, also when they were held back already; in turns, around one measured call.
 * It may do nothing; figures then hold what came in between.
 */
void port_interrupts(uint32_t pass);

/* A broken invariant of the core: bring the machine to its safe state by hardware, then reset. Must not return. */
HOLDFAST_NORETURN void port_trap(void);

#ifdef __cplusplus
}
#endif

#endif
