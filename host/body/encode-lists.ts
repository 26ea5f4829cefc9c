import { LIST_HEAD_BYTES } from '../format.ts';
import { numberedLists } from './found-in-lists.ts';
import type { Partition } from './partition.ts';
import { stepsFor } from './search-tree.ts';

/** The lists of a partition: what phase windows share is stored once. */

/** Starts of cells as unsigned offsets from the axis minimum; equal starts are stored once. */
export interface KeyList {
  readonly starts: Uint32Array;
  readonly steps: number;
  /** Index of its first word in KEYS. */
  readonly base: number;
}

/** A key list with the rule of each cell. */
export interface CellList {
  readonly keys: KeyList;
  readonly rules: Uint32Array;
  /** Index of its first word in WORDS, behind its head. */
  readonly base: number;
}

export interface Lists {
  readonly keys: readonly KeyList[];
  /** In the order of the first window that has them. */
  readonly cells: readonly CellList[];
  /** The list of each phase window. */
  readonly ofWindow: readonly CellList[];
  readonly keyWords: number;
  /** Cells of all lists. */
  readonly cellCount: number;
  /** Words of WORDS: cells and heads. */
  readonly cellWords: number;
}

const HEAD_WORDS = LIST_HEAD_BYTES / 4;

/** Numbers contents in the order in which they first appear. */
class Interner {
  readonly #numbers = new Map<string, number>();
  readonly contents: Uint32Array[] = [];

  number(content: Uint32Array): number {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const text = bytes.toString('latin1');
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const next = this.contents.length;
    this.#numbers.set(text, next);
    this.contents.push(content);
    return next;
  }
}

interface WindowContent {
  readonly keys: number;
  readonly rules: number;
}

/** Collects the distinct lists and gives each its place: key lists by rising depth, then as all lists in the order of first use. */
export function collectLists(partition: Partition): Lists {
  const keyContents = new Interner();
  const ruleContents = new Interner();
  const shared = numberedLists(partition.windows);
  const contents = shared.lists.map((cells): WindowContent => {
    const starts = Uint32Array.from(cells, ({ from }) => from - partition.axis.min);
    const rules = Uint32Array.from(cells, ({ rule }) => rule);
    return { keys: keyContents.number(starts), rules: ruleContents.number(rules) };
  });
  const placed = placeKeyLists(keyContents.contents);
  const cells = placeCellLists(contents, placed.lists, ruleContents.contents);
  return {
    keys: placed.inOrder,
    cells: cells.inOrder,
    ofWindow: shared.ranges.map(({ list }) => cells.find(contents[list])),
    keyWords: placed.words,
    cellCount: cells.words - HEAD_WORDS * cells.inOrder.length,
    cellWords: cells.words,
  };
}

interface PlacedKeys {
  /** By number of content. */
  readonly lists: readonly KeyList[];
  readonly inOrder: readonly KeyList[];
  readonly words: number;
}

function placeKeyLists(contents: readonly Uint32Array[]): PlacedKeys {
  const steps = contents.map((starts) => stepsFor(starts.length));
  const order = contents
    .map((_, index) => index)
    .sort((left, right) => (steps[left] ?? 0) - (steps[right] ?? 0));
  const lists: KeyList[] = [];
  const inOrder: KeyList[] = [];
  let words = 0;
  for (const index of order) {
    const list = { starts: contents[index] ?? new Uint32Array(1), steps: steps[index] ?? 0, base: words };
    lists[index] = list;
    inOrder.push(list);
    words += 2 ** list.steps;
  }
  return { lists, inOrder, words };
}

interface PlacedCells {
  readonly inOrder: readonly CellList[];
  readonly words: number;
  find(content: WindowContent | undefined): CellList;
}

function placeCellLists(
  contents: readonly WindowContent[],
  keyLists: readonly KeyList[],
  ruleContents: readonly Uint32Array[],
): PlacedCells {
  const keyOf = ({ keys, rules }: WindowContent) => `${keys} ${rules}`;
  const distinct = new Map(contents.map((content) => [keyOf(content), content]));
  const lists = new Map<string, CellList>();
  let words = 0;
  for (const [key, content] of distinct) {
    const keys = keyLists[content.keys];
    const rules = ruleContents[content.rules];
    if (keys === undefined || rules === undefined) throw new TypeError('a window has a list of its own');
    lists.set(key, { keys, rules, base: words + HEAD_WORDS });
    words += HEAD_WORDS + rules.length;
  }
  const find = (content: WindowContent | undefined): CellList => {
    const list = content && lists.get(keyOf(content));
    if (list === undefined) throw new TypeError('a window has a list of its own');
    return list;
  };
  return { inOrder: [...lists.values()], words, find };
}
