/** A clock of tests: hours pass in no time, in their order. */

import type { Clock } from '../../host/common/clock.ts';

interface Timer {
  atMs: number;
  callback: () => void;
}

/** Time that passes only when nothing else is left to do. */
export class SimulatedClock implements Clock {
  #nowMs = 0;
  #timers: Timer[] = [];
  #armed = false;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    this.#arm();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    // Everything that is not waiting for time runs before this.
    setImmediate(() => {
      this.#armed = false;
      this.#fireNext();
      if (this.#timers.length > 0) this.#arm();
    });
  }

  #fireNext(): void {
    const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) return;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.callback();
  }
}
