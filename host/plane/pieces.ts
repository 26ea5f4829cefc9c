import type { PlaneLink, PlanePartition } from '../body/plane-partition.ts';

/**
 * A plane cut up as its lookup cuts it: convex pieces, each with the rule that answers there, and the lines between pieces of different
 * rules. For pictures and shares of area, so in double precision; what a core answers is never taken from here.
 */

/** Corners in pairs, x0, y0, x1, y1, … as offsets from the minima, in their order around. */
export type Corners = readonly number[];

export interface Piece {
  /** Index into the rules. */
  readonly rule: number;
  readonly corners: Corners;
}

/** A straight line [x0, y0, x1, y1] between two rules. */
export type Border = readonly [number, number, number, number];

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly borders: readonly Border[];
}

type Cutting = Pick<PlanePartition, 'axes' | 'nodes' | 'shiftX' | 'shiftY' | 'columns' | 'rows'>;

/** f = a·x + b·y + c, with the true c. */
interface Line {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const WORD = 2 ** 32;

/** What lies where in one of the grids of a plane. */
export function piecesOf(plane: Cutting, { roots }: PlanePartition['grids'][number]): Pieces {
  const walker = new Walker(plane);
  const { axes, shiftX, shiftY, columns, rows } = plane;
  const [width, height] = axes.map(({ min, max }) => max - min) as [number, number];
  const [wide, high] = [columns === 1 ? width : 2 ** shiftX, rows === 1 ? height : 2 ** shiftY];
  const at = (column: number, row: number) => roots[row * columns + column] ?? 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x0, y0] = [column * wide, row * high];
      const [x1, y1] = [Math.min(width, x0 + wide), Math.min(height, y0 + high)];
      const square = [x0, y0, x1, y0, x1, y1, x0, y1];
      walker.walk(at(column, row), square);
      if (column > 0)
        walker.border([x0, y0, x0, y1], { a: 1, b: 0, c: -x0 }, at(column - 1, row), at(column, row));
      if (row > 0)
        walker.border([x0, y0, x1, y0], { a: 0, b: 1, c: -y0 }, at(column, row - 1), at(column, row));
    }
  }
  return walker;
}

class Walker implements Pieces {
  readonly pieces: Piece[] = [];
  readonly borders: Border[] = [];
  readonly #nodes: PlanePartition['nodes'];

  constructor({ nodes }: Cutting) {
    this.#nodes = nodes;
  }

  /** Cuts the convex place of a link up. */
  walk(link: PlaneLink, corners: Corners): void {
    if (link < 0) {
      this.pieces.push({ rule: -1 - link, corners });
      return;
    }
    const node = this.#nodes[link];
    if (node === undefined) return;
    const line = lineOver(node, corners);
    const [left, right] = [clip(corners, line, -1), clip(corners, line, 1)];
    if (left.length >= 6) this.walk(node.left, left);
    if (right.length >= 6) this.walk(node.right, right);
    const cut = chordOf(corners, line);
    if (cut !== undefined) this.border(cut, line, node.left, node.right);
  }

