import { DIRECTORY_FROM, KEY_FILL, LIST_ENTRY_BYTES, LIST_WORD_SHIFT_MASK } from '../format.ts';
import { ListChecker, WordReader } from './decode-cells.ts';
import type { BodyHeader } from './decode-header.ts';
import {
  checkPhaseDirectory,
  DirectoryChecker,
  decodePhaseList,
  directoryBytes,
  type HalvedList,
  type ListWord,
  listWord,
  startOf,
  wordOf,
} from './decode-phase-list.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { Cell, PhaseWindow, Rule } from './partition.ts';

/**
 * Lists behind directories, SPEC section 2.8, back to phases and cells. The core examines the same in the same order
 * (assembly/admit/directory-lists.ts).
 */

export interface HalvedSections {
  readonly directories: SectionBytes;
  readonly phases: SectionBytes;
  readonly cells: SectionBytes;
  /** RUNS or ROWS. */
  readonly rows: SectionBytes;
}

/** The phases with their cells. Throws HoldfastError IMAGE_PHASES, IMAGE_KEYS, IMAGE_WORDS, IMAGE_RUNS or IMAGE_BODY. */
export function decodeListsByHalves(
  header: BodyHeader,
  rules: readonly Rule[],
  sections: HalvedSections,
): PhaseWindow[] {
  const lists = new Lists(header, rules, sections);
  const found = decodePhaseList(header, sections.phases, (word, at) => lists.at(word, at));
  lists.checkEnd();
  return found.map(({ from, to, what }) => ({ from, to, cells: what }));
}

/** The lists of CELLS, each once, in the order in which phases meet them; their directories are in the same order. */
class Lists {
  readonly #header: BodyHeader;
  readonly #sections: HalvedSections;
  readonly #length: number;
  readonly #words: WordReader;
  readonly #known = new Map<number, readonly Cell[]>();
  #nextList: number;
  #nextDirectory = DIRECTORY_FROM;
  #cells = 0;

  constructor(header: BodyHeader, rules: readonly Rule[], sections: HalvedSections) {
    const { cells, rows } = sections;
    this.#header = header;
    this.#sections = sections;
    this.#length = header.axis.max - header.axis.min;
    this.#nextList = cells.offset;
    this.#words = new WordReader(header, rules, { keys: cells, keyBytes: LIST_ENTRY_BYTES, rows });
    const isRight =
      cells.bytes.length >= 2 * LIST_ENTRY_BYTES &&
      startOf(cells, cells.offset) === this.#length &&
      wordOf(cells, cells.offset) === 0;
    if (!isRight) throw imageError('IMAGE_KEYS', 'the first entry of all lists is wrong', cells.offset);
  }

  /** The cells of the list that a word names; `offset` is that of the word's entry. */
  at(word: number, offset: number): readonly Cell[] {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const named = listWord(word, this.#length);
    const bytes = named === undefined ? 0 : directoryBytes(this.#length, named.shift);
    if (named?.directory !== this.#nextDirectory || bytes > this.#directoriesEnd() - named.directory)
      throw imageError('IMAGE_PHASES', 'a phase names a directory that does not begin there', offset);
    this.#nextDirectory += bytes;
    const cells = this.#read(named);
    this.#known.set(word, cells);
    return cells;
  }

  #directoriesEnd(): number {
    const { offset, bytes } = this.#sections.directories;
    return offset + bytes.length;
  }

  #read(named: ListWord): readonly Cell[] {
    const halvings = this.#header.steps;
    const at = this.#nextList;
    const cells = this.#readCells({ at, end: this.#length, halvings, ...named });
    this.#cells += cells.length;
    const entries = Math.max(cells.length + 1, 2 ** halvings);
    for (let entry = cells.length + 1; entry < entries; entry++)
      this.#checkFill(at + entry * LIST_ENTRY_BYTES);
    this.#nextList = at + (entries - 1) * LIST_ENTRY_BYTES;
    return cells;
  }

  /** Up to the entry that starts at the end of the axis. */
  #readCells(list: HalvedList): readonly Cell[] {
    const section = this.#sections.cells;
    const checker = new ListChecker(this.#header, this.#words);
    const directory = new DirectoryChecker(list, this.#sections.directories);
    const end = section.offset + section.bytes.length;
    let before = 0;
    for (let index = 0; ; index++) {
      const entry = list.at + index * LIST_ENTRY_BYTES;
      this.#mustHave(entry + LIST_ENTRY_BYTES <= end, entry);
      const start = index === 0 ? 0 : startOf(section, entry);
      this.#mustHave(index === 0 || (start > before && start <= this.#length), entry);
      directory.take(start);
      if (start === this.#length) {
        checker.end(entry);
        directory.end();
        return checker.cells();
      }
      this.#mustHave(entry + 2 * LIST_ENTRY_BYTES <= end, entry);
      checker.take(start, wordOf(section, entry + LIST_ENTRY_BYTES), entry);
      before = start;
    }
  }

  #checkFill(at: number): void {
    const section = this.#sections.cells;
    const isThere = at + LIST_ENTRY_BYTES <= section.offset + section.bytes.length;
    this.#mustHave(isThere && startOf(section, at) === KEY_FILL && wordOf(section, at) === 0, at);
  }

  #mustHave(holds: boolean, at: number): void {
    if (!holds) throw imageError('IMAGE_KEYS', 'a list of cells is out of order or does not end', at);
  }

  /** After the last phase: lists fill their section, and the directory of phases is the last one. */
  checkEnd(): void {
    const { phases, cells, directories } = this.#sections;
    const { phaseShape, phasePeriod, phaseSteps, phases: count } = this.#header;
    this.#mustHave(this.#nextList + LIST_ENTRY_BYTES === cells.offset + cells.bytes.length, this.#nextList);
    const named = listWord(phaseShape, phasePeriod);
    const isOne = count > 1 || (named?.shift === LIST_WORD_SHIFT_MASK && phaseSteps === 0);
    if (this.#cells !== this.#header.cells || named?.directory !== this.#nextDirectory || !isOne)
      throw imageError('IMAGE_BODY', 'the number of cells or the directory of phases is wrong', 0);
    const end = named.directory + directoryBytes(phasePeriod, named.shift);
    if (end !== this.#directoriesEnd())
      throw imageError('IMAGE_KEYS', 'directories do not fill their section', end);
    checkPhaseDirectory(this.#header, phases, directories, named);
  }
}
