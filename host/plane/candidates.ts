import type { Cell } from './cell.ts';
import type { Draw } from './draw.ts';
import { CUT_NONE, type Cutter, type Fragments } from './fragments.ts';
import { greatestDivisor } from './lines.ts';

/**
 * Lines that may cut a cell: those of its edges, upright and level ones through their ends, and where an edge's own line is too steep for
 * numbers of 32 bits over this cell, coarser lines just beside it.
 */

/** By how much less than its range |f| stays over a cell, so that doubles leave no doubt. */
const DOUBT = 2 ** 18;
/** Of a, b of lines that are made up. */
const COEFFICIENT_MAX = 2 ** 30;
/** Fragments up to which every one of them is looked at. */
const FEW = 32;
/** Of more fragments, so many lines are drawn, and so many ends. */
const LINES_DRAWN = 24;
const ENDS_DRAWN = 400;
/** Of the ends drawn, lines through these: nine from 0.3 to 0.7 of them in order. */
const SHARES = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7];
/** Steps of the search for the finest line between two convergents. */
const HALVINGS = 8;

/** What looking for coarser lines is worth in looks. */
const COARSE_LOOKS = 100;

export interface CandidateRules {
  /** What |f| of every line has to stay below over its cell; see `range` in lookup.ts. */
  readonly range: number;
}

/** In a fixed order, each once. */
export function candidatesFor(
  cutter: Cutter,
  fragments: Fragments,
  cell: Cell,
  draw: Draw,
  { range }: CandidateRules,
): number[] {
  const { lines, carriers } = cutter;
  const found = new Set<number>();
  const count = fragments.count;
  const isFew = count <= FEW;
  const takeEdge = (index: number) => {
    const line = carriers.line[fragments.carrier[index] as number] as number;
    if (mostOver(cell, (x, y) => lines.near(line, x, y)) < range - DOUBT) found.add(line);
    else for (const coarse of coarseLines(cutter, fragments, index, cell, range)) found.add(coarse);
  };
  if (isFew) for (let index = 0; index < count; index++) takeEdge(index);
  else for (let drawn = 0; drawn < LINES_DRAWN; drawn++) takeEdge(draw.below(count));
  const xs: number[] = [];
  const ys: number[] = [];
  const ends = isFew ? count : Math.min(count, ENDS_DRAWN);
  for (let drawn = 0; drawn < ends; drawn++) {
    const index = isFew ? drawn : draw.below(count);
    const carrier = fragments.carrier[index] as number;
    if (fragments.fromCut[index] === CUT_NONE) {
      xs.push(carriers.x0[carrier] as number);
      ys.push(carriers.y0[carrier] as number);
    }
    if (fragments.toCut[index] === CUT_NONE) {
      xs.push(carriers.x1[carrier] as number);
      ys.push(carriers.y1[carrier] as number);
    }
  }
  for (const x of chosenOf(xs, isFew)) found.add(lines.upright(x));
  for (const y of chosenOf(ys, isFew)) found.add(lines.level(y));
  return [...found];
}

function chosenOf(places: number[], all: boolean): Iterable<number> {
  if (places.length === 0) return [];
  places.sort((left, right) => left - right);
  return new Set(all ? places : SHARES.map((share) => places[Math.floor(places.length * share)] as number));
}

/** The greatest |f| over the corners of a cell. */
function mostOver(cell: Cell, f: (x: number, y: number) => number): number {
  let most = 0;
  for (const { corner } of cell) most = Math.max(most, Math.abs(f(corner.x, corner.y)));
  return most;
}

/** How far the cell of these fragments is from one over which the lines of all of them may be used: 0 where it is one. */
export function excessOf(cutter: Cutter, fragments: Fragments, cell: Cell, range: number): number {
  const { lines, carriers } = cutter;
  const most = range - DOUBT;
  let excess = 0;
  for (const carrier of fragments.carrier) {
    const line = carriers.line[carrier] as number;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { corner } of cell) {
      const value = lines.near(line, corner.x, corner.y);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (Math.max(high, -low) >= most) excess += 1 + Math.max(0, Math.log2((high - low) / most));
  }
  return excess;
}

