/** Tokens of leases: they rise, across resets too, so that a write of an older lease is known as old. */
import { DONE } from '../admit/refusal';
import { CONTENT_BYTES, CONTENT_LOCATION } from '../memory';
import { AREA_TOKENS } from '../port';
import { journalAppend, journalFind } from './journal';

const MAGIC: u32 = 0x4b544648;
const BYTES: u32 = 16;

let last: u32 = 0;

/** The token given out last; 0 before the first. */
export function lastToken(): u32 {
  return last;
}

export function readTokens(): void {
  last = journalFind(AREA_TOKENS, MAGIC, BYTES);
}

/** Raises the token and writes it before it counts. Gives DONE or FLASH_FAILED. */
export function raiseToken(): u32 {
  memory.fill(CONTENT_LOCATION, 0, CONTENT_BYTES);
  const result = journalAppend(AREA_TOKENS, MAGIC, BYTES);
  if (result == DONE) readTokens();
  return result;
}
