/* For the flash.c of a board: where its flash areas lie, by the numbers of its target.json (target.h). */
#ifndef HOLDFAST_AREAS_H_
#define HOLDFAST_AREAS_H_

#include "board.h"
#include "target.h"

/* Where a range inside one area lies, the first area at `areas`; 0 when it is not inside. */
static uint32_t place_in_area(uint32_t areas, uint32_t area, uint32_t offset, uint32_t bytes) {
  if (area >= HOLDFAST_AREAS) return 0;
  const uint32_t limit = port_geometry.area_bytes[area];
  if (offset > limit || bytes > limit - offset) return 0;
  uint32_t start = areas;
  for (uint32_t before = 0; before < area; before++) start += port_geometry.area_bytes[before];
  return start + offset;
}

#endif