  /** Keeps the parts of a piece of a line beside which different rules answer. */
  border(cut: Border, line: Line, left: PlaneLink, right: PlaneLink): void {
    const [ones, others] = [this.#along(left, cut, line, -1), this.#along(right, cut, line, 1)];
    let [one, other, from] = [0, 0, 0];
    while (one < ones.length && other < others.length) {
      const [a, b] = [ones[one], others[other]];
      if (a === undefined || b === undefined) return;
      const to = Math.min(a.to, b.to);
      if (a.rule !== b.rule && to > from) this.borders.push(partOf(cut, from, to));
      from = to;
      if (a.to <= to) one++;
      if (b.to <= to) other++;
    }
  }

  /** The rules beside a piece of a line, on one side of it, in parts [.., to) of its length. */
  #along(
    link: PlaneLink,
    cut: Border,
    line: Line,
    side: -1 | 1,
  ): { readonly to: number; readonly rule: number }[] {
    const found: { to: number; rule: number }[] = [];
    const visit = (at: PlaneLink, from: number, to: number): void => {
      if (at < 0) {
        const last = found.at(-1);
        if (last?.rule === -1 - at) last.to = to;
        else found.push({ to, rule: -1 - at });
        return;
      }
      const node = this.#nodes[at];
      if (node === undefined) return;
      const [x0, y0, x1, y1] = partOf(cut, from, to);
      const other = lineOver(node, [x0, y0, x1, y1]);
      const [f0, f1] = [valueAt(other, x0, y0), valueAt(other, x1, y1)];
      const near = (Math.abs(other.a) + Math.abs(other.b)) * 1e-6;
      if (Math.abs(f0) <= near && Math.abs(f1) <= near) {
        // The same line: which side of it is asked for is known.
        const isSameWay = other.a * line.a + other.b * line.b > 0;
        visit(side > 0 === isSameWay ? node.right : node.left, from, to);
      } else if (f0 >= -near && f1 >= -near) visit(node.right, from, to);
      else if (f0 <= near && f1 <= near) visit(node.left, from, to);
      else {
        const middle = from + ((to - from) * f0) / (f0 - f1);
        const [first, second] = f0 < 0 ? [node.left, node.right] : [node.right, node.left];
        visit(first, from, middle);
        visit(second, middle, to);
      }
    };
    visit(link, 0, 1);
    return found;
  }
}

/** The line of a node with its true c, which is known modulo 2^32, and by which |f| is below 2^31 over the node's place. */
function lineOver({ a, b, c }: PlanePartition['nodes'][number], corners: Corners): Line {
  let [x, y] = [0, 0];
  const count = corners.length / 2;
  for (let at = 0; at < corners.length; at += 2) {
    x += (corners[at] ?? 0) / count;
    y += (corners[at + 1] ?? 0) / count;
  }
  return { a, b, c: c + WORD * Math.round((-(a * x + b * y) - c) / WORD) };
}

function valueAt({ a, b, c }: Line, x: number, y: number): number {
  return a * x + b * y + c;
}

/** The part of a convex place on one side of a line. */
function clip(corners: Corners, line: Line, side: -1 | 1): number[] {
  const kept: number[] = [];
  const count = corners.length;
  let [px, py] = [corners[count - 2] ?? 0, corners[count - 1] ?? 0];
  let before = side * valueAt(line, px, py);
  for (let at = 0; at < count; at += 2) {
    const [x, y] = [corners[at] ?? 0, corners[at + 1] ?? 0];
    const here = side * valueAt(line, x, y);
    if ((before < 0 && here > 0) || (before > 0 && here < 0)) {
      const part = before / (before - here);
      kept.push(px + (x - px) * part, py + (y - py) * part);
    }
    if (here >= 0) kept.push(x, y);
    [px, py, before] = [x, y, here];
  }
  return kept;
}

/** Where a line runs through a convex place; undefined where it only touches it. */
function chordOf(corners: Corners, line: Line): Border | undefined {
  const ends: number[] = [];
  const count = corners.length;
  let [px, py] = [corners[count - 2] ?? 0, corners[count - 1] ?? 0];
  let before = valueAt(line, px, py);
  for (let at = 0; at < count; at += 2) {
    const [x, y] = [corners[at] ?? 0, corners[at + 1] ?? 0];
    const here = valueAt(line, x, y);
    if (here === 0) ends.push(x, y);
    else if ((before < 0 && here > 0) || (before > 0 && here < 0)) {
      const part = before / (before - here);
      ends.push(px + (x - px) * part, py + (y - py) * part);
    }
    [px, py, before] = [x, y, here];
  }
  const [x0, y0, x1, y1] = ends;
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined;
  return [x0, y0, x1, y1];
}

function partOf([x0, y0, x1, y1]: Border, from: number, to: number): Border {
  const at = (part: number): [number, number] => [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part];
  return [...at(from), ...at(to)];
}

/** In squares of a step. */
export function areaOfPiece({ corners }: Piece): number {
  let sum = 0;
  const [x0 = 0, y0 = 0] = corners;
  for (let at = 2; at + 3 < corners.length; at += 2) {
    const [x1, y1, x2, y2] = corners.slice(at, at + 4) as [number, number, number, number];
    sum += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return Math.abs(sum) / 2;
}
