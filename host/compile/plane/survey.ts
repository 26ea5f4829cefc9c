import { type Cell, insideOf, type Vertex, wholeCell } from './cells.ts';
import { Cutter, edgesOf } from './fragments.ts';
import { Holders } from './inside.ts';
import type { LineTable } from './lines.ts';
import type { Extent, Shape } from './shapes.ts';
import { TreeBuilder } from './tree.ts';

/** A piece of the plane that no border crosses, and the shapes that hold all of it, rising. */
export interface Piece {
  readonly cell: Cell;
  readonly shapes: readonly number[];
}

/** All pieces of the plane, and the tree of lines that leads to them. */
export interface Survey {
  readonly cutter: Cutter;
  readonly whole: Cell;
  readonly pieces: readonly Piece[];
  /** The number of the piece that holds a point on no border. */
  locate(point: Vertex): number;
}

interface SurveyNode {
  readonly line: number;
  readonly left: number;
  readonly right: number;
}

const SEED = 1;
const CUT_COST = 0.3;

/** Cuts the plane along all borders; exact, whatever crosses where. Lines are added to `lines`. Throws TooDeep. */
export function surveyOf(shapes: readonly Shape[], extent: Extent, lines: LineTable): Survey {
  const cutter = new Cutter(edgesOf(shapes, lines), lines);
  const holders = new Holders(shapes, extent.height);
  const whole = wholeCell(extent, lines);
  const pieces: Piece[] = [];
  const nodes: SurveyNode[] = [];
  const sink = {
    leaf: (cell: Cell) => ~(pieces.push({ cell, shapes: holders.of(insideOf(cell)) }) - 1),
    node: (line: number, left: number, right: number) => nodes.push({ line, left, right }) - 1,
  };
  const builder = new TreeBuilder(cutter, sink, { seed: SEED, cutCost: CUT_COST });
  const root = builder.greedy(cutter.all(), whole);
  const locate = (point: Vertex) => {
    let at = root;
    while (at >= 0) {
      const { line, left, right } = nodes[at] as SurveyNode;
      at = isLeft(point, line, lines) ? left : right;
    }
    return ~at;
  };
  return { cutter, whole, pieces, locate };
}

function isLeft({ X, Y, W, x, y }: Vertex, line: number, lines: LineTable): boolean {
  const near = lines.near(line, x, y);
  if (Math.abs(near) > lines.doubt(line)) return near < 0;
  const [a, b, c] = lines.coefficients(line);
  return a * X + b * Y + c * W < 0n;
}
