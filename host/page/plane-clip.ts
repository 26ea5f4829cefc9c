/** What is kept of shapes before a canvas has them: it counts in single precision, and far corners would lose their last digits. */

/** Pixels beyond the map that are kept, so that borders along its ends are not cut. */
const MARGIN = 4;

/** A convex polygon x0, y0, x1, y1, … within the map, 0 to width and height; empty: nothing of it. */
export function clippedPolygon(
  points: readonly number[],
  width: number,
  height: number,
  margin = MARGIN,
): readonly number[] {
  const [low, right, bottom] = [-margin, width + margin, height + margin];
  if (isWithin(points, low, right, bottom)) return points;
  let kept = points;
  kept = half(kept, 0, 1, low);
  kept = half(kept, 0, -1, -right);
  kept = half(kept, 1, 1, low);
  kept = half(kept, 1, -1, -bottom);
  return kept.length < 6 ? [] : kept;
}

function isWithin(points: readonly number[], low: number, right: number, bottom: number): boolean {
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] ?? 0, points[at + 1] ?? 0];
    if (x < low || x > right || y < low || y > bottom) return false;
  }
  return true;
}

/** What of a polygon has sign · coordinate ≥ least; `axis`: 0 for x, 1 for y. */
function half(points: readonly number[], axis: 0 | 1, sign: 1 | -1, least: number): number[] {
  const kept: number[] = [];
  const count = points.length;
  for (let at = 0; at < count; at += 2) {
    const [x, y] = [points[at] ?? 0, points[at + 1] ?? 0];
    const next = (at + 2) % count;
    const [nextX, nextY] = [points[next] ?? 0, points[next + 1] ?? 0];
    const here = sign * (axis === 0 ? x : y) - least;
    const there = sign * (axis === 0 ? nextX : nextY) - least;
    if (here >= 0) kept.push(x, y);
    if (here >= 0 === there >= 0) continue;
    const part = here / (here - there);
    kept.push(x + (nextX - x) * part, y + (nextY - y) * part);
  }
  return kept;
}

/** A line within the map; null: it does not touch it. */
export function clippedLine(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  width: number,
  height: number,
): readonly [number, number, number, number] | null {
  let [from, to] = [0, 1];
  const [dx, dy] = [x1 - x0, y1 - y0];
  const sides = [
    [-dx, x0 + MARGIN],
    [dx, width + MARGIN - x0],
    [-dy, y0 + MARGIN],
    [dy, height + MARGIN - y0],
  ] as const;
  for (const [slope, rest] of sides) {
    if (slope === 0) {
      if (rest < 0) return null;
    } else if (slope < 0) from = Math.max(from, rest / slope);
    else to = Math.min(to, rest / slope);
  }
  return from > to ? null : [x0 + dx * from, y0 + dy * from, x0 + dx * to, y0 + dy * to];
}
