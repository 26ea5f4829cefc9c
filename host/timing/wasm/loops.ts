import type { Pace } from '../ranges/pace.ts';
import { join, meet, type Range, widen, within } from '../ranges/range.ts';
import { between32, type Range32 } from '../ranges/range32.ts';
import { type Cost, NO_COST, sequence } from './cost.ts';
import type { Frame, Label, Machine } from './machine.ts';
import type { Instruction } from './module.ts';
import { joinStates, type State } from './state.ts';
import { Value } from './value.ts';

/**
 * Loops: an invariant of their head by widening and narrowing, and a bound of their rounds.
 *
 * A bound comes from a *counter*: a local or global that every round moves the same way by at least one, without wrapping, and that
 * is known to be limited whenever the loop goes round again. Loops without one are walked round by round, up to WALKED_MAX.
 */

const WIDENING_AFTER = 2;
const ROUNDS_MAX = 64;
const NARROWINGS = 2;
const WALKED_MAX = 64;
/** More rounds than that are what the range of a type allows, not what anybody clamped: such a loop is declined. */
const BOUND_MAX = 2 ** 24;

/** A local or global that the loop may change, as the analysis walks it. */
interface Variable {
  readonly isGlobal: boolean;
  readonly index: number;
}

/** One pass over the body from a guess of its head. */
interface Pass {
  readonly heads: readonly Value[];
  /** All ways back to the head together; undefined when there is none. */
  readonly back: State | undefined;
  readonly through: State[];
  /** States that left for labels outside, in the order of the labels. */
  readonly left: readonly State[][];
}

interface Bound {
  readonly rounds: number;
  readonly words: string;
  /** Which variable counts, and after how many rounds at most it is in a range at the head. */
  readonly variable: number;
  readonly roundsTo: (range: Range32) => number;
  /** The counter, when every round moves it by exactly this much and it does not wrap as an unsigned number. */
  readonly counter: { readonly variable: number; readonly start: Range32; readonly step: number } | undefined;
}

const NO_ROUNDS: Bound = {
  rounds: 0,
  words: 'it never goes round again',
  variable: -1,
  roundsTo: () => 0,
  counter: undefined,
};

/** Runs a loop on at most one state; gives what falls out of its end, and sends the rest to the labels of the frame. */
export function runLoop(machine: Machine, loop: Instruction, states: State[], frame: Frame): State[] {
  const [entry] = states;
  if (entry === undefined) return [];
  const run = new LoopRun(machine, loop, entry, frame);
  return run.byInvariant() ?? run.byWalking() ?? run.declined();
}

class LoopRun {
  readonly #machine: Machine;
  readonly #loop: Instruction;
  readonly #entry: State;
  readonly #frame: Frame;
  readonly #variables: readonly Variable[];
  #invariant: readonly Range[] = [];
  /** Variables that move beside the counter of the bound, once there is one. */
  #paces: readonly (Omit<Pace<Value>, 'counter'> | undefined)[] = [];
  #paceCounter = -1;
  #tooLong: string | undefined;
  #known: { readonly ranges: readonly Range[]; readonly pass: Pass } | undefined;

