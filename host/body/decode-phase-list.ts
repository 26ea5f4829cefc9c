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
import type { Counts } from './decode-fields.ts';
import type { SectionBytes } from './decode-table.ts';
import { bucketsOf } from './directory-shape.ts';
import { imageError } from './errors.ts';

/** Lists behind directories, that of the phases among them: SPEC section 2.8. The core has the same in assembly/admit/phase-list.ts. */

/** A list and its directory: where they begin in the body, and how the list is searched. */
export interface HalvedList {
  readonly at: number;
  readonly end: number;
  readonly halvings: number;
  readonly directory: number;
  readonly shift: number;
}

export interface ListWord {
  readonly shift: number;
  readonly directory: number;
}

export function startOf({ bytes, offset }: SectionBytes, at: number): number {
  return viewOf(bytes).getUint32(at - offset + LIST_ENTRY_AT.start, true);
}

export function wordOf({ bytes, offset }: SectionBytes, at: number): number {
  return viewOf(bytes).getUint32(at - offset + LIST_ENTRY_AT.wordBefore, true);
}

/** What a word can name for a list with this end; undefined: it is no list word. */
export function listWord(word: number, end: number): ListWord | undefined {
  const shift = word >>> LIST_WORD_SHIFT_SHIFT;
  const place = word & LIST_WORD_PLACE_MASK;
  const isZero = ((word >>> LIST_WORD_UNUSED_SHIFT) & LIST_WORD_UNUSED_MASK) === 0;
  const buckets = bucketsOf(end, shift);
  const isOneForm = buckets !== 1 || shift === LIST_WORD_SHIFT_MASK;
  if (!isZero || place % 2 !== 0 || buckets > DIRECTORY_ENTRIES_MAX || !isOneForm) return undefined;
  return { shift, directory: DIRECTORY_FROM + 2 * place };
}

export function directoryBytes(end: number, shift: number): number {
  return 4 * Math.ceil(bucketsOf(end, shift) / 2);
}

/** Phases [from, to) in ticks, and what stands for the word of each. */
export interface ListedPhase<What> {
  readonly from: number;
  readonly to: number;
  readonly what: What;
}

/** The phases in order; `take` says what a word names that stands at an offset of the body. Throws HoldfastError IMAGE_PHASES. */
export function decodePhaseList<What>(
  { phases, phasePeriod, phaseSteps }: Pick<Counts, 'phases' | 'phasePeriod' | 'phaseSteps'>,
  section: SectionBytes,
  take: (word: number, at: number) => What,
): ListedPhase<What>[] {
  const found: { readonly from: number; readonly what: What }[] = [];
  let [startBefore, wordBefore] = [0, -1];
  for (let index = 0; index < Math.max(phases + 1, 2 ** phaseSteps); index++) {
    const at = section.offset + index * LIST_ENTRY_BYTES;
    const [start, word] = [startOf(section, at), wordOf(section, at)];
    const isWithin = index > 0 && index < phases;
    const wanted = index > phases ? KEY_FILL : phasePeriod;
    const isRight = isWithin ? start > startBefore && start < phasePeriod : start === wanted;
    const hasWord = index > 0 && index <= phases;
    if (!isRight || (hasWord ? word === wordBefore : word !== 0))
      throw imageError('IMAGE_PHASES', `entry ${index} of the phases is wrong`, at);
    if (hasWord) found.push({ from: startBefore, what: take(word, at) });
    if (hasWord) wordBefore = word;
    startBefore = index === 0 ? 0 : start;
  }
  return found.map(({ from, what }, index) => ({ from, to: found[index + 1]?.from ?? phasePeriod, what }));
}

/** The directory of the phases, which must be the last one. Throws HoldfastError IMAGE_KEYS. */
export function checkPhaseDirectory(
  { phases: count, phasePeriod, phaseSteps }: Pick<Counts, 'phases' | 'phasePeriod' | 'phaseSteps'>,
  phases: SectionBytes,
  directories: SectionBytes,
  named: ListWord,
): void {
  const list = { at: phases.offset, end: phasePeriod, halvings: phaseSteps, ...named };
  const directory = new DirectoryChecker(list, directories);
  directory.take(0);
  for (let index = 1; index <= count; index++)
    directory.take(startOf(phases, phases.offset + index * LIST_ENTRY_BYTES));
  directory.end();
}

/**
 * The directory of a list whose starts come one after the other, the end behind the last of them: every bucket names the entry that it
 * must, and reaches every start in it; behind the last stand zeros.
 */
export class DirectoryChecker {
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
