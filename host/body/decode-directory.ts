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
  readonly at: number;
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
    const list = { at: phases.offset, end: phasePeriod, halvings: phaseSteps, ...named };
    const directory = new DirectoryChecker(list, directories);
    directory.take(0);
    for (let index = 1; index <= count; index++)
      directory.take(startOf(phases, phases.offset + index * LIST_ENTRY_BYTES));
    directory.end();
  }
}

/**
 * The directory of a list whose starts come one after the other, the end behind the last of them: every bucket names the entry that it
 * must, and reaches every start in it; behind the last stand zeros.
 */
class DirectoryChecker {
  readonly #list: HalvedList;
  readonly #offset: number;
  readonly #view: DataView;
  /** Entries that the buckets so far name, and the cells that they begin in. */
  readonly #buckets: { readonly named: number; readonly cell: number }[] = [];
  #starts = 0;

  constructor(list: HalvedList, { bytes, offset }: SectionBytes) {
    this.#list = list;
    this.#view = viewOf(bytes);
    this.#offset = offset;
  }

  /** The start of the next cell, or the end: buckets that begin before it are those of the cell before. */
  take(start: number): void {
    const { end, halvings, shift } = this.#list;
    while (this.#buckets.length * 2 ** shift < start) this.#takeBucket(this.#starts - 1);
    const bucket = this.#buckets.at(-1);
    const isWithin = start < this.#buckets.length * 2 ** shift && start < end;
    this.#mustHold(!isWithin || bucket === undefined || this.#starts - bucket.cell < 2 ** halvings);
    this.#starts++;
  }

  /** Each names its own cell, or all from one on name the same one before theirs: which one, the end tells. */
  #takeBucket(cell: number): void {
    const { at } = this.#list;
    const named = this.#half(this.#buckets.length) - (at - ENTRY_FROM) / LIST_ENTRY_BYTES;
    const before = this.#buckets.at(-1);
    const isOwn = before === undefined || before.named === before.cell;
    const isHeld = named < cell && named >= (before?.named ?? 0);
    this.#mustHold(isOwn ? named === cell || isHeld : named === before.named);
    this.#buckets.push({ named, cell });
  }

  /** No search looks at entries behind the end; so the last buckets name an entry before that. */
  end(): void {
    const last = Math.max(0, this.#starts - 2 ** this.#list.halvings);
    this.#mustHold(this.#buckets.every(({ named, cell }) => named === Math.min(cell, last)));
    this.#mustHold(this.#buckets.length % 2 === 0 || this.#half(this.#buckets.length) === 0);
  }

  #half(index: number): number {
    return this.#view.getUint16(this.#list.directory - this.#offset + 2 * index, true);
  }

  #mustHold(holds: boolean): void {
    const bucket = this.#buckets.length;
    const at = this.#list.directory + 2 * bucket;
    if (!holds) throw imageError('IMAGE_KEYS', `bucket ${bucket} of a directory is wrong`, at);
  }
}
