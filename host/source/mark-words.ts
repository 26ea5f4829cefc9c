import type { AxisModel, MarkModel } from './model.ts';
import { amountWords } from './unit-words.ts';

/** Places told by the nearest mark at or before them. */

/** `1200 mm after Bern`, `at Bern`; null where no mark lies at or before the place. `marks` are rising. */
export function nearMark(
  axis: Pick<AxisModel, 'unit' | 'scale'>,
  marks: readonly MarkModel[],
  stored: number,
): string | null {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.at ?? 0) <= stored) low = middle + 1;
    else high = middle;
  }
  const mark = marks[low - 1];
  if (mark === undefined) return null;
  return mark.at === stored ? `at ${mark.name}` : `${amountWords(stored - mark.at, axis)} after ${mark.name}`;
}
