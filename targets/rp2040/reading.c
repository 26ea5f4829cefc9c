#include "reading.h"
#include <stdbool.h>
#include "readings.h"
#include "registers.h"

extern uint32_t run_begin[], early_end[], run_end[], run_image[];

typedef struct {
  uint32_t ctrlr0;
  uint32_t spi_ctrlr0;
  uint32_t baudr;
  uint32_t sample_delay;
} reading;

enum { PLAIN, DUAL, QUAD };
__attribute__((section(".early.rodata"))) static const reading readings[] = {
    [PLAIN] = READING_PLAIN, [DUAL] = READING_DUAL, [QUAD] = READING_QUAD};

/* Index in `readings`. */
static uint32_t chosen;

EARLY void reading_resume(void) {
  const reading* with = &readings[chosen];
  SSI_SSIENR = 0;
  SSI_BAUDR = with->baudr;
  SSI_CTRLR0 = with->ctrlr0;
  SSI_CTRLR1 = 0;
  SSI_SPI_CTRLR0 = with->spi_ctrlr0;
  SSI_RX_SAMPLE_DLY = with->sample_delay;
  SSI_SSIENR = 1;
}

EARLY static bool reads_the_same(void) {
  const volatile uint32_t* from = past_cache(run_image);
  for (const uint32_t* word = run_begin; word < early_end; word++)
    if (*from++ != *word) return false;
  return true;
}

/* A strong clock with steep edges, and inputs that wait for no threshold of a Schmitt trigger. */
EARLY static void quicken_pads(void) {
  PAD_QSPI_SCLK = PAD_DRIVE_8MA | PAD_FAST;
  for (uint32_t line = 0; line < 4; line++) PAD_QSPI_CLEAR(line) = PAD_SCHMITT;
}

/* Copies the rest of the code. Gives whether all of it is what was linked: its words and their sums so far sum up to `sums`. */
EARLY static bool copies(const uint32_t sums[2]) {
  uint32_t sum = 0;
  uint32_t sum_of_sums = 0;
  for (const uint32_t* word = run_begin; word < early_end; word++) {
    sum += *word;
    sum_of_sums += sum;
  }
  const volatile uint32_t* from = past_cache(run_image) + (early_end - run_begin);
#pragma GCC unroll 8
  for (uint32_t* to = early_end; to < run_end; to++) {
    const uint32_t word = *from++;
    *to = word;
    sum += word;
    sum_of_sums += sum;
  }
  return sum == sums[0] && sum_of_sums == sums[1];
}

EARLY bool reading_load(const uint32_t sums[2]) {
  quicken_pads();
  for (chosen = QUAD; chosen != PLAIN; chosen--) {
    reading_resume();
    if (reads_the_same() && copies(sums)) return true;
  }
  reading_resume();
  return copies(sums);
}
