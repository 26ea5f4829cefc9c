import {
  ANY32,
  add32,
  and32,
  between32,
  exactly32,
  isExact32,
  join32,
  meet32,
  multiply32,
  or32,
  type Range32,
  rotateRight32,
  shiftLeft32,
  shiftRight32,
  shiftRightSigned32,
  subtract32,
  within32,
  xor32,
} from '../ranges/range32.ts';
import type { Knowledge } from './knowledge.ts';
import { type Carry, combine, type Form, islandsOf, type Origin, Value } from './value.ts';

/** Arithmetic on values, modulo 2^32. Each rule is compared with two other executions in test/machine/instructions.test.ts. */

type Rule = (a: Range32, b: Range32) => Range32;

const ALL_ONES = 0xffff_ffff;

export function anyValue(): Value {
  return Value.of(ANY32);
}

/** A result of `rule`; the few that it can be where one operand is one of few and the other is known. */
export function apply(known: Knowledge, rule: Rule, a: Value, b: Value, form?: Form, origin?: Origin): Value {
  const [left, right] = [known.rangeOf(a), known.rangeOf(b)];
  const range = rule(left, right);
  if (isExact32(range)) return Value.exactly(range.low);
  const choices = choicesOf(known, rule, [a, left], [b, right]);
  if (choices === undefined) {
    return Value.of(range, { form, origin, islands: islandsAfter(known, rule, [a, left], [b, right]) });
  }
  const hull = choices.map(exactly32).reduce(join32);
  return Value.of(meet32(range, hull) ?? hull, { choices, form, origin });
}

function islandsAfter(
  known: Knowledge,
  rule: Rule,
  [a, left]: readonly [Value, Range32],
  [b, right]: readonly [Value, Range32],
): readonly Range32[] | undefined {
  const parted = isExact32(right) ? a : isExact32(left) ? b : undefined;
  if (parted?.islands === undefined) return undefined;
  const islands = known.islandsOf(parted);
  return islandsOf(islands.map((each) => (parted === a ? rule(each, right) : rule(left, each))));
}

function choicesOf(
  known: Knowledge,
  rule: Rule,
  [a, left]: readonly [Value, Range32],
  [b, right]: readonly [Value, Range32],
): number[] | undefined {
  const few = isExact32(right) ? a : isExact32(left) ? b : undefined;
  if (few?.choices === undefined) return undefined;
  const choices = known.choicesOf(few) ?? [];
  const results = choices.map((each) =>
    few === a ? rule(exactly32(each), right) : rule(left, exactly32(each)),
  );
  if (results.length === 0 || !results.every(isExact32)) return undefined;
  return [...new Set(results.map(({ low }) => low))].sort((x, y) => x - y);
}

export function add(known: Knowledge, a: Value, b: Value): Value {
  return linear(known, add32, a, b, 1);
}

export function subtract(known: Knowledge, a: Value, b: Value): Value {
  return linear(known, subtract32, a, b, -1);
}

function linear(known: Knowledge, rule: Rule, a: Value, b: Value, factor: 1 | -1): Value {
  const form = unmasked(combine(a.form, b.form, factor));
  if (form?.terms.length === 0) return Value.exactly(form.constant);
  const [only, ...more] = form?.terms ?? [];
  if (form?.constant === 0 && only?.factor === 1 && more.length === 0) return only.symbol;
  const sum = apply(known, rule, a, b, form);
  const range = form === undefined ? undefined : meet32(sum.range, known.rangeOfForm(form));
  return range === undefined || sum.exact !== undefined ? sum : Value.of(range, sum);
}

/** Without the bits that a mask leaves, a number is what the opposite mask leaves: a − (a & m) = a & ~m, and the same negated. */
function unmasked(form: Form | undefined): Form | undefined {
  for (const { symbol, factor } of form?.terms ?? []) {
    const { origin } = symbol;
    if (form === undefined || Math.abs(factor) !== 1 || origin?.kind !== 'masked') continue;
    const without = combine(form, origin.of.form, factor);
    const rest = without === undefined ? undefined : combine(without, symbol.form, -factor);
    if (rest === undefined || rest.terms.length + 1 >= form.terms.length) continue;
    return combine(rest, complementOf(symbol, origin).form, -factor) ?? form;
  }
  return form;
}

