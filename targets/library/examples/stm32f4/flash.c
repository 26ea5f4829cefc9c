/*
 * The three flash functions of a port, for an STM32F42x with 2 MB at 2.7 to 3.6 V: words of 4 bytes, sectors by sectors.h. The registers
 * are those of CMSIS's stm32f4xx.h. A sector takes 2 s to erase at most (one of 16 KiB half a second): each wait ends by itself.
 */
#include "stm32f4xx.h"

#include <string.h>

#include "holdfast_port.h"
#include "sectors.h"

#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu
#define ERRORS (FLASH_SR_WRPERR | FLASH_SR_PGAERR | FLASH_SR_PGPERR | FLASH_SR_PGSERR)
enum { ERASE_MS_MAX = 4000, WORD_MS_MAX = 2 };

/* Gives 0 once the flash has done what it was told, else 1; after the longest time at the latest, by the port's ticks of a millisecond. */
static uint32_t wait(uint32_t milliseconds) {
  const uint32_t begin = holdfast_port_ticks();
  while ((FLASH->SR & FLASH_SR_BSY) != 0) {
    if (holdfast_port_ticks() - begin > milliseconds) return 1;
  }
  return (FLASH->SR & ERRORS) != 0 ? 1 : 0;
}

static void unlock(void) {
  if ((FLASH->CR & FLASH_CR_LOCK) != 0) {
    FLASH->KEYR = KEY_1;
    FLASH->KEYR = KEY_2;
  }
  FLASH->SR = ERRORS | FLASH_SR_EOP;
}

static uint32_t end(uint32_t failed) {
  FLASH->CR = FLASH_CR_LOCK;
  /* What the data cache holds is of before. */
  FLASH->ACR &= ~FLASH_ACR_DCEN;
  FLASH->ACR |= FLASH_ACR_DCRST;
  FLASH->ACR &= ~FLASH_ACR_DCRST;
  FLASH->ACR |= FLASH_ACR_DCEN;
  return failed;
}

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  const uint32_t place = stm32f4_place(area, offset, bytes);
  if (place == 0) return 1;
  memcpy(destination, (const void*)(uintptr_t)place, bytes);
  return 0;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  const uint32_t sector = stm32f4_sector(area, offset);
  if (sector == 0) return 1;
  unlock();
  FLASH->CR = FLASH_CR_PSIZE_1 | FLASH_CR_SER | (sector << FLASH_CR_SNB_Pos);
  FLASH->CR |= FLASH_CR_STRT;
  return end(wait(ERASE_MS_MAX));
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  const uint32_t place = stm32f4_place(area, offset, bytes);
  uint32_t failed = 0;
  if (place == 0 || place % 4 != 0 || bytes % 4 != 0) return 1;
  unlock();
  FLASH->CR = FLASH_CR_PSIZE_1 | FLASH_CR_PG;
  for (uint32_t done = 0; done < bytes && !failed; done += 4) {
    uint32_t word;
    memcpy(&word, source + done, sizeof word);
    *(volatile uint32_t*)(uintptr_t)(place + done) = word;
    failed = wait(WORD_MS_MAX);
  }
  return end(failed);
}
