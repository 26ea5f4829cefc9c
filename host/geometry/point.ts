/** Points of a plane with integer coordinates of at most 2^31, and what is exact about them. */

export type Point = readonly [x: number, y: number];

/**
 * A closed chain of at least three points, of which the first is not repeated at the end, no two neighbours are equal, and none turns
 * straight back.
 */
export type Ring = readonly Point[];

/** Relative error of a difference of two products in double precision, rounded up. */
const DOUBT = 2 ** -50;

/**
 * On which side of the line from `a` to `b` the point `c` lies: 1 to its left, −1 to its right, 0 on it. Exact; coordinates may be
 * halves.
 */
export function sideOf(a: Point, b: Point, c: Point): -1 | 0 | 1 {
  const left = (b[0] - a[0]) * (c[1] - a[1]);
  const right = (b[1] - a[1]) * (c[0] - a[0]);
  const difference = left - right;
  const doubt = (Math.abs(left) + Math.abs(right)) * DOUBT;
  if (difference > doubt) return 1;
  if (difference < -doubt) return -1;
  // Twice as large, halves are integers.
  const big = (value: number) => BigInt(2 * value);
  const exact = big(b[0] - a[0]) * big(c[1] - a[1]) - big(b[1] - a[1]) * big(c[0] - a[0]);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

export function isSame(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Whether a point of the line through `a` and `b` lies between them, their own places included. */
export function isBetween(a: Point, b: Point, c: Point): boolean {
  return (
    Math.min(a[0], b[0]) <= c[0] &&
    c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] &&
    c[1] <= Math.max(a[1], b[1])
  );
}

/** Twice the area of a ring, above 0 where it runs counterclockwise. */
export function doubleArea(ring: Ring): bigint {
  let sum = 0n;
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] as Point;
    sum += BigInt(x) * BigInt(nextY) - BigInt(nextX) * BigInt(y);
  });
  return sum;
}

/** The corners of the least convex polygon around points, counterclockwise, without those on a straight line. */
export function hullOf(points: readonly Point[]): Ring {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (run: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of run) {
      while (chain.length > 1 && sideOf(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0)
        chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
