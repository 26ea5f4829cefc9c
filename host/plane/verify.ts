import type { PlaneLink, PlaneNode } from '../body/plane-partition.ts';
import { boxCell, type Cell, type Corner, cutCell } from './cell.ts';
import type { GridShape } from './grids.ts';
import type { Lines } from './lines.ts';
import type { Lookup } from './lookup.ts';

/**
 * The last look at a lookup, at the numbers that go into the body and nothing else: over the cell of every node, with exact corners,
 * |f| is below 2^31, or what else is asked, for one number c that its 32 bits stand for, so that the sign of f modulo 2^32 is the true one.
 */

const WORD = 2n ** 32n;
const HALF = 2n ** 31n;

/** Nodes over cells where |f| may be `range` or more, none in order; looks at each node in each cell that it is used in. */
export function outOfRange(
  lines: Lines,
  width: number,
  height: number,
  { shape, grids, nodes }: Pick<Lookup, 'shape' | 'grids' | 'nodes'>,
  range: number,
): number {
  let wrong = 0;
  const walk = (link: PlaneLink, cell: Cell) => {
    const node = nodes[link];
    if (node === undefined) return;
    const line = lineOver(lines, node, cell, range);
    if (line === undefined) {
      wrong++;
      return;
    }
    const { left, right } = cutCell(lines, line, cell);
    if (left !== null) walk(node.left, left);
    if (right !== null) walk(node.right, right);
  };
  for (const { roots } of grids)
    roots.forEach((root, square) => {
      walk(root, squareCell(lines, width, height, shape, square));
    });
  return wrong;
}

function squareCell(lines: Lines, width: number, height: number, shape: GridShape, square: number): Cell {
  const { shiftX, shiftY, columns } = shape;
  const [x, y] = [(square % columns) * 2 ** shiftX, Math.floor(square / columns) * 2 ** shiftY];
  return boxCell(lines, x, y, Math.min(width, x + 2 ** shiftX), Math.min(height, y + 2 ** shiftY));
}

/**
 * The line that a node means over a cell, or undefined where |f| is too large for it. `from`: where the plane of the node begins in the
 * coordinates of the lines and the cell.
 */
export function lineOver(
  lines: Lines,
  { a, b, c }: PlaneNode,
  cell: Cell,
  range: number,
  from: readonly [x: number, y: number] = [0, 0],
): number | undefined {
  const [A, B] = [BigInt(a), BigInt(b)];
  const moved = A * BigInt(from[0]) + B * BigInt(from[1]);
  const first = cell[0]?.corner;
  if (first === undefined) return undefined;
  const rest = (A * first.X + B * first.Y) / first.W - moved;
  // The c of these 32 bits that brings f nearest to 0 at the first corner.
  const wholes = (-rest - BigInt(c) + HALF) >> 32n;
  const whole = BigInt(c) + wholes * WORD - moved;
  const most = BigInt(range);
  const isInRange = ({ X, Y, W }: Corner) => {
    const value = A * X + B * Y + whole * W;
    return (value < 0n ? -value : value) < most * W;
  };
  return cell.every(({ corner }) => isInRange(corner)) ? lines.exactly(a, b, whole) : undefined;
}
