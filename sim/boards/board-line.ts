/**
 * The line of an emulated board as a transport, on the board's own time: a write runs the board until its answer is whole, a timer
 * lets it run for that long. Nothing of it depends on how fast the emulator is, so a run can be repeated to the instruction.
 */
import type { Clock } from '../../host/common/clock.ts';
import { FrameDecoder } from '../../host/serial/framing.ts';
import type { Transport } from '../../host/serial/transport.ts';
import type { Rp2040Board } from './rp2040-board.ts';

const NANOSECONDS_A_MILLISECOND = 1_000_000;
/** The board runs for so long between two looks at what it sent. */
const LOOK_MS = 0.05;
/** No request takes longer on the slowest chip: a slot of 64 sectors of 400 ms each. */
const ANSWER_MS_MAX = 30_000;

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

export interface BoardLineOptions {
  /** Instructions at which `onStop` is called, ascending; the board goes on afterwards. */
  readonly stops?: readonly number[];
  readonly onStop?: (board: Rp2040Board) => void;
  /** Called every LOOK_MS of the board's time. */
  readonly onLook?: (board: Rp2040Board) => void;
}

export class BoardLine implements Transport, Clock {
  readonly name = 'board';
  readonly board: Rp2040Board;
  readonly #options: BoardLineOptions;
  readonly #sent: number[] = [];
  #stopped = 0;
  #listener: (bytes: Uint8Array) => void = () => {};
  #timers: Timer[] = [];

  /** `connect` makes the board with the function that takes what it sends. */
  constructor(connect: (onSent: (byte: number) => void) => Rp2040Board, options: BoardLineOptions = {}) {
    this.board = connect((byte) => this.#sent.push(byte));
    this.#options = options;
  }

  /** In steps of the same length however it is watched, so that watching changes nothing. */
  run(milliseconds: number): void {
    const until = this.nowMs() + milliseconds;
    while (this.nowMs() < until) {
      this.#step((this.nowMs() + LOOK_MS) * NANOSECONDS_A_MILLISECOND);
      this.#options.onLook?.(this.board);
    }
  }

  #step(untilNanos: number): void {
    while (this.board.nanos() < untilNanos) {
      const stop = this.#options.stops?.[this.#stopped] ?? Number.POSITIVE_INFINITY;
      if (this.board.instructions < stop) this.board.run(untilNanos, stop - this.board.instructions);
      if (this.board.instructions < stop) continue;
      this.#stopped++;
      this.#options.onStop?.(this.board);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.board.send(bytes);
    // A line feed alone is answered with nothing.
    if (bytes.length > 1) this.#runUntilAnswered();
    const answer = Uint8Array.from(this.#sent);
    this.#sent.length = 0;
    this.#listener(answer);
  }

  #runUntilAnswered(): void {
    const decoder = new FrameDecoder();
    const until = this.nowMs() + ANSWER_MS_MAX;
    let looked = 0;
    while (this.nowMs() < until) {
      const fresh = this.#sent.slice(looked);
      looked += fresh.length;
      if (decoder.push(Uint8Array.from(fresh)).length > 0) return;
      this.run(LOOK_MS);
    }
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(): void {}

  async drainInput(): Promise<void> {
    this.#sent.length = 0;
  }

  async close(): Promise<void> {}

  nowMs(): number {
    return this.board.nanos() / NANOSECONDS_A_MILLISECOND;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs() + delayMs, callback };
    this.#timers.push(timer);
    // Everything that does not wait for time runs before this.
    setImmediate(() => this.#reach(timer));
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** The board runs until the timer is due, unless it was cancelled. */
  #reach(timer: Timer): void {
    if (!this.#timers.includes(timer)) return;
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.run(Math.max(0, timer.atMs - this.nowMs()));
    timer.callback();
  }
}
