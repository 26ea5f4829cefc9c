import type { PlaneGrid, PlaneNode } from '../body/plane-partition.ts';
import { boxCell } from './cell.ts';
import { greedyForest, gridBytes, lowered } from './forest.ts';
import { Work } from './fragments.ts';
import { type GridShape, ONE_SQUARE, type Plot, plotsOf, shapesFor } from './grids.ts';
import type { Lines } from './lines.ts';
import { isBetter, levelCycles, type Room } from './room.ts';
import type { Ruled } from './rule-edges.ts';

/**
 * Lookups: trees whose leaves are rules, over the whole box or over each square of a grid, for each set of zones that phases have. Shapes
 * of grids are tried, and the trees of the best one are built anew with a level less as long as that is found.
 */

export interface Lookup {
  readonly shape: GridShape;
  /** One for each set, in their order. */
  readonly grids: readonly PlaneGrid[];
  readonly nodes: readonly PlaneNode[];
  readonly depth: number;
}

/** |f| of every node stays below this over its cell, so that 32 bits tell its sign. */
export const RANGE = 2 ** 31;
/** Below this where moves are followed, so that 32 bits tell f where the place is known to some steps only. */
export const RANGE_WITH_MOVES = 2 ** 30;

export interface LookupLimits {
  /** Whether grids are tried. */
  readonly grids: boolean;
  /** Of grids, nodes and leaves together, in a controller. What does not fit without a grid is for hosts, which have room. */
  readonly bytesMax: number;
  /**
   * Looks at fragments beside lines that trying other shapes and depths may take; where the first trees take more than half as many,
   * twice as many as these.
   */
  readonly looksMax: number;
}

/** Times as many looks as the first trees took that other shapes and depths may take. */
const TRIED_TIMES = 2;
/** Times as many bytes as without a grid that a map for hosts may have with one. */
const HOST_TIMES = 4;
/** Times as many fragments as without a grid that its squares may hold together. */
const CUT_APART_MAX = 8;

/** @throws TooFineError where an edge is too fine for numbers of 32 bits */
export function buildLookup(
  lines: Lines,
  width: number,
  height: number,
  sets: readonly Ruled[],
  range: number,
  limits: LookupLimits,
): Lookup {
  const work = new Work();
  const ground = { lines, sets, work, range };
  const box = boxCell(lines, 0, 0, width, height);
  const divided = (shape: GridShape) =>
    sets.flatMap(({ edges }, set) => plotsOf(lines, box, shape, edges, set));
  const whole = divided(ONE_SQUARE);
  const controller: Room = { bytes: limits.bytesMax, isOfHost: false };
  let best = greedyForest(ground, ONE_SQUARE, whole, controller);
  const first = work.looks;
  const looks = Math.max(limits.looksMax, TRIED_TIMES * first);
  const fits = levelCycles(best, controller) < Number.POSITIVE_INFINITY;
  const room = fits ? controller : { bytes: HOST_TIMES * best.bytes, isOfHost: true };
  const edges = sets.reduce((most, set) => Math.max(most, set.edges.fragments.count), 0);
  for (const shape of limits.grids ? shapesFor(width, height, edges) : []) {
    if (gridBytes(shape) * sets.length > room.bytes) continue;
    if (work.looks - first > looks / 2) break;
    const plots = divided(shape);
    if (fragmentsIn(plots) > CUT_APART_MAX * fragmentsIn(whole)) continue;
    const forest = greedyForest(ground, shape, plots, room);
    if (isBetter(forest, best, room)) best = forest;
  }
  const { shape, dag, roots, depth } = lowered(ground, best, room, first + looks);
  const ordered = dag.ordered(roots.flat());
  const squares = shape.columns * shape.rows;
  const grids = sets.map((_, set) => ({ roots: ordered.roots.slice(set * squares, (set + 1) * squares) }));
  return { shape, grids, nodes: ordered.nodes, depth };
}

function fragmentsIn(plots: readonly Plot[]): number {
  return plots.reduce((sum, { fragments }) => sum + fragments.count, 0);
}
