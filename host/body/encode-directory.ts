import { DIRECTORY_FROM, ENTRY_FROM, LIST_ENTRY_BYTES, LIST_WORD_PLACE_MASK, SECTION } from '../format.ts';
import { bucketsOf, commonHalvings } from './directory-shape.ts';
import { headerBytes, inOrder } from './encode-header.ts';
import type { EncodedLayout } from './encode-layout.ts';
import {
  directoryBytes,
  encodeEntries,
  entriesOf,
  listWord,
  type Placed,
  placeOf,
  writeDirectory,
} from './encode-list-entries.ts';
import type { CellList, Lists } from './encode-lists.ts';
import { encodeRows, type KeyNumbers } from './encode-rows.ts';
import { encodeNames, encodeRules } from './encode-sections.ts';
import type { Partition } from './partition.ts';

/** The layout *directory*, SPEC section 2.8: sorted lists, each behind a directory. */

const SECTION_COUNT = 6;
const ENTRY_WORDS = LIST_ENTRY_BYTES / 4;
/** Entries are named by 16 bits. */
export const ENTRIES_MAX = 0x10000;

/** undefined: a list has no directory within the bytes that it may take, or lies too far away for it. */
export function encodeDirectory(partition: Partition, lists: Lists): EncodedLayout | undefined {
  const length = partition.axis.max - partition.axis.min;
  const starts = Uint32Array.from(partition.windows, ({ from }) => from);
  const ofPhases = commonHalvings([{ starts, end: partition.phasePeriod }]);
  const ofLists = commonHalvings(lists.cells.map(({ keys }) => ({ starts: keys.starts, end: length })));
  if (ofPhases === undefined || ofLists === undefined) return undefined;
  const cells = placeLists(lists.cells, ofLists, length);
  const phaseShift = ofPhases.shifts[0] ?? 0;
  const phases: Placed = {
    ...{ starts, end: partition.phasePeriod, shift: phaseShift, halvings: ofPhases.halvings, base: 0 },
    directory: cells.directoriesEnd,
  };
  const directoriesEnd = cells.directoriesEnd + directoryBytes(phases);
  const phasesOffset = aligned(directoriesEnd);
  const cellsOffset = phasesOffset + entriesOf(starts.length, ofPhases.halvings) * LIST_ENTRY_BYTES;
  const firstCell = (cellsOffset - ENTRY_FROM) / LIST_ENTRY_BYTES;
  if (firstCell + cells.entries > ENTRIES_MAX || placeOf(phases) > LIST_WORD_PLACE_MASK) return undefined;
  const rows = encodeRows(partition, lists, length, numbersOf(cells.placed, cells.entries));
  const names = encodeNames(partition.rules);
  const words = lists.cells.map((list) => rows.words.subarray(list.base, list.base + list.rules.length));
  const wordOfList = new Map(lists.cells.map((list, index) => [list, listWord(cells.placed[index])]));
  const phaseWords = Uint32Array.from(lists.ofWindow, (list) => wordOfList.get(list) ?? 0);
  const directories = new Uint8Array(directoriesEnd - DIRECTORY_FROM);
  for (const list of cells.placed) writeDirectory(directories, list, firstCell);
  writeDirectory(directories, phases, (phasesOffset - ENTRY_FROM) / LIST_ENTRY_BYTES);
  const sections = inOrder(headerBytes(SECTION_COUNT), [
    { id: SECTION.directories, bytes: directories },
    { id: SECTION.phases, bytes: encodeEntries([phases], [phaseWords]), align: LIST_ENTRY_BYTES },
    { id: SECTION.cells, bytes: encodeEntries(cells.placed, words), align: LIST_ENTRY_BYTES },
    rows.section,
    { id: SECTION.rules, bytes: encodeRules(partition.rules, names.offsets) },
    { id: SECTION.names, bytes: names.bytes },
  ]);
  const looks = partition.windows.length === 1 ? 1 : 2;
  return {
    sections,
    figures: {
      phaseSteps: ofPhases.halvings,
      lineSteps: ofLists.halvings,
      ruleBits: rows.ruleBits,
      phaseShape: listWord(phases),
    },
    steps: { directory: looks, halving: ofPhases.halvings + ofLists.halvings },
    directoryBytes: directories.length,
    sizes: {
      ...{ lineLevels: 0, phaseLevels: 0, keysEndBaseBytes: 0 },
      lastDirectoryBytes: phases.directory - DIRECTORY_FROM,
      directoryEntries: Math.max(...[...cells.placed, phases].map(({ end, shift }) => bucketsOf(end, shift))),
    },
  };
}

function aligned(offset: number): number {
  return Math.ceil(offset / LIST_ENTRY_BYTES) * LIST_ENTRY_BYTES;
}

/** Gives each list its place in CELLS and its directory one in DIRECTORIES; a list begins with the last entry of the one before. */
function placeLists(
  lists: readonly CellList[],
  { halvings, shifts }: { readonly halvings: number; readonly shifts: readonly number[] },
  end: number,
) {
  let [base, directory] = [0, DIRECTORY_FROM];
  const placed = lists.map((list, index): Placed => {
    const one = { starts: list.keys.starts, end, shift: shifts[index] ?? 0, halvings, base, directory };
    base += entriesOf(one.starts.length, halvings) - 1;
    directory += directoryBytes(one);
    return one;
  });
  return { placed, entries: base + 1, directoriesEnd: directory };
}

/** The lowest number of a word of CELLS with each start. */
function numbersOf(lists: readonly Placed[], count: number): KeyNumbers {
  const numbers = new Map<number, number>();
  for (const { starts, base } of lists) {
    for (let cell = 1; cell < starts.length; cell++) {
      const start = starts[cell] ?? 0;
      if (!numbers.has(start)) numbers.set(start, ENTRY_WORDS * (base + cell));
    }
  }
  return { numbers, count: ENTRY_WORDS * count };
}
