import type { AxisModel } from '../source/model.ts';
import type { HeldPlace } from './held-place.ts';

/** The machine that the virtual controller pretends to be: a train that runs along the axis and back. */

/** The axis; its coordinates are relative to its origin, max is one beyond the last. */
export type TrainRange = Pick<AxisModel, 'kind' | 'unit' | 'scale' | 'min' | 'max' | 'origin'>;

export interface TrainOptions {
  /** Steps of the axis a second; one length of the axis in a minute unless given. */
  stepsPerSecond?: number;
  /** Holds the position; it may be outside the axis. */
  at?: HeldPlace;
}

const SECONDS_PER_PASS = 60;
/** A program that was stopped for a while does not make the train jump. */
const ELAPSED_MS_MAX = 250;
const I32_MAX = 2n ** 31n - 1n;

export class Train {
  readonly #options: TrainOptions;
  #range: TrainRange = { kind: 'number', unit: '', scale: 1, min: 0, max: 1, origin: 0n };
  #position = 0;
  #direction: 1 | -1 = 1;
  #lastMs: number | null = null;

  constructor(options: TrainOptions = {}) {
    this.#options = options;
  }

  /** Puts the train on another axis; where it stands outside of it, it is taken to the nearest end. */
  setRange(range: TrainRange): void {
    this.#range = range;
    this.#options.at?.readOn(range);
    this.#position = Math.min(Math.max(this.#position, range.min), range.max - 1);
  }

  /** Moves on to `nowMs` and says where the train is, relative to the origin: within the axis, unless it is held elsewhere. */
  advance(nowMs: number, isParked: boolean): number {
    const elapsedMs = Math.min(nowMs - (this.#lastMs ?? nowMs), ELAPSED_MS_MAX);
    this.#lastMs = nowMs;
    const held = this.#options.at?.steps ?? null;
    if (held !== null) return relative(held, this.#range.origin);
    if (!isParked && this.#options.at === undefined) this.#move((this.#stepsPerSecond() * elapsedMs) / 1000);
    return Math.floor(this.#position);
  }

  #stepsPerSecond(): number {
    return this.#options.stepsPerSecond ?? (this.#range.max - this.#range.min) / SECONDS_PER_PASS;
  }

  #move(steps: number): void {
    const { min, max } = this.#range;
    const last = max - 1;
    const moved = this.#position + this.#direction * steps;
    if (moved > last) this.#direction = -1;
    if (moved < min) this.#direction = 1;
    this.#position = Math.min(Math.max(moved, min), last);
  }
}

/** A place too far away to be said in 32 bits is as much outside as the farthest that can. */
function relative(at: bigint, origin: bigint): number {
  const x = at - origin;
  if (x > I32_MAX) return Number(I32_MAX);
  return x < -I32_MAX ? -Number(I32_MAX) : Number(x);
}
