import { turnOf } from './borders.ts';
import type { Border, Corner } from './plane-model.ts';

/**
 * Circles and capsules as polygons, in integers alone. A quarter of a circle of radius r has 16 corners, at (m² − i²) / (m² + i²) · r and
 * 2mi / (m² + i²) · r for m = 16, i from 0 to 15: they lie on the circle exactly, and are rounded towards its middle. So the polygon lies
 * within the circle; it misses at most r/512 and two steps.
 *
 * One that must hold the whole circle is that of the radius r · 512/511, rounded up, with corners rounded away from the middle.
 */

const PARTS = 16n;

/** What a polygon does where it cannot be round. */
export type Roundness = 'within' | 'around';

export function circle(middle: Corner, radius: number, roundness: Roundness): Border {
  const wide = radiusOf(radius, roundness);
  const quarter: Corner[] = [];
  for (let part = 0n; part < PARTS; part++) {
    const whole = PARTS * PARTS + part * part;
    const along = scaled(wide * (PARTS * PARTS - part * part), whole, roundness);
    const up = scaled(wide * 2n * PARTS * part, whole, roundness);
    quarter.push([Number(along), Number(up)]);
  }
  const turned = [
    (x: number, y: number): Corner => [x, y],
    (x: number, y: number): Corner => [-y, x],
    (x: number, y: number): Corner => [-x, -y],
    (x: number, y: number): Corner => [y, -x],
  ];
  const corners = turned.flatMap((turn) => quarter.map(([x, y]) => turn(x, y)));
  return hullOf(corners.map(([x, y]) => [middle[0] + x, middle[1] + y]));
}

/** All places that are no farther than `radius` from the way between two points: the hull of the circles at its ends. */
export function capsule(from: Corner, to: Corner, radius: number, roundness: Roundness): Border {
  return hullOf([...circle(from, radius, roundness), ...circle(to, radius, roundness)]);
}

function radiusOf(radius: number, roundness: Roundness): bigint {
  const exact = BigInt(radius);
  return roundness === 'within' ? exact : (exact * 512n + 510n) / 511n;
}

function scaled(numerator: bigint, denominator: bigint, roundness: Roundness): bigint {
  return roundness === 'within' ? numerator / denominator : (numerator + denominator - 1n) / denominator;
}

/** The convex hull, counter-clockwise, without corners on its edges. */
function hullOf(corners: readonly Corner[]): Border {
  const sorted = [...corners].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const half = (points: readonly Corner[]): Corner[] => {
    const chain: Corner[] = [];
    for (const point of points) {
      while (chain.length >= 2 && turnOf(chain.at(-2) as Corner, chain.at(-1) as Corner, point) <= 0)
        chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
