/** The firmware of the RP2040 as it is linked: bounds against the emulator, for every shape of an image and for any memory. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import type { Elf } from '../../host/firmware/elf.ts';
import { type Bound, boundOf, type Question, type WitnessReport } from '../../host/timing/machine/bounds.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { arenasIn } from '../../host/timing/machine/holdfast.ts';
import { ANY32, and32, exactly32, or32, type Range32 } from '../../host/timing/ranges/range32.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { Random, seedFor } from '../support/random.ts';

/** Random arenas; 10,000 by command: HOLDFAST_TRIALS=10000. */
const TRIALS = Number(process.env.HOLDFAST_TRIALS ?? 350);
const ASK_LINE = 0xcf;
const ASK_PHASES = 0xf3;
const ASK_DIRECTORY = 0x3c;
const ASK_DIRECTORY_PHASES = 0x55;
/** Words of ACTIVE: what is asked, the list with its levels, the starts of phases with theirs, and the shift of runs. */
const [ASK, LIST, LENGTH, STARTS, RUN_SHIFT, RULE_MASK] = [0, 5, 7, 9, 11, 12];
/** With directories: the halvings that are left out, along the line and for a phase. */
const [HALVINGS, PHASE_HALVINGS] = [6, 10];
const LEVELS = Array.from({ length: 16 }, (_, levels) => levels);
const HALVINGS_OUT = LEVELS.slice(0, 8);

let elf: Elf;
let question: Question;
let bench: Rp2040Bench;
let active: number;

beforeAll(async () => {
  const firmware = await buildFirmware('rp2040');
  elf = firmware.elf;
  const parts = arenasIn(elf, readModule(readFileSync(coreUrl('device'))));
  active = parts.find(({ name }) => name === 'ACTIVE')?.from ?? expect.unreachable();
  const core = CORTEX_M0PLUS;
  question = { elf, core, parts, stack: { top: elf.addressOf('stack_top'), bytes: 8192 } };
  bench = new Rp2040Bench(elf);
});

/** Words of ACTIVE by their number. */
function given(name: string, words: readonly (readonly [index: number, range: Range32])[]): Bound {
  return boundOf(
    { ...question, words: new Map(words.map(([index, range]) => [active + 4 * index, range])) },
    name,
  );
}

/** A list of which nothing but the levels is known. */
function levels(left: number): Range32 {
  return or32(exactly32(left << 28), and32(ANY32, exactly32(0x0fff_ffff)));
}

/** A word of which nothing but the halvings that are left out is known. */
function halvings(out: number): Range32 {
  return or32(exactly32((out << 29) >>> 0), and32(ANY32, exactly32(0x1fff_ffff)));
}

function fillMemory(random: Pick<Random, 'next'>): void {
  const address = elf.addressOf('holdfast_memory');
  const symbol = elf.symbols.find(({ name }) => name === 'holdfast_memory') ?? expect.unreachable();
  const memory = bench.memory(address, symbol.bytes);
  const words = new Uint32Array(memory.buffer, memory.byteOffset, symbol.bytes / 4);
  for (let index = 0; index < words.length; index++) words[index] = random.next();
}

function setWord(index: number, word: number): void {
  new DataView(bench.chip.sram.buffer, bench.chip.sram.byteOffset).setUint32(
    active - 0x2000_0000 + 4 * index,
    word,
    true,
  );
}

function measured(random: Random, name: string): number {
  return bench.call(name, random.next(), random.next(), random.next()).cycles;
}

const regionsOf = ({ accesses }: Bound, kind: string) => [
  ...new Set(accesses.filter((each) => each.kind === kind).flatMap(({ regions }) => regions)),
];

