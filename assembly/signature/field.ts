/**
 * Arithmetic modulo p = 2^255 − 19, in static memory. An element is 20 limbs of 13 bits, least first, each a signed word:
 *
 *     element  │ l0 │ l1 │ … │ l19 │      value = Σ li · 2^(13 i), modulo p; 2^260 = 608 modulo p
 *
 * How large limbs may be is said in *units* of 2^12 + 3. What multiply, square and carry leave has limbs of one unit at most; unpack leaves
 * two; a sum or difference has the units of both together. A product may be taken where the units of its factors multiply to six at most:
 * a column adds up 20 products, and 20 · 6 · (2^12 + 3)^2 < 2^31 − 2^26, which leaves room for what carries add.
 *
 * Everything here is public: keys, signatures and digests. So nothing takes the same time for all inputs on purpose, and loads may depend
 * on data.
 */
import { COMPACT, SIGNATURE_LOCATION } from '../format';
import { copyBytes, fillBytes } from '../bytes';

const LIMBS: u32 = 20;
export const ELEMENT_BYTES: u32 = LIMBS * 4;
export const PACKED_BYTES: u32 = 32;

/** What squares, and products where code is small, are added up from: four limbs by four. */
const BLOCK_BYTES: u32 = 16;

const LIMB_BITS: u32 = 13;
const LIMB_MASK: i32 = 0x1fff;
/** Half a limb: carries round to the nearest, so that limbs stay small on both sides of 0. */
const HALF: i32 = 0x1000;
/** Bits of the last limb below 2^255. */
const TOP_BITS: u32 = 8;
const TOP_MASK: i32 = 0xff;
/** 2^260 modulo p. */
const FOLD: i32 = 608;
/** 2^255 modulo p. */
const TOP_FOLD: i32 = 19;
/** The 39 columns of a product, and one for the carry out of the last. */
const COLUMNS: usize = SIGNATURE_LOCATION;
export const COLUMNS_BYTES: u32 = 2 * ELEMENT_BYTES;

/**
 * All that is worked on lies below 2^14, where format/memory.yaml has its constants. Compilers see it, too, and need no check of their own
 * at every access.
 */
const REACH: usize = 0x3fff;

// @ts-ignore: decorator
@inline
function near(location: usize): usize {
  return location & REACH;
}

/**
 * to = a · b. May be called with any of them the same. Four rows at a time: as many factors as small processors keep in registers. In
 * blocks where code is to be small, else by rows as long as an element.
 */
export function multiply(to: usize, a: usize, b: usize): void {
  clearColumns();
  if (COMPACT) {
    for (let row: usize = 0; row < ELEMENT_BYTES; row += BLOCK_BYTES) {
      for (let at: usize = 0; at < ELEMENT_BYTES; at += BLOCK_BYTES) addBlock(COLUMNS + row + at, a + row, b + at, 0);
    }
  } else {
    addRows(0, a, b);
    addRows(4, a, b);
    addRows(8, a, b);
    addRows(12, a, b);
    addRows(16, a, b);
  }
  reduce(near(to));
}

/** One column of four rows: the factors of the second stand a limb further left. */
// @ts-ignore: decorator
@inline
function column(to: usize, b: usize, a0: i32, a1: i32, a2: i32, a3: i32, at: usize): void {
  let sum = load<i32>(to + at);
  if (at < 80) sum += a0 * load<i32>(b + at);
  if (at >= 4 && at < 84) sum += a1 * load<i32>(b + at - 4);
  if (at >= 8 && at < 88) sum += a2 * load<i32>(b + at - 8);
  if (at >= 12) sum += a3 * load<i32>(b + at - 12);
  store<i32>(to + at, sum);
}

