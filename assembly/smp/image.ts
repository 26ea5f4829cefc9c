/** Group 1: what is in the slots, uploads, test, confirm, erase. Everything that writes passes the lease first. */
import {
  CONTAINER_HEADER, CONTAINER_LENGTH, DONE, EPOCH_STALE, IMAGE_HEADER_AT_BODY_BYTES, IMAGE_HEADER_AT_FLAGS, IMAGE_HEADER_AT_HEADER_BYTES,
  IMAGE_HEADER_AT_LOAD_ADDRESS, IMAGE_HEADER_AT_PAD, IMAGE_HEADER_AT_PROTECTED_BYTES, IMAGE_HEADER_AT_VERSION_BUILD,
  IMAGE_HEADER_AT_VERSION_MAJOR, TLV_AREA_HEAD_BYTES, TLV_BYTES_MAX, TLV_MISSING, GROUP_IMAGE, HASH_BYTES, IMAGE_ERASE,
  IMAGE_ERROR_FLASH_OPEN_FAILED, IMAGE_ERROR_HASH_NOT_FOUND, IMAGE_ERROR_INVALID_HASH, IMAGE_ERROR_INVALID_IMAGE_DATA_OVERRUN,
  IMAGE_ERROR_INVALID_IMAGE_HEADER, IMAGE_ERROR_INVALID_IMAGE_HEADER_MAGIC, IMAGE_ERROR_INVALID_IMAGE_TOO_LARGE, IMAGE_ERROR_INVALID_LENGTH,
  IMAGE_ERROR_INVALID_OFFSET, IMAGE_ERROR_INVALID_SLOT, IMAGE_ERROR_NO_FREE_SLOT, IMAGE_HEADER_BYTES, IMAGE_MAGIC, IMAGE_SLOT_INFO,
  IMAGE_STATE, IMAGE_UPLOAD, KEY_ACTIVE, KEY_BOOTABLE, KEY_CONFIRMED, KEY_CONFIRMED_REST, KEY_HASH, KEY_IMAGE, KEY_IMAGES, KEY_OFF,
  KEY_PENDING, KEY_PERMANENT, KEY_PERMANENT_REST, KEY_SIZE, KEY_SLOT, KEY_SLOTS, KEY_SPLIT_STATUS, KEY_SPLIT_STATUS_REST,
  KEY_UPLOAD_IMAGE_ID, KEY_UPLOAD_IMAGE_ID_REST, KEY_VERSION, NOTHING_ON_TRIAL, NOT_ALLOWED_ON_TRIAL, NO_SLOT, OP_READ, OP_WRITE, PENDING,
  RC_INVALID, RC_NOT_SUPPORTED, SLOTS, STAGE_ARMED, STAGE_NONE, STAGE_PENDING, STAGE_TRIAL, TOO_FEW_CHECKS, TRIAL_OVERDUE,
} from '../format';
import { slotCapacity } from '../admit/container';
import { edition, hashLocation, isVerified, sameHash } from '../admit/edition';
import { isDevelopment } from '../burned';
import { loadHalf, loadWord } from '../bytes';
import { epochIsStale } from '../slots/accept';
import { loadedSlot } from '../slots/arena';
import { candidateHash, candidateSlot, candidateStage, confirmedSlot, markedIsOurs, spareSlot } from '../slots/state';
import { lastToken } from '../slots/tokens';
import {
  slotCameBy, slotHolds, uploadBegin, uploadBytes, uploadCameBy, uploadData, uploadExamine, uploadHolds, uploadIs,
  uploadIsJudged, uploadIsVerified, uploadReceived,
} from '../slots/upload';
import { beginAcceptJob, beginConfirmJob, beginEraseJob, beginJudgeJob, beginTestJob, beginUploadJob } from '../window/job';
import { onTrial, trialHasEnoughChecks, trialIsOverdue } from '../window/trial';
import {
  FIELD_CONFIRM, FIELD_DATA, FIELD_HASH, FIELD_IMAGE, FIELD_LEN, FIELD_OFF, FIELD_SHA, FIELD_SLOT, TYPE_ABSENT, TYPE_BYTES, TYPE_NULL,
  TYPE_TRUE, TYPE_UNSIGNED, fieldIsOptional, fieldIsOptionalFlag, fieldLength, fieldNumber, fieldPlace, fieldType, fieldValue,
} from './fields';
import { passLease } from './lease';
import {
  beginArray, beginBytes, beginMap, beginText, endNested, writeFlag, writeLongFlag, writeLongUnsigned, writeShort, writeUnsigned,
} from './reply';
import {
  ANSWER_EMPTY, ANSWER_LIST, ANSWER_OFFSET, ANSWER_SLOTS, END_MORE, END_REPLY, GENERIC, fail, refuse, reply, requestId, requestOp, startJob,
} from './request';
import { hashAt, setHash, setWord, word } from './snapshot';
import { versionMake, versionText, versionTextBytes } from './version';


