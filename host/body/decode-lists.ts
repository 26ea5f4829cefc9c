import {
  ACTION,
  KEY_FILL,
  LIST_SHAPE_CELLS_SHIFT,
  LIST_SHAPE_DEPTH_MASK,
  ROW_AT,
  ROW_BYTES,
  RUN_AHEAD_SHIFT,
  RUN_BEHIND_MASK,
  RUN_BYTES,
  STATE,
  WINDOW_AT,
  WINDOW_BYTES,
} from '../format.ts';
import { viewOf } from './bytes.ts';
import type { BodyHeader } from './decode-header.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { Cell, PhaseWindow, Rule } from './partition.ts';
import { keyPosition, stepsFor } from './search-tree.ts';
import { actionCode, unpackWord } from './words.ts';

/** PHASES, WINDOWS, KEYS, WORDS and RUNS or ROWS of a body, SPEC sections 2.2 to 2.5, back to windows and cells. */

export interface ListSections {
  readonly phases: SectionBytes;
  readonly windows: SectionBytes;
  readonly keys: SectionBytes;
  readonly words: SectionBytes;
  /** RUNS or ROWS. */
  readonly rows: SectionBytes;
}

interface WindowEntry {
  readonly from: number;
  readonly keysOffset: number;
  readonly wordsOffset: number;
  readonly cells: number;
}

/** Throws HoldfastError IMAGE_PHASES, IMAGE_KEYS, IMAGE_WORDS or IMAGE_RUNS. */
export function decodeWindows(
  header: BodyHeader,
  rules: readonly Rule[],
  sections: ListSections,
): PhaseWindow[] {
  const entries = decodeEntries(header, sections.windows);
  checkTree(
    sections.phases,
    0,
    entries.map(({ from }) => from),
    header.phaseSteps,
    header.phasePeriod,
    'IMAGE_PHASES',
  );
  checkTiling(header, entries, sections);
  const reader = new CellReader(header, rules, sections);
  const known = new Map<string, readonly Cell[]>();
  return entries.map((entry, index) => {
    const key = `${entry.keysOffset} ${entry.wordsOffset} ${entry.cells}`;
    const cells = known.get(key) ?? reader.read(entry);
    known.set(key, cells);
    return { from: entry.from, to: entries[index + 1]?.from ?? header.phasePeriod, cells };
  });
}

function decodeEntries(header: BodyHeader, windows: SectionBytes): WindowEntry[] {
  if (
    windows.bytes.length !== header.phases * WINDOW_BYTES ||
    header.phaseSteps !== stepsFor(header.phases)
  ) {
    throw imageError('IMAGE_PHASES', 'WINDOWS does not have an entry for each phase range', windows.offset);
  }
  const view = viewOf(windows.bytes);
  let before = -1;
  return Array.from({ length: header.phases }, (_, index) => {
    const at = index * WINDOW_BYTES;
    const from = view.getUint32(at + WINDOW_AT.start, true);
    if ((index === 0 && from !== 0) || from <= before || from >= header.phasePeriod) {
      throw imageError('IMAGE_PHASES', `phase range ${index} is out of order`, windows.offset + at);
    }
    before = from;
    const keysOffset = view.getUint32(at + WINDOW_AT.keys, true);
    const wordsOffset = view.getUint32(at + WINDOW_AT.words, true);
    const shape = view.getUint32(at + WINDOW_AT.shape, true);
    const [cells, depth] = [shape >>> LIST_SHAPE_CELLS_SHIFT, shape & LIST_SHAPE_DEPTH_MASK];
    if (cells < 1 || depth !== stepsFor(cells))
      throw imageError(
        'IMAGE_KEYS',
        `a list of ${cells} cells and depth ${depth}`,
        windows.offset + at + WINDOW_AT.shape,
      );
    return { from, keysOffset, wordsOffset, cells };
  });
}