/** Adds four limbs of `a` from `first` on, each times all of `b`, to the columns. */
function addRows(first: u32, a: usize, b: usize): void {
  const columns = near(COLUMNS + (first << 2));
  const rows = near(a + (first << 2));
  b = near(b);
  const a0 = load<i32>(rows);
  const a1 = load<i32>(rows + 4);
  const a2 = load<i32>(rows + 8);
  const a3 = load<i32>(rows + 12);
  column(columns, b, a0, a1, a2, a3, 0);
  column(columns, b, a0, a1, a2, a3, 4);
  column(columns, b, a0, a1, a2, a3, 8);
  column(columns, b, a0, a1, a2, a3, 12);
  column(columns, b, a0, a1, a2, a3, 16);
  column(columns, b, a0, a1, a2, a3, 20);
  column(columns, b, a0, a1, a2, a3, 24);
  column(columns, b, a0, a1, a2, a3, 28);
  column(columns, b, a0, a1, a2, a3, 32);
  column(columns, b, a0, a1, a2, a3, 36);
  column(columns, b, a0, a1, a2, a3, 40);
  column(columns, b, a0, a1, a2, a3, 44);
  column(columns, b, a0, a1, a2, a3, 48);
  column(columns, b, a0, a1, a2, a3, 52);
  column(columns, b, a0, a1, a2, a3, 56);
  column(columns, b, a0, a1, a2, a3, 60);
  column(columns, b, a0, a1, a2, a3, 64);
  column(columns, b, a0, a1, a2, a3, 68);
  column(columns, b, a0, a1, a2, a3, 72);
  column(columns, b, a0, a1, a2, a3, 76);
  column(columns, b, a0, a1, a2, a3, 80);
  column(columns, b, a0, a1, a2, a3, 84);
  column(columns, b, a0, a1, a2, a3, 88);
}

/** to = a · a. Two different limbs meet twice, so what stands left of the diagonal is added doubled. */
export function square(to: usize, a: usize): void {
  clearColumns();
  for (let row: usize = 0; row < ELEMENT_BYTES; row += BLOCK_BYTES) {
    addBlock(COLUMNS + 2 * row, a + row, a + row, 0);
    for (let at = row + BLOCK_BYTES; at < ELEMENT_BYTES; at += BLOCK_BYTES) addBlock(COLUMNS + row + at, a + row, a + at, 1);
  }
  reduce(near(to));
}

function clearColumns(): void {
  for (let at: usize = 0; at < COLUMNS_BYTES; at += 16) {
    store<u64>(COLUMNS + at, 0);
    store<u64>(COLUMNS + at, 0, 8);
  }
}

/**
 * Adds four limbs at `a`, doubled `twice` times, times four limbs at `b` to seven columns.
 */
function addBlock(columns: usize, a: usize, b: usize, twice: u32): void {
  columns = near(columns);
  a = near(a);
  b = near(b);
  const a0 = load<i32>(a) << twice;
  const a1 = load<i32>(a, 4) << twice;
  const a2 = load<i32>(a, 8) << twice;
  const a3 = load<i32>(a, 12) << twice;
  const b0 = load<i32>(b);
  const b1 = load<i32>(b, 4);
  const b2 = load<i32>(b, 8);
  const b3 = load<i32>(b, 12);
  store<i32>(columns, load<i32>(columns) + a0 * b0);
  store<i32>(columns, load<i32>(columns, 4) + a0 * b1 + a1 * b0, 4);
  store<i32>(columns, load<i32>(columns, 8) + a0 * b2 + a1 * b1 + a2 * b0, 8);
  store<i32>(columns, load<i32>(columns, 12) + a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0, 12);
  store<i32>(columns, load<i32>(columns, 16) + a1 * b3 + a2 * b2 + a3 * b1, 16);
  store<i32>(columns, load<i32>(columns, 20) + a2 * b3 + a3 * b2, 20);
  store<i32>(columns, load<i32>(columns, 24) + a3 * b3, 24);
}

/** Carries from each of `words` at `at` to the next; gives what goes out of the last. */
function carryThrough(at: usize, words: u32): i32 {
  at = near(at);
  let carry: i32 = 0;
  for (const end = at + (words << 2); at < end; at += 4) {
    const value = load<i32>(at) + carry;
    carry = (value + HALF) >> LIMB_BITS;
    store<i32>(at, value - (carry << LIMB_BITS));
  }
  return carry;
}

/**
 * Columns to an element of one unit. The carry out of column 38 is below 2^14; with it, 608 times the upper half is below 2^23. The carry
 * out of the last limb is below 2^18, so 608 times it leaves limb 0 with a carry below 2^15 to limb 1, and that one of at most 3 to limb 2.
 */