export function handleImage(): u32 {
  const id = requestId();
  const isRead = requestOp() == OP_READ;
  if (id == IMAGE_STATE && isRead) return list();
  if (id == IMAGE_SLOT_INFO && isRead) return slotInfo();
  if (isRead || requestOp() != OP_WRITE) return fail(GENERIC, RC_NOT_SUPPORTED);
  if (id != IMAGE_STATE && id != IMAGE_UPLOAD && id != IMAGE_ERASE) return fail(GENERIC, RC_NOT_SUPPORTED);
  const end = passLease();
  if (end != END_REPLY) return end;
  if (id == IMAGE_STATE) return changeState();
  return id == IMAGE_UPLOAD ? upload() : erase();
}

// List

/** Words of the snapshot for slot A; those for slot B follow. */
const LIST_VERIFIED: u32 = 0;
const LIST_EPOCH: u32 = 1;
const LIST_PENDING: u32 = 2;
const LIST_CONFIRMED: u32 = 3;
const LIST_ACTIVE: u32 = 4;
const LIST_BOOTABLE: u32 = 5;
const LIST_WORDS: u32 = 8;
/** Steps in which the entry of one slot is written. */
const LIST_STEPS: u32 = 10;

/** Also what is answered when a job that changes the state is done. */
export function list(): u32 {
  listSlot(0);
  listSlot(1);
  return reply(ANSWER_LIST);
}

/**
 * Whether it was taken for its signature: what a window finds in the other slot after a reset is examined without, and may have been cut
 * before it was refused.
 */
function isTrusted(slot: u32): bool {
  return slot == confirmedSlot() || slot == candidateSlot() || isDevelopment() || uploadIsJudged();
}

function listSlot(slot: u32): void {
  const known = edition(slot);
  const at = slot * LIST_WORDS;
  setWord(at + LIST_VERIFIED, known.verified);
  setWord(at + LIST_BOOTABLE, u32(isVerified(known) && isTrusted(slot)));
  setWord(at + LIST_EPOCH, known.epoch);
  setWord(at + LIST_PENDING, u32(slot == candidateSlot() && isWaiting()));
  setWord(at + LIST_CONFIRMED, u32(slot == confirmedSlot()));
  setWord(at + LIST_ACTIVE, u32(slot == loadedSlot()));
  setHash(slot, hashLocation(known));
}

export function writeList(step: u32): u32 {
  if (step == 0) beginArray(KEY_IMAGES);
  else if (step <= LIST_STEPS) writeListed(0, step - 1);
  else if (step <= 2 * LIST_STEPS) writeListed(1, step - 1 - LIST_STEPS);
  else {
    endNested();
    writeLongUnsigned(KEY_SPLIT_STATUS, KEY_SPLIT_STATUS_REST, 0);
    return END_REPLY;
  }
  return END_MORE;
}

/**
 * A slot without an edition, or with a refused one, has no entry. One that was not examined since the reset, its signature too, is not
 * said to be bootable.
 */
