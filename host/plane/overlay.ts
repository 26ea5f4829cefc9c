import type { PlaneGrid, PlaneLink, PlanePartition } from '../body/plane-partition.ts';
import { boxCell, type Cell, cutCell } from './cell.ts';
import type { Lines } from './lines.ts';
import { RANGE } from './lookup.ts';
import { lineOver } from './verify.ts';

/**
 * Two lookups laid over one another: convex cells with exact corners, over each of which either lookup leads to one rule. The lines are
 * those of the nodes themselves, so what is found is what cores answer. Every lattice point of either plane lies in one of the cells.
 */

type Cutting = Pick<PlanePartition, 'axes' | 'nodes' | 'shiftX' | 'shiftY' | 'columns' | 'rows'>;

/** A plane, and where it begins in the coordinates of the overlay: from 0, which are at most 2^31. */
export interface Overlaid {
  readonly plane: Cutting;
  readonly from: readonly [x: number, y: number];
}

/** Index into the rules of each, OUTSIDE where that plane is not. */
export interface OverlaidCell {
  readonly cell: Cell;
  readonly before: number;
  readonly after: number;
}

export const OUTSIDE = -1;

/** An overlay would have more cells than anybody could look at. */
export class TooManyCellsError extends Error {}
/** A node is used where |f| is 2^31 or more, so that it means no line. */
export class NoLineError extends Error {}

const CELLS_MAX = 2 ** 21;

export class Overlay {
  readonly #lines: Lines;
  readonly #before: Overlaid;
  readonly #after: Overlaid;
  readonly #size: readonly [width: number, height: number];
  #cells = 0;

  constructor(lines: Lines, before: Overlaid, after: Overlaid, size: Overlay['size']) {
    this.#lines = lines;
    this.#before = before;
    this.#after = after;
    this.#size = size;
  }

  get size(): readonly [width: number, height: number] {
    return this.#size;
  }

  /**
   * The cells over which two grids differ; null: a plane without any, all of it is outside. `isEqual` tells of rules, or OUTSIDE, whether
   * they say the same.
   * @throws TooManyCellsError, NoLineError
   */
  differences(
    before: PlaneGrid | null,
    after: PlaneGrid | null,
    isEqual: (before: number, after: number) => boolean,
  ): OverlaidCell[] {
    const found: OverlaidCell[] = [];
    const take = (cell: Cell, one: number, other: number) => {
      if (!isEqual(one, other)) found.push({ cell, before: one, after: other });
    };
    const [xs, ys] = [this.#cuts(0), this.#cuts(1)];
    ys.slice(1).forEach((y1, row) => {
      xs.slice(1).forEach((x1, column) => {
        const [x0, y0] = [xs[column] ?? 0, ys[row] ?? 0];
        const [one, other] = [rootAt(this.#before, before, x0, y0), rootAt(this.#after, after, x0, y0)];
        if (one < 0 && other < 0 && isEqual(ruleOf(one), ruleOf(other))) return;
        const square = boxCell(this.#lines, x0, y0, x1, y1);
        this.#walk(this.#before, one, square, (ruleBefore, part) =>
          this.#walk(this.#after, other, part, (ruleAfter, cell) => take(cell, ruleBefore, ruleAfter)),
        );
      });
    });
    return found;
  }

  /** Where squares of either plane begin or end along an axis, rising. */
  #cuts(axis: 0 | 1): number[] {
    const cuts = new Set([0, this.#size[axis]]);
    for (const { plane, from } of [this.#before, this.#after]) {
      const { min, max } = plane.axes[axis];
      const [count, shift] = axis === 0 ? [plane.columns, plane.shiftX] : [plane.rows, plane.shiftY];
      for (let square = 0; square < count; square++) cuts.add(from[axis] + square * 2 ** shift);
      cuts.add(from[axis] + max - min);
    }
    return [...cuts].sort((one, other) => one - other);
  }

  #walk(overlaid: Overlaid, link: PlaneLink, cell: Cell, visit: (rule: number, cell: Cell) => void): void {
    if (link < 0) {
      if (++this.#cells > CELLS_MAX) throw new TooManyCellsError();
      visit(ruleOf(link), cell);
      return;
    }
    const node = overlaid.plane.nodes[link];
    const line = node === undefined ? undefined : lineOver(this.#lines, node, cell, RANGE, overlaid.from);
    if (node === undefined || line === undefined) throw new NoLineError();
    const { left, right } = cutCell(this.#lines, line, cell);
    if (left !== null) this.#walk(overlaid, node.left, left, visit);
    if (right !== null) this.#walk(overlaid, node.right, right, visit);
  }
}

/** In place of a link: beyond the axes. */
const NOWHERE = Number.NEGATIVE_INFINITY;

function ruleOf(link: PlaneLink): number {
  return link === NOWHERE ? OUTSIDE : -1 - link;
}

function rootAt({ plane, from }: Overlaid, grid: PlaneGrid | null, x: number, y: number): PlaneLink {
  const [offsetX, offsetY] = [x - from[0], y - from[1]];
  const [ofX, ofY] = plane.axes;
  const isInside = offsetX >= 0 && offsetY >= 0 && offsetX < ofX.max - ofX.min && offsetY < ofY.max - ofY.min;
  if (!isInside) return NOWHERE;
  const square = (offsetY >>> plane.shiftY) * plane.columns + (offsetX >>> plane.shiftX);
  return grid?.roots[square] ?? NOWHERE;
}
