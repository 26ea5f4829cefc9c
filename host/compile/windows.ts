import type { Cell, PhaseWindow } from '../body/partition.ts';
import { BUILD_LIMITS, WINDOWS_MAX } from '../format.ts';

/** Phase windows as they are found. What no build could hold is noticed while it grows, not when it is there. */

/** Bytes that a cell takes in any image, at least. */
const CELL_BYTES_MIN = 8;
/** A core looks at a list once, however many windows share it; a command goes through all windows. */
const CELLS_MAX = 2 ** 26;

/** What the largest build holds. */
export interface WindowLimits {
  readonly windows: number;
  /** Cells of lists that differ. */
  readonly distinctCells: number;
  /** Cells of all windows, lists that they share counted for each. */
  readonly cells: number;
}

const LARGEST: WindowLimits = {
  windows: WINDOWS_MAX,
  distinctCells: BUILD_LIMITS.large.arenaBytes / CELL_BYTES_MIN,
  cells: CELLS_MAX,
};

export class WindowList {
  readonly #windows: PhaseWindow[] = [];
  /** Lists by a hash of their cells: windows that are alike share one. */
  readonly #lists = new Map<number, (readonly Cell[])[]>();
  readonly #limits: WindowLimits;
  #cells = 0;
  #distinctCells = 0;

  constructor(limits = LARGEST) {
    this.#limits = limits;
  }

  get windows(): readonly PhaseWindow[] {
    return this.#windows;
  }

  /** Why no build holds the windows so far, with figures; undefined while one may. */
  get excess(): string | undefined {
    const { windows, distinctCells, cells } = this.#limits;
    if (this.#windows.length > windows) return `more than ${windows} ranges of phases`;
    if (this.#distinctCells > distinctCells) return `more than ${distinctCells} cells`;
    if (this.#cells > cells) return `more than ${cells} cells, those of each range counted`;
    return undefined;
  }

  /** Appends a window, or extends the last one when its list is the same. `list` is a shared one. */
  append(from: number, to: number, list: readonly Cell[]): void {
    const last = this.#windows.at(-1);
    if (last?.cells === list) {
      this.#windows[this.#windows.length - 1] = { from: last.from, to, cells: list };
      return;
    }
    this.#windows.push({ from, to, cells: list });
    this.#cells += list.length;
  }

  /** The list that all windows share whose cells are these. */
  share(cells: readonly Cell[]): readonly Cell[] {
    const hash = hashOf(cells);
    const alike = this.#lists.get(hash);
    const known = alike?.find((list) => sameCells(list, cells));
    if (known !== undefined) return known;
    if (alike === undefined) this.#lists.set(hash, [cells]);
    else alike.push(cells);
    this.#distinctCells += cells.length;
    return cells;
  }
}

function hashOf(cells: readonly Cell[]): number {
  let hash = 0;
  for (const { to, rule } of cells)
    hash = Math.imul(Math.imul(hash ^ to, 0x9e3779b1) ^ rule, 0x85ebca6b) ^ (hash >>> 15);
  return hash;
}

function sameCells(left: readonly Cell[], right: readonly Cell[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((cell, index) => cell.to === right[index]?.to && cell.rule === right[index]?.rule);
}
