/**
 * `check` by trees and by directories, in the emulator with its omissions corrected (sim/boards/rp2040-core.ts), call and return included:
 * halvings, bytes of the directory and cycles for maps of several kinds, and every map that ships. Each question is asked of the wasm too.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compilePartition, loadMap, loadPartition } from '../build/js/host/compile/compile.js';
import { openImage } from '../build/js/host/core/checker.js';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import { isPlane } from '../build/js/host/source/plane-model.js';
import { fileReader, memoryReader } from '../build/js/host/source/reader.js';
import { Rp2040Bench } from '../build/js/sim/boards/rp2040-bench.js';
import { sequence } from './maps.mjs';
import { asksForJson } from './options.mjs';

const SEGMENTS = [16, 256, 4096];
const MAPS = new URL('../firmware-maps/', import.meta.url);
/** Most questions of a map. */
const QUESTIONS_MOST = 3000;
const EXTREMES = [-(2 ** 31), -1, 2 ** 31 - 1];

/** Lengths of segments in mm, each the same every time. */
const KINDS = {
  equal: () => () => 5000,
  '1 to 10 m': (random) => () => 1000 + random(9000),
  'log-uniform, 0.1 to 100 m': (random) => () => Math.round(100 * 1000 ** (random(1_000_000) / 1_000_000)),
  'clusters of 16': (random) => (index) => (index % 16 === 15 ? 100_000 : 10 + random(90)),
};

/** A line of two zones that take turns. */
function lineOf(segments, kind) {
  const length = KINDS[kind](sequence(segments));
  const borders = [0];
  for (let index = 0; index < segments; index++) borders.push(borders[index] + length(index));
  const at = (zone) =>
    borders
      .slice(0, -1)
      .flatMap((from, index) => (index % 2 === zone ? [`{ from: ${from}, to: ${borders[index + 1]} }`] : []));
  const text = [
    'holdfast: 1',
    'map: bench',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${borders.at(-1)} } ] }`,
    'zones:',
    ...[0, 1].map((zone) => `  - { id: zone-${zone}, at: [${at(zone).join(', ')}], limit: ${zone} }`),
    '',
  ].join('\n');
  return loadPartition('bench.map.yaml', memoryReader({ 'bench.map.yaml': text }));
}

/** Every border and its neighbours in every phase, or every so many of them; and beyond the axis. */
function questions({ windows }, most) {
  const all = windows.flatMap(({ from, to, cells }) =>
    [...cells.flatMap((cell) => [cell.from - 1, cell.from, cell.to - 1, cell.to]), ...EXTREMES].map(
      (x, index) => [index % 2 === 0 ? from : to - 1, x],
    ),
  );
  const every = Math.ceil(all.length / most);
  return all.filter((_, index) => index % every === 0);
}

/** Cycles of check, the same for every question; NaN: the map has no such lookup. */
async function measure(elf, partition, lookup, questionsMost) {
  const { image, summary } = compilePartition(partition, undefined, { lookup });
  const core = await openImage(image, { build: 'device' });
  const bench = new Rp2040Bench(elf);
  const arena = core.arena();
  const bytes = arena.byteOffset + arena.length;
  bench.memory(bench.addressOf('holdfast_memory'), bytes).set(new Uint8Array(arena.buffer, 0, bytes));
  const cycles = new Set();
  for (const [phase, x] of questions(partition, questionsMost)) {
    const answered = bench.call('holdfast_check', phase, x, 0);
    if (answered.result !== core.check(phase, x)) throw new Error(`${lookup} answers differently at ${x}`);
    cycles.add(answered.cycles);
  }
  if (cycles.size !== 1) throw new Error(`${lookup} takes ${[...cycles]} cycles`);
  return { ...summary, cycles: [...cycles][0] };
}

/** Results as bench/run.mjs prints them: cycles of the lookup that is cheaper, against those of the tree. */
async function compare(elf, name, partition, questionsMost) {
  const tree = await measure(elf, partition, 'tree', questionsMost);
  const chosen = await measure(elf, partition, 'auto', questionsMost);
  const { directoryBytes, cost, cells } = chosen;
  const how =
    chosen.lookup === 'tree'
      ? 'keeps its tree'
      : `${cost.kinds.halving} halvings, ${(directoryBytes / cells).toFixed(2)} bytes a cell`;
  const what = `check, ${name}: ${how}`;
  const { cycles: value } = chosen;
  return {
    name: what,
    target: 'rp2040',
    value,
    unit: 'cycles',
    baseline: tree.cycles,
    ratio: value / tree.cycles,
  };
}

export async function benchLookups(questionsMost = QUESTIONS_MOST) {
  const { elf } = await buildFirmware('rp2040');
  const results = [];
  const add = async (name, partition) => results.push(await compare(elf, name, partition, questionsMost));
  for (const kind of Object.keys(KINDS))
    for (const segments of SEGMENTS) await add(`${segments} segments, ${kind}`, await lineOf(segments, kind));
  const sources = readdirSync(MAPS, { recursive: true }).filter((name) => /\.map\.yaml$/.test(name));
  for (const name of sources.sort()) {
    const map = await loadMap(fileURLToPath(new URL(name, MAPS)), fileReader);
    // A plane has neither trees nor directories of places.
    if (!isPlane(map)) await add(name, map);
  }
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isJson = asksForJson('node bench/lookups.mjs [--json]');
  const results = await benchLookups();
  if (isJson) console.log(JSON.stringify(results));
  else
    for (const { name, value, baseline } of results)
      console.log(`${name}: ${value} cycles, tree ${baseline}`);
}
