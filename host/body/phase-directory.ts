import { HALVINGS_MAX, LIST_WORD_SHIFT_MASK } from '../format.ts';

/** A directory over rising starts, the first of which is 0: SPEC section 2.8. */
export interface Directory {
  /** A bucket is 2^this ticks. */
  readonly shift: number;
  /** Halvings behind it. */
  readonly halvings: number;
  /** Of each bucket, the number of the entry of the list from which halvings reach all that start in it. */
  readonly entries: readonly number[];
}

/** More buckets than these are not spent where one more halving makes them fewer. */
const BUCKETS_MAX = 1024;

/** The directory of least halvings over starts below `end`; undefined when none of so many buckets reaches all of them. */
export function directoryOf(starts: readonly number[], end: number): Directory | undefined {
  for (let halvings = 0; halvings <= HALVINGS_MAX; halvings++)
    for (let shift = LIST_WORD_SHIFT_MASK; shift >= 0; shift--) {
      if ((end - 1) / 2 ** shift >= BUCKETS_MAX) break;
      const entries = entriesOf(starts, end, shift, halvings);
      if (entries !== undefined) return { shift, halvings, entries };
    }
  return undefined;
}

function entriesOf(
  starts: readonly number[],
  end: number,
  shift: number,
  halvings: number,
): readonly number[] | undefined {
  const reach = 2 ** halvings;
  const last = Math.max(0, starts.length + 1 - reach);
  const entries: number[] = [];
  let at = 0;
  for (let bucket = 0; bucket * 2 ** shift < end; bucket++) {
    while ((starts[at + 1] ?? Number.POSITIVE_INFINITY) <= bucket * 2 ** shift) at++;
    const entry = Math.min(at, last);
    if ((starts[entry + reach] ?? Number.POSITIVE_INFINITY) < (bucket + 1) * 2 ** shift) return undefined;
    entries.push(entry);
  }
  return entries;
}
