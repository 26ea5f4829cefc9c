import { hullOf, type Point, type Ring } from './point.ts';

/**
 * Boxes, circles and capsules as rings of whole steps, by rules of integers only, so that everybody gets the same points.
 *
 * The corners of a circle lie in the directions (m² − k², 2·k·m) for k from 0 to m = 16, and their mirror images: 64 of them.
 * - `inside`: on the circle, rounded towards its centre. No point of the polygon lies outside of the circle, and no point of the
 *   circle is further than radius/512 + 2 steps from the polygon.
 * - `outside`: on a circle whose radius is larger by √(m² + 1)/m, rounded away from its centre. The polygon holds the whole circle,
 *   and no corner is further than radius/512 + 3 steps from it.
 */

export type Rounding = 'inside' | 'outside';

const QUARTER = 16;

/** The corner of least x and y, and the opposite one. */
export function boxRing([x0, y0]: Point, [x1, y1]: Point): Ring {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** `radius`: steps, 1 to 2^29. A circle of one step from the inside is the square of its four outermost points. */
export function circleRing(centre: Point, radius: number, rounding: Rounding): Ring {
  return ellipseRing(centre, [radius, radius], rounding);
}

/** A circle that is stretched along the axes: `radii` along x and y, steps, 1 to 2^29 each. */
export function ellipseRing(centre: Point, radii: Point, rounding: Rounding): Ring {
  return hullOf(ellipsePoints(centre, radii, rounding));
}

/** What is no further than `radius` from the straight way between two points: the hull of a circle around each. */
export function capsuleRing(from: Point, to: Point, radius: number, rounding: Rounding): Ring {
  const ends = [from, to].flatMap((centre) => ellipsePoints(centre, [radius, radius], rounding));
  return hullOf(ends);
}

function ellipsePoints([x, y]: Point, radii: Point, rounding: Rounding): Point[] {
  const m = BigInt(QUARTER);
  const [reachX, reachY] = radii.map((radius) =>
    rounding === 'inside' ? BigInt(radius) : rootAbove(BigInt(radius) ** 2n * (m * m + 1n), m * m),
  ) as [bigint, bigint];
  const points: Point[] = [];
  for (let k = 0n; k <= m; k++) {
    const part = (reach: bigint, numerator: bigint) => {
      const [product, divisor] = [reach * numerator, m * m + k * k];
      return Number(rounding === 'inside' ? product / divisor : (product + divisor - 1n) / divisor);
    };
    const [dx, dy] = [part(reachX, m * m - k * k), part(reachY, 2n * k * m)];
    points.push([x + dx, y + dy], [x - dx, y + dy], [x - dx, y - dy], [x + dx, y - dy]);
  }
  return points;
}

/** The least integer whose square is at least numerator / denominator. */
function rootAbove(numerator: bigint, denominator: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(numerator) / Number(denominator))));
  while (root * root * denominator >= numerator) root--;
  while (root * root * denominator < numerator) root++;
  return root;
}
