/**
 * Which slot answers and what waits: the one small record that an update changes. docs/SPEC.md section 5.
 *
 *     none ──test──▶ pending ──close {activate} or reset, asked for──▶ armed ──parked──▶ trial ──confirm──▶ none, it is the confirmed one
 *       ▲───────────────┴───────────── given up ────────────────────────┴───────────────────┘
 *
 * A record is written twice, so that what it says does not hang on one stride.
 */
import { copyBytes, fillBytes } from '../bytes';
import {
  AREA_STATE, CONTENT_LOCATION, CONTENT_ROOM, DONE, FLASH_FAILED, HASH_BYTES, NO_SLOT, RECORD_LOCATION, RECORD_UNKNOWN, RECORD_VERSION,
  SLOTS, STAGE_ARMED, STAGE_NONE, STAGE_PENDING, STAGE_TRIAL, STATE_MAGIC, STATE_RECORD_AT_BOOTS, STATE_RECORD_AT_CANDIDATE_HASH,
  STATE_RECORD_AT_CHECKSUM, STATE_RECORD_AT_CONFIRMED_HASH, STATE_RECORD_AT_FORCED, STATE_RECORD_AT_REVERTED_EPOCH,
  STATE_RECORD_AT_REVERTED_EPOCH_TWO, STATE_RECORD_AT_REVERTED_TAG, STATE_RECORD_AT_REVERTED_UP_TO, STATE_RECORD_AT_TOKEN,
  STATE_RECORD_AT_VERSION, STATE_RECORD_BYTES, StateRecord,
} from '../format';
import { MORE } from '../refusal';
import { journalFind, journalIsFirm, journalReadFailed } from './find';
import { journalAppend, journalAppendAbove } from './journal';
import { known, knownCandidateHash, knownConfirmedHash, knownReverted } from './known';
import { journalHasRoom } from './room';
import { lastToken } from './tokens';

const COPIES: u32 = 2;
/** What is remembered of editions that were reverted stands together, at the end of the record. */
const REVERTED_BYTES: u32 = STATE_RECORD_AT_CHECKSUM - STATE_RECORD_AT_REVERTED_UP_TO;

/** Whether what boot read could read differently tomorrow. */
let inDoubt: bool = false;

export function confirmedSlot(): u32 {
  return known().confirmedPlace - 1;
}

export function candidateSlot(): u32 {
  return known().candidatePlace - 1;
}

export function candidateStage(): u32 {
  return known().stage;
}

/** Epoch of the confirmed edition; 0 when none was ever confirmed. */
export function confirmedEpoch(): u32 {
  return known().confirmedEpoch;
}

export function confirmedHash(): usize {
  return knownConfirmedHash();
}

export function candidateHash(): usize {
  return knownCandidateHash();
}

/** Token of the lease under which the candidate was marked; 0 before leases were recorded. */
export function markedToken(): u32 {
  return known().markedToken;
}

/** Whether an edition is pending that was marked under the lease given out last. */
export function markedIsOurs(): bool {
  return candidateStage() == STAGE_PENDING && markedToken() != 0 && markedToken() == lastToken();
}

/** When the trial began, in ticks. */
export function trialStart(): u32 {
  return known().trialStart;
}

export function setTrialStart(tick: u32): void {
  known().trialStart = tick;
}

/** Whether the candidate was marked with force. */
export function candidateIsForced(): bool {
  return known().forced != 0;
}

/** The slot that an upload goes to: the one that holds no confirmed edition. */
export function spareSlot(): u32 {
  return confirmedSlot() == 0 ? 1 : 0;
}

/** Whether the image in the spare slot was examined since the reset, and the upload there found. */
export function otherIsKnown(): bool {
  return known().otherIsKnown != 0;
}

export function knowOther(): void {
  known().otherIsKnown = 1;
}

/** To be examined again when the next window opens. */
export function forgetOther(): void {
  known().otherIsKnown = 0;
}

/** Whether it is known what is confirmed. Until then nothing may be written: what looks like a spare slot may be the confirmed one. */
export function stateIsKnown(): bool {
  return known().stateIsRead != 0;
}

/**
 * At boot: reads the record that holds; without one, nothing is confirmed. A value out of range counts as none. Gives DONE, or
 * FLASH_FAILED or RECORD_UNKNOWN: then all stays as it was.
 */
