/**
 * An upload into the spare slot: erased, recorded, programmed page by page, read back, examined.
 *
 *     slot: │ image ………………………… │ free │ upload record │      the record has the last sector for itself
 *
 * After a reset, an upload resumes at the start of the last sector that holds a programmed byte, and erases it and those that follow:
 * whether power tore the last operation cannot be told by reading.
 */
import { copyBytes, fillBytes, sameBytes } from '../bytes';
import {
  CONTAINER_LENGTH, CONTENT_LOCATION, DIGEST_MISMATCH, DONE, FLASH_FAILED, HASH_BYTES, OUTCOME_REFUSED_AT_UPLOAD, PAGE_BYTES,
  PAGE_LOCATION, READ_BACK_LOCATION, RECORD_LOCATION, UPLOAD_MAGIC, UPLOAD_RECORD_AT_CHECKSUM, UPLOAD_RECORD_AT_IMAGE_BYTES,
  UPLOAD_RECORD_AT_SESSION, UPLOAD_RECORD_BYTES,
} from '../format';
import { slotCapacity } from '../admit/container';
import { CLAIMED, edition, forgetEdition, hashLocation, isVerified } from '../admit/edition';
import { examination } from '../admit/examination';
import { aheadBegin, aheadStep, examineAbandon, examineCame } from '../admit/examine';
import { CRC_START, crcOf, crcWord } from '../digest/crc32c';
import { add } from '../digest/sum';
import { erasedByte, flashRead, programBytes, sectorBytes } from '../port';
import { MORE } from '../refusal';
import { spend, waitsForSlice } from '../work';
import { acceptAfterConfirmed, acceptBegin, examineFollower } from './accept';
import { eraseBegin, eraseUnread, isErased as flashIsErased, lookStep, programVerified } from './flash';
import { isForced } from './force';
import { outcomeHasRoom, writeOutcome } from './outcome';
import { spareSlot } from './state';

const STAGE_ERASE: u32 = 0;
const STAGE_RECORD: u32 = 1;
const STAGE_WRITE: u32 = 2;
const STAGE_EXAMINE: u32 = 3;
const STAGE_ACCEPT: u32 = 4;
/** What was erased is looked at: of all, and of one sector of an upload that goes on. */
const STAGE_LOOK: u32 = 5;
const STAGE_LOOK_ONE: u32 = 6;
/** What came was refused, and its record is gone: the first sector is still to go. */
const STAGE_CLEAR: u32 = 7;
/** The same, and the history is still to be told. */
const STAGE_CLEAR_AND_TELL: u32 = 8;
const STAGE_TELL: u32 = 9;

/** What it takes at most to look at a page, in cycles of an RP2040. */
const PAGE_CYCLES: u32 = 24000;

const SESSION: usize = memory.data(32, 4);

let slot: u32 = 0;
/** Whether there is an upload, finished or not. */
let present: bool = false;
let imageBytes: u32 = 0;
let received: u32 = 0;
let stage: u32 = STAGE_WRITE;
let eraseAt: u32 = 0;
// What was done since the reset. All that is still to come was erased: what was erased before it may have been cut, and read as whole.
const ERASED_SINCE: u32 = 1;
/** It was examined, its signature too: what boot finds whole may be unsigned, cut before it was refused. */
const JUDGED_SINCE: u32 = 2;

let sinceReset: u32 = 0;
/** Why an edition was refused when it had come, and its epoch; its hash stands in the place of the session, which is over. */
let refusal: u32 = DONE;
let refusedEpoch: u32 = 0;
let dataAt: usize = 0;
let dataBytes: u32 = 0;

/** Adds how far the upload is to the sum that is over all tasks of a window. */
export function addUpload(sum: u32): u32 {
  const how = stage | (u32(present) << 8) | (sinceReset << 9) | (slot << 12);
  const where = add(add(sum, imageBytes ^ dataBytes), received ^ how);
  return add(add(where, eraseAt ^ refusedEpoch), u32(dataAt) ^ refusal);
}

/** Whether there is an upload into the slot that is spare now. */
function isHere(): bool {
  return present && slot == spareSlot();
}

/** Bytes received so far; 0 without an upload. */
export function uploadReceived(): u32 {
  return isHere() ? received : 0;
}

/** Bytes announced; 0 without an upload. */
export function uploadBytes(): u32 {
  return isHere() ? imageBytes : 0;
}

