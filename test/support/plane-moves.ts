import type { PlaneBox } from './plane-models.ts';
import { type OracleArea, type OraclePlane, type OraclePoint, ownerWhere } from './plane-oracle.ts';

/**
 * The oracle of moves through planes: every edge of every area is met with the move in exact fractions, and what answers is asked of each
 * place where an edge is met, and of one between each two of them. It shares no code with what builds lookups or follows moves.
 */

export interface OracleMove {
  readonly from: OraclePoint;
  readonly to: OraclePoint;
}

export interface OracleSweep {
  readonly end: 'whole' | 'uncovered' | 'at-start';
  /** Whole steps of the axis along which the move is longer. */
  readonly distance: number;
  readonly tier: number | null;
  readonly limit: number | null;
  readonly lower: { readonly distance: number; readonly limit: number } | null;
}

/** n/d of the move, d > 0. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** How far the move is safe. `steps` are those of the longer axis. */
export function sweepOf(plane: OraclePlane, box: PlaneBox, move: OracleMove, phase: number): OracleSweep {
  const [dx, dy] = [move.to[0] - move.from[0], move.to[1] - move.from[1]];
  const steps = BigInt(Math.max(Math.abs(dx), Math.abs(dy)));
  const whole = ({ n, d }: Fraction) => Number((steps * n) / d);
  const met = [{ n: 0n, d: 1n }, ...meetings(plane, box, move), { n: 1n, d: 1n }].sort(compare);
  const distinct = met.filter((each, index) => index === 0 || compare(met[index - 1] as Fraction, each) < 0);
  let tier = 256;
  let limit: number | null = null;
  let lower: OracleSweep['lower'] = null;
  let startLimit: number | null = null;
  let isFirst = true;
  /** Takes a place into account, what begins there begins at `at`; false where it is not covered. */
  const takes = (place: Fraction, at: Fraction): boolean => {
    const zone = plane.zones[ownerAlong(plane, box, move, place, phase)];
    if (zone === undefined) return false;
    if (isFirst) startLimit = zone.limit;
    isFirst = false;
    tier = Math.min(tier, zone.tier);
    if (zone.limit === null) return true;
    limit = Math.min(limit ?? zone.limit, zone.limit);
    if (lower === null && (startLimit === null || zone.limit < startLimit))
      if (at.n > 0n || startLimit !== zone.limit) lower = { distance: whole(at), limit: zone.limit };
    return true;
  };
  for (const [index, at] of distinct.entries()) {
    const next = distinct[index + 1];
    const isSafe = takes(at, at) && (next === undefined || takes(between(at, next), at));
    if (isSafe) continue;
    if (isFirst) return { end: 'at-start', distance: 0, tier: null, limit: null, lower: null };
    return { end: 'uncovered', distance: whole(at), tier, limit, lower };
  }
  return { end: 'whole', distance: Number(steps), tier, limit, lower };
}

/** The rule of a place on the way; −1 off the axes, too. */
function ownerAlong(
  plane: OraclePlane,
  box: PlaneBox,
  { from, to }: OracleMove,
  at: Fraction,
  phase: number,
): number {
  const { n, d } = at;
  const coordinate = (one: number, other: number) => BigInt(one) * d + BigInt(other - one) * n;
  const [X, Y] = [coordinate(from[0], to[0]), coordinate(from[1], to[1])];
  const isWithin = (value: bigint, min: number, length: number) =>
    value >= BigInt(min) * d && value < BigInt(min + length) * d;
  if (!isWithin(X, box.minX, box.width) || !isWithin(Y, box.minY, box.height)) return -1;
  return ownerWhere(plane, phase, (area) => holdsFraction(area, X, Y, d));
}

/** Whether an area holds (X/W, Y/W): the rule of all edges, as `isIn` has it for lattice points. */
function holdsFraction(area: OracleArea, X: bigint, Y: bigint, W: bigint): boolean {
  let inside = false;
  for (const ring of area)
    ring.forEach((point, index) => {
      const before = ring[(index + ring.length - 1) % ring.length] as OraclePoint;
      if (BigInt(before[1]) * W > Y === BigInt(point[1]) * W > Y) return;
      const [low, high] = before[1] < point[1] ? [before, point] : [point, before];
      const [rise, run] = [BigInt(high[1] - low[1]), BigInt(high[0] - low[0])];
      // The edge at this height lies right of the place.
      if (BigInt(low[0]) * W * rise + run * (Y - BigInt(low[1]) * W) > X * rise) inside = !inside;
    });
  return inside;
}

/** Where the move meets edges and the ends of the axes, between its ends; edges along it have none but their ends, which others have. */
function meetings(plane: OraclePlane, box: PlaneBox, { from, to }: OracleMove): Fraction[] {
  const found: Fraction[] = [];
  const [x, y] = [BigInt(from[0]), BigInt(from[1])];
  const [dx, dy] = [BigInt(to[0]) - x, BigInt(to[1]) - y];
  const meet = (ax: bigint, ay: bigint, bx: bigint, by: bigint, isLine: boolean) => {
    const [ex, ey] = [bx - ax, by - ay];
    let d = dx * ey - dy * ex;
    let n = (ax - x) * ey - (ay - y) * ex;
    let along = (ax - x) * dy - (ay - y) * dx;
    if (d === 0n) return;
    if (d < 0n) [d, n, along] = [-d, -n, -along];
    if (n > 0n && n < d && (isLine || (along >= 0n && along <= d))) found.push({ n, d });
  };
  for (const area of [...plane.zones, ...plane.gapRules].flatMap(({ areas }) => areas ?? []))
    for (const ring of area)
      ring.forEach(([bx, by], index) => {
        const [ax, ay] = ring[(index + ring.length - 1) % ring.length] as OraclePoint;
        meet(BigInt(ax), BigInt(ay), BigInt(bx), BigInt(by), false);
      });
  const [left, low] = [BigInt(box.minX), BigInt(box.minY)];
  const [right, high] = [left + BigInt(box.width), low + BigInt(box.height)];
  for (const border of [left, right]) meet(border, 0n, border, 1n, true);
  for (const border of [low, high]) meet(0n, border, 1n, border, true);
  return found;
}

function between(one: Fraction, other: Fraction): Fraction {
  return { n: one.n * other.d + other.n * one.d, d: 2n * one.d * other.d };
}

function compare(one: Fraction, other: Fraction): number {
  const [left, right] = [one.n * other.d, other.n * one.d];
  return left < right ? -1 : left > right ? 1 : 0;
}
