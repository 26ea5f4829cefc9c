/**
 * Cycles on the RP2040 in the emulator with its omissions corrected (sim/boards/rp2040-core.ts), call and return
 * included: check, verdict and sweep of the core, check against the best C for the same job (bench/rp2040-baselines.mjs).
 */
import { fileURLToPath } from 'node:url';
import { compileSource } from '../build/js/host/compile/compile.js';
import { openImage } from '../build/js/host/core/checker.js';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { Rp2040Bench } from '../build/js/sim/boards/rp2040-bench.js';
import { lineSource, sequence, windowedLine } from './maps.mjs';
import { asksForJson } from './options.mjs';
import { bestByOurMeans, bestOnLine, bestWithPhases } from './rp2040-baselines.mjs';

const SEGMENTS = [16, 256, 4096];
const SEGMENTS_A_WINDOW = [16, 256];
/** Of the windows of a map. */
const DEPTHS = [1, 3];
const WINDOW_TICKS = 1000;
const WINDOWS = 16;
const MOVES = 2000;
/** Cycles of a search in a tree: of any without phases and with them, and a level. */
const TREE_BASE = 61;
const TREES_BASE = 99;
const TREE_LEVEL = 5;
/** Cycles: goals of the project. */
const CHECK_GOAL = 120;
const VERDICT_GOAL = 120;
const EXTREMES = [-(2 ** 31), -1, 2 ** 31 - 1];

const result = (name, value, unit, baseline) => ({
  ...{ name, target: 'rp2040', value, unit },
  ...{ baseline, ratio: value / baseline },
});

/** Every border and its neighbours, and the extremes. */
const placesAt = (borders) => [...borders.flatMap((border) => [border - 1, border, border + 1]), ...EXTREMES];

/** Those in the one phase there is, and phases beyond the period. */
function questions(borders) {
  const phases = [1, 0x7fffffff, 0xffffffff];
  return [...placesAt(borders).map((x) => [0, x]), ...phases.map((phase) => [phase, borders[1]])];
}

/** In every window its borders, at its first and its last tick; and beyond the period. */
function questionsWithPhases(borders) {
  const within = borders.flatMap((each, window) =>
    placesAt(each).map((x, index) => [window * WINDOW_TICKS + (index % 2) * (WINDOW_TICKS - 1), x]),
  );
  const beyond = [WINDOWS * WINDOW_TICKS, 0x7fffffff, 0xffffffff];
  return [...within, ...beyond.flatMap((phase) => placesAt(borders[0].slice(0, 4)).map((x) => [phase, x]))];
}

function measure(bench, name, asked, wanted) {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const [index, question] of asked.entries()) {
    const { result: answer, cycles } = bench.call(name, ...question);
    if (wanted !== undefined && answer !== wanted[index]) throw new Error(`${name} answers differently`);
    min = Math.min(min, cycles);
    max = Math.max(max, cycles);
  }
  return { min, max };
}

/** The core in Node with the edition of a source, and the firmware's memory as it is after that edition was loaded. */
async function loaded(elf, text, lookup = 'auto') {
  const reader = memoryReader({ 'bench.map.yaml': text });
  const { image } = await compileSource('bench.map.yaml', { large: true, reader, lookup });
  const core = await openImage(image, { build: 'device' });
  const bench = new Rp2040Bench(elf);
  const arena = core.arena();
  const bytes = arena.byteOffset + arena.length;
  bench.memory(bench.addressOf('holdfast_memory'), bytes).set(new Uint8Array(arena.buffer, 0, bytes));
  return { core, bench };
}

/** check against C that tests mode, range and phase as it does, and looks at the number of steps. */
function against(name, { min, max }, { any, constant }) {
  return [
    result(`${name}, against constant-time C (${constant.name})`, max, 'cycles', constant.max),
    result(`${name}, against any C (${any.name})`, max, 'cycles', any.max),
    result(`${name}, spread, against the goal of ${CHECK_GOAL}`, max - min, 'cycles', CHECK_GOAL),
  ];
}

/** check against C that may do what the core does, in the same run; its worst cases, where it leaves early too. */
function againstOurMeans(name, { max }, { fragment, directory }) {
  const rows = (means, { any, constant }) => [
    result(`${name}, against constant-time C ${means} (${constant.name})`, max, 'cycles', constant.max),
    result(`${name}, against any C ${means} (${any.name})`, max, 'cycles', any.max),
  ];
  const { halvings, bytes } = directory ?? {};
  return [
    ...rows("with the core's search", fragment),
    ...(directory === undefined
      ? []
      : [
          ...rows(`with a directory of ${bytes} bytes and ${halvings} halvings`, directory),
          ...rows('with the directory, through a pointer', directory.pointers),
        ]),
  ];
}

async function onLine(elf, segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments), gapEvery: 10 });
  const { core, bench } = await loaded(elf, text);
  const asked = questions(borders);
  const wanted = asked.map(([phase, x]) => core.check(phase, x));
  const best = bestOnLine({ borders, core, asked, wanted });
  const measured = measure(bench, 'holdfast_check', asked, wanted);
  const ours = bestByOurMeans({ borders, core, asked, wanted });
  const spelled = asked.map(([, x], index) => [wanted[index], x]);
  const verdict = measure(bench, 'holdfast_spell', spelled);
  const name = `check, line, ${segments} segments`;
  return [
    ...against(name, measured, best),
    result(
      `${name}, against constant-time C through a pointer (${best.pointers.constant.name})`,
      measured.max,
      'cycles',
      best.pointers.constant.max,
    ),
    result(
      `${name}, against any C through a pointer (${best.pointers.any.name})`,
      measured.max,
      'cycles',
      best.pointers.any.max,
    ),
    ...againstOurMeans(name, measured, ours),
    result(
      `verdict, ${segments} segments, worst, against the goal of ${VERDICT_GOAL}`,
      verdict.max,
      'cycles',
      VERDICT_GOAL,
    ),
  ];
}

