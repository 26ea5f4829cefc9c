/**
 * Stand-ins for the headers of the worlds that the C library's examples are for: what those name and call, as the documentation of each
 * declares it. None of their sources is here, so what compiles against these has not been built with their tools.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LibraryFolder } from './library.ts';

const INT = '#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n';
const once = (text: string) => `#pragma once\n${INT}${text}\n`;

/** FreeRTOS, with a scheduler for this computer: the ready task of the highest priority runs until it waits. */
const FREERTOS: Readonly<Record<string, string>> = {
  'FreeRTOS.h': once(`
#define configUSE_PREEMPTION 1
#define configMINIMAL_STACK_SIZE 128
#define tskIDLE_PRIORITY 0u
#define pdPASS 1
#define pdMS_TO_TICKS(ms) ((TickType_t)(ms))
typedef uint32_t TickType_t;
typedef long BaseType_t;
typedef unsigned long UBaseType_t;
typedef void (*TaskFunction_t)(void*);
typedef void* TaskHandle_t;`),
  'task.h': once(`
#include "FreeRTOS.h"
BaseType_t xTaskCreate(TaskFunction_t, const char*, uint32_t, void*, UBaseType_t, TaskHandle_t*);
TickType_t xTaskGetTickCount(void);
void vTaskDelayUntil(TickType_t*, TickType_t);
void vTaskDelay(TickType_t);
void vTaskStartScheduler(void);
void vTaskEndScheduler(void);`),
};

const PICO: Readonly<Record<string, string>> = {
  'pico/stdlib.h': once(`
#include "hardware/gpio.h"
#define PICO_FLASH_SIZE_BYTES (2u * 1024u * 1024u)
uintptr_t stand_in_flash(void);
#define XIP_NOCACHE_NOALLOC_BASE (stand_in_flash())
void sleep_us(uint64_t);
uint64_t time_us_64(void);`),
  'hardware/gpio.h': once(`
enum gpio_function { GPIO_FUNC_UART = 2 };
void gpio_init(unsigned);
void gpio_set_function(unsigned, enum gpio_function);
void gpio_pull_down(unsigned);
void gpio_set_dir(unsigned, bool);
void gpio_put(unsigned, bool);
bool gpio_get(unsigned);`),
  'hardware/flash.h': once(`
#define FLASH_PAGE_SIZE (1u << 8)
#define FLASH_SECTOR_SIZE (1u << 12)
void flash_range_erase(uint32_t, size_t);
void flash_range_program(uint32_t, const uint8_t*, size_t);`),
  'hardware/sync.h': once('uint32_t save_and_disable_interrupts(void);\nvoid restore_interrupts(uint32_t);'),
  'hardware/irq.h': once(`
#define UART0_IRQ 20
typedef void (*irq_handler_t)(void);
void irq_set_exclusive_handler(unsigned, irq_handler_t);
void irq_set_enabled(unsigned, bool);`),
  'hardware/uart.h': once(`
typedef struct uart_inst uart_inst_t;
typedef struct { volatile uint32_t dr; } uart_hw_t;
extern uart_inst_t* uart0;
unsigned uart_init(uart_inst_t*, unsigned);
bool uart_is_writable(uart_inst_t*);
bool uart_is_readable(uart_inst_t*);
void uart_set_irq_enables(uart_inst_t*, bool, bool);
uart_hw_t* uart_get_hw(uart_inst_t*);
void uart_puts(uart_inst_t*, const char*);`),
  'hardware/watchdog.h': once('void watchdog_reboot(uint32_t, uint32_t, uint32_t);'),
};

