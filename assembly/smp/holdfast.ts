/** Group 78: windows, reading back, counters, outcome, going back, the question of the loop asked from outside. */
import {
  DONE, HASH_BYTES, HOLDFAST_CHECK, HOLDFAST_CLOSE, HOLDFAST_COUNTERS, HOLDFAST_DIGEST, HOLDFAST_FORCE, HOLDFAST_MEASURE, HOLDFAST_OPEN,
  HOLDFAST_OUTCOME, HOLDFAST_READ, HOLDFAST_REVERT, HOLDFAST_STATUS, HOLDFAST_HISTORY, HOLDFAST_WHY, MODE_RUN, MODE_WINDOW,
  NOTHING_ON_TRIAL, NO_SLOT, OP_READ, OP_WRITE, OUTCOME_REVERTED_ON_REQUEST, RC_INVALID, RC_NOT_SUPPORTED, READ_A_STEP, READ_BYTES_MAX,
  SLOTS, STAGE_NONE, TOKEN_MISSING, VERDICT_LOCATION, Verdict,
} from '../format';
import { edition, hashLocation } from '../admit/edition';
import { burned, burnedDeviceClass, burnedKeyHash, burnedKeys, burnedMapId, isDevelopment, paddedTextBytes } from '../burned';
import { checkPlane } from '../check/check';
import { verdict } from '../check/verdict';
import { faultReason, mode } from '../mode';
import { areaBytes, flashRead, safeInput } from '../port';
import { loadedSlot } from '../slots/arena';
import { eraseCount, programCount } from '../slots/flash';
import { force } from '../slots/force';
import { lastOutcome, outcomeHash, outcomeIsKnown, revertedAtBoot } from '../slots/outcome';
import { scanCount } from '../slots/scan';
import { candidateStage } from '../slots/state';
import { lastToken } from '../slots/tokens';
import { uploadReceived, uploadUnfinished } from '../slots/upload';
import { closeWindow } from '../window/close';
import { beginOpenJob, beginRevertJob } from '../window/job';
import { leaseIsOpen, leaseIsShared, leaseTicksLeft, openBegin } from '../window/lease';
import { onTrial, trialChecks, trialTicks } from '../window/trial';
import { digest } from './digest';
import { refusedCount } from './failure';
import {
  FIELD_ACTIVATE, FIELD_HASH, FIELD_LEN, FIELD_OFF, FIELD_PHASE, FIELD_SHARED, FIELD_SLOT, FIELD_TICKS, FIELD_TOKEN, FIELD_X, FIELD_Y,
  TYPE_ABSENT, TYPE_BYTES, TYPE_NEGATIVE, TYPE_TRUE, TYPE_UNSIGNED, fieldIsOptional, fieldIsOptionalFlag, fieldLength, fieldNumber,
  fieldPlace, fieldType, fieldValue,
} from './fields';
import * as keys from '../format';
import { history } from './history';
import { passLease } from './lease';
import { measure, readSlices } from './measure';
import { badBase64Count, badCrcCount, frameCount, lostCount, tooLongCount } from './receive';
import { beginBytes, beginText, writeByte, writeFlag, writePacked, writeShort, writeSigned, writeUnsigned } from './reply';
import {
  ANSWER_CHECK, ANSWER_COUNTERS, ANSWER_EMPTY, ANSWER_LEASE, ANSWER_OUTCOME, ANSWER_READ, ANSWER_STATUS, ANSWER_WHY, END_MORE, END_REPLY,
  GENERIC, fail, refuse, reply, requestId, requestOp, startJob,
} from './request';
import { hashAt, setHash, setWord, word, wordPlace } from './snapshot';

let closeWanted: bool = false;
/** ACTIVATES when it activates what was marked under that lease: no flipped bit makes it that. */
let closeActivates: u32 = 0;
const ACTIVATES: u32 = 0xa5;
/** Token of the lease that is to be closed: when that is over, so is the wish. */
let closeToken: u32 = 0;