/** Each list stands once, without holes: so what is read is never more than what is there. */
function checkTiling(
  header: BodyHeader,
  entries: readonly WindowEntry[],
  { keys, words }: ListSections,
): void {
  const keyBytes = new Map<number, number>();
  const wordBytes = new Map<number, number>();
  for (const { keysOffset, wordsOffset, cells } of entries) {
    if ((wordBytes.get(wordsOffset) ?? 4 * cells) !== 4 * cells) {
      throw imageError('IMAGE_WORDS', 'two lists of different size begin at one place', wordsOffset);
    }
    const treeBytes = 4 * 2 ** stepsFor(cells);
    if ((keyBytes.get(keysOffset) ?? treeBytes) !== treeBytes) {
      throw imageError('IMAGE_KEYS', 'two lists of different size begin at one place', keysOffset);
    }
    keyBytes.set(keysOffset, treeBytes);
    wordBytes.set(wordsOffset, 4 * cells);
  }
  tile('IMAGE_KEYS', keyBytes, keys);
  tile('IMAGE_WORDS', wordBytes, words);
  checkDepths(header, keyBytes, keys);
  if (words.bytes.length !== 4 * header.cells)
    throw imageError('IMAGE_WORDS', 'WORDS does not have one word for each cell', words.offset);
}

/** Checks that pieces fill a section. */
function tile(code: `IMAGE_${string}`, pieces: ReadonlyMap<number, number>, section: SectionBytes): void {
  let end = section.offset;
  for (const [offset, bytes] of inPlace(pieces)) {
    if (offset !== end) throw imageError(code, 'lists overlap or leave a hole', offset);
    end += bytes;
  }
  if (end !== section.offset + section.bytes.length)
    throw imageError(code, 'lists do not fill their section', end);
}

function inPlace(pieces: ReadonlyMap<number, number>): (readonly [number, number])[] {
  return [...pieces].sort(([left], [right]) => left - right);
}

/** Key lists stand in order of rising depth, and the last needs all the line steps. */
function checkDepths(header: BodyHeader, keyBytes: ReadonlyMap<number, number>, keys: SectionBytes): void {
  let before = 0;
  for (const [offset, bytes] of inPlace(keyBytes)) {
    if (bytes < before) throw imageError('IMAGE_KEYS', 'lists are not in order of depth', offset);
    before = bytes;
  }
  if (before !== 4 * 2 ** header.steps)
    throw imageError('IMAGE_KEYS', 'no list needs all steps', keys.offset);
}

/** Checks that a tree holds exactly `starts`, its end and fill. */
function checkTree(
  section: SectionBytes,
  at: number,
  starts: readonly number[],
  steps: number,
  end: number,
  code: `IMAGE_${string}`,
): void {
  const view = viewOf(section.bytes);
  if (at + 4 * 2 ** steps > section.bytes.length || view.getUint32(at, true) !== end) {
    throw imageError(code, 'a list does not begin with its end', section.offset + at);
  }
  for (let position = 1; position < 2 ** steps; position++) {
    const word = at + 4 * keyPosition(position, steps);
    if (view.getUint32(word, true) !== (starts[position] ?? KEY_FILL)) {
      throw imageError(code, 'a list is out of order', section.offset + word);
    }
  }
}

class CellReader {
  readonly #header: BodyHeader;
  readonly #rules: readonly Rule[];
  readonly #sections: ListSections;
  readonly #axisLength: number;

  constructor(header: BodyHeader, rules: readonly Rule[], sections: ListSections) {
    this.#header = header;
    this.#rules = rules;
    this.#sections = sections;
    this.#axisLength = header.axis.max - header.axis.min;
  }

