/* Zephyr: loop and port in one thread, the receive interrupt beside it. app.overlay says where areas, line and safe input are. */
#include <zephyr/kernel.h>
#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/irq.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/reboot.h>

#include "holdfast_burned.h"
#include "holdfast_map.h"
#include "holdfast_port.h"

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

uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  const int taken = uart_fifo_fill(line, source, (int)bytes);
  return taken > 0 ? (uint32_t)taken : 0;
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

static void receive(const struct device* device, void* unused) {
  uint8_t byte;
  (void)unused;
  while (uart_irq_update(device) && uart_irq_rx_ready(device)) {
    if (uart_fifo_read(device, &byte, 1) != 1) return;
    holdfast_receive(byte);
  }
}

static int begin(void) {
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    if (flash_area_open(partitions[area], &areas[area]) != 0) return 1;
  }
  if (!device_is_ready(line) || gpio_pin_configure_dt(&parked, GPIO_INPUT) != 0) return 1;
  if (uart_irq_callback_user_data_set(line, receive, NULL) != 0) return 1;
  uart_irq_rx_enable(line);
  return 0;
}

int main(void) {
  if (begin() != 0) return 1;
  const uint32_t burned = holdfast_burn_first_edition(&geometry); /* once: from the second start on the areas are not erased */
  if (burned != HOLDFAST_BURN_DONE && burned != HOLDFAST_BURN_NOT_ERASED) return 1;
  (void)holdfast_boot(&geometry, holdfast_burned);
  for (;;) {
    const int32_t place = HOLDFAST_MAP_MIN; /* where the machine is */
    const uint32_t word = holdfast_check(0, place, 0);
    (void)holdfast_action(word); /* what the machine does about it belongs here */
    (void)holdfast_service_for(1, 10);
    k_msleep(10);
  }
}
