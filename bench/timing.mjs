/**
 * `npm run timing [-- --json]`: what calls cost on a target, in cycles, and the stack they need, in bytes. Cycles are counted by the
 * emulator with its omissions corrected, call and return included; inputs are those of `holdfast timing measure`. `service` is what the
 * firmware's own counter says of its slices in RUN, interrupts included, while the line asks everything at 115,200 baud.
 *
 * `bound` and `best` are those that `holdfast timing elf` shows of the linked program, for every input of the image: null where it
 * shows none. `ratio` is bound by measured. `replayed` is what the emulator takes for the input that was found to come nearest to the
 * bound, null where none was found. `service` is bounded with flash that answers at once, as the emulator's does. A map's moves are
 * sampled where there are more than MOVES_MAX. Of a board whose cycles nothing counts, measured, ratio and replayed are null.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeBody } from '../build/js/host/body/decode.js';
import { compileSource } from '../build/js/host/compile/compile.js';
import { openImage } from '../build/js/host/core/checker.js';
import { coreUrl } from '../build/js/host/core/core.js';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import { parseImage } from '../build/js/host/image/container.js';
import { movesToMeasure, placesToMeasure } from '../build/js/host/measure/inputs.js';
import { measureService } from '../build/js/host/measure/measure.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { boundOf } from '../build/js/host/timing/machine/bounds.js';
import { coreFor } from '../build/js/host/timing/machine/cores.js';
import { WITHOUT_FLASH_WAITS } from '../build/js/host/timing/machine/cores-arm.js';
import { HAZARD3_VIRT } from '../build/js/host/timing/machine/cores-riscv.js';
import { boundWithFacts } from '../build/js/host/timing/machine/facts.js';
import { activeWords, arenasIn, CALLS, stackIn } from '../build/js/host/timing/machine/holdfast.js';
import { readModule } from '../build/js/host/timing/wasm/module.js';
import { Rp2040Bench } from '../build/js/sim/boards/rp2040-bench.js';
import { Rp2040Line } from '../build/js/sim/boards/rp2040-line.js';
import { lineSource } from './maps.mjs';
import { asksForJson } from './options.mjs';

const TARGET = 'rp2040';
/** Its cycles are counted by nothing here: what is shown of it stands by itself, for the maps that ship. */
const UNMEASURED = 'riscv32';
/** On the last one a move crosses as many cells as its image allows. */
const LINES = [
  { name: 'line of 16 segments', segments: 16, gapEvery: 10 },
  { name: 'line of 256 segments', segments: 256, gapEvery: 10 },
  { name: 'line of 4096 segments', segments: 4096, gapEvery: 10 },
  { name: 'line of 4096 segments, no gaps', segments: 4096, gapEvery: 0 },
  { name: 'ring of 256 segments', segments: 256, gapEvery: 10, wraps: true },
  { name: 'ring of 4096 segments, no gaps', segments: 4096, gapEvery: 0, wraps: true },
];
const CHOICE = { seed: 1, count: 200, places: [] };
const MOVES_MAX = 1500;
const MAPS = fileURLToPath(new URL('../firmware-maps', import.meta.url));
/** The map on which slices of service are measured. */
const SERVICE_MAP = 'rail';

