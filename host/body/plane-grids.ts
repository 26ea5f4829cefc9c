import type { PlaneGrid, PlaneLink, PlanePartition } from './plane-partition.ts';

/** The grids of a plane, SPEC section 2.9: rows of squares, each with the root of its tree. */

/** A shift with which an axis has one square. */
export const WHOLE_AXIS = 31;

/** Squares of 2^shiftX by 2^shiftY steps. */
export interface GridShape {
  readonly shiftX: number;
  readonly shiftY: number;
  readonly columns: number;
  readonly rows: number;
  /** A row has 2^stride entries. */
  readonly stride: number;
}

/** Squares along an axis of so many steps. */
export function squaresOf(length: number, shift: number): number {
  return ((length - 1) >>> shift) + 1;
}

/** The least stride for so many columns. */
export function strideFor(columns: number): number {
  return columns <= 1 ? 0 : 32 - Math.clz32(columns - 1);
}

/** The shape of all grids of a plane, in the one form that it has. */
export function gridShapeOf({ axes, shiftX, shiftY, columns, rows }: PlanePartition): GridShape {
  const [x, y] = axes;
  const squares = [squaresOf(x.max - x.min, shiftX), squaresOf(y.max - y.min, shiftY)];
  if (squares[0] !== columns || squares[1] !== rows)
    throw new RangeError(`a grid of ${columns} columns and ${rows} rows, where ${squares.join(' and ')} are`);
  return {
    shiftX: columns === 1 ? WHOLE_AXIS : shiftX,
    shiftY: rows === 1 ? WHOLE_AXIS : shiftY,
    ...{ columns, rows, stride: strideFor(columns) },
  };
}

/** Bytes of a grid: a whole number of words. */
export function gridBytesOf({ rows, stride }: Pick<GridShape, 'rows' | 'stride'>, isWide: boolean): number {
  return 4 * Math.ceil((rows * 2 ** stride * (isWide ? 4 : 2)) / 4);
}

/** Grids that differ, in the order of the first phase that has each, and the number of each phase's. */
export function gridsInOrder({ grids, phases }: PlanePartition): {
  readonly distinct: readonly PlaneGrid[];
  readonly ofPhase: readonly number[];
} {
  const numbers = new Map<string, number>();
  const distinct: PlaneGrid[] = [];
  const ofPhase = phases.map(({ grid }) => {
    const found = grids[grid];
    if (found === undefined) throw new RangeError(`a phase has grid ${grid}, which there is not`);
    const key = found.roots.join();
    const number = numbers.get(key) ?? distinct.length;
    if (number === distinct.length) distinct.push(found);
    numbers.set(key, number);
    return number;
  });
  if (ofPhase.some((grid, index) => grid === ofPhase[index - 1]))
    throw new RangeError('neighbouring phases have the same grid');
  return { distinct, ofPhase };
}

/** Grids as bytes, squares beyond the axes 0; `entryOf` gives what stands for a root. */
export function encodeGrids(
  grids: readonly PlaneGrid[],
  shape: GridShape,
  isWide: boolean,
  entryOf: (root: PlaneLink) => number,
): Uint8Array {
  const gridBytes = gridBytesOf(shape, isWide);
  const bytes = new Uint8Array(grids.length * gridBytes);
  const view = new DataView(bytes.buffer);
  grids.forEach(({ roots }, grid) => {
    if (roots.length !== shape.columns * shape.rows) throw new RangeError(`a grid of ${roots.length} roots`);
    roots.forEach((root, index) => {
      const column = index % shape.columns;
      const square = ((index - column) / shape.columns) * 2 ** shape.stride + column;
      if (isWide) view.setUint32(grid * gridBytes + 4 * square, entryOf(root), true);
      else view.setUint16(grid * gridBytes + 2 * square, entryOf(root), true);
    });
  });
  return bytes;
}