export function readState(): u32 {
  const found = journalFind(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES) != 0;
  if (journalReadFailed()) return FLASH_FAILED;
  if (!found) fillBytes(RECORD_LOCATION, 0, STATE_RECORD_BYTES);
  else if (load<u32>(RECORD_LOCATION, STATE_RECORD_AT_VERSION) > RECORD_VERSION) return RECORD_UNKNOWN;
  if (!found) store<u32>(RECORD_LOCATION, NO_SLOT, offsetof<StateRecord>('confirmedSlot'));
  takeUp(RECORD_LOCATION);
  known().boots = load<u32>(RECORD_LOCATION, STATE_RECORD_AT_BOOTS);
  inDoubt = !journalIsFirm(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES);
  return DONE;
}

/** Takes up what a record at `location` says. */
function takeUp(location: usize): void {
  const record = changetype<StateRecord>(location);
  const now = known();
  now.stateIsRead = 1;
  now.confirmedPlace = record.confirmedSlot < SLOTS ? record.confirmedSlot + 1 : 0;
  const isCandidate = record.candidateSlot < SLOTS && record.stage > STAGE_NONE && record.stage <= STAGE_ARMED;
  now.candidatePlace = isCandidate ? record.candidateSlot + 1 : 0;
  now.stage = isCandidate ? record.stage : STAGE_NONE;
  now.confirmedEpoch = record.confirmedEpoch;
  now.markedToken = load<u32>(location, STATE_RECORD_AT_TOKEN);
  now.forced = load<u32>(location, STATE_RECORD_AT_FORCED) & 1;
  copyBytes(knownReverted(), location + STATE_RECORD_AT_REVERTED_UP_TO, REVERTED_BYTES);
  copyBytes(knownConfirmedHash(), location + STATE_RECORD_AT_CONFIRMED_HASH, HASH_BYTES);
  copyBytes(knownCandidateHash(), location + STATE_RECORD_AT_CANDIDATE_HASH, HASH_BYTES);
}

/** After readState: takes up the number of this start of the device, one more than any record tells of; `before`: that of the outcomes. */
export function countBoot(before: u32): void {
  const last = max(before, known().boots);
  known().boots = last == 0xffffffff ? last : last + 1;
}

/** Lays out at CONTENT_LOCATION what is known now. */
function laySame(): void {
  const now = known();
  fillBytes(CONTENT_LOCATION, 0, CONTENT_ROOM);
  const record = changetype<StateRecord>(CONTENT_LOCATION);
  record.confirmedSlot = confirmedSlot();
  record.candidateSlot = candidateSlot();
  record.stage = now.stage;
  record.confirmedEpoch = now.confirmedEpoch;
  copyBytes(CONTENT_LOCATION + STATE_RECORD_AT_CONFIRMED_HASH, knownConfirmedHash(), HASH_BYTES);
  if (candidateSlot() != NO_SLOT) copyBytes(CONTENT_LOCATION + STATE_RECORD_AT_CANDIDATE_HASH, knownCandidateHash(), HASH_BYTES);
  store<u32>(CONTENT_LOCATION, RECORD_VERSION, STATE_RECORD_AT_VERSION);
  store<u32>(CONTENT_LOCATION, now.markedToken, STATE_RECORD_AT_TOKEN);
  store<u32>(CONTENT_LOCATION, now.boots, STATE_RECORD_AT_BOOTS);
  store<u32>(CONTENT_LOCATION, now.forced, STATE_RECORD_AT_FORCED);
  copyBytes(CONTENT_LOCATION + STATE_RECORD_AT_REVERTED_UP_TO, knownReverted(), REVERTED_BYTES);
}

/**
 * Writes what stands at CONTENT_LOCATION, once stateHasRoom says so, and takes it up. When it cannot be written, what was known goes on,
 * and is written above what may stand there in part. Gives DONE, MORE as journalAppend, or FLASH_FAILED.
 */
function writeContent(): u32 {
  const result = journalAppend(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES, COPIES);
  if (result == DONE) takeUp(CONTENT_LOCATION);
  if (result == DONE || result == MORE) return result;
  laySame();
  journalAppendAbove(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES, COPIES);
  return result;
}

/** Whether the next record can be written without an erase; if not, takes a bounded step towards it. */
export function stateHasRoom(): bool {
  return journalHasRoom(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES, COPIES);
}

