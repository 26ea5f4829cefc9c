import { join, type Range, sameRange, widen, within } from '../ranges/range.ts';
import { exactly32 } from '../ranges/range32.ts';
import { exactly64 } from '../ranges/range64.ts';
import { Effects, everyInstruction } from './effects.ts';
import { Machine, type Witness } from './machine.ts';
import type { MemoryMap } from './memory-map.ts';
import type { WasmGlobal, WasmModule } from './module.ts';
import { type Kind, Obligations } from './obligations.ts';
import { OP } from './opcodes.ts';
import { anyOf } from './value.ts';

/**
 * The values that the globals of a module can have at any moment: what they start with, and whatever its own code writes to them.
 *
 * Nothing else writes to a global that is neither imported nor exported: memory does not reach it, and imports do not. So ranges
 * hold always when they hold the values at the start and every value that any function writes, reached from any export with any
 * arguments, any memory, and globals in these very ranges. That a call traps half-way or is interrupted changes nothing: each write
 * is looked at, not the end of a call.
 *
 * Functions are looked at one by one, for all of their calls at once: ranges of parameters and results are hulls over all calls,
 * found along with those of globals. First they grow, a function being looked at again when something that it depends on grew;
 * when nothing grows any more they hold, and are narrowed to what is written while they hold.
 */

const WIDENING_AFTER = 3;
const ANY_AFTER = 12;
const NARROWINGS = 2;
/** Where the analysis does not follow the code, so that writes would be missed. */
const NOT_FOLLOWED: ReadonlySet<Kind> = new Set(['indirect-call', 'instruction']);

const KNOWN = new WeakMap<WasmModule, Map<string, readonly Range[]>>();

/** Ranges of all globals that hold at any moment; those of which nothing is known hold every value of their type. */
export function reachedRanges(module: WasmModule, map: MemoryMap): readonly Range[] {
  const known = KNOWN.get(module) ?? new Map<string, readonly Range[]>();
  KNOWN.set(module, known);
  const key = (map.volatile ?? []).join();
  const ranges = known.get(key) ?? foundRanges(module, map);
  known.set(key, ranges);
  return ranges;
}

function foundRanges(module: WasmModule, map: MemoryMap): readonly Range[] {
  const canBeCalledUnseen =
    module.importsTable || [...module.exports.values()].some(({ kind }) => kind === 'table');
  const found = canBeCalledUnseen ? undefined : new Survey(module, map).run();
  return found ?? module.globals.map((global) => (global.isMutable ? anyOf(global.type) : startOf(global)));
}

/** What one look at a function saw: hulls of what it writes to globals, of what it calls others with, and of what it gives. */
interface Seen {
  readonly written: Map<number, Range>;
  readonly called: Map<number, readonly Range[]>;
  readonly results: readonly Range[] | undefined;
}

/** The last look at a function: what was believed of all that it depends on, and what was seen. */
interface Look {
  readonly believed: readonly (Range | undefined)[];
  readonly seen: Seen;
}

/** Ranges of one thing that is looked for, while they grow; undefined while nothing is in it. */
interface Hull {
  range: Range | undefined;
  growths: number;
}

/** All calls of a function: what they hand in, and get back. */
interface Calls {
  isReached: boolean;
  readonly parameters: readonly Hull[];
  readonly results: readonly Hull[];
}

class Survey {
  readonly #module: WasmModule;
  readonly #map: MemoryMap;
  readonly #effects: Effects;
  readonly #obligations = new Obligations();
  readonly #callers = new Map<number, Set<number>>();
  readonly #readers = new Map<number, Set<number>>();
  /** Globals that each function reads itself, and functions that it calls. */
  readonly #reads = new Map<number, Set<number>>();
  readonly #calls = new Map<number, Set<number>>();
  readonly #looks = new Map<number, Look>();
  /** What is believed while a function is looked at. */
  #globals: readonly Hull[];
  #functions: readonly Calls[];