/** Whether the upload at hand has this session id (32 bytes), or has none where 0 is given. */
export function uploadCameBy(session: usize): bool {
  if (session != 0) return sameBytes(SESSION, session, HASH_BYTES);
  for (let at: usize = 0; at < HASH_BYTES; at += 4) if (load<u32>(SESSION + at) != 0) return false;
  return true;
}

/**
 * Bytes announced of an upload that did not bring a whole image; 0 without one. Until the slot is examined, what its container says tells
 * whether it did.
 */
export function uploadUnfinished(): u32 {
  if (slot != spareSlot()) return 0;
  const known = edition(slot);
  if (present) return uploadIsVerified() ? 0 : imageBytes;
  const isWhole = received == 0 || (known.verified == CLAIMED && known.imageBytes == imageBytes);
  return isWhole ? 0 : imageBytes;
}

/** Whether an upload of this length and session id (32 bytes) is there to be resumed. */
export function uploadIs(bytes: u32, session: usize): bool {
  return isHere() && bytes == imageBytes && uploadCameBy(session);
}

/** Whether what was received of the upload at hand begins with these bytes, as far as both go: in flash, and in the page that fills. */
export function uploadHolds(location: usize, bytes: u32): bool {
  const inPage = received == imageBytes ? 0 : received % programBytes();
  const programmed = received - inPage;
  if (!slotHolds(slot, 0, location, min(bytes, programmed))) return false;
  return bytes <= programmed || sameBytes(PAGE_LOCATION, location + programmed, min(bytes - programmed, inPage));
}

/** Whether a slot holds these bytes from `offset` on. */
export function slotHolds(inSlot: u32, offset: u32, location: usize, bytes: u32): bool {
  let at: u32 = 0;
  while (at < bytes) {
    const piece = min(bytes - at, PAGE_BYTES);
    if (flashRead(inSlot, offset + at, u32(READ_BACK_LOCATION), piece) != 0) return false;
    if (!sameBytes(READ_BACK_LOCATION, location + at, piece)) return false;
    at += piece;
  }
  return true;
}

/** Whether what lies in a slot was uploaded under this session id. */
export function slotCameBy(inSlot: u32, session: usize): bool {
  return readUploadRecord(inSlot) && sameBytes(CONTENT_LOCATION + UPLOAD_RECORD_AT_SESSION, session, HASH_BYTES);
}

/** Whether the upload at hand is complete and was examined. */
export function uploadIsVerified(): bool {
  return isHere() && received == imageBytes && isVerified(edition(slot));
}

/** Whether it is complete and was examined since the reset, its signature too. */
export function uploadIsJudged(): bool {
  return uploadIsVerified() && (sinceReset & JUDGED_SINCE) != 0;
}

/** Begins an upload of `bytes` into the spare slot; `session` is 0 or points at its id of 32 bytes. The data follow with uploadData. */
export function uploadBegin(bytes: u32, session: usize): void {
  slot = spareSlot();
  forgetEdition(slot);
  present = false;
  imageBytes = bytes;
  received = 0;
  if (session != 0) copyBytes(SESSION, session, HASH_BYTES);
  else fillBytes(SESSION, 0, HASH_BYTES);
  stage = STAGE_ERASE;
  eraseAt = 0;
  sinceReset = 0;
}

/** Gives the bytes that come next; they stay where they are until the steps are done. */
export function uploadData(location: usize, bytes: u32): void {
  dataAt = location;
  dataBytes = bytes;
  if (present) stage = STAGE_WRITE;
}

/** Begins to examine an upload that is complete. */
export function uploadExamine(): void {
  sinceReset &= ~JUDGED_SINCE;
  examineCame(examination(), slot);
  stage = STAGE_EXAMINE;
}

/** Forgets the upload, in flash too: no later reset resumes it. If the erase fails, one does, and examines it as any other. */
export function uploadDrop(): void {
  present = false;
  received = 0;
  eraseUnread(spareSlot(), slotCapacity(spareSlot()));
}

/** What an ended window leaves: an upload that was not yet erased for is forgotten, another can be resumed. */
export function uploadAbort(): void {
  dataBytes = 0;
  if (stage == STAGE_EXAMINE) examineAbandon(examination());
}

/** Takes up that the image in the slot is whole: it was examined now, its signature too. */
export function uploadJudged(): void {
  present = true;
  imageBytes = edition(slot).imageBytes;
  received = imageBytes;
  sinceReset |= JUDGED_SINCE;
}

/** Forgets the upload until the next reset; what stands in flash is left to the next upload. */
export function uploadForget(): void {
  present = false;
  received = 0;
}

