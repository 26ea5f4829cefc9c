/**
 * Planes in the firmware as it is linked: one number of cycles for each shape, which is measured; the same words on three machines, by the
 * wasm, by a Cortex-M0+ and by RV32; and the gate of what they may take.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodePlane, planeShortfalls } from '../../host/body/encode-plane.ts';
import { openImage } from '../../host/core/checker.ts';
import { coreUrl } from '../../host/core/core.ts';
import { checkCycles, cyclesOf } from '../../host/cycles/table.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import type { Elf } from '../../host/firmware/elf.ts';
import { type Bound, boundOf, type Question } from '../../host/timing/machine/bounds.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { wordsOfImage } from '../../host/timing/machine/edition.ts';
import { arenasIn, stackIn } from '../../host/timing/machine/holdfast.ts';
import { ANY32, and32, between32, exactly32, or32, type Range32 } from '../../host/timing/ranges/range32.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { RiscvMachine } from '../../sim/boards/riscv-machine.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { imageOfPlane, placesIn, randomPlane } from '../support/planes.ts';
import { Random, seedFor } from '../support/random.ts';
import { callAnyhow } from './support/riscv-machine.ts';

const CHECK = 'holdfast_check_plane';
const CHANGE = 'holdfast_until_change_plane';
/** Of the questions that are asked of the check, every how many are asked of the change. */
const CHANGE_EVERY = 30;
const MEMORY = 'holdfast_memory';
const LEVELS = Array.from({ length: 16 }, (_, levels) => levels);
const HALVINGS_OUT = LEVELS.slice(2, 8);
/** Words of ACTIVE: what is asked, the levels that are left out, the grid, and the halvings that are left out. */
const [ASK, SHAPE, GRID, HALVINGS] = [0, 5, 6, 10];
/** Bytes of a node, and what asks for it. */
const FORMS = [
  [16, 0x1b],
  [12, 0x27],
] as const;
/** Cycles that a check of a plane of twelve levels may take on the RP2040. */
const GATE = { levels: 12, cycles: 275 };
const PLANES = 40;

interface Program {
  readonly elf: Elf;
  readonly question: Question;
  readonly active: number;
}

async function programOf(board: string): Promise<Program> {
  const { elf } = await buildFirmware(board);
  const parts = arenasIn(elf, readModule(readFileSync(coreUrl('device'))));
  const active = parts.find(({ name }) => name === 'ACTIVE')?.from ?? expect.unreachable();
  const core = board === 'rp2040' ? CORTEX_M0PLUS : HAZARD3;
  return { elf, active, question: { elf, core, parts, stack: stackIn(elf) } };
}

function given({ question, active }: Program, words: readonly (readonly [number, Range32])[]): Bound {
  return boundOf(
    { ...question, words: new Map(words.map(([index, range]) => [active + 4 * index, range])) },
    CHECK,
  );
}

/** Any word with `value` in the bits from `shift` on. */
function above(shift: number, value: number): Range32 {
  return or32(exactly32((value << shift) >>> 0), and32(ANY32, exactly32(2 ** shift - 1)));
}

