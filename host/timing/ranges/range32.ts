/**
 * What is known of an i32: an unsigned interval, a signed interval, and bits (a bit is known when its place in `unknown` is 0; its
 * value then stands in `bits`). The three are kept consistent; no range is ever empty, `undefined` stands for "impossible".
 *
 * Arithmetic on known bits is that of "tristate numbers", as Linux's BPF verifier does it (Vishwanathan et al., CGO 2022).
 */
import { U32_MAX } from '../../common/integers.ts';

export interface Range32 {
  readonly kind: 'i32';
  /** Unsigned, inclusive. */
  readonly low: number;
  readonly high: number;
  /** Signed, inclusive. */
  readonly signedLow: number;
  readonly signedHigh: number;
  readonly bits: number;
  readonly unknown: number;
}

const TWO_32 = 2 ** 32;
const S32_MIN = -(2 ** 31);
const S32_MAX = 2 ** 31 - 1;

export const ANY32: Range32 = {
  kind: 'i32',
  low: 0,
  high: U32_MAX,
  signedLow: S32_MIN,
  signedHigh: S32_MAX,
  bits: 0,
  unknown: U32_MAX,
};

/** The bits that numbers from low to high do not have in common. */
function differingBits(low: number, high: number): number {
  const differing = (low ^ high) >>> 0;
  return differing === 0 ? 0 : U32_MAX >>> Math.clz32(differing);
}

/** The range of what satisfies all three descriptions, undefined when nothing does. No arrays: this is most of what a proof does. */
function settle(
  low: number,
  high: number,
  signedLow: number,
  signedHigh: number,
  bits: number,
  unknown: number,
): Range32 | undefined {
  // Twice around lets what one description learned reach the others; more gains nothing that matters.
  for (let round = 0; round < 2; round++) {
    const lowBefore = low;
    const highBefore = high;
    const unknownBefore = unknown;
    const signedLowBefore = signedLow;
    const signedHighBefore = signedHigh;
    // Numbers of one sign are in one order, signed or not.
    const wrap = signedLow >= 0 ? 0 : TWO_32;
    if (signedLow >= 0 || signedHigh < 0) {
      low = Math.max(low, signedLow + wrap);
      high = Math.min(high, signedHigh + wrap);
    }
    low = upToBits(Math.max(low, bits), bits, unknown);
    high = downToBits(Math.min(high, (bits | unknown) >>> 0), bits, unknown);
    if (low > high) return undefined;
    const commonUnknown = differingBits(low, high);
    const commonBits = (low & ~commonUnknown) >>> 0;
    const known = ~(unknown | commonUnknown);
    if (((bits ^ commonBits) & known) !== 0) return undefined;
    unknown = (unknown & commonUnknown) >>> 0;
    bits = ((bits | commonBits) & ~unknown) >>> 0;
    if (high <= S32_MAX || low > S32_MAX) {
      signedLow = Math.max(signedLow, low | 0);
      signedHigh = Math.min(signedHigh, high | 0);
    }
    if (signedLow > signedHigh) return undefined;
    const isSettled = low === lowBefore && high === highBefore && unknown === unknownBefore;
    if (isSettled && signedLow === signedLowBefore && signedHigh === signedHighBefore) break;
  }
  return { kind: 'i32', low, high, signedLow, signedHigh, bits, unknown };
}

/** The lowest number from `low` on whose known low bits are right. */
function upToBits(low: number, bits: number, unknown: number): number {
  const stride = lowestBit(unknown);
  return stride <= 1 ? low : low + modulo(bits - low, stride);
}

/** The highest number up to `high` whose known low bits are right. */
function downToBits(high: number, bits: number, unknown: number): number {
  const stride = lowestBit(unknown);
  return stride <= 1 ? high : high - modulo(high - bits, stride);
}

