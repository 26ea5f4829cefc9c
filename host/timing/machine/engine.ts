import { exactly32, isExact32, type Range32 } from '../ranges/range32.ts';
import type { Architecture, Bus, Instruction } from './architecture.ts';
import { anyValue } from './arithmetic.ts';
import { type Code, CodeFlow } from './code-flow.ts';
import { Decline, hex, type Reason } from './decline.ts';
import type { Block } from './graph.ts';
import { joinStates } from './join.ts';
import { leaveLoop, type Passage } from './loop.ts';
import type { Access, Memory } from './memory.ts';
import { Queue } from './queue.ts';
import { type Frame, type Round, State, type Step } from './state.ts';
import { Value } from './value.ts';

/**
 * Abstract execution of a linked program: one function, called with what is given, all its paths at once. A loop is gone round as often
 * as it can be; where paths meet, they become one. Each state carries the longest and the shortest way to it, so that both come out
 * together.
 */

/** What holds when the function is called. What is not given may be anything. */
export interface Call {
  readonly entry: number;
  readonly stackPointer: number;
  /** Where it comes back to: an address at which nothing lies. */
  readonly returnsTo: number;
  readonly registers?: ReadonlyMap<number, Range32>;
  readonly words?: ReadonlyMap<number, Range32>;
}

export interface Outcome {
  /** Cycles from the first instruction of the function to its return. */
  readonly most: number;
  readonly least: number;
  readonly stackBytes: number;
  readonly end: State;
  readonly accesses: readonly Access[];
  /** Addresses of the instructions that were reached. */
  readonly instructions: readonly number[];
  /** What the analysis took, all its tries together. */
  readonly steps: number;
}

/** So many rounds are executed one by one; then the loop is tried in one. */
const ROUNDS_APART = 64;
/** A loop that is not left by then has no bound. */
const ROUNDS_MAX = 1 << 11;
/** Before that many, states are kept apart within its function. */
const ROUNDS_TOGETHER = 1 << 8;
/** So many states of each block are kept apart: what binds two variables to each other is then seen. */
const STATES_APART: Readonly<Record<Apart, number>> = { nothing: 1, counters: 4096, registers: 64 };
/** A word that a function changes in loops is told apart where it holds one of so many numbers; all together give so many states. */
const SPLIT_MAX = 8;
const SPLITS_MAX = 128;

/** So many variables are told apart by whether they are 0, if so many instructions ask them. */
const ASKED_MOST = 4;
const ASKED_OFTEN = 12;

/** By which numbers the states of a block are told apart, where they are known: none, those of loops' counters, or all registers'. */
type Apart = 'nothing' | 'counters' | 'registers';

/** States are kept apart within so many functions at most, and so many of each block there. */
const APART_IN_MAX = 4;
const STATES_APART_IN = 64;

/** More that was learned is looked through for what is of no use any more. */
const LEARNED_MAX = 128;
/** Where ways that meet are mixed these may come of it: it is tried again with states kept apart. */
const RETRIED: ReadonlySet<Reason> = new Set(['unbounded-loop', 'outside']);
/**
 * An analysis takes so many steps where nobody says otherwise, all its tries together, so that it ends in minutes: one for each passage of
 * a block, one for as many words as STEP_WORDS that are known there, and one for as many instructions as STEP_INSTRUCTIONS of the block.
 */
export const STEPS_MAX = 2_000_000;
const STEP_WORDS = 64;
const STEP_INSTRUCTIONS = 32;
const FRAMES_MAX = 64;

/** What is known of registers, by number, and words of memory, by address, at a call. */
export interface Inputs {
  readonly registers: readonly Range32[];
  readonly words: ReadonlyMap<number, Range32>;
}

