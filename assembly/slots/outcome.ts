/** How the last update ended, kept across resets: confirmed, reverted and why, or refused at activation. docs/SPEC.md section 5. */
import { HASH_BYTES } from '../limits';
import { CONTENT_BYTES, CONTENT_LOCATION, RECORD_LOCATION } from '../memory';
import { AREA_OUTCOME } from '../port';
import { journalAppend, journalFind, journalReadFailed } from './journal';

export const OUTCOME_CONFIRMED: u32 = 1;
export const OUTCOME_REVERTED_BY_RESET: u32 = 2;
export const OUTCOME_REVERTED_ON_REQUEST: u32 = 3;
export const OUTCOME_REVERTED_OVERDUE: u32 = 4;
export const OUTCOME_REFUSED: u32 = 5;

const MAGIC: u32 = 0x434f4648;
const BYTES: u32 = 64;
const HASH_OFFSET: usize = 20;

/** The last record, kept in RAM: it is asked for in RUN, where no journal is searched. */
const LAST: usize = memory.data(64, 4);
let known: bool = false;

@unmanaged
class Outcome {
  magic: u32;
  sequence: u32;
  outcome: u32;
  reason: u32;
  epoch: u32;
}

/** Appends an outcome. Gives DONE or FLASH_FAILED. */
export function writeOutcome(outcome: u32, reason: u32, epoch: u32, hash: usize): u32 {
  memory.fill(CONTENT_LOCATION, 0, CONTENT_BYTES);
  const record = changetype<Outcome>(CONTENT_LOCATION);
  record.outcome = outcome;
  record.reason = reason;
  record.epoch = epoch;
  memory.copy(CONTENT_LOCATION + HASH_OFFSET, hash, HASH_BYTES);
  const result = journalAppend(AREA_OUTCOME, MAGIC, BYTES);
  readOutcome();
  return result;
}

/** Reads the last outcome from flash; the one in RAM stays when flash cannot be read. */
export function readOutcome(): void {
  const found = journalFind(AREA_OUTCOME, MAGIC, BYTES) != 0;
  if (journalReadFailed()) return;
  known = found;
  memory.copy(LAST, RECORD_LOCATION, BYTES);
}

/** Whether there is a last outcome. */
export function outcomeIsKnown(): bool {
  return known;
}

/** The last outcome, if there is one. */
export function lastOutcome(): Outcome {
  return changetype<Outcome>(LAST);
}

/** The hash of an outcome: 32 bytes. */
export function outcomeHash(record: Outcome): usize {
  return changetype<usize>(record) + HASH_OFFSET;
}
