/** Tokens of leases: they rise, across resets too, so that a write of an older lease is known as old. */
import { fillBytes } from '../bytes';
import {
  AREA_TOKENS, CONTENT_LOCATION, CONTENT_ROOM, DONE, FLASH_FAILED, RECORD_VERSION, TOKEN_MAGIC, TOKEN_RECORD_AT_VERSION, TOKEN_RECORD_BYTES,
} from '../format';
import { journalFind, journalReadFailed, journalSequence } from './find';
import { journalAppend } from './journal';
import { known } from './known';
import { journalHasRoom } from './room';

/** The token given out last; 0 before the first. */
export function lastToken(): u32 {
  return known().token;
}

/** At boot: reads the last token. Gives DONE or FLASH_FAILED: then it stays as it was. */
export function readTokens(): u32 {
  const found = journalFind(AREA_TOKENS, TOKEN_MAGIC, TOKEN_RECORD_BYTES);
  if (journalReadFailed()) return FLASH_FAILED;
  known().token = found;
  return DONE;
}

/** Whether the next token can be written without an erase; if not, takes a bounded step towards it. */
export function tokenHasRoom(): bool {
  return journalHasRoom(AREA_TOKENS, TOKEN_MAGIC, TOKEN_RECORD_BYTES, 1);
}

/**
 * Raises the token and writes it before it counts. It stands above every stride that is not erased, so a record that could turn out to be
 * a token was none that was given out, and never is. To be called once tokenHasRoom says so. Gives DONE, MORE as journalAppend, or
 * FLASH_FAILED.
 */
export function raiseToken(): u32 {
  fillBytes(CONTENT_LOCATION, 0, CONTENT_ROOM);
  store<u32>(CONTENT_LOCATION, RECORD_VERSION, TOKEN_RECORD_AT_VERSION);
  const result = journalAppend(AREA_TOKENS, TOKEN_MAGIC, TOKEN_RECORD_BYTES, 1);
  if (result != DONE) return result;
  // Whatever flash said of what stood there: none is given twice.
  if (journalSequence(AREA_TOKENS) <= known().token) return FLASH_FAILED;
  known().token = journalSequence(AREA_TOKENS);
  return DONE;
}
