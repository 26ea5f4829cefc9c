import {
  DIRECTORY_FROM,
  KEY_FILL,
  LIST_ENTRY_AT,
  LIST_ENTRY_BYTES,
  LIST_WORD_SHIFT_SHIFT,
} from '../format.ts';
import { bucketsOf, type SortedList } from './directory-shape.ts';

/** Sorted lists and the directories before them as bytes: SPEC section 2.8. */

/** A list with its directory. */
export interface Placed extends SortedList {
  readonly shift: number;
  readonly halvings: number;
  /** Number of its first entry in its section. */
  readonly base: number;
  /** The offset of its directory in the body. */
  readonly directory: number;
}

/** Entries of a list of so many cells: a start each, the end, and as many more as a search looks at. */
export function entriesOf(cells: number, halvings: number): number {
  return Math.max(cells + 1, 2 ** halvings);
}

export function directoryBytes({ end, shift }: Pick<Placed, 'end' | 'shift'>): number {
  return 4 * Math.ceil(bucketsOf(end, shift) / 2);
}

export function placeOf({ directory }: Placed): number {
  return (directory - DIRECTORY_FROM) / 2;
}

export function listWord(list: Placed | undefined): number {
  return list === undefined ? 0 : list.shift * 2 ** LIST_WORD_SHIFT_SHIFT + placeOf(list);
}

/** Lists one after the other: entry i has the start of cell i and the word of cell i − 1. */
export function encodeEntries(lists: readonly Placed[], words: readonly Uint32Array[]): Uint8Array {
  const last = lists.at(-1);
  const entries = last === undefined ? 0 : last.base + entriesOf(last.starts.length, last.halvings);
  const bytes = new Uint8Array(entries * LIST_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(LIST_ENTRY_AT.start, last?.end ?? 0, true);
  lists.forEach(({ starts, end, base, halvings }, index) => {
    for (let entry = 1; entry < entriesOf(starts.length, halvings); entry++) {
      const at = (base + entry) * LIST_ENTRY_BYTES;
      const start = starts[entry] ?? (entry === starts.length ? end : KEY_FILL);
      view.setUint32(at + LIST_ENTRY_AT.start, start, true);
      view.setUint32(at + LIST_ENTRY_AT.wordBefore, words[index]?.[entry - 1] ?? 0, true);
    }
  });
  return bytes;
}

/** The directory of a list whose section has its first entry as number `first`. */
export function writeDirectory(bytes: Uint8Array, list: Placed, first: number): void {
  const { starts, end, shift, halvings, base } = list;
  const view = new DataView(bytes.buffer);
  const indexMost = Math.max(0, starts.length + 1 - 2 ** halvings);
  let cell = 0;
  for (let bucket = 0; bucket < bucketsOf(end, shift); bucket++) {
    while ((starts[cell + 1] ?? end) <= bucket * 2 ** shift && cell + 1 < starts.length) cell++;
    view.setUint16(
      list.directory - DIRECTORY_FROM + 2 * bucket,
      first + base + Math.min(cell, indexMost),
      true,
    );
  }
}
