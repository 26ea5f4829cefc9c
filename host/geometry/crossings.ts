import Flatbush from 'flatbush';
import { isBetween, isSame, type Point, type Ring, sideOf } from './point.ts';

/** Where rings cross. They may touch: what is inside stays plain. */

export interface Edge {
  readonly ring: number;
  readonly from: Point;
  readonly to: Point;
  /** The corner before `from`, and the one behind `to`. */
  readonly before: Point;
  readonly behind: Point;
}

export interface Crossing {
  readonly one: Edge;
  readonly other: Edge;
}

/** Pairs of edges whose boxes meet that are looked at; a ring with more is a thicket that nobody drew. */
const PAIRS_MAX = 30_000_000;

/** The first crossing in the order of the edges; 'too-many' when there is no end of looking. */
export function firstCrossing(rings: readonly Ring[]): Crossing | 'too-many' | undefined {
  const edges = rings.flatMap(edgesOf);
  if (edges.length === 0) return undefined;
  const index = new Flatbush(edges.length);
  for (const { from, to } of edges) index.add(...boxOf(from, to));
  index.finish();
  let pairs = 0;
  for (const [number, one] of edges.entries()) {
    const near = index.search(...boxOf(one.from, one.to)).filter((other) => other > number);
    pairs += near.length;
    if (pairs > PAIRS_MAX) return 'too-many';
    for (const found of near.sort((a, b) => a - b)) {
      const other = edges[found] as Edge;
      if (cross(one, other)) return { one, other };
    }
  }
  return undefined;
}

function edgesOf(points: Ring, ring: number): Edge[] {
  const at = (index: number) => points[(index + points.length) % points.length] as Point;
  return points.map((from, index) => ({
    ring,
    from,
    to: at(index + 1),
    before: at(index - 1),
    behind: at(index + 2),
  }));
}

function boxOf(a: Point, b: Point): [number, number, number, number] {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

/** Whether one goes through the other, between their ends or at a corner; or lies on it, within one ring. */
function cross(one: Edge, other: Edge): boolean {
  const [a, b] = [sideOf(one.from, one.to, other.from), sideOf(one.from, one.to, other.to)];
  if (a * b > 0) return false;
  const [c, d] = [sideOf(other.from, other.to, one.from), sideOf(other.from, other.to, one.to)];
  if (c * d > 0) return false;
  if (a * b < 0 && c * d < 0) return true;
  if (a === 0 && b === 0) return one.ring === other.ring && share(one, other);
  // A corner on the other edge: each corner is judged once, by the edge that begins there.
  if (c === 0 && isBetween(other.from, other.to, one.from)) return goesThrough(one, other);
  if (a === 0 && isBetween(one.from, one.to, other.from)) return goesThrough(other, one);
  return false;
}

/** Whether two edges on one line have more than a point in common. */
function share(one: Edge, other: Edge): boolean {
  const ends = [one.from, one.to].filter((point) => isBetween(other.from, other.to, point));
  const others = [other.from, other.to].filter((point) => isBetween(one.from, one.to, point));
  const [first, ...rest] = [...ends, ...others];
  return first !== undefined && rest.some((point) => !isSame(first, point));
}

/** Whether the corner where `corner` begins, which lies on `edge`, has its two sides on different sides of the other ring. */
function goesThrough(corner: Edge, edge: Edge): boolean {
  const at = corner.from;
  if (isSame(at, edge.to)) return false;
  // What runs through the place on the other ring: its edge, or the corner where its edge begins.
  const [back, on] = [isSame(at, edge.from) ? edge.before : edge.from, edge.to];
  const isLeft = (point: Point) => liesLeft(back, at, on, point);
  const [before, behind] = [isLeft(corner.before), isLeft(corner.to)];
  return before !== undefined && behind !== undefined && before !== behind;
}

/** Whether a direction from `at` lies to the left of the way back → at → on; undefined along the way itself. */
function liesLeft(back: Point, at: Point, on: Point, point: Point): boolean | undefined {
  const [first, second] = [sideOf(back, at, point), sideOf(at, on, point)];
  const isOn = (end: Point, side: number) =>
    side === 0 && (isBetween(at, end, point) || isBetween(at, point, end));
  if (isOn(back, first) || isOn(on, second)) return undefined;
  const turn = sideOf(back, at, on);
  // A left turn leaves less than half of the plane to its left.
  return turn > 0 ? first > 0 && second > 0 : first > 0 || second > 0;
}
