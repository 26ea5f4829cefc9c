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

/* What holdfast_boot asks of a geometry: whole sectors of whole program units, two or more in each area. */
static uint32_t geometry_holds(const holdfast_geometry* geometry) {
  const uint32_t unit = geometry->program_bytes;
  if (unit == 0 || unit > HOLDFAST_PAGE_BYTES || (unit & (unit - 1)) != 0) return 0;
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    const uint32_t sector = geometry->sector_bytes[area];
    if (sector < HOLDFAST_PAGE_BYTES || sector % HOLDFAST_PAGE_BYTES != 0) return 0;
    const uint32_t sectors = geometry->area_bytes[area] / sector;
    if (geometry->area_bytes[area] % sector != 0 || sectors < 2 || sectors > HOLDFAST_SECTORS_MAX) return 0;
  }
  return 1;
}

static uint32_t is_erased(const holdfast_geometry* geometry, uint32_t area) {
  uint8_t page[HOLDFAST_PAGE_BYTES];
  for (uint32_t offset = 0; offset < geometry->area_bytes[area]; offset += HOLDFAST_PAGE_BYTES) {
    if (port_flash_read(area, offset, page, HOLDFAST_PAGE_BYTES) != 0) return HOLDFAST_BURN_FAILED;
    for (uint32_t i = 0; i < HOLDFAST_PAGE_BYTES; i++) {
      if (page[i] != (geometry->erased_byte & 0xffu)) return HOLDFAST_BURN_NOT_ERASED;
    }
  }
  return HOLDFAST_BURN_DONE;
}

/* A page of what is burned, filled up with erased bytes; gives how many of it are the content's. */
static uint32_t lay(const holdfast_geometry* geometry, uint8_t* page, const uint8_t* source, uint32_t left) {
  uint32_t bytes = HOLDFAST_PAGE_BYTES;
  if (left < bytes) bytes = left;
  for (uint32_t i = 0; i < HOLDFAST_PAGE_BYTES; i++) {
    page[i] = i < bytes ? source[i] : HOLDFAST_CAST(uint8_t, geometry->erased_byte & 0xffu);
  }
  return bytes;
}

/* Whole program units; what is not needed stays erased. Each page is read back. */
static uint32_t program(const holdfast_geometry* geometry, uint32_t area, const uint8_t* source, uint32_t bytes) {
  uint8_t page[HOLDFAST_PAGE_BYTES];
  uint8_t back[HOLDFAST_PAGE_BYTES];
  for (uint32_t done = 0; done < bytes; done += HOLDFAST_PAGE_BYTES) {
    const uint32_t left = lay(geometry, page, source + done, bytes - done);
    const uint32_t whole = (left + geometry->program_bytes - 1) / geometry->program_bytes * geometry->program_bytes;
    if (port_flash_program(area, done, page, whole) != 0) return HOLDFAST_BURN_FAILED;
    if (port_flash_read(area, done, back, HOLDFAST_PAGE_BYTES) != 0) return HOLDFAST_BURN_FAILED;
    for (uint32_t i = 0; i < HOLDFAST_PAGE_BYTES; i++) {
      if (back[i] != page[i]) return HOLDFAST_BURN_FAILED;
    }
  }
  return HOLDFAST_BURN_DONE;
}

/* The record last: without it there is no edition, and with it there is a whole one. */
uint32_t holdfast_burn_first_edition(const holdfast_geometry* geometry) {
  uint32_t result;
  if (!geometry_holds(geometry)) return HOLDFAST_BURN_GEOMETRY;
  const uint32_t room = geometry->area_bytes[HOLDFAST_AREA_SLOT_A] - geometry->sector_bytes[HOLDFAST_AREA_SLOT_A];
  if (HOLDFAST_EDITION_BYTES > room) return HOLDFAST_BURN_TOO_LARGE;
  for (uint32_t area = 0; area < HOLDFAST_AREAS; area++) {
    result = is_erased(geometry, area);
    if (result != HOLDFAST_BURN_DONE) return result;
  }
  result = program(geometry, HOLDFAST_AREA_SLOT_A, holdfast_edition, HOLDFAST_EDITION_BYTES);
  if (result != HOLDFAST_BURN_DONE) return result;
  return program(geometry, HOLDFAST_AREA_STATE, holdfast_edition_state, sizeof holdfast_edition_state);
}