/**
 * One bounded step: a sector erased, a page programmed, a step of the examination or of telling what it refused. Gives MORE, DONE or the
 * refusal.
 */
export function uploadStep(): u32 {
  if (stage == STAGE_TELL) return stepTell();
  if (stage == STAGE_CLEAR || stage == STAGE_CLEAR_AND_TELL) return stepClear();
  const result = stepOfStage();
  if (result == MORE || result == DONE) return result;
  const isTold = (stage == STAGE_EXAMINE || stage == STAGE_ACCEPT) && isOfAnEdition(result);
  refusal = result;
  refusedEpoch = edition(slot).epoch;
  copyBytes(SESSION, hashLocation(edition(slot)), HASH_BYTES);
  forgetEdition(slot);
  uploadDrop();
  stage = isTold ? STAGE_CLEAR_AND_TELL : STAGE_CLEAR;
  return MORE;
}

/** What is refused is not examined again after a reset: nothing is left that looks like an image. */
function stepClear(): u32 {
  eraseUnread(slot, 0);
  if (stage == STAGE_CLEAR) return refusal;
  stage = STAGE_TELL;
  return MORE;
}

/** Whether it was an edition that was refused: whole, and with the digest that it names. */
function isOfAnEdition(why: u32): bool {
  return why > DIGEST_MISMATCH && why != FLASH_FAILED;
}

function stepTell(): u32 {
  if (!outcomeHasRoom() || waitsForSlice()) return MORE;
  const result = writeOutcome(OUTCOME_REFUSED_AT_UPLOAD, refusal, refusedEpoch, SESSION);
  return result == MORE ? MORE : refusal;
}

function stepOfStage(): u32 {
  switch (stage) {
    case STAGE_ERASE: return stepErase();
    case STAGE_LOOK: return stepLook();
    case STAGE_LOOK_ONE: return stepLookOne();
    case STAGE_RECORD: return stepRecord();
    case STAGE_WRITE: return stepWrite();
    case STAGE_EXAMINE: return stepExamine();
    default: return stepAccept();
  }
}

/** The record's sector first, so that an interrupted erase leaves nothing to resume; then the image's. */
function stepErase(): u32 {
  const result = eraseBegin(slot, erasePlace());
  if (result != DONE) return result;
  stage = STAGE_LOOK;
  return MORE;
}

function erasePlace(): u32 {
  return eraseAt == 0 ? slotCapacity(slot) : eraseAt - sectorBytes(slot);
}

function stepLook(): u32 {
  const result = lookStep(slot, erasePlace());
  if (result != DONE) return result;
  eraseAt += sectorBytes(slot);
  stage = eraseAt - sectorBytes(slot) >= imageBytes ? STAGE_RECORD : STAGE_ERASE;
  return MORE;
}

/** An upload that goes on after a reset: the sector that comes next. */
function stepLookOne(): u32 {
  const result = lookStep(slot, received);
  if (result != DONE) return result;
  eraseAt = received + sectorBytes(slot);
  stage = STAGE_WRITE;
  return MORE;
}

function stepRecord(): u32 {
  fillBytes(RECORD_LOCATION, u8(erasedByte()), PAGE_BYTES);
  fillBytes(RECORD_LOCATION, 0, UPLOAD_RECORD_BYTES);
  store<u32>(RECORD_LOCATION, UPLOAD_MAGIC);
  store<u32>(RECORD_LOCATION, imageBytes, UPLOAD_RECORD_AT_IMAGE_BYTES);
  copyBytes(RECORD_LOCATION + UPLOAD_RECORD_AT_SESSION, SESSION, HASH_BYTES);
  store<u32>(RECORD_LOCATION + UPLOAD_RECORD_AT_CHECKSUM, crcOf(RECORD_LOCATION, u32(UPLOAD_RECORD_AT_CHECKSUM)));
  const unit = programBytes();
  const bytes = ((UPLOAD_RECORD_BYTES + unit - 1) / unit) * unit;
  const result = programVerified(slot, slotCapacity(slot), RECORD_LOCATION, bytes);
  if (result != DONE) return result;
  present = true;
  sinceReset |= ERASED_SINCE;
  aheadBegin(examination(), slot);
  stage = STAGE_WRITE;
  return MORE;
}

/**
 * Programs what was received, whole units at once up to the end of a page; what fills no unit waits at the start of PAGE for more, and is
 * padded when the image ends. What is programmed is digested first. Without bytes there is nothing to do.
 */
