/**
 * Changing which edition answers: activation of the candidate, going back, loading again. All in bounded steps, in mode WINDOW,
 * so that check answers MAINTENANCE until the arena holds a whole edition again, and only while the machine is parked: what the
 * machine's moving interrupts before the record is not done, what it interrupts after it goes on when it is parked again.
 */
import {
  DIGEST_MISMATCH, DONE, LOAD_INTERRUPTED, NOTHING_ON_TRIAL, NOT_PARKED, NO_EDITION, NO_SLOT, OUTCOME_CONFIRMED,
  OUTCOME_REFUSED_AT_ACTIVATION, OUTCOME_REVERTED_ON_REQUEST, OUTCOME_WITHDRAWN, STAGE_PENDING, STAGE_TRIAL,
} from '../format';
import { edition, hashLocation, isVerified, sameHash } from '../admit/edition';
import { examination } from '../admit/examination';
import { examineAbandon, examineBegin } from '../admit/examine';
import { add } from '../digest/sum';
import { setFault } from '../mode';
import { MORE } from '../refusal';
import { acceptAfterConfirmed, acceptBegin, examineFollower } from '../slots/accept';
import { loadedSlot, loadingSlot, setLoadingSlot, unload } from '../slots/arena';
import { loadBegin, loadStep } from '../slots/load';
import { isReverted, outcomeHasRoom, writeOutcome } from '../slots/outcome';
import {
  candidateHash, candidateIsForced, candidateSlot, candidateStage, confirmedSlot, forgetOther, stateHasRoom, writeArmed, writeConfirmed,
  writeNoCandidate, writeReverted, writeTrial,
} from '../slots/state';
import { findUpload } from '../slots/upload';
import { waitsForSlice } from '../work';
import { trialBegin } from './trial';

const STAGE_ARM: u32 = 4;
const STAGE_EXAMINE: u32 = 0;
const STAGE_RECORD: u32 = 1;
const STAGE_LOAD: u32 = 2;
const STAGE_GIVE_UP: u32 = 3;
const STAGE_LOAD_BEGIN: u32 = 5;
const STAGE_ACCEPT: u32 = 6;

let stage: u32 = STAGE_EXAMINE;
let outcome: u32 = 0;
let reason: u32 = 0;
let interrupted: bool = false;
/** Whether a trial begins with the end of the load: it does once, not again when the same edition is repaired. */
let beginsTrial: bool = false;

/** Begins to activate the candidate: a pending one is armed first. */
export function activateBegin(): void {
  stage = STAGE_ARM;
}

/** Begins to give the candidate up, for `why` (an outcome). */
export function revertBegin(why: u32): void {
  giveUp(why == OUTCOME_REVERTED_ON_REQUEST && candidateStage() != STAGE_TRIAL ? OUTCOME_WITHDRAWN : why, DONE);
}

function giveUp(why: u32, because: u32): void {
  stage = STAGE_GIVE_UP;
  outcome = why;
  reason = because;
}

/** Begins to load the edition of a slot into the arena; NO_SLOT leaves it empty. */
export function reloadBegin(slot: u32): void {
  beginsTrial = false;
  beginLoad(slot);
}

/** The arena is given up by the first step, in WINDOW, where the answer does not hang on it. */
function beginLoad(slot: u32): void {
  stage = STAGE_LOAD_BEGIN;
  interrupted = false;
  setLoadingSlot(slot);
}

function stepLoadBegin(): u32 {
  stage = STAGE_LOAD;
  if (loadingSlot() == NO_SLOT) unload();
  else loadBegin(loadingSlot());
  return MORE;
}

/** Adds how far an activation is to the sum that is over all tasks of a window. */
export function addActivation(sum: u32): u32 {
  return add(add(sum, stage ^ (outcome << 16)), reason | (u32(interrupted) << 16) | (u32(beginsTrial) << 17));
}

/** Whether an edition waits to be loaded until the machine is parked again. */
export function loadIsInterrupted(): bool {
  return interrupted;
}

export function resumeInterruptedLoad(): void {
  stage = STAGE_LOAD_BEGIN;
  interrupted = false;
}

/** Begins to give the edition that waits up, since it no longer passes. */
export function refuseBegin(because: u32): void {
  giveUp(OUTCOME_REFUSED_AT_ACTIVATION, because);
}

/**
 * The machine moves. What no record tells of yet is as it was: what was pending or armed is so still, what is on trial goes on. What is to
 * be loaded is loaded once it is parked again. Gives how this ends: DONE or the refusal.
 */
