import { candidatesFor, excessOf } from './candidates.ts';
import { type Cell, cutCell } from './cell.ts';
import { Draw } from './draw.ts';
import { type Cutter, type Fragments, SIDE } from './fragments.ts';

/**
 * Builds a binary tree of lines over a cell, until no fragment is left in any part. Greedy: each line is the one that leaves the least
 * on its larger side. With a depth that is wanted, several lines are tried where few fragments are left. All decisions are exact and
 * counted in steps, so that the same source gives the same tree.
 */

/** What trees are made of; links are numbers of the caller's. */
export interface TreeSink {
  leaf(cell: Cell): number;
  node(line: number, left: number, right: number): number;
}

export interface TreeOptions {
  readonly seed: number;
  /** What a fragment that is cut costs, against one that is on the larger side. */
  readonly cutCost: number;
  /** What |f| has to stay below over the cell of each node; see `range` in lookup.ts. */
  readonly range: number;
}

export interface DepthWanted {
  /** Levels at most. */
  readonly levels: number;
  /** The search ends when so many looks have been spent. */
  readonly looksMax: number;
}

/** Levels of one tree; what needs more is refused. */
const LEVELS_MAX = 96;
/** Fragments up to which several lines are tried, and how many. */
const TRIED_AT = 16;
const TRIED = 6;
/** Added to the score of a line that leaves all fragments on one side. */
const NO_PROGRESS = 1e6;
/** Fragments after which a score is compared with the best so far. */
const SCORED_BETWEEN = 15;

/** An edge that no lines with numbers of 32 bits tell apart from what lies next to it. */
export class TooFineError extends Error {
  readonly ends: readonly (readonly [x: number, y: number])[];

  constructor({ x0, y0, x1, y1 }: Cutter['carriers'], carrier: number) {
    super('an edge is too fine for numbers of 32 bits');
    this.ends = [
      [x0[carrier] ?? 0, y0[carrier] ?? 0],
      [x1[carrier] ?? 0, y1[carrier] ?? 0],
    ];
  }
}

export class TreeBuilder {
  readonly #cutter: Cutter;
  readonly #sink: TreeSink;
  readonly #options: TreeOptions;
  readonly #draw: Draw;

  constructor(cutter: Cutter, sink: TreeSink, options: TreeOptions) {
    this.#cutter = cutter;
    this.#sink = sink;
    this.#options = options;
    this.#draw = new Draw(options.seed);
  }

