/** How the last update ended, kept across resets: confirmed, reverted and why, or refused at activation. docs/SPEC.md section 5. */
import {
  AREA_OUTCOME, CONTENT_LOCATION, CONTENT_ROOM, HASH_BYTES, OUTCOME_MAGIC, OUTCOME_RECORD_AT_HASH, OUTCOME_RECORD_BYTES, OutcomeRecord,
  RECORD_LOCATION,
} from '../format';
import { journalAppend, journalFind, journalReadFailed } from './journal';

/** The last record, kept in RAM: it is asked for in RUN, where no journal is searched. */
const LAST: usize = memory.data(64, 4);
let known: bool = false;

/** Appends an outcome. Gives DONE or FLASH_FAILED. */
export function writeOutcome(outcome: u32, reason: u32, epoch: u32, hash: usize): u32 {
  memory.fill(CONTENT_LOCATION, 0, CONTENT_ROOM);
  const record = changetype<OutcomeRecord>(CONTENT_LOCATION);
  record.outcome = outcome;
  record.reason = reason;
  record.epoch = epoch;
  memory.copy(CONTENT_LOCATION + OUTCOME_RECORD_AT_HASH, hash, HASH_BYTES);
  const result = journalAppend(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES);
  readOutcome();
  return result;
}

/** Reads the last outcome from flash; the one in RAM stays when flash cannot be read. */
export function readOutcome(): void {
  const found = journalFind(AREA_OUTCOME, OUTCOME_MAGIC, OUTCOME_RECORD_BYTES) != 0;
  if (journalReadFailed()) return;
  known = found;
  memory.copy(LAST, RECORD_LOCATION, OUTCOME_RECORD_BYTES);
}

/** Whether there is a last outcome. */
export function outcomeIsKnown(): bool {
  return known;
}

/** The last outcome, if there is one. */
export function lastOutcome(): OutcomeRecord {
  return changetype<OutcomeRecord>(LAST);
}

/** The hash of an outcome: 32 bytes. */
export function outcomeHash(record: OutcomeRecord): usize {
  return changetype<usize>(record) + OUTCOME_RECORD_AT_HASH;
}
