/**
 * Numbers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of the base point: eight words, least first. All are public,
 * so branches may depend on them.
 */
import { fillBytes } from '../bytes';
import { H } from './place';

const WORDS: u32 = 8;
const SCALAR_BYTES: u32 = WORDS * 4;

/** A word of L. */
function orderWord(word: u32): u32 {
  switch (word) {
    case 0: return 0x5cf5d3ed;
    case 1: return 0x5812631a;
    case 2: return 0xa2f79cd6;
    case 3: return 0x14def9de;
    case 7: return 0x10000000;
    default: return 0;
  }
}

/** Whether the number at `at` is below L. */
export function isBelowOrder(at: usize): bool {
  for (let word = WORDS; word > 0; word--) {
    const mine = load<u32>(at + ((word - 1) << 2));
    const bound = orderWord(word - 1);
    if (mine != bound) return mine < bound;
  }
  return false;
}

/** The bit of a number. */
export function scalarBit(at: usize, bit: u32): u32 {
  return (load<u32>(at + ((bit >>> 5) << 2)) >>> (bit & 31)) & 1;
}

export function reduceBegin(): void {
  fillBytes(H, 0, SCALAR_BYTES);
}

/** Takes one more word of a longer number in, the most significant word first: H = 2^32 · H + word, modulo L. */
export function reduceWord(word: u32): void {
  for (let bit: u32 = 0; bit < 32; bit++) {
    let carry = word >>> 31;
    word <<= 1;
    for (let at: usize = 0; at < SCALAR_BYTES; at += 4) {
      const value = load<u32>(H + at);
      store<u32>(H + at, (value << 1) | carry);
      carry = value >>> 31;
    }
    if (!isBelowOrder(H)) subtractOrder();
  }
}

function subtractOrder(): void {
  let borrow: u32 = 0;
  for (let word: u32 = 0; word < WORDS; word++) {
    const at = H + (word << 2);
    const value = load<u32>(at);
    const taken = value - orderWord(word);
    store<u32>(at, taken - borrow);
    borrow = u32(taken > value) | u32(taken < borrow);
  }
}
