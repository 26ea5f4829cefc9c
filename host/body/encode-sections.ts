import {
  ACTION,
  LIST_SHAPE_CELLS_SHIFT,
  NAME_BYTES_MAX,
  RULE_AT,
  RULE_BYTES,
  RULE_HAS_LIMIT,
  RULE_KIND,
  WINDOW_AT,
  WINDOW_BYTES,
} from '../format.ts';
import type { CellList, Lists } from './encode-lists.ts';
import type { Partition, Rule } from './partition.ts';
import { layTree, stepsFor } from './search-tree.ts';
import { actionCode } from './words.ts';

/** The sections of a body, SPEC sections 2.2 to 2.6; each gives the bytes of its section. */

function shapeOf(list: CellList | undefined): number {
  return (list?.rules.length ?? 0) * 2 ** LIST_SHAPE_CELLS_SHIFT + (list?.keys.steps ?? 0);
}

/** Writes the heads of lists into the words of WORDS; `keysOffset` is that of KEYS in the body. */
export function writeHeads(words: Uint32Array, lists: Lists, keysOffset: number): void {
  for (const list of lists.cells) {
    words[list.base - 2] = keysOffset + 4 * list.keys.base;
    words[list.base - 1] = shapeOf(list);
  }
}

/** Words as little-endian bytes, whatever the order of the machine. */
export function bytesOfWords(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  return bytes;
}

export function encodePhases(partition: Partition): Uint8Array {
  const starts = Uint32Array.from(partition.windows, ({ from }) => from);
  const words = new Uint32Array(2 ** stepsFor(starts.length));
  layTree(words, 0, starts, partition.phasePeriod);
  return bytesOfWords(words);
}

/** Offsets are those of KEYS and WORDS in the body. */
export function encodeWindows(
  partition: Partition,
  lists: Lists,
  keysOffset: number,
  wordsOffset: number,
): Uint8Array {
  const bytes = new Uint8Array(partition.windows.length * WINDOW_BYTES);
  const view = new DataView(bytes.buffer);
  partition.windows.forEach((window, index) => {
    const list = lists.ofWindow[index];
    const at = index * WINDOW_BYTES;
    view.setUint32(at + WINDOW_AT.start, window.from, true);
    view.setUint32(at + WINDOW_AT.keys, keysOffset + 4 * (list?.keys.base ?? 0), true);
    view.setUint32(at + WINDOW_AT.words, wordsOffset + 4 * (list?.base ?? 0), true);
    view.setUint32(at + WINDOW_AT.shape, shapeOf(list), true);
  });
  return bytes;
}

export function encodeKeys(lists: Lists, axisLength: number): Uint8Array {
  const words = new Uint32Array(lists.keyWords);
  for (const { starts, base } of lists.keys) layTree(words, base, starts, axisLength);
  return bytesOfWords(words);
}

/** `nameOffsets` are the offsets of the ids in NAMES. */
export function encodeRules(rules: readonly Rule[], nameOffsets: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(rules.length * RULE_BYTES);
  const view = new DataView(bytes.buffer);
  rules.forEach((rule, index) => {
    const at = index * RULE_BYTES;
    const covers = rule.kind !== 'gap';
    view.setUint8(at + RULE_AT.kind, RULE_KIND[rule.kind]);
    view.setUint8(at + RULE_AT.action, covers ? ACTION.none : actionCode(rule.action));
    view.setUint8(at + RULE_AT.tier, covers ? rule.tier : 0);
    view.setUint8(at + RULE_AT.flags, rule.limit === null ? 0 : RULE_HAS_LIMIT);
    view.setInt32(at + RULE_AT.limit, rule.limit ?? 0, true);
    view.setUint32(at + RULE_AT.id, nameOffsets[index] ?? 0, true);
  });
  return bytes;
}

export interface EncodedNames {
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
}

export function encodeNames(rules: readonly Rule[]): EncodedNames {
  const pieces: Uint8Array[] = [];
  const offsets: number[] = [];
  let length = 0;
  for (const rule of rules) {
    if (rule.kind === 'approach') {
      offsets.push(offsets[rule.zone] ?? 0);
      continue;
    }
    const name = Buffer.from(rule.id);
    if (name.length < 1 || name.length > NAME_BYTES_MAX) throw new TypeError(`id of ${name.length} bytes`);
    offsets.push(length);
    pieces.push(Uint8Array.of(name.length), name);
    length += 1 + name.length;
  }
  pieces.push(new Uint8Array(-length & 3));
  return { bytes: Buffer.concat(pieces), offsets };
}
