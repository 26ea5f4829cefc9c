/** Fractions of a move, as two whole numbers each, compared exactly. docs/SPEC.md section 3.1. */

/** The upper half of a product of 64 by 64 bits. */
function highProduct(one: u64, other: u64): u64 {
  const oneLow = one & 0xffffffff;
  const oneHigh = one >>> 32;
  const otherLow = other & 0xffffffff;
  const otherHigh = other >>> 32;
  const middle = oneHigh * otherLow + ((oneLow * otherLow) >>> 32);
  return oneHigh * otherHigh + (middle >>> 32) + ((oneLow * otherHigh + (middle & 0xffffffff)) >>> 32);
}

/** The sign of one·other − third·fourth, each any u64: −1, 0 or 1. */
export function compareProducts(one: u64, other: u64, third: u64, fourth: u64): i32 {
  const left = highProduct(one, other);
  const right = highProduct(third, fourth);
  if (left != right) return left < right ? -1 : 1;
  const leftLow = one * other;
  const rightLow = third * fourth;
  return i32(leftLow > rightLow) - i32(leftLow < rightLow);
}

/** The whole part of 2^32·part/whole, where part ≤ whole < 2^63. */
export function partOf32(part: u64, whole: u64): u64 {
  if (part >= whole) return 0x100000000;
  let rest = part;
  let result: u64 = 0;
  for (let bit = 0; bit < 32; bit++) {
    rest <<= 1;
    result <<= 1;
    if (rest >= whole) {
      rest -= whole;
      result |= 1;
    }
  }
  return result;
}

/** The whole part of value·part/2^32, rounded down, where |value| < 2^62 and part ≤ 2^32. */
// @ts-ignore: decorator
@inline
export function scaledBy32(value: i64, part: u64): i64 {
  return (value >> 32) * i64(part) + i64(((u64(value) & 0xffffffff) * part) >>> 32);
}
