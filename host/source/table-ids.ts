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

/** Gives ids that stand once each. */
export class IdsApart {
  readonly #taken = new Set<string>();
  /** The number behind the last one of a name. */
  readonly #numbers = new Map<string, number>();

  /** The id itself, or with the first free number behind it. */
  take(id: string): string {
    const free = this.#taken.has(id) ? this.#numbered(id) : id;
    this.#taken.add(free);
    return free;
  }

  #numbered(id: string): string {
    for (let number = this.#numbers.get(id) ?? 2; ; number++) {
      const ending = `-${number}`;
      const numbered = `${cutBytes(id, NAME_BYTES_MAX - ending.length)}${ending}`;
      if (this.#taken.has(numbered)) continue;
      this.#numbers.set(id, number + 1);
      return numbered;
    }
  }
}
