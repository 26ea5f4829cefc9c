import { pacedRange } from '../ranges/pace.ts';
import { join, meet, type Range, sameRange } from '../ranges/range.ts';
import { ANY32, add32, exactly32, signedBetween32 } from '../ranges/range32.ts';
import { type Cost, NO_COST, worse } from './cost.ts';
import { resultRange, Value } from './value.ts';

/** How deep the making of a value is looked into when its range is asked for. */
const DEPTH_MAX = 3;

/** What is known at one place of the program: which values stand where, and what has been learned of them on the way. */
export class State {
  readonly locals: Value[];
  readonly globals: Value[];
  readonly stack: Value[];
  /** What conditions on the way said of values, beyond what was known when they were made. */
  readonly facts: Map<Value, Range>;
  cost: Cost;

  constructor(
    locals: Value[],
    globals: Value[],
    stack: Value[] = [],
    facts = new Map<Value, Range>(),
    cost = NO_COST,
  ) {
    this.locals = locals;
    this.globals = globals;
    this.stack = stack;
    this.facts = facts;
    this.cost = cost;
  }

  copy(): State {
    return new State([...this.locals], [...this.globals], [...this.stack], new Map(this.facts), this.cost);
  }

  /** The same place with facts of its own, for a look at what a condition would say; nothing but facts may change in it. */
  supposing(): State {
    return new State(this.locals, this.globals, this.stack, new Map(this.facts), this.cost);
  }

  push(value: Value): void {
    this.stack.push(value);
  }

  /** The stack is as high as validation says; a module that is not valid throws. */
  pop(): Value {
    const value = this.stack.pop();
    if (value === undefined) throw new RangeError('the stack is empty: the module is not valid');
    return value;
  }

  /** All that is known of a value here; undefined when this place turns out to be impossible. */
  known(value: Value, depth = DEPTH_MAX): Range | undefined {
    let range: Range | undefined = value.range;
    const fact = this.facts.get(value);
    if (fact !== undefined) range = meet(range, fact);
    if (depth === 0 || range === undefined) return range;
    range = this.#fromOperands(value, range, depth - 1);
    if (range !== undefined) range = this.#fromPace(value, range, depth - 1);
    return range === undefined ? undefined : this.#fromBase(value, range, depth - 1);
  }

  #fromOperands(value: Value, range: Range, depth: number): Range | undefined {
    if (value.op === undefined || value.a === undefined || value.c !== undefined) return range;
    const a = this.known(value.a, depth);
    const b = value.b === undefined ? undefined : this.known(value.b, depth);
    if (a === undefined || (b === undefined && value.b !== undefined)) return undefined;
    // The range that it was made with already says what operands as they were then give.
    const isAsMade = sameRange(a, value.madeOf?.[0]) && (b === undefined || sameRange(b, value.madeOf?.[1]));
    return isAsMade ? range : meet(range, resultRange(value.op, a, b));
  }

  #fromPace({ pace }: Value, range: Range, depth: number): Range | undefined {
    if (pace === undefined) return range;
    const counter = this.known(pace.counter, depth);
    return counter?.kind === 'i32' ? meet(range, pacedRange(pace, counter)) : undefined;
  }

  #fromBase(value: Value, range: Range, depth: number): Range | undefined {
    if (value.base === value) return range;
    const base = this.known(value.base, depth);
    if (base === undefined) return undefined;
    if (base.kind !== 'i32') return range;
    return meet(range, add32(base, offsetRange(value.offsetLow, value.offsetHigh)));
  }

  /** Learns that a value is in a range. Gives false when that is impossible. */
  narrow(value: Value, range: Range): boolean {
    const before = this.known(value);
    const after = before === undefined ? undefined : meet(before, range);
    if (after === undefined) return false;
    this.facts.set(value, after);
    if (value.base === value || value.offsetLow !== value.offsetHigh || after.kind !== 'i32') return true;
    return this.narrow(value.base, add32(after, offsetRange(-value.offsetHigh, -value.offsetLow)));
  }
}

/** An offset as a number of 32 bits; any number when it may be more than that. */
function offsetRange(low: number, high: number): Range & { kind: 'i32' } {
  if (low === high) return exactly32(low);
  return low >= -(2 ** 31) && high < 2 ** 31 ? signedBetween32(low, high) : ANY32;
}

/** A value that stands for either of two. */
function joinValues(a: Value, b: Value, inA: State, inB: State): Value {
  if (a === b) return a;
  const range = join(inA.known(a) ?? a.range, inB.known(b) ?? b.range);
  if (a.base !== b.base) return new Value(range);
  const low = Math.min(a.offsetLow, b.offsetLow);
  const high = Math.max(a.offsetHigh, b.offsetHigh);
  return new Value(range, { offset: { base: a.base, low, high } });
}

/** What is known whichever of the states one came from. All have stacks of one height. */
export function joinStates(states: readonly State[]): State | undefined {
  const [first, ...rest] = states;
  if (first === undefined) return undefined;
  return rest.reduce(joinTwo, first);
}

function joinTwo(a: State, b: State): State {
  const made = new Map<Value, Map<Value, Value>>();
  /** Places that held one value on both sides hold one value afterwards. */
  const joined = (left: Value | undefined, right: Value | undefined): Value => {
    if (left === undefined || right === undefined)
      throw new RangeError('the module is not valid: paths disagree');
    if (left === right) return left;
    const known = made.get(left)?.get(right);
    if (known !== undefined) return known;
    const value = joinValues(left, right, a, b);
    const row = made.get(left) ?? new Map<Value, Value>();
    made.set(left, row.set(right, value));
    return value;
  };
  const zip = (left: readonly Value[], right: readonly Value[]) =>
    left.map((value, index) => joined(value, right[index]));
  const facts = new Map<Value, Range>();
  for (const [value, range] of a.facts) {
    const other = b.facts.get(value);
    if (other !== undefined) facts.set(value, join(range, other));
  }
  return new State(
    zip(a.locals, b.locals),
    zip(a.globals, b.globals),
    zip(a.stack, b.stack),
    facts,
    worse(a.cost, b.cost),
  );
}
