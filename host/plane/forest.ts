import { gridBytesOf, strideFor } from '../body/plane-grids.ts';
import { LONG_BYTES, SHORT_BYTES } from '../body/plane-nodes.ts';
import type { PlaneLink } from '../body/plane-partition.ts';
import { insideOf, latticePointOf } from './cell.ts';
import { Dag } from './dag.ts';
import { Cutter, type Work } from './fragments.ts';
import type { GridShape, Plot } from './grids.ts';
import type { Lines } from './lines.ts';
import { type ForestSize, isBetter, levelCycles, type Room } from './room.ts';
import type { Ruled } from './rule-edges.ts';
import { type DepthWanted, TreeBuilder, type TreeOptions } from './tree-builder.ts';

/** Forests: a tree for each square of a grid and each set of zones that phases have, which share their nodes. */

/** What the forests of a map are grown from. */
export interface Ground {
  readonly lines: Lines;
  readonly sets: readonly Ruled[];
  readonly work: Work;
  /** Of |f|, see lookup.ts. */
  readonly range: number;
}

export interface Forest extends ForestSize {
  readonly shape: GridShape;
  readonly plots: readonly Plot[];
  readonly dag: Dag;
  /** By set, by square. */
  readonly roots: readonly (readonly PlaneLink[])[];
}

/** What a cut costs in the first trees, each tried. */
const CUT_COSTS = [0.3, 1];
/** What a cut costs, and the seed, in searches for a level less. */
const SEARCHES: readonly Pick<TreeOptions, 'cutCost' | 'seed'>[] = [
  { cutCost: 0.3, seed: 1 },
  { cutCost: 0.15, seed: 2 },
  { cutCost: 0.6, seed: 3 },
];

/** The better of the first trees. @throws TooFineError where an edge is too fine for numbers of 32 bits */
export function greedyForest(ground: Ground, shape: GridShape, plots: readonly Plot[], room: Room): Forest {
  const forests = CUT_COSTS.map((cutCost) => {
    const builder = new ForestBuilder(ground, shape, plots);
    const options = { seed: 1, cutCost, range: ground.range };
    for (const plot of plots)
      builder.put(plot, builder.treesOf(plot, options).greedy(plot.fragments, plot.cell));
    return builder.forest();
  });
  return forests.reduce((best, forest) => (isBetter(forest, best, room) ? forest : best));
}

/** A forest with a level less, and so on, as long as trees of so few levels are found that take fewer cycles in their room. */
export function lowered(ground: Ground, forest: Forest, room: Room, looksMax: number): Forest {
  let best = forest;
  for (let levels = forest.depth - 1; levels > 0; levels--) {
    const found = searchedAnyhow(ground, best, levels, looksMax);
    if (found === null || levelCycles(found, room) >= levelCycles(best, room)) return best;
    best = found;
  }
  return best;
}

/** Each way to search has a share of what may still be spent. */
function searchedAnyhow(ground: Ground, forest: Forest, levels: number, looksMax: number): Forest | null {
  const { work } = ground;
  for (const [index, search] of SEARCHES.entries()) {
    const share = Math.max(0, looksMax - work.looks) / (SEARCHES.length - index + 1);
    const wanted = { levels, looksMax: work.looks + share };
    const found = searched(ground, forest, wanted, { ...search, range: ground.range });
    if (found !== null) return found;
  }
  return null;
}

/** The forest anew, of so many levels; null where that was not found. */
function searched(
  ground: Ground,
  { shape, plots, roots, dag }: Forest,
  wanted: DepthWanted,
  options: TreeOptions,
): Forest | null {
  const builder = new ForestBuilder(ground, shape, plots);
  for (const plot of plots) {
    const known = roots[plot.set]?.[plot.square] ?? 0;
    const isLow = dag.depthOf(known) <= wanted.levels;
    const tree = isLow
      ? builder.copy(dag, known)
      : builder.treesOf(plot, options).within(plot.fragments, plot.cell, wanted);
    if (tree === null) return null;
    builder.put(plot, tree);
  }
  return builder.forest();
}

class ForestBuilder {
  readonly #ground: Ground;
  readonly #shape: GridShape;
  readonly #plots: readonly Plot[];
  readonly #dag: Dag;
  readonly #roots: PlaneLink[][];
  readonly #copies = new Map<number, PlaneLink>();

  constructor(ground: Ground, shape: GridShape, plots: readonly Plot[]) {
    this.#ground = ground;
    this.#shape = shape;
    this.#plots = plots;
    this.#dag = new Dag(ground.lines);
    this.#roots = ground.sets.map(() => new Array<PlaneLink>(shape.columns * shape.rows).fill(0));
  }

  /** What builds the tree of a plot. */
  treesOf({ set }: Plot, options: TreeOptions): TreeBuilder {
    const { lines, sets, work } = this.#ground;
    const { edges, locator, rules } = sets[set] as Ruled;
    return new TreeBuilder(
      new Cutter(lines, edges.carriers, work),
      {
        leaf: (cell) => {
          const point = latticePointOf(lines, cell);
          const found = point === null ? locator.cellOf(insideOf(cell)) : locator.cellAt(point.x, point.y);
          return -1 - (rules[found] as number);
        },
        node: (line, left, right) => this.#dag.node(line, left, right),
      },
      options,
    );
  }

  put({ set, square }: Plot, root: PlaneLink): void {
    const roots = this.#roots[set];
    if (roots !== undefined) roots[square] = root;
  }

  /** A tree of another forest. */
  copy(from: Dag, link: PlaneLink): PlaneLink {
    if (link < 0) return link;
    const known = this.#copies.get(link);
    if (known !== undefined) return known;
    const { line, left, right } = from.at(link);
    const copy = this.#dag.node(line, this.copy(from, left), this.copy(from, right));
    this.#copies.set(link, copy);
    return copy;
  }

  forest(): Forest {
    const links = this.#roots.flat();
    const depth = links.reduce((most, link) => Math.max(most, this.#dag.depthOf(link)), 0);
    const { count, isShort } = this.#dag.sizeOf(links);
    const grids = this.#roots.length * gridBytes(this.#shape);
    const places = count + this.#leaves();
    return {
      ...{ shape: this.#shape, plots: this.#plots, dag: this.#dag, roots: this.#roots, depth },
      bytes: grids + LONG_BYTES * places,
      shortBytes: isShort ? grids + SHORT_BYTES * places : null,
    };
  }

  /** One a rule at most, and the one of the outside. */
  #leaves(): number {
    return 1 + new Set(this.#ground.sets.flatMap(({ rules }) => rules)).size;
  }
}

/** Of one set, as it is encoded, with offsets that share a word. */
export function gridBytes({ columns, rows }: Pick<GridShape, 'columns' | 'rows'>): number {
  return gridBytesOf({ rows, stride: strideFor(columns) }, false);
}
