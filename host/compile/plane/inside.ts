import type { Vertex } from './cells.ts';
import type { Point, Shape } from './shapes.ts';

/** An edge that is not level, from its lower end. */
interface Rising {
  readonly shape: number;
  readonly from: Point;
  readonly to: Point;
}

const ROWS_MAX = 8192;

/** Which shapes hold a point: those around which an odd number of edges lies to its left. */
export class Holders {
  readonly #rows: Rising[][];
  readonly #rowHeight: number;

  constructor(shapes: readonly Shape[], height: number) {
    const edges = shapes.flatMap(({ rings }, shape) => rings.flatMap((ring) => risingOf(ring, shape)));
    const rows = Math.min(ROWS_MAX, Math.max(1, edges.length >> 1));
    this.#rowHeight = Math.max(1, Math.ceil(height / rows));
    this.#rows = Array.from({ length: rows + 1 }, () => []);
    for (const edge of edges)
      for (let row = this.#row(edge.from[1]); row <= this.#row(edge.to[1]); row++)
        this.#rows[row]?.push(edge);
  }

  #row(y: number): number {
    return Math.min(this.#rows.length - 1, Math.max(0, Math.floor(y / this.#rowHeight)));
  }

  /** Numbers of the shapes that hold a point on no edge, rising. */
  of(point: Vertex): number[] {
    const odd = new Set<number>();
    for (const { shape, from, to } of this.#rows[this.#row(point.y)] ?? []) {
      if (!isBetween(point, from, to) || !isLeftOf(from, to, point)) continue;
      if (!odd.delete(shape)) odd.add(shape);
    }
    return [...odd].sort((p, q) => p - q);
  }
}

function risingOf(ring: readonly Point[], shape: number): Rising[] {
  return ring.flatMap((corner, index) => {
    const next = ring[(index + 1) % ring.length] as Point;
    if (corner[1] === next[1]) return [];
    return [corner[1] < next[1] ? { shape, from: corner, to: next } : { shape, from: next, to: corner }];
  });
}

/** What doubles of a coordinate are wrong by at most. */
const DOUBT = 2 ** -16;

/** Whether a point is in the rows of an edge, the lower end included. */
function isBetween({ Y, W, y }: Vertex, from: Point, to: Point): boolean {
  const isAbove = (end: number) => (Math.abs(y - end) > DOUBT ? y > end : Y >= BigInt(end) * W);
  return isAbove(from[1]) && !isAbove(to[1]);
}

/** Whether a rising edge lies to the left of a point in its rows. */
function isLeftOf(from: Point, to: Point, { X, Y, W, x, y }: Vertex): boolean {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [p, q] = [dy * (x - from[0]), dx * (y - from[1])];
  // The doubles may be wrong by a part of each product, and by what the coordinates are wrong by.
  if (Math.abs(p - q) > (Math.abs(p) + Math.abs(q)) * 2 ** -48 + (Math.abs(dx) + dy) * DOUBT) return p > q;
  return BigInt(dy) * (X - BigInt(from[0]) * W) > BigInt(dx) * (Y - BigInt(from[1]) * W);
}
