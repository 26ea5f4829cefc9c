/**
 * What became of editions, kept across resets as records, the newest last: confirmed, reverted and why, refused at activation, given up
 * before they ran. docs/SPEC.md section 5.
 *
 * Each is written twice, so that what it says does not hang on one stride, and each names the one before it: whatever stands between them
 * in flash, and turns out to say, says nothing. How far back they go is told by the journal: at least as many as fit twice into all of its
 * sectors but one. They are read one by one, a few bytes a step, since they are asked for in RUN.
 */
import { copyBytes, fillBytes, sameBytes } from '../bytes';
import {
  AREA_OUTCOME, CONTENT_LOCATION, CONTENT_ROOM, DONE, HASH_BYTES, OUTCOME_MAGIC, OUTCOME_RECORD_AT_BEFORE,
  OUTCOME_RECORD_AT_BOOTS, OUTCOME_RECORD_AT_CHECKSUM, OUTCOME_RECORD_AT_HASH, OUTCOME_RECORD_AT_VERSION, OUTCOME_RECORD_BYTES,
  OUTCOME_REVERTED_BY_RESET, OUTCOME_REVERTED_OVERDUE, OUTCOME_VERSION, OutcomeRecord, READ_A_STEP, RECORD_LOCATION, REVERTED_BEFORE,
} from '../format';
import { CRC_START, crcWord } from '../digest/crc32c';
import { add } from '../digest/sum';
import { areaBytes, erasedByte, flashRead } from '../port';
import { MORE } from '../refusal';
import { spend } from '../work';
import { journalFind, journalIsFirm, journalPlace, journalSequence } from './find';
import { journalAppend, journalPrepare } from './journal';
import { known, knownOutcome } from './known';
import { NOT_FOUND, STRIDE_HOLDS, STRIDE_UNREAD, journalStride, strideKind } from './records';
import { journalHasRoom } from './room';

/** What stands where an outcome may stand. */
export const PAST_RECORD: u32 = 0;
/** Something that is no record: power tore it. There may be others before. */
export const PAST_TORN: u32 = 1;
/** Nothing, or nothing that flash gives: there is none from here on back. */
export const PAST_END: u32 = 2;

const COPIES: u32 = 2;

/** Whether what boot read could read differently tomorrow. */
let inDoubt: bool = false;

/** Appends an outcome, once outcomeHasRoom says so. Gives DONE, MORE as journalAppend, or FLASH_FAILED. */
export function writeOutcome(outcome: u32, reason: u32, epoch: u32, hash: usize): u32 {
  fillBytes(CONTENT_LOCATION, 0, CONTENT_ROOM);
  const record = changetype<OutcomeRecord>(CONTENT_LOCATION);
  record.outcome = outcome;
  record.reason = reason;
  record.epoch = epoch;
  copyBytes(CONTENT_LOCATION + OUTCOME_RECORD_AT_HASH, hash, HASH_BYTES);
  store<u32>(CONTENT_LOCATION, known().boots, OUTCOME_RECORD_AT_BOOTS);
  journalPrepare(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES, COPIES);
  return writeContent(journalSequence(AREA_OUTCOME));
}

/** Writes what stands at CONTENT_LOCATION, the outcome before it having the number `before`. */
function writeContent(before: u32): u32 {
  store<u16>(CONTENT_LOCATION, u16(OUTCOME_VERSION), OUTCOME_RECORD_AT_VERSION);
  store<u16>(CONTENT_LOCATION, u16(before), OUTCOME_RECORD_AT_BEFORE);
  const result = journalAppend(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES, COPIES);
  if (result == DONE) copyBytes(knownOutcome(), RECORD_LOCATION, OUTCOME_RECORD_BYTES);
  return result;
}

/** Whether the next outcome can be written without an erase; if not, takes a bounded step towards it. */
export function outcomeHasRoom(): bool {
  return journalHasRoom(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES, COPIES);
}

