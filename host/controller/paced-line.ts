/**
 * A line as slow as a real one: a pseudo-terminal carries bytes at once, so that nobody could pull the plug in the middle of a push.
 * Both directions have a rate of their own; the device's write takes what the line has room for, and never waits.
 */

import type { Clock } from '../common/clock.ts';
import type { ControllerLine } from './controller.ts';

/** Start bit, eight bits, stop bit. */
const BITS_A_BYTE = 10;
/** What a line that stood still carries at once at most: the time between two looks at it, with some to spare. */
const BURST_MS = 20;
const BURST_BYTES_MIN = 1;
/** What went over the line is told in steps, so that nobody has to wait for it byte by byte. */
const LOOK_EVERY_MS = 5;
/** Bytes on the way to the device; a sender that waits for no answer loses what is more, as on a line without flow control. */
const ON_THE_WAY_BYTES_MAX = 65_536;

export class PacedLine implements ControllerLine {
  readonly #line: ControllerLine;
  readonly #clock: Clock;
  readonly #out: Allowance;
  readonly #in: Allowance;
  #onTheWay: Uint8Array[] = [];
  #onTheWayBytes = 0;
  #listener: (bytes: Uint8Array) => void = () => {};
  #isLooking = false;
  #cancel: () => void = () => {};

  /** `baudRate` in bits a second, 1 or more. */
  constructor(line: ControllerLine, baudRate: number, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
    this.#out = new Allowance(baudRate, clock);
    this.#in = new Allowance(baudRate, clock);
    line.onData((bytes) => this.#arrive(bytes));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  write(bytes: Uint8Array): number {
    const room = Math.min(this.#out.bytes(), bytes.length);
    if (room === 0) return 0;
    const taken = this.#line.write(bytes.subarray(0, room));
    this.#out.spend(taken);
    return taken;
  }

  /** What is on the way is lost. */
  close(): void {
    this.#cancel();
    this.#onTheWay = [];
  }

  #arrive(bytes: Uint8Array): void {
    if (this.#onTheWayBytes + bytes.length > ON_THE_WAY_BYTES_MAX) return;
    this.#onTheWay.push(bytes);
    this.#onTheWayBytes += bytes.length;
    if (!this.#isLooking) this.#look();
  }

  #look(): void {
    this.#deliver();
    this.#isLooking = this.#onTheWay.length > 0;
    if (this.#isLooking) this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  #deliver(): void {
    for (let room = this.#in.bytes(); room > 0; room = this.#in.bytes()) {
      const first = this.#onTheWay[0];
      if (first === undefined) return;
      const piece = first.subarray(0, room);
      if (piece.length < first.length) this.#onTheWay[0] = first.subarray(piece.length);
      else this.#onTheWay.shift();
      this.#onTheWayBytes -= piece.length;
      this.#in.spend(piece.length);
      this.#listener(piece);
    }
  }
}

/** A token bucket: bytes that may go now. */
class Allowance {
  readonly #bytesAMs: number;
  readonly #bytesMax: number;
  readonly #clock: Clock;
  #bytes = 0;
  #lastMs: number;

  constructor(baudRate: number, clock: Clock) {
    this.#bytesAMs = baudRate / BITS_A_BYTE / 1000;
    this.#bytesMax = Math.max(BURST_BYTES_MIN, this.#bytesAMs * BURST_MS);
    this.#clock = clock;
    this.#lastMs = clock.nowMs();
  }

  /** Whole bytes that may go now. */
  bytes(): number {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastMs < LOOK_EVERY_MS) return Math.floor(this.#bytes);
    this.#bytes = Math.min(this.#bytesMax, this.#bytes + (nowMs - this.#lastMs) * this.#bytesAMs);
    this.#lastMs = nowMs;
    return Math.floor(this.#bytes);
  }

  spend(bytes: number): void {
    this.#bytes -= bytes;
  }
}
