/**
 * `npm run bench [-- --json] [--all | --quick]`: figures as ratios against a baseline of the same run, since machines differ and are noisy.
 * `--all`: planes of 60,000 corners too; `--quick`: no table of a million rows, and a tenth of the segments in phases. Wall-clock
 * figures here gate nothing; cycles of emulated controllers are exact, and test/targets/cycles.test.ts holds them.
 */
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { packageUrl } from '../build/js/host/common/root.js';
import { compileSource } from '../build/js/host/compile/compile.js';
import { openImage } from '../build/js/host/core/checker.js';
import { readPartition } from '../build/js/host/image/read-partition.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { branchy, halving } from './baseline.mjs';
import { benchBuilds } from './builds.mjs';
import { goodput } from './goodput.mjs';
import { benchGrowth } from './growth.mjs';
import { benchLookups } from './lookups.mjs';
import { lineSource, sequence } from './maps.mjs';
import { compileApart } from './memory.mjs';
import { benchOptions } from './options.mjs';
import { phasedLine, phaseGrowth } from './phases.mjs';
import { benchPlanes } from './planes.mjs';
import { benchPoints } from './points.mjs';
import { benchPush } from './push.mjs';
import { benchRiscv32 } from './riscv32.mjs';
import { benchRp2040 } from './rp2040.mjs';
import { benchService } from './service-rp2040.mjs';
import { benchSignature } from './signature-rp2040.mjs';
import { benchStart } from './start.mjs';
import { benchStartUp } from './start-up.mjs';

const QUESTIONS = 1 << 16;
const ROUNDS = 15;
/** Where not more than every tenth segment is a gap, and else. */
const BYTES_A_SEGMENT_GOAL = 9.5;
const BYTES_WITH_GAPS_GOAL = 12;

const compile = (text) =>
  compileSource('bench.map.yaml', { large: true, reader: memoryReader({ 'bench.map.yaml': text }) });

/** Least time of several rounds, in seconds: what the code costs when nothing disturbs it. */
function leastSeconds(rounds, work) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

async function leastSecondsAsync(rounds, work) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/** A loop of its own for each function under test, so that engines do not share what they learned about one with another. */
function asker(ask) {
  return new Function(
    'ask',
    'places',
    'return () => { let sum = 0; for (let i = 0; i < places.length; i++) sum = (sum + ask(0, places[i])) | 0; return sum; };',
  ).bind(null, ask);
}

async function checksASecond(segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments) });
  const { image } = await compile(text);
  const core = await openImage(image, { build: 'device' });
  const random = sequence(1);
  const places = Int32Array.from({ length: QUESTIONS }, () => random(borders.at(-1)));
  const starts = Int32Array.from(borders.slice(0, -1));
  const words = Uint32Array.from(starts, (start) => core.check(0, start));
  const contenders = [branchy, halving].map((make) => make(starts, words, 0, borders.at(-1)));
  const wanted = asker((phase, x) => core.check(phase, x))(places)();
  for (const contender of contenders) {
    if (asker(contender)(places)() !== wanted) throw new Error('the baseline answers differently');
  }
  const seconds = (ask) => leastSeconds(ROUNDS, asker(ask)(places));
  const value = QUESTIONS / seconds((phase, x) => core.check(phase, x));
  const baseline = QUESTIONS / Math.min(...contenders.map(seconds));
  return {
    name: `check, line, ${segments} segments`,
    target: 'node',
    value,
    unit: 'checks/s',
    baseline,
    ratio: value / baseline,
  };
}

/** Baseline: reading the same YAML into plain objects, without understanding it. */
async function compileTime(segments) {
  const { text } = lineSource({ segments, zones: segments, gapEvery: 10 });
  const value = (await leastSecondsAsync(3, () => compile(text))) * 1000;
  const baseline = leastSeconds(3, () => parse(text)) * 1000;
  return {
    name: `compile, ${segments} segments`,
    target: 'host',
    value,
    unit: 'ms',
    baseline,
    ratio: value / baseline,
  };
}

