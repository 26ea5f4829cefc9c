import { Knowledge } from './knowledge.ts';
import type { Cost, Pipeline } from './pipeline.ts';
import type { Carry, Flags, Value } from './value.ts';

/** One call that is under way. */
export interface Frame {
  /** First instruction of the function. */
  readonly entry: number;
  readonly returnsTo: number;
  /** Of the stack pointer at the call. */
  readonly stackPointer: number;
  /** What the keys of its states begin with. */
  readonly base: readonly number[];
  /** By which its states are kept apart from those of other calls. */
  readonly apart: string;
  /** Words of memory by whose numbers its states are kept apart from each other. */
  readonly counted: readonly number[];
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
  pipeline: Pipeline | undefined;
  /** Word by its address; a word that is not there holds what its region says. */
  memory: Map<number, Value> = new Map();
  known: Knowledge = new Knowledge();
  frames: readonly Frame[] = [];
  /** States of a block that differ in this are kept apart, as far as there are few. */
  apart = '';
  /** Its place among those that wait. */
  slot = '';
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

  /** Forgets what was learned of numbers that stand nowhere any more. */
  forget(): void {
    const { flags, carry } = this;
    const kept = [...this.registers, ...this.memory.values()];
    if (flags !== undefined) kept.push(flags.result, ...(flags.kind === 'result' ? [] : [flags.a, flags.b]));
    if (typeof carry === 'object') kept.push(carry.a, carry.b);
    const alive = new Set(kept.flatMap((value) => [value, ...value.form.terms.map(({ symbol }) => symbol)]));
    for (const value of this.known.learned.keys()) if (!alive.has(value)) this.known.learned.delete(value);
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

  /** Adds cycles to the passage that was spent last. */
  spendMore({ most, least }: Cost): void {
    const { longest, shortest } = this;
    if (longest === undefined || shortest === undefined) return;
    this.most += most;
    this.least += least;
    this.longest = { ...longest, cycles: longest.cycles + most };
    this.shortest = { ...shortest, cycles: shortest.cycles + least };
  }
}
