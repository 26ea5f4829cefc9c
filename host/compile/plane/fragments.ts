import { commonDivisor, type LineTable } from './lines.ts';
import type { Point, Shape } from './shapes.ts';

/** An edge of a border, on the line of that number. */
export interface Edge {
  readonly from: Point;
  readonly to: Point;
  readonly line: number;
}

/** The different edges of all shapes; which way a border runs along one does not matter. */
export function edgesOf(shapes: readonly Shape[], lines: LineTable): Edge[] {
  const edges = new Map<string, Edge>();
  for (const { rings } of shapes)
    for (const ring of rings)
      ring.forEach((corner, index) => {
        const next = ring[(index + 1) % ring.length] as Point;
        const [from, to] = isBefore(corner, next) ? [corner, next] : [next, corner];
        const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
        const key = `${from} ${to}`;
        if ((dx === 0 && dy === 0) || edges.has(key)) return;
        const divisor = commonDivisor(dx, dy);
        const line = lines.add(dy / divisor, -dx / divisor, from[0], from[1]);
        edges.set(key, { from, to, line });
      });
  return [...edges.values()];
}

function isBefore(p: Point, q: Point): boolean {
  return p[1] < q[1] || (p[1] === q[1] && p[0] < q[0]);
}

const NO_LINE = -1;
/** Two cuts that are farther apart than this, as parts of an edge, are in the order in which doubles have them. */
const CUT_DOUBT = 2 ** -44;

/** What of edges lies in a cell: of each the part from one cut to another, each with the line that made it (NO_LINE: the edge's end). */
export class Fragments {
  readonly edge: number[] = [];
  readonly start: number[] = [];
  readonly startLine: number[] = [];
  readonly end: number[] = [];
  readonly endLine: number[] = [];

  get count(): number {
    return this.edge.length;
  }

  add(edge: number, start: number, startLine: number, end: number, endLine: number): void {
    this.edge.push(edge);
    this.start.push(start);
    this.startLine.push(startLine);
    this.end.push(end);
    this.endLine.push(endLine);
  }

  /** Whether a fragment begins where its edge does, and ends where that ends. */
  hasStart(index: number): boolean {
    return this.startLine[index] === NO_LINE;
  }

  hasEnd(index: number): boolean {
    return this.endLine[index] === NO_LINE;
  }
}

/** Where a fragment lies to a line: on its left, on it, on its right, or on both sides. */
export const LEFT = -1;
export const ON = 0;
export const RIGHT = 1;
export const CUT = 2;

/** Cuts fragments of edges by lines. */
export class Cutter {
  readonly edges: readonly Edge[];
  readonly lines: LineTable;
  /** Of the fragment that was found CUT last: where, as a part of its edge, and f at the edge's start. */
  #cut = 0;
  #before = 0;

  constructor(edges: readonly Edge[], lines: LineTable) {
    this.edges = edges;
    this.lines = lines;
  }

  /** Each edge whole. */
  all(): Fragments {
    const fragments = new Fragments();
    for (let edge = 0; edge < this.edges.length; edge++) fragments.add(edge, 0, NO_LINE, 1, NO_LINE);
    return fragments;
  }

  /** LEFT, ON, RIGHT or CUT. */
  side(line: number, fragments: Fragments, index: number): number {
    const number = fragments.edge[index] as number;
    const edge = this.edges[number] as Edge;
    if (edge.line === line) return ON;
    const before = this.lines.at(line, edge.from[0], edge.from[1]);
    const behind = this.lines.at(line, edge.to[0], edge.to[1]);
    if (before >= 0 && behind >= 0) return before === 0 && behind === 0 ? ON : RIGHT;
    if (before <= 0 && behind <= 0) return LEFT;
    const cut = before / (before - behind);
    const [start, end] = [fragments.start[index] as number, fragments.end[index] as number];
    const [startLine, endLine] = [fragments.startLine[index] as number, fragments.endLine[index] as number];
    if (startLine !== NO_LINE && this.#order(edge, line, cut, startLine, start) <= 0)
      return behind < 0 ? LEFT : RIGHT;
    if (endLine !== NO_LINE && this.#order(edge, line, cut, endLine, end) >= 0)
      return before < 0 ? LEFT : RIGHT;
    this.#cut = cut;
    this.#before = before;
    return CUT;
  }

  /** Whether `line` cuts an edge before (below 0) or behind `other`, where the doubles are `cut` and `otherCut`. */
  #order({ from, to }: Edge, line: number, cut: number, other: number, otherCut: number): number {
    const apart = cut - otherCut;
    if (Math.abs(apart) > CUT_DOUBT) return apart;
    if (line === other) return 0;
    let p = this.lines.exactAt(line, from[0], from[1]);
    let pq = p - this.lines.exactAt(line, to[0], to[1]);
    let r = this.lines.exactAt(other, from[0], from[1]);
    let rs = r - this.lines.exactAt(other, to[0], to[1]);
    if (pq < 0n) [p, pq] = [-p, -pq];
    if (rs < 0n) [r, rs] = [-r, -rs];
    const difference = p * rs - r * pq;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** What lies on both sides of a line; what lies on it is on no side: it separates nothing there. */
  split(line: number, fragments: Fragments): [left: Fragments, right: Fragments] {
    const left = new Fragments();
    const right = new Fragments();
    for (let index = 0; index < fragments.count; index++) {
      const side = this.side(line, fragments, index);
      if (side === ON) continue;
      const edge = fragments.edge[index] as number;
      const [start, end] = [fragments.start[index] as number, fragments.end[index] as number];
      const [startLine, endLine] = [fragments.startLine[index] as number, fragments.endLine[index] as number];
      if (side === CUT) {
        const [first, second] = this.#before < 0 ? [left, right] : [right, left];
        first.add(edge, start, startLine, this.#cut, line);
        second.add(edge, this.#cut, line, end, endLine);
      } else {
        (side === LEFT ? left : right).add(edge, start, startLine, end, endLine);
      }
    }
    return [left, right];
  }
}
