/**
 * The whole examination of the image in a slot, in bounded steps, reading it where it lies:
 *
 *     container → digest of all that is signed → identity → signature → body header → checksum of the resident bytes → sections
 *
 * Only an image that passed every stage is `verified`; only a verified one is ever copied to the arena. At boot the signature is left out:
 * what is confirmed was verified before it was.
 */
import {
  BODY_CHECKED_FROM, BODY_CHECKSUM, BODY_HEADER_AT_CHECKSUM, DIGEST_MISMATCH, DONE, FLASH_FAILED, HASH_BYTES, IMAGE_HEADER_AT_HEADER_BYTES,
  IMAGE_HEADER_BYTES, PAGE_BYTES, SCRATCH_LOCATION, SIGNATURE_MISSING,
} from '../format';
import { CRC_START, crcWord } from '../digest/crc32c';
import { shaBegin, shaEnd, shaUpdate } from '../digest/sha256';
import { MORE } from '../refusal';
import { verifyStep } from '../signature/verify';
import { spend } from '../work';
import { examineContainer, identityRefusal } from './container';
import { Edition, edition, hashLocation, sameHash } from './edition';
import { Examination } from './examination';
import { examineBody, examineSectionsBegin, examineSectionsStep } from './layout';
import { bodyWord, readPiece, readWord, readerBegin } from './reader';
import { trustBegin } from './trust';

const STAGE_CONTAINER: u32 = 0;
const STAGE_DIGEST: u32 = 1;
const STAGE_SIGNATURE: u32 = 2;
const STAGE_CHECKSUM: u32 = 3;
const STAGE_SECTIONS: u32 = 4;
const STAGE_BODY: u32 = 5;

/** What `signed` says; many bits, so that none of them alone says it. */
const SIGNED: u32 = 0x5349474e;

/** What a step of a stage takes at most, in cycles of an RP2040, reading flash apart. */
const DIGEST_CYCLES: u32 = 39000;
const CHECKSUM_CYCLES: u32 = 10000;
const SECTIONS_CYCLES: u32 = 12000;
const BODY_CYCLES: u32 = 12000;

/** Begins with the image in `slot`, which is not verified until the end. */
export function examineBegin(image: Examination, slot: u32): void {
  image.stage = STAGE_CONTAINER;
  image.signed = 0;
  image.wasVerified = edition(slot).verified;
  edition(slot).verified = 0;
  readerBegin(image, slot);
}

/** Gives an examination up: the image is as verified as it was before. */
export function examineAbandon(image: Examination): void {
  edition(image.slot).verified = image.wasVerified;
}

/** One bounded step: at most a page of digest or checksum, or CELLS_A_STEP cells. Gives MORE, DONE or the refusal. */
export function examineStep(image: Examination): u32 {
  const known = edition(image.slot);
  let result: u32;
  switch (image.stage) {
    case STAGE_CONTAINER: result = stepContainer(image, known); break;
    case STAGE_DIGEST: result = stepDigest(image, known); break;
    case STAGE_SIGNATURE: result = stepSignature(image); break;
    case STAGE_BODY: result = stepBody(image, known); break;
    case STAGE_CHECKSUM: result = stepChecksum(image); break;
    default: result = stepSections(image); break;
  }
  if (result == DONE) known.verified = 1;
  return result;
}

/** The whole examination at once, for boot; `withSignature` for what is not confirmed yet. Gives DONE or the refusal. */
export function examineAll(image: Examination, slot: u32, withSignature: bool): u32 {
  examineBegin(image, slot);
  if (!withSignature) image.signed = SIGNED;
  let result: u32 = MORE;
  while (result == MORE) result = examineStep(image);
  return result;
}

function stepContainer(image: Examination, known: Edition): u32 {
  const refusal = examineContainer(image, known);
  if (refusal != DONE) return refusal;
  image.stage = STAGE_DIGEST;
  image.at = 0;
  shaBegin();
  return MORE;
}

function stepDigest(image: Examination, known: Edition): u32 {
  spend(DIGEST_CYCLES);
  const protectedBytes = readWord(image, IMAGE_HEADER_AT_HEADER_BYTES) >>> 16;
  const end = IMAGE_HEADER_BYTES + known.bodyBytes + protectedBytes;
  const piece = readPiece(image, image.at, SCRATCH_LOCATION, min(end - image.at, PAGE_BYTES));
  if (image.readFailed) return FLASH_FAILED;
  shaUpdate(SCRATCH_LOCATION, piece);
  image.at += piece;
  if (image.at < end) return MORE;
  shaEnd(SCRATCH_LOCATION);
  if (!sameHash(SCRATCH_LOCATION, hashLocation(known))) return DIGEST_MISMATCH;
  const refusal = identityRefusal(image);
  if (refusal != DONE) return refusal;
  const trust = image.signed == SIGNED ? DONE : trustBegin(image, known);
  if (trust == DONE) return trusted(image);
  image.stage = STAGE_SIGNATURE;
  return trust;
}

function stepSignature(image: Examination): u32 {
  const result = verifyStep();
  return result == DONE ? trusted(image) : result;
}

/** To be called only where the signature is judged. */
function trusted(image: Examination): u32 {
  image.signed = SIGNED;
  image.stage = STAGE_BODY;
  return MORE;
}

function stepBody(image: Examination, known: Edition): u32 {
  spend(BODY_CYCLES);
  const refusal = examineBody(image, known);
  if (refusal != DONE) return refusal;
  image.stage = STAGE_CHECKSUM;
  image.at = BODY_CHECKED_FROM;
  image.crc = CRC_START;
  return MORE;
}

function stepChecksum(image: Examination): u32 {
  spend(CHECKSUM_CYCLES);
  const end = min(image.at + PAGE_BYTES, image.residentBytes);
  let at = image.at;
  let crc = image.crc;
  for (; at < end; at += 4) crc = crcWord(crc, bodyWord(image, at));
  image.at = at;
  image.crc = crc;
  if (image.readFailed) return FLASH_FAILED;
  if (at < image.residentBytes) return MORE;
  if (~crc != bodyWord(image, BODY_HEADER_AT_CHECKSUM)) return BODY_CHECKSUM;
  image.stage = STAGE_SECTIONS;
  examineSectionsBegin(image);
  return MORE;
}

/** Whatever brought an examination here, it ends well only where the signature was judged. */
function stepSections(image: Examination): u32 {
  spend(SECTIONS_CYCLES);
  const result = examineSectionsStep(image);
  return result == DONE && image.signed != SIGNED ? SIGNATURE_MISSING : result;
}

if (!(HASH_BYTES <= PAGE_BYTES)) ERROR('the digest is written where the page was');
