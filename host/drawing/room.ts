/** Where a name has room in convex pieces of a plane. Runs in Node and in the page. */

/** A piece in pixels. */
export interface PixelShape {
  readonly points: readonly (readonly [number, number])[];
  readonly area: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly middle: number;
}

/** `points` are the corners of a convex piece in pixels, in their order around. */
export function pixelShape(points: PixelShape['points'], area: number): PixelShape {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { points, area, left, right, top, bottom, middle: (top + bottom) / 2 };
}

/**
 * The middle of the widest stretch of a line of text that lies in pieces side by side; `looks`: pieces whose heights are looked at. The
 * first that is wide `enough` does, where that is given: the middle of all pieces is looked at before their ends.
 */
export function roomIn(
  shapes: readonly PixelShape[],
  {
    textPixels,
    looks,
    enough = Number.POSITIVE_INFINITY,
  }: { readonly textPixels: number; readonly looks: number; readonly enough?: number },
): { readonly x: number; readonly y: number; readonly width: number } {
  const largest = [...shapes].sort((one, other) => other.area - one.area).slice(0, looks);
  const [first] = largest;
  let best = {
    x: first === undefined ? 0 : (first.left + first.right) / 2,
    y: first?.middle ?? 0,
    width: -1,
  };
  const [top, bottom] = [
    Math.min(...shapes.map((each) => each.top)),
    Math.max(...shapes.map((each) => each.bottom)),
  ];
  // Pieces lie above each other where a lookup cut them: the middle of all is looked at, and the borders between them.
  const heights = [(top + bottom) / 2, ...largest.flatMap((each) => [each.middle, each.top])];
  for (const middle of heights) {
    if (best.width >= enough) break;
    const half = textPixels / 2 + 1;
    const [above, at, below] = [middle - half, middle, middle + half].map((y) => stretchesAt(shapes, y));
    for (const stretch of common(common(above ?? [], at ?? []), below ?? [])) {
      const width = stretch.to - stretch.from;
      if (width > best.width + 1) best = { x: (stretch.from + stretch.to) / 2, y: middle, width };
    }
  }
  return best;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where pieces lie at a height, rising; those that touch are one. */
function stretchesAt(shapes: readonly PixelShape[], y: number): Stretch[] {
  const found = shapes.flatMap(({ points }) => reach(points, y) ?? []).sort((a, b) => a.from - b.from);
  const merged: Stretch[] = [];
  for (const stretch of found) {
    const last = merged.at(-1);
    if (last !== undefined && stretch.from <= last.to + 0.01)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, stretch.to) };
    else merged.push(stretch);
  }
  return merged;
}

function common(ones: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  return ones.flatMap((one) =>
    others.flatMap((other) => {
      const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
      return from < to ? [{ from, to }] : [];
    }),
  );
}

/** From where to where a convex piece reaches at a height. */
function reach(points: PixelShape['points'], height: number): Stretch | undefined {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  points.forEach(([x0, y0], index) => {
    const [x1, y1] = points[(index + 1) % points.length] ?? [x0, y0];
    if (y0 > height === y1 > height) return;
    const at = x0 + ((x1 - x0) * (height - y0)) / (y1 - y0);
    from = Math.min(from, at);
    to = Math.max(to, at);
  });
  return from < to ? { from, to } : undefined;
}
