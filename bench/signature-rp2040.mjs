/**
 * Cycles of a job in a window on the RP2040 in the emulator with its omissions corrected (sim/boards/rp2040-core.ts): an edition
 * is examined, signed and unsigned. Twice: as released, where a slice does as many steps as fit, and with a core whose slices do one
 * step each. Slices that erase or program flash are told apart.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARENA_NAMES } from '../build/js/host/common/arenas.js';
import { compileSource } from '../build/js/host/compile/compile.js';
import { flashWith } from '../build/js/host/core/first-burn.js';
import { buildFirmware, buildTarget } from '../build/js/host/firmware/build.js';
import { targetNamed } from '../build/js/host/firmware/targets.js';
import {
  ARENAS,
  BUILD_LIMITS,
  GROUP,
  HOLDFAST,
  IMAGE,
  OPERATION,
  SLICE_CYCLES_WINDOW,
} from '../build/js/host/format.js';
import { deriveBurned, encodeBurned } from '../build/js/host/image/burned.js';
import { readEdition } from '../build/js/host/image/edition-file.js';
import { reissueImage } from '../build/js/host/image/reissue.js';
import { publicKeyFromPem } from '../build/js/host/image/sign.js';
import { encodeFrame } from '../build/js/host/serial/framing.js';
import { encodeMessage } from '../build/js/host/serial/smp.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { Rp2040Service } from '../build/js/sim/boards/rp2040-service.js';
import { testKeyPair } from '../build/js/sim/drill/test-keys.js';
import { lineSource } from './maps.mjs';

const PIECE_BYTES = 1500;
/** Of a piece's message, what is not data. */
const PIECE_HEAD_BYTES = 112;
/** Those of the line that fills an arena nearly. */
const LARGEST_SEGMENTS = { '4K': 350, '16K': 1_750, '64K': 7_200, '128K': 14_600 };
const { write } = OPERATION;

function sourceText(zones) {
  const lines = Array.from(
    { length: zones },
    (_, i) => `  - { id: zone-${i}, at: { from: ${100 * i}, to: ${100 * i + 50} }, limit: ${i % 90} }`,
  );
  return [
    'holdfast: 1',
    'map: bench',
    'epoch: 1',
    'space: { axes: [ { name: s, unit: mm, min: 0, max: 100000000 } ] }',
    'zones:',
    ...lines,
    'gaps:',
    '  - { anywhere: true, action: hold }',
    '',
  ].join('\n');
}

/** One edition, and the one that follows it, signed or not. */
export async function editionsOf(zones, key) {
  const reader = memoryReader({ 'bench.map.yaml': sourceText(zones) });
  const { image } = await compileSource('bench.map.yaml', { reader });
  return { first: image, next: reissueImage(image, { epoch: 2, key }) };
}

/** A signed LEB128 of at most 4 bytes, as long as asked for. */
function leb(value, bytes) {
  return Array.from({ length: bytes }, (_, i) => ((value >> (7 * i)) & 0x7f) | (i < bytes - 1 ? 0x80 : 0));
}

/** The released core with slices of one step: what steps may say that they take in one is one constant. */
async function coreOfSingleSteps(folder, build) {
  const wasm = Buffer.from(await readFile(fileURLToPath(new URL(`../build/${build}.wasm`, import.meta.url))));
  const I32_CONST = 0x41;
  const bytes = 3;
  const from = Buffer.from([I32_CONST, ...leb(BUILD_LIMITS[build].sliceCyclesSaid, bytes)]);
  const places = [];
  for (let at = wasm.indexOf(from); at >= 0; at = wasm.indexOf(from, at + 1)) places.push(at);
  if (places.length === 0) throw new Error('the core has no constant of its slices');
  for (const at of places) Buffer.from([I32_CONST, ...leb(1, bytes)]).copy(wasm, at);
  const path = join(folder, 'single.wasm');
  await writeFile(path, wasm);
  return path;
}

/** A board that tells which slices touched flash. */
export class WindowBoard {
  #touched = false;
  #pieceBytes;

  constructor(firmware, first, trust, { messageBytesMax } = BUILD_LIMITS.device) {
    this.#pieceBytes = Math.min(PIECE_BYTES, messageBytesMax - PIECE_HEAD_BYTES);
    const flash = flashWith(readEdition(first));
    for (const name of ['erase', 'program']) {
      const operation = flash[name].bind(flash);
      flash[name] = (...given) => {
        this.#touched = true;
        return operation(...given);
      };
    }
    this.board = new Rp2040Service({ firmware, burned: encodeBurned(deriveBurned(first, trust)), flash });
    this.board.start();
  }