/** Lines of coarser directions on both sides of a fragment, that may be used over the cell. */
function coarseLines(
  cutter: Cutter,
  fragments: Fragments,
  index: number,
  cell: Cell,
  range: number,
): number[] {
  const { lines, carriers } = cutter;
  const carrier = fragments.carrier[index] as number;
  const edge = carriers.line[carrier] as number;
  cutter.work.looks += COARSE_LOOKS;
  const [x, y] = [carriers.x0[carrier] as number, carriers.y0[carrier] as number];
  const [dx, dy] = [(carriers.x1[carrier] as number) - x, (carriers.y1[carrier] as number) - y];
  const [from, to] = [fragments.from[index] as number, fragments.to[index] as number];
  const found: number[] = [];
  /** Lines of the direction just beside the fragment on either side; whether one of them may be used. */
  const beside = (p: number, q: number): boolean => {
    const divisor = greatestDivisor(p, q) * (p < 0 || (p === 0 && q < 0) ? -1 : 1);
    const [a, b] = [p / divisor, q / divisor];
    if (Math.max(Math.abs(a), Math.abs(b)) > COEFFICIENT_MAX) return false;
    const rise = exactSum(a, dx, b, dy);
    const [start, end] = [from * rise, to * rise];
    const before = found.length;
    for (const c of [-Math.floor(Math.min(start, end)), -Math.ceil(Math.max(start, end))]) {
      // A line is kept for good, so it is only made where it may be used.
      if (mostOver(cell, (px, py) => a * (px - x) + b * (py - y) + c) < range - DOUBT)
        found.push(lines.add(a, b, x, y, c === 0 ? 0 : c));
    }
    return found.length > before;
  };
  beside(1, 0);
  beside(0, 1);
  const [a, b] = [lines.a[edge] as number, lines.b[edge] as number];
  const isSteep = Math.abs(a) >= Math.abs(b);
  const direction = (over: number, under: number): [number, number] => {
    const [p, q] = isSteep ? [under, over] : [over, under];
    return [p, b < 0 ? -q : q];
  };
  const steps = isSteep ? convergentsOf(Math.abs(b), Math.abs(a)) : convergentsOf(Math.abs(a), Math.abs(b));
  let used = 0;
  for (let at = steps.length - 1; at >= 0 && used < 2; at--) {
    const [over, under] = steps[at] as Convergent;
    if (!beside(...direction(over, under))) continue;
    used++;
    const next = steps[at + 1];
    if (used > 1 || next === undefined) continue;
    // Between this one and the next, which is too fine, the finest that may be used.
    const [lastOver, lastUnder] = at > 0 ? (steps[at - 1] as Convergent) : [1, 0];
    let [low, high] = [0, Math.round((next[1] - lastUnder) / Math.max(1, under))];
    for (let halving = 0; halving < HALVINGS && low + 1 < high; halving++) {
      const middle = Math.floor((low + high) / 2);
      if (beside(...direction(lastOver + middle * over, lastUnder + middle * under))) low = middle;
      else high = middle;
    }
  }
  if (fragments.count <= 2) {
    // In halves, where nothing else helps.
    const half = (from + to) / 2;
    if (dx !== 0) found.push(lines.upright(Math.floor(x + half * dx)));
    if (dy !== 0) found.push(lines.level(Math.floor(y + half * dy)));
  }
  return found;
}

type Convergent = readonly [over: number, under: number];

/** The convergents of over / under, rising in denominators. */
function convergentsOf(over: number, under: number): Convergent[] {
  const found: Convergent[] = [];
  let [h0, k0, h1, k1] = [0, 1, 1, 0];
  for (let [n, d] = [over, under]; d !== 0; ) {
    const whole = Math.floor(n / d);
    [h0, k0, h1, k1] = [h1, k1, whole * h1 + h0, whole * k1 + k0];
    found.push([h1, k1]);
    [n, d] = [d, n - whole * d];
  }
  return found;
}

/** a·x + b·y of integers up to 2^31, rounded once. */
function exactSum(a: number, x: number, b: number, y: number): number {
  const [highA, highB] = [Math.floor(a / 65_536), Math.floor(b / 65_536)];
  return (highA * x + highB * y) * 65_536 + ((a - highA * 65_536) * x + (b - highB * 65_536) * y);
}
