import { isExact32, join32, type Range32, within32 } from '../ranges/range32.ts';
import { Knowledge } from './knowledge.ts';
import { type Carry, CHOICES_MAX, type Flags, type Form, isSameForm, Value } from './value.ts';

/** One call that is under way. */
export interface Frame {
  /** First instruction of the function. */
  readonly entry: number;
  readonly returnsTo: number;
  /** Of the stack pointer at the call. */
  readonly stackPointer: number;
  /** What the keys of its states begin with. */
  readonly base: readonly number[];
  /** The loops that the state is in, outermost first, and the round of each. */
  readonly rounds: readonly Round[];
}

export interface Round {
  readonly head: number;
  readonly round: number;
}

/** A piece of the longest or of the shortest way: a block, entered so often, and what it cost in all. */
export interface Step {
  readonly from: number;
  readonly cycles: number;
  readonly times: number;
  readonly before: Step | undefined;
}

/** All that is known at one moment of all the executions that reach it there. */
export class State {
  pc = 0;
  registers: Value[] = [];
  flags: Flags | undefined;
  carry: Carry | undefined;
  /** Word by its address; a word that is not there holds what its region says. */
  memory: Map<number, Value> = new Map();
  known: Knowledge = new Knowledge();
  frames: readonly Frame[] = [];
  /** Where it stands in the order of execution. */
  key: readonly number[] = [];
  /** Cycles of the longest and of the shortest way here. */
  most = 0;
  least = 0;
  lowestStack = 0;
  longest: Step | undefined;
  shortest: Step | undefined;

  copy(): State {
    const copy = new State();
    Object.assign(copy, this);
    copy.registers = [...this.registers];
    copy.memory = new Map(this.memory);
    copy.known = this.known.copy();
    return copy;
  }

  register(number: number): Value {
    const value = this.registers[number];
    if (value === undefined) throw new RangeError(`there is no register ${number}`);
    return value;
  }

  get frame(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new RangeError('no call is under way');
    return frame;
  }

  /** Adds the cycles of one passage of a block. */
  spend(from: number, most: number, least: number): void {
    this.most += most;
    this.least += least;
    this.longest = { from, cycles: most, times: 1, before: this.longest };
    this.shortest = { from, cycles: least, times: 1, before: this.shortest };
  }

  /** Makes this state hold what `other`, which stands at the same place, can be as well. */
  join(other: State): void {
    new Joining(this, other).run();
    if (other.most > this.most) {
      this.most = other.most;
      this.longest = other.longest;
    }
    if (other.least < this.least) {
      this.least = other.least;
      this.shortest = other.shortest;
    }
    this.lowestStack = Math.min(this.lowestStack, other.lowestStack);
  }
}

/** One join: equal pairs become the same value, and pairs that move together keep their distance. */
class Joining {
  readonly #left: State;
  readonly #right: State;
  readonly #pairs = new Map<
    string,
    { readonly value: Value; readonly left: number; readonly right: number }
  >();

  constructor(left: State, right: State) {
    this.#left = left;
    this.#right = right;
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
    Object.assign(left, { registers, memory, flags, carry });
  }

  #values(a: Value, b: Value): Value {
    if (a === b) return a;
    const [formA, formB] = [a.form, b.form];
    const range = join32(this.#left.known.rangeOf(a), this.#right.known.rangeOf(b));
    if (isSameForm(formA, formB)) return Value.of(range, { form: formA, choices: this.#choices(a, b) });
    const key = `${termsKey(formA)}/${termsKey(formB)}`;
    const pair = this.#pairs.get(key);
    const offset = pair === undefined ? 0 : (formA.constant - pair.left) >>> 0;
    if (pair === undefined || (formB.constant - pair.right) >>> 0 !== offset) {
      const value = Value.of(range, { choices: this.#choices(a, b) });
      this.#pairs.set(key, { value, left: formA.constant, right: formB.constant });
      return value;
    }
    if (offset === 0) return pair.value;
    const { terms, constant } = pair.value.form;
    return Value.of(range, {
      choices: this.#choices(a, b),
      form: { terms, constant: (constant + offset) >>> 0 },
    });
  }

  #choices(a: Value, b: Value): number[] | undefined {
    const [left, right] = [this.#fewOf(this.#left, a), this.#fewOf(this.#right, b)];
    if (left === undefined || right === undefined) return undefined;
    const all = [...new Set([...left, ...right])].sort((x, y) => x - y);
    return all.length <= CHOICES_MAX ? all : undefined;
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
