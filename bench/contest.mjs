/**
 * `check` of the core against the best C for the same job (bench/baselines.mjs), on a processor whose cycles an emulator counts: on lines
 * and in maps with phases, in the same run and asked the same.
 *
 * A platform has: `target`; `elf` of the board's firmware; `open(elf)`, which gives what calls its functions; how C is compiled for it
 * (`compiler`, `machine`, `script`); `pointerCycles`, by which a call through a pointer takes longer than one that is not; and
 * `bordersMost`, at how many borders of a line or of a window is asked, where its emulator is slow.
 */
import { compileSource } from '../build/js/host/compile/compile.js';
import { openImage } from '../build/js/host/core/checker.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { bestByOurMeans, bestOnLine, bestWithPhases } from './baselines.mjs';
import { lineSource, windowedLine } from './maps.mjs';

export const SEGMENTS = [16, 256, 4096];
export const SEGMENTS_A_WINDOW = [16, 256];
export const WINDOWS = 16;
export const WINDOW_TICKS = 1000;
/** Of the windows of a map. */
const DEPTHS = [1, 3];
const EXTREMES = [-(2 ** 31), -1, 2 ** 31 - 1];
/** Cycles: a goal of the project. */
const CHECK_GOAL = 120;

export const result = (target, name, value, baseline) => ({
  ...{ name, target, value, unit: 'cycles' },
  ...{ baseline, ratio: value / baseline },
});

/** Every border and its neighbours, and the extremes. */
const placesAt = (borders) => [...borders.flatMap((border) => [border - 1, border, border + 1]), ...EXTREMES];

/** Those in the one phase there is, and phases beyond the period. */
export function questions(borders) {
  const phases = [1, 0x7fffffff, 0xffffffff];
  return [...placesAt(borders).map((x) => [0, x]), ...phases.map((phase) => [phase, borders[1]])];
}

/** In every window its borders, at its first and its last tick; and beyond the period. */
export function questionsWithPhases(borders) {
  const within = borders.flatMap((each, window) =>
    placesAt(each).map((x, index) => [window * WINDOW_TICKS + (index % 2) * (WINDOW_TICKS - 1), x]),
  );
  const beyond = [WINDOWS * WINDOW_TICKS, 0x7fffffff, 0xffffffff];
  return [...within, ...beyond.flatMap((phase) => placesAt(borders[0].slice(0, 4)).map((x) => [phase, x]))];
}

/** Of many borders as many as the platform takes, spread over all of them. */
function some({ bordersMost = Number.POSITIVE_INFINITY }, borders) {
  const every = Math.ceil(borders.length / bordersMost);
  return borders.filter((_, index) => index % every === 0 || index === borders.length - 1);
}

export function measure(bench, name, asked, wanted) {
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
export async function loaded(platform, text, lookup = 'auto') {
  const reader = memoryReader({ 'bench.map.yaml': text });
  const { image } = await compileSource('bench.map.yaml', { large: true, reader, lookup });
  return loadedImage(platform, image);
}

export async function loadedImage({ elf, open }, image) {
  const core = await openImage(image, { build: 'device' });
  const bench = open(elf);
  const arena = core.arena();
  const bytes = arena.byteOffset + arena.length;
  bench.memory(bench.addressOf('holdfast_memory'), bytes).set(new Uint8Array(arena.buffer, 0, bytes));
  return { core, bench };
}

/** check against C that tests mode, range and phase as it does, and looks at the number of steps. */
function against({ target }, name, { min, max }, { any, constant }) {
  return [
    result(target, `${name}, against constant-time C (${constant.name})`, max, constant.max),
    result(target, `${name}, against any C (${any.name})`, max, any.max),
    result(target, `${name}, spread, against the goal of ${CHECK_GOAL}`, max - min, CHECK_GOAL),
  ];
}

/** check against C that may do what the core does, in the same run; its worst cases, where it leaves early too. */
function againstOurMeans({ target }, name, { max }, { fragment, directory }) {
  const rows = (means, { any, constant }) => [
    result(target, `${name}, against constant-time C ${means} (${constant.name})`, max, constant.max),
    result(target, `${name}, against any C ${means} (${any.name})`, max, any.max),
  ];
  const { halvings, bytes, pointers } = directory ?? {};
  return [
    ...rows("with the core's search", fragment),
    ...(directory === undefined
      ? []
      : rows(`with a directory of ${bytes} bytes and ${halvings} halvings`, directory)),
    ...(pointers === undefined ? [] : rows('with the directory, through a pointer', pointers)),
  ];
}

async function onLine(platform, segments) {
  const { text, borders } = lineSource({ segments, zones: Math.min(64, segments), gapEvery: 10 });
  const { core, bench } = await loaded(platform, text);
  const asked = questions(some(platform, borders));
  const wanted = asked.map(([phase, x]) => core.check(phase, x));
  const best = bestOnLine(platform, { borders, core, asked, wanted });
  const measured = measure(bench, 'holdfast_check', asked, wanted);
  const ours = bestByOurMeans(platform, { borders, core, asked, wanted });
  const name = `check, line, ${segments} segments`;
  const { constant, any } = best.pointers;
  return [
    ...against(platform, name, measured, best),
    result(
      platform.target,
      `${name}, against constant-time C through a pointer (${constant.name})`,
      measured.max,
      constant.max,
    ),
    result(platform.target, `${name}, against any C through a pointer (${any.name})`, measured.max, any.max),
    ...againstOurMeans(platform, name, measured, ours),
  ];
}

async function withPhases(platform, segments, depths) {
  const { text, borders } = windowedLine({ segments, windowTicks: WINDOW_TICKS, depths });
  const { core, bench } = await loaded(platform, text);
  const asked = questionsWithPhases(borders.map((each) => some(platform, each)));
  const wanted = asked.map(([phase, x]) => core.check(phase, x));
  const best = bestWithPhases(platform, { borders, windowTicks: WINDOW_TICKS, core, asked, wanted });
  const measured = measure(bench, 'holdfast_check', asked, wanted);
  const each = depths === 1 ? segments : `${segments >> (depths - 1)} to ${segments}`;
  const name = `check, ${WINDOWS} phase ranges of ${each} segments`;
  return [...against(platform, name, measured, best), ...againstOurMeans(platform, name, measured, best)];
}

/** Rows as bench/run.mjs prints them. */
export async function contest(platform) {
  const results = [];
  for (const segments of SEGMENTS) results.push(...(await onLine(platform, segments)));
  for (const depths of DEPTHS)
    for (const segments of SEGMENTS_A_WINDOW) results.push(...(await withPhases(platform, segments, depths)));
  return results;
}
