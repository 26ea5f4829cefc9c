import { firstCrossing } from './crossings.ts';
import { isBetween, type Point, type Ring, sideOf } from './point.ts';

/** An outline and its holes. */

export interface AreaFault {
  /** `crossing`: two rings cross; `outside`: a hole lies outside of the outline; `inside`: a hole lies in another one. */
  readonly kind: 'crossing' | 'outside' | 'inside' | 'too-many';
  /** Numbers of the two rings; the outline is 0. */
  readonly ring: number;
  readonly other: number;
  readonly at: Point;
}

/** What is wrong with the first ring as an outline and the others as its holes; undefined: nothing. Each is sound by itself. */
export function areaFault(rings: readonly Ring[]): AreaFault | undefined {
  const [outline, ...holes] = rings;
  if (outline === undefined || holes.length === 0) return undefined;
  const crossing = firstCrossing(rings);
  if (crossing === 'too-many') return { kind: 'too-many', ring: 0, other: 1, at: outline[0] as Point };
  if (crossing !== undefined) {
    const { one, other } = crossing;
    return { kind: 'crossing', ring: other.ring, other: one.ring, at: other.from };
  }
  for (const [index, hole] of holes.entries()) {
    const place = placeOff(hole, outline);
    if (place !== undefined && !holds(outline, place))
      return { kind: 'outside', ring: index + 1, other: 0, at: hole[0] as Point };
    const around = holes.findIndex((other, number) => {
      const inner = number === index ? undefined : placeOff(hole, other);
      return inner !== undefined && holds(other, inner);
    });
    if (around >= 0) return { kind: 'inside', ring: index + 1, other: around + 1, at: hole[0] as Point };
  }
  return undefined;
}

/** A corner, or the middle of an edge, of a ring that does not lie on another one; undefined where all do. */
function placeOff(ring: Ring, other: Ring): Point | undefined {
  const isOff = (point: Point) => !other.some((corner, index) => liesOn(corner, next(other, index), point));
  const corner = ring.find(isOff);
  if (corner !== undefined) return corner;
  const middles = ring.map(([x, y], index): Point => {
    const [nextX, nextY] = next(ring, index);
    return [(x + nextX) / 2, (y + nextY) / 2];
  });
  return middles.find(isOff);
}

function next(ring: Ring, index: number): Point {
  return ring[(index + 1) % ring.length] as Point;
}

function liesOn(a: Point, b: Point, point: Point): boolean {
  return isBetween(a, b, point) && sideOf(a, b, point) === 0;
}

/** Whether a ring holds a place that is not on it. */
function holds(ring: Ring, place: Point): boolean {
  let inside = false;
  ring.forEach((from, index) => {
    const to = next(ring, index);
    if (from[1] > place[1] === to[1] > place[1]) return;
    const side = sideOf(from, to, place);
    if (from[1] < to[1] ? side > 0 : side < 0) inside = !inside;
  });
  return inside;
}