describe('check', () => {
  test('takes what is measured, for every input of each of the 16 shapes of a line', () => {
    const random = new Random(seedFor('lines', 1));
    fillMemory(random);
    for (const left of LEVELS) {
      const { bound, best } = given('holdfast_check', [
        [ASK, exactly32(ASK_LINE)],
        [LIST, levels(left)],
      ]);
      setWord(ASK, ASK_LINE);
      setWord(LIST, ((left << 28) | (random.next() >>> 4)) >>> 0);
      const cycles = measured(random, 'holdfast_check');
      expect([left, bound, best]).toEqual([left, cycles, cycles]);
    }
  });

  test('takes what is measured, for every input of each of the 256 shapes with phases', () => {
    const random = new Random(seedFor('phases', 1));
    fillMemory(random);
    for (const left of LEVELS) {
      for (const starts of LEVELS) {
        const { bound, best } = given('holdfast_check', [
          [ASK, exactly32(ASK_PHASES)],
          [LIST, levels(left)],
          [STARTS, levels(starts)],
        ]);
        setWord(ASK, ASK_PHASES);
        setWord(LIST, ((left << 28) | (random.next() >>> 4)) >>> 0);
        setWord(STARTS, ((starts << 28) | (random.next() >>> 4)) >>> 0);
        const cycles = measured(random, 'holdfast_check');
        expect([left, starts, bound, best]).toEqual([left, starts, cycles, cycles]);
      }
    }
  });

  test('takes what is measured, for every input of each of the 8 shapes of a directory', () => {
    const random = new Random(seedFor('directories', 1));
    fillMemory(random);
    for (const out of HALVINGS_OUT) {
      const { bound, best } = given('holdfast_check', [
        [ASK, exactly32(ASK_DIRECTORY)],
        [HALVINGS, halvings(out)],
      ]);
      setWord(ASK, ASK_DIRECTORY);
      setWord(HALVINGS, ((out << 29) | (random.next() >>> 3)) >>> 0);
      const cycles = measured(random, 'holdfast_check');
      expect([out, bound, best]).toEqual([out, cycles, cycles]);
    }
  });

  test('takes what is measured, for every input of each of the 64 shapes of directories with phases', () => {
    const random = new Random(seedFor('directories with phases', 1));
    fillMemory(random);
    for (const out of HALVINGS_OUT) {
      for (const phasesOut of HALVINGS_OUT) {
        const { bound, best } = given('holdfast_check', [
          [ASK, exactly32(ASK_DIRECTORY_PHASES)],
          [HALVINGS, halvings(out)],
          [PHASE_HALVINGS, halvings(phasesOut)],
        ]);
        setWord(ASK, ASK_DIRECTORY_PHASES);
        setWord(HALVINGS, ((out << 29) | (random.next() >>> 3)) >>> 0);
        setWord(PHASE_HALVINGS, ((phasesOut << 29) | (random.next() >>> 3)) >>> 0);
        const cycles = measured(random, 'holdfast_check');
        expect([out, phasesOut, bound, best]).toEqual([out, phasesOut, cycles, cycles]);
      }
    }
  });

  test('reaches its bound and its best, for any memory', () => {
    const random = new Random(1);
    const { bound, best } = boundOf(question, 'holdfast_check');
    fillMemory(random);
    setWord(ASK, 0);
    expect(measured(random, 'holdfast_check')).toBe(best);
    setWord(ASK, ASK_PHASES);
    setWord(LIST, 0);
    setWord(STARTS, 0);
    expect(measured(random, 'holdfast_check')).toBe(bound);
  });
});

describe('verdict', () => {
  test.each([
    ['a table of rows', [[RUN_SHIFT, exactly32(0)]], 0],
    ['runs', [[RUN_SHIFT, exactly32(9)]], 9],
    ['a ring', [[RUN_SHIFT, exactly32(0x80000009)]], 0x80000009],
    ['any map', [], undefined],
  ] as const)('reaches its bound and its best, with %s', (_, words, runShift) => {
    const random = new Random(seedFor('verdict', 2));
    const { bound, best } = given('holdfast_spell', words);
    let [most, least] = [0, Number.POSITIVE_INFINITY];
    for (let index = 0; index < 400; index++) {
      if (index % 40 === 0) fillMemory(random);
      // Distances to one place, which together go all the way round.
      if (index % 40 === 20) fillMemory({ next: () => 0x0001_0001 });
      if (index % 40 >= 20) setWord(LENGTH, 2 ** 31);
      setWord(RUN_SHIFT, runShift ?? random.pick([0, random.next(), 0x80000000]));
      setWord(RULE_MASK, random.pick([0, random.next()]));
      const cycles = measured(random, 'holdfast_spell');
      most = Math.max(most, cycles);
      least = Math.min(least, cycles);
    }
    expect([most, least]).toEqual([bound, best]);
  });
});

