import {
  BODY_VERSION_1,
  BUILD_LIMITS,
  KEY_FILL,
  LIST_HEAD_AT,
  LIST_HEAD_BYTES,
  LIST_SHAPE_CELLS_SHIFT,
  LIST_SHAPE_DEPTH_MASK,
  WINDOW_AT,
  WINDOW_BYTES,
} from '../format.ts';
import { viewOf } from './bytes.ts';
import type { BodyHeader } from './decode-header.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import { keyPosition, stepsFor } from './search-tree.ts';

/**
 * PHASES and WINDOWS, and where the lists of windows lie in KEYS and WORDS: SPEC sections 2.2 and 2.3. The core examines the same in
 * the same order (assembly/admit/line-lists.ts).
 */

export interface PhaseSections {
  readonly phases: SectionBytes;
  readonly windows: SectionBytes;
  readonly keys: SectionBytes;
  readonly words: SectionBytes;
}

/** A list of cells, once. */
export interface ListPlace {
  /** Offsets in the body. */
  readonly keys: number;
  readonly words: number;
  readonly depth: number;
  readonly cells: number;
}

export interface PhasePlace {
  readonly from: number;
  readonly list: ListPlace;
}

/** The phases, in order. Throws HoldfastError IMAGE_PHASES, IMAGE_KEYS, IMAGE_WORDS, IMAGE_BODY or IMAGE_TOO_LARGE. */
export function decodePhases(header: BodyHeader, sections: PhaseSections): PhasePlace[] {
  const lists = header.version === BODY_VERSION_1 ? new FoundLists(sections) : new HeadedLists(sections);
  const phases: PhasePlace[] = [];
  for (let index = 0; index < 2 ** header.phaseSteps; index++) {
    const position = index === 0 ? 0 : keyPosition(index, header.phaseSteps);
    const key = viewOf(sections.phases.bytes).getUint32(4 * position, true);
    if (index < header.phases) phases.push(decodePhase(header, sections, index, key, phases.at(-1), lists));
    else if (key !== KEY_FILL)
      throw imageError('IMAGE_PHASES', 'the starts of phases do not end', sections.phases.offset);
  }
  lists.checkEnd(header);
  return phases;
}

function decodePhase(
  header: BodyHeader,
  { windows }: PhaseSections,
  index: number,
  key: number,
  before: PhasePlace | undefined,
  lists: Lists,
): PhasePlace {
  const at = index * WINDOW_BYTES;
  const view = viewOf(windows.bytes);
  const from = view.getUint32(at + WINDOW_AT.start, true);
  const words = view.getUint32(at + WINDOW_AT.words, true);
  const isInOrder =
    before === undefined
      ? from === 0 && key === header.phasePeriod
      : from === key && from < header.phasePeriod && from > before.from;
  if (!isInOrder)
    throw imageError('IMAGE_PHASES', `phase range ${index} is out of order`, windows.offset + at);
  if (before?.list.words === words)
    throw imageError(
      'IMAGE_PHASES',
      `phase range ${index} has the list of the one before`,
      windows.offset + at,
    );
  const shape = view.getUint32(at + WINDOW_AT.shape, true);
  const [cells, depth] = [shape >>> LIST_SHAPE_CELLS_SHIFT, shape & LIST_SHAPE_DEPTH_MASK];
  if (depth > header.steps || cells < 1 || depth !== stepsFor(cells))
    throw imageError('IMAGE_PHASES', `a list of ${cells} cells and depth ${depth}`, windows.offset + at);
  return { from, list: lists.at(view.getUint32(at + WINDOW_AT.keys, true), words, shape) };
}

/** Finds lists by their places, and knows at the end whether they fill their sections. */
interface Lists {
  at(keys: number, words: number, shape: number): ListPlace;
  checkEnd(header: BodyHeader): void;
}

function listOf(keys: number, words: number, shape: number): ListPlace {
  return { keys, words, depth: shape & LIST_SHAPE_DEPTH_MASK, cells: shape >>> LIST_SHAPE_CELLS_SHIFT };
}

/** Version 2: lists in the order of the first window that has them, each behind a head. */
class HeadedLists implements Lists {
  readonly #keys: SectionBytes;
  readonly #words: SectionBytes;
  readonly #known = new Map<number, ListPlace>();
  /** By depth, where trees begin and where the next may. */
  readonly #trees = new Map<number, { readonly begin: number; next: number }>();
  #next: number;

  constructor({ keys, words }: PhaseSections) {
    this.#keys = keys;
    this.#words = words;
    this.#next = words.offset;
  }

