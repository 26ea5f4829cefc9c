/** Tokens of leases: they rise, across resets too, so that a write of an older lease is known as old. */
import { CONTENT_BYTES, CONTENT_LOCATION } from '../memory';
import { AREA_TOKENS } from '../port';
import { DONE, FLASH_FAILED } from '../refusal';
import { journalAppend, journalFind, journalReadFailed } from './journal';

const MAGIC: u32 = 0x4b544648;
const BYTES: u32 = 16;

let last: u32 = 0;

/** The token given out last; 0 before the first. */
export function lastToken(): u32 {
  return last;
}

/** Reads the last token; it never falls before the next reset, whatever flash gives. Gives DONE or FLASH_FAILED. */
export function readTokens(): u32 {
  const found = journalFind(AREA_TOKENS, MAGIC, BYTES);
  if (journalReadFailed()) return FLASH_FAILED;
  last = max(last, found);
  return DONE;
}

/** Raises the token and writes it before it counts: what flash gives then is above the one before. Gives DONE or FLASH_FAILED. */
export function raiseToken(): u32 {
  const before = last;
  memory.fill(CONTENT_LOCATION, 0, CONTENT_BYTES);
  const result = journalAppend(AREA_TOKENS, MAGIC, BYTES);
  if (result != DONE) return result;
  const read = readTokens();
  if (read != DONE) return read;
  return last > before ? DONE : FLASH_FAILED;
}