  read(entry: WindowEntry): Cell[] {
    const starts = this.#readStarts(entry);
    const { min } = this.#header.axis;
    const rows: number[] = [];
    const cells = starts.map((start, index): Cell => {
      const word = this.#readWord(entry, index);
      rows.push(word.row);
      return { from: min + start, to: min + (starts[index + 1] ?? this.#axisLength), rule: word.rule };
    });
    this.#checkRuns(entry, cells, rows);
    return cells;
  }

  #readStarts(entry: WindowEntry): number[] {
    const { keys } = this.#sections;
    const view = viewOf(keys.bytes);
    const at = entry.keysOffset - keys.offset;
    const steps = stepsFor(entry.cells);
    const starts = [0];
    for (let cell = 1; cell < entry.cells; cell++) {
      const start = view.getUint32(at + 4 * keyPosition(cell, steps), true);
      if (start <= (starts.at(-1) ?? 0) || start >= this.#axisLength) {
        throw imageError('IMAGE_KEYS', `cell ${cell} of a list is out of order`, entry.keysOffset);
      }
      starts.push(start);
    }
    checkTree(keys, at, starts, steps, this.#axisLength, 'IMAGE_KEYS');
    return starts;
  }

  #readWord(entry: WindowEntry, index: number): { readonly rule: number; readonly row: number } {
    const { words } = this.#sections;
    const offset = entry.wordsOffset + 4 * index;
    const { state, action, row } = unpackWord(viewOf(words.bytes).getUint32(offset - words.offset, true));
    const ruleIndex = this.#ruleOfRow(row, offset);
    const rule = this.#rules[ruleIndex];
    if (rule === undefined) throw imageError('IMAGE_WORDS', 'a word of a rule that does not exist', offset);
    const isRight =
      rule.kind !== 'gap'
        ? state === STATE.covered && action === ACTION.none
        : state === STATE.gap && action === actionCode(rule.action);
    if (!isRight) throw imageError('IMAGE_WORDS', 'a word that does not fit its rule', offset);
    return { rule: ruleIndex, row };
  }

  #ruleOfRow(row: number, offset: number): number {
    const { ruleBits } = this.#header;
    if (ruleBits > 0) return row % 2 ** ruleBits;
    const { bytes } = this.#sections.rows;
    if ((row + 1) * ROW_BYTES > bytes.length)
      throw imageError('IMAGE_WORDS', 'a word of a row that does not exist', offset);
    return viewOf(bytes).getUint32(row * ROW_BYTES + ROW_AT.rule, true);
  }

  /** Checks that the run of each cell is the stretch of covered cells around it. */
  #checkRuns(entry: WindowEntry, cells: readonly Cell[], rows: readonly number[]): void {
    const { min } = this.#header.axis;
    for (let first = 0; first < cells.length; ) {
      let end = first + 1;
      const covered = this.#isCovered(cells[first]);
      while (covered && this.#isCovered(cells[end])) end++;
      const from = (cells[first]?.from ?? 0) - min;
      const to = (cells[end - 1]?.to ?? 0) - min;
      for (let cell = first; cell < end; cell++) {
        const offset = entry.wordsOffset + 4 * cell;
        const { behind, ahead } = this.#runOfRow(rows[cell] ?? 0, offset);
        const isRight = covered
          ? this.#keyAt(behind, 0, offset) === from && this.#keyAt(ahead, this.#axisLength, offset) === to
          : behind === 0 && ahead === 0;
        if (!isRight) throw imageError('IMAGE_RUNS', 'a run that does not fit its cells', offset);
      }
      first = end;
    }
  }

  #isCovered(cell: Cell | undefined): boolean {
    return cell !== undefined && cell.rule < this.#header.zones;
  }

  #runOfRow(row: number, offset: number): { readonly behind: number; readonly ahead: number } {
    const { bytes } = this.#sections.rows;
    const view = viewOf(bytes);
    const { ruleBits } = this.#header;
    if (ruleBits === 0) {
      return {
        behind: view.getUint32(row * ROW_BYTES + ROW_AT.behind, true),
        ahead: view.getUint32(row * ROW_BYTES + ROW_AT.ahead, true),
      };
    }
    const at = Math.floor(row / 2 ** ruleBits) * RUN_BYTES;
    if (at + RUN_BYTES > bytes.length)
      throw imageError('IMAGE_RUNS', 'a word of a run that does not exist', offset);
    const run = view.getUint32(at, true);
    return { behind: run & RUN_BEHIND_MASK, ahead: run >>> RUN_AHEAD_SHIFT };
  }

  /** The value of a key, `border` for index 0. */
  #keyAt(index: number, border: number, offset: number): number {
    const { bytes } = this.#sections.keys;
    if (index === 0) return border;
    if (4 * index + 4 > bytes.length) throw imageError('IMAGE_RUNS', 'a run that ends beyond KEYS', offset);
    return viewOf(bytes).getUint32(4 * index, true);
  }
}