function writeListed(slot: u32, step: u32): void {
  const at = slot * LIST_WORDS;
  if (word(at + LIST_VERIFIED) == 0) return;
  switch (step) {
    case 0:
      beginMap();
      writeUnsigned(KEY_SLOT, slot);
      break;
    case 1: beginText(KEY_VERSION, versionMake(word(at + LIST_EPOCH))); break;
    case 2: writeShort(versionText(), versionTextBytes()); break;
    case 3: beginBytes(KEY_HASH, HASH_BYTES); break;
    case 4: writeShort(hashAt(slot), HASH_BYTES); break;
    case 5: writeFlag(KEY_BOOTABLE, word(at + LIST_BOOTABLE) != 0); break;
    case 6: writeFlag(KEY_PENDING, word(at + LIST_PENDING) != 0); break;
    case 7: writeLongFlag(KEY_CONFIRMED, KEY_CONFIRMED_REST, word(at + LIST_CONFIRMED) != 0); break;
    case 8: writeFlag(KEY_ACTIVE, word(at + LIST_ACTIVE) != 0); break;
    default:
      writeLongFlag(KEY_PERMANENT, KEY_PERMANENT_REST, false);
      endNested();
  }
}

// State

/** `{hash}` marks as pending, `{confirm: true}` confirms what is on trial. */
function changeState(): u32 {
  if (!fieldIsOptionalFlag(FIELD_CONFIRM)) return fail(GENERIC, RC_INVALID);
  const confirm = fieldType(FIELD_CONFIRM) == TYPE_TRUE;
  const hashType = fieldType(FIELD_HASH);
  const named = hashType != TYPE_ABSENT && hashType != TYPE_NULL;
  if (named && hashType != TYPE_BYTES) return fail(GENERIC, RC_INVALID);
  if (named && fieldLength(FIELD_HASH) != HASH_BYTES) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_HASH);
  if (!named && !confirm) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_HASH);
  return confirm ? confirmEdition(named) : testEdition();
}

function confirmEdition(named: bool): u32 {
  const wanted = fieldPlace(FIELD_HASH);
  if (named && isConfirmed(wanted)) return list();
  if (!named && candidateStage() == STAGE_NONE && confirmedSlot() < SLOTS) return list();
  if (!onTrial() || (named && !sameHash(wanted, candidateHash()))) {
    return named && !isKnown(wanted) ? fail(GROUP_IMAGE, IMAGE_ERROR_HASH_NOT_FOUND) : refuse(NOTHING_ON_TRIAL);
  }
  if (trialIsOverdue()) return refuse(TRIAL_OVERDUE);
  if (!trialHasEnoughChecks()) return refuse(TOO_FEW_CHECKS);
  beginConfirmJob();
  return startJob(ANSWER_LIST);
}

function testEdition(): u32 {
  const wanted = fieldPlace(FIELD_HASH);
  if (isConfirmed(wanted)) return list();
  const spare = spareSlot();
  if (!isInSlot(wanted, spare) || !uploadIsVerified()) return fail(GROUP_IMAGE, IMAGE_ERROR_HASH_NOT_FOUND);
  if (candidateStage() == STAGE_TRIAL) return refuse(NOT_ALLOWED_ON_TRIAL);
  if (candidateStage() == STAGE_ARMED || markedIsOurs()) return list();
  beginTestJob(spare);
  return startJob(ANSWER_LIST);
}

function isInSlot(hash: usize, slot: u32): bool {
  const known = edition(slot);
  return isVerified(known) && sameHash(hash, hashLocation(known));
}

function isKnown(hash: usize): bool {
  return isInSlot(hash, 0) || isInSlot(hash, 1);
}

function isConfirmed(hash: usize): bool {
  return confirmedSlot() < SLOTS && isInSlot(hash, confirmedSlot());
}

// Upload

/** Word of the snapshot. */
const OFFSET: u32 = 0;

// How far the upload is that the client began with offset 0, in this window; a refusal ends it.
const UPLOAD_NONE: u32 = 0;
const UPLOAD_GOES_ON: u32 = 1;
const UPLOAD_ENDED: u32 = 2;

const HELD_UNKNOWN: u32 = 0;
const HELD_NO: u32 = 1;
const HELD_YES: u32 = 2;

let held: u32 = HELD_UNKNOWN;
let conversation: u32 = UPLOAD_NONE;
/** The token of its window: in another one it is over, whoever begins there and is refused. */
let conversationToken: u32 = 0;

function converse(how: u32): void {
  conversation = how;
  conversationToken = lastToken();
}

function conversationIs(how: u32): bool {
  return conversation == how && conversationToken == lastToken();
}