/** The same line where its lookup is a tree. Baseline: what it took before there were directories, and six for telling the two apart. */
async function byTrees(elf, segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments), gapEvery: 10 });
  const goal = TREE_BASE + TREE_LEVEL * Math.log2(segments);
  return byTree(elf, { name: `line, ${segments} segments`, text, asked: questions(borders), goal });
}

async function byTreesWithPhases(elf, segments) {
  const { text, borders } = windowedLine({ segments, windowTicks: WINDOW_TICKS, depths: 1 });
  const goal = TREES_BASE + TREE_LEVEL * Math.log2(WINDOWS * segments);
  const name = `${WINDOWS} phase ranges of ${segments} segments`;
  return byTree(elf, { name, text, asked: questionsWithPhases(borders), goal });
}

async function byTree(elf, { name, text, asked, goal }) {
  const { core, bench } = await loaded(elf, text, 'tree');
  const wanted = asked.map(([phase, x]) => core.check(phase, x));
  const { min, max } = measure(bench, 'holdfast_check', asked, wanted);
  if (min !== max) throw new Error(`a tree takes ${min} to ${max} cycles`);
  return result(`check by trees, ${name}, against the goal`, max, 'cycles', goal);
}

async function withPhases(elf, segments, depths) {
  const { text, borders } = windowedLine({ segments, windowTicks: WINDOW_TICKS, depths });
  const { core, bench } = await loaded(elf, text);
  const asked = questionsWithPhases(borders);
  const wanted = asked.map(([phase, x]) => core.check(phase, x));
  const best = bestWithPhases({ borders, windowTicks: WINDOW_TICKS, core, asked, wanted });
  const measured = measure(bench, 'holdfast_check', asked, wanted);
  const each = depths === 1 ? segments : `${segments >> (depths - 1)} to ${segments}`;
  return against(`check, 16 phase ranges of ${each} segments`, measured, best);
}

/**
 * The longest of seeded moves, and what a cell that a move crosses costs at most. Baseline: check and verdict in each of the cells, by
 * which a loop would find out the same.
 */
async function sweeps(elf, { verdictCycles }) {
  const line = await sweepsOf(elf, { segments: 4096, zones: 64 });
  const ring = await sweepsOf(elf, { segments: 4096, zones: 64, wraps: true });
  const cell = line.checkCycles + verdictCycles;
  return [
    result(
      `sweep, worst of ${MOVES} seeded moves (${line.worst.cells} cells), against check and verdict in each`,
      line.worst.cycles,
      'cycles',
      line.worst.cells * cell,
    ),
    result('sweep, a cell more, at most, against check and verdict there', line.perCell, 'cycles', cell),
    result('sweep within one cell, least, against check and verdict there', line.least, 'cycles', cell),
    result('sweep on a ring, a cell more, at most, against those on a line', ring.perCell, 'cycles', cell),
  ];
}

/** Seeded moves over a map, by trees. */
async function sweepsOf(elf, map) {
  const { text, borders } = lineSource(map);
  const { bench } = await loaded(elf, text, 'tree');
  const checkCycles = bench.call('holdfast_check', 0, 0).cycles;
  const random = sequence(MOVES);
  const cellOf = (x) => borders.findLastIndex((border) => border <= x);
  let worst = { cycles: 0, cells: 0 };
  let least = Number.POSITIVE_INFINITY;
  let perCell = 0;
  for (let move = 0; move < MOVES; move++) {
    const from = random(borders.at(-1));
    const cells = 1 + random(200);
    const to =
      borders[Math.min(borders.length - 2, Math.max(0, cellOf(from) + (move % 2 === 0 ? cells : -cells)))];
    const crossed = Math.abs(cellOf(to) - cellOf(from)) + 1;
    const one = bench.call('holdfast_sweep', 0, from, 0, from).cycles;
    const { cycles } = bench.call('holdfast_sweep', 0, from, 0, to);
    least = Math.min(least, one);
    if (crossed > 1) perCell = Math.max(perCell, (cycles - one) / (crossed - 1));
    if (cycles > worst.cycles) worst = { cycles, cells: crossed };
  }
  return { checkCycles, worst, least, perCell };
}

/** Results as bench/run.mjs prints them. */
export async function benchRp2040() {
  const { elf } = await buildFirmware('rp2040');
  const results = [];
  for (const segments of SEGMENTS) results.push(...(await onLine(elf, segments)));
  for (const depths of DEPTHS)
    for (const segments of SEGMENTS_A_WINDOW) results.push(...(await withPhases(elf, segments, depths)));
  const cyclesOf = (name) => results.findLast((each) => each.name.startsWith(name)).value;
  for (const segments of SEGMENTS) results.push(await byTrees(elf, segments));
  for (const segments of SEGMENTS_A_WINDOW) results.push(await byTreesWithPhases(elf, segments));
  results.push(...(await sweeps(elf, { verdictCycles: cyclesOf('verdict, 4096') })));
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isJson = asksForJson('node bench/rp2040.mjs [--json]');
  const results = await benchRp2040();
  if (isJson) console.log(JSON.stringify(results));
  else
    for (const { name, value, unit, baseline, ratio } of results)
      console.log(`${name}: ${value} ${unit}, baseline ${baseline}, ratio ${ratio.toFixed(2)}`);
}