  /** All slices that a request brings about: cycles, and whether flash was touched. */
  ask(group, id, fields) {
    this.board.receive(
      encodeFrame(encodeMessage({ version: 1, operation: write, group, sequence: 1, id }, fields)),
    );
    const slices = [];
    do {
      this.#touched = false;
      const { cycles } = this.board.slice();
      slices.push({ cycles, flash: this.#touched });
    } while (this.board.isBusy());
    return slices;
  }

  open() {
    this.ask(GROUP.holdfast, HOLDFAST.open, { shared: true, ticks: 0x7fffffff });
  }

  /** Uploads all of it; gives the slices of the last piece. */
  upload(image) {
    const { hash } = readEdition(image);
    let slices = [];
    for (let off = 0; off < image.length; off += this.#pieceBytes) {
      const data = image.subarray(off, off + this.#pieceBytes);
      const head = off === 0 ? { len: image.length, sha: hash } : {};
      slices = this.ask(GROUP.image, IMAGE.upload, { off, data, ...head });
    }
    return slices;
  }

  test(image) {
    return this.ask(GROUP.image, IMAGE.state, { hash: readEdition(image).hash, confirm: false });
  }
}

const sum = (slices) => slices.reduce((total, { cycles }) => total + cycles, 0);
const most = (slices) => Math.max(...slices.filter(({ flash }) => !flash).map(({ cycles }) => cycles));

/** What the examination of an edition costs in the build of an arena, signed and unsigned, in slices as released and step by step. */
export async function measureSignature(arena = '128K', { zones = 60 } = {}) {
  const build = ARENAS[arena];
  const { privatePem, publicPem } = testKeyPair('bench');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-signature-'));
  try {
    const target = targetNamed('rp2040');
    const released = await buildFirmware(target.name, build);
    const core = await coreOfSingleSteps(folder, build);
    const single = await buildTarget(target, {
      name: `rp2040-single-${arena}`,
      loop: 'loop/main.c',
      defines: {},
      core,
    });
    const run = async (firmware, key) => {
      const { first, next } = await editionsOf(zones, key);
      const trust = key === undefined ? 'development' : [publicKeyFromPem(publicPem)];
      const board = new WindowBoard(firmware, first, trust, BUILD_LIMITS[build]);
      board.open();
      return { bytes: next.length, last: board.upload(next), test: board.test(next) };
    };
    const signed = await run(released, privatePem);
    const unsigned = await run(released, undefined);
    const steps = await run(single, privatePem);
    return {
      bytes: signed.bytes,
      verification: sum(signed.test) - sum(unsigned.test),
      slices: signed.last.length,
      lastPiece: sum(signed.last),
      longestSlice: Math.max(most(signed.last), most(signed.test)),
      // The examination begins when the last page is programmed; before that the request is read. The last two are whether the edition may
      // follow, in a slice of its own, and the beginning of the answer.
      longestStep: most(steps.last.slice(steps.last.findLastIndex(({ flash }) => flash) + 1, -2)),
      steps: steps.test.length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the last piece of the upload of a line costs that fills the arena nearly, signed: slices, their cycles, and the longest of them. */
export async function measureLargest(arena = '128K') {
  const build = ARENAS[arena];
  const { privatePem, publicPem } = testKeyPair('bench');
  const { text } = lineSource({ segments: LARGEST_SEGMENTS[arena], zones: arena === '4K' ? 16 : 64 });
  const reader = memoryReader({ 'bench.map.yaml': text });
  const { image: first } = await compileSource('bench.map.yaml', { reader });
  const next = reissueImage(first, { epoch: 2, key: privatePem });
  const firmware = await buildFirmware('rp2040', build);
  const board = new WindowBoard(firmware, first, [publicKeyFromPem(publicPem)], BUILD_LIMITS[build]);
  board.open();
  const last = board.upload(next);
  return { bytes: next.length, slices: last.length, cycles: sum(last), longestSlice: most(last) };
}

/** The result that bench/run.mjs prints. */
export async function benchSignature() {
  const { longestSlice } = await measureSignature();
  const [value, baseline] = [longestSlice, SLICE_CYCLES_WINDOW];
  const name = 'slice of a job in WINDOW, worst, flash operations apart';
  return [{ name, target: 'rp2040', value, unit: 'cycles', baseline, ratio: value / baseline }];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const arena of ARENA_NAMES) {
    const { bytes, verification, slices, lastPiece, longestSlice, longestStep, steps } =
      await measureSignature(arena);
    console.log(`arena ${arena}: image of ${bytes} bytes, examined step by step: ${steps} slices`);
    console.log(`  ${verification}  cycles of the signature alone`);
    console.log(`  ${longestStep}  cycles of the longest step`);
    console.log(`  ${longestSlice}  cycles of the longest slice as released`);
    console.log(`  ${lastPiece}  cycles of the last piece of its upload, in ${slices} slices`);
    const largest = await measureLargest(arena);
    console.log(`image of ${largest.bytes} bytes, signed: the last piece of its upload`);
    console.log(
      `  ${largest.cycles}  cycles, in ${largest.slices} slices; the longest takes ${largest.longestSlice}`,
    );
  }
}
