/* The registers that this port uses. Numbers and names: RP2040 datasheet, section in brackets. */
#ifndef RP2040_REGISTERS_H_
#define RP2040_REGISTERS_H_

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define SET_BITS 0x2000u   /* alias that sets the bits written [2.1.2] */
#define CLEAR_BITS 0x3000u /* alias that clears them */

/* Flash past its cache [2.6.3] */
#define XIP_NOCACHE_NOALLOC_BASE 0x13000000u
#define XIP_OFFSET_MASK 0xffffffu
/* Where what lies at an address of flash is read from the chip, whatever the cache holds. */
static inline const volatile uint32_t* past_cache(const void* address) {
  return (const volatile uint32_t*)(XIP_NOCACHE_NOALLOC_BASE + ((uint32_t)address & XIP_OFFSET_MASK));
}
#define XIP_FLUSH REGISTER(0x14000004u)

/* SSI, the serial flash controller [4.10.13] */
#define SSI_CTRLR0 REGISTER(0x18000000u)
#define SSI_CTRLR1 REGISTER(0x18000004u)
#define SSI_SSIENR REGISTER(0x18000008u)
#define SSI_SER REGISTER(0x18000010u)
#define SSI_BAUDR REGISTER(0x18000014u)
#define SSI_SR REGISTER(0x18000028u)
#define SSI_SR_BUSY (1u << 0)
#define SSI_SR_RFNE (1u << 3)
#define SSI_DR0 REGISTER(0x18000060u)
#define SSI_RX_SAMPLE_DLY REGISTER(0x180000f0u)
#define SSI_SPI_CTRLR0 REGISTER(0x180000f4u)
#define QSPI_SS_CTRL REGISTER(0x4001800cu) /* [2.19.6.2] */
#define QSPI_SS_NORMAL (0u << 8)
#define QSPI_SS_LOW (2u << 8)
#define QSPI_SS_HIGH (3u << 8)
#define PAD_QSPI_SCLK REGISTER(0x40020004u) /* [2.19.6.4] */
#define PAD_QSPI_CLEAR(line) REGISTER(0x40020008u + CLEAR_BITS + 4u * (line))

/* Clocks, resets [2.14 to 2.18] */
#define RESETS_BASE 0x4000c000u
#define RESETS_DONE REGISTER(RESETS_BASE + 8)
#define RESET_IO_BANK0 (1u << 5)
#define RESET_PADS_BANK0 (1u << 8)
#define RESET_PLL_SYS (1u << 12)
#define RESET_TIMER (1u << 21)
#define RESET_UART0 (1u << 22)
#define XOSC_CTRL REGISTER(0x40024000u)
#define XOSC_STATUS REGISTER(0x40024004u)
#define XOSC_STARTUP REGISTER(0x4002400cu)
#define PLL_SYS_BASE 0x40028000u
#define CLK_REF_CTRL REGISTER(0x40008030u)
#define CLK_REF_SELECTED REGISTER(0x40008038u)
#define CLK_SYS_CTRL REGISTER(0x4000803cu)
#define CLK_SYS_SELECTED REGISTER(0x40008044u)
#define CLK_PERI_CTRL REGISTER(0x40008048u)

/* Watchdog [4.7.6]: the tick of the timer, and the reset of the whole chip */
#define WATCHDOG_CTRL REGISTER(0x40058000u)
#define WATCHDOG_TICK REGISTER(0x4005802cu)
#define PSM_WDSEL REGISTER(0x40010008u)
/* Everything but the oscillators [2.13.4]. */
__attribute__((always_inline)) static inline void reset_now(void) {
  PSM_WDSEL = 0x1fffc;
  WATCHDOG_CTRL = 1u << 31;
}

/* Timer [4.6.5], microseconds */
#define TIMER_ALARM0 REGISTER(0x40054010u)
#define TIMER_RAWL REGISTER(0x40054028u)
#define TIMER_INTR REGISTER(0x40054034u)
#define TIMER_INTE REGISTER(0x40054038u)

/* Pins [2.19.6], single-cycle IO [2.3.1.7] */
#define GPIO_CTRL(pin) REGISTER(0x40014004u + 8u * (pin))
#define GPIO_FUNCTION_UART 2u
#define GPIO_FUNCTION_SIO 5u
#define PAD(pin) REGISTER(0x4001c004u + 4u * (pin))
#define PAD_FAST (1u << 0)
#define PAD_SCHMITT (1u << 1)
#define PAD_PULL_DOWN (1u << 2)
#define PAD_PULL_UP (1u << 3)
#define PAD_DRIVE_4MA (1u << 4)
#define PAD_DRIVE_8MA (2u << 4)
#define PAD_INPUT (1u << 6)
#define PAD_OUTPUT_OFF (1u << 7)
#define SIO_GPIO_IN REGISTER(0xd0000004u)

/* UART0 [4.2.8] */
#define UART_DR REGISTER(0x40034000u)
#define UART_FR REGISTER(0x40034018u)
#define UART_FR_BUSY (1u << 3)
#define UART_FR_RX_EMPTY (1u << 4)
#define UART_FR_TX_FULL (1u << 5)
#define UART_IBRD REGISTER(0x40034024u)
#define UART_FBRD REGISTER(0x40034028u)
#define UART_LCR_H REGISTER(0x4003402cu)
#define UART_LCR_8N1_FIFO 0x70u
#define UART_CR REGISTER(0x40034030u)
#define UART_CR_ON 0x301u
#define UART_IFLS REGISTER(0x40034034u)
#define UART_IMSC REGISTER(0x40034038u)
#define UART_RECEIVE_INTERRUPTS ((1u << 4) | (1u << 6))
#define UART_ICR REGISTER(0x40034044u)

/* Cortex-M0+ [2.4.8] */
#define NVIC_ISER REGISTER(0xe000e100u)
#define NVIC_TIMER0 (1u << 0)
#define NVIC_UART0 (1u << 20)
#define VTOR REGISTER(0xe000ed08u)
#define SYSTICK_CSR REGISTER(0xe000e010u)
#define SYSTICK_CSR_PROCESSOR_CLOCK (1u << 2)
#define SYSTICK_CSR_ENABLE (1u << 0)
#define SYSTICK_RVR REGISTER(0xe000e014u)
#define SYSTICK_CVR REGISTER(0xe000e018u)
#define SYSTICK_BITS 24
#define SYSTICK_MASK 0xffffffu

#endif
