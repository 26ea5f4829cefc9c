/* Which way of readings.h the flash is read in. */
#ifndef RP2040_READING_H_
#define RP2040_READING_H_

#include <stdint.h>

/*
 * Finds the fastest way in which the chip gives what it gives in the plain one: `copy` up to `end` was read from `image` that way, and the
 * same words are read again here. To be called in SRAM, at full clock, after .bss was cleared, with the SSI as boot2 left it.
 */
void reading_choose(const uint32_t* copy, const uint32_t* end, const uint32_t* image);

/* Sets the SSI up as chosen, after it was used for commands. */
void reading_resume(void);

#endif
