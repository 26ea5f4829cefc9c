/** A binary heap that gives back the item of the highest rank; of equal ranks, the one with the lowest number. */
export class RankHeap {
  readonly #items: number[] = [];
  readonly #rankOf: (item: number) => number;

  constructor(rankOf: (item: number) => number) {
    this.#rankOf = rankOf;
  }

  get top(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above] ?? 0;
      if (!this.#precedes(item, parent)) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  /** Takes the top out. */
  pop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (let below = 1; below < items.length; below = 2 * at + 1) {
      const right = items[below + 1];
      const left = items[below] ?? 0;
      const useRight = right !== undefined && this.#precedes(right, left);
      const child = useRight ? right : left;
      if (!this.#precedes(child, last)) break;
      items[at] = child;
      at = useRight ? below + 1 : below;
    }
    items[at] = last;
  }

  #precedes(left: number, right: number): boolean {
    const difference = this.#rankOf(left) - this.#rankOf(right);
    return difference > 0 || (difference === 0 && left < right);
  }
}
