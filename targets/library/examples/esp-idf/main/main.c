/*
 * ESP-IDF 5.3 and later, on a chip with RISC-V or Xtensa and 256 KiB of RAM free: loop and port in the main task. partitions.csv says
 * where the areas are. The driver of the UART keeps what arrives while the flash is busy, so bytes are given to the core by the loop. Line:
 * UART1 on GPIO 4 and 5; safe input GPIO 6, parked while high.
 *
 * It drives along the map, prints on the console what the checks were, and ends; with -DTURNS=0 it goes on for ever, as firmware does.
 */
#include <stdio.h>

#include "driver/gpio.h"
#include "driver/uart.h"
#include "esp_partition.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include "holdfast_burned.h"
#include "holdfast_map.h"
#include "holdfast_port.h"

#ifndef TURNS
#define TURNS 100u
#endif
enum { TURNS_A_DRIVE = 100 };
enum { PIN_TRANSMIT = 4, PIN_RECEIVE = 5, PIN_PARKED = 6, BAUD = 115200, BUFFER_BYTES = 8192, TURN_MS = 10 };

static const char* const names[HOLDFAST_AREAS] = {"hf_slot_a", "hf_slot_b", "hf_state", "hf_tokens", "hf_outcome"};
static const esp_partition_t* areas[HOLDFAST_AREAS];
static holdfast_geometry geometry = {16, 0xff, {4096, 4096, 4096, 4096, 4096}, {0}};

uint32_t holdfast_port_flash_read(uint32_t area, uint32_t offset, uint8_t* destination, uint32_t bytes) {
  return area < HOLDFAST_AREAS && esp_partition_read(areas[area], offset, destination, bytes) == ESP_OK ? 0 : 1;
}

uint32_t holdfast_port_flash_erase(uint32_t area, uint32_t offset) {
  return area < HOLDFAST_AREAS && esp_partition_erase_range(areas[area], offset, geometry.sector_bytes[area]) == ESP_OK ? 0 : 1;
}

uint32_t holdfast_port_flash_program(uint32_t area, uint32_t offset, const uint8_t* source, uint32_t bytes) {
  return area < HOLDFAST_AREAS && esp_partition_write(areas[area], offset, source, bytes) == ESP_OK ? 0 : 1;
}

/* The driver's buffer is asked for its room first: uart_write_bytes waits while it has none. */
uint32_t holdfast_port_serial_write(const uint8_t* source, uint32_t bytes) {
  size_t room = 0;
  if (uart_get_tx_buffer_free_size(UART_NUM_1, &room) != ESP_OK || room == 0) return 0;
  const int taken = uart_write_bytes(UART_NUM_1, source, room < bytes ? room : bytes);
  return taken > 0 ? (uint32_t)taken : 0;
}

uint32_t holdfast_port_safe_input(void) { return gpio_get_level(PIN_PARKED) == 1 ? 1 : 0; }
uint32_t holdfast_port_ticks(void) { return (uint32_t)(esp_timer_get_time() / 1000); } /* ticks-per-second: 1000, as is the default */
void holdfast_port_reset(void) { esp_restart(); }

/* `holdfast timing measure` then has nothing to count with. */
uint32_t holdfast_port_cycles(void) { return 0; }
uint32_t holdfast_port_cycle_rate(void) { return 0; }

void holdfast_port_interrupts(uint32_t pass) {
  static portMUX_TYPE held = portMUX_INITIALIZER_UNLOCKED;
  if (pass) taskEXIT_CRITICAL(&held);
  else taskENTER_CRITICAL(&held);
}

HOLDFAST_NORETURN void holdfast_port_trap(void) {
  esp_restart();
  for (;;) {
  }
}

static int begin(void) {
  const uart_config_t config = {
      .baud_rate = BAUD, .data_bits = UART_DATA_8_BITS, .parity = UART_PARITY_DISABLE, .stop_bits = UART_STOP_BITS_1};
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    areas[area] = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, names[area]);
    if (areas[area] == NULL) return 1;
    geometry.area_bytes[area] = areas[area]->size;
  }
  if (uart_driver_install(UART_NUM_1, BUFFER_BYTES, BUFFER_BYTES, 0, NULL, 0) != ESP_OK) return 1;
  if (uart_param_config(UART_NUM_1, &config) != ESP_OK) return 1;
  if (uart_set_pin(UART_NUM_1, PIN_TRANSMIT, PIN_RECEIVE, UART_PIN_NO_CHANGE, UART_PIN_NO_CHANGE) != ESP_OK) return 1;
  if (gpio_set_direction(PIN_PARKED, GPIO_MODE_INPUT) != ESP_OK) return 1;
  return gpio_set_pull_mode(PIN_PARKED, GPIO_PULLDOWN_ONLY) == ESP_OK ? 0 : 1;
}

/* Where the machine is, in steps of the map's axis, its origin taken off. Here it drives from end to end. */
static int32_t measure(uint32_t turn) {
  const int64_t length = (int64_t)HOLDFAST_MAP_MAX - HOLDFAST_MAP_MIN;
  return (int32_t)(HOLDFAST_MAP_MIN + length * (turn % TURNS_A_DRIVE) / TURNS_A_DRIVE);
}

static void receive(void) {
  uint8_t bytes[128];
  const int arrived = uart_read_bytes(UART_NUM_1, bytes, sizeof bytes, 0);
  for (int i = 0; i < arrived; i++) holdfast_receive(bytes[i]);
}

void app_main(void) {
  if (begin() != 0) return;
  const uint32_t burned = holdfast_burn_first_edition(&geometry); /* once: from the second start on the areas are not erased */
  if (burned != HOLDFAST_BURN_DONE && burned != HOLDFAST_BURN_NOT_ERASED) return;
  const uint32_t reason = holdfast_boot(&geometry, holdfast_burned); /* not 0: FAULT; the line still answers */
  uint32_t covered = 0;
  for (uint32_t turn = 0; TURNS == 0 || turn != TURNS; turn++) {
    const uint32_t word = holdfast_check(0, measure(turn), 0);
    if (holdfast_is_covered(word)) covered++; /* what the machine does about holdfast_action(word) belongs here */
    receive();
    (void)holdfast_service_for(1, TURN_MS);
    vTaskDelay(pdMS_TO_TICKS(TURN_MS));
  }
  printf("boot %u, %u checks, %u covered\n", (unsigned)reason, (unsigned)TURNS, (unsigned)covered);
}
