/**
 * A whole push over a line of 115,200 baud, against the upload alone, in loops of 10 kHz, 1 kHz and 100 Hz: the real client and the real
 * core on a simulated clock. A byte takes its time on the line, and so does a slice that works: one in which flash is read counts as long
 * as a slice in WINDOW may work, 400,000 cycles at 125 MHz. The device's line takes what fits a UART's FIFO of 32 bytes. Erase and program
 * take no time here: they are the flash's, and of the upload alone.
 */

import { createPublicKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { compileSource } from '../build/js/host/compile/compile.js';
import { Core } from '../build/js/host/core/core.js';
import { flashWith } from '../build/js/host/core/first-burn.js';
import { memoryPort } from '../build/js/host/core/memory-port.js';
import { SLICE_CYCLES_WINDOW, STATE_OF } from '../build/js/host/format.js';
import { deriveBurned, encodeBurned } from '../build/js/host/image/burned.js';
import { readEdition } from '../build/js/host/image/edition-file.js';
import { SmpClient } from '../build/js/host/serial/client.js';
import { Device } from '../build/js/host/serial/device.js';
import { FrameDecoder } from '../build/js/host/serial/framing.js';
import { mark, stage } from '../build/js/host/serial/push.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { drillKey, privatePemOf } from '../build/js/sim/drill/attacker.js';
import { lineSource } from './maps.mjs';

const BAUD = 115_200;
/** Start bit, eight data bits, stop bit. */
const SECONDS_A_BYTE = 10 / BAUD;
const FIFO_BYTES = 32;
const SECONDS_A_SLICE = SLICE_CYCLES_WINDOW / 125e6;
/** Segments of a map of about 100 KiB. */
const SEGMENTS = 11_100;
/** Turns a second, and slices a turn, as the C library's README advises; the last one as it does not. */
const LOOPS = [
  { hertz: 10_000, slicesATurn: 1 },
  { hertz: 1000, slicesATurn: 1 },
  { hertz: 100, slicesATurn: 10 },
  { hertz: 100, slicesATurn: 1 },
];
const KEY = drillKey(1);
const TICKS_A_SECOND = 1000;

class LoopedLine {
  name = 'simulated';
  seconds = 0;
  #listener = () => {};
  #core = null;
  #turn;
  #slicesATurn;
  #reads = false;
  #out = [];
  #fifoEmptyAt = 0;

  constructor(hertz, slicesATurn) {
    this.#turn = 1 / hertz;
    this.#slicesATurn = slicesATurn;
  }

  static async boot(image, { hertz, slicesATurn }) {
    const line = new LoopedLine(hertz, slicesATurn);
    const flash = flashWith(readEdition(image));
    const memory = memoryPort(flash);
    line.#core = await Core.load({
      build: 'device',
      geometry: flash.geometry,
      burned: encodeBurned(deriveBurned(image, [createPublicKey(KEY)])),
      port: {
        ...memory,
        flashRead: (area, offset, destination) => {
          line.#reads = true;
          return memory.flashRead(area, offset, destination);
        },
        serialWrite: (bytes) => line.#send(bytes),
        safeInput: () => true,
        ticks: () => Math.floor(line.seconds * TICKS_A_SECOND),
      },
    });
    line.#core.boot();
    return line;
  }

  /** What fits the FIFO, which the line empties. */
  #send(bytes) {
    const waiting = Math.ceil(Math.max(0, this.#fifoEmptyAt - this.seconds) / SECONDS_A_BYTE - 1e-6);
    const taken = Math.min(bytes.length, FIFO_BYTES - waiting);
    if (taken <= 0) return 0;
    this.#out.push(...bytes.subarray(0, taken));
    this.#fifoEmptyAt = Math.max(this.#fifoEmptyAt, this.seconds) + taken * SECONDS_A_BYTE;
    return taken;
  }

  /** One turn of the loop, which lasts as long as it does unless its slices take longer. */
  #loopOnce() {
    const start = this.seconds;
    for (let slice = 0; slice < this.#slicesATurn; slice++) {
      this.#reads = false;
      this.#core.service(slice === 0 ? 1 : 0);
      if (this.#reads) this.seconds += SECONDS_A_SLICE;
      if (this.#core.stateOf(STATE_OF.busy) === 0) break;
    }
    this.seconds = Math.max(this.seconds, start + this.#turn);
  }

  async write(bytes) {
    const start = this.seconds;
    const decoder = new FrameDecoder();
    let given = 0;
    let looked = 0;
    const answers = bytes.length > 1;
    while (given < bytes.length || (answers && !this.#answered(decoder, looked))) {
      looked = this.#out.length;
      const arrived = Math.min(bytes.length, Math.floor((this.seconds - start) / SECONDS_A_BYTE));
      if (arrived > given) this.#core.receive(bytes.subarray(given, arrived));
      given = Math.max(given, arrived);
      this.#loopOnce();
    }
    this.seconds = Math.max(this.seconds, this.#fifoEmptyAt);
    const answer = Uint8Array.from(this.#out);
    this.#out = [];
    queueMicrotask(() => this.#listener(answer));
  }

  #answered(decoder, looked) {
    return decoder.push(Uint8Array.from(this.#out.slice(looked))).length > 0;
  }

  onData(listener) {
    this.#listener = listener;
  }

  onClose() {}
  async drainInput() {}
  async close() {}
}

async function compile(epoch) {
  const { text } = lineSource({ segments: SEGMENTS, zones: 64, gapEvery: 10 });
  const reader = memoryReader({ 'bench.map.yaml': text.replace('epoch: 1', epoch) });
  return (await compileSource('bench.map.yaml', { large: true, reader, key: privatePemOf(KEY) })).image;
}

/** Seconds of each part of a push into a device whose loop turns so. */
async function secondsOf(first, image, loop, readBack) {
  const line = await LoopedLine.boot(first, loop);
  const device = new Device(new SmpClient(line));
  await device.openWindow();
  const start = line.seconds;
  let uploaded = start;
  const onProgress = ({ step }) => {
    if (step === 'upload') uploaded = line.seconds;
  };
  await stage(device, image, { onProgress, readBack });
  const staged = line.seconds;
  await mark(device, image.hash);
  return { upload: uploaded - start, readBack: staged - uploaded, mark: line.seconds - staged };
}

export async function measurePush(readBack = 'digest', loops = LOOPS) {
  const first = await compile('epoch: 1');
  const image = readEdition(await compile('epoch: 2\nreplaces: 1'));
  const figures = [];
  for (const loop of loops) figures.push({ loop, ...(await secondsOf(first, image, loop, readBack)) });
  return { bytes: image.bytes.length, figures };
}

/** The results that bench/run.mjs prints: the whole push in seconds, against the upload alone. */
export async function benchPush() {
  const { bytes, figures } = await measurePush();
  return figures.map(({ loop: { hertz, slicesATurn }, upload, readBack, mark }) => {
    const value = upload + readBack + mark;
    const name = `push of ${bytes} bytes at ${BAUD} baud, read back and marked, loop of ${hertz} Hz, slices a turn: ${slicesATurn}`;
    return { name, target: 'simulated line', value, unit: 's', baseline: upload, ratio: value / upload };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const way of ['digest', 'bytes']) {
    const { bytes, figures } = await measurePush(way);
    console.log(`push of ${bytes} bytes at ${BAUD} baud, read back by ${way}; seconds`);
    for (const { loop, upload, readBack, mark } of figures) {
      const ratio = (upload + readBack + mark) / upload;
      console.log(
        `  ${loop.hertz} Hz, ${loop.slicesATurn} a turn: upload ${upload.toFixed(2)}, read back ${readBack.toFixed(2)}, mark ${mark.toFixed(2)}, whole / upload ${ratio.toFixed(3)}`,
      );
    }
  }
}
