/**
 * Cycles on the RP2040 in the emulator with its omissions corrected (host/controller/targets/rp2040-core.ts), call and return
 * included: the core's check and verdict against the best C for the same job, each at the best of -O2, -O3 and -Os.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileSource } from '../dist/compile/compile.js';
import { Rp2040Bench } from '../dist/controller/targets/rp2040-bench.js';
import { openImage } from '../dist/core/checker.js';
import { buildFirmware } from '../dist/firmware/build.js';
import { readElf } from '../dist/firmware/elf.js';
import { memoryReader } from '../dist/source/reader.js';
import { lineSource } from './maps.mjs';

const SEGMENTS = [16, 256, 4096];
const BASELINES = ['baseline_branchy', 'baseline_unrolled', 'baseline_constant', 'baseline_rolled'];
/** Those of them that take the same time for every input, if the compiler leaves them so: what is measured decides. */
const LEVELS = ['-O2', '-O3', '-Os'];
const ARENA = 0x5000;
const OUTSIDE_FIRST = -(2 ** 31);
const OUTSIDE_LAST = 2 ** 31 - 1;

/** Every border and its neighbours, both extremes, and a phase beyond the period. */
function questions(borders) {
  const places = borders.flatMap((border) => [border - 1, border, border + 1]);
  return [...places, OUTSIDE_FIRST, OUTSIDE_LAST]
    .map((x) => [0, x])
    .concat([
      [1, 0],
      [0xffffffff, 0],
    ]);
}

function measure(bench, name, asked, wanted) {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const [index, question] of asked.entries()) {
    const { result, cycles } = bench.call(name, ...question);
    if (wanted !== undefined && result !== wanted[index]) throw new Error(`${name} answers differently`);
    min = Math.min(min, cycles);
    max = Math.max(max, cycles);
  }
  return { min, max };
}

function compileBaselines(level) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-baseline-'));
  try {
    const here = fileURLToPath(new URL('baseline/', import.meta.url));
    const output = join(folder, 'baseline.elf');
    const machine = ['-mcpu=cortex-m0plus', '-mthumb', '-std=gnu11', '-nostartfiles', '-ffreestanding'];
    const link = ['-T', join(here, 'baseline.ld'), '-Wl,-e,baseline_branchy', '-lgcc', '-o', output];
    execFileSync('arm-none-eabi-gcc', [...machine, level, join(here, 'baseline.c'), ...link]);
    return readElf(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills the baseline's lists from what the core answers. */
function baselineBench(elf, borders, core) {
  const bench = new Rp2040Bench(elf);
  const words = (name, values) => {
    const bytes = bench.memory(bench.addressOf(name), 4 * values.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    values.forEach((value, index) => {
      view.setUint32(4 * index, value >>> 0, true);
    });
  };
  const starts = borders.slice(0, -1);
  const cells = starts.length;
  const steps = Math.ceil(Math.log2(cells));
  const tree = new Array(2 ** steps).fill(0xffffffff);
  for (let i = 1; i < cells; i++) tree[(2 ** steps + i) >> (31 - Math.clz32(i & -i) + 1)] = starts[i];
  words('baseline_sorted', starts);
  words('baseline_tree', tree);
  words(
    'baseline_words',
    starts.map((start) => core.check(0, start)),
  );
  words('baseline', [1, 0, 0, borders.at(-1), 1, core.check(0, -1), steps, cells]);
  return bench;
}

async function lineOf(segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments), gapEvery: 10 });
  const reader = memoryReader({ 'bench.map.yaml': text });
  const { image } = await compileSource('bench.map.yaml', { large: true, reader });
  return { borders, core: await openImage(image, { build: 'device' }) };
}

/** The firmware's memory as it is after the edition was loaded. */
function coreBench(elf, core) {
  const bench = new Rp2040Bench(elf);
  const bytes = ARENA + core.arena().length;
  bench.memory(bench.addressOf('holdfast_memory'), bytes).set(new Uint8Array(core.arena().buffer, 0, bytes));
  return bench;
}

/** The best constant-time one and the best of all, by their worst case. */
function bestBaselines(borders, core, asked, wanted) {
  const measured = LEVELS.flatMap((level) => {
    const bench = baselineBench(compileBaselines(level), borders, core);
    return BASELINES.map((name) => ({ name: `${name} ${level}`, ...measure(bench, name, asked, wanted) }));
  });
  const best = (some) => some.reduce((a, b) => (b.max < a.max ? b : a));
  return { any: best(measured), constant: best(measured.filter(({ min, max }) => min === max)) };
}

/** Results as bench/run.mjs prints them. */
export async function benchRp2040() {
  const { elf } = await buildFirmware('rp2040');
  const results = [];
  const add = (name, value, unit, baseline) =>
    results.push({ name, target: 'rp2040', value, unit, baseline, ratio: value / baseline });
  for (const segments of SEGMENTS) {
    const { borders, core } = await lineOf(segments);
    const asked = questions(borders);
    const wanted = asked.map(([phase, x]) => core.check(phase, x));
    const bench = coreBench(elf, core);
    const { min, max } = measure(bench, 'holdfast_check', asked, wanted);
    const { any, constant } = bestBaselines(borders, core, asked, wanted);
    add(
      `check, line, ${segments} segments, against constant-time C (${constant.name})`,
      max,
      'cycles',
      constant.max,
    );
    add(`check, line, ${segments} segments, against any C (${any.name})`, max, 'cycles', any.max);
    add(`check, line, ${segments} segments, spread`, max - min, 'cycles', 1);
    const spelled = asked.map(([, x], index) => [wanted[index], x]);
    add(`verdict, ${segments} segments, worst`, measure(bench, 'holdfast_spell', spelled).max, 'cycles', 120);
  }
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await benchRp2040();
  if (process.argv.includes('--json')) console.log(JSON.stringify(results));
  else
    for (const { name, value, unit, baseline, ratio } of results)
      console.log(`${name}: ${value} ${unit}, baseline ${baseline}, ratio ${ratio.toFixed(2)}`);
}