  constructor(module: WasmModule, map: MemoryMap) {
    this.#module = module;
    this.#map = map;
    this.#effects = new Effects(module);
    this.#globals = this.#globalsAtStart();
    this.#functions = this.#functionsAtStart();
    for (const { index, body } of module.functions) {
      for (const each of everyInstruction(body)) {
        if (each.op === OP.call) {
          addTo(this.#callers, each.index, index);
          addTo(this.#calls, index, each.index);
        }
        if (each.op === OP.globalGet) {
          addTo(this.#readers, each.index, index);
          addTo(this.#reads, index, each.index);
        }
      }
    }
  }

  /** Undefined when the code cannot be followed. */
  run(): readonly Range[] | undefined {
    this.#grow();
    for (let round = 0; round < NARROWINGS; round++) this.#narrow();
    if (this.#obligations.list().some(({ kind }) => NOT_FOLLOWED.has(kind))) return undefined;
    return this.#globals.map(({ range }) => range ?? anyOf('other'));
  }

  #globalsAtStart(): Hull[] {
    return this.#module.globals.map((global) => hull(global.isShared ? anyOf(global.type) : startOf(global)));
  }

  /** What is called from outside gets any arguments; the rest is not reached yet. */
  #functionsAtStart(): Calls[] {
    const exported = [...this.#module.exports.values()].filter(({ kind }) => kind === 'function');
    const entries = new Set([...exported.map(({ index }) => index), this.#module.start]);
    return this.#module.functions.map(({ index, type, imported }) => {
      const isReached = entries.has(index) && imported === undefined;
      return {
        isReached,
        parameters: type.parameters.map((each) => hull(isReached ? anyOf(each) : undefined)),
        results: type.results.map(() => hull(undefined)),
      };
    });
  }

  /** Looks at functions until nothing that one depends on grows any more. */
  #grow(): void {
    const pending = new Set<number>();
    for (const [index, { isReached }] of this.#functions.entries()) if (isReached) pending.add(index);
    const again = (indices: Iterable<number> = []) => {
      for (const index of indices) if (this.#functions[index]?.isReached) pending.add(index);
    };
    for (const index of pending) {
      pending.delete(index);
      const seen = this.#look(index);
      for (const [global, range] of seen.written) {
        if (grow(this.#globals[global], range, this.#effects.stepsOfGlobal(global)))
          again(this.#readers.get(global));
      }
      for (const [callee, ranges] of seen.called) if (this.#growCalls(callee, ranges)) again([callee]);
      const results = this.#functions[index]?.results ?? [];
      const grew = (seen.results ?? []).map((range, place) =>
        grow(results[place], range, this.#stepsOf(index)),
      );
      if (grew.includes(true)) again(this.#callers.get(index));
    }
  }

  #growCalls(callee: number, ranges: readonly Range[]): boolean {
    const calls = this.#functions[callee];
    if (calls === undefined) return false;
    const grew = ranges.map((range, place) => grow(calls.parameters[place], range, this.#stepsOf(callee)));
    const isNew = !calls.isReached || grew.includes(true);
    calls.isReached = true;
    return isNew;
  }

  #stepsOf(index: number): readonly number[] {
    const found = this.#module.functions[index];
    return found === undefined ? [] : this.#effects.wideningSteps(found);
  }

  /** What holds always is looked at once more: only what is written while it holds is ever written. */
  #narrow(): void {
    const globals = this.#globalsAtStart();
    const functions = this.#functionsAtStart();
    for (const [index, { isReached }] of this.#functions.entries()) {
      if (!isReached) continue;
      const seen = this.#look(index);
      for (const [global, range] of seen.written) include(globals[global], range);
      for (const [callee, ranges] of seen.called) {
        const calls = functions[callee];
        if (calls !== undefined) calls.isReached = true;
        for (const [place, range] of ranges.entries()) include(calls?.parameters[place], range);
      }
      for (const [place, range] of (seen.results ?? []).entries())
        include(functions[index]?.results[place], range);
    }
    this.#globals = globals;
    this.#functions = functions;
  }

  /** What a function does on what is believed; while that is what it was, what was seen is still so. */
  #look(index: number): Seen {
    const believed = this.#believedFor(index);
    const last = this.#looks.get(index);
    if (last !== undefined && believed.every((range, place) => isSame(range, last.believed[place])))
      return last.seen;
    const seen = this.#newLook(index);
    this.#looks.set(index, { believed, seen });
    return seen;
  }

  /** Ranges of all that a look at a function depends on: globals it reads, its parameters, results of what it calls. */
  #believedFor(index: number): (Range | undefined)[] {
    const hulls = [
      ...[...(this.#reads.get(index) ?? [])].map((global) => this.#globals[global]),
      ...(this.#functions[index]?.parameters ?? []),
      ...[...(this.#calls.get(index) ?? [])].flatMap((callee) => this.#functions[callee]?.results ?? []),
    ];
    return hulls.map((each) => each?.range);
  }

  /** Runs a function on what is believed of globals, of its parameters and of the results of what it calls. */
  #newLook(index: number): Seen {
    const written = new Map<number, Range>();
    const called = new Map<number, readonly Range[]>();
    const witness: Witness = {
      written: (global, range) => void written.set(global, join(written.get(global) ?? range, range)),
      called: (callee, ranges) => {
        const before = called.get(callee) ?? ranges;
        called.set(
          callee,
          ranges.map((range, place) => join(before[place] ?? range, range)),
        );
      },
      resultsOf: (callee) => complete(this.#functions[callee]?.results),
    };
    const ranges = this.#globals.map(({ range }) => range ?? anyOf('other'));
    const machine = new Machine(this.#module, this.#effects, this.#map, {}, this.#obligations, {
      ranges,
      witness,
    });
    const parameters = complete(this.#functions[index]?.parameters) ?? [];
    return { written, called, results: machine.resultsOf(index, parameters) };
  }
}

function isSame(a: Range | undefined, b: Range | undefined): boolean {
  return a === undefined ? b === undefined : sameRange(a, b);
}

function hull(range: Range | undefined): Hull {
  return { range, growths: 0 };
}

/** Takes a range in; gives whether anything of it is new. After some growths it goes to the next of `steps`, then to the end. */
function grow(into: Hull | undefined, range: Range, steps: readonly number[]): boolean {
  if (into === undefined) return false;
  const before = into.range;
  if (before !== undefined && within(range, before)) return false;
  into.growths++;
  const joined = join(before ?? range, range);
  const isSlow = before !== undefined && into.growths > WIDENING_AFTER;
  into.range = isSlow ? widen(before, joined, into.growths > ANY_AFTER ? [] : steps) : joined;
  return true;
}

function include(into: Hull | undefined, range: Range): void {
  if (into !== undefined) into.range = join(into.range ?? range, range);
}

/** All ranges, or undefined while one of them is missing: nobody has come back from the function, or called it. */
function complete(hulls: readonly Hull[] | undefined): readonly Range[] | undefined {
  const ranges = hulls?.flatMap(({ range }) => range ?? []);
  return ranges?.length === hulls?.length ? ranges : undefined;
}

function startOf({ type, value }: WasmGlobal): Range {
  if (type === 'other' || value === undefined) return anyOf(type);
  return type === 'i32' ? exactly32(Number(BigInt.asUintN(32, value))) : exactly64(value);
}

function addTo(sets: Map<number, Set<number>>, key: number, value: number): void {
  sets.set(key, (sets.get(key) ?? new Set<number>()).add(value));
}
