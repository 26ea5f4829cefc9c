/**
 * Small modules whose exports leave numbers in variables and use them in a later call, unmasked: as a place to load from, as a bound of a
 * loop. Every write keeps its variable below a limit, unless a flaw is asked for. One export traps half-way now and then.
 */
import type { Random } from '../../support/random.ts';
import {
  assemble,
  binary,
  block,
  branch,
  branchIf,
  call,
  constant,
  type FunctionParts,
  globalGet,
  globalSet,
  ifElse,
  load,
  localGet,
  localSet,
  localTee,
  loop,
  SELECT,
  UNREACHABLE,
} from './assemble.ts';
import { ARENA_BYTES, ARENA_FROM } from './generate.ts';

/** Each variable stays below its limit; the largest is the arena, so that a place one too far is outside. */
const LIMITS = [64, 1000, ARENA_BYTES] as const;
export const VARIABLES = LIMITS.length;
const PARAMETERS = 2;
const SUM = PARAMETERS;
const COUNTER = PARAMETERS + 1;
const TAKE_OVER = 0;

type Bytes = readonly number[];

export interface WithVariables {
  /** Exports `use` and `change` (i32, i32): i32 and `get0` … `get2` (): i32; `change` may trap. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isSafe: boolean;
}

export function generateVariables(random: Random, isSafe: boolean): WithVariables {
  const writer = new Writer(random, isSafe);
  const parts = (parameters: number, results: number, body: Bytes): FunctionParts => {
    return { parameters, results, locals: 2, body: [...body] };
  };
  const takeOver = parts(1, 0, [...localGet(0), ...globalSet(0)]);
  const change = parts(2, 1, [...writer.changes(6, true), ...localGet(SUM)]);
  const use = parts(2, 1, [...writer.changes(2, false), ...writer.uses(4), ...localGet(SUM)]);
  const getters = LIMITS.map((_, index) => ({
    parameters: 0,
    results: 1,
    locals: 0,
    body: globalGet(index),
  }));
  const names = getters.map((_, index) => `get${index}`);
  const bytes = assemble([takeOver, change, use, ...getters], VARIABLES, 'change', 'use', ...names);
  return { bytes, isSafe: !writer.isFlawed };
}

class Writer {
  readonly #random: Random;
  #flawsLeft: number;
  isFlawed = false;

  constructor(random: Random, isSafe: boolean) {
    this.#random = random;
    this.#flawsLeft = isSafe ? 0 : 1;
  }

  changes(count: number, mayTrap: boolean): Bytes {
    return Array.from({ length: count }, () => this.#change(mayTrap)).flat();
  }

  uses(count: number): Bytes {
    return Array.from({ length: count }, () => this.#use()).flat();
  }

  #flaw(): boolean {
    if (this.#flawsLeft === 0 || !this.#random.onceIn(4)) return false;
    this.#flawsLeft--;
    this.isFlawed = true;
    return true;
  }

  #variable(): number {
    return this.#random.below(VARIABLES);
  }

  /** Any number. */
  #expression(): Bytes {
    const from = this.#random.below(ARENA_BYTES / 4) * 4;
    return this.#random.pick([
      localGet(0),
      localGet(1),
      load(4, constant(ARENA_FROM + from)),
      binary('xor', localGet(0), load(4, constant(ARENA_FROM + from))),
    ]);
  }

  #change(mayTrap: boolean): Bytes {
    const index = this.#variable();
    const limit = LIMITS[index] ?? 1;
    const next = this.#random.pick([
      () => this.#clamped(limit),
      () => this.#remainder(limit),
      () => this.#grown(index, limit),
      () => this.#copied(index),
    ])();
    const all = [
      [...next, ...globalSet(index)],
      this.#counted(index, limit),
      [...this.#remainder(LIMITS[0]), ...call(TAKE_OVER)],
    ];
    const change = this.#random.pick(all);
    if (!mayTrap || !this.#random.onceIn(3)) return change;
    return [...change, ...ifElse(binary('lt_s', this.#expression(), constant(0)), UNREACHABLE)];
  }

  #clamped(limit: number): Bytes {
    const most = constant(limit - 1 + Number(this.#flaw()));
    const x = localGet(COUNTER);
    return [...this.#expression(), ...localTee(COUNTER), ...most, ...binary('lt_u', x, most), ...SELECT];
  }

  #remainder(limit: number): Bytes {
    return this.#flaw() ? this.#expression() : binary('rem_u', this.#expression(), constant(limit));
  }

  /** What was there and a little more, as long as it fits. */
  #grown(index: number, limit: number): Bytes {
    const more = binary('add', globalGet(index), binary('and', this.#expression(), constant(7)));
    const fits = binary('lt_u', localGet(COUNTER), constant(limit + Number(this.#flaw())));
    return [...more, ...localTee(COUNTER), ...globalGet(index), ...fits, ...SELECT];
  }

  /** Another variable, where its limit is not above this one's; else itself. */
  #copied(index: number): Bytes {
    const other = this.#variable();
    return globalGet(other <= index ? other : index);
  }

  /** if (v < limit − 1) v++ */
  #counted(index: number, limit: number): Bytes {
    const most = constant(limit - 1 + Number(this.#flaw()));
    const increment = [...binary('add', globalGet(index), constant(1)), ...globalSet(index)];
    return ifElse(binary('lt_u', globalGet(index), most), increment);
  }

  #use(): Bytes {
    return this.#random.onceIn(3) ? this.#loop() : this.#load();
  }

  #load(): Bytes {
    const byte = load(1, globalGet(this.#variable()), ARENA_FROM);
    return [...binary('add', localGet(SUM), byte), ...localSet(SUM)];
  }

  /** for (i = 0; i < v; i++) sum += load(i) */
  #loop(): Bytes {
    const index = this.#variable();
    const byte = load(1, localGet(COUNTER), ARENA_FROM);
    const body = [
      ...binary('ge_u', localGet(COUNTER), globalGet(index)),
      ...branchIf(1),
      ...binary('add', localGet(SUM), byte),
      ...localSet(SUM),
      ...binary('add', localGet(COUNTER), constant(1)),
      ...localSet(COUNTER),
      ...branch(0),
    ];
    return [...constant(0), ...localSet(COUNTER), ...block(loop(body))];
  }
}