function upload(): u32 {
  if (fieldType(FIELD_OFF) != TYPE_UNSIGNED) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_OFFSET);
  held = HELD_UNKNOWN;
  const begins = fieldValue(FIELD_OFF) == 0;
  const isAgain = begins && isFirstPieceAgain();
  if (begins) converse(UPLOAD_NONE);
  if (!fieldIsOptional(FIELD_IMAGE, TYPE_UNSIGNED) || !fieldIsOptional(FIELD_SHA, TYPE_BYTES)) return fail(GENERIC, RC_INVALID);
  if (fieldNumber(FIELD_IMAGE, 0) != 0) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_SLOT);
  if (!fieldIsOptional(FIELD_DATA, TYPE_BYTES)) return fail(GENERIC, RC_INVALID);
  if (begins) return beginUpload(isAgain);
  if (fieldType(FIELD_DATA) != TYPE_BYTES) return fail(GENERIC, RC_INVALID);
  if (isLastPiece()) return answerOffset(uploadReceived());
  // Whoever did not begin an upload is told to: an offset of another's is none for them.
  if (!conversationIs(UPLOAD_GOES_ON)) return answerOffset(0);
  return fieldValue(FIELD_OFF) == uploadReceived() ? takeData() : answerOffset(uploadReceived());
}

function answerOffset(offset: u32): u32 {
  setWord(OFFSET, offset);
  return reply(ANSWER_OFFSET);
}

/** What is answered when the job of an upload is done. */
export function uploadOffset(): u32 {
  const received = uploadReceived();
  converse(received == uploadBytes() ? UPLOAD_ENDED : UPLOAD_GOES_ON);
  return answerOffset(received);
}

function beginPieceJob(data: usize, bytes: u32): u32 {
  uploadData(data, bytes);
  beginUploadJob();
  return startJob(ANSWER_OFFSET);
}

/** Whether the piece at hand is the one with which the upload ended: the answer to it was lost. */
function isLastPiece(): bool {
  if (!conversationIs(UPLOAD_ENDED) || fieldType(FIELD_DATA) != TYPE_BYTES) return false;
  const bytes = fieldLength(FIELD_DATA);
  const offset = fieldValue(FIELD_OFF);
  if (offset >= uploadBytes() || bytes != uploadBytes() - offset) return false;
  return slotHolds(spareSlot(), offset, fieldPlace(FIELD_DATA), bytes);
}

export function writeOffset(): u32 {
  writeUnsigned(KEY_OFF, word(OFFSET));
  return END_REPLY;
}

/** The bytes at the offset that is due. Without an upload none is due, and 0 never comes here; when all are there, none is. */
function takeData(): u32 {
  if (uploadReceived() == uploadBytes()) return answerOffset(uploadReceived());
  const busy = refusalWhileCandidate();
  if (busy != DONE) return refuse(busy);
  if (fieldLength(FIELD_DATA) > uploadBytes() - uploadReceived()) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_IMAGE_DATA_OVERRUN);
  return beginPieceJob(fieldPlace(FIELD_DATA), fieldLength(FIELD_DATA));
}

/**
 * The first piece, unless its answer was lost and it comes again. In this order: the running or waiting edition again; whether it is an
 * image that could be taken; whether there is an edition to run, for otherwise any epoch may come; its epoch; an unfinished upload of it.
 */
