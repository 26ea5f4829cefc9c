import { type Cell, reachOver } from './cells.ts';
import type { Cutter, Edge, Fragments } from './fragments.ts';
import { COEFFICIENT_MAX, REACH } from './lines.ts';
import type { Seeded } from './seeded.ts';

/**
 * The lines by which a cell may be cut: those of its edges; where the numbers of one are too large for the cell, lines of nearly its
 * slope beside it; and lines along the axes through corners. All of them keep |f| below 2^31 over the cell.
 */

/** Of so many fragments or fewer, every line is looked at; of more, so many picked by chance. */
const EVERY_MAX = 32;
const PICKED = 24;
/** Corners of which quantiles are taken, and how many of these. */
const CORNERS_MAX = 400;
const QUANTILES = 9;
/** Of the slopes near that of an edge, so many from the finest. */
const SLOPES = 3;

/** Lines that may cut a cell with these fragments, each once. */
export function candidatesFor(cutter: Cutter, fragments: Fragments, cell: Cell, random: Seeded): number[] {
  const { count } = fragments;
  const found = new Set<number>();
  const isSmall = count <= EVERY_MAX;
  for (let turn = 0; turn < (isSmall ? count : PICKED); turn++) {
    const index = isSmall ? turn : random.below(count);
    const { line } = cutter.edges[fragments.edge[index] as number] as Edge;
    if (isAdmissible(cutter, line, cell)) found.add(line);
    else for (const beside of linesBeside(cutter, fragments, index, cell)) found.add(beside);
  }
  for (const line of axisLines(cutter, fragments, isSmall, random)) found.add(line);
  return [...found];
}

/** Whether the sign of f modulo 2^32 is right all over a cell. */
function isAdmissible({ lines }: Cutter, line: number, cell: Cell): boolean {
  const [a, b] = [lines.a[line] as number, Math.abs(lines.b[line] as number)];
  return Math.max(a, b) <= COEFFICIENT_MAX && reachOver(cell, line, lines) < REACH;
}

/** Lines along the axes through corners of the fragments: through each of few, through quantiles of many. */
function axisLines(cutter: Cutter, fragments: Fragments, isSmall: boolean, random: Seeded): number[] {
  const corners: [number, number][] = [];
  const looks = isSmall ? fragments.count : Math.min(fragments.count, CORNERS_MAX);
  for (let turn = 0; turn < looks; turn++) {
    const index = isSmall ? turn : random.below(fragments.count);
    const { from, to } = cutter.edges[fragments.edge[index] as number] as Edge;
    if (fragments.hasStart(index)) corners.push([from[0], from[1]]);
    if (fragments.hasEnd(index)) corners.push([to[0], to[1]]);
  }
  const through = (axis: 0 | 1) => {
    const sorted = corners.map((corner) => corner[axis]).sort((p, q) => p - q);
    return isSmall ? sorted : quantilesOf(sorted);
  };
  return [
    ...through(0).map((x) => cutter.lines.add(1, 0, x, 0)),
    ...through(1).map((y) => cutter.lines.add(0, 1, 0, y)),
  ];
}

function quantilesOf(sorted: readonly number[]): number[] {
  if (sorted.length === 0) return [];
  const at = (turn: number) => sorted[Math.floor(sorted.length * (0.3 + 0.05 * turn))] as number;
  return Array.from({ length: QUANTILES }, (_, turn) => at(turn));
}

/** Lines beside a fragment whose own line has too large numbers: of slopes near its own, as fine as the cell allows; in halves, too. */
export function linesBeside(cutter: Cutter, fragments: Fragments, index: number, cell: Cell): number[] {
  const { from, to, line } = cutter.edges[fragments.edge[index] as number] as Edge;
  const { lines } = cutter;
  const [start, end] = [fragments.start[index] as number, fragments.end[index] as number];
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const found: number[] = [];
  const lay = (a: number, b: number): boolean => {
    const along = rise(a, dx, b, dy);
    const [low, high] = [Math.min(start * along, end * along), Math.max(start * along, end * along)];
    const before = found.length;
    for (const k of [-Math.floor(low), -Math.ceil(high)]) {
      const beside = lines.add(a, b, from[0], from[1], k === 0 ? 0 : k);
      if (isAdmissible(cutter, beside, cell)) found.push(beside);
    }
    return found.length > before;
  };
  lay(1, 0);
  lay(0, 1);
  let laid = 0;
  for (const [a, b] of slopesNear(lines.a[line] as number, lines.b[line] as number)) {
    if (lay(a, b)) laid++;
    if (laid === SLOPES) break;
  }
  if (fragments.count <= 2) {
    const middle = (start + end) / 2;
    if (dx !== 0) found.push(lines.add(1, 0, from[0] + Math.floor(middle * dx), 0));
    if (dy !== 0) found.push(lines.add(0, 1, 0, from[1] + Math.floor(middle * dy)));
  }
  return found;
}

/** How much a·x + b·y grows along an edge; almost nothing where the line has nearly its slope, so the sum is exact first. */
function rise(a: number, dx: number, b: number, dy: number): number {
  const [p, q] = [a * dx, b * dy];
  if (Math.abs(p) + Math.abs(q) < 2 ** 52) return p + q;
  return Number(BigInt(a) * BigInt(dx) + BigInt(b) * BigInt(dy));
}

/**
 * Directions near (a, b), finest first: the convergents of the continued fraction of b / a, and between two of them the mediants, by
 * halves.
 */
function slopesNear(a: number, b: number): [number, number][] {
  const isSteep = Math.abs(a) >= Math.abs(b);
  let [numerator, denominator] = isSteep ? [Math.abs(b), Math.abs(a)] : [Math.abs(a), Math.abs(b)];
  let [h, k, hBefore, kBefore] = [1, 0, 0, 1];
  const slopes: [number, number][] = [];
  while (denominator !== 0) {
    const whole = Math.floor(numerator / denominator);
    for (let part = 1; part < whole; part *= 2) slopes.push([hBefore + part * h, kBefore + part * k]);
    [h, hBefore] = [whole * h + hBefore, h];
    [k, kBefore] = [whole * k + kBefore, k];
    slopes.push([h, k]);
    [numerator, denominator] = [denominator, numerator - whole * denominator];
  }
  slopes.reverse();
  return slopes
    .filter(([p, q]) => Math.max(p, q) <= COEFFICIENT_MAX && (p !== 0 || q !== 0))
    .map(([p, q]) => (isSteep ? [q, b < 0 ? -p : p] : [p, b < 0 ? -q : q]));
}
