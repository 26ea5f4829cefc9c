/** Tokens of leases: they rise, across resets too, so that a write of an older lease is known as old. */
import { AREA_TOKENS, CONTENT_LOCATION, CONTENT_ROOM, DONE, FLASH_FAILED, TOKEN_MAGIC, TOKEN_RECORD_BYTES } from '../format';
import { journalAppend, journalFind, journalReadFailed } from './journal';

let last: u32 = 0;

/** The token given out last; 0 before the first. */
export function lastToken(): u32 {
  return last;
}

/** Reads the last token; it never falls before the next reset, whatever flash gives. Gives DONE or FLASH_FAILED. */
export function readTokens(): u32 {
  const found = journalFind(AREA_TOKENS, TOKEN_MAGIC, TOKEN_RECORD_BYTES);
  if (journalReadFailed()) return FLASH_FAILED;
  last = max(last, found);
  return DONE;
}

/** Raises the token and writes it before it counts: what flash gives then is above the one before. Gives DONE or FLASH_FAILED. */
export function raiseToken(): u32 {
  const before = last;
  memory.fill(CONTENT_LOCATION, 0, CONTENT_ROOM);
  const result = journalAppend(AREA_TOKENS, TOKEN_MAGIC, TOKEN_RECORD_BYTES);
  if (result != DONE) return result;
  const read = readTokens();
  if (read != DONE) return read;
  return last > before ? DONE : FLASH_FAILED;
}