/** The remainder from 0 on; `stride` is a power of two up to 2^32, and the number below 2^33 each way. */
function modulo(value: number, stride: number): number {
  return ((value % stride) + stride) % stride;
}

/** The lowest set bit as a power of two; 2^32 for 0. */
function lowestBit(value: number): number {
  return value === 0 ? TWO_32 : (value & -value) >>> 0;
}

export function exactly32(value: number): Range32 {
  const unsigned = value >>> 0;
  return {
    kind: 'i32',
    low: unsigned,
    high: unsigned,
    signedLow: unsigned | 0,
    signedHigh: unsigned | 0,
    bits: unsigned,
    unknown: 0,
  };
}

/** Unsigned numbers from low to high, both inclusive. */
export function between32(low: number, high: number): Range32 {
  return settle(low, high, S32_MIN, S32_MAX, 0, U32_MAX) ?? ANY32;
}

/** Signed numbers from low to high, both inclusive. */
export function signedBetween32(low: number, high: number): Range32 {
  return settle(0, U32_MAX, low, high, 0, U32_MAX) ?? ANY32;
}

export function isExact32(range: Range32): boolean {
  return range.low === range.high;
}

/** What is in both; undefined when nothing is. */
export function meet32(a: Range32, b: Range32): Range32 | undefined {
  if (a === b || a === ANY32) return b;
  if (b === ANY32) return a;
  if (((a.bits ^ b.bits) & ~(a.unknown | b.unknown)) !== 0) return undefined;
  const unknown = (a.unknown & b.unknown) >>> 0;
  return settle(
    Math.max(a.low, b.low),
    Math.min(a.high, b.high),
    Math.max(a.signedLow, b.signedLow),
    Math.min(a.signedHigh, b.signedHigh),
    ((a.bits | b.bits) & ~unknown) >>> 0,
    unknown,
  );
}

/** A range that holds both. */
export function join32(a: Range32, b: Range32): Range32 {
  if (a === b) return a;
  const unknown = (a.unknown | b.unknown | (a.bits ^ b.bits)) >>> 0;
  return (
    settle(
      Math.min(a.low, b.low),
      Math.max(a.high, b.high),
      Math.min(a.signedLow, b.signedLow),
      Math.max(a.signedHigh, b.signedHigh),
      (a.bits & ~unknown) >>> 0,
      unknown,
    ) ?? ANY32
  );
}

/** Whether all of `inner` is in `outer`. */
export function within32(inner: Range32, outer: Range32): boolean {
  return (
    inner.low >= outer.low &&
    inner.high <= outer.high &&
    inner.signedLow >= outer.signedLow &&
    inner.signedHigh <= outer.signedHigh &&
    (inner.unknown & ~outer.unknown) === 0 &&
    ((inner.bits ^ outer.bits) & ~outer.unknown) === 0
  );
}

/**
 * A range that holds both, and that repeated widening leaves after few rounds: ends go to the next of `steps` (rising, unsigned
 * and signed numbers alike), unknown bits spread upwards.
 */
export function widen32(before: Range32, after: Range32, steps: readonly number[]): Range32 {
  const hull = join32(before, after);
  const down = (end: number, least: number) =>
    steps.findLast((step) => step <= end && step >= least) ?? least;
  const up = (end: number, most: number) => steps.find((step) => step >= end && step <= most) ?? most;
  const differing = (hull.unknown & ~before.unknown) >>> 0;
  const unknown = differing === 0 ? hull.unknown : (hull.unknown | ~(lowestBit(differing) - 1)) >>> 0;
  return (
    settle(
      hull.low < before.low ? down(hull.low, 0) : hull.low,
      hull.high > before.high ? up(hull.high, U32_MAX) : hull.high,
      hull.signedLow < before.signedLow ? down(hull.signedLow, S32_MIN) : hull.signedLow,
      hull.signedHigh > before.signedHigh ? up(hull.signedHigh, S32_MAX) : hull.signedHigh,
      (hull.bits & ~unknown) >>> 0,
      unknown,
    ) ?? ANY32
  );
}

