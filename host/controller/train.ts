import type { AxisModel } from '../source/model.ts';
import type { HeldPlace } from './held-place.ts';

/**
 * The machine that the virtual controller pretends to be: a train that runs along the axis and back. On a plane it runs along both axes
 * and back, slower along the second, so that it comes nearly everywhere.
 */

/** An axis; its coordinates are relative to its origin, max is one beyond the last. */
export type TrainRange = Pick<AxisModel, 'kind' | 'unit' | 'scale' | 'min' | 'max' | 'origin'>;

export interface TrainOptions {
  /** Steps of the first axis a second; one length of the axis in a minute unless given. */
  stepsPerSecond?: number;
  /** Holds the position; it may be outside the axes. */
  at?: HeldPlace;
}

/** Relative to the origins. */
export interface TrainPlace {
  readonly x: number;
  /** null: there is one axis. */
  readonly y: number | null;
}

const SECONDS_PER_PASS = 60;
/** Along the second axis a pass takes so many times as long: no ratio of small numbers, which would lead to the same places soon. */
const SECOND_AXIS_TIMES = (1 + Math.sqrt(5)) / 2;
/** A program that was stopped for a while does not make the train jump. */
const ELAPSED_MS_MAX = 250;
const I32_MAX = 2n ** 31n - 1n;

/** Runs from end to end of one axis. */
class Shuttle {
  #range: TrainRange = { kind: 'number', unit: '', scale: 1, min: 0, max: 1, origin: 0n };
  #position = 0;
  #direction: 1 | -1 = 1;

  get length(): number {
    return this.#range.max - this.#range.min;
  }

  get origin(): bigint {
    return this.#range.origin;
  }

  get place(): number {
    return Math.floor(this.#position);
  }

  /** Where it stands outside of the axis, it is taken to the nearest end. */
  setRange(range: TrainRange): void {
    this.#range = range;
    this.#position = Math.min(Math.max(this.#position, range.min), range.max - 1);
  }

  move(steps: number): void {
    const { min, max } = this.#range;
    const last = max - 1;
    const moved = this.#position + this.#direction * steps;
    if (moved > last) this.#direction = -1;
    if (moved < min) this.#direction = 1;
    this.#position = Math.min(Math.max(moved, min), last);
  }
}

export class Train {
  readonly #options: TrainOptions;
  readonly #x = new Shuttle();
  #y: Shuttle | null = null;
  #lastMs: number | null = null;

  constructor(options: TrainOptions = {}) {
    this.#options = options;
  }

  /** Puts the train on the axis of another edition, or on both axes of a plane. */
  setRanges(ranges: readonly TrainRange[]): void {
    const [x, y] = ranges;
    if (x === undefined) throw new RangeError('a map has an axis');
    this.#options.at?.readOn(ranges);
    this.#x.setRange(x);
    this.#y = y === undefined ? null : (this.#y ?? new Shuttle());
    if (y !== undefined) this.#y?.setRange(y);
  }

  /** Moves on to `nowMs` and says where the train is: within the axes, unless it is held elsewhere. */
  advance(nowMs: number, isParked: boolean): TrainPlace {
    const elapsedMs = Math.min(nowMs - (this.#lastMs ?? nowMs), ELAPSED_MS_MAX);
    this.#lastMs = nowMs;
    const [x, y] = [this.#x, this.#y];
    const held = this.#options.at?.steps ?? null;
    if (held !== null) {
      const [heldX, heldY = 0n] = held;
      return { x: relative(heldX, x.origin), y: y === null ? null : relative(heldY, y.origin) };
    }
    if (!isParked && this.#options.at === undefined) this.#move(elapsedMs / 1000);
    return { x: x.place, y: y?.place ?? null };
  }

  #move(seconds: number): void {
    const { length } = this.#x;
    const stepsPerSecond = this.#options.stepsPerSecond ?? length / SECONDS_PER_PASS;
    this.#x.move(stepsPerSecond * seconds);
    if (this.#y === null) return;
    const passes = (stepsPerSecond * seconds) / length;
    this.#y.move((passes * this.#y.length) / SECOND_AXIS_TIMES);
  }
}

/** A place too far away to be said in 32 bits is as much outside as the farthest that can. */
function relative(at: bigint, origin: bigint): number {
  const x = at - origin;
  if (x > I32_MAX) return Number(I32_MAX);
  return x < -I32_MAX ? -Number(I32_MAX) : Number(x);
}
