import { type Crossing, firstCrossing } from './crossings.ts';
import { doubleArea, isBetween, isSame, type Point, type Ring, sideOf } from './point.ts';

/** Rings as people write them: repaired where there is no doubt what they mean, else refused. */

export interface RingRepair {
  /** `closing`: the first point stands at the end too, or does not where it should. */
  readonly kind: 'closing' | 'repeated' | 'spike';
  readonly at: Point;
}

export type RingFault =
  | { readonly kind: 'short'; readonly points: number }
  | { readonly kind: 'no-area'; readonly at: Point }
  | { readonly kind: 'crossing'; readonly crossing: Crossing }
  | { readonly kind: 'too-many' };

export type RepairedRing =
  | { readonly ring: Ring; readonly repairs: readonly RingRepair[] }
  | { readonly fault: RingFault };

const CORNERS_MIN = 3;

/** @param isClosed whether the first point stands at the end too, as the format of the file wants it */
export function repairRing(points: readonly Point[], isClosed: boolean): RepairedRing {
  const repairs: RingRepair[] = [];
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return { fault: { kind: 'short', points: 0 } };
  const repeatsFirst = points.length > 1 && isSame(first, last);
  if (repeatsFirst !== isClosed) repairs.push({ kind: 'closing', at: first });
  const ring = withoutSpikes(repeatsFirst ? points.slice(0, -1) : points, repairs);
  if (ring.length < CORNERS_MIN) return { fault: shortOrFlat(points) };
  const crossing = firstCrossing([ring]);
  if (crossing === 'too-many') return { fault: { kind: 'too-many' } };
  if (crossing !== undefined) return { fault: { kind: 'crossing', crossing } };
  return doubleArea(ring) === 0n ? { fault: { kind: 'no-area', at: first } } : { ring, repairs };
}

function shortOrFlat(points: readonly Point[]): RingFault {
  const different = new Set(points.map(([x, y]) => `${x} ${y}`)).size;
  if (different < CORNERS_MIN) return { kind: 'short', points: different };
  return { kind: 'no-area', at: points[0] as Point };
}

/** Without points that repeat their neighbour, and corners that turn straight back: they enclose nothing. */
function withoutSpikes(points: readonly Point[], repairs: RingRepair[]): Ring {
  const chain: Point[] = [];
  for (const point of points) {
    chain.push(point);
    while (dropLast(chain, repairs)) {}
  }
  // The chain closes: two more corners have both of their neighbours when it is turned twice.
  for (let calm = 0; calm < 2 && chain.length > 1; calm++) {
    chain.push(chain.shift() as Point);
    while (dropLast(chain, repairs)) calm = -1;
  }
  return beginningWith(points[0], chain);
}

/** The chain turned so that it begins where it was begun, if that is still a corner. */
function beginningWith(first: Point | undefined, chain: readonly Point[]): Ring {
  const start = chain.findIndex((point) => first !== undefined && isSame(first, point));
  return start > 0 ? [...chain.slice(start), ...chain.slice(0, start)] : chain;
}

/** Drops the last point of a chain where it repeats the one before, or that one where the chain turns back there. */
function dropLast(chain: Point[], repairs: RingRepair[]): boolean {
  const [last, corner, before] = [chain.at(-1), chain.at(-2), chain.at(-3)];
  if (last === undefined || corner === undefined) return false;
  if (isSame(last, corner)) {
    chain.pop();
    repairs.push({ kind: 'repeated', at: last });
    return true;
  }
  if (before === undefined || !turnsBack(before, corner, last)) return false;
  chain.splice(-2, 1);
  repairs.push({ kind: 'spike', at: corner });
  return true;
}

function turnsBack(before: Point, corner: Point, last: Point): boolean {
  if (sideOf(before, corner, last) !== 0) return false;
  return isBetween(before, corner, last) || isBetween(corner, last, before);
}
