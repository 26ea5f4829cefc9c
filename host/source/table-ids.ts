import { NAME_BYTES_MAX } from '../format.ts';

/** Ids of any text: what an id cannot hold becomes a hyphen. */

const FORBIDDEN = /[^\p{L}\p{M}\p{N}_.:/+-]+/gu;
const BAD_START = /^[^\p{L}\p{N}]+/u;

/** undefined for a text without a letter or digit. */
export function idFromText(text: string): string | undefined {
  const id = text.normalize('NFC').replace(FORBIDDEN, '-').replace(BAD_START, '').replace(/-+$/, '');
  return id === '' ? undefined : cutBytes(id, NAME_BYTES_MAX);
}

/** The longest start of at most `bytesMax` bytes that does not end within a letter. */
function cutBytes(text: string, bytesMax: number): string {
  let cut = '';
  let bytes = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > bytesMax) break;
    cut += letter;
  }
  return cut;
}

/** An id that none of `taken` is: itself, or with the first free number behind it. */
export function apartFrom(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const numbered = `${cutBytes(id, NAME_BYTES_MAX - ending.length)}${ending}`;
    if (!taken.has(numbered)) return numbered;
  }
}
