/*
 * What an STM32F42x does for the example, as far as this computer can: bank 2 of the flash in memory at its own addresses, the registers of
 * flash and UART as their reference manual has them, a tick while the processor waits for an interrupt. Each use of a register first does
 * what was stored before. What the chip would refuse ends the program: a store while locked or without PG, a bit that programming would
 * set, a sector that is not of bank 2.
 */
#define _GNU_SOURCE
#include "stm32f4xx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { BANK_BYTES = 1 << 20, SECTORS = 12, FIRST_SECTOR = 16, EMPTY = 0xffff };
#define BANK ((uint8_t*)0x08100000)
static uint8_t kept[BANK_BYTES]; /* as it was at the last use of a register */
static FLASH_TypeDef flash = {.CR = FLASH_CR_LOCK};
static USART_TypeDef usart = {.SR = USART_SR_TXE, .DR = EMPTY};
static int is_unlocked, keys;
RCC_TypeDef stand_in_rcc;
GPIO_TypeDef stand_in_gpioa;

void SysTick_Handler(void);

__attribute__((constructor)) static void begin(void) {
  void* place = mmap(BANK, BANK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (place != BANK) abort();
  memset(BANK, 0xff, BANK_BYTES);
  memset(kept, 0xff, BANK_BYTES);
}

static void unlock(void) {
  if (flash.KEYR == 0x45670123u) keys = 1;
  if (flash.KEYR == 0xCDEF89ABu && keys == 1) {
    is_unlocked = 1;
    flash.CR &= ~FLASH_CR_LOCK;
  }
  flash.KEYR = 0;
  if ((flash.CR & FLASH_CR_LOCK) != 0) is_unlocked = 0;
  if (!is_unlocked && flash.CR != FLASH_CR_LOCK) abort();
}

static void program(void) {
  if (memcmp(BANK, kept, BANK_BYTES) == 0) return;
  if (!is_unlocked || (flash.CR & FLASH_CR_PG) == 0) abort();
  for (uint32_t i = 0; i < BANK_BYTES; i++) {
    if ((BANK[i] & ~kept[i]) != 0) abort();
    kept[i] = BANK[i];
  }
}

static void erase(void) {
  static const uint32_t kib[SECTORS] = {16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128};
  const uint32_t sector = ((flash.CR >> FLASH_CR_SNB_Pos) & 31u) - FIRST_SECTOR;
  uint32_t at = 0;
  if ((flash.CR & FLASH_CR_STRT) == 0) return;
  if (!is_unlocked || (flash.CR & FLASH_CR_SER) == 0 || sector >= SECTORS) abort();
  for (uint32_t i = 0; i < sector; i++) at += kib[i] * 1024;
  memset(BANK + at, 0xff, kib[sector] * 1024);
  memset(kept + at, 0xff, kib[sector] * 1024);
  flash.CR &= ~FLASH_CR_STRT;
}

FLASH_TypeDef* stand_in_flash(void) {
  unlock();
  program();
  erase();
  flash.SR = 0;
  return &flash;
}

USART_TypeDef* stand_in_usart(void) {
  if (usart.DR != EMPTY) putchar((int)usart.DR);
  usart.DR = EMPTY;
  return &usart;
}

/* The last byte goes out when the program ends. */
__attribute__((destructor)) static void end(void) { (void)stand_in_usart(); }

void __WFI(void) { SysTick_Handler(); }
uint32_t SysTick_Config(uint32_t ticks) { return ticks == 16000 ? 0 : 1; }
void NVIC_EnableIRQ(IRQn_Type irq) {
  if (irq != USART2_IRQn) abort();
}
void NVIC_SystemReset(void) { exit(3); }
void __disable_irq(void) {}
uint32_t __get_PRIMASK(void) { return 0; }
void __set_PRIMASK(uint32_t held) { (void)held; }