export class Engine implements Bus {
  readonly memory: Memory;
  readonly #architecture: Architecture;
  readonly #code: Code;
  readonly #roundsApart: number;
  readonly #stepsMax: number;
  readonly #flow: CodeFlow;
  readonly #reached = new Set<number>();
  /** Loops that could not be taken in one. */
  readonly #unrolled = new Set<string>();
  /** Words of memory: states are kept apart by whether they hold 0. */
  #given: readonly number[] = [];
  #steps = 0;
  #apart: Apart;
  /** Functions, by their entry, within which states are kept apart by what registers hold. */
  readonly #apartIn = new Set<number>();
  /** The function whose block was executed last. */
  #running = 0;
  #waited = 0;

  /**
   * After `roundsApart` rounds a loop is tried in one; by `apart` states of a block are kept apart from the beginning; after `stepsMax`
   * steps it gives up.
   */
  constructor(
    architecture: Architecture,
    code: Code,
    memory: Memory,
    {
      roundsApart = ROUNDS_APART,
      apart = 'nothing',
      stepsMax = STEPS_MAX,
    }: { roundsApart?: number; apart?: Apart; stepsMax?: number } = {},
  ) {
    this.#roundsApart = roundsApart;
    this.#stepsMax = stepsMax;
    this.#apart = apart;
    this.#architecture = architecture;
    this.#code = code;
    this.memory = memory;
    this.#flow = new CodeFlow(architecture, code, (address) => memory.regionOf(address)?.isCode === true);
  }

  wait(cycles: number): void {
    this.#waited += cycles;
  }

  /** Throws Decline. */
  run(call: Call): Outcome {
    this.#steps = 0;
    const first = this.#first(call);
    if (first.most === first.least || this.#apart !== 'nothing') return first;
    this.#given = this.#askedMost(call);
    const second = this.#again(call, 'counters');
    return second === undefined ? first : nearer(first, second);
  }

  /** The variables that most instructions ask: what they hold decides which ways go on together. */
  #askedMost({ words }: Call): number[] {
    const asked = (place: number) => this.memory.asked.get(place)?.size ?? 0;
    return [...(words ?? [])]
      .map(([place]) => place)
      .filter((place) => asked(place) >= ASKED_OFTEN)
      .sort((a, b) => asked(b) - asked(a) || a - b)
      .slice(0, ASKED_MOST);
  }

  /**
   * Goes one way only, block by block: gives what is then known of the registers and of the words that the way reads, as they were at the
   * call; undefined where it is no way at all.
   */
  follow(call: Call, path: readonly number[]): Inputs | undefined {
    const { accesses } = this.memory;
    this.#apart = 'nothing';
    try {
      return this.#followed(call, path);
    } finally {
      this.memory.restore(accesses);
    }
  }

