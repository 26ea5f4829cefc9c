/** Virtual time: what is due is done in order, one thing after the other, each to its end. */

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => Promise<void> | void;
}

export class World {
  #nowMs = 0;
  #count = 0;
  #due: Due[] = [];
  /** Called after each thing that was done. */
  onEvent: () => void = () => {};
  /** Called before anything is done at a later moment. */
  onTime: () => Promise<void> = async () => {};

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, act: () => Promise<void> | void): void {
    const due = { atMs: this.#nowMs + Math.max(0, Math.ceil(delayMs)), order: this.#count++, act };
    const at = this.#due.findLastIndex(({ atMs }) => atMs <= due.atMs);
    this.#due.splice(at + 1, 0, due);
  }

  /** Runs until nothing is due, or until `isOver` says so; false when that takes above `mostMs`. */
  async run(isOver: () => boolean, mostMs: number): Promise<boolean> {
    for (let due = this.#due.shift(); due !== undefined; due = this.#due.shift()) {
      if (due.atMs > mostMs) return false;
      if (due.atMs > this.#nowMs) {
        this.#nowMs = due.atMs;
        await this.onTime();
      }
      await due.act();
      this.onEvent();
      if (isOver()) return true;
    }
    return true;
  }
}
