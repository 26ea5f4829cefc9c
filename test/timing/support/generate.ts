/**
 * Small modules with random loops, masks, clamps, loads and calls. Every piece is safe by construction (its index is masked or
 * clamped, its loop counted against a limit) unless a flaw is asked for; then one piece of the module has one.
 */
import type { Random } from '../../support/random.ts';
import {
  assemble,
  binary,
  block,
  branch,
  branchIf,
  branchTable,
  call,
  constant,
  DROP,
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
  store,
} from './assemble.ts';

/** The arena that a generated module may touch, in bytes; a power of two. */
export const ARENA_FROM = 1024;
export const ARENA_BYTES = 4096;
const PARAMETERS = 2;
/** Locals for values, then one a loop for its counter. */
const VALUES = 4;
const COUNTERS = 10;
const GLOBALS = 2;
const DEPTH_MAX = 2;

/** i64.extend_i32_s, i64.extend_i32_u; i32.wrap_i64. */
const EXTENSIONS = [0xac, 0xad] as const;
const WRAP = 0xa7;
/** Comparisons of i64 (eq to ge_u), then add, sub, mul, and, or, xor, shl, shr_s, shr_u. */
const WIDE_OPERATIONS = [
  0x51, 0x53, 0x54, 0x59, 0x5a, 0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,
] as const;
const WIDE_ARITHMETIC_FROM = 0x7c;
/** clz, ctz, popcnt, eqz, extend8_s, extend16_s. */
const UNARY_OPERATIONS = [0x67, 0x68, 0x69, 0x45, 0xc0, 0xc1] as const;

type Bytes = readonly number[];

export interface Generated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isSafe: boolean;
}

/** A module that exports `run(i32, i32): i32`. */
export function generate(random: Random, isSafe: boolean): Generated {
  const writer = new Generator(random, isSafe);
  const helper: FunctionParts = {
    parameters: 2,
    results: 1,
    locals: VALUES + COUNTERS,
    body: writer.functionBody(2, false),
  };
  const run: FunctionParts = {
    parameters: 2,
    results: 1,
    locals: VALUES + COUNTERS,
    body: writer.functionBody(4, true),
  };
  return { bytes: assemble([helper, run], GLOBALS, 'run'), isSafe: !writer.isFlawed };
}

class Generator {
  readonly #random: Random;
  #flawsLeft: number;
  #nextCounter = 0;
  #mayCall = false;
  isFlawed = false;

  constructor(random: Random, isSafe: boolean) {
    this.#random = random;
    this.#flawsLeft = isSafe ? 0 : 1;
  }

  functionBody(statements: number, mayCall: boolean): number[] {
    this.#mayCall = mayCall;
    this.#nextCounter = PARAMETERS + VALUES;
    const body = Array.from({ length: statements }, () => this.#statement(0)).flat();
    return [...body, ...localGet(PARAMETERS)];
  }

  /** Whether this piece is to have the module's flaw; the helper has none, since it may never be called. */
  #flaw(): boolean {
    if (this.#flawsLeft === 0 || !this.#mayCall || !this.#random.onceIn(3)) return false;
    this.#flawsLeft--;
    this.isFlawed = true;
    return true;
  }

  #value(): number {
    return this.#random.below(PARAMETERS + VALUES);
  }

