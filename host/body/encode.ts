import { HoldfastError } from '../common/errors.ts';
import { type Steps, totalSteps } from '../cycles/steps.ts';
import { ARENAS, BUILD_LIMITS, type BuildName } from '../format.ts';
import { assemble, type EncodedBody, encodeWithTrees, shortfalls } from './encode-body.ts';
import { encodeDirectory } from './encode-directory.ts';
import type { Lookup } from './encode-layout.ts';
import { collectLists, type Lists } from './encode-lists.ts';
import type { Partition } from './partition.ts';

/**
 * Which lookup is wanted. `auto` takes directories where they have no more halvings than the trees have levels, which costs fewer cycles on
 * every board, unless only trees keep the budget in steps, or the map fits the build that it is for with them alone.
 */
export type WantedLookup = Lookup | 'auto';

/** A body, and the one with the other lookup, where both were looked at. */
export interface ChosenBody extends EncodedBody {
  /** null: the map has no directories within the bytes that they may take; undefined: none was looked for. */
  readonly other?: Pick<EncodedBody, 'steps' | 'fits' | 'residentBytes'> | null;
}

/**
 * Encodes a partition into a body, SPEC section 2. The same partition always gives the same bytes; undefined: the map has no directories
 * within the bytes that they may take.
 * @param build the build that it is for
 * @throws HoldfastError TOO_LARGE, before anything is encoded, when its lists alone are more than the largest build holds (`arenaBytes`)
 */
export function encodeBody(
  partition: Partition,
  lookup?: 'tree' | 'auto',
  build?: BuildName,
  arenaBytes?: number,
): ChosenBody;
export function encodeBody(
  partition: Partition,
  lookup: WantedLookup,
  build?: BuildName,
): ChosenBody | undefined;
export function encodeBody(
  partition: Partition,
  lookup: WantedLookup = 'tree',
  build: BuildName = 'device',
  arenaBytes: number = BUILD_LIMITS.large.arenaBytes,
): ChosenBody | undefined {
  const lists = collectLists(partition);
  refuseOversize(lists, arenaBytes);
  if (lookup === 'tree') return encodeWithTrees(partition, lists);
  const layout = encodeDirectory(partition, lists);
  const directories = layout && assemble(partition, 'directory', layout, lists.cellCount);
  if (lookup === 'directory') return directories;
  const trees = encodeWithTrees(partition, lists);
  if (directories === undefined) return { ...trees, other: null };
  const areDearer =
    depthOf(directories.steps) > depthOf(trees.steps) ||
    (exceeds(directories.steps, partition) && !exceeds(trees.steps, partition));
  const [rank, treesRank] = [rankOf(directories, build), rankOf(trees, build)];
  const areLarger = rank > treesRank;
  // Where neither fits, what is said to be missing is what the smaller one misses.
  const missMore = rank > 0 && rank === treesRank && directories.residentBytes > trees.residentBytes;
  const [chosen, other] = areDearer || areLarger || missMore ? [trees, directories] : [directories, trees];
  return { ...chosen, other };
}

/** Steps of a search besides the look into a directory. */
export function depthOf({ phase = 0, line = 0, halving = 0 }: Steps): number {
  return phase + line + halving;
}

/** Whether it takes more steps than the budget allows. */
export function exceeds(steps: Steps, { budgetSteps }: Partition): boolean {
  return budgetSteps !== null && totalSteps(steps) > budgetSteps;
}

function refuseOversize({ cells, cellCount, keyWords, cellWords }: Lists, most: number): void {
  const bytes = 4 * (keyWords + cellWords);
  if (bytes <= most) return;
  const message = `this map does not fit the large build: its ${cells.length} lists of ${cellCount} cells have ${bytes} resident bytes, at most ${most}`;
  throw new HoldfastError('TOO_LARGE', message, { remedy: 'Use fewer zones or fewer phases.' });
}

/** How far a body misses the build that it is for: 0 it fits, 1 a larger one for controllers holds it, 2 the large one, 3 none. */
function rankOf({ sizes, fits }: EncodedBody, build: BuildName): number {
  if (shortfalls(sizes, build).length === 0) return 0;
  if (fits === null) return 3;
  return Object.values<BuildName>(ARENAS).includes(fits) ? 1 : 2;
}
