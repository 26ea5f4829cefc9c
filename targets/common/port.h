/*
 * What a target gives to the core: docs/SPEC.md section 6. All of them are called from holdfast_boot and holdfast_service only.
 * targets/template explains what each must hold to.
 */
#ifndef HOLDFAST_PORT_H_
#define HOLDFAST_PORT_H_

#include <stdint.h>

/* 0 done, anything else failed. */
uint32_t port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes);
uint32_t port_flash_erase(uint32_t area, uint32_t offset);
uint32_t port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes);
/* Bytes taken; never waits. */
uint32_t port_serial_write(const uint8_t* source, uint32_t bytes);
/* 1: the machine is parked. An unconnected input reads 0. */
uint32_t port_safe_input(void);
/* The device's own counter, at the burned rate; wraps. */
uint32_t port_ticks(void);
void port_reset(void);
/* A broken invariant of the core: stop the machine, then reset. Does not return. */
_Noreturn void port_trap(void);

#endif