/** Registers by their names in CMSIS, with the reference manual's bits; flash and UART through a function, which sees each use. */
const STM32F4: Readonly<Record<string, string>> = {
  'stm32f4xx.h': once(`
typedef struct { volatile uint32_t ACR, KEYR, OPTKEYR, SR, CR, OPTCR, OPTCR1; } FLASH_TypeDef;
typedef struct { volatile uint32_t SR, DR, BRR, CR1, CR2, CR3, GTPR; } USART_TypeDef;
typedef struct { volatile uint32_t MODER, OTYPER, OSPEEDR, PUPDR, IDR, ODR, BSRR, LCKR, AFR[2]; } GPIO_TypeDef;
typedef struct { volatile uint32_t AHB1ENR, APB1ENR; } RCC_TypeDef;
typedef enum { USART2_IRQn = 38 } IRQn_Type;
FLASH_TypeDef* stand_in_flash(void);
USART_TypeDef* stand_in_usart(void);
extern RCC_TypeDef stand_in_rcc;
extern GPIO_TypeDef stand_in_gpioa;
#define FLASH (stand_in_flash())
#define USART2 (stand_in_usart())
#define RCC (&stand_in_rcc)
#define GPIOA (&stand_in_gpioa)
uint32_t SysTick_Config(uint32_t);
void NVIC_EnableIRQ(IRQn_Type);
void NVIC_SystemReset(void);
void __WFI(void);
void __disable_irq(void);
uint32_t __get_PRIMASK(void);
void __set_PRIMASK(uint32_t);
#define RCC_AHB1ENR_GPIOAEN (1u << 0)
#define RCC_APB1ENR_USART2EN (1u << 17)
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TXE (1u << 7)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_UE (1u << 13)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_DCRST (1u << 12)
#define FLASH_SR_EOP (1u << 0)
#define FLASH_SR_WRPERR (1u << 4)
#define FLASH_SR_PGAERR (1u << 5)
#define FLASH_SR_PGPERR (1u << 6)
#define FLASH_SR_PGSERR (1u << 7)
#define FLASH_SR_BSY (1u << 16)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_SER (1u << 1)
#define FLASH_CR_SNB_Pos 3
#define FLASH_CR_PSIZE_1 (1u << 9)
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)`),
};

const ZEPHYR: Readonly<Record<string, string>> = {
  'zephyr/kernel.h': once(`
uint32_t k_uptime_get_32(void);
uint32_t k_cycle_get_32(void);
int sys_clock_hw_cycles_per_sec(void);
int32_t k_msleep(int32_t);`),
  'zephyr/device.h': once(`
struct device { const char* name; };
extern const struct device stand_in_device;
#define DT_CHOSEN(name) name
#define DT_ALIAS(name) name
#define DEVICE_DT_GET(node) (&stand_in_device)
bool device_is_ready(const struct device*);`),
  'zephyr/drivers/gpio.h': once(`
#include <zephyr/device.h>
typedef uint32_t gpio_flags_t;
struct gpio_dt_spec { const struct device* port; uint8_t pin; uint16_t dt_flags; };
#define GPIO_DT_SPEC_GET(node, property) {&stand_in_device, 2, 0}
#define GPIO_INPUT (1u << 16)
int gpio_pin_configure_dt(const struct gpio_dt_spec*, gpio_flags_t);
int gpio_pin_get_dt(const struct gpio_dt_spec*);`),
  'zephyr/drivers/uart.h': once(`
#include <zephyr/device.h>
typedef void (*uart_irq_callback_user_data_t)(const struct device*, void*);
int uart_fifo_fill(const struct device*, const uint8_t*, int);
int uart_fifo_read(const struct device*, uint8_t*, const int);
int uart_irq_update(const struct device*);
int uart_irq_rx_ready(const struct device*);
int uart_irq_tx_ready(const struct device*);
void uart_irq_tx_enable(const struct device*);
void uart_irq_tx_disable(const struct device*);
void uart_irq_rx_enable(const struct device*);
int uart_irq_callback_user_data_set(const struct device*, uart_irq_callback_user_data_t, void*);`),
  'zephyr/irq.h': once('unsigned int irq_lock(void);\nvoid irq_unlock(unsigned int);'),
  'zephyr/storage/flash_map.h': once(`
#include <sys/types.h>
struct flash_area { uint8_t fa_id; off_t fa_off; size_t fa_size; };
#define FIXED_PARTITION_ID(label) stand_in_id_##label
#define FIXED_PARTITION_SIZE(label) stand_in_size_##label
enum { stand_in_id_holdfast_slot_a, stand_in_id_holdfast_slot_b, stand_in_id_holdfast_state, stand_in_id_holdfast_tokens,
       stand_in_id_holdfast_outcome };
enum { stand_in_size_holdfast_slot_a = 0x24000, stand_in_size_holdfast_slot_b = 0x24000, stand_in_size_holdfast_state = 0x2000,
       stand_in_size_holdfast_tokens = 0x2000, stand_in_size_holdfast_outcome = 0x2000 };
int flash_area_open(uint8_t, const struct flash_area**);
int flash_area_read(const struct flash_area*, off_t, void*, size_t);
int flash_area_write(const struct flash_area*, off_t, const void*, size_t);
int flash_area_erase(const struct flash_area*, off_t, size_t);`),
  'zephyr/sys/ring_buffer.h': once(`
struct ring_buf { uint8_t* buffer; uint32_t size, head, tail; };
#define RING_BUF_DECLARE(name, bytes) \\
  static uint8_t name##_data[bytes]; static struct ring_buf name = {name##_data, bytes, 0, 0}
uint32_t ring_buf_put(struct ring_buf*, const uint8_t*, uint32_t);
uint32_t ring_buf_get_claim(struct ring_buf*, uint8_t**, uint32_t);
int ring_buf_get_finish(struct ring_buf*, uint32_t);`),
  'zephyr/sys/reboot.h': once('#define SYS_REBOOT_COLD 1\nvoid sys_reboot(int);'),
};

