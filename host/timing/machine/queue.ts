import { joinStates } from './join.ts';
import type { State } from './state.ts';

/** States that wait to be executed, first in the order of their keys; those of one key become one, or few. */
export class Queue {
  readonly #heap: State[] = [];
  readonly #bySlot = new Map<string, State>();
  /** How many states of a key are kept apart. */
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  push(state: State): void {
    state.slot = this.#slotOf(state);
    const waiting = this.#bySlot.get(state.slot);
    if (waiting !== undefined) {
      joinStates(waiting, state);
      return;
    }
    this.#bySlot.set(state.slot, state);
    this.#heap.push(state);
    this.#rise(this.#heap.length - 1);
  }

  #slotOf({ key, apart }: State): string {
    const name = key.join();
    const slot = `${name}${apart}`;
    if (this.#bySlot.has(slot)) return slot;
    const count = this.#counts.get(name) ?? 0;
    if (count >= this.#most) return name;
    this.#counts.set(name, count + 1);
    return slot;
  }

  pop(): State | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    this.#bySlot.delete(first.slot);
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(index: number): void {
    const heap = this.#heap;
    for (let at = index; at > 0; ) {
      const parent = (at - 1) >> 1;
      const [below, above] = [heap[at], heap[parent]];
      if (below === undefined || above === undefined || !isBefore(below.key, above.key)) return;
      [heap[at], heap[parent]] = [above, below];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let least = 2 * at + 1;
      const [left, right, above] = [heap[least], heap[least + 1], heap[at]];
      if (left === undefined || above === undefined) return;
      if (right !== undefined && isBefore(right.key, left.key)) least++;
      const child = heap[least];
      if (child === undefined || !isBefore(child.key, above.key)) return;
      [heap[at], heap[least]] = [child, above];
      at = least;
    }
  }
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const [left = 0, right = 0] = [a[index], b[index]];
    if (left !== right) return left < right;
  }
  return a.length < b.length;
}
