/* The first edition: @EDITION@. Generated; do not edit. */
#include "holdfast_burned.h"
#include "port.h"

#ifdef HOLDFAST_EDITION_SECTION
__attribute__((section(HOLDFAST_EDITION_SECTION), aligned(4)))
#endif
const uint8_t holdfast_edition[HOLDFAST_EDITION_BYTES] = {
@EDITION_ARRAY@
};

#ifdef HOLDFAST_STATE_SECTION
__attribute__((section(HOLDFAST_STATE_SECTION), aligned(4)))
#endif
const uint8_t holdfast_edition_state[@STATE_BYTES@] = {
@STATE_ARRAY@
};

const uint8_t holdfast_burned[HOLDFAST_BURNED_BYTES] = {
@BURNED_ARRAY@
};

enum { DONE = 0, NOT_ERASED = 1, TOO_LARGE = 2, FAILED = 3 };

static uint32_t is_erased(const holdfast_geometry* geometry, uint32_t area) {
  uint8_t page[HOLDFAST_PAGE_BYTES];
  for (uint32_t offset = 0; offset < geometry->area_bytes[area]; offset += HOLDFAST_PAGE_BYTES) {
    if (port_flash_read(area, offset, page, HOLDFAST_PAGE_BYTES) != 0) return 0;
    for (uint32_t i = 0; i < HOLDFAST_PAGE_BYTES; i++) {
      if (page[i] != geometry->erased_byte) return 0;
    }
  }
  return 1;
}

/* Whole program units, the last one filled up with erased bytes; what is not needed stays erased. */
static uint32_t program(const holdfast_geometry* geometry, uint32_t area, const uint8_t* source, uint32_t bytes) {
  uint8_t page[HOLDFAST_PAGE_BYTES];
  for (uint32_t done = 0; done < bytes; done += HOLDFAST_PAGE_BYTES) {
    const uint32_t left = bytes - done < HOLDFAST_PAGE_BYTES ? bytes - done : HOLDFAST_PAGE_BYTES;
    const uint32_t whole = (left + geometry->program_bytes - 1) / geometry->program_bytes * geometry->program_bytes;
    for (uint32_t i = 0; i < whole; i++) page[i] = i < left ? source[done + i] : (uint8_t)geometry->erased_byte;
    if (port_flash_program(area, done, page, whole) != 0) return FAILED;
  }
  return DONE;
}

/* The record last: without it there is no edition, and with it there is a whole one. */
uint32_t holdfast_burn_first_edition(const holdfast_geometry* geometry) {
  const uint32_t slot_bytes = geometry->area_bytes[HOLDFAST_AREA_SLOT_A];
  if (slot_bytes < geometry->sector_bytes || HOLDFAST_EDITION_BYTES > slot_bytes - geometry->sector_bytes) return TOO_LARGE;
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    if (!is_erased(geometry, area)) return NOT_ERASED;
  }
  const uint32_t failed = program(geometry, HOLDFAST_AREA_SLOT_A, holdfast_edition, HOLDFAST_EDITION_BYTES);
  if (failed != DONE) return failed;
  return program(geometry, HOLDFAST_AREA_STATE, holdfast_edition_state, sizeof holdfast_edition_state);
}
