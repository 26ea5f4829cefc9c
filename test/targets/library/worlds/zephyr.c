/*
 * What Zephyr does for the example, as far as it can be done without a board: partitions in memory, a line from stdin to stdout whose
 * interrupt comes while the thread sleeps, a ring buffer. uart_fifo_fill outside of that interrupt ends the program: Zephyr leaves it
 * undefined.
 */
#include <stdlib.h>
#include <string.h>

#include <zephyr/device.h>
#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/reboot.h>
#include <zephyr/sys/ring_buffer.h>

#include "line.h"

enum { SECTOR_BYTES = 4096, FIFO_BYTES = 6, AREAS = 5 };
static struct flash_area areas[AREAS];
static uint8_t flash[AREAS][stand_in_size_holdfast_slot_a];
static uint32_t now_ms;
static uart_irq_callback_user_data_t callback;
static bool receives, sends, in_interrupt;
const struct device stand_in_device = {"stand-in"};

int flash_area_open(uint8_t id, const struct flash_area** area) {
  static const size_t sizes[AREAS] = {stand_in_size_holdfast_slot_a, stand_in_size_holdfast_slot_b, stand_in_size_holdfast_state,
                                      stand_in_size_holdfast_tokens, stand_in_size_holdfast_outcome};
  if (id >= AREAS) return -1;
  memset(flash[id], 0xff, sizes[id]);
  areas[id].fa_id = id;
  areas[id].fa_size = sizes[id];
  *area = &areas[id];
  return 0;
}

/* 0 for what does not lie in the area. */
static uint8_t* place_of(const struct flash_area* area, off_t offset, size_t bytes) {
  const size_t at = (size_t)offset;
  return at > area->fa_size || bytes > area->fa_size - at ? NULL : flash[area->fa_id] + at;
}

int flash_area_read(const struct flash_area* area, off_t offset, void* to, size_t bytes) {
  const uint8_t* from = place_of(area, offset, bytes);
  if (from == NULL) return -1;
  memcpy(to, from, bytes);
  return 0;
}

int flash_area_write(const struct flash_area* area, off_t offset, const void* from, size_t bytes) {
  uint8_t* to = place_of(area, offset, bytes);
  if (to == NULL || offset % 4 != 0 || bytes % 4 != 0) return -1;
  for (size_t i = 0; i < bytes; i++) to[i] &= ((const uint8_t*)from)[i];
  return 0;
}

int flash_area_erase(const struct flash_area* area, off_t offset, size_t bytes) {
  uint8_t* place = place_of(area, offset, bytes);
  if (place == NULL || offset % SECTOR_BYTES != 0 || bytes % SECTOR_BYTES != 0) return -1;
  memset(place, 0xff, bytes);
  return 0;
}

int uart_fifo_fill(const struct device* device, const uint8_t* from, int bytes) {
  (void)device;
  if (!in_interrupt || bytes < 0) abort();
  return (int)fwrite(from, 1, bytes < FIFO_BYTES ? (size_t)bytes : FIFO_BYTES, stdout);
}

int uart_fifo_read(const struct device* device, uint8_t* to, const int bytes) {
  (void)device;
  if (!in_interrupt || bytes != 1 || line_peek() == EOF) return 0;
  *to = (uint8_t)getc(stdin);
  return 1;
}

int uart_irq_update(const struct device* device) {
  (void)device;
  return in_interrupt ? 1 : 0;
}
int uart_irq_rx_ready(const struct device* device) {
  (void)device;
  return receives && line_peek() != EOF ? 1 : 0;
}
int uart_irq_tx_ready(const struct device* device) {
  (void)device;
  return sends ? FIFO_BYTES : 0;
}
void uart_irq_rx_enable(const struct device* device) {
  (void)device;
  receives = true;
}
void uart_irq_tx_enable(const struct device* device) {
  (void)device;
  sends = true;
}
void uart_irq_tx_disable(const struct device* device) {
  (void)device;
  sends = false;
}
int uart_irq_callback_user_data_set(const struct device* device, uart_irq_callback_user_data_t given, void* data) {
  (void)device, (void)data;
  callback = given;
  return 0;
}

int32_t k_msleep(int32_t ms) {
  now_ms += (uint32_t)ms;
  in_interrupt = true;
  while (sends || (receives && line_peek() != EOF)) callback(&stand_in_device, NULL);
  in_interrupt = false;
  return 0;
}

uint32_t ring_buf_put(struct ring_buf* ring, const uint8_t* from, uint32_t bytes) {
  uint32_t put = 0;
  while (put < bytes && ring->head - ring->tail < ring->size) ring->buffer[ring->head++ % ring->size] = from[put++];
  return put;
}

uint32_t ring_buf_get_claim(struct ring_buf* ring, uint8_t** from, uint32_t bytes) {
  const uint32_t at = ring->tail % ring->size;
  const uint32_t there = ring->head - ring->tail;
  const uint32_t whole = there < ring->size - at ? there : ring->size - at;
  *from = ring->buffer + at;
  return whole < bytes ? whole : bytes;
}

int ring_buf_get_finish(struct ring_buf* ring, uint32_t bytes) {
  if (bytes > ring->head - ring->tail) return -1;
  ring->tail += bytes;
  return 0;
}

bool device_is_ready(const struct device* device) { return device == &stand_in_device; }
int gpio_pin_configure_dt(const struct gpio_dt_spec* spec, gpio_flags_t flags) {
  (void)spec, (void)flags;
  return 0;
}
int gpio_pin_get_dt(const struct gpio_dt_spec* spec) {
  (void)spec;
  return 0;
}
uint32_t k_uptime_get_32(void) { return now_ms; }
uint32_t k_cycle_get_32(void) { return now_ms; }
int sys_clock_hw_cycles_per_sec(void) { return 1000; }
unsigned int irq_lock(void) { return 0; }
void irq_unlock(unsigned int key) { (void)key; }
void sys_reboot(int type) {
  (void)type;
  exit(3);
}
