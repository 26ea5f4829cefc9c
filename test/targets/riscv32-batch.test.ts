/** The riscv32 firmware's check, verdict and sweep in QEMU against the wasm in Node, every word of every answer. */
import { describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import {
  ANSWER_WORDS,
  answerInWasm,
  memoryOf,
  QUESTION_WORDS,
  QUESTIONS_MAX,
  Riscv32Bench,
} from '../../sim/boards/riscv32-bench.ts';
import { compileText } from '../support/compile.ts';
import { randomMap } from '../support/maps.ts';
import { Oracle } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

const QUESTIONS = 20_000;
const EXTREMES = [-(2 ** 31), -(2 ** 30), -1, 0, 2 ** 30, 2 ** 31 - 1];
const SHAPES = [
  { segments: 16, zones: 4, overlaps: false, period: 1 },
  { segments: 200, zones: 200, overlaps: true, period: 5 },
  { segments: 4096, zones: 64, overlaps: false, period: 1 },
];

const bench = await Riscv32Bench.open();

function randomPlace(random: Random, { borders, map }: Oracle): number {
  const kind = random.below(8);
  if (kind === 0) return random.pick(EXTREMES);
  if (kind < 5) return random.pick(borders) + random.between(-1, 2);
  return random.between(map.min, map.max);
}

function randomQuestions(random: Random, oracle: Oracle, period: number): Int32Array {
  const questions = new Int32Array(QUESTIONS * QUESTION_WORDS);
  for (let at = 0; at < questions.length; at += QUESTION_WORDS) {
    const phase = random.onceIn(10) ? random.next() : random.below(period);
    questions.set([phase, randomPlace(random, oracle), 0, randomPlace(random, oracle), 0], at);
  }
  return questions;
}

describe('a batch in QEMU', () => {
  test(`${SHAPES.length} maps, ${QUESTIONS} questions each: the words of the wasm`, async () => {
    const random = new Random(seedFor('riscv32 batch', 32));
    for (const shape of SHAPES) {
      const { source, oracle } = randomMap(random, shape);
      const core = await openImage(await compileText(source), { build: 'device' });
      const questions = randomQuestions(random, new Oracle(oracle), shape.period);
      const wanted = answerInWasm(core, questions);
      const given = await bench.answer(memoryOf(core), questions);
      expect(given.length).toBe(QUESTIONS * ANSWER_WORDS);
      expect(given.findIndex((word, index) => word !== wanted[index])).toBe(-1);
      // A comparison of what is always the same would show nothing.
      expect(new Set(wanted.filter((_, index) => index % ANSWER_WORDS === 0)).size).toBeGreaterThan(3);
    }
  });

  test('what is no batch is refused, and a flipped bit in the map is seen', async () => {
    const { source, oracle } = randomMap(new Random(1), {
      segments: 16,
      zones: 4,
      overlaps: false,
      period: 1,
    });
    const core = await openImage(await compileText(source), { build: 'device' });
    const memory = memoryOf(core);
    await expect(bench.answer(memory.subarray(4), new Int32Array(0))).rejects.toThrow(RangeError);
    await expect(bench.answer(memory, new Int32Array(4))).rejects.toThrow(RangeError);
    const many = new Int32Array((QUESTIONS_MAX + 1) * QUESTION_WORDS);
    await expect(bench.answer(memory, many)).rejects.toThrow(RangeError);
    const questions = randomQuestions(new Random(2), new Oracle(oracle), 1);
    const wanted = answerInWasm(core, questions);
    const damaged = Uint8Array.from(memory);
    const arenaAt = core.arena().byteOffset;
    for (let at = 0; at < 4096; at += 4) damaged[arenaAt + at] = (damaged[arenaAt + at] ?? 0) ^ 0x10;
    const given = await bench.answer(damaged, questions);
    expect(given.some((word, index) => word !== wanted[index])).toBe(true);
  });
});
