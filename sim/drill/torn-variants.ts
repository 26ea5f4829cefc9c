/**
 * Every way in which power may leave an operation half-done, word by word. No datasheet says what flash holds then; these are harsher
 * than a clean half. What was to change is old, new or a mix of both; an erase first programs what it is to erase.
 */
import type { Operation } from './paged-flash.ts';
import type { Random } from './random.ts';

/** What one half-done operation leaves where it worked. */
export interface Torn {
  readonly kind: string;
  /** Where it stopped, in words from its start. */
  readonly word: number;
  readonly bytes: Uint8Array;
}

const WORD_BYTES = 4;
const BITS_A_BYTE = 8;
/** Places at which an erase is stopped, spread over the sector; a program is stopped at every word. */
const ERASE_STOPS = 48;
/** How much of its bits an operation changes that works on all of them at once. */
const SHARES = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98];

/**
 * All of them for an operation, whether or not two leave the same. A program of several units of `unitBytes` stops between any two of them
 * too, as a port does that gives its chip one unit after the other.
 */
export function* tornVariants(operation: Operation, random: Random, unitBytes: number): Generator<Torn> {
  const words = Math.ceil(operation.after.length / WORD_BYTES);
  const every = operation.kind === 'erase' ? Math.max(1, Math.floor(words / ERASE_STOPS)) : 1;
  for (let word = 0; word < words; word += every) yield* stoppedAt(operation, word, random);
  if (operation.kind === 'program') yield* stoppedWithinWords(operation, unitBytes);
  for (const share of SHARES) {
    yield { kind: 'scattered', word: 0, bytes: scattered(operation.before, operation.after, share, random) };
    if (operation.kind === 'erase') yield* erasedInPart(operation, share, random);
  }
  yield { kind: 'all but one bit', word: 0, bytes: allButOneBit(operation, random) };
}

function* stoppedAt({ before, after }: Operation, word: number, random: Random): Generator<Torn> {
  const at = word * WORD_BYTES;
  const front = before.slice();
  front.set(after.subarray(0, at));
  yield { kind: 'front', word, bytes: front };
  const end = Math.min(at + WORD_BYTES, after.length);
  for (const kind of ['mixed', 'mixed again']) {
    const bytes = front.slice();
    bytes.set(scattered(before.subarray(at, end), after.subarray(at, end), 0.5, random), at);
    yield { kind, word, bytes };
  }
  const back = after.slice();
  back.set(before.subarray(0, at));
  yield { kind: 'back', word, bytes: back };
  const hole = after.slice();
  hole.set(before.subarray(at, end), at);
  yield { kind: 'hole', word, bytes: hole };
}

function* stoppedWithinWords({ before, after }: Operation, unitBytes: number): Generator<Torn> {
  for (let at = unitBytes; at < after.length; at += unitBytes) {
    if (at % WORD_BYTES === 0) continue;
    const front = before.slice();
    front.set(after.subarray(0, at));
    yield { kind: 'front within a word', word: Math.floor(at / WORD_BYTES), bytes: front };
  }
}

/** All bits go to what is programmed first, then to what is erased. */
function* erasedInPart({ before, after }: Operation, share: number, random: Random): Generator<Torn> {
  const programmed = after.map((byte) => ~byte);
  yield { kind: 'programmed first', word: 0, bytes: scattered(before, programmed, share, random) };
  yield { kind: 'erased in part', word: 0, bytes: scattered(programmed, after, share, random) };
}

/** Each bit that changes is new with the given probability, else old. */
function scattered(before: Uint8Array, after: Uint8Array, share: number, random: Random): Uint8Array {
  return before.map((byte, at) => {
    const difference = byte ^ (after[at] ?? 0);
    if (difference === 0) return byte;
    let mask = 0;
    for (let bit = 0; bit < BITS_A_BYTE; bit++) if (random.next() < share * 2 ** 32) mask |= 1 << bit;
    return byte ^ (difference & mask);
  });
}

function allButOneBit({ before, after }: Operation, random: Random): Uint8Array {
  const bytes = after.slice();
  const changed = [...bytes.keys()].filter((at) => before[at] !== after[at]);
  if (changed.length === 0) return bytes;
  const at = random.pick(changed);
  const difference = (before[at] ?? 0) ^ (after[at] ?? 0);
  bytes[at] = (after[at] ?? 0) ^ (difference & -difference);
  return bytes;
}

/**
 * Bits that a half-done operation leaves between 0 and 1: of those that it was to change, one, a word's, or a few anywhere.
 * By place in the whole flash, a mask of bits each.
 */
export function unstableBits(operation: Operation, random: Random): Map<number, number> {
  const { start, before, after } = operation;
  const changed = [...after.keys()].filter((at) => before[at] !== after[at]);
  const bits = new Map<number, number>();
  if (changed.length === 0) return bits;
  const differenceAt = (at: number) => (before[at] ?? 0) ^ (after[at] ?? 0);
  const form = random.below(4);
  if (form === 0) {
    const at = random.pick(changed);
    bits.set(start + at, differenceAt(at) & -differenceAt(at));
  } else if (form === 1) {
    const word = Math.floor(random.pick(changed) / WORD_BYTES);
    for (const at of changed)
      if (Math.floor(at / WORD_BYTES) === word) bits.set(start + at, differenceAt(at));
  } else {
    for (let count = random.between(2, 12); count > 0; count--) {
      const at = random.pick(changed);
      bits.set(start + at, differenceAt(at) & (random.next() >>> 24) || differenceAt(at));
    }
  }
  return bits;
}