/** An unsigned interval that may have left 0 … 2^32 − 1 as a whole; any number when it did so in part. */
function wrap(low: number, high: number): [number, number] {
  const turns = Math.floor(low / TWO_32);
  return Math.floor(high / TWO_32) === turns ? [low - turns * TWO_32, high - turns * TWO_32] : [0, U32_MAX];
}

function wrapSigned(low: number, high: number): [number, number] {
  return low < S32_MIN || high > S32_MAX ? [S32_MIN, S32_MAX] : [low, high];
}

function build(
  [low, high]: readonly [number, number],
  [signedLow, signedHigh]: readonly [number, number],
  bits: number,
  unknown: number,
): Range32 {
  return settle(low, high, signedLow, signedHigh, (bits & ~unknown) >>> 0, unknown >>> 0) ?? ANY32;
}

const ANY_UNSIGNED = [0, U32_MAX] as const;
const ANY_SIGNED = [S32_MIN, S32_MAX] as const;

export function add32(a: Range32, b: Range32): Range32 {
  const bits = (a.bits + b.bits) >>> 0;
  const carried = ((a.unknown + b.unknown + bits) >>> 0) ^ bits;
  return build(
    wrap(a.low + b.low, a.high + b.high),
    wrapSigned(a.signedLow + b.signedLow, a.signedHigh + b.signedHigh),
    bits,
    carried | a.unknown | b.unknown,
  );
}

export function subtract32(a: Range32, b: Range32): Range32 {
  const bits = (a.bits - b.bits) >>> 0;
  const borrowed = ((bits + a.unknown) >>> 0) ^ ((bits - b.unknown) >>> 0);
  return build(
    wrap(a.low - b.high, a.high - b.low),
    wrapSigned(a.signedLow - b.signedHigh, a.signedHigh - b.signedLow),
    bits,
    borrowed | a.unknown | b.unknown,
  );
}

export function multiply32(a: Range32, b: Range32): Range32 {
  if (isExact32(a) && isExact32(b)) return exactly32(Math.imul(a.low, b.low));
  const high = a.high * b.high;
  const zeros = Math.min(32, trailingZeros(a) + trailingZeros(b));
  const unknown = zeros === 32 ? 0 : ~(2 ** zeros - 1);
  return build(high <= U32_MAX ? [a.low * b.low, high] : ANY_UNSIGNED, ANY_SIGNED, 0, unknown);
}

/** How many low bits are known to be 0. */
export function trailingZeros(range: Range32): number {
  const low = (range.bits | range.unknown) >>> 0;
  return low === 0 ? 32 : 31 - Math.clz32(low & -low);
}

export function and32(a: Range32, b: Range32): Range32 {
  const bits = (a.bits & b.bits) >>> 0;
  const unknown = (((a.bits | a.unknown) & (b.bits | b.unknown)) ^ bits) >>> 0;
  const low = maskedLow(a, b) ?? maskedLow(b, a) ?? 0;
  return build([low, Math.min(a.high, b.high)], ANY_SIGNED, bits, unknown);
}

/** Masking low bits away keeps the order of numbers, so the least stays the least. */
function maskedLow(value: Range32, mask: Range32): number | undefined {
  if (!isExact32(mask)) return undefined;
  const cleared = ~mask.low >>> 0;
  return ((cleared + 1) & cleared) === 0 ? (value.low & mask.low) >>> 0 : undefined;
}

export function or32(a: Range32, b: Range32): Range32 {
  const bits = (a.bits | b.bits) >>> 0;
  return build([Math.max(a.low, b.low), U32_MAX], ANY_SIGNED, bits, (a.unknown | b.unknown) & ~bits);
}

export function xor32(a: Range32, b: Range32): Range32 {
  const unknown = (a.unknown | b.unknown) >>> 0;
  return build(ANY_UNSIGNED, ANY_SIGNED, a.bits ^ b.bits, unknown);
}

