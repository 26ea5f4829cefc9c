import type { Ceiling } from './braking.ts';
import { RankHeap } from './heap.ts';

/** The lowest of many ceilings, place by place: rising, apart from each other, neighbours differ. O(n log n). */
export function lowestCeilings(ceilings: readonly Ceiling[]): Ceiling[] {
  const byFrom = ceilings.filter(({ from, to }) => from < to).sort((left, right) => left.from - right.from);
  const borders = [...new Set(byFrom.flatMap(({ from, to }) => [from, to]))].sort(
    (left, right) => left - right,
  );
  const heap = new RankHeap((index) => -(byFrom[index]?.limit ?? 0));
  const lowest: Ceiling[] = [];
  let next = 0;
  borders.forEach((from, index) => {
    while (byFrom[next]?.from === from) heap.push(next++);
    let top = heap.top;
    while (top !== undefined && (byFrom[top]?.to ?? 0) <= from) {
      heap.pop();
      top = heap.top;
    }
    const limit = top === undefined ? undefined : byFrom[top]?.limit;
    const to = borders[index + 1];
    if (limit === undefined || to === undefined) return;
    const last = lowest.at(-1);
    if (last?.to === from && last.limit === limit) lowest[lowest.length - 1] = { ...last, to };
    else lowest.push({ from, to, limit });
  });
  return lowest;
}

/** Walks along ceilings that lie apart, asked for rising places. */
export class CeilingWalk {
  readonly #ceilings: readonly Ceiling[];
  #at = 0;

  constructor(ceilings: readonly Ceiling[]) {
    this.#ceilings = ceilings;
  }

  /** The ceilings that meet [from, to), cut to it. */
  *within(from: number, to: number): Generator<Ceiling> {
    while ((this.#ceilings[this.#at]?.to ?? Number.POSITIVE_INFINITY) <= from) this.#at++;
    for (let index = this.#at; ; index++) {
      const ceiling = this.#ceilings[index];
      if (ceiling === undefined || ceiling.from >= to) return;
      yield { from: Math.max(from, ceiling.from), to: Math.min(to, ceiling.to), limit: ceiling.limit };
    }
  }
}
