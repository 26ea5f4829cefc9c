/** Group 1: what is in the slots, uploads, test, confirm, erase. Everything that writes passes the lease first. */
import { acceptAfterConfirmed } from '../admit/accept';
import { IMAGE_MAGIC, slotCapacity } from '../admit/container';
import { edition, forgetEdition, hashLocation, sameHash } from '../admit/edition';
import {
  DONE, NOTHING_ON_TRIAL, NOT_ALLOWED_ON_TRIAL, NO_SUCH_HASH, PENDING, TOO_FEW_CHECKS, TRIAL_OVERDUE,
} from '../admit/refusal';
import { loadWord } from '../bytes';
import { CONTAINER_HEADER_BYTES, HASH_BYTES } from '../limits';
import { loadedSlot } from '../slots/arena';
import { STAGE_NONE, STAGE_PENDING, STAGE_TRIAL, candidateHash, candidateSlot, candidateStage, confirmedSlot, spareSlot } from '../slots/state';
import {
  uploadBegin, uploadBytes, uploadData, uploadDrop, uploadExamine, uploadIs, uploadReceived,
} from '../slots/upload';
import { confirmNow } from '../window/activation';
import { beginEraseJob, beginTestJob, beginUploadJob } from '../window/job';
import { onTrial, trialHasEnoughChecks, trialIsOverdue } from '../window/trial';
import {
  TYPE_ABSENT, TYPE_BYTES, TYPE_NULL, TYPE_TRUE, TYPE_UNSIGNED, fieldIsOptional, fieldIsOptionalFlag, fieldLength, fieldNumber,
  fieldType, fieldValue,
} from './fields';
import {
  KEY_ACTIVE, KEY_BOOTABLE, KEY_CONFIRM, KEY_CONFIRMED, KEY_CONFIRMED_REST, KEY_DATA, KEY_HASH, KEY_IMAGE, KEY_IMAGES, KEY_LEN,
  KEY_OFF, KEY_PENDING, KEY_PERMANENT, KEY_PERMANENT_REST, KEY_SHA, KEY_SIZE, KEY_SLOT, KEY_SLOTS, KEY_SPLIT_STATUS,
  KEY_SPLIT_STATUS_REST, KEY_UPLOAD_IMAGE_ID, KEY_UPLOAD_IMAGE_ID_REST, KEY_VERSION,
} from './keys';
import { passLease } from './lease';
import {
  beginArray, beginMap, endNested, writeBytes, writeFlag, writeLongFlag, writeLongUnsigned, writeText, writeUnsigned,
} from './reply';
import {
  END_JOB, END_REPLY, GENERIC, GROUP_IMAGE, OP_READ, OP_WRITE, RC_INVALID, RC_NOT_SUPPORTED, fail, refuse, requestId, requestOp,
} from './request';
import { versionText, versionTextBytes } from './version';

const ID_STATE: u32 = 0;
const ID_UPLOAD: u32 = 1;
const ID_ERASE: u32 = 5;
const ID_SLOT_INFO: u32 = 6;

// Errors of the image group, as SMP numbers them.
const IMAGE_NO_SUCH_HASH: u32 = 8;
const IMAGE_SLOT_IN_USE: u32 = 9;
const IMAGE_NO_SUCH_SLOT: u32 = 10;
const IMAGE_NO_OFFSET: u32 = 20;
const IMAGE_NO_LENGTH: u32 = 21;
const IMAGE_SHORT_HEADER: u32 = 22;
const IMAGE_BAD_MAGIC: u32 = 23;
const IMAGE_BAD_HASH: u32 = 24;
const IMAGE_TOO_LARGE: u32 = 30;
const IMAGE_OVERRUN: u32 = 31;

const SLOTS: u32 = 2;
const NO_OFFSET: u32 = 0xffffffff;

/** Whether the job under way belongs to an upload, whose answer is an offset, or to a change of state, whose answer is the list. */
let jobAnswersOffset: bool = false;
let jobAnswersNothing: bool = false;

export function handleImage(): u32 {
  const id = requestId();
  const isRead = requestOp() == OP_READ;
  if (id == ID_STATE && isRead) return list();
  if (id == ID_SLOT_INFO && isRead) return slotInfo();
  if (isRead || requestOp() != OP_WRITE) return fail(GENERIC, RC_NOT_SUPPORTED);
  if (id != ID_STATE && id != ID_UPLOAD && id != ID_ERASE) return fail(GENERIC, RC_NOT_SUPPORTED);
  const end = passLease();
  if (end != END_REPLY) return end;
  if (id == ID_STATE) return changeState();
  return id == ID_UPLOAD ? upload() : erase();
}

/** Writes the answer of a job that ended well. */
export function replyToImageJob(): void {
  if (jobAnswersOffset) writeUnsigned(KEY_OFF, uploadReceived());
  else if (!jobAnswersNothing) list();
}

