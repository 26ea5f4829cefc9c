import { isExact32, join32, type Range32, widen32, within32 } from '../ranges/range32.ts';
import { Knowledge } from './knowledge.ts';
import type { State } from './state.ts';
import { type Carry, CHOICES_MAX, type Flags, type Form, islandsOf, isSameForm, Value } from './value.ts';

/** Makes `left` hold what `right`, which stands at the same place, can be as well, with the longer and the shorter way. */
export function joinStates(left: State, right: State): void {
  new Joining(left, right, join32).run();
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
  const joining = new Joining(left, right, isWidened ? widened : join32);
  joining.run();
  return joining.fresh;
}

/** Ends that a range jumps to when rounds keep moving it. */
const STEPS = [-65536, -1, 0, 1, 63, 255, 4095, 65535, 2 ** 20, 2 ** 31 - 1];

/** One join: equal pairs become the same value, and pairs that move together keep their distance. */
class Joining {
  readonly #left: State;
  readonly #right: State;
  readonly #join: (before: Range32, after: Range32) => Range32;
  readonly fresh = new Set<Value>();
  readonly #pairs = new Map<
    string,
    { readonly value: Value; readonly left: number; readonly right: number }
  >();

  constructor(left: State, right: State, join: (before: Range32, after: Range32) => Range32) {
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
    const key = `${termsKey(formA)}/${termsKey(formB)}`;
    const pair = this.#pairs.get(key);
    const offset = pair === undefined ? 0 : (formA.constant - pair.left) >>> 0;
    if (pair === undefined || (formB.constant - pair.right) >>> 0 !== offset) {
      const value = Value.of(range, { choices: this.#choices(a, b), islands: this.#islands(a, b) });
      this.fresh.add(value);
      this.#pairs.set(key, { value, left: formA.constant, right: formB.constant });
      return value;
    }
    if (offset === 0) return pair.value;
    const { terms, constant } = pair.value.form;
    return Value.of(range, {
      choices: this.#choices(a, b),
      islands: this.#islands(a, b),
      form: { terms, constant: (constant + offset) >>> 0 },
    });
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

function termsKey({ terms }: Form): string {
  return terms.map(({ symbol, factor }) => `${symbol.order}*${factor}`).join('+');
}
