/** The best C for the job of check (bench/baseline) on a processor: compiled at three levels, its lists filled with the same map. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readElf } from '../build/js/host/firmware/elf.js';

const LEVELS = ['-O2', '-O3', '-Os'];
const SEARCHES = ['carry', 'addition', 'sign', 'halves', 'running'];
const ENDS = ['early', 'masked', 'chosen'];
const PAD = 0x7fffffff;
/** bench/baseline/check.h */
const SHAPE_BITS = 5;
const POINTER = 'by pointer';
/** How C is compiled for the RP2040, code and data in SRAM. */
export const FOR_RP2040 = {
  compiler: 'arm-none-eabi-gcc',
  machine: ['-mcpu=cortex-m0plus', '-mthumb'],
  script: 'rp2040.ld',
};
/** For each platform, an ELF a level. */
const compiled = new Map();

function elves(platform) {
  const made =
    compiled.get(platform) ??
    LEVELS.map((level) => ({
      level,
      elf: compileBaseline(platform, level, 'baseline.c', 'baseline_branchy'),
    }));
  compiled.set(platform, made);
  return made;
}

/** The ELF of a source of bench/baseline at a level of optimization, its entry named so that nothing is left out. */
export function compileBaseline({ compiler, machine, script }, level, source, entry) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-baseline-'));
  try {
    const here = fileURLToPath(new URL('baseline/', import.meta.url));
    const output = join(folder, 'baseline.elf');
    const options = [...machine, '-std=gnu11', '-nostartfiles', '-ffreestanding', level];
    const link = ['-T', join(here, script), `-Wl,-e,${entry}`, '-nostdlib', '-lgcc', '-o', output];
    execFileSync(compiler, [...options, join(here, source), ...link]);
    return readElf(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Searches by what the core has, too: its fragment, a directory, a directory with its fragment. */
const OUR_FRAGMENT = 'fragment';
const OUR_DIRECTORIES = ['directory', 'directory_fragment'];
const OUR_ENDS = [...ENDS, 'picked', 'paired'];
const BUCKETS_MOST = 8192;
const HALVINGS_MOST = 5;

/** Words at a symbol. */
export function fill(bench, name, values) {
  const bytes = bench.memory(bench.addressOf(name), 4 * values.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  values.forEach((value, index) => {
    view.setUint32(4 * index, value >>> 0, true);
  });
}

const stepsOf = (cells) => Math.ceil(Math.log2(cells));

/** The starts of cells as a search tree in breadth-first order, the words of the cells behind it. */
function treeOf(starts, words) {
  const steps = stepsOf(starts.length);
  const tree = new Array(2 ** steps).fill(PAD);
  for (let i = 1; i < starts.length; i++) tree[(2 ** steps + i) >> (31 - Math.clz32(i & -i) + 1)] = starts[i];
  return [...tree, ...words];
}

/** Of a directory whose buckets are 2^shift steps: the last cell that starts at or below each one's start, and the halvings behind it. */
function bucketsOf(starts, end, shift) {
  const lastBelow = (bound) => starts.findLastIndex((start) => start < bound);
  const count = Math.floor((end - 1) / 2 ** shift) + 1;
  const cells = Array.from({ length: count }, (_, bucket) => lastBelow(bucket * 2 ** shift + 1));
  const behind = cells.map((cell, bucket) => lastBelow((bucket + 1) * 2 ** shift) - cell);
  return { shift, cells, halvings: 32 - Math.clz32(Math.max(...behind)) };
}

/**
 * The directory with the fewest halvings that takes at most a byte a cell, or 32 in all; of several the one with the widest buckets. With
 * `halvings`, the widest behind which so many are enough. Undefined: there is none.
 */
function directoryOf(starts, end, halvings) {
  const most = Math.min(BUCKETS_MOST, Math.max(32, starts.length) / 2);
  const fitting = [];
  for (let shift = 31; shift >= 0 && Math.floor((end - 1) / 2 ** shift) < most; shift--)
    fitting.push(bucketsOf(starts, end, shift));
  const fewest = Math.min(...fitting.map((each) => each.halvings));
  const wanted = halvings ?? fewest;
  return wanted > HALVINGS_MOST ? undefined : fitting.find((each) => each.halvings <= wanted);
}

/** Entries of a list behind a directory: the start of each cell with the word of the cell before, and starts beyond every offset. */
function entriesOf(starts, end, words) {
  const entries = [...starts, end].flatMap((start, index) => [start, words[index - 1] ?? 0]);
  return [...entries, ...new Array(2 ** HALVINGS_MOST).fill([0xffffffff, 0]).flat()];
}

/** Numbers of two bytes, two a word. */
function halves(numbers) {
  return Array.from(
    { length: Math.ceil(numbers.length / 2) },
    (_, i) => numbers[2 * i] + ((numbers[2 * i + 1] ?? 0) << 16),
  );
}

/** The least and most cycles of every contender over the questions, by name; each must give the answers that are wanted. */
function contend(platform, { contenders, prepare, asked, wanted }) {
  return elves(platform).flatMap(({ level, elf }) => {
    const bench = platform.open(elf);
    prepare(bench);
    return contenders.map(({ name, symbol, extra = 0 }) => {
      let min = Number.POSITIVE_INFINITY;
      let max = 0;
      for (const [index, question] of asked.entries()) {
        const { result, cycles } = bench.call(symbol, ...question);
        if (result !== wanted[index]) throw new Error(`${symbol} answers differently`);
        min = Math.min(min, cycles + extra);
        max = Math.max(max, cycles + extra);
      }
      return { name: `${name} ${level}`, min, max };
    });
  });
}

function lineContenders(steps, pointerCycles) {
  const pairs = SEARCHES.flatMap((search) => ENDS.map((end) => `${search}_${end}`));
  return [
    ...['branchy', 'rolled', ...pairs].map((name) => ({ name, symbol: `baseline_${name}` })),
    ...pairs.map((name) => ({
      name: `${name}, ${POINTER}`,
      symbol: `baseline_${name}_${steps}`,
      extra: pointerCycles,
    })),
  ];
}

/**
 * The best whose time is the same for every input, and the best of all, by their worst case: of those that look at mode and number of
 * steps, and of those that are called through a pointer.
 */
export function bestOnLine(platform, { borders, core, asked, wanted }) {
  const starts = borders.slice(0, -1);
  const steps = stepsOf(starts.length);
  const words = starts.map((start) => core.check(0, start));
  const filler = new Array(2 ** steps - starts.length).fill(PAD);
  const prepare = (bench) => {
    fill(bench, 'baseline_sorted', [...starts, ...filler, ...words]);
    fill(bench, 'baseline_tree', treeOf(starts, words));
    fill(bench, 'baseline', [1, 0, 0, borders.at(-1), 1, core.check(0, -1), steps, starts.length]);
  };
  const contenders = lineContenders(steps, platform.pointerCycles);
  return bestOf(contend(platform, { contenders, prepare, asked, wanted }));
}

/**
 * The best by what the core has: by its fragment for the search of a tree, and by a directory, with its fragment or without.
 * `bytes` are those of the directory; `directory` is undefined where the line has none.
 */
export function bestByOurMeans(platform, { borders, core, asked, wanted }) {
  const starts = borders.slice(0, -1);
  const end = borders.at(-1);
  const steps = stepsOf(starts.length);
  const words = starts.map((start) => core.check(0, start));
  const directory = directoryOf(starts, end);
  const { shift = 0, halvings = 0, cells = [] } = directory ?? {};
  const prepare = (bench) => {
    fill(bench, 'baseline_tree', treeOf(starts, words));
    fill(bench, 'baseline_directory', halves(cells));
    fill(bench, 'baseline_entries', entriesOf(starts, end, words));
    const map = [1, 0, 0, end, 1, core.check(0, -1), steps, starts.length, shift, halvings];
    fill(bench, 'baseline', map);
  };
  const best = (searches, more = []) => {
    const names = searches.flatMap((search) => OUR_ENDS.map((ending) => `${search}_${ending}`));
    const contenders = names.map((name) => ({ name, symbol: `baseline_${name}` }));
    return bestOf(contend(platform, { contenders: [...contenders, ...more], prepare, asked, wanted }));
  };
  const byPointer = OUR_ENDS.map((ending) => ({
    name: `directory_${ending}, ${POINTER}`,
    symbol: `baseline_directory_${ending}_${halvings}`,
    extra: platform.pointerCycles,
  }));
  return {
    fragment: best([OUR_FRAGMENT]),
    directory: directory && { ...best(OUR_DIRECTORIES, byPointer), halvings, bytes: 2 * cells.length },
  };
}

/** Searches with phases where all windows have one depth, and where they may differ. */
const PHASED = ['carry', 'addition'];
const PHASED_DEPTHS = ['packed_carry', 'packed_addition', 'tabled_carry', 'tabled_addition'];
/** By the core's means: trees, where all windows have one depth and where they may differ, and directories. */
const PHASED_FRAGMENTS = { one: ['fragment'], several: ['packed_fragment'] };
const PHASED_DIRECTORIES = ['directory', 'directory_fragment'];

/**
 * The same for a line whose lists differ by phase: `borders` a window, windows of `windowTicks`, powers of two of segments. Where all
 * have as many, the baselines have no depths to tell apart.
 */
export function bestWithPhases(platform, { borders, windowTicks, core, asked, wanted }) {
  const lists = borders.map((each) => each.slice(0, -1));
  const depths = lists.map(({ length }) => stepsOf(length));
  const steps = Math.max(...depths);
  const words = lists.map((starts, window) => starts.map((start) => core.check(window * windowTicks, start)));
  const trees = lists.map((starts, window) => treeOf(starts, words[window]));
  const places = trees.map((_, window) => trees.slice(0, window).flat().length);
  const begins = lists.map((_, window) => window * windowTicks);
  const prepare = (bench) => {
    fill(bench, 'baseline_trees', trees.flat());
    fill(bench, 'baseline_phases', treeOf(begins, places));
    fill(bench, 'baseline_phase_steps', [stepsOf(lists.length)]);
    const levels = depths.map((depth) => steps - depth);
    const shapes = places.map((place, window) => ((4 * place) << SHAPE_BITS) | levels[window]);
    fill(bench, 'baseline_shapes', treeOf(begins, shapes));
    const at = bench.addressOf('baseline_trees');
    const table = places.flatMap((place, window) => [at + 4 * place, levels[window]]);
    fill(bench, 'baseline_windows', [...new Array(table.length).fill(0), ...table]);
    const period = lists.length * windowTicks;
    const map = [1, 0, 0, borders[0].at(-1), period, core.check(0, -1), steps, lists[0].length];
    fill(bench, 'baseline', [...map, 0, directories?.halvings ?? 0, ...fillDirectories(bench, directories)]);
  };
  const directories = directoriesOf({ borders, windowTicks, words });
  const best = (searches, ends) => {
    const names = searches.flatMap((search) => ends.map((end) => `${search}_${end}`));
    const contenders = names.map((name) => ({ name, symbol: `baseline_phases_${name}` }));
    return bestOf(contend(platform, { contenders, prepare, asked, wanted }));
  };
  const isOne = new Set(depths).size === 1;
  return {
    ...best(isOne ? PHASED : PHASED_DEPTHS, ENDS),
    fragment: best(isOne ? PHASED_FRAGMENTS.one : PHASED_FRAGMENTS.several, OUR_ENDS),
    directory: directories && { ...best(PHASED_DIRECTORIES, OUR_ENDS), ...directories },
  };
}

/**
 * Directories of the phases and of each list, lists by the smallest number of halvings that all have; `bytes` and `halvings` of all.
 * Undefined: one has none.
 */
function directoriesOf({ borders, windowTicks, words }) {
  const lists = borders.map((each, window) => ({
    starts: each.slice(0, -1),
    end: each.at(-1),
    words: words[window],
  }));
  const least = lists.map(({ starts, end }) => directoryOf(starts, end)?.halvings);
  const begins = lists.map((_, window) => window * windowTicks);
  const period = lists.length * windowTicks;
  const phases = directoryOf(begins, period);
  if (phases === undefined || least.includes(undefined)) return undefined;
  const halvings = Math.max(...least);
  const placed = { directory: [], entries: [], shapes: [] };
  for (const { starts, end, words: own } of lists) {
    const { shift, cells } = directoryOf(starts, end, halvings);
    const first = placed.entries.length / 2;
    placed.shapes.push((placed.directory.length << SHAPE_BITS) | shift);
    placed.directory.push(...cells.map((cell) => first + cell));
    placed.entries.push(...entriesOf(starts, end, own));
  }
  const bytes = 2 * (placed.directory.length + phases.cells.length);
  return {
    ...placed,
    halvings,
    bytes,
    phases: { ...phases, entries: entriesOf(begins, period, placed.shapes) },
  };
}

/** Fills them in, and gives the bits of a bucket of phases and the halvings behind. */
function fillDirectories(bench, directories) {
  if (directories === undefined) return [0, 0];
  const { phases, directory, entries } = directories;
  fill(bench, 'baseline_phase_directory', halves(phases.cells));
  fill(bench, 'baseline_phase_entries', phases.entries);
  fill(bench, 'baseline_list_directories', halves(directory));
  fill(bench, 'baseline_list_entries', entries);
  return [phases.shift, phases.halvings];
}

function bestOf(measured) {
  const best = (some) => some.reduce((a, b) => (b.max < a.max ? b : a));
  const byPointer = ({ name }) => name.includes(POINTER);
  const asking = measured.filter((each) => !byPointer(each));
  const isConstant = ({ min, max }) => min === max;
  return {
    any: best(asking),
    constant: best(asking.filter(isConstant)),
    pointers: measured.some(byPointer)
      ? {
          any: best(measured.filter(byPointer)),
          constant: best(measured.filter(byPointer).filter(isConstant)),
        }
      : undefined,
  };
}
