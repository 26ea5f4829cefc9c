import type { Range } from '../ranges/range.ts';
import {
  ANY32,
  and32,
  between32,
  exactly32,
  isExact32,
  type Range32,
  shiftRight32,
  signedBetween32,
} from '../ranges/range32.ts';
import { between64, exactly64, type Range64 } from '../ranges/range64.ts';
import { OP } from './opcodes.ts';
import type { State } from './state.ts';
import { operationOf, type Value } from './value.ts';

/** What a condition that holds, or does not, says about the values it was made of. */

const NEGATION: Readonly<Record<string, string>> = {
  eq: 'ne',
  ne: 'eq',
  lt_u: 'ge_u',
  ge_u: 'lt_u',
  gt_u: 'le_u',
  le_u: 'gt_u',
  lt_s: 'ge_s',
  ge_s: 'lt_s',
  gt_s: 'le_s',
  le_s: 'gt_s',
};
const DEPTH_MAX = 8;

/** Learns that `value` is not 0 (`holds`) or is 0. Gives false when that is impossible here. */
export function assume(state: State, value: Value, holds: boolean, depth = DEPTH_MAX): boolean {
  if (!assumeNumber(state, value, holds)) return false;
  if (depth === 0 || value.op === undefined || value.a === undefined) return true;
  if (value.op === OP.select) return assumeSelect(state, value, holds, depth - 1);
  return assumeOperands(state, value, value.a, holds, depth - 1);
}

function assumeNumber(state: State, value: Value, holds: boolean): boolean {
  const known = state.known(value);
  if (known === undefined) return false;
  if (known.kind === 'i64')
    return holds ? unequal64(state, value, known, exactly64(0n)) : state.narrow(value, exactly64(0n));
  if (known.kind !== 'i32') return true;
  return holds ? unequal32(state, value, known, exactly32(0)) : state.narrow(value, exactly32(0));
}

function assumeOperands(state: State, value: Value, a: Value, holds: boolean, depth: number): boolean {
  const operation = operationOf(value.op ?? 0);
  const { b } = value;
  if (operation === 'eqz') return assume(state, a, !holds, depth);
  if (b === undefined) return true;
  const negated = NEGATION[operation];
  if (negated !== undefined) return compare(state, holds ? operation : negated, a, b);
  if (operation === 'and' && holds) return assume(state, a, true, depth) && assume(state, b, true, depth);
  if (operation === 'and') return assumeClear(state, a, state.known(b), depth);
  if (operation === 'or' && !holds) return assume(state, a, false, depth) && assume(state, b, false, depth);
  if (operation === 'xor' || operation === 'sub') return compare(state, holds ? 'ne' : 'eq', a, b);
  if (operation === 'shr_u' && !holds) return assumeShifted(state, a, b);
  return true;
}

/** a & mask is 0, so a has none of its bits; nor has what a is or-ed of. */
function assumeClear(state: State, a: Value, mask: Range | undefined, depth: number): boolean {
  if (mask?.kind !== 'i32' || !isExact32(mask) || state.known(a)?.kind !== 'i32') return true;
  if (!state.narrow(a, and32(ANY32, exactly32(~mask.low >>> 0)))) return false;
  if (
    depth === 0 ||
    a.op === undefined ||
    operationOf(a.op) !== 'or' ||
    a.a === undefined ||
    a.b === undefined
  )
    return true;
  return assumeClear(state, a.a, mask, depth - 1) && assumeClear(state, a.b, mask, depth - 1);
}

/** a >>> b is 0, so a is below 2^b. */
function assumeShifted(state: State, a: Value, b: Value): boolean {
  const count = state.known(b);
  if (count?.kind !== 'i32' || !isExact32(count)) return true;
  const known = state.known(a);
  if (known?.kind === 'i64' || known?.kind === 'other') return true;
  return state.narrow(
    a,
    between32(0, shiftRight32(exactly32(0xffffffff), exactly32(32 - (count.low & 31))).low),
  );
}

/** A select whose one side cannot be what was seen gave the other: its condition is known, and its value. */
function assumeSelect(state: State, value: Value, holds: boolean, depth: number): boolean {
  const { a, b, c } = value;
  if (a === undefined || b === undefined || c === undefined) return true;
  const aCan = canBe(state, a, holds);
  const bCan = canBe(state, b, holds);
  if (!aCan && !bCan) return false;
  if (aCan && bCan) return true;
  const taken = aCan ? a : b;
  if (!assume(state, c, aCan, depth) || !assume(state, taken, holds, depth)) return false;
  const known = state.known(taken);
  return known !== undefined && state.narrow(value, known);
}

