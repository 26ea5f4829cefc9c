/** The machine that the virtual controller pretends to be: a train that runs along the axis and back. */

export interface TrainRange {
  /** First coordinate, relative to the origin. */
  min: number;
  /** One beyond the last. */
  max: number;
  /** What is added to give the source's coordinates. */
  origin: bigint;
}

export interface TrainOptions {
  /** Steps of the axis a second; one length of the axis in a minute unless given. */
  stepsPerSecond?: number;
  /** Holds the position, as the source writes it; it may be outside the axis. */
  at?: bigint;
}

const SECONDS_PER_PASS = 60;
/** A program that was stopped for a while does not make the train jump. */
const ELAPSED_MS_MAX = 250;
const I32_MAX = 2n ** 31n - 1n;

export class Train {
  readonly #options: TrainOptions;
  #range: TrainRange = { min: 0, max: 1, origin: 0n };
  #position = 0;
  #direction: 1 | -1 = 1;
  #lastMs: number | null = null;

  constructor(options: TrainOptions = {}) {
    this.#options = options;
  }

  /** Puts the train on another axis; where it stands outside of it, it is taken to the nearest end. */
  setRange(range: TrainRange): void {
    this.#range = range;
    this.#position = Math.min(Math.max(this.#position, range.min), range.max - 1);
  }

  /** Moves on to `nowMs` and says where the train is, relative to the origin: within the axis, unless it is held elsewhere. */
  advance(nowMs: number, isParked: boolean): number {
    const elapsedMs = Math.min(nowMs - (this.#lastMs ?? nowMs), ELAPSED_MS_MAX);
    this.#lastMs = nowMs;
    if (this.#options.at !== undefined) return relative(this.#options.at, this.#range.origin);
    if (!isParked) this.#move((this.#stepsPerSecond() * elapsedMs) / 1000);
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
