import type { MarkModel } from './model.ts';
import { type ReadableAxis, readableLength } from './readable.ts';

/** Places told by the nearest mark at or before them. */

/** `1.2 km after Bern`, `at Bern`; null where no mark lies at or before the place. `marks` are rising. */
export function nearMark(axis: ReadableAxis, marks: readonly MarkModel[], stored: number): string | null {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.at ?? 0) <= stored) low = middle + 1;
    else high = middle;
  }
  const mark = marks[low - 1];
  if (mark === undefined) return null;
  return mark.at === stored
    ? `at ${mark.name}`
    : `${readableLength(stored - mark.at, axis)} after ${mark.name}`;
}
