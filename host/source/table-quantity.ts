import { foldCase, parseColumnName } from '../table/names.ts';
import type { Decimal } from '../table/numbers.ts';
import type { Rational } from './decimal.ts';
import { type Measure, unitNamed } from './unit-table.ts';
import { stepsInUnit } from './units.ts';

/** Numbers with units as tables have them. */

/** Other spellings that people and spreadsheets use. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'km/std': 'km/h',
  'm/sec': 'm/s',
  metre: 'm',
  metres: 'm',
  meter: 'm',
  meters: 'm',
  kilometre: 'km',
  kilometres: 'km',
  kilometer: 'km',
  kilometers: 'km',
};

/** The name under which a unit of a table is known; undefined for what is no unit. */
export function unitSpelled(text: string): string | undefined {
  if (unitNamed(text) !== undefined) return text;
  if (!text.split('/').every(isLooseCase)) return undefined;
  const lower = text.toLowerCase();
  return [lower, SPELLINGS[lower] ?? ''].find((name) => unitNamed(name) !== undefined);
}

/** Letters that mean another unit in upper case: kN is no knot, and Mm no millimetre. */
const OTHER_UNITS = new Set(['KN', 'Mm', 'Ms']);

/** Whether a word is written in capitals, or begins with one, as people and spreadsheets do to any word. */
function isLooseCase(word: string): boolean {
  const rest = word.slice(1);
  const isShouted = word === word.toUpperCase();
  return !OTHER_UNITS.has(word) && (isShouted || rest === rest.toLowerCase());
}

/** Whether two units convert into each other. */
export function areOfOneKind(left: string, right: string): boolean {
  return stepsInUnit(left, { unit: right, scale: 1 }) !== undefined;
}

/** `decimal` of `unit` in steps of `measure`, exactly; undefined for units that do not convert. */
export function stepsOf({ units, places }: Decimal, unit: string, measure: Measure): Rational | undefined {
  const factor = stepsInUnit(unit, measure);
  if (factor === undefined) return undefined;
  return { numerator: units * factor.numerator, denominator: factor.denominator * 10n ** BigInt(places) };
}

/** Steps, where they are whole. */
export function wholeOf(exact: Rational | undefined): bigint | undefined {
  if (exact === undefined || exact.numerator % exact.denominator !== 0n) return undefined;
  return exact.numerator / exact.denominator;
}

/** The unit that the name of a column ends in, such as `begin_mm` or `von [m]`. */
export type NamedUnit =
  | { readonly kind: 'unit'; readonly unit: string }
  /** Square brackets with something that is no unit. */
  | { readonly kind: 'unknown'; readonly text: string };

const LAST_WORD = /(?:^|[^\p{L}/])(\p{L}+(?:\/\p{L}+)?)$/u;

/**
 * undefined when the name says none. `header`: all names of the table. `like`: a unit of the kind that is looked for; undefined: any
 * speed, and what stands in brackets.
 */
export function unitOfName(
  name: string,
  like: string | undefined,
  header: readonly string[],
): NamedUnit | undefined {
  const { text, unit } = parseColumnName(name);
  if (unit !== null) {
    const known = unitSpelled(unit.text);
    if (known !== undefined) return { kind: 'unit', unit: known };
    if (unit.square) return { kind: 'unknown', text: unit.text };
  }
  const last = LAST_WORD.exec(text)?.[1];
  const known = last === undefined ? undefined : unitSpelled(last);
  if (known === undefined) return undefined;
  // In brackets it is a unit; at the end of a name it may be a letter that means something else.
  const isMeant = like === undefined ? isSpeed(known) : areOfOneKind(known, like);
  return isMeant && !isOneOfTwo(text, header) ? { kind: 'unit', unit: known } : undefined;
}

function isSpeed(unit: string): boolean {
  const dimension = unitNamed(unit)?.dimension;
  return dimension === 'speed' || dimension === 'turning';
}

/** Words that are units, and what stands beside them when they are none. */
const PAIRS: readonly (readonly [unit: RegExp, other: string])[] = [
  [/min$/i, 'max'],
  [/in$/i, 'out'],
];

/** Whether a name such as `pos_min` stands beside `pos_max`. */
function isOneOfTwo(name: string, header: readonly string[]): boolean {
  return PAIRS.some(
    ([unit, other]) =>
      unit.test(name) && header.some((cell) => foldCase(cell) === foldCase(name.replace(unit, other))),
  );
}

const WITH_UNIT = /^([+\-\u2212]?[0-9.,][0-9.,'\u2019\s]*?)\s*([\p{L}°][^0-9]*)$/u;
const KILOMETRE_FIRST = /^km\s*([+\-\u2212]?[0-9].*)$/iu;

/** Longer texts hold no number with its unit, and patterns would look at their blanks again and again. */
const QUANTITY_CHARACTERS_MAX = 100;

/** The number and the unit of a cell such as `12.4 km`, `km 12.4` or `50`. */
export function splitQuantity(cell: string): { readonly number: string; readonly unit: string | null } {
  if (cell.length > QUANTITY_CHARACTERS_MAX) return { number: cell, unit: null };
  const before = KILOMETRE_FIRST.exec(cell)?.[1];
  if (before !== undefined) return { number: before, unit: 'km' };
  const match = WITH_UNIT.exec(cell);
  return match === null
    ? { number: cell, unit: null }
    : { number: match[1] ?? '', unit: (match[2] ?? '').trim() };
}