/** What the opposite mask leaves of the number: always the same value. */
function complementOf(masked: Value, { of, by }: { readonly of: Value; readonly by: number }): Value {
  const rest = ~by >>> 0;
  const known =
    COMPLEMENTS.get(masked) ??
    Value.of(and32(of.range, exactly32(rest)), { origin: { kind: 'masked', of, by: rest } });
  COMPLEMENTS.set(masked, known);
  return known;
}

const COMPLEMENTS = new WeakMap<Value, Value>();

export function multiply(known: Knowledge, a: Value, b: Value): Value {
  const [left, right] = [known.rangeOf(a), known.rangeOf(b)];
  if (isExact32(right)) return scale(known, a, right.low);
  return isExact32(left) ? scale(known, b, left.low) : apply(known, multiply32, a, b);
}

function scale(known: Knowledge, a: Value, by: number): Value {
  const form = by === 0 ? undefined : combine({ terms: [], constant: 0 }, a.form, by | 0);
  return apply(known, multiply32, a, Value.exactly(by), form);
}

export function and(known: Knowledge, a: Value, b: Value): Value {
  if (a === b) return a;
  const [mask, of] = b.exact === undefined ? [a.exact, b] : [b.exact, a];
  if (mask === undefined) return apply(known, and32, a, b);
  // What the mask takes away was 0 already.
  const range = known.rangeOf(of);
  if (((range.bits | range.unknown) & ~mask) === 0) return of;
  return apply(known, and32, of, Value.exactly(mask), undefined, { kind: 'masked', of, by: mask });
}

export function or(known: Knowledge, a: Value, b: Value): Value {
  if (a === b) return a;
  if (a.exact === 0) return b;
  if (b.exact === 0) return a;
  const [left, right] = [known.rangeOf(a), known.rangeOf(b)];
  // Without a bit in common, or is a sum.
  const isSum = ((left.bits | left.unknown) & (right.bits | right.unknown)) === 0;
  const form = isSum ? combine(a.form, b.form, 1) : undefined;
  return apply(known, or32, a, b, form, { kind: 'either', of: a, other: b });
}

export function exclusiveOr(known: Knowledge, a: Value, b: Value): Value {
  if (a === b) return Value.exactly(0);
  if (b.exact === ALL_ONES) return invert(known, a);
  if (a.exact === 0) return b;
  if (b.exact === 0) return a;
  if (b.exact !== undefined) {
    return apply(known, xor32, a, b, undefined, { kind: 'flipped', of: a, by: b.exact });
  }
  return apply(known, xor32, a, b);
}

/** −1 − a. */
export function invert(known: Knowledge, a: Value): Value {
  return subtract(known, Value.exactly(ALL_ONES), a);
}

/** By 0 to 31. */
export function shiftLeft(known: Knowledge, a: Value, by: number): Value {
  if (by === 0) return a;
  const form = combine({ terms: [], constant: 0 }, a.form, (1 << by) | 0);
  return apply(known, shiftLeft32, a, Value.exactly(by), form, { kind: 'left', of: a, by });
}

/** By 0 to 32. */
export function shiftRight(known: Knowledge, a: Value, by: number): Value {
  if (by === 0) return a;
  if (by === 32) return Value.exactly(0);
  return apply(known, shiftRight32, a, Value.exactly(by), undefined, { kind: 'right', of: a, by });
}

/** By 0 to 32, the sign kept. */
export function shiftRightSigned(known: Knowledge, a: Value, by: number): Value {
  if (by === 0) return a;
  const amount = Math.min(by, 31);
  return apply(known, shiftRightSigned32, a, Value.exactly(amount), undefined, {
    ...{ kind: 'right-signed', of: a, by: amount },
  });
}

const RULES = { lsl: shiftLeft32, lsr: shiftRight32, asr: shiftRightSigned32 } as const;
/** A shift by one of so many amounts is looked at amount by amount. */
const AMOUNTS_MAX = 4;
const SHIFTS = { lsl: shiftLeft, lsr: shiftRight, asr: shiftRightSigned } as const;

