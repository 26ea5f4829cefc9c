/** Why a map has no directories. */
import { HALVINGS_MAX } from '../format.ts';
import { directoryBytesMost, leastDirectoryBytes, type SortedList } from './directory-shape.ts';
import { ENTRIES_MAX } from './encode-directory.ts';
import { collectLists } from './encode-lists.ts';
import type { Partition } from './partition.ts';

/** A clause with figures; of a map that has directories it says the last of the reasons. */
export function whyNoDirectories(partition: Partition): string {
  const end = partition.axis.max - partition.axis.min;
  const starts = Uint32Array.from(partition.windows, ({ from }) => from);
  const lists: SortedList[] = [
    { starts, end: partition.phasePeriod },
    ...collectLists(partition).cells.map(({ keys }) => ({ starts: keys.starts, end })),
  ];
  for (const list of lists) {
    const [bytes, most] = [leastDirectoryBytes(list), directoryBytesMost(list)];
    if (bytes > most) {
      const what = `${list.starts.length} cells`;
      return `one of a list of ${what} would take ${bytes} bytes to leave ${HALVINGS_MAX} halvings, and may take ${most}`;
    }
  }
  return `they name at most ${ENTRIES_MAX} cells`;
}