function stepWrite(): u32 {
  if (dataBytes == 0 || received >= imageBytes) return DONE;
  const unit = programBytes();
  const waiting = received % unit;
  const at = received - waiting;
  if (aheadStep(examination(), slot, at)) return MORE;
  if ((sinceReset & ERASED_SINCE) == 0 && received % sectorBytes(slot) == 0 && eraseAt != received + sectorBytes(slot)) {
    stage = STAGE_LOOK_ONE;
    const erased = eraseBegin(slot, received);
    return erased == DONE ? MORE : erased;
  }
  const piece = min(dataBytes, PAGE_BYTES - (received % PAGE_BYTES));
  copyBytes(PAGE_LOCATION + waiting, dataAt, piece);
  dataAt += piece;
  dataBytes -= piece;
  received += piece;
  const imageEnds = received == imageBytes;
  const result = programPage(at, waiting + piece, imageEnds);
  if (result != DONE) return result;
  if (imageEnds) {
    uploadExamine();
    return MORE;
  }
  return dataBytes > 0 ? MORE : DONE;
}

/** Programs the first `filled` bytes of PAGE at `at`: whole units, and with `padded` the rest too. What is left moves to its start. */
function programPage(at: u32, filled: u32, padded: bool): u32 {
  const rest = filled % programBytes();
  let bytes = filled - rest;
  if (padded && rest > 0) {
    fillBytes(PAGE_LOCATION + filled, u8(erasedByte()), programBytes() - rest);
    bytes += programBytes();
  }
  if (bytes == 0) return DONE;
  const result = programVerified(slot, at, PAGE_LOCATION, bytes);
  copyBytes(PAGE_LOCATION, PAGE_LOCATION + bytes, rest);
  return result;
}

/** The last answer is given only after the image was read back, examined, and could follow the edition that runs. */
function stepExamine(): u32 {
  const result = examineFollower(examination());
  if (result != DONE) return result;
  if (edition(slot).imageBytes != imageBytes) return CONTAINER_LENGTH;
  stage = STAGE_ACCEPT;
  uploadJudged();
  acceptBegin();
  return MORE;
}

/** Whether it could follow is read in flash. */
function stepAccept(): u32 {
  return acceptAfterConfirmed(edition(slot), isForced(hashLocation(edition(slot))));
}

/**
 * After a reset: takes up the upload that the record in the spare slot tells of. Gives DONE, or MORE when it is no more than announced,
 * and findUploadStep has to find where it stood, once the image was examined.
 */
export function findUpload(): u32 {
  slot = spareSlot();
  present = false;
  sinceReset = 0;
  eraseAt = 0;
  received = 0;
  if (!readUploadRecord(slot)) return DONE;
  imageBytes = load<u32>(CONTENT_LOCATION, UPLOAD_RECORD_AT_IMAGE_BYTES);
  if (imageBytes == 0 || imageBytes > slotCapacity(slot)) return DONE;
  copyBytes(SESSION, CONTENT_LOCATION + UPLOAD_RECORD_AT_SESSION, HASH_BYTES);
  received = imageBytes;
  present = isVerified(edition(slot));
  return present ? DONE : MORE;
}

/** Looks at a page, the last one first, for what was programmed: the upload stood in that sector. Gives MORE or DONE. */
export function findUploadStep(): u32 {
  if (present || received == 0) return DONE;
  spend(PAGE_CYCLES);
  const page = (received - 1) - ((received - 1) % PAGE_BYTES);
  const empty = flashIsErased(slot, page, PAGE_BYTES);
  received = empty ? page : page - (page % sectorBytes(slot));
  present = !empty || page == 0;
  return present ? DONE : MORE;
}

/** Whether a slot has an upload record; it is then at CONTENT_LOCATION. */
function readUploadRecord(ofSlot: u32): bool {
  if (flashRead(ofSlot, slotCapacity(ofSlot), u32(CONTENT_LOCATION), UPLOAD_RECORD_BYTES) != 0) return false;
  let crc = CRC_START;
  for (let at: u32 = 0; at < u32(UPLOAD_RECORD_AT_CHECKSUM); at += 4) crc = crcWord(crc, load<u32>(CONTENT_LOCATION + at));
  return load<u32>(CONTENT_LOCATION) == UPLOAD_MAGIC && ~crc == load<u32>(CONTENT_LOCATION + UPLOAD_RECORD_AT_CHECKSUM);
}
