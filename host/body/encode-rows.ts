import {
  ACTION,
  ROW_BYTES,
  ROW_NONE,
  RULE_BITS_MAX,
  RUN_AHEAD_SHIFT,
  RUN_BYTES,
  RUN_KEY_WORDS_MAX,
  SECTION,
  STATE,
} from '../format.ts';
import type { CellList, Lists } from './encode-lists.ts';
import { isCovering, type Partition, type Rule } from './partition.ts';
import { keyPosition } from './search-tree.ts';
import { actionCode, packWord } from './words.ts';

/** WORDS with the section that their rows point to: RUNS where it fits, else ROWS. SPEC sections 2.4 and 2.5. */
export interface EncodedRows {
  readonly words: Uint32Array;
  /** 0: the rows are in ROWS. */
  readonly ruleBits: number;
  readonly section: { readonly id: number; readonly bytes: Uint8Array };
}

/** How runs name starts: the lowest number of each start, and how many numbers there are. */
export interface KeyNumbers {
  readonly numbers: ReadonlyMap<number, number>;
  readonly count: number;
}

export function encodeRows(
  partition: Partition,
  lists: Lists,
  axisLength: number,
  keys: KeyNumbers,
): EncodedRows {
  const runs = new RunFinder(partition, keys.numbers, axisLength);
  const areShort = keys.count <= RUN_KEY_WORDS_MAX;
  return (
    (areShort ? encodeAsRuns(partition, lists, runs) : undefined) ?? encodeAsRows(partition, lists, runs)
  );
}

/** A covered run as numbers of starts; both 0 in a gap. */
interface Run {
  readonly behind: number;
  readonly ahead: number;
}

const RUN_NONE: Run = { behind: 0, ahead: 0 };
/** Indices into KEYS lie below; two of them make a number that is exact. */
const KEY_WORDS_FACTOR = 2 ** 26;

/** Finds the covered run of each cell; a run ends where covered cells do, whichever zones they belong to. */
class RunFinder {
  readonly #partition: Partition;
  readonly #indexOfKey: ReadonlyMap<number, number>;
  readonly #axisLength: number;

  constructor(partition: Partition, indexOfKey: ReadonlyMap<number, number>, axisLength: number) {
    this.#partition = partition;
    this.#axisLength = axisLength;
    this.#indexOfKey = indexOfKey;
  }

  isCovered(rule: number): boolean {
    return isCovering(this.#partition, rule);
  }

  /** The run of each cell of a list. */
  runsOf(list: CellList): readonly Run[] {
    const runs = this.#runsBetweenEnds(list);
    return this.#partition.axis.wraps ? joinedOverSeam(runs, this.#isRound(list)) : runs;
  }

  #isRound(list: CellList): boolean {
    return list.rules.every((rule) => this.isCovered(rule));
  }

  #runsBetweenEnds(list: CellList): Run[] {
    const runs: Run[] = [];
    for (let cell = 0; cell < list.rules.length; ) {
      if (!this.isCovered(list.rules[cell] ?? 0)) {
        runs.push(RUN_NONE);
        cell++;
        continue;
      }
      const end = this.#runEnd(list, cell);
      const run = { behind: this.#index(list.keys.starts[cell]), ahead: this.#index(list.keys.starts[end]) };
      while (cell < end) {
        runs.push(run);
        cell++;
      }
    }
    return runs;
  }

  #runEnd(list: CellList, from: number): number {
    let end = from;
    while (end < list.rules.length && this.isCovered(list.rules[end] ?? 0)) end++;
    return end;
  }

  /** The number of a start, 0 for the start and the end of the axis. */
  #index(start: number | undefined): number {
    if (start === undefined || start === 0 || start === this.#axisLength) return 0;
    return this.#indexOfKey.get(start) ?? 0;
  }
}

/** On a ring, the runs at both ends of a list are one; all round it has no ends. */
function joinedOverSeam(runs: readonly Run[], isRound: boolean): readonly Run[] {
  const [first, last] = [runs.at(0), runs.at(-1)];
  if (isRound || first === undefined || last === undefined || first === RUN_NONE || last === RUN_NONE)
    return runs;
  const joined = { behind: last.behind, ahead: first.ahead };
  return runs.map((run) => (run === first || run === last ? joined : run));
}

