import type { BigLine, Lines } from './lines.ts';

/**
 * A convex cell with exact corners, counter-clockwise, never empty: each corner with the line of the side that begins there. Corners are
 * meets of two lines, so their numbers do not grow however often a cell is cut.
 */

/** A point (X / W, Y / W), W > 0, on two lines. */
export interface Corner {
  readonly x: number;
  readonly y: number;
  readonly X: bigint;
  readonly Y: bigint;
  readonly W: bigint;
  readonly one: number;
  readonly other: number;
}

export interface Side {
  /** Of the side from `corner` to the next one's. */
  readonly line: number;
  readonly corner: Corner;
}

export type Cell = readonly Side[];

/** A point with exact coordinates X / W, Y / W, W > 0. */
export type BigPoint = Pick<Corner, 'X' | 'Y' | 'W'>;

/** Left of a line f < 0, right of it f > 0. */
export interface Halves {
  /** null: nothing of it lies there. */
  readonly left: Cell | null;
  readonly right: Cell | null;
}

/** [x0, x1] × [y0, y1] in integers. */
export function boxCell(lines: Lines, x0: number, y0: number, x1: number, y1: number): Cell {
  const [west, east] = [lines.upright(x0), lines.upright(x1)];
  const [south, north] = [lines.level(y0), lines.level(y1)];
  return [
    { line: south, corner: meet(lines, south, west) },
    { line: east, corner: meet(lines, east, south) },
    { line: north, corner: meet(lines, north, east) },
    { line: west, corner: meet(lines, west, north) },
  ];
}

/** Where two lines that are not parallel meet. */
export function meet(lines: Lines, one: number, other: number): Corner {
  const [p, q] = [lines.big(one), lines.big(other)];
  const w = p.a * q.b - q.a * p.b;
  const [sx, sy] = [p.b * q.c - q.b * p.c, p.c * q.a - q.c * p.a];
  const [X, Y, W] = w < 0n ? [-sx, -sy, -w] : [sx, sy, w];
  const divisor = Number(W);
  return { x: Number(X) / divisor, y: Number(Y) / divisor, X, Y, W, one, other };
}

/** The exact sign of f at a corner: −1, 0 or 1. */
function signAt(lines: Lines, line: number, corner: Corner): number {
  if (corner.one === line || corner.other === line) return 0;
  const near = lines.near(line, corner.x, corner.y);
  const doubt = lines.doubt(line, corner.x, corner.y);
  if (near > doubt) return 1;
  if (near < -doubt) return -1;
  return signOf(valueAt(lines.big(line), corner));
}

/** W · f at a point. */
export function valueAt({ a, b, c }: BigLine, { X, Y, W }: BigPoint): bigint {
  return a * X + b * Y + c * W;
}

export function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

/** Cuts a cell along a line. */
export function cutCell(lines: Lines, line: number, cell: Cell): Halves {
  const signs = cell.map(({ corner }) => signAt(lines, line, corner));
  if (!signs.some((sign) => sign < 0)) return { left: null, right: cell };
  if (!signs.some((sign) => sign > 0)) return { left: cell, right: null };
  const left: Side[] = [];
  const right: Side[] = [];
  cell.forEach((side, at) => {
    const sign = signs[at] ?? 0;
    const next = signs[(at + 1) % cell.length] ?? 0;
    if (sign === 0) {
      // Of the half that the boundary leaves here the cut begins, of the other one the side.
      left.push(next > 0 ? { line, corner: side.corner } : side);
      right.push(next < 0 ? { line, corner: side.corner } : side);
      return;
    }
    const [here, there] = sign < 0 ? [left, right] : [right, left];
    here.push(side);
    if (sign * next >= 0) return;
    const corner = meet(lines, side.line, line);
    here.push({ line, corner });
    there.push({ line: side.line, corner });
  });
  return { left, right };
}

