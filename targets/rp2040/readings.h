/*
 * The ways in which the SSI reads the flash, as its registers have them: RP2040 datasheet 4.10.13. For C and for the assembler.
 *
 *     plain  03h, one line, system clock / 4              every 25-series chip knows it
 *     dual   3Bh, data on two lines, system clock / 2     most do
 *     quad   6Bh, data on four lines, system clock / 2    those do whose non-volatile bit QE is set, which nobody here sets
 *
 * None of them is a mode that the chip stays in: whenever the chip is reset, the ROM finds it as after power-up. 0Bh on one line is not
 * among them: on one line the SSI sends no clocks between address and data, whatever WAIT_CYCLES says, and that command needs
 * eight.
 */
#ifndef RP2040_READINGS_H_
#define RP2040_READINGS_H_

/* CTRLR0: a command and an address go out, then one frame of 32 bits comes in on so many lines. */
#define READING_ON_ONE_LINE 0x001f0300
#define READING_ON_TWO_LINES (READING_ON_ONE_LINE | 1 << 21)
#define READING_ON_FOUR_LINES (READING_ON_ONE_LINE | 2 << 21)

/* SPI_CTRLR0: 8 bits of a command and 24 of an address, both on one line, then so many clocks without data. */
#define READING_COMMAND(command, wait_clocks) ((command) << 24 | (wait_clocks) << 11 | 2 << 8 | 24 / 4 << 2)

/* In the order of the registers CTRLR0, SPI_CTRLR0, BAUDR and RX_SAMPLE_DLY; at 62.5 MHz data come too late for half a clock. */
#define READING_PLAIN_CTRLR0 READING_ON_ONE_LINE
#define READING_PLAIN_SPI_CTRLR0 READING_COMMAND(0x03, 0)
#define READING_PLAIN_BAUDR 4
#define READING_PLAIN {READING_PLAIN_CTRLR0, READING_PLAIN_SPI_CTRLR0, READING_PLAIN_BAUDR, 0}
#define READING_DUAL {READING_ON_TWO_LINES, READING_COMMAND(0x3b, 8), 2, 1}
#define READING_QUAD {READING_ON_FOUR_LINES, READING_COMMAND(0x6b, 8), 2, 1}

#endif
