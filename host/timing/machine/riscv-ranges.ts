import {
  ANY32,
  between32,
  exactly32,
  isExact32,
  join32,
  meet32,
  type Range32,
  remainder32,
  signedBetween32,
} from '../ranges/range32.ts';

/** Upper halves of products, and divisions as RISC-V has them: by 0 and beyond the range there are results, and no traps. */

type Ends = readonly [low: number, high: number];

const S32_MIN = -(2 ** 31);
const S32_MAX = 2 ** 31 - 1;
const U32_MAX = 2 ** 32 - 1;
const NOT_ZERO = between32(1, U32_MAX);

const signedEnds = ({ signedLow, signedHigh }: Range32): Ends => [signedLow, signedHigh];
const unsignedEnds = ({ low, high }: Range32): Ends => [low, high];

/** The smallest and the greatest upper half: products of ends. */
function upperHalves(a: Ends, b: Ends): [number, number] {
  const halves = a.flatMap((x) => b.map((y) => Number((BigInt(x) * BigInt(y)) >> 32n)));
  return [Math.min(...halves), Math.max(...halves)];
}

export function multiplyHigh(a: Range32, b: Range32): Range32 {
  return signedBetween32(...upperHalves(signedEnds(a), signedEnds(b)));
}

export function multiplyHighMixed(a: Range32, b: Range32): Range32 {
  return signedBetween32(...upperHalves(signedEnds(a), unsignedEnds(b)));
}

export function multiplyHighUnsigned(a: Range32, b: Range32): Range32 {
  return between32(...upperHalves(unsignedEnds(a), unsignedEnds(b)));
}

/** x / 0 is all ones. */
export function divideUnsigned(a: Range32, b: Range32): Range32 {
  const divisor = meet32(b, NOT_ZERO);
  if (divisor === undefined) return exactly32(U32_MAX);
  const quotient = between32(Math.floor(a.low / divisor.high), Math.floor(a.high / divisor.low));
  return b.low === 0 ? join32(quotient, exactly32(U32_MAX)) : quotient;
}

/** x % 0 is x. */
export function remainderUnsigned(a: Range32, b: Range32): Range32 {
  const divisor = meet32(b, NOT_ZERO);
  if (divisor === undefined) return a;
  if (isExact32(a) && isExact32(b)) return exactly32(a.low % b.low);
  const rest = remainder32(a, divisor);
  return b.low === 0 ? join32(rest, a) : rest;
}

/** x / 0 is −1; −2^31 / −1 is −2^31. */
export function divideSigned(a: Range32, b: Range32): Range32 {
  if (isExact32(a) && isExact32(b)) {
    if (b.low === 0) return exactly32(U32_MAX);
    return exactly32((a.signedLow / b.signedLow) >>> 0);
  }
  if (a.signedLow >= 0 && b.signedLow >= 0) return divideUnsigned(a, b);
  const most = Math.max(Math.abs(a.signedLow), Math.abs(a.signedHigh), 1);
  return most > S32_MAX ? ANY32 : signedBetween32(-most, most);
}

/** x % 0 is x; −2^31 % −1 is 0. */
export function remainderSigned(a: Range32, b: Range32): Range32 {
  if (isExact32(a) && isExact32(b)) {
    return b.low === 0 ? a : exactly32((a.signedLow % b.signedLow) >>> 0);
  }
  if (a.signedLow >= 0 && b.signedLow >= 0) return remainderUnsigned(a, b);
  const greatest = Math.max(Math.abs(b.signedLow), Math.abs(b.signedHigh)) - 1;
  const most = meet32(b, exactly32(0)) === undefined ? greatest : S32_MAX + 1;
  return signedBetween32(
    Math.max(Math.min(a.signedLow, 0), -most, S32_MIN),
    Math.min(Math.max(a.signedHigh, 0), most, S32_MAX),
  );
}
