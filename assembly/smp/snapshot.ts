/**
 * What an answer says, taken at one moment: it is written over many slices, in which the device goes on.
 *
 *     ANSWER  │ 16 words │ 32 bytes │ 32 bytes │      words by number, two hashes
 */
import { ANSWER_LOCATION, ANSWER_ROOM, HASH_BYTES } from '../format';

const WORDS: u32 = 16;
const HASHES: u32 = 2;
const HASHES_LOCATION: usize = ANSWER_LOCATION + WORDS * 4;

// @ts-ignore: decorator
@inline
export function setWord(index: u32, value: u32): void {
  store<u32>(wordPlace(index), value);
}

// @ts-ignore: decorator
@inline
export function word(index: u32): u32 {
  return load<u32>(wordPlace(index));
}

/** Where a word lies; those behind it follow. */
// @ts-ignore: decorator
@inline
export function wordPlace(index: u32): usize {
  return ANSWER_LOCATION + ((index & (WORDS - 1)) << 2);
}

// @ts-ignore: decorator
@inline
export function hashAt(index: u32): usize {
  return HASHES_LOCATION + (index & (HASHES - 1)) * HASH_BYTES;
}

/** Copies 32 bytes at a multiple of 4. */
export function setHash(index: u32, from: usize): void {
  const to = hashAt(index);
  for (let i: u32 = 0; i < HASH_BYTES; i += 4) store<u32>(to + i, load<u32>(from + i));
}

if (!(WORDS * 4 + HASHES * HASH_BYTES <= u32(ANSWER_ROOM))) ERROR('what an answer says outgrew its place');
