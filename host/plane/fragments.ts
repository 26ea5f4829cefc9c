import { signOf } from './cell.ts';
import type { Lines } from './lines.ts';

/**
 * Pieces of edges within a cell. A piece is an edge, its *carrier*, from one cut to another: each cut is the line that cuts it and where
 * that is, from 0 at the first end of the carrier to 1 at the other, in doubles. Where doubles leave doubt cuts are compared exactly.
 */

/** Carriers: edges between lattice points, by number. */
export class Carriers {
  readonly line: number[] = [];
  readonly x0: number[] = [];
  readonly y0: number[] = [];
  readonly x1: number[] = [];
  readonly y1: number[] = [];

  get count(): number {
    return this.line.length;
  }

  add(line: number, x0: number, y0: number, x1: number, y1: number): number {
    this.line.push(line);
    this.x0.push(x0);
    this.y0.push(y0);
    this.x1.push(x1);
    this.y1.push(y1);
    return this.line.length - 1;
  }
}

/** No line: the end of the carrier itself. */
export const CUT_NONE = -1;

export class Fragments {
  readonly carrier: number[] = [];
  readonly from: number[] = [];
  /** The line that cuts it there, or CUT_NONE. */
  readonly fromCut: number[] = [];
  readonly to: number[] = [];
  readonly toCut: number[] = [];

  get count(): number {
    return this.carrier.length;
  }

  push(carrier: number, from: number, fromCut: number, to: number, toCut: number): void {
    this.carrier.push(carrier);
    this.from.push(from);
    this.fromCut.push(fromCut);
    this.to.push(to);
    this.toCut.push(toCut);
  }
}

/** Where a fragment lies beside a line. */
export const SIDE = { left: -1, on: 0, right: 1, both: 2 } as const;
export type SideCode = (typeof SIDE)[keyof typeof SIDE];

/** What is spent: fragments looked at beside lines. A search ends when it is spent, so that it ends in the same place everywhere. */
export class Work {
  looks = 0;
}

/** What is told of fragments beside lines. */
export class Cutter {
  readonly lines: Lines;
  readonly carriers: Carriers;
  readonly work: Work;
  /** Of the last fragment that lay on both sides: where it is cut, and whether its first part is the left one. */
  at = 0;
  firstIsLeft = false;

  constructor(lines: Lines, carriers: Carriers, work = new Work()) {
    this.lines = lines;
    this.carriers = carriers;
    this.work = work;
  }

  side(line: number, fragments: Fragments, index: number): SideCode {
    const { lines, carriers } = this;
    this.work.looks++;
    const carrier = fragments.carrier[index] as number;
    if (carriers.line[carrier] === line) return SIDE.on;
    const first = lines.at(line, carriers.x0[carrier] as number, carriers.y0[carrier] as number);
    const last = lines.at(line, carriers.x1[carrier] as number, carriers.y1[carrier] as number);
    if (first >= 0 && last >= 0) return SIDE.right;
    if (first <= 0 && last <= 0) return SIDE.left;
    const at = first / (first - last);
    const [fromCut, toCut] = [fragments.fromCut[index] as number, fragments.toCut[index] as number];
    if (fromCut >= 0 && this.#compare(carrier, line, at, fromCut, fragments.from[index] as number) <= 0)
      return last < 0 ? SIDE.left : SIDE.right;
    if (toCut >= 0 && this.#compare(carrier, line, at, toCut, fragments.to[index] as number) >= 0)
      return first < 0 ? SIDE.left : SIDE.right;
    this.at = at;
    this.firstIsLeft = first < 0;
    return SIDE.both;
  }

  /** Where a line cuts a carrier, which is on both of its sides or ends on it. */
  cutOf(line: number, carrier: number): number {
    const { lines, carriers } = this;
    const first = lines.at(line, carriers.x0[carrier] as number, carriers.y0[carrier] as number);
    const last = lines.at(line, carriers.x1[carrier] as number, carriers.y1[carrier] as number);
    return first / (first - last);
  }

  split(line: number, fragments: Fragments): { readonly left: Fragments; readonly right: Fragments } {
    const [left, right] = [new Fragments(), new Fragments()];
    for (let index = 0; index < fragments.count; index++) {
      const side = this.side(line, fragments, index);
      if (side === SIDE.on) continue;
      const carrier = fragments.carrier[index] as number;
      const [from, to] = [fragments.from[index] as number, fragments.to[index] as number];
      const [fromCut, toCut] = [fragments.fromCut[index] as number, fragments.toCut[index] as number];
      if (side === SIDE.both) {
        const [first, last] = this.firstIsLeft ? [left, right] : [right, left];
        first.push(carrier, from, fromCut, this.at, line);
        last.push(carrier, this.at, line, to, toCut);
      } else (side === SIDE.left ? left : right).push(carrier, from, fromCut, to, toCut);
    }
    return { left, right };
  }

  /** Compares where two lines cut a carrier: places that doubles give, 2^-50 of 1 at most beside the true ones. */
  #compare(carrier: number, line: number, at: number, other: number, otherAt: number): number {
    const near = at - otherAt;
    if (Math.abs(near) > 1e-13) return near;
    if (line === other) return 0;
    const [p, pWhole] = this.#exactCut(carrier, line);
    const [q, qWhole] = this.#exactCut(carrier, other);
    return signOf(p * qWhole - q * pWhole);
  }

  #exactCut(carrier: number, line: number): [at: bigint, whole: bigint] {
    const { a, b, c } = this.lines.big(line);
    const { x0, y0, x1, y1 } = this.carriers;
    const first = a * BigInt(x0[carrier] as number) + b * BigInt(y0[carrier] as number) + c;
    const last = a * BigInt(x1[carrier] as number) + b * BigInt(y1[carrier] as number) + c;
    return first < last ? [-first, last - first] : [first, first - last];
  }
}
