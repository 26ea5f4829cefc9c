/*
 * What ESP-IDF does for the example, as far as it can be done without the chip: partitions of partitions.csv in memory, a line from stdin
 * to stdout, time that goes on by what was waited. What the flash of the chip would not take ends the program.
 */
#include <stdlib.h>
#include <string.h>

#include "driver/gpio.h"
#include "driver/uart.h"
#include "esp_partition.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "line.h"

enum { SECTOR_BYTES = 4096, TICK_US = 10000, ROOM_BYTES = 32 };
static const char* const names[] = {"hf_slot_a", "hf_slot_b", "hf_state", "hf_tokens", "hf_outcome"};
static const esp_partition_t partitions[] = {
    {0, 0x24000, SECTOR_BYTES}, {0x24000, 0x24000, SECTOR_BYTES}, {0x48000, 0x2000, SECTOR_BYTES},
    {0x4a000, 0x2000, SECTOR_BYTES}, {0x4c000, 0x2000, SECTOR_BYTES}};
static uint8_t flash[0x4e000];
static int64_t now_us;

void app_main(void);

int main(void) {
  memset(flash, 0xff, sizeof flash);
  app_main();
  return 0;
}

const esp_partition_t* esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype, const char* name) {
  if (type != ESP_PARTITION_TYPE_DATA || subtype != ESP_PARTITION_SUBTYPE_ANY) abort();
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcmp(names[i], name) == 0) return &partitions[i];
  return NULL;
}

/* 0 for what does not lie in the partition. */
static uint8_t* place_of(const esp_partition_t* partition, size_t offset, size_t bytes) {
  return offset > partition->size || bytes > partition->size - offset ? NULL : flash + partition->address + offset;
}

esp_err_t esp_partition_read(const esp_partition_t* partition, size_t offset, void* to, size_t bytes) {
  const uint8_t* from = place_of(partition, offset, bytes);
  if (from == NULL) return 1;
  memcpy(to, from, bytes);
  return ESP_OK;
}

esp_err_t esp_partition_write(const esp_partition_t* partition, size_t offset, const void* from, size_t bytes) {
  uint8_t* to = place_of(partition, offset, bytes);
  if (to == NULL || offset % 16 != 0 || bytes % 16 != 0) return 1;
  for (size_t i = 0; i < bytes; i++) to[i] &= ((const uint8_t*)from)[i];
  return ESP_OK;
}

esp_err_t esp_partition_erase_range(const esp_partition_t* partition, size_t offset, size_t bytes) {
  uint8_t* place = place_of(partition, offset, bytes);
  if (place == NULL || offset % SECTOR_BYTES != 0 || bytes % SECTOR_BYTES != 0) return 1;
  memset(place, 0xff, bytes);
  return ESP_OK;
}

esp_err_t uart_get_tx_buffer_free_size(uart_port_t port, size_t* room) {
  (void)port;
  *room = ROOM_BYTES;
  return ESP_OK;
}

/* It would wait for room, which is what the port asked for first. */
int uart_write_bytes(uart_port_t port, const void* from, size_t bytes) {
  (void)port;
  if (bytes > ROOM_BYTES) abort();
  return (int)fwrite(from, 1, bytes, stdout);
}

int uart_read_bytes(uart_port_t port, void* to, uint32_t bytes, uint32_t ticks) {
  uint32_t read = 0;
  (void)port;
  if (ticks != 0) abort();
  while (read < bytes && line_peek() != EOF) ((uint8_t*)to)[read++] = (uint8_t)getc(stdin);
  return (int)read;
}

esp_err_t uart_driver_install(uart_port_t port, int receives, int sends, int events, void* queue, int flags) {
  (void)port, (void)receives, (void)sends, (void)events, (void)queue, (void)flags;
  return ESP_OK;
}
esp_err_t uart_param_config(uart_port_t port, const uart_config_t* config) {
  (void)port, (void)config;
  return ESP_OK;
}
esp_err_t uart_set_pin(uart_port_t port, int sends, int receives, int rts, int cts) {
  (void)port, (void)sends, (void)receives, (void)rts, (void)cts;
  return ESP_OK;
}
int gpio_get_level(gpio_num_t pin) {
  (void)pin;
  return 0;
}
esp_err_t gpio_set_direction(gpio_num_t pin, gpio_mode_t mode) {
  (void)pin, (void)mode;
  return ESP_OK;
}
esp_err_t gpio_set_pull_mode(gpio_num_t pin, gpio_pull_mode_t mode) {
  (void)pin, (void)mode;
  return ESP_OK;
}
void taskENTER_CRITICAL(portMUX_TYPE* held) { (void)held; }
void taskEXIT_CRITICAL(portMUX_TYPE* held) { (void)held; }
void vTaskDelay(uint32_t ticks) { now_us += (int64_t)ticks * TICK_US; }
int64_t esp_timer_get_time(void) { return now_us; }
void esp_restart(void) { exit(3); }