  /** @throws TooFineError */
  greedy(fragments: Fragments, cell: Cell, level = 0): number {
    if (fragments.count === 0) return this.#sink.leaf(cell);
    if (level >= LEVELS_MAX) throw new TooFineError(this.#cutter.carriers, fragments.carrier[0] as number);
    const line = this.#choose(fragments, cell);
    const parts = cutCell(this.#cutter.lines, line, cell);
    const { left, right } = this.#cutter.split(line, fragments);
    if (parts.left === null) return this.greedy(right, cell, level + 1);
    if (parts.right === null) return this.greedy(left, cell, level + 1);
    const below = this.greedy(left, parts.left, level + 1);
    return this.#sink.node(line, below, this.greedy(right, parts.right, level + 1));
  }

  /** A tree of so many levels at most, or null where none was found within the work. */
  within(fragments: Fragments, cell: Cell, { levels, looksMax }: DepthWanted): number | null {
    const { count } = fragments;
    if (count === 0) return this.#sink.leaf(cell);
    const { work } = this.#cutter;
    if (work.looks > looksMax || this.#hasMoreLines(fragments, 2 ** levels - 1)) return null;
    const below = { levels: levels - 1, looksMax };
    for (const line of this.#tried(fragments, cell)) {
      const { left, right } = this.#cutter.split(line, fragments);
      const most = 2 ** below.levels - 1;
      if (this.#hasMoreLines(left, most) || this.#hasMoreLines(right, most)) continue;
      const parts = cutCell(this.#cutter.lines, line, cell);
      if (parts.left === null || parts.right === null) continue;
      // The larger side is the one that may fail.
      const leftIsLarge = left.count > right.count;
      const large = this.within(leftIsLarge ? left : right, leftIsLarge ? parts.left : parts.right, below);
      if (large !== null) {
        const small = this.within(leftIsLarge ? right : left, leftIsLarge ? parts.right : parts.left, below);
        if (small !== null)
          return leftIsLarge ? this.#sink.node(line, large, small) : this.#sink.node(line, small, large);
      }
      if (work.looks > looksMax) return null;
    }
    return null;
  }

  /** Whether fragments lie on more lines than that: each takes a node at least. */
  #hasMoreLines({ count, carrier }: Fragments, most: number): boolean {
    if (count <= most) return false;
    const { line } = this.#cutter.carriers;
    const seen = new Set<number>();
    for (const each of carrier) {
      seen.add(line[each] as number);
      if (seen.size > most) return true;
    }
    return false;
  }

  /** Lines to try, best first. */
  #tried(fragments: Fragments, cell: Cell): number[] {
    if (fragments.count > TRIED_AT) return [this.#choose(fragments, cell)];
    const scored = this.#candidates(fragments, cell)
      .map((line) => ({ line, score: this.#score(line, fragments, Number.POSITIVE_INFINITY) }))
      .filter(({ score }) => score < NO_PROGRESS)
      .sort((left, right) => left.score - right.score || left.line - right.line);
    if (scored.length === 0) return [this.#choose(fragments, cell)];
    return scored.slice(0, TRIED).map(({ line }) => line);
  }

  #candidates(fragments: Fragments, cell: Cell): number[] {
    return candidatesFor(this.#cutter, fragments, cell, this.#draw, this.#options);
  }

  /** The best line. */
  #choose(fragments: Fragments, cell: Cell): number {
    const candidates = this.#candidates(fragments, cell);
    let [best, least] = [-1, NO_PROGRESS];
    for (const line of candidates) {
      const score = this.#score(line, fragments, least);
      if (score < least) [best, least] = [line, score];
    }
    return best >= 0 ? best : this.#shrink(fragments, cell, candidates);
  }

  /** Larger side, plus what cuts cost; infinite where it is no better than `best`, NO_PROGRESS and more where one side keeps all. */
  #score(line: number, fragments: Fragments, best: number): number {
    const { cutCost } = this.#options;
    const { count } = fragments;
    let [left, right, cuts] = [0, 0, 0];
    for (let index = 0; index < count; index++) {
      const side = this.#cutter.side(line, fragments, index);
      if (side === SIDE.left || side === SIDE.both) left++;
      if (side === SIDE.right || side === SIDE.both) right++;
      if (side === SIDE.both) cuts++;
      if ((index & SCORED_BETWEEN) === SCORED_BETWEEN && Math.max(left, right) + cutCost * cuts >= best)
        return Number.POSITIVE_INFINITY;
    }
    const score = Math.max(left, right) + cutCost * cuts + 0.01 * Math.min(left, right);
    return Math.max(left, right) >= count ? NO_PROGRESS + score : score;
  }

  /** No line tells fragments apart as long as their own lines may not be used: the one that makes the cell round them the smallest. */
  #shrink(fragments: Fragments, cell: Cell, candidates: readonly number[]): number {
    const before = excessOf(this.#cutter, fragments, cell, this.#options.range);
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (const line of candidates) {
      const parts = cutCell(this.#cutter.lines, line, cell);
      if (parts.left === null || parts.right === null) continue;
      const { left, right } = this.#cutter.split(line, fragments);
      const excess = Math.max(
        left.count === 0 ? 0 : excessOf(this.#cutter, left, parts.left, this.#options.range),
        right.count === 0 ? 0 : excessOf(this.#cutter, right, parts.right, this.#options.range),
      );
      const score = excess + 0.5 * (left.count + right.count - fragments.count);
      if (score < least) [best, least] = [line, score];
    }
    if (best < 0 || (before === 0 && least === Number.POSITIVE_INFINITY))
      throw new TooFineError(this.#cutter.carriers, fragments.carrier[0] as number);
    return best;
  }
}
