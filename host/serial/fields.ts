/** Reads the fields of an answer with their types checked: an answer is input like any other. */

import { HoldfastError } from '../common/errors.ts';
import { U32_MAX } from '../common/integers.ts';
import { foreign } from '../common/visible.ts';
import { HASH_BYTES, type Key } from '../format.ts';

/** One CBOR map of an answer. Every reader throws `ANSWER_MALFORMED` (exit code 3) naming the field and what it must be. */
export class Fields {
  readonly #map: Map<unknown, unknown>;
  readonly #what: string;

  /** `what` names the answer in error messages, e.g. `status`. */
  constructor(map: Map<unknown, unknown>, what: string) {
    this.#map = map;
    this.#what = what;
  }

  has(name: Key): boolean {
    return this.#map.has(name);
  }

  /** An integer from `least` (0 unless given) to 2^32−1. */
  u32(name: Key, least = 0): number {
    const value = this.integer(name);
    if (value < least || value > U32_MAX) throw this.#wrong(name, `an integer from ${least} to ${U32_MAX}`);
    return value;
  }

  /** Any integer that a number holds exactly. */
  integer(name: Key): number {
    const value = this.#map.get(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#wrong(name, 'an integer');
    return value;
  }

  boolean(name: Key): boolean {
    const value = this.#map.get(name);
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  text(name: Key): string {
    const value = this.#map.get(name);
    if (typeof value !== 'string') throw this.#wrong(name, 'a text');
    return value;
  }

  bytes(name: Key): Uint8Array {
    const value = this.#map.get(name);
    if (!(value instanceof Uint8Array)) throw this.#wrong(name, 'a byte string');
    return value;
  }

  /** A map within this one, or null when the field is not there. */
  optionalMap(name: Key): Fields | null {
    const value = this.#map.get(name);
    if (value === undefined) return null;
    if (!(value instanceof Map)) throw this.#wrong(name, 'a map');
    return new Fields(value, `${this.#what}.${name}`);
  }

  /** A SHA-256, or nothing: 32 bytes or none. */
  hash(name: Key): Uint8Array {
    const value = this.bytes(name);
    if (value.length !== 0 && value.length !== HASH_BYTES)
      throw this.#wrong(name, `${HASH_BYTES} bytes or none`);
    return value;
  }

  /** A list of at most `most` maps. */
  list(name: Key, most: number): Fields[] {
    const value = this.#map.get(name);
    if (!Array.isArray(value)) throw this.#wrong(name, 'a list');
    if (value.length > most) throw this.#wrong(name, `a list of at most ${most}`);
    return value.map((entry) => {
      if (!(entry instanceof Map)) throw this.#wrong(name, 'a list of maps');
      return new Fields(entry, `${this.#what}.${name}`);
    });
  }

  #wrong(name: Key, must: string): HoldfastError {
    const got = this.#map.has(name) ? `is ${describe(this.#map.get(name))}` : 'is missing';
    return new HoldfastError(
      'ANSWER_MALFORMED',
      `The device's answer to "${this.#what}" cannot be used: "${name}" must be ${must} but ${got}.`,
      { remedy: 'Check that the versions of the device and of this command match.', exitCode: 3 },
    );
  }
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Map) return 'a map';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'string' ? `"${foreign(value)}"` : foreign(String(value));
}