export function handleHoldfast(): u32 {
  const id = requestId();
  if (requestOp() == OP_READ) {
    if (id == HOLDFAST_STATUS) return status();
    if (id == HOLDFAST_READ) return readBack();
    if (id == HOLDFAST_COUNTERS) return reply(ANSWER_COUNTERS);
    if (id == HOLDFAST_OUTCOME) return outcome();
    if (id == HOLDFAST_CHECK) return ask();
    if (id == HOLDFAST_MEASURE) return readSlices();
    if (id == HOLDFAST_WHY) return reply(ANSWER_WHY);
    if (id == HOLDFAST_HISTORY) return history();
  } else if (requestOp() == OP_WRITE) {
    if (id == HOLDFAST_OPEN) return open();
    if (id == HOLDFAST_CLOSE) return close();
    if (id == HOLDFAST_REVERT) return revert();
    if (id == HOLDFAST_FORCE) return insist();
    if (id == HOLDFAST_MEASURE) return measure();
    if (id == HOLDFAST_DIGEST) return digest();
  }
  return fail(GENERIC, RC_NOT_SUPPORTED);
}

/** To be called when an answer has left: closes the window if that was asked for. */
export function closeIfWanted(): void {
  if (!closeWanted) return;
  closeWanted = false;
  if (mode() == MODE_WINDOW && leaseIsOpen() && closeToken == lastToken()) closeWindow(safeInput() == 1, closeActivates == ACTIVATES);
}

// Status

const STATUS_MODE: u32 = 0;
const STATUS_TRIAL: u32 = 1;
const STATUS_REASON: u32 = 2;
const STATUS_EPOCH: u32 = 3;
const STATUS_HASH_BYTES: u32 = 4;
const STATUS_PARKED: u32 = 5;
const STATUS_TOKEN: u32 = 6;
const STATUS_LEASE: u32 = 7;
const STATUS_SHARED: u32 = 8;
const STATUS_CHECKS: u32 = 9;
const STATUS_TICKS: u32 = 10;
const STATUS_STAGE: u32 = 11;
const STATUS_UPLOAD: u32 = 12;
const STATUS_LENGTH: u32 = 13;
/** The step that writes the id of the first key. */
const STATUS_KEYS: u32 = 28;
/** Of the name being written. */
const STATUS_NAME_BYTES: u32 = 14;

function status(): u32 {
  const isRunning = loadedSlot() != NO_SLOT;
  const running = edition(loadedSlot());
  setWord(STATUS_MODE, mode());
  setWord(STATUS_TRIAL, u32(onTrial()));
  setWord(STATUS_REASON, faultReason());
  setWord(STATUS_EPOCH, isRunning ? running.epoch : 0);
  setWord(STATUS_HASH_BYTES, isRunning ? HASH_BYTES : 0);
  setHash(0, hashLocation(running));
  setWord(STATUS_PARKED, u32(safeInput() == 1));
  setWord(STATUS_TOKEN, lastToken());
  setWord(STATUS_LEASE, leaseTicksLeft());
  setWord(STATUS_SHARED, u32(leaseIsShared()));
  setWord(STATUS_CHECKS, onTrial() ? trialChecks() : 0);
  setWord(STATUS_TICKS, trialTicks());
  setWord(STATUS_STAGE, candidateStage());
  const unfinished = uploadUnfinished();
  setWord(STATUS_UPLOAD, unfinished != 0 ? uploadReceived() : 0);
  setWord(STATUS_LENGTH, unfinished);
  return reply(ANSWER_STATUS);
}