  #followed(call: Call, path: readonly number[]): Inputs | undefined {
    this.memory.fresh.clear();
    this.#steps = 0;
    let state = this.#start(call);
    const registers = [...state.registers];
    const words = new Map(state.memory);
    for (const index of path.keys()) {
      const next = this.#pass(state).find(({ pc, frames }) =>
        index === path.length - 1 ? frames.length === 0 : pc === path[index + 1] && frames.length > 0,
      );
      if (next === undefined) return undefined;
      state = next;
    }
    const { known } = state;
    for (const [place, value] of this.memory.fresh) words.set(place, value);
    return {
      registers: registers.map((value) => known.rangeOf(value)),
      words: new Map([...words].map(([place, value]) => [place, known.rangeOf(value)])),
    };
  }

  /**
   * As everything meets; where an access is not shown to lie in one region so, with states kept apart within the function that does it;
   * where that is not enough, or a loop is not shown to end, with states kept apart everywhere. What was wrong before that is what is said.
   */
  #first(call: Call): Outcome {
    for (;;) {
      try {
        return this.#settle(call);
      } catch (error) {
        if (!(error instanceof Decline) || !RETRIED.has(error.reason)) throw error;
        if (this.#keepApart()) continue;
        const outcome = this.#again(call, 'registers');
        if (outcome === undefined) throw error;
        return outcome;
      }
    }
  }

  /** Whether states are now kept apart within the function that ran last, and were not before. */
  #keepApart(): boolean {
    if (!this.#canKeepApart(this.#running)) return false;
    this.#apartIn.add(this.#running);
    return true;
  }

  #canKeepApart(entry: number): boolean {
    return this.#apart === 'nothing' && this.#apartIn.size < APART_IN_MAX && !this.#apartIn.has(entry);
  }

  #again(call: Call, apart: Apart): Outcome | undefined {
    const accesses = this.memory.accesses;
    this.#apart = apart;
    try {
      return this.#settle(call);
    } catch (error) {
      if (!(error instanceof Decline)) throw error;
      this.memory.restore(accesses);
      return undefined;
    }
  }

  #settle(call: Call): Outcome {
    for (;;) {
      this.memory.forget();
      this.#flow.forget();
      try {
        return this.#explore(call);
      } catch (error) {
        if (!(error instanceof NewEdge)) throw error;
      }
    }
  }

  #explore(call: Call): Outcome {
    const queue = this.#newQueue();
    queue.push(this.#start(call));
    this.#reached.clear();
    this.#unrolled.clear();
    let end: State | undefined;
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      for (const next of this.#follow(state)) {
        if (next.frames.length > 0) queue.push(next);
        else if (end === undefined) end = next;
        else joinStates(end, next);
      }
    }
    if (end === undefined) throw new Decline('unbounded-loop', call.entry, 'no path comes back');
    return {
      ...{ most: end.most, least: end.least, stackBytes: call.stackPointer - end.lowestStack, end },
      ...{ accesses: this.memory.accesses, instructions: [...this.#reached].sort((a, b) => a - b) },
      steps: this.#steps,
    };
  }

  #newQueue(): Queue {
    return new Queue(Math.max(STATES_APART[this.#apart], this.#apartIn.size === 0 ? 1 : STATES_APART_IN));
  }

  /** What follows a state: the next blocks, or what is behind a loop that was gone round often enough. */
  #follow(state: State): State[] {
    const last = state.frame.rounds.at(-1);
    if (last?.head === state.pc && last.round === this.#roundsApart) {
      const exits = this.#leaveLoop(state);
      if (exits !== undefined) return exits;
    }
    return this.#pass(state);
  }

  /** Undefined where the loop is to be gone round by round after all. */
  #leaveLoop(state: State): State[] | undefined {
    const name = `${state.frame.entry}/${state.pc}`;
    if (this.#unrolled.has(name)) return undefined;
    const { accesses } = this.memory;
    const reached = [...this.#reached];
    try {
      const exits = leaveLoop(state, (head) => this.#passLoop(head));
      if (exits !== undefined) return exits;
    } catch (error) {
      if (!(error instanceof Decline)) throw error;
    }
    // What a head that holds too much came to is not what the program does.
    this.#unrolled.add(name);
    this.memory.restore(accesses);
    this.#reached.clear();
    for (const address of reached) this.#reached.add(address);
    return undefined;
  }

  /** Goes round a loop once, from its head. */
  #passLoop(head: State): Passage {
    const [depth, place, index] = [head.frames.length, head.pc, head.frame.rounds.length - 1];
    const exits = new Map<string, State>();
    const queue = this.#newQueue();
    let back: State | undefined;
    let state: State | undefined = head;
    while (state !== undefined) {
      for (const next of state === head ? this.#pass(state) : this.#follow(state)) {
        const isWithin = next.frames.length > depth || next.frames[depth - 1]?.rounds[index]?.head === place;
        if (next.frames.length < depth || !isWithin) {
          const name = next.frames.length === 0 ? 'end' : next.key.join();
          const same = exits.get(name);
          if (same === undefined) exits.set(name, next);
          else joinStates(same, next);
        } else if (
          next.frames.length > depth ||
          next.pc !== place ||
          next.frame.rounds.length - 1 !== index
        ) {
          queue.push(next);
        } else if (back === undefined) back = next;
        else joinStates(back, next);
      }
      state = queue.pop();
    }
    return { back, exits: [...exits.values()] };
  }

  #start({ entry, stackPointer, returnsTo, registers, words }: Call): State {
    const state = new State();
    for (let index = 0; index < this.#architecture.registers; index++) {
      const range = registers?.get(index);
      state.registers.push(range === undefined ? anyValue() : Value.of(range));
    }
    if (this.#architecture.zero !== undefined) state.registers[this.#architecture.zero] = Value.exactly(0);
    state.pipeline = this.#architecture.pipeline;
    state.registers[this.#architecture.stackPointer] = Value.exactly(stackPointer);
    state.registers[this.#architecture.link] = Value.exactly(this.#architecture.linkTo(returnsTo));
    for (const [address, range] of words ?? []) state.memory.set(address, Value.of(range));
    state.lowestStack = stackPointer;
    state.frames = [{ entry, returnsTo, stackPointer, base: [], apart: '', counted: [], rounds: [] }];
    this.#place(state, entry);
    return state;
  }

  /** Executes the block that a state stands at; gives the states that follow, without frames where the call came back. */
  #pass(state: State): State[] {
    this.#spend(1 + Math.floor(state.memory.size / STEP_WORDS), state.pc);
    if (state.known.learned.size > LEARNED_MAX) state.forget();
    const from = state.pc;
    this.#running = state.frame.entry;
    const graph = this.#flow.graph(this.#running);
    let [most, least, executed] = [0, 0, 0];
    for (let address = from; ; ) {
      if (++executed % STEP_INSTRUCTIONS === 0) this.#spend(1, address);
      const instruction = this.#flow.at(address);
      this.#reached.add(address);
      this.#waited = 0;
      const target = instruction.execute(state, this);
      const isTaken = instruction.flow.kind !== 'next';
      const other = instruction.flow.kind === 'branch' ? state.copy() : undefined;
      const cost = instruction.cost(state, isTaken);
      const before = { most: most + this.#waited, least: least + this.#waited };
      most = before.most + cost.most;
      least = before.least + cost.least;
      const next = (address + instruction.bytes) >>> 0;
      if (isTaken) {
        state.spend(from, most, least);
        if (other === undefined) return this.#leave(state, instruction, target);
        const notTaken = instruction.cost(other, false);
        other.spend(from, before.most + notTaken.most, before.least + notTaken.least);
        return this.#branch(state, other, instruction, next);
      }
      if (graph.blocks.has(next)) {
        state.spend(from, most, least);
        return [this.#place(state, next)];
      }
      address = next;
    }
  }

  #spend(steps: number, address: number): void {
    this.#steps += steps;
    if (this.#steps <= this.#stepsMax) return;
    throw new Decline('too-long', address, `no end was found within ${this.#stepsMax} steps`);
  }

  #branch(taken: State, other: State, instruction: Instruction, next: number): State[] {
    const { flow } = instruction;
    const states: State[] = [];
    if (flow.kind === 'branch' && instruction.assume(taken, true)) states.push(this.#place(taken, flow.to));
    if (instruction.assume(other, false)) states.push(this.#place(other, next));
    return states;
  }

  #leave(state: State, instruction: Instruction, target: Value | undefined): State[] {
    const { flow, address, bytes } = instruction;
    const next = (address + bytes) >>> 0;
    if (flow.kind === 'jump') return [this.#place(state, flow.to)];
    if (flow.kind === 'call') {
      state.registers[this.#architecture.link] = Value.exactly(this.#architecture.linkTo(next));
      if (this.#flow.isFarJump(address, flow.to)) return [this.#place(state, flow.to)];
      return this.#call(state, address, flow.to, next);
    }
    if (target === undefined) throw new RangeError(`no target at ${hex(address)}`);
    const isCall = flow.kind === 'call-indirect';
    const places = this.#targets(state, instruction, target);
    for (const [each, to] of places) {
      each.spendMore(this.#architecture.arrival(to, (at) => this.#code.halfword(at)));
    }
    if (isCall) {
      return places.flatMap(([each, to]) => {
        each.registers[this.#architecture.link] = Value.exactly(this.#architecture.linkTo(next));
        return this.#call(each, address, to, next);
      });
    }
    this.#remember(
      instruction,
      places.map(([each, to]) => [each.frame, to]),
    );
    return places.map(([each, to]) =>
      to === each.frame.returnsTo ? this.#return(each, each.frame, address) : this.#place(each, to),
    );
  }

  /** Throws NewEdge where a jump leads somewhere for the first time. */
  #remember({ address, flow }: Instruction, places: readonly (readonly [Frame, number])[]): void {
    let isNew = false;
    for (const [frame, to] of places) {
      if (to === frame.returnsTo) continue;
      if (flow.kind === 'indirect' && flow.isReturn) {
        throw new Decline(
          'return-address',
          address,
          `it comes back to ${hex(to)}, not to ${hex(frame.returnsTo)}`,
        );
      }
      if (this.#flow.leads(address, to)) isNew = true;
    }
    if (isNew) throw new NewEdge();
  }

  /** A state for each place that an indirect jump or call can lead to. */
  #targets(state: State, { address, flow }: Instruction, target: Value): [State, number][] {
    const choices = state.known.choicesOf(target);
    if (choices === undefined || choices.length === 0) {
      const { low, high } = state.known.rangeOf(target);
      const isReturn = flow.kind === 'indirect' && flow.isReturn;
      throw new Decline(
        isReturn ? 'return-address' : 'indirect-target',
        address,
        `it leads to ${hex(low)} to ${hex(high)}, which are more places than can be followed`,
      );
    }
    return choices.flatMap((choice): [State, number][] => {
      const to = this.#architecture.placeOf(choice);
      if (to === undefined)
        throw new Decline('indirect-target', address, `it leads to ${hex(choice)}, which is no code`);
      const each = choices.length === 1 ? state : state.copy();
      return each.known.learn(target, exactly32(choice)) ? [[each, to]] : [];
    });
  }

  #return(state: State, frame: Frame, address: number): State {
    if (state.register(this.#architecture.stackPointer).exact !== frame.stackPointer) {
      throw new Decline('stack-pointer', address, 'the stack pointer is not what it was at the call');
    }
    state.frames = state.frames.slice(0, -1);
    return state.frames.length === 0 ? state : this.#place(state, frame.returnsTo);
  }

  #call(state: State, address: number, entry: number, returnsTo: number): State[] {
    if (state.frames.some((each) => each.entry === entry) || state.frames.length >= FRAMES_MAX) {
      const name = this.#code.functionAt(entry)?.name ?? hex(entry);
      throw new Decline('recursion', address, `${name} is called while it is under way`);
    }
    const stackPointer = state.register(this.#architecture.stackPointer).exact;
    if (stackPointer === undefined)
      throw new Decline('stack-pointer', address, 'the stack pointer is not known');
    const base = [...state.key, entry];
    const apart = this.#apart === 'counters' ? state.apart : '';
    const counted = this.#fewIn(state, entry);
    const frame = { entry, returnsTo, stackPointer, base, apart, counted, rounds: [] };
    state.frames = [...state.frames, frame];
    return split(state, counted).map((each) => this.#place(each, entry));
  }

  /** The words that a function changes in loops, where each of them holds one of few numbers. */
  #fewIn({ memory, known }: State, entry: number): number[] {
    if (this.#apart !== 'counters') return [];
    let states = 1;
    return [...(this.memory.changed.get(entry) ?? [])].filter((place) => {
      const word = memory.get(place);
      const count = word === undefined ? undefined : known.choicesOf(word)?.length;
      if (count === undefined || count > SPLIT_MAX || states * count > SPLITS_MAX) return false;
      states *= count;
      return true;
    });
  }

  /** Puts a state at a block of the function that is under way, and says where that stands in the order. */
  #place(state: State, pc: number): State {
    const { frame } = state;
    const graph = this.#flow.graph(frame.entry);
    const block = graph.blocks.get(pc);
    if (block === undefined) throw new NewEdge();
    const rounds = roundsAt(block.heads, pc, frame.rounds);
    const last = rounds.at(-1);
    const most = this.#canKeepApart(frame.entry) ? ROUNDS_TOGETHER : ROUNDS_MAX;
    if (last !== undefined && last.round > most) {
      this.#running = frame.entry;
      throw new Decline('unbounded-loop', pc, `the loop is not shown to end within ${most} rounds`);
    }
    state.frames = [...state.frames.slice(0, -1), { ...frame, rounds }];
    const position = (address: number) => graph.blocks.get(address)?.position ?? 0;
    state.key = [
      ...frame.base,
      ...rounds.flatMap(({ head, round }) => [position(head), round]),
      block.position,
    ];
    state.pc = pc;
    state.apart = `${frame.apart}|${this.#numbersOf(state, block)}`;
    return state;
  }

  /** Numbers by which the state is kept apart from others of its block. */
  #numbersOf({ registers, memory, known, frame }: State, { counters, live }: Block): string {
    const isByRegisters = this.#apart === 'registers' || this.#apartIn.has(frame.entry);
    if (this.#apart === 'nothing' && !isByRegisters) return '';
    if (isByRegisters) {
      const told = live?.map((index) => registers[index]) ?? registers;
      return told.map((register) => register?.exact ?? '').join();
    }
    const numbers: (number | string)[] = counters.map((register) => registers[register]?.exact ?? '');
    const rangeAt = (place: number) => known.rangeOf(memory.get(place) ?? anyValue());
    for (const place of frame.counted) {
      const range = rangeAt(place);
      numbers.push(isExact32(range) ? range.low : '');
    }
    for (const place of this.#given) {
      const { low, high } = rangeAt(place);
      numbers.push(high === 0 ? 'zero' : low > 0 ? 'other' : '');
    }
    return numbers.join();
  }
}

/** The way blocks follow each other is not as it was thought: another indirect jump was resolved. */
class NewEdge extends Error {}

/** The rounds of the loops around a block, coming from where those of `before` are under way. */
function roundsAt(heads: readonly number[], pc: number, before: readonly Round[]): Round[] {
  const rounds: Round[] = [];
  let isWithin = true;
  for (const [index, head] of heads.entries()) {
    const old = before[index];
    isWithin &&= old?.head === head;
    const round = isWithin ? (old?.round ?? 0) : 0;
    const isGoingRound = isWithin && pc === head && index === heads.length - 1;
    rounds.push({ head, round: isGoingRound ? round + 1 : round });
  }
  return rounds;
}

/** A state for each of the few numbers that the words hold. */
function split(state: State, words: readonly number[]): State[] {
  let states = [state];
  for (const place of words) {
    states = states.flatMap((each) => {
      const word = each.memory.get(place);
      const choices = word === undefined ? undefined : each.known.choicesOf(word);
      if (word === undefined || choices === undefined) return [each];
      return choices.flatMap((choice) => {
        const part = each.copy();
        return part.known.learn(word, exactly32(choice)) ? [part] : [];
      });
    });
  }
  return states;
}

/** Blocks of a way in their order; undefined where a loop was taken in one. */
export function pathOf(last: Step | undefined): number[] | undefined {
  const path: number[] = [];
  for (let step = last; step !== undefined; step = step.before) {
    if (step.times !== 1) return undefined;
    path.push(step.from);
  }
  return path.reverse();
}

/** Two outcomes that both hold, as one. */
function nearer(a: Outcome, b: Outcome): Outcome {
  const [best, other] = b.most <= a.most ? [b, a] : [a, b];
  if (other.least > best.least) best.end.shortest = other.end.shortest;
  return { ...best, least: Math.max(a.least, b.least), stackBytes: Math.min(a.stackBytes, b.stackBytes) };
}
