import { type Cell, cutCell } from './cells.ts';
import { CUT, type Cutter, type Fragments, LEFT, RIGHT } from './fragments.ts';
import { REACH } from './lines.ts';
import { Seeded } from './seeded.ts';
import { candidatesFor, linesBeside } from './splits.ts';

/** What takes the parts of a tree as it is built; gives what stands for them. */
export interface Sink<Ref> {
  leaf(cell: Cell): Ref;
  node(line: number, left: Ref, right: Ref): Ref;
}

export interface TreeOptions {
  readonly seed: number;
  /** What a cut fragment costs against a level. */
  readonly cutCost: number;
}

/** Deeper than this no tree is followed: nothing was gained for long. */
const DEPTH_MAX = 96;
/** With so many fragments or fewer, several lines are tried, at most TRIES of them. */
const TRIED_MAX = 16;
const TRIES = 6;

/** A tree is deeper than every build allows. */
export class TooDeep extends Error {
  readonly cell: Cell;

  constructor(cell: Cell) {
    super('no line was found that brings a lookup to an end');
    this.cell = cell;
  }
}

interface Score {
  readonly line: number;
  readonly value: number;
  /** Fragments on the side that has more. */
  readonly most: number;
}

/** Builds a tree of lines over fragments: each cell is cut until no edge goes through its inside. */
export class TreeBuilder<Ref> {
  readonly #cutter: Cutter;
  readonly #sink: Sink<Ref>;
  readonly #random: Seeded;
  readonly #cutCost: number;
  #work = 0;

  constructor(cutter: Cutter, sink: Sink<Ref>, { seed, cutCost }: TreeOptions) {
    this.#cutter = cutter;
    this.#sink = sink;
    this.#random = new Seeded(seed);
    this.#cutCost = cutCost;
  }

  /** Takes the best line each time. Throws TooDeep. */
  greedy(fragments: Fragments, cell: Cell, depth = 0): Ref {
    if (fragments.count === 0) return this.#sink.leaf(cell);
    if (depth > DEPTH_MAX) throw new TooDeep(cell);
    const line = this.#choose(fragments, cell);
    const [left, right] = this.#cutter.split(line, fragments);
    const [leftCell, rightCell] = cutCell(cell, line, this.#cutter.lines);
    // A cell without an inside has no places.
    if (leftCell === null) return this.greedy(right, cell, depth + 1);
    if (rightCell === null) return this.greedy(left, cell, depth + 1);
    const low = this.greedy(left, leftCell, depth + 1);
    return this.#sink.node(line, low, this.greedy(right, rightCell, depth + 1));
  }

  /** A tree of at most `levels`, looked for with so much `work`; undefined when none was found. */
  within(fragments: Fragments, cell: Cell, levels: number, work: number): Ref | undefined {
    this.#work = work;
    return this.#within(fragments, cell, levels);
  }

  #within(fragments: Fragments, cell: Cell, levels: number): Ref | undefined {
    const { count } = fragments;
    if (count === 0) return this.#sink.leaf(cell);
    if (Math.ceil(Math.log2(count + 1)) > levels || this.#work-- < 0) return undefined;
    for (const line of this.#tries(fragments, cell)) {
      const built = this.#tryLine(line, fragments, cell, levels);
      if (built !== undefined) return built;
      if (this.#work < 0) return undefined;
    }
    return undefined;
  }

  #tries(fragments: Fragments, cell: Cell): number[] {
    if (fragments.count > TRIED_MAX) return [this.#choose(fragments, cell)];
    const scores = this.#scores(fragments, cell).filter(({ most }) => most < fragments.count);
    if (scores.length === 0) return [this.#choose(fragments, cell)];
    scores.sort((p, q) => p.value - q.value || p.line - q.line);
    return scores.slice(0, TRIES).map(({ line }) => line);
  }

  #tryLine(line: number, fragments: Fragments, cell: Cell, levels: number): Ref | undefined {
    const [left, right] = this.#cutter.split(line, fragments);
    const most = 2 ** (levels - 1) - 1;
    if (left.count > most || right.count > most) return undefined;
    const [leftCell, rightCell] = cutCell(cell, line, this.#cutter.lines);
    if (leftCell === null || rightCell === null) return undefined;
    // The fuller side first: it is the one that fails.
    const isLeftFuller = left.count > right.count;
    const fuller = this.#within(isLeftFuller ? left : right, isLeftFuller ? leftCell : rightCell, levels - 1);
    if (fuller === undefined) return undefined;
    const other = this.#within(isLeftFuller ? right : left, isLeftFuller ? rightCell : leftCell, levels - 1);
    if (other === undefined) return undefined;
    return isLeftFuller ? this.#sink.node(line, fuller, other) : this.#sink.node(line, other, fuller);
  }

  #choose(fragments: Fragments, cell: Cell): number {
    let best: Score | undefined;
    for (const line of candidatesFor(this.#cutter, fragments, cell, this.#random)) {
      const score = this.#score(line, fragments, best?.value ?? Number.POSITIVE_INFINITY);
      if (score !== undefined && score.most < fragments.count) best = score;
    }
    return best?.line ?? this.#narrow(fragments, cell);
  }

  #scores(fragments: Fragments, cell: Cell): Score[] {
    const lines = candidatesFor(this.#cutter, fragments, cell, this.#random);
    return lines.flatMap((line) => this.#score(line, fragments, Number.POSITIVE_INFINITY) ?? []);
  }

  /** What a line leaves on its sides; undefined when that is not below `bound`. */
  #score(line: number, fragments: Fragments, bound: number): Score | undefined {
    let [left, right, cuts] = [0, 0, 0];
    for (let index = 0; index < fragments.count; index++) {
      const side = this.#cutter.side(line, fragments, index);
      if (side === LEFT || side === CUT) left++;
      if (side === RIGHT || side === CUT) right++;
      if (side === CUT) cuts++;
      if ((index & 15) === 15 && Math.max(left, right) + this.#cutCost * cuts >= bound) return undefined;
    }
    const most = Math.max(left, right);
    const value = most + this.#cutCost * cuts + 0.01 * Math.min(left, right);
    return value < bound ? { line, value, most } : undefined;
  }

  /** No line leaves fewer fragments on each side: the one that most lessens by how much their own lines are out of reach. */
  #narrow(fragments: Fragments, cell: Cell): number {
    const candidates = new Set(candidatesFor(this.#cutter, fragments, cell, this.#random));
    for (const beside of linesBeside(this.#cutter, fragments, 0, cell)) candidates.add(beside);
    let best: Score | undefined;
    for (const line of candidates) {
      const [left, right] = this.#cutter.split(line, fragments);
      const [leftCell, rightCell] = cutCell(cell, line, this.#cutter.lines);
      if (leftCell === null || rightCell === null) continue;
      const most = Math.max(this.#excess(left, leftCell), this.#excess(right, rightCell));
      const value = most + 0.5 * (left.count + right.count - fragments.count);
      if (best === undefined || value < best.value) best = { line, value, most };
    }
    if (best === undefined) throw new TooDeep(cell);
    return best.line;
  }

  /** By how many halvings of a cell the lines of its fragments are out of reach, all together. */
  #excess(fragments: Fragments, cell: Cell): number {
    let sum = 0;
    const { lines, edges } = this.#cutter;
    for (const edge of fragments.edge) {
      const { line } = edges[edge] as (typeof edges)[number];
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { from } of cell) {
        const value = lines.near(line, from.x, from.y);
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (Math.max(high, -low) >= REACH) sum += 1 + Math.log2((high - low) / REACH);
    }
    return sum;
  }
}