function canBe(state: State, value: Value, holds: boolean): boolean {
  const known = state.known(value);
  if (known?.kind !== 'i32') return true;
  return holds ? known.high !== 0 : known.low === 0;
}

function compare(state: State, operation: string, a: Value, b: Value): boolean {
  const left = state.known(a);
  const right = state.known(b);
  if (left === undefined || right === undefined) return false;
  if (left.kind === 'i32' && right.kind === 'i32') return compare32(state, operation, a, b, left, right);
  if (left.kind === 'i64' && right.kind === 'i64') return compare64(state, operation, a, b, left, right);
  return true;
}

function compare32(
  state: State,
  operation: string,
  a: Value,
  b: Value,
  left: Range32,
  right: Range32,
): boolean {
  switch (operation) {
    case 'eq':
      return state.narrow(a, right) && state.narrow(b, state.known(a) ?? right);
    case 'ne':
      return unequal32(state, a, left, right) && unequal32(state, b, right, left);
    case 'lt_u':
      return below32(state, a, b, left, right, 1);
    case 'le_u':
      return below32(state, a, b, left, right, 0);
    case 'gt_u':
      return below32(state, b, a, right, left, 1);
    case 'ge_u':
      return below32(state, b, a, right, left, 0);
    case 'lt_s':
      return signedBelow32(state, a, b, left, right, 1);
    case 'le_s':
      return signedBelow32(state, a, b, left, right, 0);
    case 'gt_s':
      return signedBelow32(state, b, a, right, left, 1);
    default:
      return signedBelow32(state, b, a, right, left, 0);
  }
}

/** a + gap ≤ b, unsigned. */
function below32(state: State, a: Value, b: Value, left: Range32, right: Range32, gap: number): boolean {
  if (right.high < gap || left.low + gap > 2 ** 32 - 1) return false;
  return (
    state.narrow(a, between32(0, right.high - gap)) && state.narrow(b, between32(left.low + gap, 2 ** 32 - 1))
  );
}

function signedBelow32(
  state: State,
  a: Value,
  b: Value,
  left: Range32,
  right: Range32,
  gap: number,
): boolean {
  const most = right.signedHigh - gap;
  const least = left.signedLow + gap;
  if (most < -(2 ** 31) || least > 2 ** 31 - 1) return false;
  return (
    state.narrow(a, signedBetween32(-(2 ** 31), most)) && state.narrow(b, signedBetween32(least, 2 ** 31 - 1))
  );
}

/** Takes an end off a range when the other value can be nothing else. */
function unequal32(state: State, value: Value, range: Range32, other: Range32): boolean {
  if (!isExact32(other)) return true;
  if (isExact32(range)) return range.low !== other.low;
  const signed = other.signedLow;
  if (range.low === other.low) return state.narrow(value, between32(range.low + 1, range.high));
  if (range.high === other.low) return state.narrow(value, between32(range.low, range.high - 1));
  if (range.signedLow === signed) return state.narrow(value, signedBetween32(signed + 1, range.signedHigh));
  if (range.signedHigh === signed) return state.narrow(value, signedBetween32(range.signedLow, signed - 1));
  return true;
}

function compare64(
  state: State,
  operation: string,
  a: Value,
  b: Value,
  left: Range64,
  right: Range64,
): boolean {
  const most = (1n << 64n) - 1n;
  const below = (x: Value, y: Value, xs: Range64, ys: Range64, gap: bigint) =>
    ys.high >= gap &&
    xs.low + gap <= most &&
    state.narrow(x, between64(0n, ys.high - gap)) &&
    state.narrow(y, between64(xs.low + gap, most));
  if (operation === 'eq') return state.narrow(a, right) && state.narrow(b, left);
  if (operation === 'ne') return unequal64(state, a, left, right) && unequal64(state, b, right, left);
  if (operation === 'lt_u') return below(a, b, left, right, 1n);
  if (operation === 'le_u') return below(a, b, left, right, 0n);
  if (operation === 'gt_u') return below(b, a, right, left, 1n);
  return operation === 'ge_u' ? below(b, a, right, left, 0n) : true;
}

function unequal64(state: State, value: Value, range: Range64, other: Range64): boolean {
  if (other.low !== other.high) return true;
  if (range.low === range.high) return range.low !== other.low;
  if (range.low === other.low) return state.narrow(value, between64(range.low + 1n, range.high));
  return range.high === other.low ? state.narrow(value, between64(range.low, range.high - 1n)) : true;
}
