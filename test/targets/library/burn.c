/* A first edition on the example's port: burned once, admitted, answered; never burned over anything. Gives the number of what failed. */
#include "holdfast.h"
#include "holdfast_burned.h"

extern const holdfast_geometry port_geometry;

int main(void) {
  holdfast_geometry small = port_geometry;
  small.area_bytes[HOLDFAST_AREA_SLOT_A] = small.sector_bytes[HOLDFAST_AREA_SLOT_A];
  if (holdfast_boot(&port_geometry, holdfast_burned) != HOLDFAST_REASON_NO_EDITION) return 1;
  if (holdfast_state(holdfast_check(0, 500, 0)) != HOLDFAST_FAULT) return 2;
  if (holdfast_burn_first_edition(&small) != HOLDFAST_BURN_GEOMETRY) return 3;
  if (holdfast_burn_first_edition(&port_geometry) != HOLDFAST_BURN_DONE) return 4;
  if (holdfast_boot(&port_geometry, holdfast_burned) != HOLDFAST_REASON_NONE) return 5;
  if (holdfast_state_of(HOLDFAST_STATE_EPOCH) != HOLDFAST_EDITION_EPOCH) return 6;
  const uint32_t word = holdfast_check(0, 500, 0);
  if (!holdfast_is_covered(word) || holdfast_action(word) != HOLDFAST_NO_ACTION) return 7;
  const holdfast_verdict* verdict = holdfast_spell(word, 500, 0);
  if (!verdict->has_limit || verdict->limit != 80 || verdict->epoch != HOLDFAST_EDITION_EPOCH) return 8;
  const holdfast_move* move = holdfast_sweep(0, 500, 0, 700, 0);
  if (move->end != HOLDFAST_END_UNCOVERED || move->distance != verdict->to_gap_ahead || move->limit != 80) return 9;
  if (holdfast_burn_first_edition(&port_geometry) != HOLDFAST_BURN_NOT_ERASED) return 10;
  const uint8_t nothing[HOLDFAST_BURNED_BYTES] = {0};
  if (holdfast_boot(&port_geometry, nothing) != HOLDFAST_REASON_BURNED_BLOCK) return 11;
  const uint32_t invalid = holdfast_check_invalid();
  if (holdfast_state(invalid) != HOLDFAST_FAULT || holdfast_action(invalid) != HOLDFAST_STOP) return 12;
  return 0;
}
