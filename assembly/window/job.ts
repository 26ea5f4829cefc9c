/** The one long task that a window works on, step by step, while the request that asked for it waits for its answer. */
import { DIGEST_MISMATCH, DONE, FLASH_FAILED, NOT_PARKED, NO_SLOT, NO_WINDOW, STAGE_NONE } from '../format';
import { edition, forgetEdition, hashLocation, sameHash } from '../admit/edition';
import { examination } from '../admit/examination';
import { examineAbandon, examineBegin } from '../admit/examine';
import { add } from '../digest/sum';
import { areaBytes, reset, safeInput, sectorBytes } from '../port';
import { MORE } from '../refusal';
import { acceptAfterConfirmed, acceptBegin, examineFollower } from '../slots/accept';
import { eraseBegin, lookBegin, lookStep } from '../slots/flash';
import { isForced } from '../slots/force';
import { addPast, outcomeHasRoom } from '../slots/outcome';
import { addRoom, forgetRoom } from '../slots/room';
import {
  candidateHash, candidateSlot, candidateStage, markedIsOurs, spareSlot, stateHasRoom, writeArmed, writePending,
} from '../slots/state';
import { lastToken } from '../slots/tokens';
import { addLoad } from '../slots/load';
import { addUpload, uploadAbort, uploadDrop, uploadForget, uploadJudged, uploadStep } from '../slots/upload';
import {
  activateBegin, activationMoves, activationStep, confirmNow, refuseBegin, reloadBegin, resumeInterruptedLoad, revertBegin,
} from './activation';
import { digestBegin, digestStep } from './digest';
import { leaseIsOpen, openStep } from './lease';
import { measureBegin, measureStep } from './measure';
import { addOther, otherAbandon, otherStep } from './other';
import { waitsForSlice } from '../work';

const JOB_NONE: u32 = 0;
const JOB_UPLOAD: u32 = 1;
const JOB_TEST: u32 = 2;
const JOB_ERASE: u32 = 3;
const JOB_OPEN: u32 = 4;
/** Activation, going back, loading again: these end even when the window does, since the arena is not whole meanwhile. */
const JOB_ACTIVATION: u32 = 5;
const JOB_MEASURE: u32 = 6;
const JOB_RESET: u32 = 7;
const JOB_CONFIRM: u32 = 8;
const JOB_ACCEPT: u32 = 9;
/** Whether the edition that waits still passes; and giving it up where it does not, which goes on as JOB_ACTIVATION does. */
const JOB_JUDGE: u32 = 10;
const JOB_GIVE_UP: u32 = 11;
const JOB_DIGEST: u32 = 12;

// How far a step is that takes several slices.
const HALF_FIRST: u32 = 0;
const HALF_SECOND: u32 = 1;
const HALF_LAST: u32 = 2;

let job: u32 = JOB_NONE;
let slot: u32 = 0;
let eraseLeft: u32 = 0;
/** Of an erase: whether its upload is forgotten, its sector erased or looked at. Of a test: whether it was examined, and may follow. */
let half: u32 = HALF_FIRST;
/** How a judgement ends when the edition that waits passes; and once it was given up, if its slot is not to be erased then. */
let passes: u32 = DONE;
let givenUp: u32 = DONE;
let erases: bool = false;

export function jobRuns(): bool {
  return job != JOB_NONE;
}

/** Adds how far the job is, with the upload and the load that it may be about, to the sum that is over all tasks of a window. */
export function addJob(sum: u32): u32 {
  const how = job | (slot << 8) | (half << 16) | (u32(erases) << 24);
  sum = addOther(addRoom(addUpload(add(add(sum, how), eraseLeft ^ (passes << 16) ^ (givenUp << 24)))));
  // What only later jobs work with is begun by them.
  return job == JOB_NONE || job == JOB_OPEN ? sum : addPast(addLoad(sum));
}

/** Forgets the job, in the middle of it. */
export function forgetJob(): void {
  job = JOB_NONE;
  forgetRoom();
}

/** Examines what stands in the other slot, once after a reset, and writes the token of the window that was begun. */
export function beginOpenJob(): void {
  beginInRun(JOB_OPEN);
}

