import type { Ring } from '../geometry/point.ts';
import { type AreaEdges, areaEdges, type Stretch } from './area-edges.ts';
import { type Borders, bordersOf, OUTSIDE } from './borders.ts';
import { type BigPoint, boxCell, type Cell, signOf, valueAt } from './cell.ts';
import { Cutter } from './fragments.ts';
import type { Lines } from './lines.ts';
import { TreeBuilder } from './tree-builder.ts';

/**
 * The subdivision: the box of the axes in convex cells, each with the areas that cover all of it. Cells come from a tree of exact lines;
 * what covers them is carried from the outside over every border that two cells share.
 */

export interface Subdivision {
  readonly lines: Lines;
  readonly edges: AreaEdges;
  readonly box: Cell;
  readonly cells: readonly Cell[];
  /** By cell: the number of the set of areas that cover it. */
  readonly sets: readonly number[];
  /** By number: areas, rising. */
  readonly areasOf: readonly (readonly number[])[];
  readonly borders: Borders;
  readonly locator: Locator;
}

/** Tells in which cell of a subdivision a place is. */
export interface Locator {
  /** The cell of a lattice point in the box. */
  cellAt(x: number, y: number): number;
  /** The cell of any point in the box. */
  cellOf(point: BigPoint): number;
}

const SET_EMPTY = 0;
/** Cells of a subdivision, and areas of all of its different sets together: of more, nobody waits for the end. */
const CELLS_MAX = 2 ** 19;
const AREAS_OF_SETS_MAX = 2 ** 22;

/** Areas that lie over one another so often that they are a thicket. */
export class ThicketError extends Error {}

/**
 * Points from (0, 0) to (width, height), both included; `lines` may have those of other subdivisions.
 * @throws ThicketError
 */
export function subdivide(
  lines: Lines,
  width: number,
  height: number,
  areas: readonly (readonly Ring[])[],
  cellsMax = CELLS_MAX,
): Subdivision {
  const edges = areaEdges(lines, areas);
  const cutter = new Cutter(lines, edges.carriers);
  const cells: Cell[] = [];
  const tree = new SubdivisionTree(lines);
  const box = boxCell(lines, 0, 0, width, height);
  const leaf = (cell: Cell) => {
    if (cells.length === cellsMax)
      throw new ThicketError(`areas cut one another into more than ${cellsMax} parts`);
    return -cells.push(cell);
  };
  const sink = { leaf, node: (line: number, left: number, right: number) => tree.node(line, left, right) };
  tree.root = new TreeBuilder(cutter, sink, {
    seed: 1,
    cutCost: 0.5,
    range: Number.POSITIVE_INFINITY,
  }).greedy(edges.fragments, box);
  const borders = bordersOf(lines, cells);
  const sets = new AreaSets();
  return {
    ...{ lines, edges, box, cells, borders },
    sets: flood(cells.length, borders, edges, sets),
    areasOf: sets.areas,
    locator: tree,
  };
}

/** Links: −1 − cell, else a node. */
class SubdivisionTree implements Locator {
  root = -1;
  readonly #line: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #lines: Lines;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  node(line: number, left: number, right: number): number {
    this.#line.push(line);
    this.#left.push(left);
    this.#right.push(right);
    return this.#line.length - 1;
  }

  cellAt(x: number, y: number): number {
    return this.#walk((line) => this.#lines.at(line, x, y) < 0);
  }

  cellOf(point: BigPoint): number {
    return this.#walk((line) => signOf(valueAt(this.#lines.big(line), point)) < 0);
  }

  #walk(isLeft: (line: number) => boolean): number {
    let link = this.root;
    while (link >= 0)
      link = (isLeft(this.#line[link] as number) ? this.#left[link] : this.#right[link]) as number;
    return -1 - link;
  }
}

/** Sets of areas by number, and the sets that lie across a stretch. */
class AreaSets {
  readonly areas: (readonly number[])[] = [[]];
  readonly #numbers = new Map<string, number>([['', SET_EMPTY]]);
  readonly #across = new Map<Stretch, Map<number, number>>();
  #total = 0;

  across(set: number, stretch: Stretch): number {
    const known = this.#across.get(stretch) ?? new Map<number, number>();
    if (known.size === 0) this.#across.set(stretch, known);
    const number = known.get(set) ?? this.#numberOf(set, stretch.areas);
    known.set(set, number);
    return number;
  }

  #numberOf(set: number, crossed: readonly number[]): number {
    const areas = new Set(this.areas[set]);
    for (const area of crossed) if (!areas.delete(area)) areas.add(area);
    const list = [...areas].sort((left, right) => left - right);
    const key = list.join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#total += list.length;
    if (this.#total > AREAS_OF_SETS_MAX)
      throw new ThicketError(`areas lie over one another more than ${AREAS_OF_SETS_MAX} times`);
    this.#numbers.set(key, this.areas.length);
    this.areas.push(list);
    return this.areas.length - 1;
  }
}

/** The set of each cell, from the empty one outside over every border. */
function flood(count: number, borders: Borders, edges: AreaEdges, sets: AreaSets): number[] {
  const known: number[] = new Array(count).fill(-1);
  const waiting: number[] = [];
  const crossing = borders.all.map((border) => stretchAt(border, edges));
  const take = (cell: number, before: number, border: number) => {
    const stretch = crossing[border];
    const set = stretch === undefined ? before : sets.across(before, stretch);
    if (cell === OUTSIDE ? set !== SET_EMPTY : known[cell] !== -1 && known[cell] !== set)
      throw new TypeError('areas end between two cells that no edge divides');
    if (cell === OUTSIDE || known[cell] !== -1) return;
    known[cell] = set;
    waiting.push(cell);
  };
  for (const border of borders.of(OUTSIDE)) take(borders.across(border, OUTSIDE), SET_EMPTY, border);
  for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop())
    for (const border of borders.of(cell)) take(borders.across(border, cell), known[cell] ?? 0, border);
  return known;
}

/** The stretch of edges that a border lies on, if any: no stretch ends inside a border. */
function stretchAt(
  { line, isUpright, from }: Borders['all'][number],
  { stretches }: AreaEdges,
): Stretch | undefined {
  const list = stretches.get(line);
  if (list === undefined) return undefined;
  const [numerator, near] = isUpright ? [from.Y, from.y] : [from.X, from.x];
  /** Whether a stretch ends behind the beginning of the border. */
  const endsBehind = ({ to }: Stretch) => {
    if (Math.abs(to - near) > 2 ** -18) return to > near;
    return BigInt(to) * from.W > numerator;
  };
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endsBehind(list[middle] as Stretch)) high = middle;
    else low = middle + 1;
  }
  const stretch = list[low];
  if (stretch === undefined) return undefined;
  if (Math.abs(stretch.from - near) > 2 ** -18) return stretch.from < near ? stretch : undefined;
  return BigInt(stretch.from) * from.W <= numerator ? stretch : undefined;
}
