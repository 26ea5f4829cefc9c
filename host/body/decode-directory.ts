import {
  DIRECTORY_ENTRIES_MAX,
  DIRECTORY_FROM,
  ENTRY_FROM,
  KEY_FILL,
  LIST_ENTRY_AT,
  LIST_ENTRY_BYTES,
  LIST_WORD_PLACE_MASK,
  LIST_WORD_SHIFT_MASK,
  LIST_WORD_SHIFT_SHIFT,
  LIST_WORD_UNUSED_MASK,
  LIST_WORD_UNUSED_SHIFT,
} from '../format.ts';
import { viewOf } from './bytes.ts';
import { ListChecker, WordReader } from './decode-cells.ts';
import type { BodyHeader } from './decode-header.ts';
import type { SectionBytes } from './decode-table.ts';
import { bucketsOf } from './directory-shape.ts';
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

/** A list and its directory: where they begin in the body, and how the list is searched. */
interface HalvedList {
  readonly section: SectionBytes;
  readonly at: number;
  readonly cells: number;
  readonly end: number;
  readonly halvings: number;
  readonly directory: number;
  readonly shift: number;
}

interface ListWord {
  readonly shift: number;
  readonly directory: number;
}

/** The phases with their cells. Throws HoldfastError IMAGE_PHASES, IMAGE_KEYS, IMAGE_WORDS, IMAGE_RUNS or IMAGE_BODY. */
export function decodeListsByHalves(
  header: BodyHeader,
  rules: readonly Rule[],
  sections: HalvedSections,
): PhaseWindow[] {
  const lists = new Lists(header, rules, sections);
  const starts: { readonly from: number; readonly cells: readonly Cell[] }[] = [];
  const { phases, phasePeriod, phaseSteps } = header;
  let [startBefore, wordBefore] = [0, -1];
  for (let index = 0; index < Math.max(phases + 1, 2 ** phaseSteps); index++) {
    const at = sections.phases.offset + index * LIST_ENTRY_BYTES;
    const [start, word] = [startOf(sections.phases, at), wordOf(sections.phases, at)];
    const isWithin = index > 0 && index < phases;
    const wanted = index > phases ? KEY_FILL : phasePeriod;
    const isRight = isWithin ? start > startBefore && start < phasePeriod : start === wanted;
    const hasWord = index > 0 && index <= phases;
    if (!isRight || (hasWord ? word === wordBefore : word !== 0))
      throw imageError('IMAGE_PHASES', `entry ${index} of the phases is wrong`, at);
    if (hasWord) starts.push({ from: startBefore, cells: lists.at(word, at) });
    if (hasWord) wordBefore = word;
    startBefore = index === 0 ? 0 : start;
  }
  lists.checkEnd();
  return starts.map(({ from, cells }, index) => ({
    from,
    to: starts[index + 1]?.from ?? phasePeriod,
    cells,
  }));
}

function startOf({ bytes, offset }: SectionBytes, at: number): number {
  return viewOf(bytes).getUint32(at - offset + LIST_ENTRY_AT.start, true);
}

function wordOf({ bytes, offset }: SectionBytes, at: number): number {
  return viewOf(bytes).getUint32(at - offset + LIST_ENTRY_AT.wordBefore, true);
}

/** What a word can name for a list with this end; undefined: it is no list word. */
function listWord(word: number, end: number): ListWord | undefined {
  const shift = word >>> LIST_WORD_SHIFT_SHIFT;
  const place = word & LIST_WORD_PLACE_MASK;
  const isZero = ((word >>> LIST_WORD_UNUSED_SHIFT) & LIST_WORD_UNUSED_MASK) === 0;
  const buckets = bucketsOf(end, shift);
  const isOneForm = buckets !== 1 || shift === LIST_WORD_SHIFT_MASK;
  if (!isZero || place % 2 !== 0 || buckets > DIRECTORY_ENTRIES_MAX || !isOneForm) return undefined;
  return { shift, directory: DIRECTORY_FROM + 2 * place };
}

function directoryBytes(end: number, shift: number): number {
  return 4 * Math.ceil(bucketsOf(end, shift) / 2);
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
    const section = this.#sections.cells;
    const halvings = this.#header.steps;
    const at = this.#nextList;
    const cells = this.#readCells(at);
    this.#cells += cells.length;
    const entries = Math.max(cells.length + 1, 2 ** halvings);
    for (let entry = cells.length + 1; entry < entries; entry++)
      this.#checkFill(at + entry * LIST_ENTRY_BYTES);
    this.#nextList = at + (entries - 1) * LIST_ENTRY_BYTES;
    const list = { section, at, cells: cells.length, end: this.#length, halvings, ...named };
    checkDirectory(list, this.#sections.directories);
    return cells;
  }

  /** Up to the entry that starts at the end of the axis. */
  #readCells(at: number): readonly Cell[] {
    const section = this.#sections.cells;
    const checker = new ListChecker(this.#header, this.#words);
    const end = section.offset + section.bytes.length;
    let before = 0;
    for (let index = 0; ; index++) {
      const entry = at + index * LIST_ENTRY_BYTES;
      this.#mustHave(entry + LIST_ENTRY_BYTES <= end, entry);
      const start = index === 0 ? 0 : startOf(section, entry);
      if (index > 0 && start === this.#length) {
        checker.end(entry);
        return checker.cells();
      }
      this.#mustHave(index === 0 || (start > before && start <= this.#length), entry);
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
    const halvings = phaseSteps;
    const list = { section: phases, at: phases.offset, cells: count, end: phasePeriod, halvings, ...named };
    checkDirectory(list, directories);
  }
}

/** Every bucket names the entry that it must, and reaches every cell that starts in it; behind the last stand zeros. */
function checkDirectory(list: HalvedList, { bytes, offset }: SectionBytes): void {
  const { section, at, cells, end, halvings, directory, shift } = list;
  const view = viewOf(bytes);
  const start = (cell: number) => startOf(section, at + cell * LIST_ENTRY_BYTES);
  const reach = 2 ** halvings;
  const first = (at - ENTRY_FROM) / LIST_ENTRY_BYTES;
  const buckets = bucketsOf(end, shift);
  let cell = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const begin = bucket * 2 ** shift;
    while (cell + 1 < cells && start(cell + 1) <= begin) cell++;
    const index = Math.min(cell, Math.max(0, cells + 1 - reach));
    const place = directory + 2 * bucket;
    const isReached = index + reach >= cells || start(index + reach) > begin + 2 ** shift - 1;
    if (view.getUint16(place - offset, true) !== first + index || !isReached)
      throw imageError('IMAGE_KEYS', `bucket ${bucket} of a directory is wrong`, place);
  }
  const padding = directory + 2 * buckets;
  if (buckets % 2 !== 0 && view.getUint16(padding - offset, true) !== 0)
    throw imageError('IMAGE_KEYS', 'the bytes behind a directory are not 0', padding);
}
