import type { Cell, Side, Vertex } from './cells.ts';
import type { LineTable } from './lines.ts';

/** Which of some cells hang together: those that share more than a point of a border. */

/** A stretch of a line that is a side of a cell. */
interface Stretch {
  readonly cell: number;
  readonly sign: number;
  readonly from: Vertex;
  readonly to: Vertex;
}

/** Numbers of the cells, part by part; two cells are of one part when a way leads from one to the other within the cells. */
export function partsOf(cells: readonly Cell[], lines: LineTable): number[][] {
  const parents = cells.map((_, index) => index);
  const root = (cell: number): number => {
    let at = cell;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number;
      at = parents[at] as number;
    }
    return at;
  };
  for (const [line, stretches] of stretchesByLine(cells)) {
    const isUpright = lines.b[line] === 0;
    for (const [one, other] of meetingPairs(stretches, isUpright)) {
      const [p, q] = [root(one), root(other)];
      parents[Math.max(p, q)] = Math.min(p, q);
    }
  }
  const parts = new Map<number, number[]>();
  cells.forEach((_, cell) => {
    const part = parts.get(root(cell)) ?? [];
    part.push(cell);
    parts.set(root(cell), part);
  });
  return [...parts.values()];
}

function stretchesByLine(cells: readonly Cell[]): Map<number, Stretch[]> {
  const found = new Map<number, Stretch[]>();
  cells.forEach((sides, cell) => {
    sides.forEach(({ line, sign, from }, index) => {
      const { from: to } = sides[(index + 1) % sides.length] as Side;
      const list = found.get(line) ?? [];
      list.push({ cell, sign, from, to });
      found.set(line, list);
    });
  });
  return found;
}

/** Pairs of cells on different sides of a line that share a stretch of it. */
function meetingPairs(stretches: readonly Stretch[], isUpright: boolean): [number, number][] {
  const ranges = stretches.map(({ cell, sign, from, to }) =>
    compare(from, to, isUpright) < 0
      ? { cell, sign, low: from, high: to }
      : { cell, sign, low: to, high: from },
  );
  ranges.sort((p, q) => compare(p.low, q.low, isUpright));
  const pairs: [number, number][] = [];
  let open: typeof ranges = [];
  for (const range of ranges) {
    open = open.filter(({ high }) => compare(high, range.low, isUpright) > 0);
    for (const { cell, sign } of open) if (sign !== range.sign) pairs.push([cell, range.cell]);
    open.push(range);
  }
  return pairs;
}

/** What doubles of a coordinate are wrong by at most. */
const DOUBT = 2 ** -16;

/** The order of two points of a line: by x, by y on one that is upright. */
function compare(p: Vertex, q: Vertex, isUpright: boolean): number {
  const apart = isUpright ? p.y - q.y : p.x - q.x;
  if (Math.abs(apart) > DOUBT) return apart;
  const exact = isUpright ? p.Y * q.W - q.Y * p.W : p.X * q.W - q.X * p.W;
  return exact < 0n ? -1 : exact > 0n ? 1 : 0;
}
