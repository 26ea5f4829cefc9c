/**
 * A digest over a nonce and what a slot holds, read from flash for this very request: whoever has the image can tell whether it lies there,
 * and does not get it all back to see.
 *
 * How far it is stands in the examination, which no other work needs meanwhile. No sum is over that: it decides nothing here, and a bit of
 * it that flips makes another digest.
 */
import { DONE, FLASH_FAILED, NONCE_BYTES, SCRATCH_LOCATION } from '../format';
import { aheadEnd } from '../admit/examine';
import { examination } from '../admit/examination';
import { readPiece, readerBegin } from '../admit/reader';
import { shaBegin, shaEnd, shaUpdate } from '../digest/sha256';
import { MORE } from '../refusal';
import { nextTakes, spend } from '../work';

/** What a page takes to digest at most, and the end of the digest, in cycles of an RP2040, reading flash apart. */
const PAGE_CYCLES: u32 = 44000;
/** As PAGE_CYCLES, with what such a step reads. */
const PAGE_STEP_CYCLES: u32 = 64000;

/** Begins with the nonce at `nonce`, which need not stay; then come `bytes` of `slot` from `offset` on, all of them within it. */
export function digestBegin(slot: u32, offset: u32, bytes: u32, nonce: usize): void {
  const image = examination();
  aheadEnd(image);
  readerBegin(image, slot);
  shaBegin();
  shaUpdate(nonce, NONCE_BYTES);
  image.at = offset;
  image.end = offset + bytes;
}

/** One bounded step: at most a page, or the end. Gives MORE, DONE with the digest at digestPlace, or FLASH_FAILED. */
export function digestStep(): u32 {
  spend(PAGE_CYCLES);
  const image = examination();
  if (image.at >= image.end) {
    shaEnd(SCRATCH_LOCATION);
    return DONE;
  }
  const piece = readPiece(image, image.at, SCRATCH_LOCATION, image.end - image.at);
  if (image.readFailed) return FLASH_FAILED;
  shaUpdate(SCRATCH_LOCATION, piece);
  image.at += piece;
  nextTakes(PAGE_STEP_CYCLES);
  return MORE;
}

/** Where the digest stands when the job is done. */
export function digestPlace(): usize {
  return SCRATCH_LOCATION;
}