/** Images that the device build holds: lines of given size, and the maps that ship. */
async function images() {
  const lines = LINES.map(({ name, segments, ...form }) => {
    const { text } = lineSource({ segments, zones: Math.min(64, segments), ...form });
    return { name, ships: false, file: 'bench.map.yaml', reader: memoryReader({ 'bench.map.yaml': text }) };
  });
  const shipped = readdirSync(MAPS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.map.yaml') && !path.endsWith('.next.map.yaml'))
    .sort()
    .map((path) => ({ name: basename(path, '.map.yaml'), ships: true, file: join(MAPS, path) }));
  const compiled = await Promise.all(
    [...lines, ...shipped].map(async ({ name, ships, file, reader }) => {
      const options = reader === undefined ? {} : { reader, large: true };
      const { image, summary } = await compileSource(file, options);
      return { name, ships, image, isPlane: summary.plane !== null };
    }),
  );
  // What planes cost stands in cycles.json, by levels.
  return compiled.filter(({ isPlane }) => !isPlane);
}

/** The firmware's functions on the memory of a core that runs the image. */
function benchOf(elf, core) {
  const bench = new Rp2040Bench(elf);
  const { buffer, byteOffset, length } = core.arena();
  const bytes = byteOffset + length;
  bench.memory(bench.addressOf('holdfast_memory'), bytes).set(new Uint8Array(buffer, 0, bytes));
  return bench;
}

function extremes(calls) {
  let [min, max] = [Number.POSITIVE_INFINITY, 0];
  for (const { cycles } of calls) {
    min = Math.min(min, cycles);
    max = Math.max(max, cycles);
  }
  return { measured_max: max, measured_min: min };
}

function* checks(bench, core, places) {
  for (const { phase, x } of places) {
    const call = bench.call('holdfast_check', phase, x, 0);
    if (call.result !== core.check(phase, x))
      throw new Error(`check answers differently at ${x}, phase ${phase}`);
    yield call;
  }
}

function* verdicts(bench, core, places) {
  for (const { phase, x } of places) yield bench.call('holdfast_spell', core.check(phase, x), x, 0);
}

function* untilChanges(bench, core, places) {
  for (const { phase, x } of places) {
    const call = bench.call('holdfast_until_change', phase, x, 0);
    if (call.result >>> 0 !== core.untilChange(phase, x))
      throw new Error(`untilChange answers differently at ${x}, phase ${phase}`);
    yield call;
  }
}

function* sweeps(bench, moves) {
  for (const { phase, x, toX } of moves) yield bench.call('holdfast_sweep', phase, x, 0, toX);
}

/** So many of the moves, evenly over all of them. */
function sampled(moves) {
  const step = Math.max(1, moves.length / MOVES_MAX);
  return moves.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** What is analysed, for the memory of a core that runs the image. */
function questionOf({ elf }, core) {
  const module = readModule(readFileSync(coreUrl('device')));
  const parts = arenasIn(elf, module);
  const { buffer, byteOffset, length } = core.arena();
  const words = activeWords(parts, elf, new Uint8Array(buffer, 0, byteOffset + length));
  return {
    module,
    elf,
    core: coreFor(elf, undefined),
    stack: stackIn(elf),
    parts,
    words,
    isWithWitness: true,
  };
}

/** Cycles on the board of the input that was found for a bound; null where none was. Memory is left as it was. */
function replayed(bench, { function: name, witness }) {
  if (witness === null) return null;
  const words = Object.entries(witness.words).map(([place, word]) => [bench.memory(Number(place), 4), word]);
  const before = words.map(([bytes]) => bytes.slice());
  for (const [bytes, word] of words) new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, word, true);
  const { cycles } = bench.call(name, ...witness.arguments);
  for (const [index, [bytes]] of words.entries()) bytes.set(before[index]);
  return cycles;
}

/** A row for what was measured, and what is shown of it: `replayed` is what the board takes for the input that was found. */
function rowOf(what, image, shown, measured, { stack, board, target = TARGET }) {
  const { bound, best } = shown;
  const isBoth = bound !== null && measured.measured_max !== null;
  return {
    ...{ function: what, target, image, bound, best, ...measured },
    ratio: isBoth ? bound / measured.measured_max : null,
    replayed: board === undefined ? null : replayed(board, shown),
    stack: shown.stack ?? stack,
  };
}

async function rowsOf(firmware, { name, image }) {
  const core = await openImage(image, { build: 'device' });
  const body = decodeBody(parseImage(image).body);
  const bench = benchOf(firmware.elf, core);
  const places = placesToMeasure(body, CHOICE);
  const moves = sampled(movesToMeasure(body, CHOICE));
  const { functionStackBytes } = firmware.sizes;
  const question = questionOf(firmware, core);
  const row = (what, measured) =>
    rowOf(what, name, boundOf(question, CALLS[what]), measured, {
      stack: functionStackBytes[what],
      board: bench,
    });
  const rows = [
    row('check', extremes(checks(bench, core, places))),
    row('verdict', extremes(verdicts(bench, core, places))),
    row('sweep', extremes(sweeps(bench, moves))),
  ];
  // Where the map has no phases nothing ever changes.
  if (body.phasePeriod > 0) rows.push(row('untilChange', extremes(untilChanges(bench, core, places))));
  if (name === SERVICE_MAP) {
    // Whatever the map: what service does with ACTIVE is bounded for any. The emulator's flash answers at once.
    const asked = { ...question, core: WITHOUT_FLASH_WAITS, words: new Map(), isWithWitness: false };
    const shown = boundWithFacts(asked, CALLS.service, question.module, 'service');
    rows.push(
      rowOf('service', name, shown, await slices(firmware, image), { stack: functionStackBytes.service }),
    );
  }
  return rows;
}

/** What is shown of the firmware of a board whose cycles nothing counts. */
async function shownRowsOf(firmware, { name, image }) {
  const core = await openImage(image, { build: 'device' });
  const { phasePeriod } = decodeBody(parseImage(image).body);
  const question = { ...questionOf(firmware, core), isWithWitness: false };
  const calls = ['check', 'verdict', 'sweep', ...(phasePeriod > 0 ? ['untilChange'] : [])];
  const measured = { measured_max: null, measured_min: null };
  const row = (what, shown) => {
    const stack = firmware.sizes.functionStackBytes[what];
    return rowOf(what, name, shown, measured, { stack, target: UNMEASURED });
  };
  const rows = calls.map((what) => row(what, boundOf(question, CALLS[what])));
  if (name === SERVICE_MAP) {
    // Devices of the board answer at once, as the emulator's do.
    const asked = { ...question, core: HAZARD3_VIRT, words: new Map() };
    rows.push(row('service', boundWithFacts(asked, CALLS.service, question.module, 'service')));
  }
  return rows;
}

async function slices(firmware, image) {
  const { min, max } = await measureService(new Rp2040Line(firmware, image, 'paced').device());
  return { measured_max: max, measured_min: min };
}

/** Rows as other programs may rely on them. */
export async function timing() {
  const firmware = await buildFirmware(TARGET);
  const unmeasured = await buildFirmware(UNMEASURED);
  const all = await images();
  const rows = [];
  for (const each of all) rows.push(...(await rowsOf(firmware, each)));
  for (const each of all.filter(({ ships }) => ships)) rows.push(...(await shownRowsOf(unmeasured, each)));
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isJson = asksForJson('npm run timing [-- --json]');
  const rows = await timing();
  if (isJson) console.log(JSON.stringify(rows));
  else
    for (const { function: name, target, image, bound, best, measured_min, measured_max, stack } of rows) {
      const shown = bound === null ? 'no bound' : `shown ${best} to ${bound}`;
      const measured = measured_max === null ? 'not measured' : `${measured_min} to ${measured_max} cycles`;
      console.log(`${name}, ${image}, ${target}: ${measured}, ${shown}, stack ${stack} bytes`);
    }
}
