/**
 * The whole examination of the image in a slot, in bounded steps, reading it where it lies:
 *
 *     container → digest of all that is signed → identity → signature → body header, checksum of the resident bytes → sections
 *
 * Only an image that passed every stage is VERIFIED; only a verified one ever answers. At boot the signature is left out, since what is
 * confirmed was verified before it was; and the body is kept in the arena, where nothing answers yet: what was digested there is
 * what is examined and then runs, and flash is read once, in order.
 */
import {
  ARENA_BYTES, ARENA_LOCATION, BODY_CHECKED_FROM, BODY_CHECKSUM, BODY_HEADER_AT_CHECKSUM, BODY_HEADER_AT_RESIDENT_BYTES, BODY_HEADER_BYTES,
  CELLS_A_STEP, DIGEST_MISMATCH, DONE, FLASH_FAILED, HASH_BYTES, IMAGE_HEADER_AT_BODY_BYTES, IMAGE_HEADER_AT_HEADER_BYTES,
  IMAGE_HEADER_BYTES, PAGE_BYTES, PHASE_STEPS_MAX, SCRATCH_LOCATION, SIGNATURE_MISSING, TLV_BYTES_MAX, TOO_LARGE,
} from '../format';
import { CRC_START, crcWord } from '../digest/crc32c';
import { shaBegin, shaEnd, shaUpdate } from '../digest/sha256';
import { MORE } from '../refusal';
import { verifyStep } from '../signature/verify';
import { nextTakes, spend } from '../work';
import { examineContainer, identityRefusal, slotCapacity } from './container';
import { CLAIMED, Edition, VERIFIED, edition, forgetEdition, hashLocation, sameHash } from './edition';
import { Examination } from './examination';
import { examineBody, examineSectionsBegin, examineSectionsStep } from './layout';
import { bodyWord, readPiece, readWord, readerBegin } from './reader';
import { trustBegin } from './trust';

const STAGE_CONTAINER: u32 = 0;
const STAGE_DIGEST: u32 = 1;
const STAGE_SIGNATURE: u32 = 2;
const STAGE_BODY: u32 = 3;
const STAGE_SECTIONS: u32 = 4;

/** What `ahead` says. */
const AHEAD: u32 = 0x41484541;

/** What `signed` says; many bits, so that none of them alone says it. */
const SIGNED: u32 = 0x5349474e;

/** What a step of a stage takes at most, in cycles of an RP2040, reading flash apart. */
const CONTAINER_CYCLES: u32 = 70000;
const DIGEST_CYCLES: u32 = 48000;
const SECTIONS_CYCLES: u32 = 12000;
const BODY_CYCLES: u32 = 12000;
/** As SECTIONS_CYCLES, with what such a step reads. */
const SECTIONS_STEP_CYCLES: u32 = 48000;

/** Pieces of the digest at most, beside one for each page of the body: the header, what pages leave at their ends, the TLVs. */
const PIECES_AROUND: u32 = 4 + TLV_BYTES_MAX / PAGE_BYTES;
/**
 * Steps of the sections at boot at most, so many things each: some around, some for the list of each phase, compared with what others it
 * could be, and one for the bytes of so many things, though none is smaller than half a word.
 */
const THINGS_A_STEP: u32 = 8;
const STEPS_AROUND: u32 = 64 + (1 << PHASE_STEPS_MAX);
const BODY_BYTES_A_STEP: u32 = 2 * THINGS_A_STEP;

/** Begins with the image in `slot`, which is not verified until the end. */
export function examineBegin(image: Examination, slot: u32): void {
  aheadEnd(image);
  image.stage = STAGE_CONTAINER;
  image.signed = 0;
  image.wasVerified = edition(slot).verified;
  edition(slot).verified = 0;
  readerBegin(image, slot);
}

/**
 * Begins to digest an image that is to come into `slot`, page by page as it is programmed, so that less is left to do when it is there.
 * Any other examination ends that: then all of it is digested at its end.
 */
export function aheadBegin(image: Examination, slot: u32): void {
  readerBegin(image, slot);
  image.ahead = AHEAD;
  image.aheadAt = 0;
  image.crc = CRC_START;
  shaBegin();
}

