import { exactly32, isExact32, join32, type Range32 } from '../ranges/range32.ts';

/**
 * What is known of one number that a program holds: its range when it came to be, the few values it can have where they are few, the
 * sum of other numbers that it is, and the one operation it came from. A value never changes; what paths learn of it stands in the state.
 */
export class Value {
  /** Order of creation. */
  readonly order: number;
  readonly range: Range32;
  /** All that it can be, where that is at most CHOICES_MAX numbers; rising. */
  readonly choices: readonly number[] | undefined;
  /** Ranges apart from each other in one of which it lies, such as those of two places; rising. */
  readonly islands: readonly Range32[] | undefined;
  readonly form: Form;
  readonly origin: Origin | undefined;

  private constructor(range: Range32, given: Given) {
    this.order = made++;
    this.range = range;
    this.choices = given.choices;
    this.islands = given.islands;
    this.origin = given.origin;
    this.form =
      given.form ??
      (isExact32(range)
        ? { terms: [], constant: range.low }
        : { terms: [{ symbol: this, factor: 1 }], constant: 0 });
  }

  static exactly(number: number): Value {
    return new Value(exactly32(number), {});
  }

  static of(range: Range32, given: Given = {}): Value {
    return isExact32(range) ? Value.exactly(range.low) : new Value(range, given);
  }

  /** The number, where it is known. */
  get exact(): number | undefined {
    return isExact32(this.range) ? this.range.low : undefined;
  }

  /** Whether it is a number of its own, and no sum of others. */
  get isSymbol(): boolean {
    return this.form.terms[0]?.symbol === this;
  }
}

let made = 0;

interface Given {
  readonly choices?: readonly number[] | undefined;
  readonly islands?: readonly Range32[] | undefined;
  readonly form?: Form | undefined;
  readonly origin?: Origin | undefined;
}

/** More are not told apart. */
export const CHOICES_MAX = 64;
/** More become one. */
const ISLANDS_MAX = 4;
/** Of a sum; longer ones become numbers of their own. */
const TERMS_MAX = 3;

export interface Term {
  readonly symbol: Value;
  /** i32, never 0. */
  readonly factor: number;
}

/** A sum modulo 2^32; terms are ordered by the creation of their symbols. */
export interface Form {
  readonly terms: readonly Term[];
  /** u32. */
  readonly constant: number;
}

/** Ranges as islands; undefined where they are one, or too many. */
export function islandsOf(ranges: readonly Range32[]): readonly Range32[] | undefined {
  const islands: Range32[] = [];
  for (const range of [...ranges].sort((a, b) => a.low - b.low)) {
    const last = islands.at(-1);
    if (last === undefined || range.low > last.high + 1) islands.push(range);
    else islands[islands.length - 1] = join32(last, range);
  }
  return islands.length > 1 && islands.length <= ISLANDS_MAX ? islands : undefined;
}

/** How a number was made, as far as learning of it says something of what it was made of. */
export type Origin =
  | {
      readonly kind: 'masked' | 'left' | 'right' | 'right-signed' | 'flipped';
      readonly of: Value;
      readonly by: number;
    }
  | { readonly kind: 'either'; readonly of: Value; readonly other: Value }
  | { readonly kind: 'carry'; readonly carry: Carry }
  /** Read at one of these places, which never change. */
  | { readonly kind: 'table'; readonly of: Value; readonly entries: readonly Entry[] };

export interface Entry {
  readonly place: number;
  readonly number: number;
}

/** a + factor × b; undefined when that has too many terms. */
export function combine(a: Form, b: Form, factor: number): Form | undefined {
  const terms: Term[] = [];
  let [i, j] = [0, 0];
  while (i < a.terms.length || j < b.terms.length) {
    const [left, right] = [a.terms[i], b.terms[j]];
    if (right === undefined || (left !== undefined && left.symbol.order < right.symbol.order)) {
      if (left !== undefined) terms.push(left);
      i++;
      continue;
    }
    const isShared = left?.symbol === right.symbol;
    const sum = (Math.imul(right.factor, factor) + (isShared ? left.factor : 0)) | 0;
    if (sum !== 0) terms.push({ symbol: right.symbol, factor: sum });
    if (isShared) i++;
    j++;
  }
  if (terms.length > TERMS_MAX) return undefined;
  return { terms, constant: (a.constant + Math.imul(b.constant, factor)) >>> 0 };
}

/** What b is more than a, where they differ by a constant only. */
export function differenceOf(a: Form, b: Form): number | undefined {
  if (a.terms.length !== b.terms.length) return undefined;
  const isSame = a.terms.every(({ symbol, factor }, index) => {
    const other = b.terms[index];
    return other?.symbol === symbol && other.factor === factor;
  });
  return isSame ? (b.constant - a.constant) >>> 0 : undefined;
}

export function isSameForm(a: Form, b: Form): boolean {
  return differenceOf(a, b) === 0;
}

/** What the flags stand for. They are evaluated where a condition asks, on what is known by then. */

/** Where N, Z and V come from: a − b, a + b, or a result by itself, which leaves V as it was. */
export type Flags =
  | { readonly kind: 'difference'; readonly a: Value; readonly b: Value; readonly result: Value }
  | { readonly kind: 'sum'; readonly a: Value; readonly b: Value; readonly result: Value }
  | { readonly kind: 'result'; readonly result: Value };

/** C: 0 or 1; a ≥ b unsigned; or a + b ≥ 2^32. */
export type Carry = 0 | 1 | { readonly kind: 'at-least' | 'overflow'; readonly a: Value; readonly b: Value };
