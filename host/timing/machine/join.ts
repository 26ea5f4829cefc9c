import { isExact32, join32, type Range32, widen32, within32 } from '../ranges/range32.ts';
import { Knowledge } from './knowledge.ts';
import type { State } from './state.ts';
import {
  type Carry,
  CHOICES_MAX,
  combine,
  type Flags,
  type Form,
  islandsOf,
  isSameForm,
  Value,
} from './value.ts';

/** Makes `left` hold what `right`, which stands at the same place, can be as well, with the longer and the shorter way. */
export function joinStates(left: State, right: State): void {
  new Joining(left, right, join32, true).run();
  if (right.most > left.most) {
    left.most = right.most;
    left.longest = right.longest;
  }
  if (right.least < left.least) {
    left.least = right.least;
    left.shortest = right.shortest;
  }
  left.lowestStack = Math.min(left.lowestStack, right.lowestStack);
}

/** The same for what a round of a loop adds, their ways apart; with `isWidened` so that it soon adds nothing. Gives new numbers. */
export function generalise(left: State, right: State, isWidened: boolean): Set<Value> {
  const widened = (before: Range32, after: Range32) => widen32(before, after, STEPS);
  const joining = new Joining(left, right, isWidened ? widened : join32, false);
  joining.run();
  return joining.fresh;
}

/** Ends that a range jumps to when rounds keep moving it. */
const STEPS = [-65536, -1, 0, 1, 63, 255, 4095, 65535, 2 ** 20, 2 ** 31 - 1];

/** A number for two that were joined, and the constants of both. */
interface Pair {
  readonly value: Value;
  readonly left: number;
  readonly right: number;
}

/** One join: equal pairs become the same value, and pairs that move together, or against each other, keep their distance, or their sum. */
class Joining {
  readonly #left: State;
  readonly #right: State;
  readonly #isMeeting: boolean;
  readonly #join: (before: Range32, after: Range32) => Range32;
  readonly fresh = new Set<Value>();
  /** What was joined, by the terms of both sides. */
  readonly #pairs = new Map<string, Pair[]>();

  /** `isMeeting`: two paths meet, so what moves is no counter of a loop, which is to be a number of its own. */
  constructor(
    left: State,
    right: State,
    join: (before: Range32, after: Range32) => Range32,
    isMeeting: boolean,
  ) {
    this.#isMeeting = isMeeting;
    this.#left = left;
    this.#right = right;
    this.#join = join;
  }

