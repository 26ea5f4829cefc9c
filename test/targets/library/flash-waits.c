/*
 * A board's flash.c on this machine: each register is a word that the mode fills anew before each access. `flash-waits MODE` erases and
 * programs, and prints what came back and how long that took, in counts of the board's timer, which moves whenever it is read.
 */
#include <stdio.h>
#include <string.h>
#include "registers.h"
#include "port.h"

/* Where the linker puts the code of an RP2040, which nothing copies here. */
uint32_t run_begin[1], early_end[1], run_end[1], run_image[1];

static uint32_t register_word;
static uint32_t time_counts;
static uint32_t accesses;
static const char* mode;

/* Twice as many as any wait of a board needs: a wait without an end ends here. */
enum { ACCESSES_MAX = 100000000, COUNTS_A_LOOK = 20 };

volatile uint32_t* mock_register(uint32_t address) {
  if (++accesses > ACCESSES_MAX) {
    printf("hangs\n");
    _Exit(1);
  }
  if (address == MOCK_TIMER) register_word = time_counts += COUNTS_A_LOOK;
  else if (strcmp(mode, "ready") == 0) register_word = MOCK_READY(address);
  else if (strcmp(mode, "busy") == 0) register_word = MOCK_BUSY(address);
  else register_word = 0;
  return &register_word;
}

int main(int count, char** arguments) {
  static const uint8_t page[256];
  mode = count == 2 ? arguments[1] : "";
  const uint32_t erased = port_flash_erase(0, 0);
  const uint32_t erase_counts = time_counts;
  const uint32_t programmed = port_flash_program(0, 0, page, sizeof page);
  printf("{\"erase\":%u,\"program\":%u,\"eraseCounts\":%u,\"programCounts\":%u}\n", (unsigned)erased, (unsigned)programmed,
         (unsigned)erase_counts, (unsigned)(time_counts - erase_counts));
  return 0;
}
