/**
 * Readers of a file of JSON: each takes a value as it stands in the file and gives it typed, or says what is wrong with it and where.
 *
 *     const read = object({ address: integer(0, 0xffff_ffff), packages: list(text()) });
 *     read(JSON.parse(source), { file: 'targets/pico/target.json', field: '' });
 */

import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';

/** Where a value stands: the file, and the path of its field in it; the path of the whole is empty. */
export interface Place {
  readonly file: string;
  readonly field: string;
}

/** Gives `value` typed. Throws HoldfastError TARGET_FILE, which names file, field and value. */
export type Reader<T> = (value: unknown, place: Place) => T;

type Shape = Readonly<Record<string, Reader<unknown>>>;
type Fields<S extends Shape> = { readonly [Name in keyof S]: ReturnType<S[Name]> };
type Kinds<K extends Readonly<Record<string, Shape>>> = {
  [Kind in keyof K]: { readonly kind: Kind } & Fields<K[Kind]>;
}[keyof K];

/** What is wrong with a field of a board's file. */
export function wrongField({ file, field }: Place, what: string): HoldfastError {
  return new HoldfastError('TARGET_FILE', `${file}: ${field === '' ? 'it' : field} ${what}.`, {
    remedy: 'targets/template/README.md says what each field is.',
  });
}

/** An integer from `min` to `max`, written as a number or as a string of hexadecimal digits behind 0x. */
export function integer(min: number, max: number): Reader<number> {
  return (value, place) => {
    const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,8}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max)
      return number;
    throw mustBe(value, place, `an integer from ${min} to ${max}, such as 4096 or "0x1000"`);
  };
}

/** A text that is not empty; `pattern`, where given, holds all of it, and `what` says so in words. */
export function text(pattern = /^.+$/, what = 'a text'): Reader<string> {
  return (value, place) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw mustBe(value, place, what);
  };
}

/** One of some words. */
export function choice<W extends string>(words: readonly W[]): Reader<W> {
  return (value, place) => {
    const word = words.find((each) => each === value);
    if (word !== undefined) return word;
    throw mustBe(value, place, words.join(' or '));
  };
}

export function flag(): Reader<boolean> {
  return (value, place) => {
    if (typeof value === 'boolean') return value;
    throw mustBe(value, place, 'true or false');
  };
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, { file, field }) => {
    if (!Array.isArray(value)) throw mustBe(value, { file, field }, 'a list');
    return value.map((one, index) => item(one, { file, field: `${field}[${index}]` }));
  };
}

/** What `reader` gives, or `absent` where there is no such field. */
export function optional<T, A>(reader: Reader<T>, absent: A): Reader<T | A> {
  return (value, place) => (value === undefined ? absent : reader(value, place));
}

/** What the one reader gives, or the other where the value is an object. */
export function either<T, O>(plain: Reader<T>, fields: Reader<O>): Reader<T | O> {
  return (value, place) =>
    typeof value === 'object' && value !== null ? fields(value, place) : plain(value, place);
}

/** All fields of `shape` and no other. */
export function object<S extends Shape>(shape: S): Reader<Fields<S>> {
  return (value, place) => {
    const given = entriesOf(value, place);
    for (const name of given.keys())
      if (!Object.hasOwn(shape, name)) throw wrongField(inside(place, name), 'is not a field of a board');
    const read = Object.entries(shape).map(([name, reader]) => [
      name,
      reader(given.get(name), inside(place, name)),
    ]);
    return Object.fromEntries(read) as Fields<S>;
  };
}

/** An object whose field `kind` says which other fields it has. */
export function oneOf<K extends Readonly<Record<string, Shape>>>(kinds: K): Reader<Kinds<K>> {
  return (value, place) => {
    const given = entriesOf(value, place);
    const kind = given.get('kind');
    const shape = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (shape === undefined) throw mustBe(kind, inside(place, 'kind'), Object.keys(kinds).join(' or '));
    return object({ kind: () => kind, ...shape })(value, place) as Kinds<K>;
  };
}

function entriesOf(value: unknown, place: Place): Map<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return new Map(Object.entries(value));
  throw mustBe(value, place, 'an object');
}

function inside({ file, field }: Place, name: string): Place {
  return { file, field: field === '' ? name : `${field}.${name}` };
}

function mustBe(value: unknown, place: Place, what: string): HoldfastError {
  if (value === undefined) return wrongField(place, `is missing; it must be ${what}`);
  return wrongField(place, `is ${cutText(JSON.stringify(value))}; it must be ${what}`);
}
