/*
 * A stand-in for the scheduler of FreeRTOS on this computer: time is a counter, the ready task of the highest priority runs until it waits,
 * and the tick goes on when all wait. It is deterministic.
 */
#include <stdlib.h>
#include <ucontext.h>

#include "FreeRTOS.h"
#include "task.h"

enum { TASKS_MAX = 4, STACK_BYTES = 1 << 16 };

static struct {
  ucontext_t context;
  TaskFunction_t run;
  void* argument;
  UBaseType_t priority;
  TickType_t wakes;
} tasks[TASKS_MAX];
static uint32_t count;
static uint32_t current;
static TickType_t now;
static ucontext_t started;
static int ended;

static void enter(void) { tasks[current].run(tasks[current].argument); }

BaseType_t xTaskCreate(TaskFunction_t run, const char* name, uint32_t words, void* argument, UBaseType_t priority, TaskHandle_t* handle) {
  (void)name;
  (void)words;
  (void)handle;
  if (count == TASKS_MAX || getcontext(&tasks[count].context) != 0) return 0;
  tasks[count].context.uc_stack.ss_sp = malloc(STACK_BYTES);
  tasks[count].context.uc_stack.ss_size = STACK_BYTES;
  tasks[count].context.uc_link = &started;
  tasks[count].run = run;
  tasks[count].argument = argument;
  tasks[count].priority = priority;
  makecontext(&tasks[count].context, enter, 0);
  count++;
  return pdPASS;
}

TickType_t xTaskGetTickCount(void) { return now; }

void vTaskDelayUntil(TickType_t* woken, TickType_t ticks) {
  *woken += ticks;
  tasks[current].wakes = *woken;
  (void)swapcontext(&tasks[current].context, &started);
}

void vTaskStartScheduler(void) {
  while (!ended) {
    uint32_t next = TASKS_MAX;
    for (uint32_t i = 0; i < count; i++)
      if (tasks[i].wakes <= now && (next == TASKS_MAX || tasks[i].priority > tasks[next].priority)) next = i;
    if (next == TASKS_MAX) {
      now++;
      continue;
    }
    current = next;
    (void)swapcontext(&started, &tasks[next].context);
  }
}

void vTaskEndScheduler(void) {
  ended = 1;
  (void)swapcontext(&tasks[current].context, &started);
}
