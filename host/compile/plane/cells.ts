import type { Coefficients, LineTable } from './lines.ts';
import type { Extent } from './shapes.ts';

/** An exact point (X / W, Y / W) with W above 0, and the doubles nearest to it. */
export interface Vertex {
  readonly X: bigint;
  readonly Y: bigint;
  readonly W: bigint;
  readonly x: number;
  readonly y: number;
}

/** A side of a cell: the line it lies on, on which side of that the cell is (−1: f < 0), and the corner at which it begins. */
export interface Side {
  readonly line: number;
  readonly sign: -1 | 1;
  readonly from: Vertex;
}

/** A convex polygon with an inside, counter-clockwise: what a chain of lines leaves of the plane. */
export type Cell = readonly Side[];

/** All of the plane: its sides are lines of the table, too. */
export function wholeCell({ width, height }: Extent, lines: LineTable): Cell {
  const corner = (x: number, y: number): Vertex => ({ X: BigInt(x), Y: BigInt(y), W: 1n, x, y });
  return [
    { line: lines.add(0, 1, 0, 0), sign: 1, from: corner(0, 0) },
    { line: lines.add(1, 0, width, 0), sign: -1, from: corner(width, 0) },
    { line: lines.add(0, 1, 0, height), sign: -1, from: corner(width, height) },
    { line: lines.add(1, 0, 0, 0), sign: 1, from: corner(0, height) },
  ];
}

/** What lies on both sides of a line: where f < 0, and where f ≥ 0; null: nothing with an inside. */
export function cutCell(cell: Cell, line: number, lines: LineTable): [left: Cell | null, right: Cell | null] {
  const signs = cell.map(({ from }) => signAt(line, from, lines));
  if (!signs.some((sign) => sign < 0)) return [null, cell];
  if (!signs.some((sign) => sign > 0)) return [cell, null];
  const left: Side[] = [];
  const right: Side[] = [];
  cell.forEach((side, index) => {
    const here = signs[index] as number;
    const next = signs[(index + 1) % cell.length] as number;
    const meets = here * next < 0 ? meet(lines.coefficients(side.line), lines.coefficients(line)) : null;
    keepHalf(left, side, -here, -next, meets, line, -1);
    keepHalf(right, side, here, next, meets, line, 1);
  });
  return [left, right];
}

/** What of a side lies on the kept half, where signs are above 0, and the new side where the border leaves it. */
function keepHalf(
  half: Side[],
  side: Side,
  here: number,
  next: number,
  meets: Vertex | null,
  line: number,
  sign: -1 | 1,
): void {
  if (here > 0 || (here === 0 && next >= 0)) half.push(side);
  if (here === 0 && next < 0) half.push({ line, sign, from: side.from });
  if (meets === null) return;
  half.push(here > 0 ? { line, sign, from: meets } : { ...side, from: meets });
}

/** The exact sign of f at a corner. */
function signAt(line: number, { X, Y, W, x, y }: Vertex, lines: LineTable): number {
  const near = lines.near(line, x, y);
  if (Math.abs(near) > lines.doubt(line)) return Math.sign(near);
  const [a, b, c] = lines.coefficients(line);
  const exact = a * X + b * Y + c * W;
  return exact < 0n ? -1 : exact > 0n ? 1 : 0;
}

/** Where two lines that are not parallel cross. */
function meet(p: Coefficients, q: Coefficients): Vertex {
  let W = p[0] * q[1] - q[0] * p[1];
  let X = p[1] * q[2] - q[1] * p[2];
  let Y = p[2] * q[0] - q[2] * p[0];
  if (W < 0n) [X, Y, W] = [-X, -Y, -W];
  return { X, Y, W, x: quotient(X, W), y: quotient(Y, W) };
}

/** numerator / denominator (above 0) as the nearest double, but for its last bits. */
export function quotient(numerator: bigint, denominator: bigint): number {
  const size = bits(numerator);
  const shift = 64 - size + bits(denominator);
  if (shift <= 0) return Number(numerator / denominator);
  return Number((numerator << BigInt(shift)) / denominator) * 2 ** -shift;
}

function bits(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** The largest |f| over a cell. */
export function reachOver(cell: Cell, line: number, lines: LineTable): number {
  let most = 0;
  for (const { from } of cell) most = Math.max(most, Math.abs(lines.near(line, from.x, from.y)));
  return most;
}

/** The area of a cell, square steps: each triangle exact, their sum a double. */
export function areaOf(cell: Cell): number {
  const [first, ...others] = cell.map(({ from }) => from) as [Vertex, ...Vertex[]];
  let area = 0;
  for (let index = 1; index < others.length; index++) {
    const p = others[index - 1] as Vertex;
    const q = others[index] as Vertex;
    const twice =
      (p.X * first.W - first.X * p.W) * (q.Y * first.W - first.Y * q.W) -
      (p.Y * first.W - first.Y * p.W) * (q.X * first.W - first.X * q.W);
    area += quotient(twice, 2n * first.W * first.W * p.W * q.W);
  }
  return area;
}

/** A point strictly inside of a cell: that in the middle of three corners. */
export function insideOf(cell: Cell): Vertex {
  const [p, q, r] = [0, 1, 2].map((index) => (cell[index] as Side).from) as [Vertex, Vertex, Vertex];
  const W = 3n * p.W * q.W * r.W;
  const X = p.X * q.W * r.W + q.X * p.W * r.W + r.X * p.W * q.W;
  const Y = p.Y * q.W * r.W + q.Y * p.W * r.W + r.Y * p.W * q.W;
  return { X, Y, W, x: quotient(X, W), y: quotient(Y, W) };
}

const AROUND = [
  [0, 0],
  [0, -1],
  [-1, 0],
  [-1, -1],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** A lattice point that belongs to a cell, near its middle; undefined where none was found, which is no proof that there is none. */
export function latticePointOf(cell: Cell, lines: LineTable): readonly [number, number] | undefined {
  let [x, y] = [0, 0];
  for (const { from } of cell) {
    x += from.x / cell.length;
    y += from.y / cell.length;
  }
  const near = [[x, y], ...cell.map(({ from }) => [from.x, from.y])] as [number, number][];
  for (const [u, v] of near)
    for (const [dx, dy] of AROUND) {
      const point = [Math.round(u) + dx, Math.round(v) + dy] as const;
      if (holds(cell, point, lines)) return point;
    }
  return undefined;
}

/** Whether a lattice point belongs to a cell, borders half-open. */
function holds(cell: Cell, [x, y]: readonly [number, number], lines: LineTable): boolean {
  return cell.every(({ line, sign }) => (lines.at(line, x, y) < 0 ? -1 : 1) === sign);
}
