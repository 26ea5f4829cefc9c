/**
 * RV32: the firmware of the board `virt`, and kernels on unknown inputs, as they are linked. Bounds in Hazard3's cycles against an
 * execution number by number with its documented cycles.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { readElf } from '../../host/firmware/elf.ts';
import { type Bound, boundOf, type Question } from '../../host/timing/machine/bounds.ts';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { activeWords, arenasIn, stackIn } from '../../host/timing/machine/holdfast.ts';
import { ANY32, and32, between32, exactly32, or32, type Range32 } from '../../host/timing/ranges/range32.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { RiscvMachine } from '../../sim/boards/riscv-machine.ts';
import { temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { Random, seedFor } from '../support/random.ts';
import { buildRiscv } from './support/assemble.ts';
import { callAnyhow } from './support/riscv-machine.ts';

const folder = temporaryFolder('riscv-firmware');
afterAll(() => folder.remove());

const TRIALS = Number(process.env.HOLDFAST_TRIALS ?? 300);
const ASK_LINE = 0xcf;
const ASK_PHASES = 0xf3;
/** Words of ACTIVE: what is asked, the list with its levels, the starts of phases with theirs, the shift of runs, cells of a move. */
const [ASK, LIST, STARTS, RUN_SHIFT, MOVE_CELLS] = [0, 5, 9, 11, 18];
const RING = 0x8000_0000;
/** Of a map each of whose cells has another limit than the next, and how long each is. */
const SEGMENTS = 600;
const STRETCH = 1000;