export function writeStatus(step: u32): u32 {
  switch (step) {
    case 0: writeUnsigned(keys.KEY_MODE, word(STATUS_MODE)); break;
    case 1: writeFlag(keys.KEY_TRIAL, word(STATUS_TRIAL) != 0); break;
    case 2: writeUnsigned(keys.KEY_REASON, word(STATUS_REASON)); break;
    case 3: writeUnsigned(keys.KEY_EPOCH, word(STATUS_EPOCH)); break;
    case 4: beginBytes(keys.KEY_HASH, word(STATUS_HASH_BYTES)); break;
    case 5: writeShort(hashAt(0), word(STATUS_HASH_BYTES)); break;
    case 6: beginName(keys.KEY_MAP, burnedMapId()); break;
    case 7: writeShort(burnedMapId(), word(STATUS_NAME_BYTES)); break;
    case 8: beginName(keys.KEY_DEVICE, burnedDeviceClass()); break;
    case 9: writeShort(burnedDeviceClass(), word(STATUS_NAME_BYTES)); break;
    case 10: writeFlag(keys.KEY_PARKED, word(STATUS_PARKED) != 0); break;
    case 11: writeUnsigned(keys.KEY_TOKEN, word(STATUS_TOKEN)); break;
    case 12: writeUnsigned(keys.KEY_LEASE, word(STATUS_LEASE)); break;
    case 13: writeFlag(keys.KEY_SHARED, word(STATUS_SHARED) != 0); break;
    case 14: writeUnsigned(keys.KEY_CHECKS, word(STATUS_CHECKS)); break;
    case 15: writeUnsigned(keys.KEY_NEED, burned().checksToConfirm); break;
    case 16: writeUnsigned(keys.KEY_TICKS, word(STATUS_TICKS)); break;
    case 17: writeUnsigned(keys.KEY_TPS, burned().ticksPerSecond); break;
    case 18: writeUnsigned(keys.KEY_STAGE, word(STATUS_STAGE)); break;
    case 19: writeUnsigned(keys.KEY_UPLOAD, word(STATUS_UPLOAD)); break;
    case 20: writeUnsigned(keys.KEY_LEN, word(STATUS_LENGTH)); break;
    case 21: writePacked(keys.KEY_CORE, keys.CORE_VERSION, keys.CORE_VERSION_REST); break;
    case 22: writeUnsigned(keys.KEY_ARENA, keys.ARENA_BYTES); break;
    case 23: writeUnsigned(keys.KEY_BODY, keys.BODY_VERSION_2); break;
    case 24: writeUnsigned(keys.KEY_LAYOUTS, keys.LAYOUTS_ADMITTED); break;
    case 25: writeFlag(keys.KEY_REVERTED, revertedAtBoot()); break;
    case 26: writeFlag(keys.KEY_DEV, isDevelopment()); break;
    case 27: beginBytes(keys.KEY_KEYS, burnedKeys() * keys.KEY_ID_BYTES); break;
    default: return writeKeyId(step - STATUS_KEYS);
  }
  return END_MORE;
}

/** The id of one key; after the last one nothing is left to write. */
function writeKeyId(key: u32): u32 {
  const count = burnedKeys();
  if (key < count) writeShort(burnedKeyHash(key), keys.KEY_ID_BYTES);
  return key + 1 < count ? END_MORE : END_REPLY;
}

function beginName(key: u64, location: usize): void {
  const bytes = paddedTextBytes(location);
  setWord(STATUS_NAME_BYTES, bytes);
  beginText(key, bytes);
}

// Windows

const LEASE_TOKEN: u32 = 0;
const LEASE_TICKS: u32 = 1;

