/* Which way of readings.h the flash is read in. */
#ifndef RP2040_READING_H_
#define RP2040_READING_H_

#include <stdbool.h>
#include <stdint.h>

/* In the part of SRAM that start.c fills first, since everything else is copied in the way that is chosen there. */
#define EARLY __attribute__((section(".early.text")))

/*
 * Copies the code behind the early part to SRAM, in the fastest way in which the chip gives the early part as it does in the plain one,
 * and all of the code with the sums that the build counted. Gives false when no way does. To be called at full clock, after .bss was
 * cleared, with the SSI as boot2 left it.
 */
bool reading_load(const uint32_t sums[2]);

/* Sets the SSI up as chosen, after it was used for commands. */
void reading_resume(void);

#endif