function startJob(answersOffset: bool, answersNothing: bool): u32 {
  jobAnswersOffset = answersOffset;
  jobAnswersNothing = answersNothing;
  return END_JOB;
}

// State

function list(): u32 {
  beginArray(KEY_IMAGES);
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const known = edition(slot);
    if (known.verified == 0) continue;
    const isCandidate = slot == candidateSlot() && candidateStage() != STAGE_NONE;
    beginMap();
    writeUnsigned(KEY_IMAGE, 0);
    writeUnsigned(KEY_SLOT, slot);
    writeText(KEY_VERSION, versionText(known.epoch), versionTextBytes());
    writeBytes(KEY_HASH, hashLocation(known), HASH_BYTES);
    writeFlag(KEY_BOOTABLE, true);
    writeFlag(KEY_PENDING, isCandidate && candidateStage() == STAGE_PENDING);
    writeLongFlag(KEY_CONFIRMED, KEY_CONFIRMED_REST, slot == confirmedSlot());
    writeFlag(KEY_ACTIVE, slot == loadedSlot());
    writeLongFlag(KEY_PERMANENT, KEY_PERMANENT_REST, false);
    endNested();
  }
  endNested();
  writeLongUnsigned(KEY_SPLIT_STATUS, KEY_SPLIT_STATUS_REST, 0);
  return END_REPLY;
}

/** `{hash}` marks as pending, `{confirm: true}` confirms what is on trial. */
function changeState(): u32 {
  if (!fieldIsOptionalFlag(KEY_CONFIRM)) return fail(GENERIC, RC_INVALID);
  const confirm = fieldType(KEY_CONFIRM) == TYPE_TRUE;
  const hashType = fieldType(KEY_HASH);
  const named = hashType != TYPE_ABSENT && hashType != TYPE_NULL;
  if (named && hashType != TYPE_BYTES) return fail(GENERIC, RC_INVALID);
  if (named && fieldLength(KEY_HASH) != HASH_BYTES) return fail(GROUP_IMAGE, IMAGE_BAD_HASH);
  if (!named && !confirm) return fail(GROUP_IMAGE, IMAGE_BAD_HASH);
  return confirm ? confirmEdition(named) : testEdition();
}

function confirmEdition(named: bool): u32 {
  const wanted: usize = fieldValue(KEY_HASH);
  if (named && isConfirmed(wanted)) return list();
  if (!named && candidateStage() == STAGE_NONE && confirmedSlot() < SLOTS) return list();
  if (!onTrial() || (named && !sameHash(wanted, candidateHash()))) {
    return named && !isKnown(wanted) ? fail(GROUP_IMAGE, IMAGE_NO_SUCH_HASH) : refuse(NOTHING_ON_TRIAL);
  }
  if (trialIsOverdue()) return refuse(TRIAL_OVERDUE);
  if (!trialHasEnoughChecks()) return refuse(TOO_FEW_CHECKS);
  const result = confirmNow();
  return result == DONE ? list() : refuse(result);
}

function testEdition(): u32 {
  const wanted: usize = fieldValue(KEY_HASH);
  if (isConfirmed(wanted)) return list();
  const spare = spareSlot();
  if (!isInSlot(wanted, spare)) return fail(GROUP_IMAGE, IMAGE_NO_SUCH_HASH);
  if (candidateStage() == STAGE_TRIAL) return refuse(NOT_ALLOWED_ON_TRIAL);
  if (candidateStage() == STAGE_PENDING) return list();
  beginTestJob(spare);
  return startJob(false, false);
}

function isInSlot(hash: usize, slot: u32): bool {
  const known = edition(slot);
  return known.verified != 0 && sameHash(hash, hashLocation(known));
}

function isKnown(hash: usize): bool {
  return isInSlot(hash, 0) || isInSlot(hash, 1);
}

function isConfirmed(hash: usize): bool {
  return confirmedSlot() < SLOTS && isInSlot(hash, confirmedSlot());
}

// Upload

function upload(): u32 {
  if (fieldType(KEY_OFF) != TYPE_UNSIGNED) return fail(GROUP_IMAGE, IMAGE_NO_OFFSET);
  if (fieldNumber(KEY_IMAGE, 0) != 0) return fail(GROUP_IMAGE, IMAGE_NO_SUCH_SLOT);
  if (!fieldIsOptional(KEY_DATA, TYPE_BYTES)) return fail(GENERIC, RC_INVALID);
  if (fieldValue(KEY_OFF) == 0) return beginUpload();
  if (fieldType(KEY_DATA) != TYPE_BYTES) return fail(GENERIC, RC_INVALID);
  return fieldValue(KEY_OFF) == uploadReceived() ? takeData() : answerOffset(uploadReceived());
}

