/*
 * The flash of an STM32F42x with 2 MB: two banks, each of four sectors of 16 KiB, one of 64 and seven of 128. An area has sectors of one
 * size, two or more of them, and each area may have its own:
 *
 *     bank 1   0 to 11 your program
 *     bank 2   12 13 state · 14 15 tokens · 16 your program's · 17 18 outcome · 19 20 slot A · 21 22 slot B · 23 your program's
 *
 * All areas lie in bank 2, so bank 1 can be read while they are written, and your program runs from it without a pause. A slot of two
 * sectors takes images of one, 128 KiB.
 */
#ifndef HOLDFAST_STM32F4_SECTORS_H_
#define HOLDFAST_STM32F4_SECTORS_H_

#include "holdfast.h"

#define KIB 1024u

/* By the numbers of areas: the first address, and the first sector as the field SNB of FLASH_CR has it (16 to 27 in bank 2). */
static const uint32_t area_at[HOLDFAST_AREAS] = {0x08160000u, 0x081A0000u, 0x08100000u, 0x08108000u, 0x08120000u};
static const uint32_t area_sector[HOLDFAST_AREAS] = {23u, 25u, 16u, 18u, 21u};

static const holdfast_geometry stm32f4_geometry = {
    4, 0xff, {128u * KIB, 128u * KIB, 16u * KIB, 16u * KIB, 128u * KIB}, {256u * KIB, 256u * KIB, 32u * KIB, 32u * KIB, 256u * KIB}};

/* The address of a range of an area; 0 when it is not inside. */
static inline uint32_t stm32f4_place(uint32_t area, uint32_t offset, uint32_t bytes) {
  if (area >= HOLDFAST_AREAS || offset > stm32f4_geometry.area_bytes[area]) return 0;
  return bytes > stm32f4_geometry.area_bytes[area] - offset ? 0 : area_at[area] + offset;
}

/* The sector that begins at an offset, as SNB has it; 0, which is your program's, when none does. */
static inline uint32_t stm32f4_sector(uint32_t area, uint32_t offset) {
  if (area >= HOLDFAST_AREAS || offset >= stm32f4_geometry.area_bytes[area]) return 0;
  const uint32_t bytes = stm32f4_geometry.sector_bytes[area];
  return offset % bytes != 0 ? 0 : area_sector[area] + offset / bytes;
}

#endif
