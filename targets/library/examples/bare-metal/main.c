/*
 * The loop of a controller: answer first, then one slice of everything else. port.c beside it keeps flash in RAM, so that this links
 * and runs anywhere; it forgets every edition at reset until the port has flash.
 */
#include "holdfast.h"

#if __has_include("holdfast_burned.h")
#include "holdfast_burned.h"
#else
/* No edition was burned in: `holdfast firmware library --image` makes holdfast_burned.c. Until then every answer is FAULT, stop. */
static const uint8_t holdfast_burned[HOLDFAST_BURNED_BYTES];
#endif

extern const holdfast_geometry port_geometry;

/* Where the machine is, in steps of the map's axis, its origin taken off. 0 when it is not known. */
static int measure(int32_t* place) {
  *place = 0;
  return 1;
}

/* What the machine does about the answer. verdict->limit counts only when verdict->has_limit. */
static void act(uint32_t word, const holdfast_verdict* verdict) {
  (void)verdict;
  switch (holdfast_action(word)) {
    case HOLDFAST_NO_ACTION: /* covered: go on; the next gap is verdict->to_gap_ahead steps away */
    case HOLDFAST_CONTINUE:
      break;
    case HOLDFAST_SLOW: /* within verdict->limit */
      break;
    case HOLDFAST_SKIP:
      break;
    case HOLDFAST_HOLD:
      break;
    default: /* HOLDFAST_STOP */
      break;
  }
}

int main(void) {
#ifdef HOLDFAST_BURNED_H_
  /* What a production line does once, here at every start, since this port's flash is in RAM. */
  (void)holdfast_burn_first_edition(&port_geometry);
#endif
  (void)holdfast_boot(&port_geometry, holdfast_burned); /* not 0: FAULT; the line still answers */
  for (;;) {
    int32_t place;
    const uint32_t word = measure(&place) ? holdfast_check(0, place, 0) : holdfast_check_invalid();
    act(word, holdfast_spell(word, place, 0));
    (void)holdfast_service(1);
    /* The receive interrupt calls holdfast_receive(byte). */
  }
}