describe('sweep', () => {
  const CELLS = 4096;
  /** Of 4,096 cells on a line, by bench/RESULTS.md and `npm run timing`: no image asks for more. */
  const CELL_MEASURED = 221;

  test('is bounded by what a cell takes, for any memory', () => {
    const { bound, best, stack } = boundOf(question, 'holdfast_sweep');
    expect((bound ?? 0) / CELLS).toBeLessThanOrEqual(1.1 * CELL_MEASURED);
    expect(best).toBeGreaterThan(0);
    expect(stack).toBeLessThanOrEqual(120);
  });

  test('is given up at any number of steps, or holds', () => {
    const whole = given('holdfast_sweep', [[RUN_SHIFT, exactly32(0)]]);
    let [declined, bounded] = [0, 0];
    for (let stepsMax = 10; stepsMax < 200_000; stepsMax *= 3) {
      const found = boundOf(
        { ...question, words: new Map([[active + 4 * RUN_SHIFT, exactly32(0)]]), stepsMax },
        'holdfast_sweep',
      );
      if (found.declined === null) {
        bounded++;
        expect(found.bound).toBeGreaterThanOrEqual(whole.bound ?? 0);
        expect(found.best).toBeLessThanOrEqual(whole.best ?? 0);
      } else {
        declined++;
        expect(found.declined).toMatchObject({
          reason: 'too-long',
          why: `no end was found within ${stepsMax} steps`,
        });
        expect([found.bound, found.best, found.stack]).toEqual([null, null, null]);
      }
    }
    expect(declined).toBeGreaterThan(2);
    expect(bounded).toBeGreaterThan(1);
  });

  test('never takes more on random arenas', () => {
    const random = new Random(seedFor('sweeps', 5));
    const { bound, best } = boundOf(question, 'holdfast_sweep');
    for (let index = 0; index < TRIALS / 5; index++) {
      if (index % 10 === 0) fillMemory(random);
      setWord(ASK, random.pick([ASK_LINE, ASK_PHASES, ASK_DIRECTORY, ASK_DIRECTORY_PHASES]));
      const cycles = measured(random, 'holdfast_sweep');
      expect(cycles).toBeLessThanOrEqual(bound ?? 0);
      expect(cycles).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe('inputs that are found', () => {
  function replayed({ function: name }: Bound, found: WitnessReport | null): number {
    if (found === null) expect.unreachable();
    fillMemory({ next: () => 0 });
    const sram = new DataView(bench.chip.sram.buffer, bench.chip.sram.byteOffset);
    for (const [place, word] of Object.entries(found.words))
      sram.setUint32(Number(place) - 0x2000_0000, word, true);
    return bench.call(name, ...found.arguments).cycles;
  }

  test('reach the bounds and the bests of check and verdict on the emulated board', () => {
    const check = boundOf({ ...question, isWithWitness: true }, 'holdfast_check');
    expect(replayed(check, check.witness)).toBe(check.bound);
    expect(replayed(check, check.witnessBest)).toBe(check.best);
    const verdict = boundOf({ ...question, isWithWitness: true }, 'holdfast_spell');
    expect(replayed(verdict, verdict.witness)).toBe(verdict.bound);
    expect(replayed(verdict, verdict.witnessBest)).toBe(verdict.best);
  });

  test('reach what a shape takes', () => {
    const words = new Map([
      [active + 4 * LIST, levels(3)],
      [active + 4 * ASK, exactly32(ASK_LINE)],
    ]);
    const shape = boundOf({ ...question, words, isWithWitness: true }, 'holdfast_check');
    expect(replayed(shape, shape.witness)).toBe(shape.bound);
  });
});

test('neither takes more or less on random arenas', () => {
  const random = new Random(seedFor('arenas', 3));
  const bounds = ['holdfast_check', 'holdfast_spell'].map((name) => boundOf(question, name));
  for (let index = 0; index < TRIALS; index++) {
    if (index % 10 === 0) fillMemory(random);
    setWord(ASK, random.pick([ASK_LINE, ASK_PHASES, ASK_DIRECTORY, ASK_DIRECTORY_PHASES, random.next()]));
    for (const word of [LIST, STARTS, RUN_SHIFT])
      setWord(word, random.pick([0, random.next(), random.next()]));
    for (const { function: name, bound, best } of bounds) {
      const cycles = measured(random, name);
      if (bound === null || best === null || cycles > bound || cycles < best) {
        expect({ name, index, cycles }).toEqual({ name, index, cycles: [best, bound] });
      }
    }
  }
});

test('loads and stores lie where they may', () => {
  const check = boundOf(question, 'holdfast_check');
  const verdict = boundOf(question, 'holdfast_spell');
  expect(regionsOf(check, 'load').sort()).toEqual(['.run', 'ACTIVE', 'ARENA', 'stack']);
  expect(regionsOf(check, 'store')).toEqual(['stack']);
  expect(regionsOf(verdict, 'load').sort()).toEqual(['.run', 'ACTIVE', 'ARENA', 'VERDICT', 'stack']);
  expect(regionsOf(verdict, 'store').sort()).toEqual(['VERDICT', 'stack']);
  expect([check.stack, verdict.stack]).toEqual([12, 20]);
});

test('a bound is the sum of its longest way', () => {
  for (const name of ['holdfast_check', 'holdfast_spell']) {
    const { bound, best, longest, shortest } = boundOf(question, name);
    const sum = (blocks: Bound['longest']) => blocks.reduce((total, { cycles }) => total + cycles, 0);
    expect([3 + sum(longest), 3 + sum(shortest)]).toEqual([bound, best]);
  }
});
