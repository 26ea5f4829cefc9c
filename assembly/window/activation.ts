/**
 * Changing which edition answers: activation of the pending one, going back, loading again. All in bounded steps, in mode WINDOW,
 * so that check answers MAINTENANCE until the arena holds a whole edition again.
 */
import { acceptAfterConfirmed } from '../admit/accept';
import { edition, hashLocation, sameHash } from '../admit/edition';
import { examineBegin, examineStep } from '../admit/examine';
import { DIGEST_MISMATCH, DONE, MORE, NO_EDITION } from '../admit/refusal';
import { loadBegin, loadStep, loadedSlot } from '../slots/arena';
import { OUTCOME_CONFIRMED, OUTCOME_REFUSED, writeOutcome } from '../slots/outcome';
import {
  NO_SLOT, candidateHash, candidateSlot, confirmedSlot, writeConfirmed, writeNoCandidate, writeTrial,
} from '../slots/state';
import { setFault } from './mode';
import { trialBegin } from './trial';

const STAGE_EXAMINE: u32 = 0;
const STAGE_RECORD: u32 = 1;
const STAGE_LOAD: u32 = 2;
const STAGE_GIVE_UP: u32 = 3;
const STAGE_LOAD_BACK: u32 = 4;

let stage: u32 = STAGE_EXAMINE;
let outcome: u32 = 0;
let reason: u32 = 0;

export function activateBegin(): void {
  stage = STAGE_EXAMINE;
  examineBegin(candidateSlot());
}

/** Begins to give the candidate up, for `why` (an outcome). */
export function revertBegin(why: u32): void {
  giveUp(why, DONE);
}

function giveUp(why: u32, because: u32): void {
  stage = STAGE_GIVE_UP;
  outcome = why;
  reason = because;
}

/** Begins to load the edition again that should be running. */
export function reloadBegin(slot: u32): void {
  stage = STAGE_LOAD_BACK;
  if (slot != NO_SLOT) loadBegin(slot);
}

/** One bounded step of any of the three. Gives MORE, or DONE when an edition answers again or none is left to. */
export function activationStep(): u32 {
  switch (stage) {
    case STAGE_EXAMINE: return stepExamine();
    case STAGE_RECORD: return stepRecord();
    case STAGE_LOAD: return stepLoad();
    case STAGE_GIVE_UP: return stepGiveUp();
    default: return stepLoadBack();
  }
}

function stepExamine(): u32 {
  let result = examineStep();
  if (result == MORE) return MORE;
  const known = edition(candidateSlot());
  if (result == DONE && !sameHash(hashLocation(known), candidateHash())) result = DIGEST_MISMATCH;
  if (result == DONE) result = acceptAfterConfirmed(known);
  if (result == DONE) stage = STAGE_RECORD;
  else giveUp(OUTCOME_REFUSED, result);
  return MORE;
}

/** The record comes before the first answer of the new edition: a reset from here on goes back. */
function stepRecord(): u32 {
  const result = writeTrial();
  if (result != DONE) {
    giveUp(OUTCOME_REFUSED, result);
    return MORE;
  }
  loadBegin(candidateSlot());
  stage = STAGE_LOAD;
  return MORE;
}

function stepLoad(): u32 {
  const result = loadStep();
  if (result == MORE) return MORE;
  if (result != DONE) {
    giveUp(OUTCOME_REFUSED, result);
    return MORE;
  }
  trialBegin();
  setFault(DONE);
  return DONE;
}

/** The outcome is written first: after a power cut between the two, it is written twice rather than never. */
function stepGiveUp(): u32 {
  writeOutcome(outcome, reason, edition(candidateSlot()).epoch, candidateHash());
  writeNoCandidate();
  const back = confirmedSlot();
  if (back != NO_SLOT && back == loadedSlot()) return DONE;
  reloadBegin(back);
  return MORE;
}

function stepLoadBack(): u32 {
  if (confirmedSlot() == NO_SLOT) {
    setFault(NO_EDITION);
    return DONE;
  }
  const result = loadStep();
  if (result == MORE) return MORE;
  setFault(result);
  return DONE;
}

/** Makes the edition on trial the confirmed one. Gives DONE or FLASH_FAILED. */
export function confirmNow(): u32 {
  const known = edition(candidateSlot());
  const result = writeConfirmed(known.epoch);
  if (result == DONE) writeOutcome(OUTCOME_CONFIRMED, DONE, known.epoch, hashLocation(known));
  return result;
}