/** At boot: reads the newest outcome from flash; none is known when flash cannot be read. */
export function readOutcome(): void {
  const stride = journalStride(OUTCOME_RECORD_BYTES);
  known().outcomeStride = stride;
  known().outcomePlaces = areaBytes(AREA_OUTCOME) / stride;
  const found = journalFind(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES) != 0;
  if (found) copyBytes(knownOutcome(), RECORD_LOCATION, OUTCOME_RECORD_BYTES);
  else fillBytes(knownOutcome(), 0, OUTCOME_RECORD_BYTES);
  inDoubt = found && !journalIsFirm(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES);
}

/** At boot: what was decided over an outcome in doubt is written afresh, in its place, so that no other boot decides it another way. */
export function settleOutcome(): void {
  if (!inDoubt) return;
  const before = lastOutcome().sequence - placesToBefore(knownOutcome());
  copyBytes(CONTENT_LOCATION, knownOutcome(), OUTCOME_RECORD_BYTES);
  writeContent(before);
}

/** How many places before the outcome at `location` the one lies that was written before it. */
export function placesToBefore(location: usize): u32 {
  if (load<u16>(location, OUTCOME_RECORD_AT_VERSION) < u16(OUTCOME_VERSION)) return 1;
  return max(1, u16(changetype<OutcomeRecord>(location).sequence - u32(load<u16>(location, OUTCOME_RECORD_AT_BEFORE))));
}

/** Whether there is a newest outcome. */
export function outcomeIsKnown(): bool {
  return journalPlace(AREA_OUTCOME) != NOT_FOUND;
}

/** The newest outcome, if there is one; else all 0. */
export function lastOutcome(): OutcomeRecord {
  return changetype<OutcomeRecord>(knownOutcome());
}

/** The hash of an outcome: 32 bytes. */
export function outcomeHash(record: OutcomeRecord): usize {
  return changetype<usize>(record) + OUTCOME_RECORD_AT_HASH;
}

/** In which start of the device an outcome was written; 0: by an earlier core. */
export function outcomeBoots(record: OutcomeRecord): u32 {
  return load<u32>(changetype<usize>(record), OUTCOME_RECORD_AT_BOOTS);
}

/** Whether an outcome is that of an edition that ran on trial and was reverted. */
export function isReverted(outcome: u32): bool {
  return outcome >= OUTCOME_REVERTED_BY_RESET && outcome <= OUTCOME_REVERTED_OVERDUE;
}

/** Of a hash, read to know that it is another one. */
const HASH_PIECE_BYTES: u32 = 4;

// The outcomes of the past

/** How many places of outcomes there are, torn and empty ones counted: as far back as pastPlace goes. */
export function pastPlaces(): u32 {
  return known().outcomePlaces;
}

/** Where the outcome lies that was written `back` places before the newest (0); NOT_FOUND when there is none so far back. */
export function pastPlace(back: u32): u32 {
  const newest = journalPlace(AREA_OUTCOME);
  if (newest == NOT_FOUND || back >= pastPlaces()) return NOT_FOUND;
  const distance = back * known().outcomeStride;
  return newest >= distance ? newest - distance : newest + pastPlaces() * known().outcomeStride - distance;
}

/** Pieces of READ_A_STEP bytes in which an outcome is read. */
export const PAST_PIECES: u32 = OUTCOME_RECORD_BYTES / READ_A_STEP;

let pastCrc: u32 = CRC_START;
let pastFailed: bool = false;

/**
 * Reads a piece (0, 1 … PAST_PIECES − 1, in this order) of the outcome at `place` to `location`, where all of it lies afterwards: a few
 * bytes, so that a slice in RUN can do it.
 */
export function readPast(place: u32, piece: u32, location: usize): void {
  const at = piece * READ_A_STEP;
  const to = location + at;
  if (piece == 0) {
    pastCrc = CRC_START;
    pastFailed = false;
  }
  if (flashRead(AREA_OUTCOME, place + at, u32(to), READ_A_STEP) != 0) pastFailed = true;
  for (let i: u32 = 0; i < READ_A_STEP; i += 4) {
    if (at + i < u32(OUTCOME_RECORD_AT_CHECKSUM)) pastCrc = crcWord(pastCrc, load<u32>(to + i));
  }
}

