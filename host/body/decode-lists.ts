import { KEY_FILL } from '../format.ts';
import { viewOf } from './bytes.ts';
import { ListChecker, WordReader } from './decode-cells.ts';
import type { BodyHeader } from './decode-header.ts';
import type { ListPlace } from './decode-phases.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { Cell, Rule } from './partition.ts';
import { keyPosition } from './search-tree.ts';

/**
 * The lists of KEYS and WORDS, SPEC sections 2.2 and 2.3, back to cells. The core examines the same in the same order
 * (assembly/admit/line-cells.ts).
 */

export interface ListSections {
  readonly keys: SectionBytes;
  readonly words: SectionBytes;
  /** RUNS or ROWS. */
  readonly rows: SectionBytes;
}

const KEY_BYTES = 4;

export class CellReader {
  readonly #header: BodyHeader;
  readonly #sections: ListSections;
  readonly #axisLength: number;
  readonly #words: WordReader;

  constructor(header: BodyHeader, rules: readonly Rule[], sections: ListSections) {
    this.#header = header;
    this.#sections = sections;
    this.#axisLength = header.axis.max - header.axis.min;
    const { keys, rows } = sections;
    this.#words = new WordReader(header, rules, { keys, keyBytes: KEY_BYTES, rows });
  }

  /** The cells of a list. Throws HoldfastError IMAGE_KEYS, IMAGE_WORDS or IMAGE_RUNS. */
  read(list: ListPlace): Cell[] {
    const checker = new ListChecker(this.#header, this.#words);
    const { bytes, offset: wordsOffset } = this.#sections.words;
    let before = 0;
    for (let index = 0; index < 2 ** list.depth; index++) {
      const start = this.#start(list, index, before);
      if (start === undefined) continue;
      before = start;
      const offset = list.words + 4 * index;
      checker.take(start, viewOf(bytes).getUint32(offset - wordsOffset, true), offset);
      if (index === list.cells - 1) checker.end(offset);
    }
    return checker.cells();
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
}