describe('on the RP2040', () => {
  let program: Program;
  let bench: Rp2040Bench;

  beforeAll(async () => {
    program = await programOf('rp2040');
    bench = new Rp2040Bench(program.elf);
  });

  function setWords(random: Random, words: readonly (readonly [number, number])[]): void {
    const symbol = program.elf.symbols.find(({ name }) => name === MEMORY) ?? expect.unreachable();
    const memory = bench.memory(symbol.address, symbol.bytes);
    const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    for (let at = 0; at < symbol.bytes; at += 4) view.setUint32(at, random.next(), true);
    for (const [index, word] of words)
      view.setUint32(program.active - symbol.address + 4 * index, word, true);
  }

  test.each(FORMS)(
    'nodes of %i bytes: one number for each shape, which is measured on any memory',
    (_, ask) => {
      const random = new Random(seedFor(`planes ${ask}`, 1));
      for (const out of LEVELS) {
        for (const halvings of [undefined, ...HALVINGS_OUT]) {
          const { bound, best } = given(program, [
            [ASK, exactly32(ask)],
            [SHAPE, above(28, out)],
            [GRID, halvings === undefined ? between32(1, 2 ** 32 - 1) : exactly32(0)],
            [HALVINGS, above(29, halvings ?? 7)],
          ]);
          setWords(random, [
            [ASK, ask],
            [SHAPE, ((out << 28) | (random.next() >>> 4)) >>> 0],
            [GRID, halvings === undefined ? random.next() | 1 : 0],
            [HALVINGS, (((halvings ?? 7) << 29) | (random.next() >>> 3)) >>> 0],
          ]);
          const { cycles } = bench.call(CHECK, random.next(), random.next(), random.next());
          expect([out, halvings, bound, best]).toEqual([out, halvings, cycles, cycles]);
        }
      }
    },
  );

  test('for any memory there is a bound, and random memory stays within it', () => {
    const random = new Random(seedFor('planes, any memory', 2));
    const { bound, best, accesses } = boundOf(program.question, CHECK);
    // Constants stand beside the code.
    const loaded = new Set(accesses.filter(({ kind }) => kind === 'load').flatMap(({ regions }) => regions));
    expect(loaded).toEqual(new Set(['ACTIVE', 'ARENA', 'stack', '.run']));
    expect(
      accesses.filter(({ kind }) => kind === 'store').every(({ regions }) => regions.join() === 'stack'),
    ).toBe(true);
    const asks = [0x1b, 0x27, 0x3c, 0x55, 0xcf, 0xf3, 0];
    for (let run = 0; run < 100; run++) {
      setWords(random, [[ASK, random.pick(asks)]]);
      const { cycles } = bench.call(CHECK, random.next(), random.next(), random.next());
      expect(cycles).toBeLessThanOrEqual(bound ?? 0);
      expect(cycles).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
    }
  });

  test('a plane of twelve levels is within its gate, and the figures that maps are judged by say so', () => {
    const table = cyclesOf('rp2040') ?? expect.unreachable();
    const levels = [
      { plane: GATE.levels, grid: 1 },
      { planeShort: GATE.levels, grid: 1 },
    ].map((steps) => checkCycles(table, steps));
    expect(levels[0]).toBeLessThanOrEqual(GATE.cycles);
    expect(levels).toEqual([270, 283]);
  });
});

test('three machines give the same words and changes, and the two cores take what is shown for the image', async () => {
  const random = new Random(seedFor('planes, three machines', 3));
  const [arm, riscv] = [await programOf('rp2040'), await programOf('riscv32')];
  const bench = new Rp2040Bench(arm.elf);
  // The board's own stack lies behind this MiB.
  const machine = new RiscvMachine(riscv.elf, 0x8000_0000, 0x10_0000, 0x8010_0000);
  let asked = 0;
  for (let index = 0; index < PLANES; index++) {
    const partition = randomPlane(random, {
      depth: index % 16,
      nodes: 16 + random.below(300),
      bits: random.pick([8, 15, 31]),
      period: random.pick([1, 1, 1000, 2 ** 31 - 1]),
      squares: random.pick([1, 8, 40]),
    });
    if (planeShortfalls(encodePlane(partition).sizes, 'device').length > 0) continue;
    const image = imageOfPlane(partition);
    const core = await openImage(image, { build: 'device' });
    const { buffer, byteOffset, length } = core.arena();
    const memory = new Uint8Array(buffer, 0, byteOffset + length);
    bench.memory(arm.elf.addressOf(MEMORY), memory.length).set(memory);
    machine.memory(riscv.elf.addressOf(MEMORY), memory.length).set(memory);
    const bounds = await Promise.all(
      [arm, riscv].map(async ({ elf, question }) => {
        const words = await wordsOfImage(image, question.parts ?? [], elf);
        return boundOf({ ...question, words }, CHECK);
      }),
    );
    for (const { bound, best } of bounds) expect(best).toBe(bound);
    for (const { phase, x, y } of placesIn(partition, random, 60)) {
      const word = core.check(phase, x, y);
      const onArm = bench.call(CHECK, phase, x >>> 0, y >>> 0);
      const onRiscv = callAnyhow(machine, random, CHECK, [phase, x >>> 0, y >>> 0]);
      expect([onArm.result, onRiscv.result]).toEqual([word, word]);
      expect([onArm.cycles, onRiscv.cycles]).toEqual(bounds.map(({ bound }) => bound));
      if (asked++ % CHANGE_EVERY > 0) continue;
      const place = [phase, x >>> 0, y >>> 0] as const;
      const changes = [bench.call(CHANGE, ...place), callAnyhow(machine, random, CHANGE, [...place])];
      const change = core.untilChange(phase, x, y);
      expect(changes.map(({ result }) => result >>> 0)).toEqual([change, change]);
    }
  }
  expect(asked).toBeGreaterThan(20 * PLANES);
});