/** The least and greatest shift count; counts are taken modulo 32. */
function shiftCounts(count: Range32): [number, number] {
  if (count.high - count.low >= 31) return [0, 31];
  const low = count.low & 31;
  const high = count.high & 31;
  return low <= high ? [low, high] : [0, 31];
}

export function shiftLeft32(a: Range32, count: Range32): Range32 {
  const [least, most] = shiftCounts(count);
  const high = a.high * 2 ** most;
  const interval = high <= U32_MAX ? ([a.low * 2 ** least, high] as const) : ANY_UNSIGNED;
  if (least === most) return build(interval, ANY_SIGNED, a.bits << least, a.unknown << least);
  const zeros = Math.min(31, trailingZeros(a) + least);
  return build(interval, ANY_SIGNED, 0, ~(2 ** zeros - 1));
}

export function shiftRight32(a: Range32, count: Range32): Range32 {
  const [least, most] = shiftCounts(count);
  const interval = [a.low >>> most, a.high >>> least] as const;
  if (least === most) return build(interval, ANY_SIGNED, a.bits >>> least, a.unknown >>> least);
  return build(interval, ANY_SIGNED, 0, U32_MAX);
}

export function shiftRightSigned32(a: Range32, count: Range32): Range32 {
  const [least, most] = shiftCounts(count);
  if (least !== most) {
    const low = a.signedLow < 0 ? a.signedLow >> least : a.signedLow >> most;
    const high = a.signedHigh < 0 ? a.signedHigh >> most : a.signedHigh >> least;
    return signedBetween32(low, high);
  }
  return build(
    ANY_UNSIGNED,
    [a.signedLow >> least, a.signedHigh >> least],
    (a.bits | 0) >> least,
    (a.unknown | 0) >> least,
  );
}

/** The divisor is not 0: whoever divides has shown that, or was declined. */
export function divide32(a: Range32, b: Range32): Range32 {
  return between32(Math.floor(a.low / Math.max(b.high, 1)), Math.floor(a.high / Math.max(b.low, 1)));
}

export function remainder32(a: Range32, b: Range32): Range32 {
  if (a.high < b.low) return a;
  if (isExact32(b) && b.low !== 0 && (b.low & (b.low - 1)) === 0) return and32(a, exactly32(b.low - 1));
  return between32(0, Math.min(a.high, Math.max(b.high, 1) - 1));
}

export function divideSigned32(a: Range32, b: Range32): Range32 {
  if (a.signedLow >= 0 && b.signedLow >= 0) return divide32(a, b);
  const most = Math.max(Math.abs(a.signedLow), Math.abs(a.signedHigh));
  return most > S32_MAX ? ANY32 : signedBetween32(-most, most);
}

export function remainderSigned32(a: Range32, b: Range32): Range32 {
  if (a.signedLow >= 0 && b.signedLow >= 0) return remainder32(a, b);
  const most = Math.max(Math.abs(b.signedLow), Math.abs(b.signedHigh)) - 1;
  return signedBetween32(
    a.signedLow >= 0 ? 0 : -Math.min(most, 2 ** 31),
    a.signedHigh < 0 ? 0 : Math.min(most, S32_MAX),
  );
}

export function rotateLeft32(a: Range32, count: Range32): Range32 {
  if (!isExact32(count)) return ANY32;
  const turn = count.low & 31;
  const rotate = (value: number) => (turn === 0 ? value : (value << turn) | (value >>> (32 - turn)));
  return build(ANY_UNSIGNED, ANY_SIGNED, rotate(a.bits), rotate(a.unknown));
}

/** The negation of a count, for rotating the other way. */
export function rotateRight32(a: Range32, count: Range32): Range32 {
  return isExact32(count) ? rotateLeft32(a, exactly32(32 - (count.low & 31))) : ANY32;
}
