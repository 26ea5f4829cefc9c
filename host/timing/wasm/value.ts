import type { Pace } from '../ranges/pace.ts';
import { OPAQUE, type Range } from '../ranges/range.ts';
import {
  ANY32,
  add32,
  and32,
  between32,
  divide32,
  divideSigned32,
  exactly32,
  isExact32,
  meet32,
  multiply32,
  or32,
  type Range32,
  remainder32,
  remainderSigned32,
  rotateLeft32,
  rotateRight32,
  shiftLeft32,
  shiftRight32,
  shiftRightSigned32,
  signedBetween32,
  subtract32,
  xor32,
} from '../ranges/range32.ts';
import {
  ANY64,
  add64,
  and64,
  between64,
  divide64,
  exactly64,
  isExact64,
  meet64,
  multiply64,
  type Range64,
  remainder64,
  S64_MAX,
  shiftLeft64,
  shiftRight64,
  subtract64,
  upToBits64,
} from '../ranges/range64.ts';
import { opcode, type ValueType } from './opcodes.ts';

/** Ranges of all types, and what each instruction does to them. */

/** Every value of a type. */
export function anyOf(type: ValueType): Range {
  if (type === 'i32') return ANY32;
  return type === 'i64' ? ANY64 : OPAQUE;
}

/** The value 0, which locals start with. */
export function zeroOf(type: ValueType): Range {
  if (type === 'i32') return exactly32(0);
  return type === 'i64' ? exactly64(0n) : OPAQUE;
}

let valuesMade = 0;

/**
 * One value of an execution: it never changes, only what is known of it does (a State keeps that). `offset` says that it is
 * `base` plus something from `offsetLow` to `offsetHigh`, modulo 2^32; a value that is nobody's sum is its own base.
 */
export class Value {
  readonly id: number;
  /** What was known when it was made. */
  readonly range: Range;
  readonly op: number | undefined;
  readonly a: Value | undefined;
  readonly b: Value | undefined;
  /** The condition of a select. */
  readonly c: Value | undefined;
  readonly base: Value;
  readonly offsetLow: number;
  readonly offsetHigh: number;
  readonly pace: Pace<Value> | undefined;
  /** What was known of a and b when `range` was computed from them. */
  readonly madeOf: readonly [Range, Range | undefined] | undefined;

  constructor(
    range: Range,
    made?: {
      op?: number;
      a?: Value;
      b?: Value;
      c?: Value;
      offset?: { base: Value; low: number; high: number } | undefined;
      pace?: Pace<Value> | undefined;
      madeOf?: readonly [Range, Range | undefined];
    },
  ) {
    this.id = valuesMade++;
    this.range = range;
    this.op = made?.op;
    this.a = made?.a;
    this.b = made?.b;
    this.c = made?.c;
    this.base = made?.offset?.base ?? this;
    this.offsetLow = made?.offset?.low ?? 0;
    this.offsetHigh = made?.offset?.high ?? 0;
    this.pace = made?.pace;
    this.madeOf = made?.madeOf;
  }
}

const TRUTH = between32(0, 1);

function truth(known: boolean | undefined): Range32 {
  return known === undefined ? TRUTH : exactly32(known ? 1 : 0);
}

/** Whether a < b always (true), never (false). */
function order(aLow: number | bigint, aHigh: number | bigint, bLow: number | bigint, bHigh: number | bigint) {
  if (aHigh < bLow) return true;
  return aLow >= bHigh ? false : undefined;
}

function negate(known: boolean | undefined): boolean | undefined {
  return known === undefined ? undefined : !known;
}

function equal32(a: Range32, b: Range32): boolean | undefined {
  if (isExact32(a) && isExact32(b)) return a.low === b.low;
  return meet32(a, b) === undefined ? false : undefined;
}

type Rule32 = (a: Range32, b: Range32) => Range32;

const RULES32: Readonly<Record<string, Rule32>> = {
  add: add32,
  sub: subtract32,
  mul: multiply32,
  div_u: divide32,
  div_s: divideSigned32,
  rem_u: remainder32,
  rem_s: remainderSigned32,
  and: and32,
  or: or32,
  xor: xor32,
  shl: shiftLeft32,
  shr_u: shiftRight32,
  shr_s: shiftRightSigned32,
  rotl: rotateLeft32,
  rotr: rotateRight32,
  eq: (a, b) => truth(equal32(a, b)),
  ne: (a, b) => truth(negate(equal32(a, b))),
  lt_u: (a, b) => truth(order(a.low, a.high, b.low, b.high)),
  gt_u: (a, b) => truth(order(b.low, b.high, a.low, a.high)),
  le_u: (a, b) => truth(negate(order(b.low, b.high, a.low, a.high))),
  ge_u: (a, b) => truth(negate(order(a.low, a.high, b.low, b.high))),
  lt_s: (a, b) => truth(order(a.signedLow, a.signedHigh, b.signedLow, b.signedHigh)),
  gt_s: (a, b) => truth(order(b.signedLow, b.signedHigh, a.signedLow, a.signedHigh)),
  le_s: (a, b) => truth(negate(order(b.signedLow, b.signedHigh, a.signedLow, a.signedHigh))),
  ge_s: (a, b) => truth(negate(order(a.signedLow, a.signedHigh, b.signedLow, b.signedHigh))),
  eqz: (a) => truth(equal32(a, exactly32(0))),
  clz: (a) => between32(Math.clz32(a.high), Math.clz32(a.low)),
  ctz: () => between32(0, 32),
  popcnt: () => between32(0, 32),
  extend8_s: (a) => (a.high < 0x80 ? a : signedBetween32(-0x80, 0x7f)),
  extend16_s: (a) => (a.high < 0x8000 ? a : signedBetween32(-0x8000, 0x7fff)),
};

