/**
 * What verbs write, and how a file is recognised that an earlier run wrote: only such a file is replaced without being told to.
 * Images say themselves what they are; texts carry a mark with a digest of what stands before it, so that an edited one is known.
 */

import { createHash } from 'node:crypto';
import { parseImage } from '../../image/container.ts';
import { isGolden } from '../../timing/wasm/golden.ts';

export interface OutputKind {
  /** With its article, for messages. */
  readonly name: string;
  /** Bytes that a terminal should not be given. */
  readonly isBinary: boolean;
  /** Whether a file with these bytes is of this kind, written by holdfast and not edited since. */
  isOurs(bytes: Uint8Array): boolean | Promise<boolean>;
  /** What is written for `bytes`. */
  finish(bytes: Uint8Array): Uint8Array;
}

export const IMAGE: OutputKind = {
  name: 'an image',
  isBinary: true,
  isOurs: (bytes) => {
    try {
      parseImage(bytes);
      return true;
    } catch {
      return false;
    }
  },
  finish: (bytes) => bytes,
};

/** A pair of keys: no file that is there is ever one to replace. */
export const KEY: OutputKind = {
  name: 'a pair of keys',
  isBinary: false,
  isOurs: () => false,
  finish: (bytes) => bytes,
};

/** Counts that `timing wasm --update` keeps. */
export const GOLDEN: OutputKind = {
  name: 'a file of worst-case counts',
  isBinary: false,
  isOurs: (bytes) => isGolden(Buffer.from(bytes).toString('utf8')),
  finish: (bytes) => bytes,
};

/** Files of a generated folder, whose list says which are ours; and that list. */
export const GENERATED: OutputKind = {
  name: 'a list of generated files',
  isBinary: false,
  isOurs: isList,
  finish: (bytes) => bytes,
};

/** Digests in hex by path. */
function isList(bytes: Uint8Array): boolean {
  try {
    const list: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return Object.values(list as object).every((digest) => /^[0-9a-f]{64}$/.test(String(digest)));
  } catch {
    return false;
  }
}

/** A text whose last line is a comment between `open` and `close`: who wrote it, and the SHA-256 of all lines before. */
function markedText(name: string, open: string, close: string): OutputKind {
  const markOf = (text: string) =>
    `${open} written by holdfast, sha256 ${createHash('sha256').update(text).digest('hex')}${close}\n`;
  return {
    name,
    isBinary: false,
    isOurs: (bytes) => {
      // Version control may have written other line ends.
      const text = Buffer.from(bytes).toString('utf8').replaceAll('\r\n', '\n');
      const at = text.lastIndexOf('\n', text.length - 2) + 1;
      return text.slice(at) === markOf(text.slice(0, at));
    },
    finish: (bytes) => {
      const text = Buffer.from(bytes).toString('utf8');
      const whole = text.endsWith('\n') ? text : `${text}\n`;
      return Buffer.from(`${whole}${markOf(whole)}`);
    },
  };
}

export const DRAWING = markedText('a drawing', '<!--', ' -->');
export const PAGE = markedText('a page', '<!--', ' -->');
export const SOURCE = markedText('a map source', '#', '');