/** Baseline: the goal. Names apart. */
async function bytesASegment(name, text, baseline = BYTES_A_SEGMENT_GOAL) {
  const { image } = await compile(text);
  const cells = readPartition(image).windows.reduce((sum, window) => sum + window.cells.length, 0);
  const namesBytes = namesOf(image);
  const value = (image.length - namesBytes) / cells;
  return {
    name: `image size, ${cells} segments, 64 zones, ${name}`,
    target: 'image',
    value,
    unit: 'bytes/segment',
    baseline,
    ratio: value / baseline,
  };
}

/** An edition of some size, and the one that follows it. */
async function uploadGoodput() {
  const { text } = lineSource({ segments: 4096, zones: 64, gapEvery: 10 });
  const first = await compile(text);
  const next = await compile(text.replace('epoch: 1', 'epoch: 2\nreplaces: 1'));
  return goodput(first.image, next.image);
}

/** The map of the readme, in the middle of its axis. */
async function startTime() {
  const { image } = await compileSource(fileURLToPath(packageUrl('firmware-maps/rail/rail.map.yaml')));
  return [...benchStart(image, 5_050_000), benchPoints(image, 31_240_700)];
}

/** Baselines: a tenth of the rows, and what the program takes without any. */
function largeCompile() {
  const [none, tenth, whole] = [0, 10_000, 100_000].map(compileApart);
  const mib = (bytes) => bytes / 2 ** 20;
  const [value, baseline] = [
    mib(whole.peakBytes - none.peakBytes),
    10 * mib(tenth.peakBytes - none.peakBytes),
  ];
  const name = 'peak memory, compile of 100000 rows of CSV, against 10 × 10000, the program itself apart';
  return { name, target: 'host', value, unit: 'MiB', baseline, ratio: value / baseline };
}

/** Bytes of NAMES: the body less its resident bytes. */
function namesOf(image) {
  const view = new DataView(image.buffer, image.byteOffset + 32);
  return view.getUint32(16, true) - view.getUint32(20, true);
}

const {
  json: isJson,
  all: isAll,
  quick: isQuick,
} = benchOptions('npm run bench [-- --json] [--all | --quick]');
const results = [];
for (const segments of [16, 256, 4096]) results.push(await checksASecond(segments));
for (const segments of [1000, 10_000]) results.push(await compileTime(segments));
const SIZE = { segments: 4096, zones: 64 };
results.push(await bytesASegment('no gaps', lineSource(SIZE).text));
results.push(await bytesASegment('every tenth a gap', lineSource({ ...SIZE, gapEvery: 10 }).text));
results.push(
  await bytesASegment('every second a gap', lineSource({ ...SIZE, gapEvery: 2 }).text, BYTES_WITH_GAPS_GOAL),
);
results.push(await bytesASegment('16 phases, no gaps', phasedLine(SIZE)));
results.push(await bytesASegment('16 phases, every tenth a gap', phasedLine({ ...SIZE, gapEvery: 10 })));

results.push(await uploadGoodput());
results.push(...(await benchPush()));
results.push(largeCompile(), ...benchGrowth(isQuick ? 100_000 : 1_000_000));
results.push(...phaseGrowth(isQuick ? [1000, 10_000] : [10_000, 100_000]));
results.push(...(await startTime()));
results.push(...(await benchBuilds()));
results.push(...(await benchRp2040()));
results.push(...(await benchRiscv32()));
results.push(...(await benchLookups()));
results.push(...benchPlanes(isAll));
results.push(...(await benchService()));
results.push(...(await benchSignature()));
results.push(...(await benchStartUp()));

if (isJson) {
  console.log(JSON.stringify(results));
} else {
  for (const { name, target, value, unit, baseline, ratio } of results) {
    const figure = (number) => number.toLocaleString('en-US', { maximumSignificantDigits: 3 });
    console.log(
      `${name} (${target}): ${figure(value)} ${unit}, baseline ${figure(baseline)}, ratio ${ratio.toFixed(2)}`,
    );
  }
}