export function activationMoves(): u32 {
  if (stage == STAGE_EXAMINE) examineAbandon(examination());
  const isEmpty = stage == STAGE_GIVE_UP && candidateStage() == STAGE_TRIAL && loadedSlot() == NO_SLOT;
  if (isEmpty || stage == STAGE_LOAD_BEGIN || stage == STAGE_LOAD) {
    interrupted = true;
    setFault(LOAD_INTERRUPTED);
  }
  return stage == STAGE_GIVE_UP ? NOT_PARKED : DONE;
}

/** One bounded step of any of them, while the machine is parked. Gives MORE; DONE when nothing is left to do; or why it was not done. */
export function activationStep(): u32 {
  switch (stage) {
    case STAGE_ARM: return stepArm();
    case STAGE_EXAMINE: return stepExamine();
    case STAGE_ACCEPT: return stepAccept();
    case STAGE_RECORD: return stepRecord();
    case STAGE_GIVE_UP: return stepGiveUp();
    case STAGE_LOAD_BEGIN: return stepLoadBegin();
    default: return stepLoad();
  }
}

/** When the record cannot be written, the edition stays pending. */
function stepArm(): u32 {
  const isArmed = candidateStage() != STAGE_PENDING;
  if (!isArmed && (!stateHasRoom() || waitsForSlice())) return MORE;
  const result = isArmed ? DONE : writeArmed();
  if (result != DONE) return result;
  stage = STAGE_EXAMINE;
  examineBegin(examination(), candidateSlot());
  return MORE;
}

function stepExamine(): u32 {
  const result = examineFollower(examination());
  if (result == MORE) return MORE;
  if (result == DONE) {
    stage = STAGE_ACCEPT;
    acceptBegin();
  } else {
    giveUp(OUTCOME_REFUSED_AT_ACTIVATION, result);
  }
  return MORE;
}

/** Whether it may follow is read in flash. */
function stepAccept(): u32 {
  const known = edition(candidateSlot());
  let result: u32 = DONE;
  if (!sameHash(hashLocation(known), candidateHash())) result = DIGEST_MISMATCH;
  if (result == DONE) result = acceptAfterConfirmed(known, candidateIsForced());
  if (result == MORE) return MORE;
  if (result == DONE) stage = STAGE_RECORD;
  else giveUp(OUTCOME_REFUSED_AT_ACTIVATION, result);
  return MORE;
}

/** The record comes before the first answer of the new edition: a reset from here on goes back. */
function stepRecord(): u32 {
  if (!stateHasRoom() || waitsForSlice()) return MORE;
  const result = writeTrial();
  if (result == MORE) return MORE;
  if (result == DONE) {
    beginsTrial = true;
    beginLoad(candidateSlot());
  } else {
    giveUp(OUTCOME_REFUSED_AT_ACTIVATION, result);
  }
  return MORE;
}

/**
 * The outcome is written first: after a power cut between the two, it is written twice rather than never. When the record cannot be
 * written after a load that failed, nothing is loaded, and that is a FAULT of its own.
 */
function stepGiveUp(): u32 {
  const slot = candidateSlot();
  if (slot == NO_SLOT) return DONE;
  if (!outcomeHasRoom() || !stateHasRoom() || waitsForSlice()) return MORE;
  const epoch = edition(slot).epoch;
  if (writeOutcome(outcome, reason, epoch, candidateHash()) == MORE) return MORE;
  const result = isReverted(outcome) ? writeReverted(epoch) : writeNoCandidate();
  if (result == MORE) return MORE;
  if (result != DONE) {
    if (loadedSlot() == NO_SLOT) setFault(result);
    return result;
  }
  const back = confirmedSlot();
  if (back != NO_SLOT && back == loadedSlot()) return DONE;
  reloadBegin(back);
  return MORE;
}

function stepLoad(): u32 {
  if (loadingSlot() == NO_SLOT) {
    setFault(NO_EDITION);
    return DONE;
  }
  const result = loadStep();
  if (result == MORE) return MORE;
  if (result == DONE) {
    if (beginsTrial) trialBegin();
    setFault(DONE);
    return DONE;
  }
  if (loadingSlot() == candidateSlot()) {
    giveUp(OUTCOME_REFUSED_AT_ACTIVATION, result);
    return MORE;
  }
  setFault(result);
  return DONE;
}

/**
 * Makes the edition on trial the confirmed one. The outcome is written first, as everywhere. Gives DONE, MORE when room must be
 * made once more, or the refusal; afterwards the spare slot is another one, whatever came of it.
 */
export function confirmNow(): u32 {
  const known = edition(candidateSlot());
  if (!isVerified(known) || known.epoch == 0 || !sameHash(hashLocation(known), candidateHash())) return NOTHING_ON_TRIAL;
  let result = writeOutcome(OUTCOME_CONFIRMED, DONE, known.epoch, candidateHash());
  if (result == DONE) result = writeConfirmed(known.epoch);
  if (result != MORE && findUpload() == MORE) forgetOther();
  return result;
}
