/**
 * Cycles on the RP2040, exact in the emulator with its omissions corrected: the goals that are reached stay reached. And the
 * fragments of targets/common/wasm-rt.h do what the proved wasm does, whatever memory holds.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Rp2040Bench } from '../../host/controller/targets/rp2040-bench.ts';
import { openImage } from '../../host/core/checker.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

interface Result {
  readonly name: string;
  readonly value: number;
  readonly ratio: number;
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
  [16, 75],
  [256, 95],
  [4096, 115],
])('check on a line of %i segments', (segments, cyclesMax) => {
  test(`takes at most ${cyclesMax} cycles, no more than the best constant-time C`, () => {
    const { value, ratio } = resultOf(
      new RegExp(`^check, line, ${segments} segments, against constant-time C`),
    );
    expect(value).toBeLessThanOrEqual(cyclesMax);
    expect(ratio).toBeLessThanOrEqual(1);
  });

  test('takes at most 1.25 times the best C of any kind', () => {
    expect(
      resultOf(new RegExp(`^check, line, ${segments} segments, against any C`)).ratio,
    ).toBeLessThanOrEqual(1.25);
  });

  test('takes the same for every input', () => {
    expect(resultOf(new RegExp(`^check, line, ${segments} segments, spread`)).value).toBe(0);
  });
});

describe('memory that no admission ever saw', () => {
  const ACTIVE_AT = 640;
  const ACTIVE_WORDS = 32;
  const ASKS = [0xcf, 0xf3, 0];
  const MEMORIES = 120;
  const QUESTIONS = 12;

  test('check answers on the target as the wasm does, bit for bit', async () => {
    const core = await openImage(await compileEdition({ epoch: 1, limit: 80, zones: 300 }), {
      build: 'device',
    });
    const memory = new Uint32Array(
      core.arena().buffer,
      0,
      (core.arena().byteOffset + core.arena().length) / 4,
    );
    const bench = new Rp2040Bench((await buildFirmware('rp2040')).elf);
    const target = bench.memory(bench.addressOf('holdfast_memory'), memory.byteLength);
    const random = new Random(seedFor('fragments', 21));
    const anything = () =>
      random.pick([random.next(), random.below(64), 0, 0xffffffff, 1 << random.below(32)]);
    for (let i = 0; i < MEMORIES; i++) {
      for (let at = 0; at < ACTIVE_WORDS; at++) memory[ACTIVE_AT / 4 + at] = anything();
      memory[ACTIVE_AT / 4] = random.pick(ASKS);
      for (let at = 0; at < 4096; at++) memory[random.below(memory.length - 0x1400) + 0x1400] = anything();
      target.set(new Uint8Array(memory.buffer, 0, memory.byteLength));
      for (let j = 0; j < QUESTIONS; j++) {
        const question = [anything(), anything() | 0] as const;
        expect(bench.call('holdfast_check', ...question).result, `${question}`).toBe(core.check(...question));
      }
    }
  });
});
