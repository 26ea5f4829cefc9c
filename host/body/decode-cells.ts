import {
  ACTION,
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
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import { type Cell, isCovering, type Rule } from './partition.ts';
import { RunChecker } from './run-checker.ts';
import { actionCode, unpackWord } from './words.ts';

/** The words of cells and what RUNS or ROWS say of them, SPEC sections 2.4, 2.5 and 2.7, the same in every list of a line. */

/** What a row says. */
interface Row {
  readonly rule: number;
  /** Numbers of words in KEYS or CELLS. */
  readonly behind: number;
  readonly ahead: number;
}

export interface WordSections {
  /** KEYS or CELLS. */
  readonly keys: SectionBytes;
  /** From one start in it to the next. */
  readonly keyBytes: number;
  /** RUNS or ROWS. */
  readonly rows: SectionBytes;
}

export class WordReader {
  readonly #header: BodyHeader;
  readonly #rules: readonly Rule[];
  readonly #sections: WordSections;

  constructor(header: BodyHeader, rules: readonly Rule[], sections: WordSections) {
    this.#header = header;
    this.#rules = rules;
    this.#sections = sections;
  }

  read(word: number, offset: number): Row {
    const { state, action, row } = unpackWord(word);
    if ((state !== STATE.covered && state !== STATE.gap) || row === ROW_NONE)
      throw imageError('IMAGE_WORDS', 'a word that is neither covered nor a gap', offset);
    const said = this.#readRow(row, offset);
    const rule = this.#rules[said.rule];
    if (rule === undefined) throw imageError('IMAGE_WORDS', 'a word of a rule that does not exist', offset);
    if (!isWordOf(rule, state, action))
      throw imageError('IMAGE_WORDS', 'a word that does not fit its rule', offset);
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
  ends({ behind, ahead }: Row, offset: number) {
    const { keys, keyBytes } = this.#sections;
    const count = Math.floor(keys.bytes.length / 4);
    const isKey = (index: number) => index < count && (4 * index) % keyBytes === 0;
    if (!isKey(behind) || !isKey(ahead))
      throw imageError('IMAGE_RUNS', 'a run that ends beyond all starts', offset);
    const view = viewOf(keys.bytes);
    const start = behind === 0 ? 0 : view.getUint32(4 * behind, true);
    return { behind, ahead, start, end: view.getUint32(4 * ahead, true) };
  }
}

/** Whether a word with this state and action is one of a rule. */
export function isWordOf(rule: Rule, state: number, action: number): boolean {
  return rule.kind !== 'gap'
    ? state === STATE.covered && action === ACTION.none
    : state === STATE.gap && action === actionCode(rule.action);
}

/** Takes the cells of a list in order. Throws HoldfastError IMAGE_WORDS or IMAGE_RUNS. */
export class ListChecker {
  readonly #header: BodyHeader;
  readonly #words: WordReader;
  readonly #runs: RunChecker;
  readonly #found: { readonly from: number; readonly rule: number }[] = [];
  #wordBefore: number | undefined;

  constructor(header: BodyHeader, words: WordReader) {
    const { min, max, wraps } = header.axis;
    this.#header = header;
    this.#words = words;
    this.#runs = new RunChecker(max - min, wraps);
  }

  /** The next cell starts so many steps from the axis minimum and has a word, which stands at an offset of the body. */
  take(start: number, word: number, offset: number): void {
    if (word === this.#wordBefore)
      throw imageError('IMAGE_WORDS', 'neighbouring cells have one word', offset);
    this.#wordBefore = word;
    const row = this.#words.read(word, offset);
    const covered = isCovering(this.#header, row.rule);
    if (!this.#runs.take(covered, start, this.#words.ends(row, offset)))
      throw imageError('IMAGE_RUNS', 'a run that does not fit its cells', offset);
    this.#found.push({ from: this.#header.axis.min + start, rule: row.rule });
  }

  /** After the last cell. */
  end(offset: number): void {
    if (!this.#runs.endsRight()) throw imageError('IMAGE_RUNS', 'a run that ends beyond its list', offset);
  }

  cells(): Cell[] {
    const found = this.#found;
    const { max } = this.#header.axis;
    return found.map(({ from, rule }, index) => ({ from, to: found[index + 1]?.from ?? max, rule }));
  }
}
