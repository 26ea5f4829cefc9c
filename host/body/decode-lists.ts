import {
  ACTION,
  KEY_FILL,
  ROW_AT,
  ROW_BYTES,
  ROW_NONE,
  RUN_AHEAD_SHIFT,
  RUN_BEHIND_MASK,
  RUN_BYTES,
  STATE,
} from '../format.ts';
import { viewOf } from './bytes.ts';
import type { BodyHeader } from './decode-header.ts';
import type { ListPlace } from './decode-phases.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import { type Cell, isCovering, type Rule } from './partition.ts';
import { RunChecker } from './run-checker.ts';
import { keyPosition } from './search-tree.ts';
import { actionCode, unpackWord } from './words.ts';

/**
 * The lists of KEYS and WORDS with RUNS or ROWS, SPEC sections 2.2 to 2.5 and 2.7, back to cells. The core examines the same in the same
 * order (assembly/admit/line-cells.ts).
 */

export interface ListSections {
  readonly keys: SectionBytes;
  readonly words: SectionBytes;
  /** RUNS or ROWS. */
  readonly rows: SectionBytes;
}

/** What a row says. */
interface Row {
  readonly rule: number;
  /** Indices into KEYS. */
  readonly behind: number;
  readonly ahead: number;
}

export class CellReader {
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

  /** The cells of a list. Throws HoldfastError IMAGE_KEYS, IMAGE_WORDS or IMAGE_RUNS. */
  read(list: ListPlace): Cell[] {
    const { min, max, wraps } = this.#header.axis;
    const found: { readonly from: number; readonly rule: number }[] = [];
    const runs = new RunChecker(this.#axisLength, wraps);
    let wordBefore: number | undefined;
    for (let index = 0; index < 2 ** list.depth; index++) {
      const start = this.#start(list, index, (found.at(-1)?.from ?? min) - min);
      if (start === undefined) continue;
      const offset = list.words + 4 * index;
      const word = viewOf(this.#sections.words.bytes).getUint32(offset - this.#sections.words.offset, true);
      if (word === wordBefore) throw imageError('IMAGE_WORDS', 'neighbouring cells have one word', offset);
      wordBefore = word;
      const row = this.#readWord(word, offset);
      const covered = isCovering(this.#header, row.rule);
      if (!runs.take(covered, start, this.#ends(row, offset)))
        throw imageError('IMAGE_RUNS', 'a run that does not fit its cells', offset);
      found.push({ from: min + start, rule: row.rule });
      if (index === list.cells - 1 && !runs.endsRight())
        throw imageError('IMAGE_RUNS', 'a run that ends beyond its list', offset);
    }
    return found.map(({ from, rule }, index) => ({ from, to: found[index + 1]?.from ?? max, rule }));
  }

  /** Where cell `index` starts, in steps from the axis minimum; undefined for the padding behind the last. */
  #start(list: ListPlace, index: number, before: number): number | undefined {
    const { keys } = this.#sections;
    const offset = list.keys + 4 * (index === 0 ? 0 : keyPosition(index, list.depth));
    const key = viewOf(keys.bytes).getUint32(offset - keys.offset, true);
    const isRight =
      index >= list.cells
        ? key === KEY_FILL
        : index === 0
          ? key === this.#axisLength
          : key > before && key < this.#axisLength;
    if (!isRight) throw imageError('IMAGE_KEYS', `cell ${index} of a list is out of order`, offset);
    if (index >= list.cells) return undefined;
    return index === 0 ? 0 : key;
  }

  #readWord(word: number, offset: number): Row {
    const { state, action, row } = unpackWord(word);
    if ((state !== STATE.covered && state !== STATE.gap) || row === ROW_NONE)
      throw imageError('IMAGE_WORDS', 'a word that is neither covered nor a gap', offset);
    const said = this.#readRow(row, offset);
    const rule = this.#rules[said.rule];
    if (rule === undefined) throw imageError('IMAGE_WORDS', 'a word of a rule that does not exist', offset);
    const isRight =
      rule.kind !== 'gap'
        ? state === STATE.covered && action === ACTION.none
        : state === STATE.gap && action === actionCode(rule.action);
    if (!isRight) throw imageError('IMAGE_WORDS', 'a word that does not fit its rule', offset);
    return said;
  }

  #readRow(row: number, offset: number): Row {
    const { bytes } = this.#sections.rows;
    const view = viewOf(bytes);
    const { ruleBits } = this.#header;
    const at = ruleBits === 0 ? row * ROW_BYTES : Math.floor(row / 2 ** ruleBits) * RUN_BYTES;
    if (at + (ruleBits === 0 ? ROW_BYTES : RUN_BYTES) > bytes.length)
      throw imageError('IMAGE_RUNS', 'a word of a run that does not exist', offset);
    if (ruleBits === 0) {
      const field = (each: number) => view.getUint32(at + each, true);
      return { rule: field(ROW_AT.rule), behind: field(ROW_AT.behind), ahead: field(ROW_AT.ahead) };
    }
    const run = view.getUint32(at, true);
    return { rule: row % 2 ** ruleBits, behind: run & RUN_BEHIND_MASK, ahead: run >>> RUN_AHEAD_SHIFT };
  }

  /** Where the run of a row begins and ends, in steps from the axis minimum, and whether it says so by the ends of the axis. */
  #ends({ behind, ahead }: Row, offset: number) {
    const { bytes } = this.#sections.keys;
    const words = Math.floor(bytes.length / 4);
    if (behind >= words || ahead >= words)
      throw imageError('IMAGE_RUNS', 'a run that ends beyond KEYS', offset);
    const view = viewOf(bytes);
    const start = behind === 0 ? 0 : view.getUint32(4 * behind, true);
    return { behind, ahead, start, end: view.getUint32(4 * ahead, true) };
  }
}
