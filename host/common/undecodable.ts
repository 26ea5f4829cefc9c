/** Bytes that are not the text that they should be: up to where they are, and what follows, in words. */

/** Encodings whose characters have several bytes. */
export type WideEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface Undecodable {
  /** The text before, with the byte order mark that it begins with. */
  readonly before: string;
  /** A clause, such as `byte E9 is none of it`. */
  readonly words: string;
}

/** Of bytes that a decoder refused as the whole of a text, or as far as they were read. */
export function undecodable(bytes: Uint8Array, encoding: WideEncoding): Undecodable {
  const length = longestStart(bytes, encoding);
  const before = decodeStart(bytes.subarray(0, length), encoding);
  const rest = bytes.subarray(bytesOf(before, encoding));
  if (length === bytes.length) return { before, words: `it ends within a character: ${hex(rest)}` };
  const words =
    encoding === 'utf-8'
      ? `byte ${hex(rest.subarray(0, 1))} is none of it`
      : `bytes ${hex(rest.subarray(0, 2))} are none of it`;
  return { before, words };
}

/** Bytes of a text that was decoded, a byte order mark included where the text has it. */
export function bytesOf(text: string, encoding: WideEncoding): number {
  return encoding === 'utf-8' ? Buffer.byteLength(text) : 2 * text.length;
}

/** Bytes in hexadecimal, as `E2 82`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

/** Without the character that begins at the end. */
function decodeStart(bytes: Uint8Array, encoding: WideEncoding): string {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
}

/** How many bytes text can begin with, found by halving. */
function longestStart(bytes: Uint8Array, encoding: WideEncoding): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    try {
      decodeStart(bytes.subarray(0, middle), encoding);
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
