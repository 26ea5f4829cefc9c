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
import type { Lists } from './encode-lists.ts';
import type { Partition, Rule } from './partition.ts';
import { layTree, stepsFor } from './search-tree.ts';
import { actionCode } from './words.ts';

/** The sections of a body, SPEC sections 2.2 to 2.6; each gives the bytes of its section. */

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
    const cells = list?.rules.length ?? 0;
    const shape = cells * 2 ** LIST_SHAPE_CELLS_SHIFT + (list?.keys.steps ?? 0);
    view.setUint32(at + WINDOW_AT.shape, shape, true);
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
    if (rule.kind === 'approach') throw new TypeError('approaches are not encoded yet');
    const isZone = rule.kind === 'zone';
    view.setUint8(at + RULE_AT.kind, isZone ? RULE_KIND.zone : RULE_KIND.gap);
    view.setUint8(at + RULE_AT.action, isZone ? ACTION.none : actionCode(rule.action));
    view.setUint8(at + RULE_AT.tier, isZone ? rule.tier : 0);
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
  for (const { id } of rules) {
    const name = Buffer.from(id);
    if (name.length < 1 || name.length > NAME_BYTES_MAX) throw new TypeError(`id of ${name.length} bytes`);
    offsets.push(length);
    pieces.push(Uint8Array.of(name.length), name);
    length += 1 + name.length;
  }
  pieces.push(new Uint8Array(-length & 3));
  return { bytes: Buffer.concat(pieces), offsets };
}
