/** The one long task that a window works on, step by step, while the request that asked for it waits for its answer. */
import { DONE } from '../format';
import { edition, hashLocation } from '../admit/edition';
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
import { markedIsOurs, stateHasRoom, writeArmed, writePending } from '../slots/state';
import { lastToken } from '../slots/tokens';
import { addLoad } from '../slots/load';
import { addUpload, uploadAbort, uploadStep } from '../slots/upload';
import { activateBegin, activationStep, confirmNow, reloadBegin, resumeInterruptedLoad, revertBegin } from './activation';
import { leaseIsOpen, openStep } from './lease';
import { measureBegin, measureStep } from './measure';
import { addOther, otherStep } from './other';
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

// How far a step is that takes several slices.
const HALF_FIRST: u32 = 0;
const HALF_SECOND: u32 = 1;
const HALF_LAST: u32 = 2;

let job: u32 = JOB_NONE;
let slot: u32 = 0;
let eraseLeft: u32 = 0;
/** Of the sector of an erase: whether it was erased, or is only looked at so far. Of a test: whether it was examined, and may follow. */
let half: u32 = HALF_FIRST;

export function jobRuns(): bool {
  return job != JOB_NONE;
}

/** Adds how far the job is, with the upload and the load that it may be about, to the sum that is over all tasks of a window. */
export function addJob(sum: u32): u32 {
  sum = addOther(addRoom(addUpload(add(add(sum, job | (slot << 8) | (half << 16)), eraseLeft))));
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
  slot = ofSlot;
  examineBegin(examination(), slot);
}

/** Judges whether the examined edition in `ofSlot` may follow the one that runs. */
export function beginAcceptJob(ofSlot: u32): void {
  job = JOB_ACCEPT;
  slot = ofSlot;
  acceptBegin();
}

/** Erases all of `ofSlot`, the last sector first. */
export function beginEraseJob(ofSlot: u32): void {
  job = JOB_ERASE;
  slot = ofSlot;
  eraseLeft = areaBytes(slot);
  half = HALF_FIRST;
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

/** Gives up what may be given up in the middle; gives whether the job was one of those. */
export function abortJob(): bool {
  if (job == JOB_NONE || job == JOB_OPEN || job == JOB_ACTIVATION || job == JOB_RESET) return false;
  if (job == JOB_UPLOAD) uploadAbort();
  if (job == JOB_TEST && half == HALF_FIRST) examineAbandon(examination());
  forgetJob();
  return true;
}

/** One bounded step. Gives MORE, or how the job ended: DONE or the refusal. */
export function jobStep(): u32 {
  let result: u32;
  switch (job) {
    case JOB_UPLOAD: result = uploadStep(); break;
    case JOB_TEST: result = stepTest(); break;
    case JOB_ERASE: result = stepErase(); break;
    case JOB_OPEN: result = stepOpen(); break;
    case JOB_MEASURE: result = measureStep(); break;
    case JOB_RESET: result = stepReset(); break;
    case JOB_CONFIRM: result = stepConfirm(); break;
    case JOB_ACCEPT: result = stepAccept(); break;
    default: result = activationStep(); break;
  }
  if (result != MORE) forgetJob();
  return result;
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
    if (result != DONE) return result;
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

/** What is written is written in one slice: the window may end before it, never in the middle. */
function stepConfirm(): u32 {
  if (!outcomeHasRoom() || !stateHasRoom() || waitsForSlice()) return MORE;
  return confirmNow();
}

/** A reset belongs to its window: when that is over, or the machine moves, it is not done. */
function stepReset(): u32 {
  if (!leaseIsOpen() || safeInput() != 1) return DONE;
  if (markedIsOurs()) {
    if (!stateHasRoom() || waitsForSlice()) return MORE;
    if (writeArmed() == MORE) return MORE;
  }
  reset();
  return DONE;
}

/** Looks at a sector, erases it where it is not erased, and looks again. */
function stepErase(): u32 {
  const at = eraseLeft - sectorBytes();
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