/** Begins a job, in RUN too: what was left of another is not believed, since no sum was over it meanwhile. */
function beginInRun(which: u32): void {
  job = which;
  forgetRoom();
}

/** Runs the steps of the upload that was prepared. */
export function beginUploadJob(): void {
  job = JOB_UPLOAD;
}

/** Examines the edition in `ofSlot` once more and marks it as pending. */
export function beginTestJob(ofSlot: u32): void {
  job = JOB_TEST;
  half = HALF_FIRST;
  erases = false;
  slot = ofSlot;
  examineBegin(examination(), slot);
}

/** Judges whether the examined edition in `ofSlot` may follow the one that runs. */
export function beginAcceptJob(ofSlot: u32): void {
  job = JOB_ACCEPT;
  slot = ofSlot;
  acceptBegin();
}

/**
 * Judges the edition that waits once more: what it was marked under may be gone since, its key or its bits. If it passes, the job ends with
 * `ifPasses`; if not, it is given up, and the slot is erased that `erasing` may name (NO_SLOT: none).
 */
export function beginJudgeJob(ifPasses: u32, erasing: u32): void {
  job = JOB_JUDGE;
  passes = ifPasses;
  erases = erasing != NO_SLOT;
  slot = erases ? erasing : 0;
  examineBegin(examination(), candidateSlot());
}

/** Erases all of `ofSlot`, the last sector first. */
export function beginEraseJob(ofSlot: u32): void {
  forgetEdition(ofSlot);
  job = JOB_ERASE;
  slot = ofSlot;
  eraseLeft = areaBytes(slot);
  half = HALF_LAST;
  lookBegin();
}

/** Makes the edition on trial the confirmed one. */
export function beginConfirmJob(): void {
  job = JOB_CONFIRM;
}

export function beginActivateJob(): void {
  beginInRun(JOB_ACTIVATION);
  activateBegin();
}

/** Arms what was marked under this lease, and resets the device. */
export function beginResetJob(): void {
  job = JOB_RESET;
}

export function beginRevertJob(outcome: u32): void {
  beginInRun(JOB_ACTIVATION);
  revertBegin(outcome);
}

export function beginReloadJob(ofSlot: u32): void {
  beginInRun(JOB_ACTIVATION);
  reloadBegin(ofSlot);
}

/** Loads what the machine's moving kept from being loaded. */
export function beginInterruptedLoadJob(): void {
  beginInRun(JOB_ACTIVATION);
  resumeInterruptedLoad();
}

/** Measures a function on inputs that lie at `location` until the job ends. */
export function beginMeasureJob(ofFunction: u32, location: usize, inputs: u32): void {
  job = JOB_MEASURE;
  measureBegin(ofFunction, location, inputs);
}

/** Digests a nonce and `bytes` of `ofSlot` from `offset` on. */
export function beginDigestJob(ofSlot: u32, offset: u32, bytes: u32, nonce: usize): void {
  job = JOB_DIGEST;
  digestBegin(ofSlot, offset, bytes, nonce);
}

/** Gives up what may be given up in the middle; gives whether the job was one of those. */
export function abortJob(): bool {
  if (job == JOB_NONE || job == JOB_OPEN || job == JOB_ACTIVATION || job == JOB_RESET || job == JOB_GIVE_UP) return false;
  abandon();
  forgetJob();
  return true;
}

function abandon(): void {
  if (job == JOB_UPLOAD) uploadAbort();
  if (job == JOB_OPEN) otherAbandon();
  if (job == JOB_JUDGE || (job == JOB_TEST && half == HALF_FIRST)) examineAbandon(examination());
}

/**
 * One bounded step. Gives MORE, or how the job ended: DONE or the refusal. Here alone, before each step of any job, the safe input is
 * asked: when the machine moves, nothing more is erased, programmed or decided.
 */
export function jobStep(): u32 {
  const result = safeInput() == 1 ? stepParked() : endMoving();
  if (result != MORE) forgetJob();
  return result;
}

