/** The best C for the job of check on the RP2040 (bench/baseline): compiled at three levels, its lists filled with the same map. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readElf } from '../build/js/host/firmware/elf.js';
import { Rp2040Bench } from '../build/js/sim/boards/rp2040-bench.js';

const LEVELS = ['-O2', '-O3', '-Os'];
const SEARCHES = ['carry', 'addition', 'sign', 'halves', 'running'];
const ENDS = ['early', 'masked', 'chosen'];
const PAD = 0x7fffffff;
/** bench/baseline/check.h */
const SHAPE_BITS = 5;
const POINTER = 'by pointer';
/** Two loads and BLX (6 cycles) in the place of BL (3), which `Rp2040Bench` counts: a call through a pointer. */
const POINTER_CYCLES = 3;

let compiled;

/** An ELF a level. */
function elves() {
  compiled ??= LEVELS.map((level) => ({
    level,
    elf: compileBaseline(level, 'baseline.c', 'baseline_branchy'),
  }));
  return compiled;
}

/** The ELF of a source of bench/baseline at a level of optimization, its entry named so that nothing is left out. */
export function compileBaseline(level, source, entry) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-baseline-'));
  try {
    const here = fileURLToPath(new URL('baseline/', import.meta.url));
    const output = join(folder, 'baseline.elf');
    const machine = ['-mcpu=cortex-m0plus', '-mthumb', '-std=gnu11', '-nostartfiles', '-ffreestanding'];
    const link = ['-T', join(here, 'baseline.ld'), `-Wl,-e,${entry}`, '-lgcc', '-o', output];
    execFileSync('arm-none-eabi-gcc', [...machine, level, join(here, source), ...link]);
    return readElf(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Searches by what the core has, too: its fragment, a directory, a directory with its fragment. */
const OUR_FRAGMENT = 'fragment';
const OUR_DIRECTORIES = ['directory', 'directory_fragment'];
const OUR_ENDS = [...ENDS, 'picked'];
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

/**
 * The directory with the fewest halvings that takes at most a byte a cell, or 32 in all: the width of its buckets, the halvings behind
 * it, and for each bucket the last cell that starts at or below its start. Undefined: none has as few as HALVINGS_MOST.
 */
function directoryOf(starts, end) {
  const most = Math.min(BUCKETS_MOST, Math.max(32, starts.length) / 2);
  let best;
  for (let shift = 31; shift >= 0; shift--) {
    const count = Math.floor((end - 1) / 2 ** shift) + 1;
    if (count > most) break;
    const cells = Array.from({ length: count + 1 }, (_, bucket) =>
      starts.findLastIndex((start) => start <= bucket * 2 ** shift),
    );
    // Of a bucket, what starts behind its first step and before the next bucket.
    const behind = cells.slice(0, -1).map((cell, bucket) => {
      const last = starts.findLastIndex((start) => start < (bucket + 1) * 2 ** shift);
      return last - cell;
    });
    const halvings = 32 - Math.clz32(Math.max(...behind));
    if (halvings <= HALVINGS_MOST && (best === undefined || halvings < best.halvings))
      best = { shift, halvings, cells: cells.slice(0, -1) };
  }
  return best;
}

/** Numbers of two bytes, two a word. */
function halves(numbers) {
  return Array.from(
    { length: Math.ceil(numbers.length / 2) },
    (_, i) => numbers[2 * i] + ((numbers[2 * i + 1] ?? 0) << 16),
  );
}

/** The least and most cycles of every contender over the questions, by name; each must give the answers that are wanted. */
function contend(contenders, prepare, asked, wanted) {
  return elves().flatMap(({ level, elf }) => {
    const bench = new Rp2040Bench(elf);
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

function lineContenders(steps) {
  const pairs = SEARCHES.flatMap((search) => ENDS.map((end) => `${search}_${end}`));
  return [
    ...['branchy', 'rolled', ...pairs].map((name) => ({ name, symbol: `baseline_${name}` })),
    ...pairs.map((name) => ({
      name: `${name}, ${POINTER}`,
      symbol: `baseline_${name}_${steps}`,
      extra: POINTER_CYCLES,
    })),
  ];
}

/**
 * The best whose time is the same for every input, and the best of all, by their worst case: of those that look at mode and number of
 * steps, and of those that are called through a pointer.
 */
export function bestOnLine({ borders, core, asked, wanted }) {
  const starts = borders.slice(0, -1);
  const steps = stepsOf(starts.length);
  const words = starts.map((start) => core.check(0, start));
  const filler = new Array(2 ** steps - starts.length).fill(PAD);
  const prepare = (bench) => {
    fill(bench, 'baseline_sorted', [...starts, ...filler, ...words]);
    fill(bench, 'baseline_tree', treeOf(starts, words));
    fill(bench, 'baseline', [1, 0, 0, borders.at(-1), 1, core.check(0, -1), steps, starts.length]);
  };
  return bestOf(contend(lineContenders(steps), prepare, asked, wanted));
}

/**
 * The best by what the core has: by its fragment for the search of a tree, and by a directory, with its fragment or without.
 * `bytes` are those of the directory; `directory` is undefined where the line has none.
 */
export function bestByOurMeans({ borders, core, asked, wanted }) {
  const starts = borders.slice(0, -1);
  const end = borders.at(-1);
  const steps = stepsOf(starts.length);
  const words = starts.map((start) => core.check(0, start));
  const directory = directoryOf(starts, end);
  const { shift = 0, halvings = 0, cells = [] } = directory ?? {};
  const entries = [...starts, end].flatMap((start, index) => [start, words[index - 1] ?? 0]);
  const beyond = new Array(2 ** HALVINGS_MOST).fill([0xffffffff, 0]).flat();
  const prepare = (bench) => {
    fill(bench, 'baseline_tree', treeOf(starts, words));
    fill(bench, 'baseline_directory', halves(cells));
    fill(bench, 'baseline_entries', [...entries, ...beyond]);
    const map = [1, 0, 0, end, 1, core.check(0, -1), steps, starts.length, shift, halvings];
    fill(bench, 'baseline', map);
  };
  const best = (searches, more = []) => {
    const names = searches.flatMap((search) => OUR_ENDS.map((ending) => `${search}_${ending}`));
    const contenders = names.map((name) => ({ name, symbol: `baseline_${name}` }));
    return bestOf(contend([...contenders, ...more], prepare, asked, wanted));
  };
  const byPointer = OUR_ENDS.map((ending) => ({
    name: `directory_${ending}, ${POINTER}`,
    symbol: `baseline_directory_${ending}_${halvings}`,
    extra: POINTER_CYCLES,
  }));
  return {
    fragment: best([OUR_FRAGMENT]),
    directory: directory && { ...best(OUR_DIRECTORIES, byPointer), halvings, bytes: 2 * cells.length },
  };
}

/** Searches with phases where all windows have one depth, and where they may differ. */
const PHASED = ['carry', 'addition'];
const PHASED_DEPTHS = ['packed_carry', 'packed_addition', 'tabled_carry', 'tabled_addition'];

/**
 * The same for a line whose lists differ by phase: `borders` a window, windows of `windowTicks`, powers of two of segments. Where all
 * have as many, the baselines have no depths to tell apart.
 */
export function bestWithPhases({ borders, windowTicks, core, asked, wanted }) {
  const lists = borders.map((each) => each.slice(0, -1));
  const depths = lists.map(({ length }) => stepsOf(length));
  const steps = Math.max(...depths);
  const trees = lists.map((starts, window) => {
    const words = starts.map((start) => core.check(window * windowTicks, start));
    return treeOf(starts, words);
  });
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
    const end = borders[0].at(-1);
    fill(bench, 'baseline', [1, 0, 0, end, period, core.check(0, -1), steps, lists[0].length]);
  };
  const searches = new Set(depths).size === 1 ? PHASED : PHASED_DEPTHS;
  const names = searches.flatMap((search) => ENDS.map((end) => `${search}_${end}`));
  const contenders = names.map((name) => ({ name, symbol: `baseline_phases_${name}` }));
  return bestOf(contend(contenders, prepare, asked, wanted));
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
