#include "reading.h"
#include <stdbool.h>
#include "readings.h"
#include "registers.h"

/* In the part of SRAM that start.c fills first, since everything else is copied in the way that is chosen here. */
#define EARLY __attribute__((section(".early.text")))

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

EARLY static bool reads_the_same(const uint32_t* copy, const uint32_t* end, const uint32_t* image) {
  const volatile uint32_t* from = past_cache(image);
  for (const uint32_t* word = copy; word < end; word++)
    if (*from++ != *word) return false;
  return true;
}

/* A strong clock with steep edges, and inputs that wait for no threshold of a Schmitt trigger. */
EARLY static void quicken_pads(void) {
  PAD_QSPI_SCLK = PAD_DRIVE_8MA | PAD_FAST;
  for (uint32_t line = 0; line < 4; line++) PAD_QSPI_CLEAR(line) = PAD_SCHMITT;
}

EARLY void reading_choose(const uint32_t* copy, const uint32_t* end, const uint32_t* image) {
  quicken_pads();
  for (chosen = QUAD; chosen != PLAIN; chosen--) {
    reading_resume();
    if (reads_the_same(copy, end, image)) return;
  }
  reading_resume();
}
