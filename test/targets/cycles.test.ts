/**
 * Cycles on the RP2040, exact in the emulator with its omissions corrected: the goals that are reached stay reached. And the
 * fragments of targets/common/wasm-rt.h do what the proved wasm does, whatever memory holds.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

interface Result {
  readonly name: string;
  readonly value: number;
  readonly ratio: number;
}

interface Core {
  readonly memory: WebAssembly.Memory;
  readonly VERDICT: WebAssembly.Global;
  check(phase: number, x: number, y: number): number;
  verdict(word: number, x: number, y: number): void;
}

const BENCH = fileURLToPath(new URL('../../bench/rp2040.mjs', import.meta.url));
const RESULTS: readonly Result[] = JSON.parse(
  execFileSync(process.execPath, [BENCH, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }),
);

function resultOf(name: RegExp): Result {
  const found = RESULTS.filter((result) => name.test(result.name));
  expect(found, `${name}`).toHaveLength(1);
  return found[0] as Result;
}

describe.each([
  [16, 66],
  [256, 71],
  [4096, 71],
])('check on a line of %i segments', (segments, cyclesMax) => {
  test(`takes at most ${cyclesMax} cycles, no more than the best constant-time C`, () => {
    const { value, ratio } = resultOf(
      new RegExp(`^check, line, ${segments} segments, against constant-time C \\(`),
    );
    expect(value).toBeLessThanOrEqual(cyclesMax);
    expect(ratio).toBeLessThanOrEqual(1);
  });

  test('takes at most 1.25 times the best C of any kind', () => {
    expect(
      resultOf(new RegExp(`^check, line, ${segments} segments, against any C \\(`)).ratio,
    ).toBeLessThanOrEqual(1.25);
  });

  test('takes the same for every input', () => {
    expect(resultOf(new RegExp(`^check, line, ${segments} segments, spread`)).value).toBe(0);
  });
});

test('at 4,096 segments, C that leaves mode and number of steps to a pointer is no better, nor 1.25 times', () => {
  const against = (what: string) =>
    resultOf(new RegExp(`^check, line, 4096 segments, against ${what} through a pointer`));
  expect(against('constant-time C').ratio).toBeLessThanOrEqual(1);
  expect(against('any C').ratio).toBeLessThanOrEqual(1.25);
});

test.each([
  ['16', 96, 1],
  ['256', 101, 1],
  ['4 to 16', 96, 1],
  ['64 to 256', 101, 1],
])(
  'check in 16 phase ranges of %s segments takes at most %i cycles, %f times constant-time C, the same for every input',
  (segments, cyclesMax, ratioMax) => {
    const name = `^check, 16 phase ranges of ${segments} segments`;
    const { value, ratio } = resultOf(new RegExp(`${name}, against constant-time C \\(`));
    expect(value).toBeLessThanOrEqual(cyclesMax);
    expect(ratio).toBeLessThanOrEqual(ratioMax);
    expect(resultOf(new RegExp(`${name}, spread`)).value).toBe(0);
  },
);

test("C that is constant in time by the same means, the core's search or a directory, takes no less anywhere", () => {
  const fair = RESULTS.filter(({ name }) =>
    /against constant-time C with (?:the core's search|a directory of [\d,]+ bytes)/.test(name),
  );
  // Three lines, and four maps with phases.
  expect(fair).toHaveLength(14);
  expect(fair.filter(({ ratio }) => ratio > 1)).toEqual([]);
});

test.each([16, 256, 4096])(
  'by trees, a line of %i segments takes at most 61 cycles and 5 a level',
  (segments) => {
    expect(resultOf(new RegExp(`^check by trees, line, ${segments} segments`)).ratio).toBeLessThanOrEqual(1);
  },
);

test('sweep takes less than check and verdict in each cell that it crosses', () => {
  expect(resultOf(/^sweep, worst of/).ratio).toBeLessThanOrEqual(1);
  expect(resultOf(/^sweep, a cell more/).ratio).toBeLessThanOrEqual(1);
});

test.each([16, 256, 4096])('verdict on a line of %i segments takes at most 111 cycles', (segments) => {
  expect(resultOf(new RegExp(`^verdict, ${segments} segments`)).value).toBeLessThanOrEqual(111);
});

describe('memory that no admission ever saw', () => {
  const ACTIVE_AT = 640;
  const ACTIVE_WORDS = 20;
  const ASKS = [0xcf, 0xf3, 0x3c, 0x55, 0];
  const MEMORIES = 120;
  const QUESTIONS = 12;

  /** No content of memory makes verdict take longer: on a line the goal, on a ring, whose distances go around, more. */
  const VERDICT_CYCLES_MAX = 120;
  const VERDICT_RING_CYCLES_MAX = 143;
  const RUN_SHIFT_AT = ACTIVE_AT / 4 + 11;
  const VERDICT_BYTES = 36;

  test('check and verdict answer on the target as in the wasm, bit for bit', async () => {
    const image = await compileEdition({ epoch: 1, limit: 80, zones: 300 });
    const module = new WebAssembly.Module(readFileSync(coreUrl('device')));
    const port = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]));
    const exports = new WebAssembly.Instance(module, { port }).exports as unknown as Core;
    const arena = (await openImage(image, { build: 'device' })).arena();
    const bytes = arena.byteOffset + arena.length;
    const memory = new Uint32Array(exports.memory.buffer, 0, bytes / 4);
    memory.set(new Uint32Array(arena.buffer, 0, bytes / 4));
    const bench = new Rp2040Bench((await buildFirmware('rp2040')).elf);
    const at = bench.addressOf('holdfast_memory');
    const random = new Random(seedFor('fragments', 21));
    const anything = () =>
      random.pick([random.next(), random.below(64), 0, 0xffffffff, 1 << random.below(32)]);
    const longest = { line: 0, ring: 0 };
    for (let i = 0; i < MEMORIES; i++) {
      for (let field = 0; field < ACTIVE_WORDS; field++) memory[ACTIVE_AT / 4 + field] = anything();
      memory[ACTIVE_AT / 4] = random.pick(ASKS);
      for (let word = 0; word < 4096; word++)
        memory[random.between(arena.byteOffset, bytes - 4) >> 2] = anything();
      bench.memory(at, bytes).set(new Uint8Array(memory.buffer, 0, bytes));
      for (let j = 0; j < QUESTIONS; j++) {
        const question = [anything(), anything() | 0] as const;
        expect(bench.call('holdfast_check', ...question).result, `${question}`).toBe(
          exports.check(...question, 0) >>> 0,
        );
        const { result, cycles } = bench.call('holdfast_spell', ...question);
        exports.verdict(...question, 0);
        const kind = (memory[RUN_SHIFT_AT] ?? 0) >>> 31 === 1 ? 'ring' : 'line';
        longest[kind] = Math.max(longest[kind], cycles);
        const spelled = new Uint8Array(exports.memory.buffer, exports.VERDICT.value, VERDICT_BYTES);
        expect([...bench.memory(result, VERDICT_BYTES)], `${question}`).toEqual([...spelled]);
      }
    }
    expect(longest.line).toBeLessThanOrEqual(VERDICT_CYCLES_MAX);
    expect(longest.ring).toBeLessThanOrEqual(VERDICT_RING_CYCLES_MAX);
    expect(longest.ring).toBeGreaterThan(longest.line);
  });
});
