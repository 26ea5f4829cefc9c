/**
 * What became of editions, kept across resets as records, the newest last: confirmed, reverted and why, refused at activation, given up
 * before they ran. docs/SPEC.md section 5.
 *
 * How far back they go is told by the journal: at least as many as fit into all of its sectors but one. They are read one by one, a few
 * bytes a step, since they are asked for in RUN.
 */
import {
  AREA_OUTCOME, CONTENT_LOCATION, CONTENT_ROOM, HASH_BYTES, OUTCOME_MAGIC, OUTCOME_RECORD_AT_BOOTS, OUTCOME_RECORD_AT_CHECKSUM,
  OUTCOME_RECORD_AT_HASH, OUTCOME_RECORD_AT_VERSION, OUTCOME_RECORD_BYTES, OUTCOME_REVERTED_BY_RESET, OUTCOME_REVERTED_OVERDUE,
  OutcomeRecord, READ_A_STEP, RECORD_LOCATION, RECORD_VERSION,
} from '../format';
import { CRC_START, crcWord } from '../digest/crc32c';
import { areaBytes, erasedByte, flashRead, sectorBytes } from '../port';
import {
  NOT_FOUND, journalAppend, journalFind, journalFoundAt, journalHasRoom, journalReadFailed, journalStride, recordIsWhole,
} from './journal';
import { known, knownOutcome } from './known';

/** What stands where an outcome may stand. */
export const PAST_RECORD: u32 = 0;
/** Something that is no record: power tore it. There may be others before. */
export const PAST_TORN: u32 = 1;
/** Nothing, or nothing that flash gives: there is none from here on back. */
export const PAST_END: u32 = 2;

/** Appends an outcome. Gives DONE or FLASH_FAILED. */
export function writeOutcome(outcome: u32, reason: u32, epoch: u32, hash: usize): u32 {
  memory.fill(CONTENT_LOCATION, 0, CONTENT_ROOM);
  const record = changetype<OutcomeRecord>(CONTENT_LOCATION);
  record.outcome = outcome;
  record.reason = reason;
  record.epoch = epoch;
  memory.copy(CONTENT_LOCATION + OUTCOME_RECORD_AT_HASH, hash, HASH_BYTES);
  store<u32>(CONTENT_LOCATION, known().boots, OUTCOME_RECORD_AT_BOOTS);
  store<u32>(CONTENT_LOCATION, RECORD_VERSION, OUTCOME_RECORD_AT_VERSION);
  const result = journalAppend(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES);
  readOutcome();
  return result;
}

/** Whether the next outcome can be written without an erase; if not, takes a bounded step towards it. */
export function outcomeHasRoom(): bool {
  return journalHasRoom(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES, 1);
}

/** Reads the newest outcome from flash; the one in RAM stays when flash cannot be read. */
export function readOutcome(): void {
  const found = journalFind(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES) != 0;
  if (journalReadFailed()) return;
  known().outcomeIsKnown = u32(found);
  known().outcomeAt = journalFoundAt();
  known().outcomeStride = journalStride(OUTCOME_RECORD_BYTES);
  known().outcomePlaces = areaBytes(AREA_OUTCOME) / known().outcomeStride;
  if (found) memory.copy(knownOutcome(), RECORD_LOCATION, OUTCOME_RECORD_BYTES);
  else memory.fill(knownOutcome(), 0, OUTCOME_RECORD_BYTES);
}

/** Whether there is a newest outcome. */
export function outcomeIsKnown(): bool {
  return known().outcomeIsKnown != 0;
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
function isReverted(outcome: u32): bool {
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
  if (known().outcomeIsKnown == 0 || back >= pastPlaces()) return NOT_FOUND;
  const distance = back * known().outcomeStride;
  const newest = known().outcomeAt;
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

/** Whether the last thing that became of the edition with this hash is that it was reverted. Reads the whole journal, so in WINDOW only. */
export function wasReverted(hash: usize): bool {
  const stride = journalStride(OUTCOME_RECORD_BYTES);
  let newest: u32 = 0;
  let last: u32 = 0;
  for (let start: u32 = 0; start < areaBytes(AREA_OUTCOME); start += sectorBytes()) {
    for (let offset = start; offset + stride <= start + sectorBytes(); offset += stride) {
      // The first bytes of a hash say of nearly all that they are of another edition.
      if (flashRead(AREA_OUTCOME, offset + OUTCOME_RECORD_AT_HASH, u32(RECORD_LOCATION), HASH_PIECE_BYTES) != 0) return true;
      if (memory.compare(RECORD_LOCATION, hash, HASH_PIECE_BYTES) != 0) continue;
      if (flashRead(AREA_OUTCOME, offset, u32(RECORD_LOCATION), OUTCOME_RECORD_BYTES) != 0) return true;
      if (!recordIsWhole(RECORD_LOCATION, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES)) continue;
      const record = changetype<OutcomeRecord>(RECORD_LOCATION);
      if (record.sequence <= newest || memory.compare(outcomeHash(record), hash, HASH_BYTES) != 0) continue;
      newest = record.sequence;
      last = record.outcome;
    }
  }
  return isReverted(last);
}