/** In squares of a step, to 6 digits or better, however thin it is. */
export function areaOf(cell: Cell): number {
  const [origin] = cell;
  if (origin === undefined) return 0;
  let [twice, around] = [0, 0];
  cell.forEach(({ corner }, at) => {
    const next = cell[(at + 1) % cell.length]?.corner ?? corner;
    const [x, y] = [corner.x - origin.corner.x, corner.y - origin.corner.y];
    const [u, v] = [next.x - origin.corner.x, next.y - origin.corner.y];
    twice += x * v - y * u;
    around += Math.abs(u - x) + Math.abs(v - y);
  });
  // Corners are off by 2^-20 at most; where that is no part in a million, doubles do.
  return twice > around * 4 ? twice / 2 : exactArea(cell);
}

function exactArea(cell: Cell): number {
  const [origin] = cell;
  if (origin === undefined) return 0;
  const p = origin.corner;
  let area = 0;
  for (let at = 1; at + 1 < cell.length; at++) {
    const [q, r] = [cell[at]?.corner, cell[at + 1]?.corner];
    if (q === undefined || r === undefined) continue;
    const determinant =
      p.X * (q.Y * r.W - r.Y * q.W) - p.Y * (q.X * r.W - r.X * q.W) + p.W * (q.X * r.Y - r.X * q.Y);
    area += ratioOf(determinant, 2n * p.W * q.W * r.W);
  }
  return area;
}

/** A quotient of integers of any size as a double, to 15 digits or so; 0 below 2^-1000. */
export function ratioOf(numerator: bigint, denominator: bigint): number {
  const shift = bitsOf(denominator) - bitsOf(numerator) + 64;
  const scaled =
    shift > 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift));
  return Number(scaled) * 2 ** -shift;
}

function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** A point inside: a third of three corners. */
export function insideOf(cell: Cell): BigPoint {
  const [p, q, r] = cell.map(({ corner }) => corner);
  if (p === undefined || q === undefined || r === undefined) throw new TypeError('a cell has three corners');
  const sum = (u: bigint, v: bigint, w: bigint) => u * q.W * r.W + v * p.W * r.W + w * p.W * q.W;
  return { X: sum(p.X, q.X, r.X), Y: sum(p.Y, q.Y, r.Y), W: 3n * p.W * q.W * r.W };
}

/** Whether the half-open cell holds a lattice point: on its own lines it is where f ≥ 0. */
function holdsPoint(lines: Lines, cell: Cell, x: number, y: number): boolean {
  return cell.every(({ line, corner }, at) => {
    const sign = lines.at(line, x, y) < 0 ? -1 : 1;
    return sign === sideOf(lines, line, corner, cell[(at + 1) % cell.length]?.corner ?? corner);
  });
}

/** On which side of one of its lines a cell lies, whose side there runs from a corner to the next: counter-clockwise. */
export function sideOf(lines: Lines, line: number, from: Corner, to: Corner): number {
  // Inside is left of the way; f rises in the direction (a, b).
  const a = lines.a[line] as number;
  const b = lines.b[line] as number;
  if (Math.abs(b) >= Math.abs(a))
    return compareRatios(to.X, to.W, from.X, from.W, to.x - from.x) * Math.sign(b);
  return -compareRatios(to.Y, to.W, from.Y, from.W, to.y - from.y) * Math.sign(a);
}

/** A lattice point of the half-open cell near its middle, if one of the next ones is in it. */
export function latticePointOf(lines: Lines, cell: Cell): { readonly x: number; readonly y: number } | null {
  let [x, y] = [0, 0];
  for (const { corner } of cell) {
    x += corner.x;
    y += corner.y;
  }
  const [left, low] = [Math.floor(x / cell.length), Math.floor(y / cell.length)];
  for (const [dx, dy] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const)
    if (holdsPoint(lines, cell, left + dx, low + dy)) return { x: left + dx, y: low + dy };
  return null;
}

/** Compares p / pw with q / qw; `near` is the difference in doubles of numbers up to 2^31. */
export function compareRatios(p: bigint, pw: bigint, q: bigint, qw: bigint, near: number): number {
  if (near > 2 ** -18) return 1;
  if (near < -(2 ** -18)) return -1;
  return signOf(p * qw - q * pw);
}
