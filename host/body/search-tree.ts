import { KEY_FILL } from '../format.ts';

/** Sorted lists in search order, SPEC section 2.2. */

/** Steps of a search over `cells` cells: the least d with 2^d >= cells. */
export function stepsFor(cells: number): number {
  return cells <= 1 ? 0 : 32 - Math.clz32(cells - 1);
}

/** Where the start of cell i (from 1) stands in a tree of `steps` steps. */
export function keyPosition(cell: number, steps: number): number {
  const trailingZeros = 31 - Math.clz32(cell & -cell);
  return (2 ** steps + cell) >>> (trailingZeros + 1);
}

/**
 * Lays out a list into `words` from index `base` on, 2^steps words: word 0 is the list's end, then the tree.
 * `starts` are the starts of the cells, rising, the first 0.
 */
export function layTree(words: Uint32Array, base: number, starts: Uint32Array, end: number): void {
  const steps = stepsFor(starts.length);
  words.fill(KEY_FILL, base, base + 2 ** steps);
  words[base] = end;
  for (let cell = 1; cell < starts.length; cell++) {
    words[base + keyPosition(cell, steps)] = starts[cell] ?? 0;
  }
}
