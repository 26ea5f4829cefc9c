/* What main.c needs of a board besides targets/common/port.h. */
#ifndef BOARD_H_
#define BOARD_H_

#include <stdbool.h>
#include "holdfast.h"

extern const holdfast_geometry port_geometry;

void port_start(void);
/* The burned block in flash, 512 bytes. */
const uint8_t* port_burned(void);
/* The rate of port_ticks that is burned in; docs/SPEC.md section 4. */
static inline uint32_t burned_ticks_a_second(void) {
  const uint8_t* at = port_burned() + HOLDFAST_BURNED_AT_TICKS_PER_SECOND;
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}
/* Where an application would act on the word: the boards here light a lamp while the place is covered. */
void port_show(uint32_t word);
/* Whether nothing happened on the line since it was last asked, so that the processor may sleep until the next interrupt. */
bool port_is_idle(void);

#endif
