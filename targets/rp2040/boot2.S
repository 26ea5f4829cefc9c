/*
 * Second-stage boot code: the ROM copies these 256 bytes to SRAM, verifies their checksum (the last word, which the host writes,
 * host/firmware/boot2.ts) and jumps here. It lets the SSI read the flash with the plain 03h command, which every flash chip
 * knows, and goes to the vector table behind it. RP2040 datasheet 2.8.1.3 and 4.10.
 */
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
  movs r1, #4
  str r1, [r3, #0x14]        /* BAUDR: system clock / 4 */
  ldr r1, =0x001f0300        /* CTRLR0: one data line, 32-bit frames, read after a command */
  str r1, [r3, #0x00]
  movs r1, #0
  str r1, [r3, #0x04]        /* CTRLR1: one frame a read */
  ldr r1, =0x03000218        /* SPI_CTRLR0: command 03h, 8 bits, then 24 bits of address */
  ldr r2, =0x180000f4
  str r1, [r2]
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
