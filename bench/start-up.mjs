/**
 * Start-up: what a reset costs until the first answer, and what the other slot costs after that, on the RP2040 in the emulator with its
 * omissions corrected (cycles, from the boot code on; the ROM comes on top) and on the core in memory (bytes that are read of the slots;
 * the journals come on top, and are the same for every image). With three flash chips: one that is read in the plain way, one with data on
 * two lines, and one with data on four, as on a Pico.
 *
 *   4, 36, 124 KB   lines of so many bytes
 *   arena 4K, 16K   lines that nearly fill these arenas, in the builds for them
 *   made on purpose 256 phase ranges of which every other one names the same list of 4,096 cells, which a naive examination walks
 *                   128 times
 */
import { fileURLToPath } from 'node:url';
import { compilePartition, compileSource } from '../build/js/host/compile/compile.js';
import { Core } from '../build/js/host/core/core.js';
import { flashWith } from '../build/js/host/core/first-burn.js';
import { memoryPort } from '../build/js/host/core/memory-port.js';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import { ARENAS, MODE, STATE_OF } from '../build/js/host/format.js';
import { deriveBurned, encodeBurned } from '../build/js/host/image/burned.js';
import { readEdition } from '../build/js/host/image/edition-file.js';
import { readPartition } from '../build/js/host/image/read-partition.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { FLASH_PARTS } from '../build/js/sim/boards/flash-chip.js';
import { Rp2040Service } from '../build/js/sim/boards/rp2040-service.js';
import { lineSource } from './maps.mjs';

const PROCESSOR_HZ = 125e6;
/** Milliseconds until the first answer, bytes read a byte of image until then, and a byte of the other slot after that. */
const GOALS = {
  ...{ '4 KB': 150, '36 KB': 150, '124 KB': 450, 'made on purpose': 150 },
  ...{ 'arena 4K': 150, 'arena 16K': 150 },
};
const READS_FIRST_GOAL = 2;
const READS_OTHER_GOAL = 4;
const SEGMENTS = { '4 KB': 320, '36 KB': 4096, '124 KB': 14_600 };
const SMALL_SEGMENTS = { '4K': 400, '16K': 1700 };
const PURPOSE_PHASES = 256;

async function line(segments, arena) {
  const { text } = lineSource({ segments, zones: arena === '4K' ? 8 : 64 });
  const { image } = await compileSource('bench.map.yaml', {
    arena,
    reader: memoryReader({ 'bench.map.yaml': text }),
  });
  return image;
}

/** Every other phase range shares one list of all cells; those between share another one. */
function onPurpose(image) {
  const partition = readPartition(image);
  const [{ cells }] = partition.windows;
  const windows = Array.from({ length: PURPOSE_PHASES }, (_, from) => {
    const few = [{ ...cells[0], to: cells.at(-1).to }];
    return { from, to: from + 1, cells: from % 2 === 0 ? cells : few };
  });
  return compilePartition({ ...partition, phasePeriod: PURPOSE_PHASES, windows }, undefined).image;
}

/** The images by name. */
export async function startUpImages() {
  const named = await Promise.all(
    Object.entries(SEGMENTS).map(async ([name, segments]) => [name, await line(segments)]),
  );
  const images = Object.fromEntries(named);
  return { ...images, 'made on purpose': onPurpose(images['36 KB']) };
}

/** Bytes read of either slot until the first answer, and in the window that opens afterwards, with `image` in both slots. */
export async function readsOf(image, build = 'device') {
  const flash = flashWith(readEdition(image));
  const { programBytes } = flash.geometry;
  const padded = new Uint8Array(Math.ceil(image.length / programBytes) * programBytes).fill(0xff);
  padded.set(image);
  if (!flash.program(1, 0, padded)) throw new Error('the other slot does not hold the image');
  const reads = [0, 0, 0, 0, 0];
  const port = memoryPort(flash, {
    safeInput: () => true,
    flashRead: (area, offset, destination) => {
      reads[area] += destination.length;
      return flash.read(area, offset, destination);
    },
  });
  const burned = encodeBurned({ ...deriveBurned(image, 'development'), windowPolicy: 'on-safe-input' });
  const core = await Core.load({ build, geometry: flash.geometry, burned, port });
  const reason = core.boot();
  const [first, claim, ...journals] = reads;
  let slices = 0;
  do {
    if (core.service(1) !== MODE.window && slices > 0) throw new Error('the window did not stay open');
    slices++;
  } while (core.stateOf(STATE_OF.leaseTicks) === 0);
  const other = reads[1] - claim;
  return { reason, first, claim, journals: journals.reduce((sum, bytes) => sum + bytes), other, slices };
}

/** Cycles from the boot code to the first answer, without the ROM, and those of them that copy what runs to SRAM. */
function cyclesOf(firmware, image, flashPart) {
  const board = new Rp2040Service({
    ...{ firmware, flashPart },
    burned: encodeBurned(deriveBurned(image, 'development')),
    flash: flashWith(readEdition(image)),
  });
  const reason = board.start();
  if (reason !== 0) throw new Error(`the image is not admitted: ${reason}`);
  return { cycles: board.copyCycles + board.startCycles, copyCycles: board.copyCycles };
}

export async function measureStartUp() {
  const rows = [];
  const measure = async (name, image, build) => {
    const { reason, ...reads } = await readsOf(image, build);
    if (reason !== 0) throw new Error(`${name} is not admitted: ${reason}`);
    const firmware = await buildFirmware('rp2040', build);
    const chips = Object.fromEntries(
      Object.keys(FLASH_PARTS).map((part) => [part, cyclesOf(firmware, image, part)]),
    );
    rows.push({ name, bytes: image.length, chips, ...reads });
  };
  for (const [name, image] of Object.entries(await startUpImages())) await measure(name, image, 'device');
  for (const [arena, segments] of Object.entries(SMALL_SEGMENTS))
    await measure(`arena ${arena}`, await line(segments, arena), ARENAS[arena]);
  return rows;
}

/** The results that bench/run.mjs prints. */
export async function benchStartUp() {
  return (await measureStartUp()).flatMap(({ name, bytes, chips, first, other }) => {
    const row = (what, target, unit, value, baseline) => ({
      ...{ name: `start-up, ${name}: ${what}`, target, unit },
      ...{ value, baseline, ratio: value / baseline },
    });
    return [
      ...Object.entries(chips).map(([part, { cycles }]) =>
        row(
          ...[`cycles to the first answer, ${part} flash`, 'rp2040', 'cycles'],
          ...[cycles, (GOALS[name] / 1000) * PROCESSOR_HZ],
        ),
      ),
      row('read before it, a byte of image', 'core', 'bytes', first / bytes, READS_FIRST_GOAL),
      row('read of the other slot, a byte of it', 'core', 'bytes', other / bytes, READS_OTHER_GOAL),
    ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, bytes, chips, first, claim, journals, other, slices } of await measureStartUp()) {
    console.log(`${name}: ${bytes} bytes`);
    for (const [part, { cycles, copyCycles }] of Object.entries(chips)) {
      const ms = ((1000 * cycles) / PROCESSOR_HZ).toFixed(1);
      console.log(
        `  ${part} flash: ${cycles} cycles to the first answer, ${ms} ms; ${copyCycles} of them to copy code`,
      );
    }
    console.log(
      `  read before it: ${(first / bytes).toFixed(2)} a byte; ${claim} of the other slot, ${journals} of journals`,
    );
    console.log(
      `  the other slot, the same image: ${(other / bytes).toFixed(2)} a byte, in ${slices} slices`,
    );
  }
}
