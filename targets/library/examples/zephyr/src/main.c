/*
 * Zephyr: loop and port in one thread, the interrupt of the line beside it. app.overlay says where areas, line and safe input are.
 *
 * It drives along the map, prints on the line what the checks were, and ends; with -DTURNS=0 it goes on for ever, as firmware does.
 */
#include <stdio.h>

#include <zephyr/kernel.h>
#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/irq.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/ring_buffer.h>
#include <zephyr/sys/reboot.h>

#include "holdfast_burned.h"
#include "holdfast_map.h"
#include "holdfast_port.h"

#ifndef TURNS
#define TURNS 100u
#endif
enum { TURNS_A_DRIVE = 100, TURN_MS = 10, LINE_BYTES = 256 };

static const struct device* const line = DEVICE_DT_GET(DT_CHOSEN(holdfast_line));
static const struct gpio_dt_spec parked = GPIO_DT_SPEC_GET(DT_ALIAS(holdfast_parked), gpios);

/* By the numbers of areas; sectors and program units are those of app.overlay's flash. */
static const uint8_t partitions[HOLDFAST_AREAS] = {
    FIXED_PARTITION_ID(holdfast_slot_a), FIXED_PARTITION_ID(holdfast_slot_b), FIXED_PARTITION_ID(holdfast_state),
    FIXED_PARTITION_ID(holdfast_tokens), FIXED_PARTITION_ID(holdfast_outcome)};
static const holdfast_geometry geometry = {
    4, 0xff, {4096, 4096, 4096, 4096, 4096},
    {FIXED_PARTITION_SIZE(holdfast_slot_a), FIXED_PARTITION_SIZE(holdfast_slot_b), FIXED_PARTITION_SIZE(holdfast_state),
     FIXED_PARTITION_SIZE(holdfast_tokens), FIXED_PARTITION_SIZE(holdfast_outcome)}};
static const struct flash_area* areas[HOLDFAST_AREAS];

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  return area < HOLDFAST_AREAS && flash_area_read(areas[area], (off_t)offset, destination, bytes) == 0 ? 0 : 1;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  return area < HOLDFAST_AREAS && flash_area_erase(areas[area], (off_t)offset, geometry.sector_bytes[area]) == 0 ? 0 : 1;
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  return area < HOLDFAST_AREAS && flash_area_write(areas[area], (off_t)offset, source, bytes) == 0 ? 0 : 1;
}

/* uart_fifo_fill may be called from the interrupt of the UART alone: what is to be sent waits here until that takes it. */
RING_BUF_DECLARE(to_send, LINE_BYTES);

uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  const uint32_t taken = ring_buf_put(&to_send, source, bytes);
  if (taken != 0) uart_irq_tx_enable(line);
  return taken;
}

uint32_t holdfast_port_safe_input(void) { return gpio_pin_get_dt(&parked) == 1 ? 1 : 0; }
uint32_t holdfast_port_ticks(void) { return k_uptime_get_32(); } /* ticks-per-second: 1000, as is the default */
void holdfast_port_reset(void) { sys_reboot(SYS_REBOOT_COLD); }
uint32_t holdfast_port_cycles(void) { return k_cycle_get_32(); }
uint32_t holdfast_port_cycle_rate(void) { return (uint32_t)sys_clock_hw_cycles_per_sec(); }

void holdfast_port_interrupts(uint32_t pass) {
  static unsigned int key;
  if (pass) irq_unlock(key);
  else key = irq_lock();
}

HOLDFAST_NORETURN void holdfast_port_trap(void) {
  (void)irq_lock();
  sys_reboot(SYS_REBOOT_COLD);
  for (;;) {
  }
}

static void send(const struct device* device) {
  uint8_t* from;
  const uint32_t bytes = ring_buf_get_claim(&to_send, &from, LINE_BYTES);
  const int sent = bytes == 0 ? 0 : uart_fifo_fill(device, from, (int)bytes);
  (void)ring_buf_get_finish(&to_send, sent > 0 ? (uint32_t)sent : 0);
  if (bytes == 0) uart_irq_tx_disable(device);
}

static void line_interrupt(const struct device* device, void* unused) {
  uint8_t byte;
  (void)unused;
  if (uart_irq_update(device) != 1) return;
  while (uart_irq_rx_ready(device) == 1 && uart_fifo_read(device, &byte, 1) == 1) holdfast_receive(byte);
  if (uart_irq_tx_ready(device) > 0) send(device);
}

static int begin(void) {
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    if (flash_area_open(partitions[area], &areas[area]) != 0) return 1;
  }
  if (!device_is_ready(line) || gpio_pin_configure_dt(&parked, GPIO_INPUT) != 0) return 1;
  if (uart_irq_callback_user_data_set(line, line_interrupt, NULL) != 0) return 1;
  uart_irq_rx_enable(line);
  return 0;
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
  (void)snprintf(text, sizeof text, "boot %u, %u checks, %u covered\n", (unsigned)reason, (unsigned)checks, (unsigned)covered);
  uint32_t sent = 0;
  while (text[sent] != '\0') {
    sent += holdfast_port_serial_write((const uint8_t*)&text[sent], 1);
    k_msleep(1);
  }
}

int main(void) {
  if (begin() != 0) return 1;
  const uint32_t burned = holdfast_burn_first_edition(&geometry); /* once: from the second start on the areas are not erased */
  if (burned != HOLDFAST_BURN_DONE && burned != HOLDFAST_BURN_NOT_ERASED) return 1;
  const uint32_t reason = holdfast_boot(&geometry, holdfast_burned); /* not 0: FAULT; the line still answers */
  uint32_t covered = 0;
  for (uint32_t turn = 0; TURNS == 0 || turn != TURNS; turn++) {
    const uint32_t word = holdfast_check(0, measure(turn), 0);
    if (holdfast_is_covered(word)) covered++; /* what the machine does about holdfast_action(word) belongs here */
    (void)holdfast_service_for(1, TURN_MS);
    k_msleep(TURN_MS);
  }
  print(reason, TURNS, covered);
  return reason == HOLDFAST_REASON_NONE ? 0 : 1;
}
