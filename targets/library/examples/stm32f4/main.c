/*
 * STM32F42x: the loop and the rest of a port, beside flash.c. The registers are those of CMSIS's stm32f4xx.h, the clock is the 16 MHz that
 * the chip starts with. Line: USART2 on PA2 and PA3; safe input PA0, parked while high. The linker script of your board ends the program's
 * flash at 0x08100000, where bank 2 begins.
 *
 * It drives along the map, prints on the line what the checks were, and ends; with -DTURNS=0 it goes on for ever, as firmware does.
 */
#include "stm32f4xx.h"

#include <stdio.h>

#include "holdfast_burned.h"
#include "holdfast_map.h"
#include "holdfast_port.h"
#include "sectors.h"

#ifndef TURNS
#define TURNS 1000u
#endif
enum { TURNS_A_DRIVE = 1000, CLOCK_HZ = 16000000, BAUD = 115200 };
#define ALTERNATE_USART2 7u

static volatile uint32_t milliseconds;

void SysTick_Handler(void);
void SysTick_Handler(void) { milliseconds = milliseconds + 1; }

void USART2_IRQHandler(void);
void USART2_IRQHandler(void) {
  while ((USART2->SR & USART_SR_RXNE) != 0) holdfast_receive((uint8_t)USART2->DR);
}

uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  uint32_t taken = 0;
  while (taken < bytes && (USART2->SR & USART_SR_TXE) != 0) USART2->DR = source[taken++];
  return taken;
}

uint32_t holdfast_port_safe_input(void) { return GPIOA->IDR & 1u; }
uint32_t holdfast_port_ticks(void) { return milliseconds; } /* ticks-per-second: 1000, as is the default */
void holdfast_port_reset(void) { NVIC_SystemReset(); }

/* `holdfast timing measure` then has nothing to count with. */
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }

void holdfast_port_interrupts(uint32_t pass) {
  static uint32_t held;
  if (pass) {
    __set_PRIMASK(held);
  } else {
    held = __get_PRIMASK();
    __disable_irq();
  }
}

HOLDFAST_NORETURN void holdfast_port_trap(void) {
  NVIC_SystemReset();
  for (;;) {
  }
}

static void begin(void) {
  RCC->AHB1ENR |= RCC_AHB1ENR_GPIOAEN;
  RCC->APB1ENR |= RCC_APB1ENR_USART2EN;
  (void)RCC->APB1ENR; /* the clock is there after the write was read back */
  /* PA2 and PA3 to their alternate function, two bits a pin; PA0 is an input with a pull-down. */
  GPIOA->AFR[0] = (GPIOA->AFR[0] & ~0xFF00u) | (ALTERNATE_USART2 << 8) | (ALTERNATE_USART2 << 12);
  GPIOA->MODER = (GPIOA->MODER & ~0xF3u) | 0xA0u;
  GPIOA->PUPDR = (GPIOA->PUPDR & ~0x03u) | 0x02u;
  USART2->BRR = (CLOCK_HZ + BAUD / 2) / BAUD;
  USART2->CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE | USART_CR1_RXNEIE;
  NVIC_EnableIRQ(USART2_IRQn);
  (void)SysTick_Config(CLOCK_HZ / 1000);
}

/* Where the machine is, in steps of the map's axis, its origin taken off. Here it drives from end to end. */
static int32_t measure(uint32_t turn) {
  const int64_t length = (int64_t)HOLDFAST_MAP_MAX - HOLDFAST_MAP_MIN;
  return (int32_t)(HOLDFAST_MAP_MIN + length * (turn % TURNS_A_DRIVE) / TURNS_A_DRIVE);
}

/* A line of text between two frames: clients of the protocol skip it. */
static void print(uint32_t reason, uint32_t checks, uint32_t covered) {
  char text[64];
  while (holdfast_state_of(HOLDFAST_STATE_BUSY) != 0) (void)holdfast_service(0);
  (void)snprintf(text, sizeof text, "boot %lu, %lu checks, %lu covered\n", (unsigned long)reason, (unsigned long)checks,
                 (unsigned long)covered);
  uint32_t sent = 0;
  while (text[sent] != '\0') sent += holdfast_port_serial_write((const uint8_t*)&text[sent], 1);
}

int main(void) {
  begin();
  const uint32_t burned = holdfast_burn_first_edition(&stm32f4_geometry); /* once: from the second start on the areas are not erased */
  if (burned != HOLDFAST_BURN_DONE && burned != HOLDFAST_BURN_NOT_ERASED) return 2;
  const uint32_t reason = holdfast_boot(&stm32f4_geometry, holdfast_burned); /* not 0: FAULT; the line still answers */
  uint32_t covered = 0;
  for (uint32_t turn = 0; TURNS == 0 || turn != TURNS; turn++) {
    const uint32_t word = holdfast_check(0, measure(turn), 0);
    if (holdfast_is_covered(word)) covered++; /* what the machine does about holdfast_action(word) belongs here */
    (void)holdfast_service(1);
    __WFI(); /* until the next tick at the latest: a millisecond a turn */
  }
  print(reason, TURNS, covered);
  return reason == HOLDFAST_REASON_NONE ? 0 : 1;
}
