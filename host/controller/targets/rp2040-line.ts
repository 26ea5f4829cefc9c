import { burnFirstEdition } from '../../core/first-burn.ts';
import { createMemoryFlash } from '../../core/flash.ts';
import type { Firmware } from '../../firmware/build.ts';
import { type BurnedConfig, deriveBurned, encodeBurned } from '../../image/burned.ts';
import { SmpClient } from '../../serial/client.ts';
import { Device } from '../../serial/device.ts';
import { readEdition } from '../../serial/edition-file.ts';
import type { Transport } from '../../serial/transport.ts';
import { Rp2040Board } from './rp2040-board.ts';

const MILLISECOND = 1_000_000;
const ANSWER_MS_MAX = 5000;
/** Of the computer that emulates: far more than a board takes. */
const TIMEOUT_MS = 120_000;

/** An emulated board with an edition in slot A, and its line as a transport: it runs, on its own time, until its answer is whole. */
export class Rp2040Line implements Transport {
  readonly name = 'board';
  readonly flash = createMemoryFlash();
  readonly board: Rp2040Board;
  parked = true;
  #sent: number[] = [];
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor(
    firmware: Firmware,
    image: Uint8Array,
    line: 'paced' | 'eager',
    config: Partial<BurnedConfig> = {},
  ) {
    burnFirstEdition(this.flash, readEdition(image));
    this.board = new Rp2040Board({
      firmware,
      burned: encodeBurned({ ...deriveBurned(image), ...config }),
      flash: this.flash,
      isParked: () => this.parked,
      onSent: (byte) => this.#sent.push(byte),
      line,
    });
    this.run(10);
  }

  run(milliseconds: number): void {
    this.board.run(this.board.nanos() + milliseconds * MILLISECOND, Number.POSITIVE_INFINITY);
  }

  /** A client on this line. */
  device(): Device {
    return new Device(new SmpClient(this, { timeoutMs: TIMEOUT_MS }));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.board.send(bytes);
    let quiet = 0;
    // A line end alone is not answered.
    const waitMs = bytes.length > 1 ? ANSWER_MS_MAX : 1;
    for (let ms = 0; ms < waitMs && quiet < 3; ms++) {
      const before = this.#sent.length;
      this.run(1);
      quiet = this.#sent.length > 0 && this.#sent.length === before ? quiet + 1 : 0;
    }
    const answer = Uint8Array.from(this.#sent);
    this.#sent = [];
    setImmediate(() => this.#listener(answer));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(): void {}

  async drainInput(): Promise<void> {
    this.#sent = [];
  }

  async close(): Promise<void> {}
}