function beginUpload(isAgain: bool): u32 {
  if (fieldType(FIELD_LEN) != TYPE_UNSIGNED) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_LENGTH);
  const bytes = fieldValue(FIELD_LEN);
  const dataBytes = fieldType(FIELD_DATA) == TYPE_BYTES ? fieldLength(FIELD_DATA) : 0;
  const data = fieldPlace(FIELD_DATA);
  if (dataBytes < IMAGE_HEADER_BYTES) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_IMAGE_HEADER);
  if (loadWord(data) != IMAGE_MAGIC) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_IMAGE_HEADER_MAGIC);
  if (bytes > slotCapacity(spareSlot())) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_IMAGE_TOO_LARGE);
  if (dataBytes > bytes) return fail(GROUP_IMAGE, IMAGE_ERROR_INVALID_IMAGE_DATA_OVERRUN);
  if (isAgain) return uploadOffset();
  const session = sessionLocation();
  if (session != 0 && isRunning(session, bytes, data, dataBytes)) return answerOffset(bytes);
  const isThere = session != 0 && isInSpare(session, bytes, data, dataBytes);
  if (isThere && !waitsUnjudged()) return candidateStage() == STAGE_NONE ? beginThereJob() : answerOffset(bytes);
  const form = firstPieceRefusal(data, bytes);
  if (form != DONE) return refuse(form);
  // What waits is in the way of no other once it was found to pass no more: then this piece is to come again, and begins an upload.
  if (waitsUnjudged()) return judgeWaiting(isThere ? DONE : PENDING, NO_SLOT, ANSWER_OFFSET);
  const busy = refusalWhileCandidate();
  if (busy != DONE) return refuse(busy);
  const epoch = loadWord(data + IMAGE_HEADER_AT_VERSION_BUILD);
  if (epochIsStale(epoch)) return refuse(EPOCH_STALE);
  if (session != 0 && uploadIs(bytes, session) && pieceIsHeld(data, dataBytes)) return resumeUpload(data, dataBytes);
  uploadBegin(bytes, session);
  return beginPieceJob(data, dataBytes);
}

/** Whether the first piece of the upload that goes on, or was all of it, comes again: under its session, or without one as before. */
function isFirstPieceAgain(): bool {
  if (fieldNumber(FIELD_LEN, 0) != uploadBytes() || fieldType(FIELD_DATA) != TYPE_BYTES) return false;
  if (conversationIs(UPLOAD_ENDED)) return isLastPiece();
  if (!conversationIs(UPLOAD_GOES_ON) || fieldLength(FIELD_DATA) > uploadReceived()) return false;
  if (!uploadCameBy(sessionLocation())) return false;
  return pieceIsHeld(fieldPlace(FIELD_DATA), fieldLength(FIELD_DATA));
}

/** Whether the upload at hand begins with the first piece that came: read back once for a request, since that takes long. */
function pieceIsHeld(data: usize, bytes: u32): bool {
  if (held == HELD_UNKNOWN) held = uploadHolds(data, bytes) ? HELD_YES : HELD_NO;
  return held == HELD_YES;
}

/** What the header of an image of `bytes` says that cannot become an edition, whatever follows. */
function firstPieceRefusal(header: usize, bytes: u32): u32 {
  if (loadHalf(header + IMAGE_HEADER_AT_HEADER_BYTES) != IMAGE_HEADER_BYTES) return CONTAINER_HEADER;
  if ((loadWord(header + IMAGE_HEADER_AT_LOAD_ADDRESS) | loadWord(header + IMAGE_HEADER_AT_FLAGS)) != 0) return CONTAINER_HEADER;
  if ((loadWord(header + IMAGE_HEADER_AT_VERSION_MAJOR) | loadWord(header + IMAGE_HEADER_AT_PAD)) != 0) return CONTAINER_HEADER;
  const protectedBytes = loadHalf(header + IMAGE_HEADER_AT_PROTECTED_BYTES);
  if (protectedBytes == 0) return TLV_MISSING;
  const bodyBytes = loadWord(header + IMAGE_HEADER_AT_BODY_BYTES);
  if ((bodyBytes & 3) != 0 || bodyBytes > bytes) return CONTAINER_LENGTH;
  const tlvBytes = bytes - bodyBytes;
  const least = IMAGE_HEADER_BYTES + protectedBytes + TLV_AREA_HEAD_BYTES;
  return tlvBytes < least || tlvBytes > IMAGE_HEADER_BYTES + TLV_BYTES_MAX ? CONTAINER_LENGTH : DONE;
}

/** Whether an edition waits to be activated, asked for or not. */
function isWaiting(): bool {
  return candidateStage() == STAGE_PENDING || candidateStage() == STAGE_ARMED;
}

/** Whether one waits that was not examined since the reset, its signature too: its key may be burned no more, its bits may have changed. */
function waitsUnjudged(): bool {
  return isWaiting() && !uploadIsJudged();
}

function judgeWaiting(ifPasses: u32, erasing: u32, answer: u32): u32 {
  beginJudgeJob(ifPasses, erasing);
  return startJob(answer);
}