  #target(): number {
    return PARAMETERS + this.#random.below(VALUES);
  }

  #counter(): number | undefined {
    return this.#nextCounter < PARAMETERS + VALUES + COUNTERS ? this.#nextCounter++ : undefined;
  }

  /** Any number. */
  #expression(depth = 0): Bytes {
    const { below, pick } = bound(this.#random);
    if (depth > 2 || below(3) === 0) {
      return pick([
        constant(this.#random.next() | 0),
        constant(below(100)),
        localGet(this.#value()),
        globalGet(below(GLOBALS)),
      ]);
    }
    if (below(4) === 0)
      return pick([() => this.#wide(depth), () => this.#unary(depth), () => this.#signedLoad()])();
    const operation = pick([
      'add',
      'sub',
      'mul',
      'and',
      'or',
      'xor',
      'shl',
      'shr_u',
      'shr_s',
      'rotl',
      'lt_u',
      'ge_s',
      'eq',
    ] as const);
    if (below(5) === 0)
      return [
        ...this.#expression(depth + 1),
        ...this.#expression(depth + 1),
        ...this.#condition(),
        ...SELECT,
      ];
    return binary(operation, this.#expression(depth + 1), this.#expression(depth + 1));
  }

  /** Numbers of 64 bits on the way: extended, worked on, wrapped. */
  #wide(depth: number): Bytes {
    const { pick } = bound(this.#random);
    const extended = () => [...this.#expression(depth + 1), pick(EXTENSIONS)];
    const operation = pick(WIDE_OPERATIONS);
    const wide = [...extended(), ...extended(), operation];
    return operation >= WIDE_ARITHMETIC_FROM ? [...wide, WRAP] : wide;
  }

  #unary(depth: number): Bytes {
    return [...this.#expression(depth + 1), bound(this.#random).pick(UNARY_OPERATIONS)];
  }

  /** i32.load8_s or i32.load16_s inside the arena. */
  #signedLoad(): Bytes {
    const isByte = this.#random.onceIn(2);
    return [...this.#address(isByte ? 1 : 2), isByte ? 0x2c : 0x2e, 0, 0];
  }

  #condition(): Bytes {
    const operation = bound(this.#random).pick([
      'lt_u',
      'ge_u',
      'gt_s',
      'le_s',
      'eq',
      'ne',
      'and',
      'or',
    ] as const);
    return binary(operation, this.#expression(2), this.#expression(2));
  }

  #size(): 1 | 2 | 4 {
    return bound(this.#random).pick([1, 2, 4] as const);
  }

  /** An address at which `bytes` lie in the arena, aligned. */
  #address(bytes: number): Bytes {
    const flaw = this.#flaw() ? this.#random.below(3) : -1;
    const last = ARENA_BYTES - bytes;
    if (flaw === 0)
      return binary(
        'add',
        binary('and', this.#expression(), constant(2 * ARENA_BYTES - bytes)),
        constant(ARENA_FROM),
      );
    if (flaw === 1)
      return binary(
        'add',
        binary('and', this.#expression(), constant(ARENA_BYTES - 1)),
        constant(ARENA_FROM + bytes),
      );
    if (flaw === 2)
      return binary('add', binary('and', this.#expression(), constant(last)), constant(ARENA_FROM + 1));
    if (this.#random.onceIn(2))
      return binary('add', binary('and', this.#expression(), constant(last)), constant(ARENA_FROM));
    const place = this.#target();
    const least = [
      ...localSet(place),
      ...localGet(place),
      ...constant(last),
      ...binary('lt_u', localGet(place), constant(last)),
      ...SELECT,
    ];
    const clamped = [...this.#expression(), ...least];
    return binary('add', binary('and', clamped, constant(-bytes)), constant(ARENA_FROM));
  }

  #statement(depth: number): Bytes {
    const simple = [
      () => this.#assign(),
      () => this.#load(),
      () => this.#store(),
      () => this.#divide(),
      () => this.#guardedLoad(),
      () => this.#search(),
      () => this.#setGlobal(),
    ];
    if (this.#mayCall) simple.push(() => this.#call());
    const nested = [
      () => this.#if(depth),
      () => this.#countUp(depth),
      () => this.#countDown(depth),
      () => this.#signedDown(depth),
      () => this.#untilEqual(depth),
      () => this.#halve(depth),
      () => this.#walkPointer(),
      () => this.#switch(depth),
    ];
    return bound(this.#random).pick(depth < DEPTH_MAX && this.#random.onceIn(2) ? nested : simple)();
  }

  #statements(depth: number): Bytes {
    return Array.from({ length: 1 + this.#random.below(2) }, () => this.#statement(depth + 1)).flat();
  }

  #assign(): Bytes {
    return [...this.#expression(), ...localSet(this.#target())];
  }

  #setGlobal(): Bytes {
    return [...this.#expression(), ...globalSet(this.#random.below(GLOBALS))];
  }

  #load(): Bytes {
    const bytes = this.#size();
    return [...load(bytes, this.#address(bytes)), ...localSet(this.#target())];
  }

  #store(): Bytes {
    const bytes = this.#size();
    return store(bytes, this.#address(bytes), this.#expression(1));
  }

  #call(): Bytes {
    return [...this.#expression(1), ...this.#expression(1), ...call(0), ...localSet(this.#target())];
  }

  #divide(): Bytes {
    const { pick } = bound(this.#random);
    const divisor = this.#flaw()
      ? this.#expression()
      : pick([
          binary('or', this.#expression(1), constant(1)),
          binary('add', binary('and', this.#expression(1), constant(7)), constant(1)),
          constant(1 + this.#random.below(50)),
        ]);
    return [
      ...binary(pick(['div_u', 'rem_u', 'rem_s'] as const), this.#expression(1), divisor),
      ...localSet(this.#target()),
    ];
  }

  /** `if (x < limit) load(x + from)` */
  #guardedLoad(): Bytes {
    const x = this.#target();
    const limit = ARENA_BYTES + (this.#flaw() ? 1 : 0);
    const then = [...load(1, localGet(x), ARENA_FROM), ...localSet(x)];
    return [
      ...this.#expression(),
      ...localSet(x),
      ...ifElse(binary('lt_u', localGet(x), constant(limit)), then),
    ];
  }

  /** Steps of a search tree: k = 2k + (value ≥ load(base + 4k)). */
  #search(): Bytes {
    const k = this.#target();
    const steps = 1 + this.#random.below(9) + (this.#flaw() ? 2 : 0);
    const place = binary('shl', localGet(k), constant(2));
    const step = [
      ...binary(
        'add',
        binary('shl', localGet(k), constant(1)),
        binary('ge_u', localGet(0), load(4, place, ARENA_FROM)),
      ),
      ...localSet(k),
    ];
    return [...constant(1), ...localSet(k), ...Array.from({ length: steps }, () => step).flat()];
  }

  #if(depth: number): Bytes {
    return ifElse(
      this.#condition(),
      this.#statements(depth),
      this.#random.onceIn(2) ? this.#statements(depth) : [],
    );
  }

  #switch(depth: number): Bytes {
    const arms = [this.#statements(depth), this.#statements(depth)];
    const inner = block(block(branchTable(this.#expression(1), [0, 1], 1)));
    return block([
      ...inner.slice(0, -1),
      ...(arms[0] ?? []),
      ...(this.#random.onceIn(2) ? branch(1) : []),
      0x0b,
      ...(arms[1] ?? []),
    ]);
  }

  /** for (i = 0; i < min(x, limit); i += stride), with a way out in the middle */
  #countUp(depth: number): Bytes {
    const counter = this.#counter();
    if (counter === undefined) return this.#assign();
    const bound = this.#flaw() ? this.#expression(1) : binary('and', this.#expression(1), constant(7));
    const stride = 1 + this.#random.below(3);
    const wayOut = this.#random.onceIn(3) ? [...this.#condition(), ...branchIf(1)] : [];
    const limit = this.#counter();
    if (limit === undefined) return this.#assign();
    const body = [
      ...binary('ge_u', localGet(counter), localGet(limit)),
      ...branchIf(1),
      ...this.#statements(depth),
      ...wayOut,
      ...binary('add', localGet(counter), constant(stride)),
      ...localSet(counter),
      ...branch(0),
    ];
    return [...bound, ...localSet(limit), ...constant(0), ...localSet(counter), ...block(loop(body))];
  }

  /** while (n != 0) n-- */
  #countDown(depth: number): Bytes {
    const counter = this.#counter();
    if (counter === undefined) return this.#assign();
    const start = this.#flaw()
      ? load(4, constant(ARENA_FROM))
      : binary('rem_u', this.#expression(1), constant(6));
    const body = [
      ...binary('sub', localGet(counter), constant(1)),
      ...localSet(counter),
      ...this.#statements(depth),
      ...branch(0),
    ];
    return [
      ...start,
      ...localSet(counter),
      ...loop(ifElse(localGet(counter), [...body.slice(0, -2), ...branch(1)])),
    ];
  }

  /** for (i = n; i >= 0; i--), signed, with a load at i */
  #signedDown(depth: number): Bytes {
    const counter = this.#counter();
    if (counter === undefined) return this.#assign();
    const start = this.#random.below(6);
    const place = binary('shl', localGet(counter), constant(2));
    const body = [
      ...binary('lt_s', localGet(counter), constant(0)),
      ...branchIf(1),
      ...load(4, place, ARENA_FROM),
      ...localSet(this.#target()),
      ...this.#statements(depth),
      ...binary('sub', localGet(counter), constant(1)),
      ...localSet(counter),
      ...branch(0),
    ];
    return [...constant(start), ...localSet(counter), ...block(loop(body))];
  }

  /** do { } while (++i != n) */
  #untilEqual(depth: number): Bytes {
    const counter = this.#counter();
    if (counter === undefined) return this.#assign();
    const stride = this.#random.pick([1, 2, 4]);
    const rounds = 1 + this.#random.below(6);
    const end = rounds * stride + (stride > 1 && this.#flaw() ? 1 : 0);
    const next = [...binary('add', localGet(counter), constant(stride)), ...localTee(counter)];
    const body = [...this.#statements(depth), ...binary('ne', next, constant(end)), ...branchIf(0)];
    return [...constant(0), ...localSet(counter), ...loop(body)];
  }

  /** for (v = x; v != 0; v >>= shift) */
  #halve(depth: number): Bytes {
    const counter = this.#counter();
    if (counter === undefined) return this.#assign();
    const shift = 1 + this.#random.below(4);
    const body = [
      ...binary('eqz', localGet(counter)),
      ...branchIf(1),
      ...(this.#random.onceIn(2) ? this.#statements(depth) : this.#assign()),
      ...binary('shr_u', localGet(counter), constant(shift)),
      ...localSet(counter),
      ...branch(0),
    ];
    const start = binary('and', this.#expression(1), constant(0xffff));
    return [...start, ...localSet(counter), ...block(loop(body))];
  }

  /** p = from; for (n = x & 15; n; n--) { load(p); p += 4 } */
  #walkPointer(): Bytes {
    const counter = this.#counter();
    const pointer = this.#counter();
    if (counter === undefined || pointer === undefined) return this.#assign();
    const rounds = this.#random.pick([7, 15, 31]);
    const from = ARENA_FROM + ARENA_BYTES - 4 * rounds + (this.#flaw() ? 4 : 0);
    const body = [
      ...load(4, localGet(pointer)),
      ...localSet(this.#target()),
      ...binary('add', localGet(pointer), constant(4)),
      ...localSet(pointer),
      ...binary('sub', localGet(counter), constant(1)),
      ...localSet(counter),
      ...branch(1),
    ];
    const start = binary('and', this.#expression(1), constant(rounds));
    return [
      ...constant(from),
      ...localSet(pointer),
      ...start,
      ...localSet(counter),
      ...loop(ifElse(localGet(counter), body)),
      ...constant(0),
      ...DROP,
    ];
  }
}

/** The methods that expressions use most, without their object. */
function bound(random: Random) {
  return {
    below: (end: number) => random.below(end),
    pick: <T>(items: readonly T[]): T => random.pick(items),
  };
}
