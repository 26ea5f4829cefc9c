import { IDENTITY } from '../../host/source/values.ts';

/**
 * Reads what somebody else wrote: each value is exactly of the form that is asked for, or it is refused. What would not be used must not
 * look as if it were, so a field too many is refused as one that is missing.
 */
export class Strict {
  readonly #fail: (what: string) => Error;

  /** `fail` makes the error of a clause such as "its epoch is no whole number". */
  constructor(fail: (what: string) => Error) {
    this.#fail = fail;
  }

  /** An object with exactly these fields. */
  object<Name extends string>(value: unknown, names: readonly Name[]): Record<Name, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#fail(`fields ${names.join(', ')} are missing`);
    const missing = names.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) throw this.#fail(`the field ${missing} is missing`);
    if (Object.keys(value).length !== names.length)
      throw this.#fail(`it has other fields than ${names.join(', ')}`);
    return value as Record<Name, unknown>;
  }

  integer(value: unknown, what: string, least: number, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#fail(`its ${what} is no whole number from ${least} to ${most}`);
  }

  list(value: unknown, what: string, least: number, most: number): readonly unknown[] {
    if (Array.isArray(value) && value.length >= least && value.length <= most) return value;
    throw this.#fail(`its ${what} are no list of ${least} to ${most}`);
  }

  flag(value: unknown, what: string): boolean {
    if (typeof value === 'boolean') return value;
    throw this.#fail(`its ${what} is neither true nor false`);
  }

  text(value: unknown, what: string, charactersMost: number): string {
    if (typeof value === 'string' && value.length <= charactersMost) return value;
    throw this.#fail(`its ${what} is no text of at most ${charactersMost} characters`);
  }

  /** A name of a-z, 0-9 and "-". */
  name(value: unknown, what: string): string {
    if (typeof value === 'string' && IDENTITY.test(value)) return value;
    throw this.#fail(`its ${what} is no name of a-z, 0-9 and "-"`);
  }

  /** SHA-256 as 64 hexadecimal digits. */
  digest(value: unknown, what: string): string {
    if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
    throw this.#fail(`its ${what} is not 64 hexadecimal digits`);
  }

  word<Word extends string>(value: unknown, what: string, words: readonly Word[]): Word {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw this.#fail(`its ${what} is none of ${words.join(', ')}`);
  }

  /** Strict base64: one spelling for each run of bytes. */
  base64(value: unknown, what: string): Uint8Array {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : null;
    if (bytes !== null && bytes.toString('base64') === value) return bytes;
    throw this.#fail(`its ${what} is not base64`);
  }
}
