/*
 * FreeRTOS: a fast task checks, a slow one of lower priority serves, the receive interrupt brings bytes. That is what holdfast.h calls
 * above, base and receive: the fast task preempts the slow one, and does not block between its check and its spell_into.
 *
 * It needs one core, preemption, and no time slicing between the two (their priorities differ). The stack of the slow task is that of
 * holdfast_service in README.md and your port's; that of the fast one is small. Ends after TURNS checks by vTaskEndScheduler; firmware does
 * not end.
 */
#include "FreeRTOS.h"
#include "task.h"

#include <stdio.h>

#include "holdfast_burned.h"
#include "holdfast_map.h"

#if configUSE_PREEMPTION != 1 || (defined(configNUMBER_OF_CORES) && configNUMBER_OF_CORES != 1)
#error "The fast task comes above the slow one on one core: it needs preemption, and a single core"
#endif

extern const holdfast_geometry port_geometry;

enum { TURNS = 200, FAST_MS = 1, SLOW_MS = 10 };
#define CHECK_PRIORITY (tskIDLE_PRIORITY + 2)
#define SERVICE_PRIORITY (tskIDLE_PRIORITY + 1)
#define CHECK_STACK_WORDS (configMINIMAL_STACK_SIZE + 128)
#define SERVICE_STACK_WORDS (configMINIMAL_STACK_SIZE + 512)

static volatile uint32_t checks;  /* answered so far; the fast task counts */
static volatile uint32_t covered; /* of them */

/* Where the machine is, in steps of the map's axis, its origin taken off. Its sensors belong here; it drives from end to end. */
static int32_t measure(uint32_t turn) {
  const int64_t length = (int64_t)HOLDFAST_MAP_MAX - HOLDFAST_MAP_MIN;
  return (int32_t)(HOLDFAST_MAP_MIN + length * turn / TURNS);
}

static void check_task(void* unused) {
  TickType_t woken = xTaskGetTickCount();
  (void)unused;
  for (uint32_t turn = 0; turn < TURNS; turn++) {
    const int32_t place = measure(turn);
    holdfast_verdict verdict;
    const uint32_t word = holdfast_check(0, place, 0);
    holdfast_spell_into(word, place, 0, &verdict); /* not holdfast_spell: its struct is the slow task's */
    if (holdfast_is_covered(word)) covered = covered + 1;
    checks = checks + 1;
    vTaskDelayUntil(&woken, pdMS_TO_TICKS(FAST_MS));
  }
  vTaskEndScheduler();
  for (;;) vTaskDelayUntil(&woken, pdMS_TO_TICKS(FAST_MS));
}

static void service_task(void* unused) {
  TickType_t woken = xTaskGetTickCount();
  uint32_t told = 0;
  (void)unused;
  for (;;) {
    const uint32_t answered = checks;
    (void)holdfast_service_for(answered - told, SLOW_MS);
    told = answered;
    vTaskDelayUntil(&woken, pdMS_TO_TICKS(SLOW_MS));
  }
}

/* Of your UART. It may come above both tasks. */
void uart_receive_interrupt(uint8_t byte);
void uart_receive_interrupt(uint8_t byte) { holdfast_receive(byte); }

int main(void) {
  /* Before the scheduler starts nothing else calls the core. */
  const uint32_t burned = holdfast_burn_first_edition(&port_geometry);
  if (burned != HOLDFAST_BURN_DONE && burned != HOLDFAST_BURN_NOT_ERASED) return 2;
  const uint32_t reason = holdfast_boot(&port_geometry, holdfast_burned);
  if (xTaskCreate(check_task, "check", CHECK_STACK_WORDS, 0, CHECK_PRIORITY, 0) != pdPASS) return 3;
  if (xTaskCreate(service_task, "service", SERVICE_STACK_WORDS, 0, SERVICE_PRIORITY, 0) != pdPASS) return 3;
  vTaskStartScheduler();
  printf("boot %u, %u checks, %u covered\n", (unsigned)reason, (unsigned)checks, (unsigned)covered);
  return reason == HOLDFAST_REASON_NONE && covered > 0 ? 0 : 1;
}
