import type { PlaneSample } from '../body/plane-partition.ts';
import { type Border, compareAlong, OUTSIDE } from './borders.ts';
import { areaOf, type Cell, type Corner, insideOf, latticePointOf, ratioOf } from './cell.ts';
import type { Subdivision } from './subdivision.ts';

/** What cells of a subdivision come to together: area, a place in it, and which of them hang together. */

export interface Region {
  /** In squares of a step, to 6 digits or better. */
  readonly area: number;
  readonly sample: PlaneSample;
  /** Area over the longer side of its bounds is two steps or less. */
  readonly isSliver: boolean;
}

/** Average width up to which a region is a sliver, in steps. */
const SLIVER_WIDTH = 2;

/** Adds cells up. */
export class RegionSum {
  #area = 0;
  #sample: PlaneSample | undefined;
  #sampleArea = 0;
  #west = Number.POSITIVE_INFINITY;
  #east = Number.NEGATIVE_INFINITY;
  #south = Number.POSITIVE_INFINITY;
  #north = Number.NEGATIVE_INFINITY;

  add({ lines }: Pick<Subdivision, 'lines'>, cell: Cell): void {
    const area = areaOf(cell);
    this.#area += area;
    for (const { corner } of cell) {
      this.#west = Math.min(this.#west, corner.x);
      this.#east = Math.max(this.#east, corner.x);
      this.#south = Math.min(this.#south, corner.y);
      this.#north = Math.max(this.#north, corner.y);
    }
    const isLarger = area > this.#sampleArea;
    if (this.#sample?.isLattice && !isLarger) return;
    const point = latticePointOf(lines, cell);
    if (point === null && (this.#sample?.isLattice || (this.#sample !== undefined && !isLarger))) return;
    this.#sample = point === null ? between(cell) : { ...point, isLattice: true };
    this.#sampleArea = area;
  }

  get region(): Region {
    const length = Math.max(this.#east - this.#west, this.#north - this.#south);
    if (this.#sample === undefined) throw new TypeError('a region has cells');
    return {
      area: this.#area,
      sample: this.#sample,
      isSliver: this.#area <= SLIVER_WIDTH * length && length > 2 * SLIVER_WIDTH,
    };
  }
}

function between(cell: Cell): PlaneSample {
  const { X, Y, W } = insideOf(cell);
  return { x: ratioOf(X, W), y: ratioOf(Y, W), isLattice: false };
}

/** Cells that hang together: from each of them to each other leads a way over sides that they share. */
export interface Component {
  readonly kind: number;
  readonly cells: readonly number[];
}

/** Components of cells of the same kind, of which kinds below 0 are left out, in order of their first cells. */
export function componentsOf(
  { borders }: Pick<Subdivision, 'borders'>,
  kinds: readonly number[],
): Component[] {
  const seen = new Uint8Array(kinds.length);
  const found: Component[] = [];
  kinds.forEach((kind, first) => {
    if (kind < 0 || seen[first] === 1) return;
    seen[first] = 1;
    const cells = [first];
    for (let next = 0; next < cells.length; next++) {
      const cell = cells[next] as number;
      for (const border of borders.of(cell)) {
        const other = borders.across(border, cell);
        if (other === OUTSIDE || seen[other] === 1 || kinds[other] !== kind) continue;
        seen[other] = 1;
        cells.push(other);
      }
    }
    found.push({ kind, cells });
  });
  return found;
}

/** Cells on the other side of the borders of a component, each once; OUTSIDE where it reaches the end of the box. */
export function neighboursOf({ borders }: Subdivision, { cells }: Component): number[] {
  const own = new Set(cells);
  const found = new Set<number>();
  for (const cell of cells)
    for (const border of borders.of(cell)) {
      const other = borders.across(border, cell);
      if (!own.has(other)) found.add(other);
    }
  return [...found];
}

/** A piece of a line with a component on one side of it only. */
interface OutlinePiece {
  readonly border: Border;
  readonly isLeft: boolean;
}

/**
 * The outline of a component, as text: the stretches of lines on which it ends, with the side on which it lies. However subdivisions cut
 * it into cells, the same place has the same outline, as long as they have their lines in common.
 */
export function outlineOf({ borders }: Pick<Subdivision, 'borders'>, { cells }: Component): string {
  const own = new Set(cells);
  const pieces: OutlinePiece[] = [];
  for (const cell of cells)
    for (const number of borders.of(cell)) {
      const border = borders.all[number];
      if (border !== undefined && !own.has(borders.across(number, cell)))
        pieces.push({ border, isLeft: border.left === cell });
    }
  pieces.sort(alongLines);
  const stretches: string[] = [];
  pieces.forEach((piece, index) => {
    const [before, next] = [pieces[index - 1], pieces[index + 1]];
    const { line, isUpright, from, to } = piece.border;
    const side = piece.isLeft ? '-' : '+';
    if (!isContinued(before, piece)) stretches.push(`${side}${line} ${alongText(isUpright, from)}`);
    if (!isContinued(piece, next)) stretches.push(alongText(isUpright, to));
  });
  return stretches.join(' ');
}

function alongLines(one: OutlinePiece, other: OutlinePiece): number {
  const { line, isUpright, from } = one.border;
  if (line !== other.border.line) return line - other.border.line;
  if (one.isLeft !== other.isLeft) return one.isLeft ? -1 : 1;
  return compareAlong(isUpright, from, other.border.from);
}

/** Whether one piece ends where the other begins, with the component on the same side. */
function isContinued(one: OutlinePiece | undefined, other: OutlinePiece | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const { line, isUpright, to } = one.border;
  const isSame = line === other.border.line && one.isLeft === other.isLeft;
  return isSame && compareAlong(isUpright, to, other.border.from) === 0;
}

/** How far along its line a corner is: x, or y of an upright line, as a fraction in lowest terms. */
function alongText(isUpright: boolean, { X, Y, W }: Corner): string {
  const numerator = isUpright ? Y : X;
  let [a, b] = [numerator, W];
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = a < 0n ? -a : a;
  return `${numerator / divisor}/${W / divisor}`;
}
