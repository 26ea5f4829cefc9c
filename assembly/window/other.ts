/**
 * The slot that does not answer, after a reset: boot read no more than its container. It is examined once, in the first slices of a window,
 * before the window is open; so is how far an upload was that the reset ended.
 *
 *     boot: its container ──▶ window opens: digest, body, sections ──▶ upload found ──▶ lease
 */
import { DONE } from '../format';
import { examination } from '../admit/examination';
import { examineAbandon, examineBegin, examineStep, leaveSignatureOut } from '../admit/examine';
import { add } from '../digest/sum';
import { MORE } from '../refusal';
import { knowOther, otherIsKnown, spareSlot } from '../slots/state';
import { findUpload, findUploadStep } from '../slots/upload';

const STAGE_BEGIN: u32 = 0;
const STAGE_EXAMINE: u32 = 1;
const STAGE_UPLOAD: u32 = 2;

let stage: u32 = STAGE_BEGIN;

/** Adds how far it is to the sum that is over all tasks of a window. */
export function addOther(sum: u32): u32 {
  return add(sum, stage);
}

/**
 * One bounded step; none is left once the slot is known. Gives MORE or DONE. What is wrong with an image there is no refusal: it is only
 * not verified.
 */
export function otherStep(): u32 {
  if (otherIsKnown()) return DONE;
  switch (stage) {
    case STAGE_BEGIN:
      examineBegin(examination(), spareSlot());
      leaveSignatureOut(examination());
      stage = STAGE_EXAMINE;
      return MORE;
    case STAGE_EXAMINE:
      if (examineStep(examination()) == MORE) return MORE;
      findUpload();
      stage = STAGE_UPLOAD;
      return MORE;
    default: return stepUpload();
  }
}

/** The window does not open: this begins anew in the next one. */
export function otherAbandon(): void {
  if (stage == STAGE_EXAMINE) examineAbandon(examination());
  stage = STAGE_BEGIN;
}

function stepUpload(): u32 {
  if (findUploadStep() == MORE) return MORE;
  stage = STAGE_BEGIN;
  knowOther();
  return DONE;
}
