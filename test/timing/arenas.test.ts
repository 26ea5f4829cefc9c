/**
 * The released core on arenas that nobody admitted: whatever bytes stand in the map and its layout record, the recorded accesses
 * and counts stay within what was proved, and the bound of check is reached.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { coreUrl } from '../../host/core/core.ts';
import { coreMap } from '../../host/timing/wasm/core-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';
import { Random, seedFor } from '../support/random.ts';
import { record, takeRecords } from './support/record.ts';

const RUNS = 10_000;
/** Of what looks at every phase. */
const LONG_RUNS = 500;
const POOL_WORDS = 1 << 18;
/** Bytes of the arena that are renewed before each run: all of it where that is small. */
const RENEWED_BYTES_MAX = 128 << 10;
/** Exports, and whether random arenas are expected to reach their bound. */
const EXPORTS = [
  { name: 'check', runs: RUNS, reachesBound: true },
  { name: 'checkPlane', runs: RUNS, reachesBound: true },
  { name: 'checkInvalid', runs: RUNS, reachesBound: true },
  { name: 'verdict', runs: RUNS, reachesBound: true },
  { name: 'sweep', runs: RUNS, reachesBound: false },
  { name: 'sweepPlane', runs: LONG_RUNS, reachesBound: false },
  { name: 'untilChange', runs: LONG_RUNS, reachesBound: false },
  { name: 'untilChangePlane', runs: LONG_RUNS, reachesBound: false },
] as const;

const PORT = {
  flashRead: zero,
  flashErase: zero,
  flashProgram: zero,
  serialWrite: zero,
  safeInput: zero,
  ticks: zero,
  reset: zero,
  cycles: zero,
  cycleRate: zero,
  interrupts: zero,
  timed: zero,
};

/** What `ask` of the layout record holds while a map is asked: by trees and by directories, without and with phases, and as a plane. */
function valuesOfAsk(): number[] {
  const text = readFileSync(new URL('../../assembly/check/active.ts', import.meta.url), 'utf8');
  const values = [...text.matchAll(/ASK_\w+: u32 = (0x[0-9a-f]+);/g)].map(([, value]) => Number(value));
  if (values.length !== 7) throw new Error('active.ts no longer says what asks the map');
  return values;
}

function zero(): number {
  return 0;
}

for (const build of BUILD_NAMES) {
  const bytes = readFileSync(coreUrl(build));
  const module = readModule(bytes);

  for (const { name, runs, reachesBound } of EXPORTS) {
    test(`${build} build, ${name}: ${runs} random arenas`, () => {
      const map = coreMap(module);
      if (map === undefined) throw new Error('the core no longer exports its addresses');
      const proof = proveExport(module, name, { map });
      const arenasOf = (names: readonly string[] = []) =>
        map.arenas.filter((arena) => names.includes(arena.name));
      const rule = map.exports?.[name];
      const recorder = record(bytes, { loads: arenasOf(rule?.loads), stores: arenasOf(rule?.stores) });
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorder.bytes), { port: PORT });
      takeRecords(exports, recorder.loops);
      const random = new Random(seedFor(`arenas ${build} ${name}`, 11));
      const memory = new MemoryFiller(random, exports, arenasOf(['ACTIVE']), arenasOf(['ARENA']));
      const run = exports[name] as (...numbers: number[]) => unknown;
      const worst = { executed: 0, outside: 0, misaligned: 0, stores: 0 };
      for (let i = 0; i < runs; i++) {
        memory.fill();
        run(...Array.from({ length: 5 }, () => memory.number() | 0));
        const { executed, outside, misaligned, stores } = takeRecords(exports, recorder.loops);
        worst.executed = Math.max(worst.executed, executed);
        worst.outside += outside;
        worst.misaligned += misaligned;
        worst.stores += stores;
      }
      const bound = proof.counts?.instructions ?? 0;
      console.log(
        `${build} ${name}: ${worst.executed} of ${bound} instructions, ratio ${(worst.executed / bound).toFixed(2)}`,
      );
      expect(worst.outside).toBe(0);
      expect(worst.misaligned).toBe(0);
      expect(worst.stores > 0).toBe(rule?.stores?.length !== 0);
      expect(worst.executed).toBeLessThanOrEqual(bound);
      if (reachesBound) expect(worst.executed).toBe(bound);
    });
  }
}

interface Place {
  readonly from: number;
  readonly bytes: number;
}

/** Fills the layout record and the arena with what no admission ever saw. */
class MemoryFiller {
  readonly #random: Random;
  readonly #active: Uint32Array;
  readonly #arena: Uint32Array;
  /** Random words, and the same words as covered ones, so that moves go on. */
  readonly #pools: readonly Uint32Array[];
  readonly #asks = valuesOfAsk();

  constructor(
    random: Random,
    exports: WebAssembly.Exports,
    [active]: readonly Place[],
    [arena]: readonly Place[],
  ) {
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory) || active === undefined || arena === undefined) {
      throw new RangeError('the core has no memory, or no arena in it');
    }
    this.#random = random;
    this.#active = new Uint32Array(memory.buffer, active.from, active.bytes / 4);
    this.#arena = new Uint32Array(memory.buffer, arena.from, arena.bytes / 4);
    const pool = Uint32Array.from({ length: POOL_WORDS }, () => random.next());
    this.#pools = [pool, pool.map((word) => 0x80000000 + (word & 0x1fffffff))];
  }

  /** Any number, small and extreme ones often. */
  number(): number {
    return this.#random.pick([
      this.#random.next(),
      this.#random.below(40),
      0,
      0xffffffff,
      0x7fffffff,
      1 << this.#random.below(32),
    ]);
  }

  fill(): void {
    for (let at = 0; at < this.#active.length; at++) this.#active[at] = this.number();
    if (!this.#random.onceIn(8)) this.#active[0] = this.#random.pick(this.#asks);
    const words = Math.min(this.#arena.length, RENEWED_BYTES_MAX / 4);
    const from = this.#random.below(POOL_WORDS - words);
    const to = this.#random.below(this.#arena.length - words + 1);
    this.#arena.set(this.#random.pick(this.#pools).subarray(from, from + words), to);
    for (let i = 0; i < 16; i++) this.#arena[this.#random.below(this.#arena.length)] = this.number();
  }
}