const ESP_IDF: Readonly<Record<string, string>> = {
  'esp_err.h': once('typedef int esp_err_t;\n#define ESP_OK 0'),
  'esp_system.h': once('void esp_restart(void) __attribute__((noreturn));'),
  'esp_timer.h': once('int64_t esp_timer_get_time(void);'),
  'esp_partition.h': once(`
#include "esp_err.h"
typedef enum { ESP_PARTITION_TYPE_APP = 0, ESP_PARTITION_TYPE_DATA = 1 } esp_partition_type_t;
typedef enum { ESP_PARTITION_SUBTYPE_ANY = 0xff } esp_partition_subtype_t;
typedef struct { uint32_t address, size, erase_size; } esp_partition_t;
const esp_partition_t* esp_partition_find_first(esp_partition_type_t, esp_partition_subtype_t, const char*);
esp_err_t esp_partition_read(const esp_partition_t*, size_t, void*, size_t);
esp_err_t esp_partition_write(const esp_partition_t*, size_t, const void*, size_t);
esp_err_t esp_partition_erase_range(const esp_partition_t*, size_t, size_t);`),
  'driver/gpio.h': once(`
#include "esp_err.h"
typedef int gpio_num_t;
typedef enum { GPIO_MODE_INPUT = 1 } gpio_mode_t;
typedef enum { GPIO_PULLDOWN_ONLY = 1 } gpio_pull_mode_t;
int gpio_get_level(gpio_num_t);
esp_err_t gpio_set_direction(gpio_num_t, gpio_mode_t);
esp_err_t gpio_set_pull_mode(gpio_num_t, gpio_pull_mode_t);`),
  'driver/uart.h': once(`
#include "esp_err.h"
typedef int uart_port_t;
typedef struct { int baud_rate, data_bits, parity, stop_bits, flow_ctrl, rx_flow_ctrl_thresh, source_clk; } uart_config_t;
enum { UART_NUM_1 = 1, UART_PIN_NO_CHANGE = -1, UART_DATA_8_BITS = 3, UART_PARITY_DISABLE = 0, UART_STOP_BITS_1 = 1 };
esp_err_t uart_driver_install(uart_port_t, int, int, int, void*, int);
esp_err_t uart_param_config(uart_port_t, const uart_config_t*);
esp_err_t uart_set_pin(uart_port_t, int, int, int, int);
esp_err_t uart_get_tx_buffer_free_size(uart_port_t, size_t*);
int uart_write_bytes(uart_port_t, const void*, size_t);
int uart_read_bytes(uart_port_t, void*, uint32_t, uint32_t);`),
  'freertos/FreeRTOS.h': once(`
#define portMUX_INITIALIZER_UNLOCKED {0, 0}
#define pdMS_TO_TICKS(ms) ((uint32_t)(ms) / 10u)
typedef struct { uint32_t owner, count; } portMUX_TYPE;
void taskENTER_CRITICAL(portMUX_TYPE*);
void taskEXIT_CRITICAL(portMUX_TYPE*);`),
  'freertos/task.h': once('void vTaskDelay(uint32_t);'),
};

export const STAND_INS = {
  freertos: FREERTOS,
  'pico-sdk': PICO,
  stm32f4: STM32F4,
  zephyr: ZEPHYR,
  'esp-idf': ESP_IDF,
} as const;

/** Writes the stand-ins of a world beside a library, and gives the option that finds them. */
export function writeStandIns(folder: Pick<LibraryFolder, 'at'>, world: keyof typeof STAND_INS): string {
  const root = folder.at(`stand-ins/${world}`);
  for (const [name, text] of Object.entries<string>(STAND_INS[world])) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return `-I${root}`;
}
