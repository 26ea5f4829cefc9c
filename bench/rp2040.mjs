/**
 * Cycles on the RP2040 in the emulator with its omissions corrected (sim/boards/rp2040-core.ts), call and return
 * included: check against the best C for the same job (bench/contest.mjs), of a plane against ray casts, verdict and sweep of the core.
 */
import { fileURLToPath } from 'node:url';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import { Rp2040Bench } from '../build/js/sim/boards/rp2040-bench.js';
import { FOR_RP2040 } from './baselines.mjs';
import {
  contest,
  loaded,
  measure,
  questions,
  questionsWithPhases,
  result as row,
  SEGMENTS,
  SEGMENTS_A_WINDOW,
  WINDOW_TICKS,
  WINDOWS,
} from './contest.mjs';
import { lineSource, sequence, windowedLine } from './maps.mjs';
import { asksForJson } from './options.mjs';
import { benchPlaneCycles } from './planes-rp2040.mjs';

const MOVES = 2000;
/** Cycles of a search in a tree: of any without phases and with them, and a level. */
const TREE_BASE = 61;
const TREES_BASE = 99;
const TREE_LEVEL = 5;
/** Cycles: a goal of the project. */
const VERDICT_GOAL = 120;

const TARGET = 'rp2040';
const PLATFORM = {
  target: TARGET,
  open: (elf) => new Rp2040Bench(elf),
  ...FOR_RP2040,
  /** Two loads and BLX (6 cycles) in the place of BL (3), which `Rp2040Bench` counts. */
  pointerCycles: 3,
};

const result = (name, value, baseline) => row(TARGET, name, value, baseline);

/** verdict of every answer on a line. */
async function verdicts(platform, segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments), gapEvery: 10 });
  const { core, bench } = await loaded(platform, text);
  const spelled = questions(borders).map(([phase, x]) => [core.check(phase, x), x]);
  const { max } = measure(bench, 'holdfast_spell', spelled);
  return result(
    `verdict, ${segments} segments, worst, against the goal of ${VERDICT_GOAL}`,
    max,
    VERDICT_GOAL,
  );
}

/** The same line where its lookup is a tree. Baseline: what it took before there were directories, and six for telling the two apart. */
async function byTrees(platform, segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments), gapEvery: 10 });
  const goal = TREE_BASE + TREE_LEVEL * Math.log2(segments);
  return byTree(platform, { name: `line, ${segments} segments`, text, asked: questions(borders), goal });
}

async function byTreesWithPhases(platform, segments) {
  const { text, borders } = windowedLine({ segments, windowTicks: WINDOW_TICKS, depths: 1 });
  const goal = TREES_BASE + TREE_LEVEL * Math.log2(WINDOWS * segments);
  const name = `${WINDOWS} phase ranges of ${segments} segments`;
  return byTree(platform, { name, text, asked: questionsWithPhases(borders), goal });
}

async function byTree(platform, { name, text, asked, goal }) {
  const { core, bench } = await loaded(platform, text, 'tree');
  const wanted = asked.map(([phase, x]) => core.check(phase, x));
  const { min, max } = measure(bench, 'holdfast_check', asked, wanted);
  if (min !== max) throw new Error(`a tree takes ${min} to ${max} cycles`);
  return result(`check by trees, ${name}, against the goal`, max, goal);
}

/**
 * The longest of seeded moves, and what a cell that a move crosses costs at most. Baseline: check and verdict in each of the cells, by
 * which a loop would find out the same.
 */
async function sweeps(platform, { verdictCycles }) {
  const line = await sweepsOf(platform, { segments: 4096, zones: 64 });
  const ring = await sweepsOf(platform, { segments: 4096, zones: 64, wraps: true });
  const cell = line.checkCycles + verdictCycles;
  return [
    result(
      `sweep, worst of ${MOVES} seeded moves (${line.worst.cells} cells), against check and verdict in each`,
      line.worst.cycles,
      line.worst.cells * cell,
    ),
    result('sweep, a cell more, at most, against check and verdict there', line.perCell, cell),
    result('sweep within one cell, least, against check and verdict there', line.least, cell),
    result('sweep on a ring, a cell more, at most, against those on a line', ring.perCell, cell),
  ];
}

/** Seeded moves over a map, by trees. */
async function sweepsOf(platform, map) {
  const { text, borders } = lineSource(map);
  const { bench } = await loaded(platform, text, 'tree');
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
  const { elf } = await buildFirmware(TARGET);
  const platform = { ...PLATFORM, elf };
  const results = await contest(platform);
  const spelled = [];
  for (const segments of SEGMENTS) spelled.push(await verdicts(platform, segments));
  results.push(...spelled);
  for (const segments of SEGMENTS) results.push(await byTrees(platform, segments));
  for (const segments of SEGMENTS_A_WINDOW) results.push(await byTreesWithPhases(platform, segments));
  results.push(...(await benchPlaneCycles(platform)));
  results.push(...(await sweeps(platform, { verdictCycles: spelled.at(-1).value })));
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
