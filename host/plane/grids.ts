import { type Cell, cutCell } from './cell.ts';
import { Cutter, type Fragments } from './fragments.ts';
import type { Lines } from './lines.ts';
import type { RuleEdges } from './rule-edges.ts';

/** Grids: which ones are worth a try, and what lies in each of their squares. */

/** Squares of 2^shiftX by 2^shiftY steps from the minima. */
export interface GridShape {
  readonly shiftX: number;
  readonly shiftY: number;
  readonly columns: number;
  readonly rows: number;
}

const SHIFT_NONE = 31;
/** Squares of grids that are tried, as powers of two, as far as there are edges for them, and of those in one row or column. */
const GRID_BITS = [14, 12, 10, 8, 6, 4];
const ROW_BITS_MAX = 8;
/** Squares a grid may have for each edge. */
const SQUARES_AN_EDGE = 2;

/** No grid. */
export const ONE_SQUARE: GridShape = { shiftX: SHIFT_NONE, shiftY: SHIFT_NONE, columns: 1, rows: 1 };

/** A square of a grid and what of the edges is in it. */
export interface Plot {
  /** Number of the set that it is of. */
  readonly set: number;
  readonly square: number;
  readonly fragments: Fragments;
  readonly cell: Cell;
}

/** Grids of about as many squares as there are edges and fewer: of squares, of columns alone and of rows alone. */
export function shapesFor(width: number, height: number, edges: number): GridShape[] {
  const shapes = new Map<string, GridShape>();
  const take = (shiftX: number, shiftY: number) => {
    const shape = {
      ...{ shiftX, shiftY },
      columns: squaresOf(width, shiftX),
      rows: squaresOf(height, shiftY),
    };
    if (shape.columns * shape.rows > 1) shapes.set(`${shiftX} ${shiftY}`, shape);
  };
  for (const bits of GRID_BITS) {
    if (2 ** bits > edges * SQUARES_AN_EDGE) continue;
    take(...squareShifts(width, height, bits));
    if (bits > ROW_BITS_MAX) continue;
    take(shiftFor(width, bits), SHIFT_NONE);
    take(SHIFT_NONE, shiftFor(height, bits));
  }
  return [...shapes.values()];
}

/** The least shift that leaves so many bits of a length. */
function shiftFor(length: number, bits: number): number {
  return Math.max(0, Math.ceil(Math.log2(length)) - bits);
}

/** Shifts as equal as they can be, with 2^bits squares at most. */
function squareShifts(width: number, height: number, bits: number): [shiftX: number, shiftY: number] {
  let [ofX, ofY] = [0, 0];
  for (let bit = 0; bit < bits; bit++) {
    if (width / 2 ** ofX >= height / 2 ** ofY) ofX++;
    else ofY++;
  }
  return [shiftFor(width, ofX), shiftFor(height, ofY)];
}

function squaresOf(length: number, shift: number): number {
  return Math.floor((length - 1) / 2 ** shift) + 1;
}

/** The squares of a grid and what of a set lies in each. */
export function plotsOf(
  lines: Lines,
  box: Cell,
  { shiftX, shiftY, columns, rows }: GridShape,
  edges: RuleEdges,
  set: number,
): Plot[] {
  const cutter = new Cutter(lines, edges.carriers);
  const plots: Plot[] = [];
  const divide = (
    fragments: Fragments,
    cell: Cell,
    column: number,
    wide: number,
    row: number,
    high: number,
  ) => {
    if (wide === 1 && high === 1) {
      plots.push({ set, square: row * columns + column, fragments, cell });
      return;
    }
    const isAcross = wide >= high;
    const half = Math.ceil((isAcross ? wide : high) / 2);
    const line = isAcross
      ? lines.upright((column + half) * 2 ** shiftX)
      : lines.level((row + half) * 2 ** shiftY);
    const parts = cutCell(lines, line, cell);
    const { left, right } = cutter.split(line, fragments);
    if (parts.left === null || parts.right === null) throw new TypeError('squares lie in the box');
    divide(left, parts.left, column, isAcross ? half : wide, row, isAcross ? high : half);
    if (isAcross) divide(right, parts.right, column + half, wide - half, row, high);
    else divide(right, parts.right, column, wide, row + half, high - half);
  };
  divide(edges.fragments, box, 0, columns, 0, rows);
  return plots;
}
