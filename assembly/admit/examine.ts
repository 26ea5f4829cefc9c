/**
 * The whole examination of the image in a slot, in bounded steps, reading it where it lies:
 *
 *     container → digest of all that is signed → identity → body header → checksum of the resident bytes → sections
 *
 * Only an image that passed every stage is `verified`; only a verified one is ever copied to the arena.
 */
import { CONTAINER_HEADER_BYTES, HASH_BYTES, PAGE_BYTES } from '../limits';
import { SCRATCH_LOCATION } from '../memory';
import * as body from './body';
import { examineContainer, identityRefusal } from './container';
import { CRC_START, crcWord } from '../digest/crc32c';
import { Edition, edition, hashLocation, sameHash } from './edition';
import { examineLineBegin, examineLineStep } from './line';
import { readPiece, readWord, readerBegin, readerFailed } from './reader';
import { BODY_CHECKSUM, DIGEST_MISMATCH, DONE, FLASH_FAILED, MORE } from '../refusal';
import { shaBegin, shaEnd, shaUpdate } from '../digest/sha256';

const STAGE_CONTAINER: u32 = 0;
const STAGE_DIGEST: u32 = 1;
const STAGE_CHECKSUM: u32 = 2;
const STAGE_SECTIONS: u32 = 3;
/** The checksum covers the resident bytes from here on. */
export const CHECKSUM_FROM: u32 = 8;

let slot: u32 = 0;
let stage: u32 = 0;
let at: u32 = 0;
let crc: u32 = 0;
let wasVerified: u32 = 0;

/** Begins with the image in `ofSlot`, which is not verified until the end. */
export function examineBegin(ofSlot: u32): void {
  slot = ofSlot;
  stage = STAGE_CONTAINER;
  wasVerified = edition(slot).verified;
  edition(slot).verified = 0;
  readerBegin();
}

/** Gives an examination up: the image is as verified as it was before. */
export function examineAbandon(): void {
  edition(slot).verified = wasVerified;
}

/** One bounded step: at most a page of digest or checksum, or CELLS_A_STEP cells. Gives MORE, DONE or the refusal. */
export function examineStep(): u32 {
  const known = edition(slot);
  let result: u32;
  switch (stage) {
    case STAGE_CONTAINER: result = stepContainer(known); break;
    case STAGE_DIGEST: result = stepDigest(known); break;
    case STAGE_CHECKSUM: result = stepChecksum(); break;
    default: result = examineLineStep(); break;
  }
  if (result == DONE) known.verified = 1;
  return result;
}

/** The whole examination at once, for boot. Gives DONE or the refusal. */
export function examineAll(ofSlot: u32): u32 {
  examineBegin(ofSlot);
  let result: u32 = MORE;
  while (result == MORE) result = examineStep();
  return result;
}

function stepContainer(known: Edition): u32 {
  const refusal = examineContainer(slot, known);
  if (refusal != DONE) return refusal;
  stage = STAGE_DIGEST;
  at = 0;
  shaBegin();
  return MORE;
}

function stepDigest(known: Edition): u32 {
  const protectedBytes = readWord(slot, 8) >>> 16;
  const end = CONTAINER_HEADER_BYTES + known.bodyBytes + protectedBytes;
  const piece = readPiece(slot, at, SCRATCH_LOCATION, min(end - at, PAGE_BYTES));
  if (readerFailed()) return FLASH_FAILED;
  shaUpdate(SCRATCH_LOCATION, piece);
  at += piece;
  if (at < end) return MORE;
  shaEnd(SCRATCH_LOCATION);
  if (!sameHash(SCRATCH_LOCATION, hashLocation(known))) return DIGEST_MISMATCH;
  let refusal = identityRefusal();
  if (refusal == DONE) refusal = body.examineBody(slot, known);
  if (refusal != DONE) return refusal;
  stage = STAGE_CHECKSUM;
  at = CHECKSUM_FROM;
  crc = CRC_START;
  return MORE;
}

function stepChecksum(): u32 {
  const end = min(at + PAGE_BYTES, body.residentBytes);
  for (; at < end; at += 4) crc = crcWord(crc, body.bodyWord(at));
  if (readerFailed()) return FLASH_FAILED;
  if (at < body.residentBytes) return MORE;
  if (~crc != body.bodyWord(4)) return BODY_CHECKSUM;
  stage = STAGE_SECTIONS;
  examineLineBegin();
  return MORE;
}

if (!(HASH_BYTES <= PAGE_BYTES)) ERROR('the digest is written where the page was');