/** By the low 8 bits of `amount`, as ARM shifts by a register: 32 and more leave zeros, or signs. */
export function shiftBy(known: Knowledge, shift: 'lsl' | 'lsr' | 'asr', a: Value, amount: Value): Value {
  const by = and(known, amount, Value.exactly(0xff));
  const { low, high } = known.rangeOf(by);
  if (low === high) {
    if (low < 32) return SHIFTS[shift](known, a, low);
    return shift === 'asr' ? shiftRightSigned(known, a, 31) : Value.exactly(0);
  }
  if (high < 32) {
    const whole = apply(known, RULES[shift], a, by);
    const each = byEach(known, shift, a, by);
    return each === undefined || within32(whole.range, each) ? whole : Value.of(each);
  }
  const range = known.rangeOf(a);
  if (shift === 'lsr') return Value.of(between32(0, range.high));
  if (shift === 'lsl') return anyValue();
  return Value.of(join32(range, shiftRightSigned32(range, between32(0, 31))));
}

/** Where the amount is one of few: for each of them, what is then known of the number, as it hung together with the amount. */
function byEach(known: Knowledge, shift: 'lsl' | 'lsr' | 'asr', a: Value, by: Value): Range32 | undefined {
  const amounts = known.choicesOf(by);
  if (amounts === undefined || amounts.length > AMOUNTS_MAX) return undefined;
  const ranges = amounts.flatMap((amount) => {
    const each = known.copy();
    return each.learn(by, exactly32(amount)) ? [RULES[shift](each.rangeOf(a), exactly32(amount))] : [];
  });
  return ranges.length === 0 ? undefined : ranges.reduce(join32);
}

export function rotateRightBy(known: Knowledge, a: Value, amount: Value): Value {
  return apply(known, rotateRight32, a, and(known, amount, Value.exactly(0xff)));
}

/** The low 8 or 16 bits, with zeros or the sign above them. */
export function extend(known: Knowledge, a: Value, bits: 8 | 16, isSigned: boolean): Value {
  if (!isSigned) return and(known, a, Value.exactly(2 ** bits - 1));
  const { signedLow, signedHigh } = known.rangeOf(a);
  if (signedLow >= -(2 ** (bits - 1)) && signedHigh < 2 ** (bits - 1)) return a;
  return shiftRightSigned(known, shiftLeft(known, a, 32 - bits), 32 - bits);
}

/** Bytes in another order; known only of what is known. */
export function reverse(known: Knowledge, reversal: 'rev' | 'rev16' | 'revsh', a: Value): Value {
  const order = (word: number) => reversed(reversal, word);
  const choices = known.choicesOf(a)?.map(order);
  if (choices !== undefined && choices.length > 0) {
    const rising = [...new Set(choices)].sort((x, y) => x - y);
    return Value.of(rising.map(exactly32).reduce(join32), { choices: rising });
  }
  const { bits, unknown } = known.rangeOf(a);
  const mask = order(unknown);
  const signs = reversal === 'revsh' ? ALL_ONES : mask;
  const open = reversal === 'revsh' && (mask & 0x8000) !== 0 ? (mask | 0xffff_0000) >>> 0 : mask;
  return Value.of(or32(exactly32(order(bits) & ~open), and32(ANY32, exactly32((open & signs) >>> 0))));
}

function reversed(reversal: 'rev' | 'rev16' | 'revsh', word: number): number {
  const swapped = ((word >>> 8) & 0x00ff_00ff) | ((word << 8) & 0xff00_ff00);
  if (reversal === 'rev16') return swapped >>> 0;
  return reversal === 'rev' ? ((swapped >>> 16) | (swapped << 16)) >>> 0 : ((swapped << 16) >> 16) >>> 0;
}

/** A carry as a number. */
export function carryValue(known: Knowledge, carry: Carry | undefined): Value {
  const bit = known.carryOf(carry);
  if (bit !== undefined) return Value.exactly(bit);
  const origin = carry === undefined ? undefined : ({ kind: 'carry', carry } as const);
  return Value.of(between32(0, 1), { choices: [0, 1], origin });
}
