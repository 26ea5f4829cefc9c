/*
 * The first edition: @EDITION@.
 * Generated; do not edit. docs/SPEC.md sections 4 and 5 say what the bytes are.
 */
#ifndef HOLDFAST_BURNED_H_
#define HOLDFAST_BURNED_H_

#include "holdfast.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOLDFAST_EDITION_BYTES @EDITION_BYTES@u
#define HOLDFAST_EDITION_EPOCH @EPOCH@u
#define HOLDFAST_EDITION_SHA256 "@EDITION_SHA256@"

/* The firmware's own configuration: the second argument of holdfast_boot. */
extern const uint8_t holdfast_burned[HOLDFAST_BURNED_BYTES];
/* The edition, which belongs at the start of slot A. */
extern const uint8_t holdfast_edition[HOLDFAST_EDITION_BYTES];
/* The record that says so, which belongs at the start of the area HOLDFAST_AREA_STATE. */
extern const uint8_t holdfast_edition_state[@STATE_BYTES@];

/*
 * What a production line does once, before holdfast_boot: programs edition and record through the port, and reads both back. Refuses a
 * geometry that boot would refuse, and touches nothing unless all five areas are erased, so that it never brings an old edition back: a
 * burn that power cut is begun anew by erasing the areas. Gives HOLDFAST_BURN_...
 *
 * Firmware that links the arrays to their places in flash (HOLDFAST_EDITION_SECTION and HOLDFAST_STATE_SECTION name the sections)
 * does not need it.
 */
enum holdfast_burn_code {
  HOLDFAST_BURN_DONE = 0,
  HOLDFAST_BURN_NOT_ERASED = 1, /* something is in an area; nothing was written */
  HOLDFAST_BURN_TOO_LARGE = 2,  /* slot A does not hold the edition and a sector more; nothing was written */
  HOLDFAST_BURN_FAILED = 3,     /* the flash failed, or does not read back as it was programmed */
  HOLDFAST_BURN_GEOMETRY = 4    /* boot would answer HOLDFAST_REASON_GEOMETRY; nothing was written */
};
uint32_t holdfast_burn_first_edition(const holdfast_geometry* geometry);

#ifdef __cplusplus
}
#endif

#endif
