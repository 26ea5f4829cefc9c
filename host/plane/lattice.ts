import { type Cell, latticePointOf, sideOf } from './cell.ts';
import type { BigLine, Lines } from './lines.ts';

/**
 * Whether a half-open cell holds a lattice point at all, however thin it is. The cell is cut into rows in the lattice direction in which it
 * is thinnest: a cell without lattice points has few of them, and in each row the points are a range of integers.
 */

/** Digits behind the point of directions that a cell is measured along. */
const DIRECTION_BITS = 30;

/** A vector of the lattice, or of rows in it. */
type Vector = readonly [x: bigint, y: bigint];

/** a·x + b·y + c ≥ 0. */
type Condition = BigLine;

/** A lattice point of the half-open cell, near its middle if there is one; null: it holds none. */
export function latticePointIn(lines: Lines, cell: Cell): { readonly x: number; readonly y: number } | null {
  const near = latticePointOf(lines, cell);
  if (near !== null) return near;
  const conditions = conditionsOf(lines, cell);
  const [w, other] = thinBasis(cell);
  const sign = w[0] * other[1] - w[1] * other[0];
  // Points with w · p = row are row · start + m · step for every integer m.
  const [start, step]: [Vector, Vector] = [
    [other[1] * sign, -other[0] * sign],
    [-w[1] * sign, w[0] * sign],
  ];
  const [first, last] = rowsOf(cell, w);
  for (let row = first; row <= last; row++) {
    const m = integerIn(conditions, [row * start[0], row * start[1]], step);
    if (m !== null)
      return { x: Number(row * start[0] + m * step[0]), y: Number(row * start[1] + m * step[1]) };
  }
  return null;
}

/** What the points of a cell fulfil, one condition a side: f ≥ 0 right of a line, and left of it f ≤ −1. */
function conditionsOf(lines: Lines, cell: Cell): Condition[] {
  return cell.map(({ line, corner }, at) => {
    const { a, b, c } = lines.big(line);
    const side = sideOf(lines, line, corner, cell[(at + 1) % cell.length]?.corner ?? corner);
    return side > 0 ? { a, b, c } : { a: -a, b: -b, c: -c - 1n };
  });
}

/** Two lattice vectors of determinant ±1, the first of them the one along which the cell is thinnest, or nearly so. */
function thinBasis(cell: Cell): [Vector, Vector] {
  const [along, across] = axesOf(cell);
  const dot = (u: Vector, v: Vector) =>
    (u[0] * along[0] + u[1] * along[1]) * (v[0] * along[0] + v[1] * along[1]) +
    (u[0] * across[0] + u[1] * across[1]) * (v[0] * across[0] + v[1] * across[1]);
  let [short, long]: [Vector, Vector] = [
    [1n, 0n],
    [0n, 1n],
  ];
  if (dot(short, short) > dot(long, long)) [short, long] = [long, short];
  for (let size = dot(short, short); size > 0n; size = dot(short, short)) {
    const times = rounded(dot(short, long), size);
    const less: Vector = [long[0] - times * short[0], long[1] - times * short[1]];
    if (dot(less, less) >= size) return [short, less];
    [short, long] = [less, short];
  }
  return [short, long];
}

/** How far the cell reaches along its longest diagonal, and across it: vectors times 2^DIRECTION_BITS. */
function axesOf(cell: Cell): [Vector, Vector] {
  let [dx, dy, square] = [1, 0, 0];
  for (const { corner: p } of cell)
    for (const { corner: q } of cell) {
      const [x, y] = [q.x - p.x, q.y - p.y];
      if (x * x + y * y > square) [dx, dy, square] = [x, y, x * x + y * y];
    }
  const length = Math.hypot(dx, dy);
  const heights = cell.map(({ corner: { x, y } }) => (x * -dy + y * dx) / length);
  const thick = Math.max(...heights) - Math.min(...heights);
  const whole = (value: number) => BigInt(Math.round(value * 2 ** DIRECTION_BITS));
  return [
    [whole(dx), whole(dy)],
    [whole((-dy / length) * thick), whole((dx / length) * thick)],
  ];
}

/** The first and the last integer that w · p takes over the cell. */
function rowsOf(cell: Cell, w: Vector): [bigint, bigint] {
  let [first, last]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  for (const { corner } of cell) {
    const value = w[0] * corner.X + w[1] * corner.Y;
    const [low, high] = [-floored(-value, corner.W), floored(value, corner.W)];
    if (first === undefined || low < first) first = low;
    if (last === undefined || high > last) last = high;
  }
  return [first ?? 0n, last ?? -1n];
}

/** An integer m for which from + m · step fulfils all conditions; of a bounded cell. */
function integerIn(conditions: readonly Condition[], from: Vector, step: Vector): bigint | null {
  let [low, high]: [bigint | null, bigint | null] = [null, null];
  for (const { a, b, c } of conditions) {
    const slope = a * step[0] + b * step[1];
    const rest = a * from[0] + b * from[1] + c;
    if (slope === 0n) {
      if (rest < 0n) return null;
    } else if (slope > 0n) {
      const least = -floored(rest, slope);
      if (low === null || least > low) low = least;
    } else {
      const most = floored(rest, -slope);
      if (high === null || most < high) high = most;
    }
  }
  return low !== null && high !== null && low <= high ? low : null;
}

/** For a divisor above 0. */
function floored(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return quotient * divisor > value ? quotient - 1n : quotient;
}

/** The nearest integer, for a divisor above 0. */
function rounded(value: bigint, divisor: bigint): bigint {
  return floored(2n * value + divisor, 2n * divisor);
}