/** One bounded step: digests a page more of what is programmed so far; gives whether there was one. */
export function aheadStep(image: Examination, slot: u32, programmed: u32): bool {
  if (image.ahead != AHEAD || image.slot != slot || programmed < IMAGE_HEADER_BYTES) return false;
  const at = image.aheadAt;
  const bodyEnd = IMAGE_HEADER_BYTES + readWord(image, IMAGE_HEADER_AT_BODY_BYTES);
  const next = at < IMAGE_HEADER_BYTES ? IMAGE_HEADER_BYTES : min(at + PAGE_BYTES, bodyEnd);
  if (next <= at || next > programmed) return false;
  spend(DIGEST_CYCLES);
  image.aheadAt = at + digestPiece(image, at, SCRATCH_LOCATION, next - at, bodyEnd);
  if (image.readFailed) image.ahead = 0;
  return true;
}

/** Ends what aheadBegin began, for who digests something else: all of that image is digested when it is there. */
export function aheadEnd(image: Examination): void {
  image.ahead = 0;
  image.aheadAt = 0;
}

/** Begins the examination of the image that came, and goes on where its digest is. */
export function examineCame(image: Examination, slot: u32): void {
  const at = image.ahead == AHEAD && image.slot == slot ? image.aheadAt : 0;
  examineBegin(image, slot);
  image.aheadAt = at;
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
    default: result = stepSections(image); break;
  }
  if (result == DONE) known.verified = VERIFIED;
  return result;
}

/** Leaves the signature of what is examined out, where nothing is written or run because of it. To be called after examineBegin. */
export function leaveSignatureOut(image: Examination): void {
  image.signed = SIGNED;
}

/** Whether all is right that is not of the body, which comes next: what depends on this device now is to be judged here, before it. */
export function examineIsAtBody(image: Examination): bool {
  return image.stage == STAGE_BODY;
}

/**
 * The whole examination at once, for boot, without the signature: the body stands in the arena afterwards. Its steps are counted, so that
 * no image makes it longer than its bytes allow. Gives DONE or the refusal.
 */
export function examineIntoArena(image: Examination, slot: u32): u32 {
  examineBegin(image, slot);
  leaveSignatureOut(image);
  image.keeps = true;
  const known = edition(slot);
  let result = stepContainer(image, known);
  const bytes = min(known.bodyBytes, slotCapacity(slot));
  for (let left = PIECES_AROUND + bytes / PAGE_BYTES; result == MORE && left > 0; left--) {
    result = digestPage(image, known);
  }
  // What is not digested to its end goes no further.
  if (result == MORE) return TOO_LARGE;
  if (result == DONE) result = digestEnd(image, known);
  if (result == MORE) result = stepBody(image, known);
  for (let left = STEPS_AROUND + bytes / BODY_BYTES_A_STEP; result == MORE && left > 0; left--) {
    result = examineSectionsStep(image, THINGS_A_STEP);
  }
  result = ifSigned(image, result);
  if (result == DONE) known.verified = VERIFIED;
  return result == MORE ? TOO_LARGE : result;
}

/** Reads no more than the container of the image in `slot`: what stands there by what it says, CLAIMED if it could be taken. */
export function examineClaim(image: Examination, slot: u32): void {
  const known = edition(slot);
  readerBegin(image, slot);
  const isWhole = examineContainer(image, known) == DONE && identityRefusal(image) == DONE;
  if (isWhole) known.verified = CLAIMED;
  else forgetEdition(slot);
}

function stepContainer(image: Examination, known: Edition): u32 {
  spend(CONTAINER_CYCLES);
  const refusal = examineContainer(image, known);
  if (refusal != DONE) return refusal;
  image.stage = STAGE_DIGEST;
  image.at = image.aheadAt;
  if (image.at > 0 && image.at <= IMAGE_HEADER_BYTES + known.bodyBytes) return MORE;
  image.at = 0;
  image.crc = CRC_START;
  shaBegin();
  return MORE;
}

function stepDigest(image: Examination, known: Edition): u32 {
  const result = digestPage(image, known);
  return result == DONE ? digestEnd(image, known) : result;
}

/**
 * Digests the header, or a page of what follows: the body, a part of it to be kept, comes in pieces of its own. Gives MORE, DONE when all
 * is digested, or the refusal.
 */
