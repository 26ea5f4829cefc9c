/** The core's wasm, wrapped once: the same module that is compiled for controllers, with typed edges and no marshalling. */

import { readFile } from 'node:fs/promises';
import { actionName, type StateName, stateName, unpackWord } from '../body/words.ts';
import { HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import {
  BURNED_BYTES,
  type BuildName,
  SWEEP_AT,
  SWEEP_BYTES,
  SWEEP_END_NAMES,
  TIMED,
  TIMED_WORDS_AT,
  TIMED_WORDS_BYTES,
  VERDICT_AT,
  VERDICT_BYTES,
} from '../format.ts';
import type { ActionName } from '../source/model.ts';
import { type Geometry, geometryBytes } from './geometry.ts';
import type { Port } from './port.ts';

export type { Geometry } from './geometry.ts';
export type { Port } from './port.ts';

export interface CoreOptions {
  build: BuildName;
  geometry: Geometry;
  /** The burned block, 512 bytes; docs/SPEC.md section 4. */
  burned: Uint8Array;
  port: Port;
}

/** A verdict as the core fills it; distances are in steps of the axis. */
export interface Verdict {
  state: StateName;
  /** null for a covered place. */
  action: ActionName | null;
  /** Index into the image's rules; null when no rule answers. */
  rule: number | null;
  /** null unless covered. */
  tier: number | null;
  limit: number | null;
  /** Of the edition that answers; 0: none. */
  epoch: number;
  /** null unless covered or in a gap. */
  toGapAhead: number | null;
  toGapBehind: number | null;
}

/** How far a move is safe, as the core fills it; distances are in steps of the axis. */
export interface Sweep {
  /** What `check` answers for the first point. */
  startWord: number;
  /**
   * `whole`: the whole move is safe, its last point too. `uncovered`: coverage ends before. `bound`: the image lets no move be longer
   * or cross more cells; safe so far. `at-start`: not even the first point is covered.
   */
  end: (typeof SWEEP_END_NAMES)[number];
  distance: number;
  /** Lowest tier on the safe part; null when nothing is safe. */
  tier: number | null;
  /** Lowest limit on the safe part. */
  limit: number | null;
  epoch: number;
  /** What `check` answers where coverage ends. */
  endWord: number;
  /** Where on the safe part the limit first falls below that of the first point, and to what; null where it does not. */
  lower: { distance: number; limit: number } | null;
}

interface CoreExports {
  memory: WebAssembly.Memory;
  ARENA: WebAssembly.Global;
  ARENA_BYTES: WebAssembly.Global;
  BURNED: WebAssembly.Global;
  GEOMETRY: WebAssembly.Global;
  SWEEP: WebAssembly.Global;
  VERDICT: WebAssembly.Global;
  boot(): number;
  check(phase: number, x: number, y: number): number;
  checkPlane(phase: number, x: number, y: number): number;
  checkInvalid(): number;
  verdict(word: number, x: number, y: number): void;
  sweep(phase: number, x0: number, y0: number, x1: number, y1: number): void;
  sweepPlane(phase: number, x0: number, y0: number, x1: number, y1: number): void;
  untilChange(phase: number, x: number, y: number): number;
  untilChangePlane(phase: number, x: number, y: number): number;
  receive(byte: number): void;
  service(checks: number): number;
  stateOf(what: number): number;
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** The compiled module of a build, compiled once a process. */
function moduleOf(build: BuildName, url: URL): Promise<WebAssembly.Module> {
  const known = modules.get(url.href);
  if (known !== undefined) return known;
  const compiled = readFile(url).then(
    (bytes) => WebAssembly.compile(bytes),
    (cause: unknown) => {
      modules.delete(url.href);
      throw new HoldfastError(
        'CORE_MISSING',
        `the ${build} build of the core does not exist: ${url.pathname}`,
        {
          remedy: 'Build it with `npm run build`.',
          cause,
        },
      );
    },
  );
  modules.set(url.href, compiled);
  return compiled;
}

/** Where `npm run build` leaves a build of the core. */
export function coreUrl(build: BuildName): URL {
  return packageUrl(`build/${build}.wasm`);
}

/** One device: an instance of the core with its own memory. A reset is a new instance on the same flash. */
export class Core {
  readonly #core: CoreExports;
  readonly #verdict: DataView;
  readonly #sweep: DataView;

  private constructor(core: CoreExports) {
    this.#core = core;
    this.#verdict = new DataView(core.memory.buffer, core.VERDICT.value, VERDICT_BYTES);
    this.#sweep = new DataView(core.memory.buffer, core.SWEEP.value, SWEEP_BYTES);
  }

  /**
   * Instantiates a build of the core on a port.
   *
   * @throws HoldfastError CORE_MISSING when the core was not built
   */
  static async load(options: CoreOptions): Promise<Core> {
    const module = await moduleOf(options.build, coreUrl(options.build));
    return Core.from(module, options);
  }

  /** Instantiates a module that the caller compiled, an instrumented one for instance. */
  static async from(module: WebAssembly.Module, options: Omit<CoreOptions, 'build'>): Promise<Core> {
    // The imports are wanted before the memory exists that they read; they look it up when they are called.
    const place: { core?: CoreExports } = {};
    const { exports } = await WebAssembly.instantiate(module, {
      port: portImports(options.port, () => {
        if (place.core === undefined) throw new Error('the core called its port before it was instantiated');
        return place.core;
      }),
    });
    const core = exports as unknown as CoreExports;
    place.core = core;
    new Uint8Array(core.memory.buffer).set(geometryBytes(options.geometry), core.GEOMETRY.value);
    new Uint8Array(core.memory.buffer, core.BURNED.value, BURNED_BYTES).set(
      options.burned.subarray(0, BURNED_BYTES),
    );
    return new Core(core);
  }

  /** 0 when an edition runs, else the reason of the FAULT (docs/SPEC.md section 8). */
  boot(): number {
    return this.#core.boot() >>> 0;
  }

  /** The packed word for stored coordinates (relative to the origin); a plane answers only where `y` is given. */
  check(phase: number, x: number, y?: number): number {
    if (y === undefined) return this.#core.check(phase, x, 0) >>> 0;
    return this.#core.checkPlane(phase, x, y) >>> 0;
  }

  checkInvalid(): number {
    return this.#core.checkInvalid() >>> 0;
  }

  /** Spells a word out. */
  verdict(word: number, x: number, y = 0): Verdict {
    this.#core.verdict(word, x, y);
    return this.#readVerdict(word);
  }

  #readVerdict(word: number): Verdict {
    const view = this.#verdict;
    const { state, action } = unpackWord(word);
    const name = stateName(state) ?? 'fault';
    const rule = view.getInt32(VERDICT_AT.rule, true);
    const fromMap = name === 'covered' || name === 'gap';
    return {
      state: name,
      action: actionName(action) ?? null,
      rule: rule < 0 ? null : rule,
      tier: name === 'covered' ? view.getUint32(VERDICT_AT.tier, true) : null,
      limit: view.getUint32(VERDICT_AT.hasLimit, true) !== 0 ? view.getInt32(VERDICT_AT.limit, true) : null,
      epoch: view.getUint32(VERDICT_AT.epoch, true),
      toGapAhead: fromMap ? view.getUint32(VERDICT_AT.toGapAhead, true) : null,
      toGapBehind: fromMap ? view.getUint32(VERDICT_AT.toGapBehind, true) : null,
    };
  }

  /** How far the straight move from x0 to x1 is safe; stored coordinates. */
  sweep(phase: number, x0: number, x1: number): Sweep {
    this.#core.sweep(phase, x0, 0, x1, 0);
    return this.#readSweep();
  }

  /** How far the straight move between two places, [x, y] as stored, is safe; on a line the second coordinates mean nothing. */
  sweepPlane(
    phase: number,
    from: readonly [x: number, y: number],
    to: readonly [x: number, y: number],
  ): Sweep {
    this.#core.sweepPlane(phase, ...from, ...to);
    return this.#readSweep();
  }

  #readSweep(): Sweep {
    const view = this.#sweep;
    const end = SWEEP_END_NAMES[view.getUint32(SWEEP_AT.end, true)] ?? 'at-start';
    return {
      startWord: view.getUint32(SWEEP_AT.startWord, true),
      end,
      distance: view.getUint32(SWEEP_AT.distance, true),
      tier: end === 'at-start' ? null : view.getUint32(SWEEP_AT.tier, true),
      limit: view.getUint32(SWEEP_AT.hasLimit, true) !== 0 ? view.getInt32(SWEEP_AT.limit, true) : null,
      epoch: view.getUint32(SWEEP_AT.epoch, true),
      endWord: view.getUint32(SWEEP_AT.endWord, true),
      lower:
        view.getUint32(SWEEP_AT.hasLower, true) === 0
          ? null
          : {
              distance: view.getUint32(SWEEP_AT.lowerDistance, true),
              limit: view.getInt32(SWEEP_AT.lowerLimit, true),
            },
    };
  }

  /** Ticks until another rule answers for a place than in `phase`; 0: none ever does. Of a plane only where `y` is given. */
  untilChange(phase: number, x: number, y?: number): number {
    if (y === undefined) return this.#core.untilChange(phase, x, 0) >>> 0;
    return this.#core.untilChangePlane(phase, x, y) >>> 0;
  }

  /** Bytes from the line. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.#core.receive(byte);
  }

  /** One slice of everything else; gives the mode (0 run, 1 window). */
  service(checks: number): number {
    return this.#core.service(checks) >>> 0;
  }

  /** `what` is one of STATE_OF. */
  stateOf(what: number): number {
    return this.#core.stateOf(what) >>> 0;
  }

  /** A global that the module exports under a name; an instrumented module has more of them than the built one. */
  globalOf(name: string): WebAssembly.Global {
    const found = (this.#core as unknown as Record<string, unknown>)[name];
    if (found instanceof WebAssembly.Global) return found;
    throw new RangeError(`the core exports no global ${name}`);
  }

  /** The verdict that stands in memory, for a word of `check`. */
  lastVerdict(word: number): Verdict {
    return this.#readVerdict(word);
  }

  /** The bytes that `verdict` filled last: docs/SPEC.md section 3. */
  verdictStruct(): Uint8Array {
    return bytesOf(this.#verdict);
  }

  /** The bytes that `sweep` filled last: docs/SPEC.md section 3.1. */
  sweepStruct(): Uint8Array {
    return bytesOf(this.#sweep);
  }

  /** All memory, for drills that damage it. */
  memory(): Uint8Array {
    return new Uint8Array(this.#core.memory.buffer);
  }

  /** The map arena itself, for drills that damage it. */
  arena(): Uint8Array {
    return new Uint8Array(this.#core.memory.buffer, this.#core.ARENA.value, this.#core.ARENA_BYTES.value);
  }
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function portImports(port: Port, core: () => CoreExports): WebAssembly.ModuleImports {
  const bytesAt = (location: number, bytes: number) =>
    new Uint8Array(core().memory.buffer, location >>> 0, bytes >>> 0);
  const failed = (done: boolean) => (done ? 0 : 1);
  return {
    flashRead: (area: number, offset: number, destination: number, bytes: number) =>
      failed(port.flashRead(area, offset >>> 0, bytesAt(destination, bytes))),
    flashErase: (area: number, offset: number) => failed(port.flashErase(area, offset >>> 0)),
    flashProgram: (area: number, offset: number, source: number, bytes: number) =>
      failed(port.flashProgram(area, offset >>> 0, bytesAt(source, bytes))),
    serialWrite: (source: number, bytes: number) => port.serialWrite(bytesAt(source, bytes)),
    safeInput: () => (port.safeInput() ? 1 : 0),
    ticks: () => port.ticks() | 0,
    reset: () => port.reset(),
    cycles: () => (port.counter?.cycles() ?? 0) | 0,
    cycleRate: () => (port.counter?.hertz ?? 0) | 0,
    interrupts: () => {},
    timed: (what: number, words: number) => timed(port, core(), what, words >>> 0),
  };
}

/**
 * Calls a function (any number that names none: an empty call) on the words at an address and gives the counts that it took;
 * docs/SPEC.md section 6.
 */
function timed(port: Port, core: CoreExports, what: number, words: number): number {
  const view = new DataView(core.memory.buffer, words, TIMED_WORDS_BYTES);
  const word = (at: number) => view.getInt32(at, true);
  const { phase, x, y, toX, toY, answer } = TIMED_WORDS_AT;
  const before = port.counter?.cycles() ?? 0;
  if (what === TIMED.check) view.setInt32(answer, core.check(word(phase), word(x), word(y)), true);
  else if (what === TIMED.verdict) core.verdict(word(phase), word(x), word(y));
  else if (what === TIMED.sweep) core.sweep(word(phase), word(x), word(y), word(toX), word(toY));
  return ((port.counter?.cycles() ?? 0) - before) | 0;
}
