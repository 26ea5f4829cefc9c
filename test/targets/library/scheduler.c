/*
 * A stand-in for the scheduler of FreeRTOS, for this computer and for the emulated processors: time is a counter, the ready task of the
 * highest priority runs until it waits, and the tick goes on when all wait. It is deterministic. A task is entered on a stack of its own,
 * by the one instruction that C has no word for; afterwards setjmp and longjmp change between them.
 */
#include <setjmp.h>

#include "FreeRTOS.h"
#include "task.h"

enum { TASKS_MAX = 4, STACK_BYTES = 1 << 13, MORE_BYTES = sizeof(void*) > 4 ? 1 << 16 : 0 };

#if defined(__x86_64__)
#define ENTER(top) __asm__ volatile("movq %0, %%rsp\n\tcall run_current" : : "r"(top) : "memory")
#elif defined(__aarch64__) || defined(__arm__)
#define ENTER(top) __asm__ volatile("mov sp, %0\n\tbl run_current" : : "r"(top) : "memory")
#elif defined(__riscv)
#define ENTER(top) __asm__ volatile("mv sp, %0\n\tcall run_current" : : "r"(top) : "memory")
#else
#error "Say how a function is called on another stack"
#endif

static struct {
  jmp_buf context;
  TaskFunction_t run;
  void* argument;
  UBaseType_t priority;
  TickType_t wakes;
  int entered;
} tasks[TASKS_MAX];
static _Alignas(16) unsigned char stacks[TASKS_MAX][STACK_BYTES + MORE_BYTES];
static volatile uint32_t count;
static volatile uint32_t current;
static volatile TickType_t now;
static volatile int ended;
static jmp_buf scheduler;

void run_current(void);
__attribute__((used)) void run_current(void) {
  tasks[current].run(tasks[current].argument);
  for (;;) vTaskDelay(1);
}

/* Until the task waits. */
static void run(uint32_t task) {
  current = task;
  if (setjmp(scheduler) != 0) return;
  if (tasks[task].entered) longjmp(tasks[task].context, 1);
  tasks[task].entered = 1;
  ENTER(stacks[task] + sizeof stacks[task]);
}

static void wait(void) {
  if (setjmp(tasks[current].context) == 0) longjmp(scheduler, 1);
}

BaseType_t xTaskCreate(TaskFunction_t run_, const char* name, uint32_t words, void* argument, UBaseType_t priority, TaskHandle_t* handle) {
  (void)name;
  (void)words;
  (void)handle;
  if (count == TASKS_MAX) return 0;
  tasks[count].run = run_;
  tasks[count].argument = argument;
  tasks[count].priority = priority;
  count = count + 1;
  return pdPASS;
}

TickType_t xTaskGetTickCount(void) { return now; }

void vTaskDelayUntil(TickType_t* woken, TickType_t ticks) {
  *woken += ticks;
  tasks[current].wakes = *woken;
  wait();
}

void vTaskDelay(TickType_t ticks) {
  tasks[current].wakes = now + ticks;
  wait();
}

void vTaskStartScheduler(void) {
  while (!ended) {
    uint32_t next = TASKS_MAX;
    for (uint32_t i = 0; i < count; i++)
      if (tasks[i].wakes <= now && (next == TASKS_MAX || tasks[i].priority > tasks[next].priority)) next = i;
    if (next == TASKS_MAX)
      now = now + 1;
    else
      run(next);
  }
}

void vTaskEndScheduler(void) {
  ended = 1;
  wait();
}