function digestPage(image: Examination, known: Edition): u32 {
  spend(DIGEST_CYCLES);
  const protectedBytes = readWord(image, IMAGE_HEADER_AT_HEADER_BYTES) >>> 16;
  const bodyEnd = IMAGE_HEADER_BYTES + known.bodyBytes;
  const keptEnd = image.keeps ? IMAGE_HEADER_BYTES + min(known.bodyBytes, ARENA_BYTES) : 0;
  const end = bodyEnd + protectedBytes;
  const at = image.at;
  const pieceEnd = at < IMAGE_HEADER_BYTES ? IMAGE_HEADER_BYTES : at < keptEnd ? keptEnd : at < bodyEnd ? bodyEnd : end;
  const isKept = at >= IMAGE_HEADER_BYTES && at < keptEnd;
  const location = isKept ? ARENA_LOCATION + ((at - IMAGE_HEADER_BYTES) & (ARENA_BYTES - PAGE_BYTES)) : SCRATCH_LOCATION;
  image.at = at + digestPiece(image, at, location, pieceEnd - at, bodyEnd);
  if (image.readFailed) return FLASH_FAILED;
  return image.at < end ? MORE : DONE;
}

/** The digest against what the image says; then whose it is, and its signature, if it is to be judged. Gives MORE or the refusal. */
function digestEnd(image: Examination, known: Edition): u32 {
  shaEnd(SCRATCH_LOCATION);
  if (!sameHash(SCRATCH_LOCATION, hashLocation(known))) return DIGEST_MISMATCH;
  const refusal = identityRefusal(image);
  if (refusal != DONE) return refusal;
  const trust = image.signed == SIGNED ? DONE : trustBegin(image, known);
  if (trust == DONE) return signatureIsJudged(image);
  image.stage = STAGE_SIGNATURE;
  return trust;
}

/** Reads at most `bytes` and a page at `at` to `location`, and adds them to digest and checksum; gives how many. */
function digestPiece(image: Examination, at: u32, location: usize, bytes: u32, bodyEnd: u32): u32 {
  const piece = readPiece(image, at, location, min(bytes, PAGE_BYTES));
  shaUpdate(location, piece);
  if (at >= IMAGE_HEADER_BYTES && at < bodyEnd) addToChecksum(image, at - IMAGE_HEADER_BYTES, location, piece);
  return piece;
}

/** Adds what a piece of the body has of the resident bytes to their checksum; the first piece says how many these are. */
function addToChecksum(image: Examination, from: u32, location: usize, bytes: u32): void {
  if (from == 0) image.residentBytes = load<u32>(location, BODY_HEADER_AT_RESIDENT_BYTES);
  const end = min(max(from, image.residentBytes & ~3) - from, bytes);
  let crc = image.crc;
  for (let at = (max(from, BODY_CHECKED_FROM) - from) & ~3; at < end; at += 4) crc = crcWord(crc, load<u32>(location + at));
  image.crc = crc;
}

function stepSignature(image: Examination): u32 {
  const result = verifyStep();
  return result == DONE ? signatureIsJudged(image) : result;
}

/** To be called only where it is. */
function signatureIsJudged(image: Examination): u32 {
  image.signed = SIGNED;
  image.stage = STAGE_BODY;
  return MORE;
}

/** Header and section table of the body, and the checksum that was added up with the digest. */
function stepBody(image: Examination, known: Edition): u32 {
  spend(BODY_CYCLES);
  if (image.keeps) image.keptBytes = min(known.bodyBytes, ARENA_BYTES);
  const refusal = examineBody(image, known);
  if (refusal != DONE) return refusal;
  if (~image.crc != bodyWord(image, BODY_HEADER_AT_CHECKSUM)) return image.readFailed ? FLASH_FAILED : BODY_CHECKSUM;
  image.stage = STAGE_SECTIONS;
  examineSectionsBegin(image);
  return MORE;
}

function stepSections(image: Examination): u32 {
  spend(SECTIONS_CYCLES);
  const result = examineSectionsStep(image, CELLS_A_STEP);
  nextTakes(SECTIONS_STEP_CYCLES);
  return ifSigned(image, result);
}

/** Whatever brought an examination to its end, it ends well only where the signature was judged. */
function ifSigned(image: Examination, result: u32): u32 {
  return result == DONE && image.signed != SIGNED ? SIGNATURE_MISSING : result;
}

if (!(HASH_BYTES <= PAGE_BYTES)) ERROR('the digest is written where the page was');
if (!(BODY_HEADER_BYTES <= PAGE_BYTES)) ERROR('the first piece of a body does not hold its header');