/** What the last piece completed at `location`: PAST_RECORD, PAST_TORN or PAST_END. */
export function pastKind(location: usize): u32 {
  if (pastFailed || load<u32>(location) == erasedByte() * 0x01010101) return PAST_END;
  const isWhole = load<u32>(location) == OUTCOME_MAGIC && load<u32>(location, OUTCOME_RECORD_AT_CHECKSUM) == ~pastCrc;
  return isWhole ? PAST_RECORD : PAST_TORN;
}

/** Whether this start of the device reverted an edition that was on trial when it began. */
export function revertedAtBoot(): bool {
  return known().revertedAtBoot != 0;
}

export function noteRevertAtBoot(): void {
  known().revertedAtBoot = 1;
}

// Whether an edition was reverted

/** Outcomes of which a step reads a few bytes, how many of them whole, and what each takes at most, in cycles of an RP2040. */
const HEADS_A_STEP: u32 = 64;
const WHOLE_A_STEP: u32 = 3;
const HEAD_CYCLES: u32 = 700;
const WHOLE_CYCLES: u32 = 9000;

/** The outcome that is looked at next; the newest so far of the edition in question, and what that says. */
let lookAt: u32 = 0;
let newest: u32 = 0;
let last: u32 = 0;

/** Adds how far the look at outcomes is to the sum that is over all tasks of a window; places are multiples of more than 6. */
export function addPast(sum: u32): u32 {
  return add(sum, (lookAt | last) ^ newest);
}

/** Begins to look whether an edition was reverted. */
export function revertedBegin(): void {
  lookAt = 0;
  newest = 0;
  last = 0;
}

/**
 * A bounded step over the journal. Gives MORE; DONE when the last thing that became of the edition with this hash, once it ran, is not that
 * it was reverted; or REVERTED_BEFORE, also when flash does not give that.
 */
export function revertedStep(hash: usize): u32 {
  const stride = journalStride(OUTCOME_RECORD_BYTES);
  let heads: u32 = 0;
  let whole: u32 = 0;
  for (; heads < HEADS_A_STEP && whole < WHOLE_A_STEP && lookAt < areaBytes(AREA_OUTCOME); heads++) {
    const at = lookAt;
    lookAt += stride;
    // The first bytes of a hash say of nearly all that they are of another edition.
    if (flashRead(AREA_OUTCOME, at + OUTCOME_RECORD_AT_HASH, u32(RECORD_LOCATION), HASH_PIECE_BYTES) != 0) return REVERTED_BEFORE;
    if (!maybeSame(RECORD_LOCATION, hash)) continue;
    whole++;
    const kind = strideKind(AREA_OUTCOME, at, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES, newest);
    if (kind == STRIDE_UNREAD) return REVERTED_BEFORE;
    if (kind == STRIDE_HOLDS) takeUpPast(hash);
  }
  spend(heads * HEAD_CYCLES + whole * WHOLE_CYCLES);
  if (lookAt < areaBytes(AREA_OUTCOME)) return MORE;
  return isReverted(last) ? REVERTED_BEFORE : DONE;
}

/** Whether the first bytes of two hashes are the same, one that was read wrong apart. */
function maybeSame(piece: usize, hash: usize): bool {
  let same: u32 = 0;
  for (let i: u32 = 0; i < HASH_PIECE_BYTES; i++) same += u32(load<u8>(piece + i) == load<u8>(hash + i));
  return same + 1 >= HASH_PIECE_BYTES;
}

/** Takes up what the outcome at RECORD_LOCATION says, if it is a newer one of this edition, and says what became of it when it ran. */
function takeUpPast(hash: usize): void {
  const record = changetype<OutcomeRecord>(RECORD_LOCATION);
  if (record.outcome > OUTCOME_REVERTED_OVERDUE) return;
  if (record.sequence <= newest || !sameBytes(outcomeHash(record), hash, HASH_BYTES)) return;
  newest = record.sequence;
  last = record.outcome;
}