  run(): void {
    const [left, right] = [this.#left, this.#right];
    const registers = left.registers.map((value, index) => this.#values(value, right.register(index)));
    const memory = new Map<number, Value>();
    // A word that only one of them knows may hold anything.
    for (const [address, a] of left.memory) {
      const b = right.memory.get(address);
      if (b !== undefined) memory.set(address, this.#values(a, b));
    }
    const flags = this.#flags(left.flags, right.flags);
    const carry = this.#carries(left.carry, right.carry);
    this.#joinKnown();
    const pipeline = right.pipeline === undefined ? undefined : left.pipeline?.join(right.pipeline);
    Object.assign(left, { registers, memory, flags, carry, pipeline });
  }

  #values(a: Value, b: Value): Value {
    if (a === b) return a;
    const [formA, formB] = [a.form, b.form];
    const range = this.#join(this.#left.known.rangeOf(a), this.#right.known.rangeOf(b));
    if (isSameForm(formA, formB)) return Value.of(range, { form: formA, choices: this.#choices(a, b) });
    const sum = this.#isMeeting ? this.#sameTerms(formA, formB) : undefined;
    if (sum !== undefined) return Value.of(range, { form: sum, choices: this.#choices(a, b) });
    const given = { choices: this.#choices(a, b), islands: this.#islands(a, b) };
    const form = this.#tied(formA, formB);
    if (form !== undefined) {
      const [term, ...more] = form.terms;
      if (term?.factor === 1 && more.length === 0 && form.constant === 0) return term.symbol;
      return Value.of(range, { ...given, form });
    }
    const value = Value.of(range, given);
    this.fresh.add(value);
    const key = `${termsKey(formA, 1)}/${termsKey(formB, 1)}`;
    const pairs = this.#pairs.get(key) ?? [];
    pairs.push({ value, left: formA.constant, right: formB.constant });
    this.#pairs.set(key, pairs);
    return value;
  }

  /** Sums of the same numbers and other constants: the sum of those numbers and one for the constants. */
  #sameTerms(a: Form, b: Form): Form | undefined {
    if (a.terms.length === 0 || termsKey(a, 1) !== termsKey(b, 1)) return undefined;
    const constant = this.#values(Value.exactly(a.constant), Value.exactly(b.constant));
    return combine({ terms: a.terms, constant: 0 }, constant.form, 1);
  }

  /** What the pair is in terms of one that was joined before: the same and a constant, or a constant without it. */
  #tied(a: Form, b: Form): Form | undefined {
    const same = this.#pairs.get(`${termsKey(a, 1)}/${termsKey(b, 1)}`) ?? [];
    const moved = same.find(({ left, right }) => (a.constant - left) >>> 0 === (b.constant - right) >>> 0);
    if (moved !== undefined) return formOf(moved.value, 1, a.constant - moved.left);
    const opposite = this.#pairs.get(`${termsKey(a, -1)}/${termsKey(b, -1)}`) ?? [];
    const turned = opposite.find(
      ({ left, right }) => (a.constant + left) >>> 0 === (b.constant + right) >>> 0,
    );
    return turned === undefined ? undefined : formOf(turned.value, -1, a.constant + turned.left);
  }

  #choices(a: Value, b: Value): number[] | undefined {
    if (this.#join !== join32) return undefined;
    const [left, right] = [this.#fewOf(this.#left, a), this.#fewOf(this.#right, b)];
    if (left === undefined || right === undefined) return undefined;
    const all = [...new Set([...left, ...right])].sort((x, y) => x - y);
    return all.length <= CHOICES_MAX ? all : undefined;
  }

  #islands(a: Value, b: Value): readonly Range32[] | undefined {
    if (this.#join !== join32) return undefined;
    return islandsOf([...this.#left.known.islandsOf(a), ...this.#right.known.islandsOf(b)]);
  }

  #fewOf({ known }: State, value: Value): readonly number[] | undefined {
    if (value.choices !== undefined || isExact32(known.rangeOf(value))) return known.choicesOf(value);
    return undefined;
  }

  #flags(a: Flags | undefined, b: Flags | undefined): Flags | undefined {
    if (a === b || a === undefined || b === undefined) return a === b ? a : undefined;
    const result = this.#values(a.result, b.result);
    if (a.kind === 'result' || b.kind === 'result' || a.kind !== b.kind) return { kind: 'result', result };
    return { kind: a.kind, a: this.#values(a.a, b.a), b: this.#values(a.b, b.b), result };
  }

  #carries(a: Carry | undefined, b: Carry | undefined): Carry | undefined {
    if (a === b) return a;
    if (typeof a === 'object' && typeof b === 'object' && a.kind === b.kind) {
      return { kind: a.kind, a: this.#values(a.a, b.a), b: this.#values(a.b, b.b) };
    }
    const [left, right] = [this.#left.known.carryOf(a), this.#right.known.carryOf(b)];
    return left === right ? left : undefined;
  }

  /** What both have learned; ranges of forms count too, so that nothing is kept that one of them may not be. */
  #joinKnown(): void {
    const { learned } = this.#left.known;
    const joined: [Value, Range32][] = [];
    for (const [value, range] of learned) {
      const other = this.#right.known.learned.get(value);
      if (other === undefined) continue;
      const both = join32(range, other);
      if (!within32(value.range, both)) joined.push([value, both]);
    }
    this.#left.known = new Knowledge(new Map(joined));
  }
}

function termsKey({ terms }: Form, sign: 1 | -1): string {
  return terms.map(({ symbol, factor }) => `${symbol.order}*${(sign * factor) | 0}`).join();
}

/** A number, or its negative, and a constant. */
function formOf(value: Value, sign: 1 | -1, constant: number): Form {
  return combine({ terms: [], constant: constant >>> 0 }, value.form, sign) ?? value.form;
}