function reduce(to: usize): void {
  const high = near(COLUMNS + ELEMENT_BYTES);
  store<i32>(high, carryThrough(high, LIMBS - 1), ELEMENT_BYTES - 4);
  let carry: i32 = 0;
  for (let at: usize = 0; at < ELEMENT_BYTES; at += 4) {
    const value = load<i32>(COLUMNS + at) + FOLD * load<i32>(high + at) + carry;
    carry = (value + HALF) >> LIMB_BITS;
    store<i32>(to + at, value - (carry << LIMB_BITS));
  }
  settle(to, carry);
}

/** Takes what went out of the last limb back in at the first. */
function settle(to: usize, carry: i32): void {
  store<i32>(to, load<i32>(to) + FOLD * carry);
  store<i32>(to, load<i32>(to, 8) + carryThrough(to, 2), 8);
}

/** Brings an element down to one unit; its limbs may be anything below 2^17. */
export function carry(element: usize): void {
  settle(element, carryThrough(element, LIMBS));
}

export function add(to: usize, a: usize, b: usize): void {
  for (let at: usize = 0; at < ELEMENT_BYTES; at += 4) store<i32>(near(to) + at, load<i32>(near(a) + at) + load<i32>(near(b) + at));
}

export function subtract(to: usize, a: usize, b: usize): void {
  for (let at: usize = 0; at < ELEMENT_BYTES; at += 4) store<i32>(near(to) + at, load<i32>(near(a) + at) - load<i32>(near(b) + at));
}

export function copyElement(to: usize, from: usize): void {
  copyBytes(to, from, ELEMENT_BYTES);
}

/** A small number as an element. */
export function setSmall(to: usize, value: i32): void {
  fillBytes(to, 0, ELEMENT_BYTES);
  store<i32>(to, value);
}

/** The low 255 bits of 32 bytes, least byte first, as an element of two units. */
export function unpack(to: usize, bytes: usize): void {
  let bit: u32 = 0;
  for (let i: u32 = 0; i < LIMBS; i++) {
    // The last limb begins in byte 30: what a third byte would add lies above its mask.
    const at = bytes + (bit >>> 3);
    const three = u32(load<u8>(at)) | (u32(load<u8>(at, 1)) << 8) | (i < LIMBS - 1 ? u32(load<u8>(at, 2)) << 16 : 0);
    store<u32>(to + (i << 2), (three >>> (bit & 7)) & LIMB_MASK);
    bit += LIMB_BITS;
  }
  store<u32>(to, load<u32>(to, ELEMENT_BYTES - 4) & TOP_MASK, ELEMENT_BYTES - 4);
}

/** Carries downwards through all limbs, so that none is negative, and takes what lies above 2^255 back in. */
function floorOnce(element: usize): void {
  element = near(element);
  let carry: i32 = 0;
  for (let at: usize = 0; at < ELEMENT_BYTES - 4; at += 4) {
    const value = load<i32>(element + at) + carry;
    store<i32>(element + at, value & LIMB_MASK);
    carry = value >> LIMB_BITS;
  }
  const top = load<i32>(element, ELEMENT_BYTES - 4) + carry;
  store<i32>(element, top & TOP_MASK, ELEMENT_BYTES - 4);
  store<i32>(element, load<i32>(element) + TOP_FOLD * (top >> TOP_BITS));
}

/**
 * Writes the 32 bytes of an element, the one number below p that it is. The element is carried to that number on the way.
 *
 * Of limbs below 2^15 the first pass leaves a number above −2^12 and below 2^255 + 2^13, the second one from 0 to 2^255 − 1. Adding 19 then
 * carries out of bit 255 just when it is p or more; taking 19 off again, or not, leaves it below p.
 */
export function pack(bytes: usize, element: usize): void {
  floorOnce(element);
  floorOnce(element);
  store<i32>(element, load<i32>(element) + TOP_FOLD);
  floorOnce(element);
  store<i32>(element, load<i32>(element) - TOP_FOLD);
  floorOnce(element);
  let waiting: u32 = 0;
  let bits: u32 = 0;
  let limb = element;
  for (let at: u32 = 0; at < PACKED_BYTES; at++) {
    if (bits < 8) {
      waiting |= load<u32>(limb) << bits;
      bits += LIMB_BITS;
      limb += 4;
    }
    store<u8>(bytes + at, waiting);
    waiting >>>= 8;
    bits -= 8;
  }
}
