/* The registers of QEMU's virt machine that this port uses: hw/riscv/virt.c for the places, the named documents for the rest. */
#ifndef RISCV32_REGISTERS_H_
#define RISCV32_REGISTERS_H_

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define REGISTER8(address) (*(volatile uint8_t*)(address))

/* SiFive test device: what is written to it ends or resets the machine. */
#define TEST_DEVICE REGISTER(0x00100000u)
#define TEST_RESET 0x7777u
#define TEST_POWER_OFF 0x5555u

/* CLINT (RISC-V ACLINT specification, chapters 2 and 3): machine timer of hart 0. */
#define MTIMECMP_LOW REGISTER(0x02004000u)
#define MTIMECMP_HIGH REGISTER(0x02004004u)
#define MTIME_LOW REGISTER(0x0200bff8u)
#define MTIME_HIGH REGISTER(0x0200bffcu)

/* PLIC (RISC-V platform-level interrupt controller specification, chapter 3): context 0 is machine mode of hart 0. */
#define PLIC_PRIORITY(source) REGISTER(0x0c000000u + 4u * (source))
#define PLIC_ENABLE REGISTER(0x0c002000u)
#define PLIC_THRESHOLD REGISTER(0x0c200000u)
#define PLIC_CLAIM REGISTER(0x0c200004u)
#define PLIC_UART 10u

/* UART 16550A, registers a byte apart (PC16550D datasheet, section 8). */
#define UART_DATA REGISTER8(0x10000000u)
#define UART_DIVISOR_LOW REGISTER8(0x10000000u) /* while LCR's bit 7 is set */
#define UART_IER REGISTER8(0x10000001u)
#define UART_IER_RECEIVED 1u
#define UART_DIVISOR_HIGH REGISTER8(0x10000001u)
#define UART_FCR REGISTER8(0x10000002u)
#define UART_FCR_ON_CLEAR_AT_14 0xc7u /* FIFOs on and cleared, an interrupt when 14 bytes wait or after four characters of silence */
#define UART_LCR REGISTER8(0x10000003u)
#define UART_LCR_8N1 3u
#define UART_LCR_DIVISOR 0x83u
#define UART_LSR REGISTER8(0x10000005u)
#define UART_LSR_RECEIVED (1u << 0)
#define UART_LSR_FIFO_EMPTY (1u << 5)
#define UART_LSR_SENT (1u << 6)
#define UART_FIFO_BYTES 16u

#endif
