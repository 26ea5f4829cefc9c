import { type Cell, type Corner, compareRatios, sideOf } from './cell.ts';
import type { Lines } from './lines.ts';

/** Which cells share which piece of a line: sides of cells on both sides of each line, laid over one another. */

/** A piece of a line, along rising x, or rising y of an upright line; cells are numbers, −1 outside of the box. */
export interface Border {
  readonly line: number;
  readonly isUpright: boolean;
  readonly from: Corner;
  readonly to: Corner;
  /** The cell where f < 0, and the one where f > 0. */
  readonly left: number;
  readonly right: number;
}

/** A side of a cell, on one side of its line. */
interface OneSide {
  readonly cell: number;
  readonly from: Corner;
  readonly to: Corner;
}

/** No cell: outside of the box. */
export const OUTSIDE = -1;

export class Borders {
  /** By rising lines, and along each. */
  readonly all: readonly Border[];
  readonly #byCell: (number[] | undefined)[] = [];

  constructor(all: readonly Border[]) {
    this.all = all;
    all.forEach(({ left, right }, border) => {
      this.#list(left).push(border);
      this.#list(right).push(border);
    });
  }

  #list(cell: number): number[] {
    const known = this.#byCell[cell + 1] ?? [];
    this.#byCell[cell + 1] = known;
    return known;
  }

  /** Numbers of the borders of a cell. */
  of(cell: number): readonly number[] {
    return this.#byCell[cell + 1] ?? [];
  }

  /** The cell on the other side. */
  across(border: number, cell: number): number {
    const { left, right } = this.all[border] as Border;
    return left === cell ? right : left;
  }
}

export function bordersOf(lines: Lines, cells: readonly Cell[]): Borders {
  const byLine = new Map<number, { readonly left: OneSide[]; readonly right: OneSide[] }>();
  cells.forEach((cell, number) => {
    cell.forEach(({ line, corner }, at) => {
      const next = cell[(at + 1) % cell.length]?.corner ?? corner;
      const sides = byLine.get(line) ?? { left: [], right: [] };
      if (sides.left.length + sides.right.length === 0) byLine.set(line, sides);
      const isUpright = lines.b[line] === 0;
      const isForward = compareAlong(isUpright, corner, next) < 0;
      const [from, to] = isForward ? [corner, next] : [next, corner];
      const list = sideOf(lines, line, corner, next) < 0 ? sides.left : sides.right;
      list.push({ cell: number, from, to });
    });
  });
  const all: Border[] = [];
  for (const [line, { left, right }] of [...byLine].sort(([one], [other]) => one - other)) {
    const isUpright = lines.b[line] === 0;
    const rising = (one: OneSide, other: OneSide) => compareAlong(isUpright, one.from, other.from);
    overlay(line, isUpright, left.sort(rising), right.sort(rising), all);
  }
  return new Borders(all);
}

/** Pieces of both lists laid over one another; where a list has a hole there is the outside of the box. */
function overlay(
  line: number,
  isUpright: boolean,
  left: readonly OneSide[],
  right: readonly OneSide[],
  all: Border[],
): void {
  const compare = (one: Corner, other: Corner) => compareAlong(isUpright, one, other);
  let [atLeft, atRight] = [0, 0];
  let here: Corner | undefined;
  for (;;) {
    const [one, other] = [left[atLeft], right[atRight]];
    if (one === undefined && other === undefined) return;
    const start = laterOf(here, earlierOf(one?.from, other?.from, compare), compare);
    const isLeft = one !== undefined && compare(one.from, start) <= 0;
    const isRight = other !== undefined && compare(other.from, start) <= 0;
    const ends = [isLeft ? one.to : one?.from, isRight ? other.to : other?.from];
    const end = earlierOf(ends[0], ends[1], compare);
    if (compare(start, end) < 0)
      all.push({
        ...{ line, isUpright, from: start, to: end },
        left: isLeft ? one.cell : OUTSIDE,
        right: isRight ? other.cell : OUTSIDE,
      });
    if (isLeft && compare(one.to, end) <= 0) atLeft++;
    if (isRight && compare(other.to, end) <= 0) atRight++;
    here = end;
  }
}

function earlierOf(
  one: Corner | undefined,
  other: Corner | undefined,
  compare: (one: Corner, other: Corner) => number,
): Corner {
  if (one === undefined || other === undefined) {
    const only = one ?? other;
    if (only === undefined) throw new TypeError('one of two corners is there');
    return only;
  }
  return compare(one, other) <= 0 ? one : other;
}

function laterOf(
  here: Corner | undefined,
  next: Corner,
  compare: (one: Corner, other: Corner) => number,
): Corner {
  return here === undefined || compare(here, next) < 0 ? next : here;
}

/** Along x, or y of an upright line. */
export function compareAlong(isUpright: boolean, one: Corner, other: Corner): number {
  return isUpright
    ? compareRatios(one.Y, one.W, other.Y, other.W, one.y - other.y)
    : compareRatios(one.X, one.W, other.X, other.W, one.x - other.x);
}
