/** What is known of an i64: an unsigned interval. Addresses are i32; the core uses i64 for keys, lengths and products only. */
export interface Range64 {
  readonly kind: 'i64';
  /** Unsigned, inclusive. */
  readonly low: bigint;
  readonly high: bigint;
}

const TWO_64 = 1n << 64n;
const U64_MAX = TWO_64 - 1n;
export const S64_MAX = (1n << 63n) - 1n;

export const ANY64: Range64 = { kind: 'i64', low: 0n, high: U64_MAX };

/** What Math.min and Math.max are for numbers. */
function less(a: bigint, b: bigint): bigint {
  return [a, b].sort((x, y) => (x < y ? -1 : 1))[0] ?? a;
}

function greater(a: bigint, b: bigint): bigint {
  return less(a, b) === a ? b : a;
}

export function exactly64(value: bigint): Range64 {
  const unsigned = BigInt.asUintN(64, value);
  return { kind: 'i64', low: unsigned, high: unsigned };
}

export function between64(low: bigint, high: bigint): Range64 {
  return { kind: 'i64', low, high };
}

export function isExact64(range: Range64): boolean {
  return range.low === range.high;
}

export function meet64(a: Range64, b: Range64): Range64 | undefined {
  const low = greater(a.low, b.low);
  const high = less(a.high, b.high);
  return low > high ? undefined : between64(low, high);
}

export function join64(a: Range64, b: Range64): Range64 {
  return between64(less(a.low, b.low), greater(a.high, b.high));
}

export function within64(inner: Range64, outer: Range64): boolean {
  return inner.low >= outer.low && inner.high <= outer.high;
}

export function widen64(before: Range64, after: Range64): Range64 {
  return between64(
    after.low < before.low ? 0n : before.low,
    after.high > before.high ? U64_MAX : before.high,
  );
}

/** An interval that may have left 0 … 2^64 − 1 as a whole; any number when it did so in part. */
function wrap(low: bigint, high: bigint): Range64 {
  const turns = (each: bigint) => (each - BigInt.asUintN(64, each)) / TWO_64;
  return turns(low) === turns(high) ? between64(BigInt.asUintN(64, low), BigInt.asUintN(64, high)) : ANY64;
}

export function add64(a: Range64, b: Range64): Range64 {
  return wrap(a.low + b.low, a.high + b.high);
}

export function subtract64(a: Range64, b: Range64): Range64 {
  return wrap(a.low - b.high, a.high - b.low);
}

export function multiply64(a: Range64, b: Range64): Range64 {
  const high = a.high * b.high;
  return high <= U64_MAX ? between64(a.low * b.low, high) : ANY64;
}

export function divide64(a: Range64, b: Range64): Range64 {
  const atLeastOne = (each: bigint) => (each === 0n ? 1n : each);
  return between64(a.low / atLeastOne(b.high), a.high / atLeastOne(b.low));
}

export function remainder64(a: Range64, b: Range64): Range64 {
  if (a.high < b.low) return a;
  const most = b.high === 0n ? 0n : b.high - 1n;
  return between64(0n, less(a.high, most));
}

export function and64(a: Range64, b: Range64): Range64 {
  if (isExact64(a) && isExact64(b)) return exactly64(a.low & b.low);
  return between64(0n, less(a.high, b.high));
}

/** For or and xor: no result has more bits than the longer operand. */
export function upToBits64(a: Range64, b: Range64): Range64 {
  const longest = (a.high | b.high).toString(2).length;
  return between64(0n, (1n << BigInt(longest)) - 1n);
}

export function shiftRight64(a: Range64, count: Range64): Range64 {
  if (!isExact64(count)) return between64(0n, a.high);
  const by = count.low & 63n;
  return between64(a.low >> by, a.high >> by);
}

export function shiftLeft64(a: Range64, count: Range64): Range64 {
  if (!isExact64(count)) return ANY64;
  const by = count.low & 63n;
  const high = a.high << by;
  return high <= U64_MAX ? between64(a.low << by, high) : ANY64;
}