  constructor(machine: Machine, loop: Instruction, entry: State, frame: Frame) {
    this.#machine = machine;
    this.#loop = loop;
    this.#entry = entry;
    this.#frame = frame;
    const changed = machine.effects.changedBy(loop);
    this.#variables = [
      ...changed.locals.map((index) => ({ isGlobal: false, index })),
      ...changed.globals.map((index) => ({ isGlobal: true, index })),
    ];
  }

  /** The loop as a whole; undefined when no counter bounds it. */
  byInvariant(): State[] | undefined {
    this.#invariant = this.#narrowed(this.#stable());
    let bound = this.#bound(this.#pass(this.#invariant));
    if (bound === undefined || this.#isTooLong(bound)) return undefined;
    this.#setPaces(bound, this.#pass(this.#invariant));
    // The bound limits every variable that rounds move by known steps, and those may limit the counter in turn.
    for (let again = 0; again < NARROWINGS; again++) {
      const limited = this.#limitedBy(bound, this.#pass(this.#invariant));
      if (limited === this.#invariant) break;
      this.#invariant = this.#narrowed(limited);
      const next = this.#bound(this.#pass(this.#invariant));
      if (next !== undefined && next.rounds < bound.rounds) bound = next;
    }
    return this.#isTooLong(bound) ? undefined : this.#finish(bound);
  }

  /** Keeps the bound for the reason when it is none. */
  #isTooLong({ rounds, words }: Bound): boolean {
    if (rounds <= BOUND_MAX) return false;
    this.#tooLong = words;
    return true;
  }

  /** Round by round from the entry, until none goes on; undefined when that takes more than WALKED_MAX. */
  byWalking(): State[] | undefined {
    if (!this.#machine.isWalking) return undefined;
    if (this.#walk(false) === undefined) return undefined;
    const walked = this.#frame.recording ? this.#walk(true) : this.#walk(false);
    if (walked === undefined) return undefined;
    const { rounds, exits, left } = walked;
    const words = `walked round by round: it ends after at most ${rounds}`;
    this.#record(true, words, rounds);
    this.#send(left, ({ cost }) => cost);
    const out = joinStates(exits);
    return out === undefined ? [] : [out];
  }

  declined(): State[] {
    this.#record(false, this.#whyDeclined(), undefined);
    const pass = this.#lastPass();
    const cost = (state: State) => sequence(this.#entry.cost, state.cost);
    this.#send(pass.left, cost);
    return pass.through.map((state) => withCost(state, cost(state)));
  }

  #whyDeclined(): string {
    if (this.#tooLong === undefined) return 'no bound found: nothing that every round moves towards a limit';
    return `no bound that anything is clamped to: ${this.#tooLong}, which its type allows`;
  }

  #record(holds: boolean, reason: string, rounds: number | undefined): void {
    this.#machine.record(this.#frame, this.#loop.at, {
      kind: 'loop',
      holds,
      reason,
      ...(rounds === undefined ? {} : { rounds }),
    });
  }

  /** Ranges that hold at the head however often the loop goes round. */
  #stable(): readonly Range[] {
    const steps = this.#machine.effects.wideningSteps(this.#frame.function);
    let guess = this.#entryRanges();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const next = this.#after(guess);
      if (next.every((range, index) => within(range, guess[index] ?? range))) return guess;
      guess = guess.map((range, index) => {
        const hull = join(range, next[index] ?? range);
        return round < WIDENING_AFTER ? hull : widen(range, hull, round < ROUNDS_MAX / 2 ? steps : []);
      });
    }
    throw new RangeError('widening does not end');
  }

  /** Invariants that come from an invariant by going round once more: smaller ones, if there are. */
  #narrowed(invariant: readonly Range[]): readonly Range[] {
    let ranges = invariant;
    for (let round = 0; round < NARROWINGS; round++) {
      const next = this.#after(ranges);
      if (ranges.every((range, index) => within(range, next[index] ?? range))) return ranges;
      ranges = ranges.map((range, index) => meet(range, next[index] ?? range) ?? range);
    }
    return ranges;
  }

  #entryRanges(): Range[] {
    return this.#variables.map((variable) => rangeIn(this.#entry, variableValue(this.#entry, variable)));
  }

  /** The head's ranges after one more round from `guess`, the entry included. */
  #after(guess: readonly Range[]): Range[] {
    const { back } = this.#pass(guess);
    const entry = this.#entryRanges();
    if (back === undefined) return entry;
    return entry.map((range, index) => {
      const variable = this.#variables[index];
      return variable === undefined ? range : join(range, rangeIn(back, variableValue(back, variable)));
    });
  }

  /** A pass that does not record; the one before is given again when nothing has changed since. */
  #pass(ranges: readonly Range[]): Pass {
    if (this.#known?.ranges !== ranges) this.#known = { ranges, pass: this.#newPass(ranges, false) };
    return this.#known.pass;
  }

  /** The pass whose states go on behind the loop. */
  #lastPass(): Pass {
    return this.#frame.recording ? this.#newPass(this.#invariant, true) : this.#pass(this.#invariant);
  }

  #newPass(ranges: readonly Range[], recording: boolean): Pass {
    const state = this.#entry.copy();
    state.cost = NO_COST;
    const heads = this.#heads(ranges);
    for (const [index, variable] of this.#variables.entries()) {
      const head = heads[index];
      if (head !== undefined) setValue(state, variable, head);
    }
    return { heads, ...this.#round(state, recording) };
  }

  /** Fresh values for the head; the counter comes first, since the others may know their pace from it. */
  #heads(ranges: readonly Range[]): Value[] {
    const counterRange = ranges[this.#paceCounter];
    const counter = counterRange === undefined ? undefined : new Value(counterRange);
    return ranges.map((range, index) => {
      if (counter !== undefined && index === this.#paceCounter) return counter;
      const pace = this.#paces[index];
      return new Value(range, {
        pace: counter === undefined || pace === undefined ? undefined : { ...pace, counter },
      });
    });
  }

  /** Ties every variable that rounds move by known steps to the counter of the bound. */
  #setPaces({ counter }: Bound, { heads, back }: Pass): void {
    if (counter === undefined || back === undefined) return;
    const entry = this.#entryRanges();
    this.#paceCounter = counter.variable;
    this.#paces = this.#variables.map((variable, index) => {
      const value = variableValue(back, variable);
      const start = entry[index];
      if (index === counter.variable || start?.kind !== 'i32' || value.base !== heads[index])
        return undefined;
      const steps = { stepLow: value.offsetLow, stepHigh: value.offsetHigh };
      return { start, ...steps, counterStart: counter.start, counterStep: counter.step };
    });
    this.#known = undefined;
  }

  /** One round from a state of the head. */
  #round(state: State, recording: boolean): Omit<Pass, 'heads'> {
    const outer: Label[] = this.#frame.labels.map((label) => ({ ...label, states: [] }));
    const head: Label = { arity: 0, height: state.stack.length, states: [] };
    const frame = { ...this.#frame, labels: [...outer, head], recording };
    const through = this.#machine.execute(this.#loop.body, [state], frame);
    return { back: joinStates(head.states), through, left: outer.map(({ states }) => states) };
  }

  /** The least bound that a counter gives. */
  #bound({ heads, back }: Pass): Bound | undefined {
    if (back === undefined) return NO_ROUNDS;
    const entry = this.#entryRanges();
    let least: Bound | undefined;
    for (const [index, variable] of this.#variables.entries()) {
      const head = heads[index];
      const start = entry[index];
      const value = variableValue(back, variable);
      if (head === undefined || start?.kind !== 'i32' || value.base !== head) continue;
      const limit = back.known(head);
      if (limit?.kind !== 'i32') continue;
      const bound = counted(nameOf(variable), index, start, limit, value.offsetLow, value.offsetHigh);
      if (bound !== undefined && (least === undefined || bound.rounds < least.rounds)) least = bound;
    }
    return least;
  }

  /** The invariant, limited to what so many rounds can make of the entry. */
  #limitedBy({ rounds }: Bound, { heads, back }: Pass): readonly Range[] {
    const entry = this.#entryRanges();
    const limited = this.#invariant.map((range, index) => {
      const start = entry[index];
      const variable = this.#variables[index];
      if (back === undefined || variable === undefined || start?.kind !== 'i32' || range.kind !== 'i32')
        return range;
      const value = variableValue(back, variable);
      if (value.base !== heads[index]) return range;
      const low = start.low + Math.min(0, value.offsetLow * rounds);
      const high = start.high + Math.max(0, value.offsetHigh * rounds);
      return low < 0 || high > 2 ** 32 - 1 ? range : smaller(range, between32(low, high));
    });
    return limited.every((range, index) => range === this.#invariant[index]) ? this.#invariant : limited;
  }

  /** A way out costs the rounds before it: as many as the counter allows where it leads out, which may be fewer than the bound. */
  #finish({ rounds, words, variable, roundsTo }: Bound): State[] {
    this.#record(true, words, rounds + 1);
    const pass = this.#lastPass();
    const again = pass.back?.cost ?? NO_COST;
    const head = pass.heads[variable];
    const cost = (state: State) => {
      const counter = head === undefined ? undefined : state.known(head);
      const before = counter?.kind === 'i32' ? Math.min(rounds, roundsTo(counter)) : rounds;
      return sequence(sequence(this.#entry.cost, again, before), state.cost);
    };
    this.#send(pass.left, cost);
    return pass.through.map((state) => withCost(state, cost(state)));
  }

  #walk(recording: boolean): { rounds: number; exits: State[]; left: State[][] } | undefined {
    const exits: State[] = [];
    const left: State[][] = this.#frame.labels.map(() => []);
    let state: State | undefined = this.#entry.copy();
    for (let rounds = 1; rounds <= WALKED_MAX; rounds++) {
      const round: Omit<Pass, 'heads'> = this.#round(state, recording);
      exits.push(...round.through);
      for (const [index, states] of round.left.entries()) left[index]?.push(...states);
      state = round.back;
      if (state === undefined) return { rounds, exits, left };
    }
    return undefined;
  }

  /** Hands states that left the loop on to the labels they meant. */
  #send(left: readonly State[][], cost: (state: State) => Cost): void {
    for (const [index, states] of left.entries()) {
      for (const state of states) this.#frame.labels[index]?.states.push(withCost(state, cost(state)));
    }
  }
}

