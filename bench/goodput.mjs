/**
 * Goodput of an upload over a line of 115,200 baud, on a simulated clock: the real client, the real core, bytes that take their time.
 * Erase and program take none here; they are the flash's, not the line's.
 */

import { Core } from '../build/js/host/core/core.js';
import { flashWith } from '../build/js/host/core/first-burn.js';
import { memoryPort } from '../build/js/host/core/memory-port.js';
import { deriveBurned, encodeBurned } from '../build/js/host/image/burned.js';
import { readEdition } from '../build/js/host/image/edition-file.js';
import { SmpClient } from '../build/js/host/serial/client.js';
import { Device } from '../build/js/host/serial/device.js';
import { FrameDecoder } from '../build/js/host/serial/framing.js';
import { upload } from '../build/js/host/serial/upload.js';

const BAUD = 115_200;
/** Start bit, eight data bits, stop bit. */
const BITS_A_BYTE = 10;
const SECONDS_A_BYTE = BITS_A_BYTE / BAUD;
/** A loop of 10 kHz that calls `service` every turn. */
const SECONDS_A_SLICE = 0.0001;
/** Bytes that come in during a slice or so. */
const PIECE_BYTES = 16;
/** What the line can carry at best: base64, and 124 of the 127 bytes of a line. */
const BEST_BYTES_A_SECOND = (BAUD / BITS_A_BYTE) * (3 / 4) * (124 / 127);

/** A device whose line takes its time; `seconds` is what the simulated clock shows. */
class TimedLine {
  name = 'simulated';
  seconds = 0;
  #core;
  #output = [];
  #listener = () => {};

  constructor(core) {
    this.#core = core;
  }

  static async boot(image) {
    const flash = flashWith(readEdition(image));
    const place = {};
    const core = await Core.load({
      build: 'device',
      geometry: flash.geometry,
      burned: encodeBurned(deriveBurned(image, 'development')),
      port: memoryPort(flash, {
        serialWrite: (bytes) => place.line.#output.push(...bytes) && bytes.length,
        safeInput: () => true,
        ticks: () => Math.floor(place.line.seconds * 1000),
      }),
    });
    core.boot();
    place.line = new TimedLine(core);
    return place.line;
  }

  async write(bytes) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.#core.receive(piece);
      this.seconds += piece.length * SECONDS_A_BYTE;
      this.#core.service(1);
    }
    if (bytes.length < 2) return;
    const decoder = new FrameDecoder();
    for (let looked = 0; ; ) {
      const fresh = Uint8Array.from(this.#output.slice(looked));
      looked += fresh.length;
      if (decoder.push(fresh).length > 0) break;
      this.#slice();
    }
    const answer = Uint8Array.from(this.#output);
    this.#output = [];
    this.seconds += answer.length * SECONDS_A_BYTE;
    queueMicrotask(() => this.#listener(answer));
  }

  #slice() {
    this.#core.service(1);
    this.seconds += SECONDS_A_SLICE;
  }

  onData(listener) {
    this.#listener = listener;
  }

  onClose() {}
  async drainInput() {}
  async close() {}
}

/** Uploads `image` into a device that runs `first`; gives the figure against the line's best. */
export async function goodput(first, image) {
  const line = await TimedLine.boot(first);
  const device = new Device(new SmpClient(line));
  await device.openWindow();
  const { bufferBytes } = await device.parameters();
  const start = line.seconds;
  await upload(device, image, { hash: readEdition(image).hash, bufferBytes });
  const value = image.length / (line.seconds - start);
  return {
    name: `upload of ${image.length} bytes at ${BAUD} baud, flash time apart`,
    target: 'simulated line',
    value,
    unit: 'bytes/s',
    baseline: BEST_BYTES_A_SECOND,
    ratio: value / BEST_BYTES_A_SECOND,
  };
}
