/**
 * The same answers on every target: two million seeded questions over the committed maps and random ones, asked of the firmware's own
 * check, verdict and sweep in each emulator, and of the wasm in Node. Every word is compared, bit for bit. To replay, or to ask
 * others: HOLDFAST_SEED=N npx vitest run test/targets/identical.test.ts.
 */
import { describe, expect, test, vi } from 'vitest';
import { compileSource } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import type { Elf } from '../../host/firmware/elf.ts';
import {
  ANSWER_WORDS,
  answerInWasm,
  memoryOf,
  QUESTION_WORDS,
  Riscv32Bench,
  SWEEP_WORDS,
  VERDICT_WORDS,
} from '../../sim/boards/riscv32-bench.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { compileText } from '../support/compile.ts';
import { randomMap, type Shape } from '../support/maps.ts';
import { randomQuestions } from '../support/questions.ts';
import { Random, seedFor } from '../support/random.ts';
import { SHIPPED_MAPS } from '../support/shipped-maps.ts';

const QUESTIONS = 2_000_000;
const RANDOM_MAPS = 20;
/** Trees, and directories where there is one. */
const LOOKUPS = ['tree', 'auto'] as const;
/** Of the questions on the RP2040, those whose verdict, and whose move, are compared too. */
const VERDICT_EVERY = 40;
const MOVE_EVERY = 400;
const TEST_MS_MAX = 900_000;

interface Subject {
  readonly name: string;
  readonly core: Core;
  readonly questions: Int32Array;
}

/** One segment, 4,096 of them, and sizes between; each with and without phases, gaps, overlaps and directories. */
function shapeOf(index: number, random: Random): Shape {
  const segments = index % 10 === 0 ? 4096 : index % 10 === 1 ? 1 : 2 + random.below(2 ** (1 + (index % 11)));
  const zones = 1 + random.below(random.pick([1, 64, segments]));
  return { segments, zones, overlaps: index % 3 === 0, period: index % 2 === 1 ? random.between(2, 12) : 1 };
}

async function images(random: Random): Promise<{ name: string; image: Uint8Array }[]> {
  const list: { name: string; image: Uint8Array }[] = [];
  for (const path of SHIPPED_MAPS)
    for (const lookup of LOOKUPS)
      list.push({ name: `${path}, ${lookup}`, image: (await compileSource(path, { lookup })).image });
  for (let index = 0; index < RANDOM_MAPS; index++) {
    const { source } = randomMap(random, shapeOf(index, random));
    const lookup = LOOKUPS[(index >> 1) % 2];
    list.push({ name: `random map ${index}, ${lookup}`, image: await compileText(source, { lookup }) });
  }
  return list;
}

/** Images with the core that answers for them here, one after the other, and an equal share of the questions for each. */
async function* subjects(random: Random): AsyncGenerator<Subject> {
  const list = await images(random);
  const count = Math.ceil(QUESTIONS / list.length);
  for (const { name, image } of list) {
    const core = await openImage(image, { build: 'device' });
    yield { name, core, questions: randomQuestions(random, image, count) };
  }
}

/** The first word that differs, in words. */
function difference(subject: Subject, given: Int32Array, wanted: Int32Array): string | null {
  const at = given.findIndex((word, index) => word !== wanted[index]);
  if (at < 0 && given.length === wanted.length) return null;
  const question = Math.floor(at / ANSWER_WORDS);
  const asked = subject.questions.subarray(question * QUESTION_WORDS, (question + 1) * QUESTION_WORDS);
  return `${subject.name}, question ${question} (${[...asked]}), word ${at % ANSWER_WORDS}: ${given[at]}, not ${wanted[at]}`;
}

/** The firmware's functions, on the memory of a core that runs an image. */
function benchOf(elf: Elf, core: Core): Rp2040Bench {
  const bench = new Rp2040Bench(elf);
  const memory = memoryOf(core);
  bench.memory(bench.addressOf('holdfast_memory'), memory.length).set(memory);
  return bench;
}