/** The lowest index in KEYS of each start. */
export function keysOfTrees(lists: Lists): KeyNumbers {
  const indices = new Map<number, number>();
  for (const { starts, steps, base } of lists.keys) {
    for (let cell = 1; cell < starts.length; cell++) {
      const start = starts[cell] ?? 0;
      const index = base + keyPosition(cell, steps);
      const known = indices.get(start);
      if (known === undefined || index < known) indices.set(start, index);
    }
  }
  return { numbers: indices, count: lists.keyWords };
}

/** The word of a cell or a leaf. */
export function wordOf(rule: Rule | undefined, row: number): number {
  if (rule === undefined || rule.kind !== 'gap') return packWord(STATE.covered, ACTION.none, row);
  return packWord(STATE.gap, actionCode(rule.action), row);
}

/** The least bits, at least 1, that hold a rule index. */
export function ruleBitsFor(rules: number): number {
  return Math.max(1, 32 - Math.clz32(Math.max(1, rules) - 1));
}

/** undefined when indices or rows do not fit. */
function encodeAsRuns(partition: Partition, lists: Lists, finder: RunFinder): EncodedRows | undefined {
  const ruleBits = ruleBitsFor(partition.rules.length);
  if (ruleBits > RULE_BITS_MAX) return undefined;
  const numbers = new Map<number, number>([[0, 0]]);
  const words = new Uint32Array(lists.cellWords);
  for (const list of lists.cells) {
    const runs = finder.runsOf(list);
    for (let cell = 0; cell < runs.length; cell++) {
      const { behind, ahead } = runs[cell] ?? RUN_NONE;
      const packed = ahead * 2 ** RUN_AHEAD_SHIFT + behind;
      const run = numbers.get(packed) ?? numbers.size;
      numbers.set(packed, run);
      const rule = list.rules[cell] ?? 0;
      const row = run * 2 ** ruleBits + rule;
      if (row >= ROW_NONE) return undefined;
      words[list.base + cell] = wordOf(partition.rules[rule], row);
    }
  }
  const bytes = new Uint8Array(numbers.size * RUN_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [packed, run] of numbers) view.setUint32(run * RUN_BYTES, packed, true);
  return { words, ruleBits, section: { id: SECTION.runs, bytes } };
}

function encodeAsRows(partition: Partition, lists: Lists, finder: RunFinder): EncodedRows {
  const rows = new RowNumbers(partition.rules.length);
  const words = new Uint32Array(lists.cellWords);
  for (const list of lists.cells) {
    const runs = finder.runsOf(list);
    for (let cell = 0; cell < runs.length; cell++) {
      const rule = list.rules[cell] ?? 0;
      const row = rows.number(rule, runs[cell] ?? RUN_NONE);
      words[list.base + cell] = wordOf(partition.rules[rule], row);
    }
  }
  return { words, ruleBits: 0, section: { id: SECTION.rows, bytes: rows.bytes() } };
}

/** Numbers rows in the order in which they are first asked for. Keys are numbers, which hold far more than there are rows. */
class RowNumbers {
  readonly #rules: number;
  readonly #runs = new Map<number, number>();
  readonly #rows = new Map<number, number>();
  readonly #fields: number[] = [];
  #last = RUN_NONE;
  #lastNumber: number;

  constructor(rules: number) {
    this.#rules = rules;
    this.#lastNumber = this.#numberRun(RUN_NONE);
  }

  number(rule: number, run: Run): number {
    // Neighbours mostly lie in one run.
    if (run !== this.#last) {
      this.#lastNumber = this.#numberRun(run);
      this.#last = run;
    }
    const key = this.#lastNumber * this.#rules + rule;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#rows.size;
    this.#rows.set(key, row);
    this.#fields.push(rule, run.behind, run.ahead);
    return row;
  }

  #numberRun({ behind, ahead }: Run): number {
    const packed = ahead * KEY_WORDS_FACTOR + behind;
    const run = this.#runs.get(packed) ?? this.#runs.size;
    this.#runs.set(packed, run);
    return run;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array((this.#fields.length / 3) * ROW_BYTES);
    const view = new DataView(bytes.buffer);
    this.#fields.forEach((value, index) => {
      view.setUint32(Math.floor(index / 3) * ROW_BYTES + (index % 3) * 4, value, true);
    });
    return bytes;
  }
}