/** Opening needs no token: it gives one. Which window it is to be is decided in that window, where the request is read afresh. */
function open(): u32 {
  if (!fieldIsOptionalFlag(FIELD_SHARED) || !fieldIsOptional(FIELD_TICKS, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const isInRun = mode() == MODE_RUN;
  const refusal = openBegin(fieldNumber(FIELD_TICKS, 0), fieldType(FIELD_SHARED) == TYPE_TRUE);
  if (refusal != DONE) return refuse(refusal);
  if (isInRun) return END_MORE;
  beginOpenJob();
  return startJob(ANSWER_LEASE);
}

/** What is answered when the window is open. */
export function lease(): u32 {
  setWord(LEASE_TOKEN, lastToken());
  setWord(LEASE_TICKS, leaseTicksLeft());
  return reply(ANSWER_LEASE);
}

export function writeLease(step: u32): u32 {
  if (step == 0) {
    writeUnsigned(keys.KEY_TOKEN, word(LEASE_TOKEN));
    return END_MORE;
  }
  writeUnsigned(keys.KEY_TICKS, word(LEASE_TICKS));
  return END_REPLY;
}

function close(): u32 {
  if (!fieldIsOptionalFlag(FIELD_ACTIVATE)) return fail(GENERIC, RC_INVALID);
  const end = passLease();
  closeWanted = end == END_REPLY;
  closeToken = closeWanted ? lastToken() : 0;
  closeActivates = closeWanted && fieldType(FIELD_ACTIVATE) == TYPE_TRUE ? ACTIVATES : 0;
  return end == END_REPLY ? reply(ANSWER_EMPTY) : end;
}

/** What may be refused for its past is taken under this lease, which must be somebody's: a shared one is nobody's. */
function insist(): u32 {
  const end = passLease();
  if (end != END_REPLY) return end;
  if (fieldType(FIELD_TOKEN) != TYPE_UNSIGNED || fieldNumber(FIELD_TOKEN, 0) == 0) return refuse(TOKEN_MISSING);
  if (fieldType(FIELD_HASH) != TYPE_BYTES || fieldLength(FIELD_HASH) != HASH_BYTES) return fail(GENERIC, RC_INVALID);
  force(fieldPlace(FIELD_HASH));
  return reply(ANSWER_EMPTY);
}

function revert(): u32 {
  const end = passLease();
  if (end != END_REPLY) return end;
  if (candidateStage() == STAGE_NONE) return refuse(NOTHING_ON_TRIAL);
  beginRevertJob(OUTCOME_REVERTED_ON_REQUEST);
  return startJob(ANSWER_EMPTY);
}

// Reading back

const READ_SLOT: u32 = 0;
const READ_OFFSET: u32 = 1;
const READ_BYTES: u32 = 2;
/** The words from here on hold what was read. */
const READ_PIECE: u32 = 8;

function readBack(): u32 {
  if (!fieldIsOptional(FIELD_LEN, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const slot = fieldNumber(FIELD_SLOT, SLOTS);
  const offset = fieldNumber(FIELD_OFF, 0);
  const wanted = fieldNumber(FIELD_LEN, 0);
  if (slot >= SLOTS || fieldType(FIELD_OFF) != TYPE_UNSIGNED || wanted > READ_BYTES_MAX) return fail(GENERIC, RC_INVALID);
  const end = areaBytes(slot);
  setWord(READ_SLOT, slot);
  setWord(READ_OFFSET, offset);
  setWord(READ_BYTES, offset >= end ? 0 : min(wanted, end - offset));
  return reply(ANSWER_READ);
}

/** The offset, the head of the data, then the data as they lie in flash, READ_A_STEP at a time. */
export function writeRead(step: u32): u32 {
  const offset = word(READ_OFFSET);
  const bytes = word(READ_BYTES);
  if (step == 0) {
    writeUnsigned(keys.KEY_OFF, offset);
    return END_MORE;
  }
  if (step == 1) {
    beginBytes(keys.KEY_DATA, bytes);
    return bytes == 0 ? END_REPLY : END_MORE;
  }
  const from = (offset & ~(READ_A_STEP - 1)) + (step - 2) * READ_A_STEP;
  if (flashRead(word(READ_SLOT), from, u32(wordPlace(READ_PIECE)), READ_A_STEP) != 0) return fail(GENERIC, RC_INVALID);
  for (let i: u32 = 0; i < READ_A_STEP; i++) {
    if (from + i - offset < bytes) writeByte(load<u8>(wordPlace(READ_PIECE) + i));
  }
  return from + READ_A_STEP - offset < bytes ? END_MORE : END_REPLY;
}

// Counters and the last outcome

export function writeCounters(step: u32): u32 {
  switch (step) {
    case 0: writeUnsigned(keys.KEY_FRAMES, frameCount()); break;
    case 1: writeUnsigned(keys.KEY_CRC, badCrcCount()); break;
    case 2: writeUnsigned(keys.KEY_BASE64, badBase64Count()); break;
    case 3: writeUnsigned(keys.KEY_LONG, tooLongCount()); break;
    case 4: writeUnsigned(keys.KEY_LOST, lostCount()); break;
    case 5: writeUnsigned(keys.KEY_REFUSED, refusedCount()); break;
    case 6: writeUnsigned(keys.KEY_ERASES, eraseCount()); break;
    case 7: writeUnsigned(keys.KEY_PROGRAMS, programCount()); break;
    default:
      writeUnsigned(keys.KEY_SCANS, scanCount());
      return END_REPLY;
  }
  return END_MORE;
}

const OUTCOME_WHICH: u32 = 0;
const OUTCOME_REASON: u32 = 1;
const OUTCOME_EPOCH: u32 = 2;
const OUTCOME_HASH_BYTES: u32 = 3;

function outcome(): u32 {
  const isKnown = outcomeIsKnown();
  const last = lastOutcome();
  setWord(OUTCOME_WHICH, isKnown ? last.outcome : 0);
  setWord(OUTCOME_REASON, isKnown ? last.reason : 0);
  setWord(OUTCOME_EPOCH, isKnown ? last.epoch : 0);
  setWord(OUTCOME_HASH_BYTES, isKnown ? HASH_BYTES : 0);
  setHash(0, outcomeHash(last));
  return reply(ANSWER_OUTCOME);
}

export function writeOutcome(step: u32): u32 {
  switch (step) {
    case 0: writeUnsigned(keys.KEY_OUTCOME, word(OUTCOME_WHICH)); break;
    case 1: writeUnsigned(keys.KEY_REASON, word(OUTCOME_REASON)); break;
    case 2: writeUnsigned(keys.KEY_EPOCH, word(OUTCOME_EPOCH)); break;
    case 3: beginBytes(keys.KEY_HASH, word(OUTCOME_HASH_BYTES)); break;
    default:
      writeShort(hashAt(0), word(OUTCOME_HASH_BYTES));
      return END_REPLY;
  }
  return END_MORE;
}

// Check

const CHECK_WORD: u32 = 0;
/** The words from here on are those of the verdict. */
const CHECK_VERDICT: u32 = 1;

/** A number of 32 bits, signed or not, as the bits that check takes. */
function isNumber(field: u32): bool {
  const type = fieldType(field);
  return type == TYPE_NEGATIVE || (type == TYPE_UNSIGNED && fieldValue(field) <= 0x7fffffff);
}

function ask(): u32 {
  if (!isNumber(FIELD_X)) return fail(GENERIC, RC_INVALID);
  if (fieldType(FIELD_Y) != TYPE_ABSENT && !isNumber(FIELD_Y)) return fail(GENERIC, RC_INVALID);
  if (!fieldIsOptional(FIELD_PHASE, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  const x = i32(fieldValue(FIELD_X));
  const y = fieldType(FIELD_Y) == TYPE_ABSENT ? 0 : i32(fieldValue(FIELD_Y));
  const answer = checkPlane(fieldNumber(FIELD_PHASE, 0), x, y);
  setWord(CHECK_WORD, answer);
  // The struct is the loop's, which may not have read it yet: it is given back as it was.
  const kept = wordPlace(CHECK_VERDICT);
  swapVerdict(kept);
  verdict(answer, x, y);
  swapVerdict(kept);
  return reply(ANSWER_CHECK);
}

function swapVerdict(other: usize): void {
  for (let i: u32 = 0; i < u32(offsetof<Verdict>()); i += 4) {
    const here = load<u32>(VERDICT_LOCATION + i);
    store<u32>(VERDICT_LOCATION + i, load<u32>(other + i));
    store<u32>(other + i, here);
  }
}

export function writeCheck(step: u32): u32 {
  const answer = changetype<Verdict>(wordPlace(CHECK_VERDICT));
  switch (step) {
    case 0: writeUnsigned(keys.KEY_WORD, word(CHECK_WORD)); break;
    case 1: writeUnsigned(keys.KEY_STATE, answer.state); break;
    case 2: writeUnsigned(keys.KEY_ACTION, answer.action); break;
    case 3: writeSigned(keys.KEY_RULE, answer.rule); break;
    case 4: writeUnsigned(keys.KEY_TIER, answer.tier); break;
    case 5: if (answer.hasLimit != 0) writeSigned(keys.KEY_LIMIT, answer.limit); break;
    case 6: writeUnsigned(keys.KEY_EPOCH, answer.epoch); break;
    case 7: writeUnsigned(keys.KEY_AHEAD, answer.toGapAhead); break;
    default:
      writeUnsigned(keys.KEY_BEHIND, answer.toGapBehind);
      return END_REPLY;
  }
  return END_MORE;
}