/** The words of the emulated board. Those that it is not asked for stay as they are in `wanted`; `counts` says what it was asked for. */
function answerOnRp2040(
  bench: Rp2040Bench,
  questions: Int32Array,
  wanted: Int32Array,
  counts: { checks: number; verdicts: number; moves: number },
): Int32Array {
  const given = wanted.slice();
  for (let index = 0; index * QUESTION_WORDS < questions.length; index++) {
    const asked = questions.subarray(index * QUESTION_WORDS, (index + 1) * QUESTION_WORDS);
    const [phase = 0, x = 0, y = 0] = asked;
    const at = index * ANSWER_WORDS;
    const word = bench.call('holdfast_check', phase, x, y).result;
    given[at] = word;
    counts.checks++;
    if (index % VERDICT_EVERY === 0) {
      given.set(bench.words(bench.call('holdfast_spell', word, x, y).result, VERDICT_WORDS), at + 1);
      counts.verdicts++;
    }
    if (index % MOVE_EVERY === 0) {
      const move = bench.call('holdfast_sweep', ...asked).result;
      given.set(bench.words(move, SWEEP_WORDS), at + 1 + VERDICT_WORDS);
      counts.moves++;
    }
  }
  return given;
}

vi.setConfig({ testTimeout: TEST_MS_MAX });

describe('identical', () => {
  test('rp2040', async () => {
    const { elf } = await buildFirmware('rp2040');
    const counts = { checks: 0, verdicts: 0, moves: 0 };
    let maps = 0;
    for await (const subject of subjects(new Random(seedFor('identical on the rp2040', 61)))) {
      const { core, questions } = subject;
      const wanted = answerInWasm(core, questions);
      const given = answerOnRp2040(benchOf(elf, core), questions, wanted, counts);
      expect(difference(subject, given, wanted)).toBeNull();
      maps++;
    }
    const { checks, verdicts, moves } = counts;
    console.log(
      `rp2040: ${checks} checks, ${verdicts} verdicts, ${moves} moves over ${maps} images, 0 differ`,
    );
    expect(checks).toBeGreaterThanOrEqual(QUESTIONS);
    expect(maps).toBeGreaterThanOrEqual(20);
  });

  test('a map that changed in the memory of the RP2040 is seen', async () => {
    const { elf } = await buildFirmware('rp2040');
    const random = new Random(seedFor('identical, damaged', 63));
    const image = await compileText(randomMap(random, shapeOf(0, random)).source);
    const core = await openImage(image, { build: 'device' });
    const questions = randomQuestions(random, image, 2000);
    const bench = benchOf(elf, core);
    const arena = bench.memory(bench.addressOf('holdfast_memory') + core.arena().byteOffset, 4096);
    for (let at = 0; at < arena.length; at += 4) arena[at] = (arena[at] ?? 0) ^ 0x10;
    const wanted = answerInWasm(core, questions);
    const given = answerOnRp2040(bench, questions, wanted, { checks: 0, verdicts: 0, moves: 0 });
    expect(difference({ name: 'damaged', core, questions }, given, wanted)).toMatch(/not/);
  });

  test('riscv32', async () => {
    const bench = await Riscv32Bench.open();
    let [asked, maps] = [0, 0];
    for await (const subject of subjects(new Random(seedFor('identical on riscv32', 62)))) {
      const { core, questions } = subject;
      const given = await bench.answer(memoryOf(core), questions);
      expect(difference(subject, given, answerInWasm(core, questions))).toBeNull();
      asked += given.length / ANSWER_WORDS;
      maps++;
    }
    console.log(`riscv32: ${asked} questions with verdict and move over ${maps} images, 0 differ`);
    expect(asked).toBeGreaterThanOrEqual(QUESTIONS);
    expect(maps).toBeGreaterThanOrEqual(20);
  });
});
