/**
 * Which slot answers and what waits: the one small record that an update changes. docs/SPEC.md section 5.
 *
 *     none ──test──▶ pending ──window closes or reset──▶ trial ──confirm──▶ none, the candidate is now the confirmed one
 *       ▲───────────revert────┴──────revert or reset───────┘
 */
import {
  AREA_STATE, CONTENT_LOCATION, CONTENT_ROOM, DONE, FLASH_FAILED, HASH_BYTES, NO_SLOT, RECORD_LOCATION, STAGE_NONE, STAGE_PENDING,
  STAGE_TRIAL, STATE_MAGIC, STATE_RECORD_AT_CANDIDATE_HASH, STATE_RECORD_AT_CONFIRMED_HASH, STATE_RECORD_BYTES, StateRecord,
} from '../format';
import { journalAppend, journalFind, journalReadFailed } from './journal';

let confirmedIn: u32 = NO_SLOT;
let candidateIn: u32 = NO_SLOT;
let stage: u32 = STAGE_NONE;
let epoch: u32 = 0;
/** Whether the record was read since the reset: before that, nothing is known, not even that there is none. */
let isRead: bool = false;

const CONFIRMED_HASH: usize = memory.data(32, 4);
const CANDIDATE_HASH: usize = memory.data(32, 4);

export function confirmedSlot(): u32 {
  return confirmedIn;
}

export function candidateSlot(): u32 {
  return candidateIn;
}

export function candidateStage(): u32 {
  return stage;
}

/** Epoch of the confirmed edition; 0 when none was ever confirmed. */
export function confirmedEpoch(): u32 {
  return epoch;
}

export function confirmedHash(): usize {
  return CONFIRMED_HASH;
}

export function candidateHash(): usize {
  return CANDIDATE_HASH;
}

/** The slot that an upload goes to: the one that holds no confirmed edition. */
export function spareSlot(): u32 {
  return confirmedIn == 0 ? 1 : 0;
}

/** Whether it is known what is confirmed. Until then nothing may be written: what looks like a spare slot may be the confirmed one. */
export function stateIsKnown(): bool {
  return isRead;
}

/**
 * Reads the record that holds; without one, nothing is confirmed. A value out of range counts as none. Gives DONE, or FLASH_FAILED:
 * then all stays as it was.
 */
export function readState(): u32 {
  const found = journalFind(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES) != 0;
  if (journalReadFailed()) return FLASH_FAILED;
  isRead = true;
  const record = changetype<StateRecord>(RECORD_LOCATION);
  confirmedIn = found && record.confirmedSlot <= 1 ? record.confirmedSlot : NO_SLOT;
  candidateIn = found && record.candidateSlot <= 1 ? record.candidateSlot : NO_SLOT;
  stage = found && candidateIn != NO_SLOT && record.stage <= STAGE_TRIAL ? record.stage : STAGE_NONE;
  epoch = found ? record.confirmedEpoch : 0;
  memory.fill(CONFIRMED_HASH, 0, HASH_BYTES);
  memory.fill(CANDIDATE_HASH, 0, HASH_BYTES);
  if (!found) return DONE;
  memory.copy(CONFIRMED_HASH, RECORD_LOCATION + STATE_RECORD_AT_CONFIRMED_HASH, HASH_BYTES);
  memory.copy(CANDIDATE_HASH, RECORD_LOCATION + STATE_RECORD_AT_CANDIDATE_HASH, HASH_BYTES);
  return DONE;
}

/** Writes a record with these values; RAM follows flash, whatever came of it, unless flash cannot be read. Gives DONE or FLASH_FAILED. */
function writeState(confirmed: u32, candidate: u32, nextStage: u32, nextEpoch: u32, confirmedAt: usize, candidateAt: usize): u32 {
  memory.fill(CONTENT_LOCATION, 0, CONTENT_ROOM);
  const record = changetype<StateRecord>(CONTENT_LOCATION);
  record.confirmedSlot = confirmed;
  record.candidateSlot = candidate;
  record.stage = nextStage;
  record.confirmedEpoch = nextEpoch;
  memory.copy(CONTENT_LOCATION + STATE_RECORD_AT_CONFIRMED_HASH, confirmedAt, HASH_BYTES);
  if (candidate != NO_SLOT) memory.copy(CONTENT_LOCATION + STATE_RECORD_AT_CANDIDATE_HASH, candidateAt, HASH_BYTES);
  const result = journalAppend(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES);
  const read = readState();
  return result == DONE ? read : result;
}

/** Marks the edition in `slot` as pending. */
export function writePending(slot: u32, hash: usize): u32 {
  return writeState(confirmedIn, slot, STAGE_PENDING, epoch, CONFIRMED_HASH, hash);
}

/** Turns the pending edition into one on trial: from here on, a reset reverts it. */
export function writeTrial(): u32 {
  return writeState(confirmedIn, candidateIn, STAGE_TRIAL, epoch, CONFIRMED_HASH, CANDIDATE_HASH);
}

/** Gives up the candidate; the confirmed edition stays. */
export function writeNoCandidate(): u32 {
  if (stage == STAGE_NONE) return DONE;
  return writeState(confirmedIn, NO_SLOT, STAGE_NONE, epoch, CONFIRMED_HASH, CANDIDATE_HASH);
}

/** Makes the edition on trial, of epoch `trialEpoch`, the confirmed one. */
export function writeConfirmed(trialEpoch: u32): u32 {
  return writeState(candidateIn, NO_SLOT, STAGE_NONE, trialEpoch, CANDIDATE_HASH, CANDIDATE_HASH);
}