/** A line, or a ring, of cells of one length, whose limits fall and rise; no move ends before the last one. */
function cellsOf({ segments, wraps }: { segments: number; wraps: boolean }): string {
  const zones = Array.from(
    { length: segments },
    (_, index) =>
      `  - { id: z${index}, at: [{ from: ${index * STRETCH}, to: ${(index + 1) * STRETCH} }], limit: ${1000 - (index % 7)} }`,
  );
  return [
    ...['holdfast: 1', 'map: cells', 'epoch: 1'],
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${segments * STRETCH}${wraps ? ', wraps: true' : ''} } ] }`,
    ...['zones:', ...zones, ''],
  ].join('\n');
}

describe('the firmware of riscv32', () => {
  let machine: RiscvMachine;
  let question: Question;
  let active: number;

  beforeAll(async () => {
    const { elf } = await buildFirmware('riscv32');
    const parts = arenasIn(elf, readModule(readFileSync(coreUrl('device'))));
    active = parts.find(({ name }) => name === 'ACTIVE')?.from ?? expect.unreachable();
    const stack = stackIn(elf);
    question = { elf, core: HAZARD3, parts, stack };
    // The board's own stack lies behind this MiB.
    machine = new RiscvMachine(elf, 0x8000_0000, 0x10_0000, 0x8010_0000);
  });

  function given(name: string, words: readonly (readonly [index: number, range: Range32])[]): Bound {
    return boundOf(
      { ...question, words: new Map(words.map(([index, range]) => [active + 4 * index, range])) },
      name,
    );
  }

  function fill(random: Random): void {
    const memory = machine.elf.symbols.find(({ name }) => name === 'holdfast_memory') ?? expect.unreachable();
    const view = machine.memory(memory.address, memory.bytes);
    for (let index = 0; index + 4 <= view.length; index += 4) {
      machine.setWord(memory.address + index, random.next());
    }
  }

  const levels = (left: number) => or32(exactly32(left << 28), and32(ANY32, exactly32(0x0fff_ffff)));

  test('check takes one number of cycles for each shape of an image, and that is what it takes', () => {
    const random = new Random(seedFor('riscv-shapes', 1));
    for (const left of [0, 5, 10, 13, 15]) {
      const shapes: (readonly (readonly [number, number])[])[] = [
        [
          [ASK, ASK_LINE],
          [LIST, left],
        ],
        [
          [ASK, ASK_PHASES],
          [LIST, left],
          [STARTS, 9],
        ],
      ];
      for (const shape of shapes) {
        const words = shape.map(
          ([index, value]) => [index, index === ASK ? exactly32(value) : levels(value)] as const,
        );
        const { bound, best } = given('holdfast_check', words);
        expect(bound).not.toBeNull();
        expect(bound).toBe(best);
        for (let trial = 0; trial < 5; trial++) {
          fill(random);
          for (const [index, value] of shape) {
            const word = index === ASK ? value : ((value << 28) | random.below(2 ** 28)) >>> 0;
            machine.setWord(active + 4 * index, word);
          }
          expect(callAnyhow(machine, random, 'holdfast_check', [random.next(), random.next()]).cycles).toBe(
            bound,
          );
        }
      }
    }
  }, 120_000);

  test.each(['holdfast_check', 'holdfast_spell'])(
    '%s stays within its bounds on any memory',
    (name) => {
      const random = new Random(seedFor(`riscv-${name}`, 2));
      const { bound, best, stack, declined } = boundOf(question, name);
      expect(declined).toBeNull();
      expect(stack).toBe(0);
      let [least, most] = [Number.POSITIVE_INFINITY, 0];
      for (let trial = 0; trial < TRIALS; trial++) {
        fill(random);
        if (!random.onceIn(4)) machine.setWord(active, random.pick([ASK_LINE, ASK_PHASES]));
        const { cycles } = callAnyhow(machine, random, name, [random.next(), random.next(), random.next()]);
        least = Math.min(least, cycles);
        most = Math.max(most, cycles);
      }
      console.log(`${name}: shown ${best} to ${bound}, found ${least} to ${most}`);
      expect(most).toBeLessThanOrEqual(bound ?? 0);
      expect(least).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
    },
    120_000,
  );

  // GCC asks libgcc for the lowest bit of a number, whose table is read at a place that hangs on which of four ways was taken.
  test.each([
    ['a line with a table of rows', exactly32(0), () => 0],
    ['a line with runs', between32(1, 31), (random: Random) => 1 + random.below(31)],
    ['a ring', between32(RING + 1, RING + 31), (random: Random) => RING + 1 + random.below(31)],
    ['any map', ANY32, (random: Random) => random.pick([0, 1 + random.below(31), random.next()])],
  ] as const)('sweep over %s stays within its bounds, whatever memory holds', (_, runShift, anyShift) => {
    const random = new Random(seedFor('riscv-sweep', 3));
    const cells = 16;
    const { bound, best, declined, accesses } = given('holdfast_sweep', [
      [RUN_SHIFT, runShift],
      [MOVE_CELLS, exactly32(cells)],
    ]);
    expect(declined).toBeNull();
    const stored = accesses.filter(({ kind }) => kind === 'store').flatMap(({ regions }) => regions);
    expect(stored.filter((name) => ['ACTIVE', 'ARENA', 'BURNED'].includes(name))).toEqual([]);
    expect(stored).toContain('SWEEP');
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let trial = 0; trial < TRIALS; trial++) {
      fill(random);
      machine.setWord(active + 4 * ASK, random.pick([ASK_LINE, ASK_PHASES]));
      machine.setWord(active + 4 * RUN_SHIFT, anyShift(random));
      machine.setWord(active + 4 * MOVE_CELLS, cells);
      const { cycles } = callAnyhow(machine, random, 'holdfast_sweep', [
        random.next(),
        random.next(),
        0,
        random.next(),
      ]);
      least = Math.min(least, cycles);
      most = Math.max(most, cycles);
    }
    console.log(`holdfast_sweep: shown ${best} to ${bound}, found ${least} to ${most}`);
    expect(most).toBeLessThanOrEqual(bound ?? 0);
    expect(least).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
  });

  test.each([false, true])('a cell of a move takes what is shown, within 1.10 (ring: %s)', async (wraps) => {
    const random = new Random(seedFor('riscv-cells', 4));
    const core = await openImage(await compileText(cellsOf({ segments: SEGMENTS, wraps })), {
      build: 'device',
    });
    const bytes = core.memory();
    const { address, bytes: room } =
      machine.elf.symbols.find(({ name }) => name === 'holdfast_memory') ?? expect.unreachable();
    machine.memory(address, room).set(bytes.subarray(0, room));
    const words = activeWords(question.parts ?? [], question.elf, bytes);
    const { bound, best, declined } = boundOf({ ...question, words }, 'holdfast_sweep');
    expect(declined).toBeNull();
    const end = SEGMENTS * STRETCH;
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let trial = 0; trial < 200; trial++) {
      const from = STRETCH * random.below(SEGMENTS);
      const to = random.onceIn(2) ? from + end : from - end;
      const { cycles } = callAnyhow(machine, random, 'holdfast_sweep', [0, from, 0, to]);
      least = Math.min(least, cycles);
      most = Math.max(most, cycles);
    }
    console.log(
      `a move over the cells of ${wraps ? 'a ring' : 'a line'}: shown ${best} to ${bound}, found ${least} to ${most}`,
    );
    expect(most).toBeLessThanOrEqual(bound ?? 0);
    expect(least).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
    expect(bound).toBeLessThanOrEqual(1.1 * most);
  });
});

describe('kernels on unknown inputs', () => {
  const source = readFileSync(new URL('support/kernels.c', import.meta.url), 'utf8');
  const options = ['-march=rv32imc', '-O2', '-std=gnu11', '-ffreestanding'];
  const elf = readElf(readFileSync(buildRiscv(folder, 'kernels.c', source, options)));
  const question = { elf, core: HAZARD3, stack: { top: 0x2002_0000, bytes: 4096 } };
  const machine = new RiscvMachine(elf, 0x2000_0000, 0x2_0000, 0x2002_0000);
  const INPUTS = ['values', 'bytes', 'a', 'b'];

  test.each([
    ['crc', 1.01],
    ['crc_branching', 1.1],
    ['search', 1.1],
    ['multiply', 1.01],
    ['eliminate', 1.05],
    ['scan', 1.2],
    ['sort', 1.2],
  ])(
    '%s is bounded, and close to the worst that is found',
    (name, ratio) => {
      const random = new Random(seedFor(`riscv-${name}`, 3));
      const { bound, best, declined } = boundOf(question, name);
      expect(declined).toBeNull();
      let [least, most] = [Number.POSITIVE_INFINITY, 0];
      for (let trial = 0; trial < TRIALS; trial++) {
        for (const input of INPUTS) {
          const symbol = elf.symbols.find((each) => each.name === input) ?? expect.unreachable();
          const bytes = machine.memory(symbol.address, symbol.bytes);
          const kind = random.below(4);
          for (let index = 0; index < bytes.length; index++) {
            bytes[index] =
              kind === 0 ? 255 - index : kind === 1 ? random.pick([0x20, 0x30, 0x41]) : random.below(256);
          }
        }
        const argument = random.pick([random.next(), random.below(64), 0xffff_ffff]);
        const { cycles } = callAnyhow(machine, random, name, [argument]);
        least = Math.min(least, cycles);
        most = Math.max(most, cycles);
      }
      console.log(`${name}: shown ${best} to ${bound}, found ${least} to ${most}`);
      expect(most).toBeLessThanOrEqual(bound ?? 0);
      expect(least).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
      expect((bound ?? 0) / most).toBeLessThanOrEqual(ratio);
    },
    60_000,
  );
});
