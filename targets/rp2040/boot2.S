/*
 * Second-stage boot code: the ROM copies these 256 bytes to SRAM, verifies their checksum (the last word, which the host writes,
 * host/firmware/seal.ts) and jumps here. It lets the SSI read the flash in the plain way, which every flash chip knows
 * (readings.h; reading.c finds a faster one), and goes to the vector table behind it. RP2040 datasheet 2.8.1.3 and 4.10.
 */
#include "readings.h"
#include "target.h"

  .syntax unified
  .cpu cortex-m0plus
  .thumb
  .section .boot2, "ax"
  .global boot2
  .thumb_func
boot2:
  ldr r3, =0x18000000        /* SSI */
  movs r1, #0
  str r1, [r3, #0x08]        /* SSIENR: off while it is set up */
  movs r1, #READING_PLAIN_BAUDR
  str r1, [r3, #0x14]        /* BAUDR */
  ldr r1, =READING_PLAIN_CTRLR0
  str r1, [r3, #0x00]
  movs r1, #0
  str r1, [r3, #0x04]        /* CTRLR1: one frame a read */
  ldr r2, =0x180000f0
  str r1, [r2]               /* RX_SAMPLE_DLY: none, whatever it was before a reset */
  ldr r1, =READING_PLAIN_SPI_CTRLR0
  str r1, [r2, #4]           /* SPI_CTRLR0 */
  movs r1, #1
  str r1, [r3, #0x08]
  ldr r0, =TARGET_FLASH_ADDRESS + 256  /* vector table */
  ldr r1, =0xe000ed08        /* VTOR */
  str r0, [r1]
  ldr r1, [r0]
  mov sp, r1
  ldr r1, [r0, #4]
  bx r1
  .align 2
  .ltorg