function answerOffset(offset: u32): u32 {
  writeUnsigned(KEY_OFF, offset);
  return END_REPLY;
}

/** The bytes at the offset that is due. Without an upload none is due, and 0 never comes here; when all are there, none is. */
function takeData(): u32 {
  if (uploadReceived() == uploadBytes()) return answerOffset(uploadReceived());
  const busy = refusalWhileCandidate();
  if (busy != DONE) return refuse(busy);
  if (fieldLength(KEY_DATA) > uploadBytes() - uploadReceived()) return fail(GROUP_IMAGE, IMAGE_OVERRUN);
  uploadData(fieldValue(KEY_DATA), fieldLength(KEY_DATA));
  beginUploadJob();
  return startJob(true, false);
}

function beginUpload(): u32 {
  if (fieldType(KEY_LEN) != TYPE_UNSIGNED) return fail(GROUP_IMAGE, IMAGE_NO_LENGTH);
  const bytes = fieldValue(KEY_LEN);
  const dataBytes = fieldType(KEY_DATA) == TYPE_BYTES ? fieldLength(KEY_DATA) : 0;
  const data: usize = fieldValue(KEY_DATA);
  if (dataBytes < CONTAINER_HEADER_BYTES) return fail(GROUP_IMAGE, IMAGE_SHORT_HEADER);
  if (loadWord(data) != IMAGE_MAGIC) return fail(GROUP_IMAGE, IMAGE_BAD_MAGIC);
  if (bytes > slotCapacity(spareSlot())) return fail(GROUP_IMAGE, IMAGE_TOO_LARGE);
  if (dataBytes > bytes) return fail(GROUP_IMAGE, IMAGE_OVERRUN);
  const session = sessionLocation();
  if (session != 0 && isWhole(session, bytes)) return answerOffset(bytes);
  const busy = refusalWhileCandidate();
  if (busy != DONE) return refuse(busy);
  if (session != 0 && uploadIs(bytes, session)) return resumeUpload(data, dataBytes);
  uploadBegin(bytes, session);
  uploadData(data, dataBytes);
  beginUploadJob();
  return startJob(true, false);
}

/** While an edition is on trial or pending, no slot is written. */
function refusalWhileCandidate(): u32 {
  if (candidateStage() == STAGE_TRIAL) return NOT_ALLOWED_ON_TRIAL;
  return candidateStage() == STAGE_PENDING ? PENDING : DONE;
}

/** The id of 32 bytes that the client gave the upload; 0 without one. */
function sessionLocation(): usize {
  return fieldType(KEY_SHA) == TYPE_BYTES && fieldLength(KEY_SHA) == HASH_BYTES ? usize(fieldValue(KEY_SHA)) : 0;
}

/** Whether this very edition is there already: the confirmed one, or one that waits in the spare slot and may follow it. */
function isWhole(hash: usize, bytes: u32): bool {
  if (isConfirmed(hash)) return edition(confirmedSlot()).imageBytes == bytes;
  const waiting = edition(spareSlot());
  return isInSlot(hash, spareSlot()) && waiting.imageBytes == bytes && acceptAfterConfirmed(waiting) == DONE;
}

/** A complete upload is examined (again): its last answer may have been lost with the window. One that has nothing yet takes the data. */
function resumeUpload(data: usize, dataBytes: u32): u32 {
  const received = uploadReceived();
  if (received == 0) uploadData(data, dataBytes);
  else if (received < uploadBytes()) return answerOffset(received);
  else uploadExamine();
  beginUploadJob();
  return startJob(true, false);
}

// Erase and slots

function erase(): u32 {
  if (!fieldIsOptional(KEY_SLOT, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const slot = fieldNumber(KEY_SLOT, spareSlot());
  if (slot >= SLOTS) return fail(GROUP_IMAGE, IMAGE_NO_SUCH_SLOT);
  if (slot == confirmedSlot() || slot == loadedSlot()) return fail(GROUP_IMAGE, IMAGE_SLOT_IN_USE);
  const busy = refusalWhileCandidate();
  if (busy != DONE) return refuse(busy);
  forgetEdition(slot);
  if (slot == spareSlot()) uploadDrop();
  beginEraseJob(slot);
  return startJob(false, true);
}

function slotInfo(): u32 {
  beginArray(KEY_IMAGES);
  beginMap();
  writeUnsigned(KEY_IMAGE, 0);
  beginArray(KEY_SLOTS);
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    beginMap();
    writeUnsigned(KEY_SLOT, slot);
    writeUnsigned(KEY_SIZE, slotCapacity(slot));
    if (slot == spareSlot()) writeLongUnsigned(KEY_UPLOAD_IMAGE_ID, KEY_UPLOAD_IMAGE_ID_REST, 0);
    endNested();
  }
  endNested();
  endNested();
  endNested();
  return END_REPLY;
}
