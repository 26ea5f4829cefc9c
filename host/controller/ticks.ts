/** The device's own counter: 32 bits, from 0 at start, wraps. */

import type { Clock } from '../common/clock.ts';
import { burnedTicksPerSecond } from '../image/burned.ts';

export class TickCounter {
  readonly #clock: Clock;
  /** Of the burned block. */
  readonly ticksPerSecond: number;
  readonly #startMs: number;

  /** `burned` is the burned block, which names the ticks a second (docs/SPEC.md section 4). */
  constructor(clock: Clock, burned: Uint8Array) {
    this.#clock = clock;
    this.ticksPerSecond = burnedTicksPerSecond(burned);
    this.#startMs = clock.nowMs();
  }

  now(): number {
    const elapsedSeconds = (this.#clock.nowMs() - this.#startMs) / 1000;
    return Math.floor(elapsedSeconds * this.ticksPerSecond) >>> 0;
  }
}