  at(keys: number, words: number, shape: number): ListPlace {
    const head = words - LIST_HEAD_BYTES;
    const list = listOf(keys, words, shape);
    const bytes = LIST_HEAD_BYTES + 4 * list.cells;
    const { offset, bytes: content } = this.#words;
    const isNew = head === this.#next;
    const isThere = isNew
      ? bytes <= offset + content.length - head
      : words % 4 === 0 && head >= offset && head < this.#next;
    const said = isThere ? viewOf(content) : undefined;
    const isSaid =
      said?.getUint32(head - offset + LIST_HEAD_AT.keys, true) === keys &&
      said.getUint32(head - offset + LIST_HEAD_AT.shape, true) === shape;
    if (!isSaid)
      throw imageError('IMAGE_WORDS', 'a phase range names a list that does not begin there', words);
    const known = this.#known.get(words);
    if (known !== undefined) return known;
    this.#next += bytes;
    this.#known.set(words, list);
    this.#takeTree(list);
    return list;
  }

  /** Trees of one depth lie together, in the order in which they are met. */
  #takeTree({ keys, depth }: ListPlace): void {
    if (keys >= BUILD_LIMITS.large.arenaBytes / 2)
      throw imageError('IMAGE_TOO_LARGE', 'keys beyond the reach of any core', keys);
    const bytes = 4 * 2 ** depth;
    const trees = this.#trees.get(depth) ?? { begin: keys, next: keys };
    if (keys < trees.next && keys >= trees.begin && (keys - trees.begin) % bytes === 0) return;
    const { offset, bytes: content } = this.#keys;
    const isNext = keys === trees.next && keys % 4 === 0 && keys >= offset;
    if (!isNext || keys + bytes > offset + content.length)
      throw imageError('IMAGE_KEYS', 'lists of keys overlap or leave a hole', keys);
    trees.next += bytes;
    this.#trees.set(depth, trees);
  }

  checkEnd(header: BodyHeader): void {
    const deepest = Math.max(...this.#trees.keys());
    if (deepest !== header.steps) throw imageError('IMAGE_BODY', 'no list needs all steps', 0);
    if (this.#next !== this.#words.offset + this.#words.bytes.length)
      throw imageError('IMAGE_WORDS', 'lists of words do not fill their section', this.#next);
    const cells = [...this.#known.values()].reduce((sum, list) => sum + list.cells, 0);
    if (cells !== header.cells) throw imageError('IMAGE_BODY', 'the number of cells is wrong', 0);
    let end = this.#keys.offset;
    for (const [, { begin, next }] of [...this.#trees].sort(([left], [right]) => left - right)) {
      if (begin !== end) throw imageError('IMAGE_KEYS', 'lists of keys overlap or leave a hole', begin);
      end = next;
    }
    if (end !== this.#keys.offset + this.#keys.bytes.length)
      throw imageError('IMAGE_KEYS', 'lists of keys do not fill their section', end);
  }
}

/** Version 1: lists without heads, in any order. */
class FoundLists implements Lists {
  readonly #keys: SectionBytes;
  readonly #words: SectionBytes;
  readonly #known = new Map<string, ListPlace>();

  constructor({ keys, words }: PhaseSections) {
    this.#keys = keys;
    this.#words = words;
  }

  at(keys: number, words: number, shape: number): ListPlace {
    const name = `${keys} ${words} ${shape}`;
    const list = this.#known.get(name) ?? listOf(keys, words, shape);
    this.#known.set(name, list);
    return list;
  }

  checkEnd(header: BodyHeader): void {
    const lists = [...this.#known.values()];
    const bytesOf = (list: ListPlace) => 4 * 2 ** list.depth;
    tile(
      'IMAGE_KEYS',
      lists.map((list) => [list.keys, bytesOf(list)] as const),
      this.#keys,
    );
    tile(
      'IMAGE_WORDS',
      lists.map((list) => [list.words, 4 * list.cells] as const),
      this.#words,
    );
    const isDeepest = lists.some(({ depth }) => depth === header.steps);
    if (!isDeepest || this.#words.bytes.length !== 4 * header.cells)
      throw imageError('IMAGE_BODY', 'a number of steps or cells is wrong', 0);
  }
}

/** Checks that pieces, some of them named more than once, fill a section. */
function tile(
  code: `IMAGE_${string}`,
  pieces: readonly (readonly [number, number])[],
  section: SectionBytes,
): void {
  let end = section.offset;
  const inPlace = [...new Map(pieces.map((piece) => [piece.join(), piece])).values()];
  for (const [offset, bytes] of inPlace.sort(([left], [right]) => left - right)) {
    if (offset !== end) throw imageError(code, 'lists overlap or leave a hole', offset);
    end += bytes;
  }
  if (end !== section.offset + section.bytes.length)
    throw imageError(code, 'lists do not fill their section', end);
}
