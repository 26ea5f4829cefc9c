/** Group 78: windows, reading back, counters, outcome, going back, the question of the loop asked from outside, measuring. */
import { hashLocation } from '../admit/edition';
import { DONE, NOTHING_ON_TRIAL } from '../admit/refusal';
import { check } from '../check/check';
import { Verdict, verdict } from '../check/verdict';
import { HASH_BYTES, READ_BYTES_MAX } from '../limits';
import { SCRATCH_LOCATION, VERDICT_BYTES, VERDICT_LOCATION } from '../memory';
import { areaBytes, flashRead, safeInput } from '../port';
import { loadedEdition } from '../slots/arena';
import { scanCount } from '../slots/scan';
import { eraseCount, programCount } from '../slots/flash';
import { OUTCOME_REVERTED_ON_REQUEST, lastOutcome, outcomeHash } from '../slots/outcome';
import { STAGE_NONE, candidateStage } from '../slots/state';
import { lastToken } from '../slots/tokens';
import { uploadBytes, uploadIsVerified, uploadReceived } from '../slots/upload';
import { burned, burnedDeviceClass, burnedMapId, paddedTextBytes } from '../window/burned';
import { closeWindow } from '../window/close';
import { beginOpenJob, beginRevertJob } from '../window/job';
import { leaseIsOpen, leaseIsShared, leaseTicksLeft, openBegin } from '../window/lease';
import { faultReason, mode } from '../window/mode';
import { onTrial, trialChecks, trialTicks } from '../window/trial';
import {
  TYPE_ABSENT, TYPE_NEGATIVE, TYPE_TRUE, TYPE_UNSIGNED, fieldIsOptional, fieldIsOptionalFlag, fieldNumber, fieldType, fieldValue,
} from './fields';
import * as keys from './keys';
import { passLease } from './lease';
import { measure, readSlices, replyMeasured } from './measure';
import { writeBytes, writeBytesInPlace, writeFlag, writeSigned, writeText, writeUnsigned } from './reply';
import { badBase64Count, badCrcCount, frameCount, lostCount, tooLongCount } from './receive';
import {
  END_JOB, END_REPLY, GENERIC, OP_READ, OP_WRITE, RC_INVALID, RC_NOT_SUPPORTED, fail, refuse, requestId, requestOp,
} from './request';

const ID_STATUS: u32 = 0;
const ID_OPEN: u32 = 1;
const ID_CLOSE: u32 = 2;
const ID_READ: u32 = 3;
const ID_COUNTERS: u32 = 4;
const ID_OUTCOME: u32 = 5;
const ID_REVERT: u32 = 6;
const ID_CHECK: u32 = 7;
const ID_MEASURE: u32 = 8;
const SLOTS: u32 = 2;

let closeWanted: bool = false;
/** Token of the lease that is to be closed: when that is over, so is the wish. */
let closeToken: u32 = 0;
/** What the job under way answers when it ended well. */
const ANSWERS_NOTHING: u32 = 0;
const ANSWERS_LEASE: u32 = 1;
const ANSWERS_FIGURES: u32 = 2;
let jobAnswers: u32 = ANSWERS_NOTHING;
let refusedCount: u32 = 0;

export function handleHoldfast(): u32 {
  const id = requestId();
  if (requestOp() == OP_READ) {
    if (id == ID_STATUS) return status();
    if (id == ID_READ) return readBack();
    if (id == ID_COUNTERS) return counters();
    if (id == ID_OUTCOME) return outcome();
    if (id == ID_CHECK) return ask();
    if (id == ID_MEASURE) return readSlices();
  } else if (requestOp() == OP_WRITE) {
    if (id == ID_OPEN) return open();
    if (id == ID_CLOSE) return close();
    if (id == ID_REVERT) return revert();
    if (id == ID_MEASURE) {
      jobAnswers = ANSWERS_FIGURES;
      return measure();
    }
  }
  return fail(GENERIC, RC_NOT_SUPPORTED);
}

/** Counts a request that was answered with an error. */
export function countRefused(): void {
  refusedCount++;
}

/** To be called when an answer has left: closes the window if that was asked for. */
export function closeIfWanted(): void {
  if (!closeWanted) return;
  closeWanted = false;
  if (leaseIsOpen() && closeToken == lastToken()) closeWindow(safeInput() == 1, true);
}

/** Writes the answer of a job that ended well. */
export function replyToHoldfastJob(): void {
  if (jobAnswers == ANSWERS_FIGURES) replyMeasured();
  if (jobAnswers != ANSWERS_LEASE) return;
  writeUnsigned(keys.KEY_TOKEN, lastToken());
  writeUnsigned(keys.KEY_TICKS, leaseTicksLeft());
}

function status(): u32 {
  const running = loadedEdition();
  writeUnsigned(keys.KEY_MODE, mode());
  writeFlag(keys.KEY_TRIAL, onTrial());
  writeUnsigned(keys.KEY_REASON, faultReason());
  writeUnsigned(keys.KEY_EPOCH, running ? running.epoch : 0);
  writeBytes(keys.KEY_HASH, running ? hashLocation(running) : VERDICT_LOCATION, running ? HASH_BYTES : 0);
  writeText(keys.KEY_MAP, burnedMapId(), paddedTextBytes(burnedMapId()));
  writeText(keys.KEY_DEVICE, burnedDeviceClass(), paddedTextBytes(burnedDeviceClass()));
  writeFlag(keys.KEY_PARKED, safeInput() == 1);
  writeUnsigned(keys.KEY_TOKEN, lastToken());
  writeUnsigned(keys.KEY_LEASE, leaseTicksLeft());
  writeFlag(keys.KEY_SHARED, leaseIsShared());
  writeUnsigned(keys.KEY_CHECKS, onTrial() ? trialChecks() : 0);
  writeUnsigned(keys.KEY_NEED, burned().checksToConfirm);
  writeUnsigned(keys.KEY_TICKS, trialTicks());
  writeUnsigned(keys.KEY_TPS, burned().ticksPerSecond);
  writeUnsigned(keys.KEY_STAGE, candidateStage());
  const isUnfinished = !uploadIsVerified();
  writeUnsigned(keys.KEY_UPLOAD, isUnfinished ? uploadReceived() : 0);
  writeUnsigned(keys.KEY_LEN, isUnfinished ? uploadBytes() : 0);
  return END_REPLY;
}

