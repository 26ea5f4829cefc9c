/**
 * What of a list of cells is drawn, and where: cells wide enough by themselves, narrower ones together. A gap never disappears:
 * one narrower than it can be drawn becomes a mark. Runs in Node and in the page.
 */

/** Cells of one row: cell i is [starts[i], starts[i + 1]) and belongs to style `styles[i]`; `end` closes the last. */
export interface CellList {
  readonly starts: ArrayLike<number>;
  readonly styles: ArrayLike<number>;
  readonly end: number;
}

/** What the strip has to know of a style. */
export interface StripStyle {
  readonly limit: number | null;
  /** Which mark stands for a cell too narrow to draw; null: it may disappear among its neighbours. */
  readonly mark: number | null;
  /** Nothing is drawn where it is. */
  readonly isBlank: boolean;
}

/** Places [from, to) drawn on `pixels` pixels. */
export interface View {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

/** A cell drawn by itself, in pixels. */
export interface Piece {
  readonly left: number;
  readonly right: number;
  readonly style: number;
}

/** Neighbouring cells, each too narrow to be drawn by itself. */
export interface Crowd {
  readonly left: number;
  readonly right: number;
  readonly cells: number;
  /** Style of the first. */
  readonly style: number;
}

export interface Mark {
  readonly at: number;
  readonly mark: number;
  /** The style of a cell that nothing else is drawn of; absent where a piece is drawn, too, or very many cells are. */
  readonly style?: number;
}

/** The limits on [left, right): from `low` to `high`, equal where there is one only. */
export interface LimitStep {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

export interface Strip {
  readonly pieces: readonly Piece[];
  readonly crowds: readonly Crowd[];
  readonly marks: readonly Mark[];
  readonly limits: readonly LimitStep[];
}

/** Cells narrower than this are drawn together. */
const PIECE_PIXELS_MIN = 1.5;
/** Cells narrower than this have a mark, for those that have one. */
const MARKED_PIXELS_MAX = 7;

/** What blocks of neighbouring cells hold, so that a view of very many cells need not look at each. */
export interface BlockIndex {
  /** A bit a mark. */
  readonly marks: Uint8Array;
  /** Limits; low above high: none. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

const BLOCK_CELLS = 64;

/** Indexes a list none of whose styles is blank. */
export function indexBlocks(list: CellList, styles: readonly StripStyle[]): BlockIndex {
  const blocks = Math.ceil(list.starts.length / BLOCK_CELLS);
  const marks = new Uint8Array(blocks);
  const lows = new Float64Array(blocks).fill(Number.POSITIVE_INFINITY);
  const highs = new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < list.starts.length; i++) {
    const block = Math.floor(i / BLOCK_CELLS);
    const { mark = null, limit = null } = styles[list.styles[i] ?? 0] ?? {};
    if (mark !== null) marks[block] = (marks[block] ?? 0) | (1 << mark);
    if (limit === null) continue;
    lows[block] = Math.min(lows[block] ?? limit, limit);
    highs[block] = Math.max(highs[block] ?? limit, limit);
  }
  return { marks, lows, highs };
}

/**
 * Lays out the cells of a view; takes time linear in the cells that the view meets, with an index in the blocks and pixels.
 */
export function layOut(
  list: CellList,
  styles: readonly StripStyle[],
  view: View,
  index: BlockIndex | null = null,
): Strip {
  const scale = view.pixels / (view.to - view.from);
  const layout = new Layout(styles);
  for (let i = cellAt(list, view.from); i < list.starts.length; i++) {
    const start = list.starts[i] ?? 0;
    if (start >= view.to) break;
    const left = Math.max(0, (start - view.from) * scale);
    if (index !== null && i % BLOCK_CELLS === 0 && start >= view.from) {
      const end = list.starts[i + BLOCK_CELLS] ?? list.end;
      const blockRight = (end - view.from) * scale;
      if (end <= view.to && blockRight - left < PIECE_PIXELS_MIN) {
        layout.addBlock(left, blockRight, index, i / BLOCK_CELLS);
        i += BLOCK_CELLS - 1;
        continue;
      }
    }
    const right = Math.min(view.pixels, ((list.starts[i + 1] ?? list.end) - view.from) * scale);
    // What lies before the view altogether has no width in it.
    if (right >= left) layout.add(left, right, list.styles[i] ?? 0);
  }
  return layout.finish();
}

/** Index of the cell that holds a place; 0 before the first. */
export function cellAt({ starts }: Pick<CellList, 'starts'>, place: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** Gathers cells from left to right. */
class Layout {
  readonly #styles: readonly StripStyle[];
  readonly #pieces: Piece[] = [];
  readonly #crowds: Crowd[] = [];
  readonly #marks: Mark[] = [];
  readonly #limits: LimitStep[] = [];
  /** Pixel column of the last mark of each kind. */
  readonly #lastMark = new Map<number, number>();
  #crowd: { left: number; right: number; cells: number; style: number } | null = null;

  constructor(styles: readonly StripStyle[]) {
    this.#styles = styles;
  }

  add(left: number, right: number, index: number): void {
    const style = this.#styles[index];
    if (style === undefined) throw new RangeError(`a cell has the unknown style ${index}`);
    const isPiece = right - left >= PIECE_PIXELS_MIN;
    if (style.mark !== null && right - left < MARKED_PIXELS_MAX)
      this.#addMark({ at: (left + right) / 2, mark: style.mark, ...(isPiece ? {} : { style: index }) });
    if (isPiece) {
      this.#endCrowd();
      if (!style.isBlank) this.#pieces.push({ left, right, style: index });
    } else {
      this.#addNarrow(left, right, index, style);
    }
    if (style.limit !== null) this.#addLimit(left, right, style.limit, style.limit);
  }

  /** Cells that are narrower together than one alone could be drawn. */
  addBlock(left: number, right: number, index: BlockIndex, block: number): void {
    const marks = index.marks[block] ?? 0;
    for (let mark = 0; marks >> mark > 0; mark++)
      if (marks & (1 << mark)) this.#addMark({ at: (left + right) / 2, mark });
    this.#addToCrowd(left, right, BLOCK_CELLS, 0);
    const [low, high] = [index.lows[block] ?? 0, index.highs[block] ?? 0];
    if (low <= high) this.#addLimit(left, right, low, high);
  }

  finish(): Strip {
    this.#endCrowd();
    return { pieces: this.#pieces, crowds: this.#crowds, marks: this.#marks, limits: this.#limits };
  }

  #addNarrow(left: number, right: number, index: number, style: StripStyle): void {
    if (style.isBlank) this.#endCrowd();
    else this.#addToCrowd(left, right, 1, index);
  }

  #addToCrowd(left: number, right: number, cells: number, style: number): void {
    if (this.#crowd === null) {
      this.#crowd = { left, right, cells, style };
    } else {
      this.#crowd.right = right;
      this.#crowd.cells += cells;
    }
  }

  #addMark(mark: Mark): void {
    const column = Math.floor(mark.at);
    if (this.#lastMark.get(mark.mark) === column) return;
    this.#lastMark.set(mark.mark, column);
    this.#marks.push(mark);
  }

  /** Limits that begin in one pixel column are told together. */
  #addLimit(left: number, right: number, low: number, high: number): void {
    const last = this.#limits.at(-1);
    const isNarrow = last !== undefined && right - last.left < PIECE_PIXELS_MIN;
    if (isNarrow && Math.floor(last.left) === Math.floor(left)) {
      const both = { low: Math.min(last.low, low), high: Math.max(last.high, high) };
      this.#limits[this.#limits.length - 1] = { left: last.left, right, ...both };
    } else if (last !== undefined && last.right === left && last.low === low && last.high === high) {
      this.#limits[this.#limits.length - 1] = { ...last, right };
    } else {
      this.#limits.push({ left, right, low, high });
    }
  }

  #endCrowd(): void {
    if (this.#crowd !== null) this.#crowds.push(this.#crowd);
    this.#crowd = null;
  }
}
