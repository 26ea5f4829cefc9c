import { BUILD_NAMES } from '../common/arenas.ts';
import type { Steps } from '../cycles/steps.ts';
import { BUILD_LIMITS, type BuildName, LAYOUT } from '../format.ts';
import { bodyOf } from './encode-header.ts';
import type { EncodedLayout, Lookup, Sizes } from './encode-layout.ts';
import { collectLists, type Lists } from './encode-lists.ts';
import { encodeTree } from './encode-tree.ts';
import type { Partition } from './partition.ts';

/** A body from its sections, and the one that every line can have: with trees. */

export interface EncodedBody {
  readonly body: Uint8Array;
  readonly lookup: Lookup;
  readonly steps: Steps;
  /** Bytes that are copied into the arena. */
  readonly residentBytes: number;
  /** Bytes of all directories. */
  readonly directoryBytes: number;
  /** Cells of all distinct lists. */
  readonly cells: number;
  /** The smallest build that holds it; null: none does. */
  readonly fits: BuildName | null;
  readonly sizes: Sizes;
}

/** The body of a partition in layout tree. */
export function encodeWithTrees(partition: Partition, lists: Lists = collectLists(partition)): EncodedBody {
  return assemble(partition, 'tree', encodeTree(partition, lists), lists.cellCount);
}

/** Cells that a move may cross before it has to be asked for in pieces: what bounds the time of a sweep. */
const MOVE_CELLS_MAX = 256;

/** The body of a partition from the sections of a layout. */
export function assemble(
  partition: Partition,
  lookup: Lookup,
  { sections, figures, steps, directoryBytes, sizes: layoutSizes }: EncodedLayout,
  cells: number,
): EncodedBody {
  const content = {
    axes: [partition.axis],
    outside: partition.outside,
    phasePeriod: partition.phasePeriod,
    phases: partition.windows.length,
    rules: partition.rules.length,
    zones: partition.zones,
    approaches: partition.approaches,
    longestMove: partition.axis.max - partition.axis.min,
    mostCells: MOVE_CELLS_MAX,
  };
  const { body, residentBytes } = bodyOf(content, { layout: LAYOUT[lookup], cells, ...figures }, sections);
  const sizes = { ...layoutSizes, residentBytes, phases: partition.windows.length };
  return { body, lookup, steps, residentBytes, directoryBytes, cells, sizes, fits: smallestBuild(sizes) };
}

function smallestBuild(sizes: Sizes): BuildName | null {
  return BUILD_NAMES.find((build) => shortfalls(sizes, build).length === 0) ?? null;
}

/** What a build does not hold, one phrase each, with figures; empty when it fits. */
export function shortfalls(sizes: Sizes, build: BuildName): string[] {
  const limits = BUILD_LIMITS[build];
  const measures = [
    { what: 'resident bytes', value: sizes.residentBytes, most: limits.arenaBytes },
    { what: 'line steps', value: sizes.lineLevels, most: limits.lineStepsMax },
    { what: 'phase steps', value: sizes.phaseLevels, most: limits.phaseStepsMax },
    { what: 'phases', value: sizes.phases, most: 2 ** limits.phaseStepsMax },
    {
      what: 'bytes before the last key list',
      value: sizes.keysEndBaseBytes,
      // The keys of every list begin in the first half of the arena.
      most: limits.arenaBytes / 2 - 1,
    },
    // A search reaches directories that begin in the first half of the arena, and so many of their entries.
    {
      what: 'bytes before the last directory',
      value: sizes.lastDirectoryBytes,
      most: limits.arenaBytes / 2 - 1,
    },
    { what: 'entries of a directory', value: sizes.directoryEntries, most: limits.arenaBytes / 4 },
  ];
  return tooMuch(measures);
}

/** What is more than there is room for, one phrase each. */
export function tooMuch(
  measures: readonly { readonly what: string; readonly value: number; readonly most: number }[],
): string[] {
  return measures
    .filter(({ value, most }) => value > most)
    .map(({ what, value, most }) => `${value} ${what}, at most ${most}`);
}