/** Opening needs no token: it gives one. */
function open(): u32 {
  if (!fieldIsOptionalFlag(keys.KEY_SHARED) || !fieldIsOptional(keys.KEY_TICKS, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const refusal = openBegin(fieldNumber(keys.KEY_TICKS, 0), fieldType(keys.KEY_SHARED) == TYPE_TRUE);
  if (refusal != DONE) return refuse(refusal);
  beginOpenJob();
  jobAnswers = ANSWERS_LEASE;
  return END_JOB;
}

function close(): u32 {
  const end = passLease();
  closeWanted = end == END_REPLY;
  closeToken = lastToken();
  return end;
}

function revert(): u32 {
  const end = passLease();
  if (end != END_REPLY) return end;
  if (candidateStage() == STAGE_NONE) return refuse(NOTHING_ON_TRIAL);
  beginRevertJob(OUTCOME_REVERTED_ON_REQUEST);
  jobAnswers = ANSWERS_NOTHING;
  return END_JOB;
}

function readBack(): u32 {
  const slot = fieldNumber(keys.KEY_SLOT, SLOTS);
  const offset = fieldNumber(keys.KEY_OFF, 0);
  const wanted = fieldNumber(keys.KEY_LEN, 0);
  if (slot >= SLOTS || fieldType(keys.KEY_OFF) != TYPE_UNSIGNED || wanted > READ_BYTES_MAX) return fail(GENERIC, RC_INVALID);
  const end = areaBytes(slot);
  const bytes = offset >= end ? 0 : min(wanted, end - offset);
  writeUnsigned(keys.KEY_OFF, offset);
  const place = writeBytesInPlace(keys.KEY_DATA, bytes);
  memory.fill(place, 0, bytes);
  return bytes == 0 || flashRead(slot, offset, u32(place), bytes) == 0 ? END_REPLY : fail(GENERIC, RC_INVALID);
}

function counters(): u32 {
  writeUnsigned(keys.KEY_FRAMES, frameCount());
  writeUnsigned(keys.KEY_CRC, badCrcCount());
  writeUnsigned(keys.KEY_BASE64, badBase64Count());
  writeUnsigned(keys.KEY_LONG, tooLongCount());
  writeUnsigned(keys.KEY_LOST, lostCount());
  writeUnsigned(keys.KEY_REFUSED, refusedCount);
  writeUnsigned(keys.KEY_ERASES, eraseCount());
  writeUnsigned(keys.KEY_PROGRAMS, programCount());
  writeUnsigned(keys.KEY_SCANS, scanCount());
  return END_REPLY;
}

function outcome(): u32 {
  const last = lastOutcome();
  writeUnsigned(keys.KEY_OUTCOME, last ? last.outcome : 0);
  writeUnsigned(keys.KEY_REASON, last ? last.reason : 0);
  writeUnsigned(keys.KEY_EPOCH, last ? last.epoch : 0);
  writeBytes(keys.KEY_HASH, last ? outcomeHash(last) : VERDICT_LOCATION, last ? HASH_BYTES : 0);
  return END_REPLY;
}

/** A number of 32 bits, signed or not, as the bits that check takes. */
function isNumber(key: u64): bool {
  const type = fieldType(key);
  return type == TYPE_NEGATIVE || (type == TYPE_UNSIGNED && fieldValue(key) <= 0x7fffffff);
}

function ask(): u32 {
  if (!isNumber(keys.KEY_X)) return fail(GENERIC, RC_INVALID);
  if (fieldType(keys.KEY_Y) != TYPE_ABSENT && !isNumber(keys.KEY_Y)) return fail(GENERIC, RC_INVALID);
  if (!fieldIsOptional(keys.KEY_PHASE, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const x = i32(fieldValue(keys.KEY_X));
  const y = i32(fieldValue(keys.KEY_Y));
  const word = check(fieldNumber(keys.KEY_PHASE, 0), x, y);
  // The struct is the loop's, which may not have read it yet: it is given back as it was.
  memory.copy(SCRATCH_LOCATION, VERDICT_LOCATION, VERDICT_BYTES);
  verdict(word, x, y);
  const answer = changetype<Verdict>(VERDICT_LOCATION);
  writeUnsigned(keys.KEY_WORD, word);
  writeUnsigned(keys.KEY_STATE, answer.state);
  writeUnsigned(keys.KEY_ACTION, answer.action);
  writeSigned(keys.KEY_RULE, answer.rule);
  writeUnsigned(keys.KEY_TIER, answer.tier);
  if (answer.hasLimit != 0) writeSigned(keys.KEY_LIMIT, answer.limit);
  writeUnsigned(keys.KEY_EPOCH, answer.epoch);
  writeUnsigned(keys.KEY_AHEAD, answer.toGapAhead);
  writeUnsigned(keys.KEY_BEHIND, answer.toGapBehind);
  memory.copy(VERDICT_LOCATION, SCRATCH_LOCATION, VERDICT_BYTES);
  return END_REPLY;
}