/** At boot: what was decided over a record in doubt is written afresh, so that no other boot decides it another way. */
export function settleState(): void {
  if (!inDoubt) return;
  laySame();
  journalAppend(AREA_STATE, STATE_MAGIC, STATE_RECORD_BYTES, COPIES);
}

/** Marks the edition in `slot` as pending, under the lease of `token`. */
export function writePending(slot: u32, hash: usize, token: u32, forced: bool): u32 {
  laySame();
  const record = changetype<StateRecord>(CONTENT_LOCATION);
  record.candidateSlot = slot;
  record.stage = STAGE_PENDING;
  copyBytes(CONTENT_LOCATION + STATE_RECORD_AT_CANDIDATE_HASH, hash, HASH_BYTES);
  store<u32>(CONTENT_LOCATION, token, STATE_RECORD_AT_TOKEN);
  store<u32>(CONTENT_LOCATION, u32(forced), STATE_RECORD_AT_FORCED);
  return writeContent();
}

/** Arms the pending edition: from here on it goes on trial as soon as the machine is parked, after a reset too. */
export function writeArmed(): u32 {
  return writeStage(STAGE_ARMED);
}

/** Turns the armed edition into one on trial: from here on, a reset reverts it. */
export function writeTrial(): u32 {
  return writeStage(STAGE_TRIAL);
}

function writeStage(stage: u32): u32 {
  laySame();
  changetype<StateRecord>(CONTENT_LOCATION).stage = stage;
  return writeContent();
}

/** Gives up the candidate; the confirmed edition stays. */
export function writeNoCandidate(): u32 {
  if (candidateStage() == STAGE_NONE) return DONE;
  laySame();
  endCandidate();
  return writeContent();
}

/** Gives up the candidate, of this epoch, which ran on trial: that is not forgotten as long as its epoch is above the confirmed one. */
export function writeReverted(epoch: u32): u32 {
  if (candidateStage() == STAGE_NONE) return DONE;
  laySame();
  layReverted(epoch, load<u32>(candidateHash()));
  endCandidate();
  return writeContent();
}

/** Two are remembered one by one, those of the highest epochs; of all below them, only up to which epoch they were. */
function layReverted(epoch: u32, tag: u32): void {
  const now = known();
  if (tag == now.revertedTag || tag == now.revertedTagTwo) return;
  const lower = min(now.revertedEpoch, now.revertedEpochTwo);
  if (lower > confirmedEpoch()) {
    store<u32>(CONTENT_LOCATION, max(now.revertedUpTo, min(lower, epoch)), STATE_RECORD_AT_REVERTED_UP_TO);
    if (epoch < lower) return;
  }
  const place = CONTENT_LOCATION + (lower == now.revertedEpoch ? 0 : STATE_RECORD_AT_REVERTED_EPOCH_TWO - STATE_RECORD_AT_REVERTED_EPOCH);
  store<u32>(place, epoch, STATE_RECORD_AT_REVERTED_EPOCH);
  store<u32>(place, tag, STATE_RECORD_AT_REVERTED_TAG);
}

/** Whether an edition is remembered as one that ran on trial and was reverted, or is not above those of which no more is remembered. */
export function isRemembered(epoch: u32, hash: usize): bool {
  const tag = load<u32>(hash);
  return epoch <= known().revertedUpTo || tag == known().revertedTag || tag == known().revertedTagTwo;
}

function endCandidate(): void {
  const record = changetype<StateRecord>(CONTENT_LOCATION);
  record.candidateSlot = NO_SLOT;
  record.stage = STAGE_NONE;
  fillBytes(CONTENT_LOCATION + STATE_RECORD_AT_CANDIDATE_HASH, 0, HASH_BYTES);
  store<u32>(CONTENT_LOCATION, 0, STATE_RECORD_AT_TOKEN);
  store<u32>(CONTENT_LOCATION, 0, STATE_RECORD_AT_FORCED);
}

/** Makes the edition on trial, of epoch `trialEpoch`, the confirmed one. */
export function writeConfirmed(trialEpoch: u32): u32 {
  laySame();
  const record = changetype<StateRecord>(CONTENT_LOCATION);
  record.confirmedSlot = candidateSlot();
  record.confirmedEpoch = trialEpoch;
  copyBytes(CONTENT_LOCATION + STATE_RECORD_AT_CONFIRMED_HASH, knownCandidateHash(), HASH_BYTES);
  endCandidate();
  return writeContent();
}