type Rule64 = (a: Range64, b: Range64) => Range;

function equal64(a: Range64, b: Range64): boolean | undefined {
  if (isExact64(a) && isExact64(b)) return a.low === b.low;
  return meet64(a, b) === undefined ? false : undefined;
}

function signed64(range: Range64): readonly [bigint, bigint] {
  if (range.high <= S64_MAX || range.low > S64_MAX)
    return [BigInt.asIntN(64, range.low), BigInt.asIntN(64, range.high)];
  return [-S64_MAX - 1n, S64_MAX];
}

function lessSigned64(a: Range64, b: Range64): boolean | undefined {
  return order(...signed64(a), ...signed64(b));
}

const RULES64: Readonly<Record<string, Rule64>> = {
  add: add64,
  sub: subtract64,
  mul: multiply64,
  div_u: divide64,
  rem_u: remainder64,
  div_s: (a, b) => (a.high <= S64_MAX && b.high <= S64_MAX ? divide64(a, b) : ANY64),
  rem_s: (a, b) => (a.high <= S64_MAX && b.high <= S64_MAX ? remainder64(a, b) : ANY64),
  and: and64,
  or: upToBits64,
  xor: upToBits64,
  shl: shiftLeft64,
  shr_u: shiftRight64,
  shr_s: (a, b) => (a.high <= S64_MAX ? shiftRight64(a, b) : ANY64),
  eq: (a, b) => truth(equal64(a, b)),
  ne: (a, b) => truth(negate(equal64(a, b))),
  lt_u: (a, b) => truth(order(a.low, a.high, b.low, b.high)),
  gt_u: (a, b) => truth(order(b.low, b.high, a.low, a.high)),
  le_u: (a, b) => truth(negate(order(b.low, b.high, a.low, a.high))),
  ge_u: (a, b) => truth(negate(order(a.low, a.high, b.low, b.high))),
  lt_s: (a, b) => truth(lessSigned64(a, b)),
  gt_s: (a, b) => truth(lessSigned64(b, a)),
  le_s: (a, b) => truth(negate(lessSigned64(b, a))),
  ge_s: (a, b) => truth(negate(lessSigned64(a, b))),
  eqz: (a) => truth(equal64(a, exactly64(0n))),
  clz: () => between64(0n, 64n),
  ctz: () => between64(0n, 64n),
  popcnt: () => between64(0n, 64n),
};

/** The instruction's name without its type: `lt_u` of `i32.lt_u`. */
export function operationOf(op: number): string {
  return OPERATIONS[op] ?? '';
}

const OPERATIONS: readonly string[] = Array.from({ length: 256 }, (_, op) => {
  const name = opcode(op)?.name ?? '';
  return name.slice(name.indexOf('.') + 1);
});
const RULES32_OF = OPERATIONS.map((operation) => RULES32[operation]);
const RULES64_OF = OPERATIONS.map((operation) => RULES64[operation]);

/** What an instruction of arithmetic or comparison gives for any operands in these ranges. */
export function resultRange(op: number, a: Range, b: Range | undefined): Range {
  const operation = operationOf(op);
  if (a.kind === 'i32' && operation.startsWith('extend_i32'))
    return extended(a, operation === 'extend_i32_s');
  if (a.kind === 'i64' && operation === 'wrap_i64') return wrapped(a);
  if (a.kind === 'i32') {
    const rule = RULES32_OF[op];
    if (rule !== undefined && (b === undefined || b.kind === 'i32')) return rule(a, b ?? a);
  } else if (a.kind === 'i64') {
    const rule = RULES64_OF[op];
    if (rule !== undefined && (b === undefined || b.kind === 'i64')) return rule(a, b ?? a);
  }
  return anyOf(opcode(op)?.result ?? 'other');
}

function extended(a: Range32, isSigned: boolean): Range64 {
  if (!isSigned || a.signedLow >= 0) return between64(BigInt(a.low), BigInt(a.high));
  return a.signedHigh < 0
    ? between64(BigInt.asUintN(64, BigInt(a.signedLow)), BigInt.asUintN(64, BigInt(a.signedHigh)))
    : ANY64;
}

function wrapped(a: Range64): Range32 {
  return a.low >> 32n === a.high >> 32n
    ? between32(Number(a.low & 0xffffffffn), Number(a.high & 0xffffffffn))
    : ANY32;
}

/** What a load gives: a loaded byte is below 256. */
export function loadedRange(op: number): Range {
  const known = opcode(op);
  const bits = (known?.bytes ?? 0) * 8;
  const isSigned = known?.name.endsWith('_s') ?? false;
  if (known?.result === 'i32' && bits < 32) {
    return isSigned ? signedBetween32(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) : between32(0, 2 ** bits - 1);
  }
  if (known?.result === 'i64' && bits < 64 && !isSigned) return between64(0n, (1n << BigInt(bits)) - 1n);
  return anyOf(known?.result ?? 'other');
}