function endMoving(): u32 {
  if (job == JOB_ACTIVATION || job == JOB_GIVE_UP) return activationMoves();
  if (job == JOB_RESET) return DONE;
  abandon();
  return NOT_PARKED;
}

function stepParked(): u32 {
  switch (job) {
    case JOB_UPLOAD: return uploadStep();
    case JOB_TEST: return stepTest();
    case JOB_ERASE: return stepErase();
    case JOB_OPEN: return stepOpen();
    case JOB_MEASURE: return measureStep();
    case JOB_RESET: return stepReset();
    case JOB_CONFIRM: return stepConfirm();
    case JOB_ACCEPT: return stepAccept();
    case JOB_JUDGE: return stepJudge();
    case JOB_GIVE_UP: return stepGiveUp();
    case JOB_DIGEST: return digestStep();
    default: return activationStep();
  }
}

function stepOpen(): u32 {
  const result = otherStep();
  return result == DONE ? openStep() : result;
}

/** Examined; then whether it may follow, which is read in flash; then the record, in a slice of its own. */
function stepTest(): u32 {
  const known = edition(slot);
  if (half == HALF_FIRST) {
    const result = examineFollower(examination());
    if (result == MORE) return MORE;
    if (result != DONE) return endRefused(result, result);
    half = HALF_SECOND;
    acceptBegin();
    return MORE;
  }
  const forced = isForced(hashLocation(known));
  if (half == HALF_SECOND) {
    const result = acceptAfterConfirmed(known, forced);
    if (result != DONE) return result;
    half = HALF_LAST;
    return MORE;
  }
  if (!stateHasRoom() || waitsForSlice()) return MORE;
  return writePending(slot, hashLocation(known), lastToken(), forced);
}

function stepAccept(): u32 {
  return acceptAfterConfirmed(edition(slot), isForced(hashLocation(edition(slot))));
}

function stepJudge(): u32 {
  const result = examineFollower(examination());
  if (result == MORE) return MORE;
  if (result != DONE) return endRefused(result, DONE);
  if (!sameHash(hashLocation(edition(candidateSlot())), candidateHash())) return endRefused(DIGEST_MISMATCH, DONE);
  uploadJudged();
  return passes;
}

/** An edition that waits and was refused `because` of what it is never answers: it is given up, before the job ends with `then`. */
function endRefused(because: u32, then: u32): u32 {
  if (because == FLASH_FAILED || candidateStage() == STAGE_NONE) return because;
  job = JOB_GIVE_UP;
  givenUp = then;
  uploadForget();
  refuseBegin(because);
  return MORE;
}

function stepGiveUp(): u32 {
  const result = activationStep();
  if (result != DONE) return result;
  if (!erases) return givenUp;
  if (!leaseIsOpen()) return NO_WINDOW;
  beginEraseJob(slot);
  return MORE;
}

/** What is written is written in one slice: the window may end before it, never in the middle. */
function stepConfirm(): u32 {
  if (!outcomeHasRoom() || !stateHasRoom() || waitsForSlice()) return MORE;
  return confirmNow();
}

/** A reset belongs to its window: when that is over, or the machine moves, it is not done. */
function stepReset(): u32 {
  if (!leaseIsOpen()) return DONE;
  if (markedIsOurs()) {
    if (!stateHasRoom() || waitsForSlice()) return MORE;
    if (writeArmed() == MORE) return MORE;
  }
  reset();
  return DONE;
}

/** The upload in it is forgotten first. Then: looks at a sector, erases it where it is not erased, and looks again. */
function stepErase(): u32 {
  if (half == HALF_LAST) {
    half = HALF_FIRST;
    if (slot == spareSlot()) uploadDrop();
    return MORE;
  }
  const at = eraseLeft - sectorBytes(slot);
  const result = lookStep(slot, at);
  if (result == MORE) return MORE;
  if (result != DONE) {
    if (half != HALF_FIRST) return result;
    half = HALF_SECOND;
    return eraseBegin(slot, at) == DONE ? MORE : result;
  }
  half = HALF_FIRST;
  lookBegin();
  eraseLeft = at;
  return at == 0 ? DONE : MORE;
}
