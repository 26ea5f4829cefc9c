/*
 * The flash of an STM32F42x with 2 MB: two banks, each of four sectors of 16 KiB, one of 64 and seven of 128. Holdfast takes sectors of one
 * size, so the five small ones of a bank are joined to one of 128 KiB. Sixteen of those there are:
 *
 *     bank 1   0 your program · 1 your program · 2 3 slot A · 4 5 slot B · 6 7 state
 *     bank 2   8 9 tokens · 10 11 outcome · 12 to 15 your program's
 *
 * 8 is the one that is joined. While one bank is written the other can be read, so let the program run from bank 1 only if the receive
 * interrupt lies in RAM or the line has a DMA: slots and state are written while it stands.
 */
#ifndef HOLDFAST_STM32F4_SECTORS_H_
#define HOLDFAST_STM32F4_SECTORS_H_

#include "holdfast.h"

#define FLASH_AT 0x08000000u
#define JOINED_BYTES 0x20000u
#define SECTORS_A_BANK 12u
#define SMALL_SECTORS 5u

/* By the numbers of joined sectors: the first of an area, and how many. */
static const uint8_t area_first[HOLDFAST_AREAS] = {2, 4, 6, 8, 10};
enum { SECTORS_AN_AREA = 2 };

static const holdfast_geometry stm32f4_geometry = {
    JOINED_BYTES, 4, 0xff, {2 * JOINED_BYTES, 2 * JOINED_BYTES, 2 * JOINED_BYTES, 2 * JOINED_BYTES, 2 * JOINED_BYTES}};

/* The address of a range of an area; 0 when it is not inside. */
static inline uint32_t stm32f4_place(uint32_t area, uint32_t offset, uint32_t bytes) {
  if (area >= HOLDFAST_AREAS || offset > SECTORS_AN_AREA * JOINED_BYTES || bytes > SECTORS_AN_AREA * JOINED_BYTES - offset) return 0;
  return FLASH_AT + area_first[area] * JOINED_BYTES + offset;
}

/*
 * The sectors of the chip that one joined sector is made of, as its SNB field numbers them (0 to 11, and 16 to 27 in bank 2). Gives how
 * many there are, 0 when the offset begins no sector.
 */
static inline uint32_t stm32f4_sectors(uint32_t area, uint32_t offset, uint32_t* first) {
  if (area >= HOLDFAST_AREAS || offset % JOINED_BYTES != 0 || offset / JOINED_BYTES >= SECTORS_AN_AREA) return 0;
  const uint32_t joined = area_first[area] + offset / JOINED_BYTES;
  const uint32_t in_bank = joined % 8u;
  *first = (joined / 8u) * 16u + (in_bank == 0 ? 0 : SMALL_SECTORS + in_bank - 1u);
  return in_bank == 0 ? SMALL_SECTORS : 1u;
}

#endif