/** While an edition is on trial or waits for it, no slot is written. */
function refusalWhileCandidate(): u32 {
  if (candidateStage() == STAGE_TRIAL) return NOT_ALLOWED_ON_TRIAL;
  return isWaiting() ? PENDING : DONE;
}

/** The id of 32 bytes that the client gave the upload; 0 without one. */
function sessionLocation(): usize {
  return fieldType(FIELD_SHA) == TYPE_BYTES && fieldLength(FIELD_SHA) == HASH_BYTES ? fieldPlace(FIELD_SHA) : 0;
}

/**
 * Whether this very edition is the confirmed one. Its hash or the session that brought it says which is meant; the bytes of the first piece
 * say whether it is that one.
 */
function isRunning(session: usize, bytes: u32, data: usize, dataBytes: u32): bool {
  const confirmed = confirmedSlot();
  return confirmed < SLOTS && isInSlotAs(confirmed, session, bytes) && slotHolds(confirmed, 0, data, dataBytes);
}

/** Whether it lies in the spare slot already, taken for its signature too: what waits or is on trial was verified when it was marked. */
function isInSpare(session: usize, bytes: u32, data: usize, dataBytes: u32): bool {
  if (!uploadIsVerified() || !isInSlotAs(spareSlot(), session, bytes) || !pieceIsHeld(data, dataBytes)) return false;
  return uploadIsJudged() || candidateStage() != STAGE_NONE;
}

/** All of it is there, if it may follow the edition that runs; else it is refused without another upload. */
function beginThereJob(): u32 {
  beginAcceptJob(spareSlot());
  return startJob(ANSWER_OFFSET);
}

function isInSlotAs(slot: u32, session: usize, bytes: u32): bool {
  const known = edition(slot);
  if (!isVerified(known) || known.imageBytes != bytes) return false;
  return sameHash(session, hashLocation(known)) || slotCameBy(slot, session);
}

/** A complete upload is examined (again): its last answer may have been lost with the window. One that has nothing yet takes the data. */
function resumeUpload(data: usize, dataBytes: u32): u32 {
  const received = uploadReceived();
  if (received == 0) return beginPieceJob(data, dataBytes);
  if (received < uploadBytes()) {
    converse(UPLOAD_GOES_ON);
    return answerOffset(received);
  }
  uploadExamine();
  beginUploadJob();
  return startJob(ANSWER_OFFSET);
}

// Erase and slots

function erase(): u32 {
  if (!fieldIsOptional(FIELD_SLOT, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const slot = fieldNumber(FIELD_SLOT, spareSlot());
  if (slot >= SLOTS) return fail(GROUP_IMAGE, IMAGE_ERROR_FLASH_OPEN_FAILED);
  if (slot == confirmedSlot() || slot == loadedSlot()) return fail(GROUP_IMAGE, IMAGE_ERROR_NO_FREE_SLOT);
  if (waitsUnjudged()) return judgeWaiting(PENDING, slot, ANSWER_EMPTY);
  const busy = refusalWhileCandidate();
  if (busy != DONE) return refuse(busy);
  beginEraseJob(slot);
  return startJob(ANSWER_EMPTY);
}

const SLOTS_SPARE: u32 = 0;

function slotInfo(): u32 {
  setWord(SLOTS_SPARE, spareSlot());
  return reply(ANSWER_SLOTS);
}

export function writeSlots(step: u32): u32 {
  switch (step) {
    case 0:
      beginArray(KEY_IMAGES);
      beginMap();
      writeUnsigned(KEY_IMAGE, 0);
      beginArray(KEY_SLOTS);
      break;
    case 1: beginSlot(0); break;
    case 2: endSlot(0); break;
    case 3: beginSlot(1); break;
    default:
      endSlot(1);
      endNested();
      endNested();
      endNested();
      return END_REPLY;
  }
  return END_MORE;
}

function beginSlot(slot: u32): void {
  beginMap();
  writeUnsigned(KEY_SLOT, slot);
  writeUnsigned(KEY_SIZE, slotCapacity(slot));
}

function endSlot(slot: u32): void {
  if (slot == word(SLOTS_SPARE)) writeLongUnsigned(KEY_UPLOAD_IMAGE_ID, KEY_UPLOAD_IMAGE_ID_REST, 0);
  endNested();
}
