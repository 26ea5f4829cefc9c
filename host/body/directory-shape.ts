import { DIRECTORY_ENTRIES_MAX, HALVINGS_MAX } from '../format.ts';

/**
 * How wide the buckets of directories are, and how many halvings follow: SPEC section 2.8. Fewer halvings take a finer directory; how many
 * bytes it may take is DIRECTORY_BYTES_A_CELL.
 */

/** Bytes that a directory may take for each cell of its list, and bytes that it may mostly take whatever its list is. */
const DIRECTORY_BYTES_A_CELL = 1;
const DIRECTORY_BYTES_LEAST = 32;
/** Of a bucket. */
const ENTRY_BYTES = 2;

/** A bucket as wide as this holds every axis. */
const SHIFT_MAX = 31;

/** The starts of a list, rising, the first 0; and where it ends. */
export interface SortedList {
  readonly starts: Uint32Array;
  readonly end: number;
}

/** Buckets of a directory. */
export function bucketsOf(end: number, shift: number): number {
  return ((end - 1) >>> shift) + 1;
}

/** Halvings by which the last of so many cells behind the one that a bucket names is reached. */
function halvingsFor(cellsBehind: number): number {
  return 32 - Math.clz32(cellsBehind);
}

/** Most cells that start in one bucket behind its first step. */
function mostBehind({ starts }: SortedList, shift: number): number {
  const bucketMask = 2 ** shift - 1;
  let [most, bucket, behind] = [0, -1, 0];
  for (const start of starts) {
    const at = start >>> shift;
    if (at !== bucket) [bucket, behind] = [at, 0];
    if ((start & bucketMask) === 0) continue;
    behind++;
    if (behind > most) most = behind;
  }
  return most;
}

/** Bytes that the directory of a list may take, whole entries. */
export function directoryBytesMost({ starts }: SortedList, bytesLeast = DIRECTORY_BYTES_LEAST): number {
  const bytes = Math.max(bytesLeast, DIRECTORY_BYTES_A_CELL * starts.length);
  return ENTRY_BYTES * Math.min(DIRECTORY_ENTRIES_MAX, Math.floor(bytes / ENTRY_BYTES));
}

/** Bytes of the smallest directory that leaves no more halvings than there may be, whatever a directory may take. */
export function leastDirectoryBytes(list: SortedList): number {
  let shift = SHIFT_MAX;
  while (shift > 0 && halvingsFor(mostBehind(list, shift)) > HALVINGS_MAX) shift--;
  return ENTRY_BYTES * bucketsOf(list.end, shift);
}

/**
 * For each number of halvings the widest buckets with which they are enough, within the bytes that a directory may take; undefined: there
 * is no such directory.
 */
function shiftsByHalvings(list: SortedList, bytesLeast: number): (number | undefined)[] {
  const bucketsMost = directoryBytesMost(list, bytesLeast) / ENTRY_BYTES;
  const shifts = new Array<number | undefined>(HALVINGS_MAX + 1).fill(undefined);
  for (let shift = SHIFT_MAX; shift >= 0; shift--) {
    const buckets = bucketsOf(list.end, shift);
    if (buckets > bucketsMost) break;
    // One bucket is one bucket: it has one form.
    if (buckets === 1 && shift !== SHIFT_MAX) continue;
    const least = halvingsFor(mostBehind(list, shift));
    for (let halvings = least; halvings <= HALVINGS_MAX; halvings++) shifts[halvings] ??= shift;
  }
  return shifts;
}

/**
 * The least halvings that are enough for every list, and the shift of each; undefined: some list has no directory. `bytesLeast` are those
 * that a directory may take whatever its list is.
 */
export function commonHalvings(
  lists: readonly SortedList[],
  bytesLeast = DIRECTORY_BYTES_LEAST,
): { readonly halvings: number; readonly shifts: readonly number[] } | undefined {
  const byList = lists.map((list) => shiftsByHalvings(list, bytesLeast));
  for (let halvings = 0; halvings <= HALVINGS_MAX; halvings++) {
    const shifts = byList.flatMap((shiftsOf) => shiftsOf[halvings] ?? []);
    if (shifts.length === lists.length) return { halvings, shifts };
  }
  return undefined;
}