/** What is in both, or `range` itself when that is not less. */
function smaller(range: Range, other: Range): Range {
  return within(range, other) ? range : (meet(range, other) ?? range);
}

function withCost(state: State, cost: Cost): State {
  state.cost = cost;
  return state;
}

function variableValue(state: State, { isGlobal, index }: Variable): Value {
  const value = (isGlobal ? state.globals : state.locals)[index];
  if (value === undefined) throw new RangeError('the module is not valid: an index is out of range');
  return value;
}

function setValue(state: State, { isGlobal, index }: Variable, value: Value): void {
  (isGlobal ? state.globals : state.locals)[index] = value;
}

function nameOf({ isGlobal, index }: Variable): string {
  return `${isGlobal ? 'global' : 'local'} ${index}`;
}

function rangeIn(state: State, value: Value): Range {
  return state.known(value) ?? value.range;
}

/**
 * The bound that a counter gives: it starts in `start`, lies in `limit` whenever the loop goes round again, and every round adds
 * from `least` to `most` to it. Undefined when it may stand still, go both ways, or wrap.
 */
function counted(
  name: string,
  variable: number,
  start: Range32,
  limit: Range32,
  least: number,
  most: number,
): Bound | undefined {
  const bounds: Bound[] = [];
  const add = (roundsTo: (range: Range32) => number, words: string, isUnsigned: boolean) => {
    const rounds = Math.max(0, roundsTo(limit) + 1);
    const pace =
      least === most ? `${Math.abs(least)}` : `${Math.min(Math.abs(least), Math.abs(most))} or more`;
    bounds.push({
      rounds,
      words: `${name} ${words} by ${pace} a round: at most ${rounds + 1} rounds`,
      variable,
      roundsTo: (range) => Math.max(0, roundsTo(range)),
      counter: isUnsigned && least === most ? { variable, start, step: least } : undefined,
    });
  };
  if (least >= 1) {
    const up = (distance: number) => Math.floor(distance / least);
    if (limit.high + most < 2 ** 32)
      add(({ high }) => up(high - start.low), `rises from ${start.low} to ${limit.high}`, true);
    if (limit.signedHigh + most < 2 ** 31) {
      const words = `rises from ${start.signedLow} to ${limit.signedHigh}`;
      add(({ signedHigh }) => up(signedHigh - start.signedLow), words, false);
    }
  } else if (most <= -1) {
    const down = (distance: number) => Math.floor(distance / -most);
    if (limit.low + least >= 0)
      add(({ low }) => down(start.high - low), `falls from ${start.high} to ${limit.low}`, true);
    if (limit.signedLow + least >= -(2 ** 31)) {
      const words = `falls from ${start.signedHigh} to ${limit.signedLow}`;
      add(({ signedLow }) => down(start.signedHigh - signedLow), words, false);
    }
  }
  return bounds.sort((a, b) => a.rounds - b.rounds)[0];
}
