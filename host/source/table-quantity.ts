import { isTypedForDigit } from '../table/not-numbers.ts';
import type { Decimal } from '../table/numbers.ts';
import type { Rational } from './decimal.ts';
import { type Measure, unitNamed } from './unit-table.ts';
import { stepsInUnit } from './units.ts';

/** Numbers with units as tables have them. */

/** Other spellings that people and spreadsheets use, by the unit that each is. */
const SPELLED: Readonly<Record<string, string>> = {
  'km/h': 'km/std kmph kmhr',
  'm/s': 'mps',
  'ft/s': 'fps',
  mm: 'millimetre millimetres millimeter millimeters millimètre millimètres millimetri',
  cm: 'centimetre centimetres centimeter centimeters zentimeter centimètre centimètres centimetri',
  m: 'metre metres meter meters mètre mètres metri metros',
  km: 'kilometre kilometres kilometer kilometers kilomètre kilomètres chilometri chilometro kilómetros',
  in: 'inch inches zoll pouce pouces',
  ft: 'foot feet fuss fuß pied pieds',
  yd: 'yards',
  mi: 'mile miles meilen',
  ms: 'millisecond milliseconds',
  s: 'second seconds secs sekunden',
  min: 'minute minutes mins minuten',
  h: 'hour hours hrs stunden',
  d: 'days',
  deg: 'degree degrees',
  tick: 'ticks',
  kn: 'knot knots kts',
};
const SPELLINGS = new Map(
  Object.entries(SPELLED).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** The name under which a unit of a table is known; undefined for what is no unit. */
export function unitSpelled(text: string): string | undefined {
  if (unitNamed(text) !== undefined) return text;
  if (!text.split('/').every(isLooseCase)) return undefined;
  const lower = text.normalize('NFC').toLowerCase();
  const parts = lower.split('/').map((part) => SPELLINGS.get(part) ?? part);
  return [lower, SPELLINGS.get(lower) ?? '', parts.join('/')].find((name) => unitNamed(name) !== undefined);
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

const METRIC = /^[uµμmcdk]?m$/u;

/** Whether a unit is a length that kilometres and metres go with: stations of roads in feet look like theirs. */
export function isMetric(unit: string): boolean {
  return METRIC.test(unitSpelled(unit) ?? unit);
}

/** Whether two names are of one unit, such as hr and h. */
export function isSameUnit(left: string, right: string): boolean {
  const [one, other] = [unitNamed(left), unitNamed(right)];
  if (one === undefined || other === undefined) return left === right;
  const isSameSize = one.numerator * other.denominator === other.numerator * one.denominator;
  return one.dimension === other.dimension && isSameSize;
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

const WITH_UNIT = /^([+\-\u2212]?[0-9.,][0-9.,'\u2019\s]*?)\s*([\p{L}°][^0-9]*)$/u;
/** In French a place along a line is a `point kilométrique`, PK. */
const KILOMETRE_FIRST = /^(?:km|pk|kp)\s*([+\-\u2212]?[0-9].*)$/iu;

/** Longer texts hold no number with its unit, and patterns would look at their blanks again and again. */
const QUANTITY_CHARACTERS_MAX = 100;

/** The number and the unit of a cell such as `12.4 km`, `km 12.4`, `PK 12.4` or `50`. */
export function splitQuantity(cell: string): { readonly number: string; readonly unit: string | null } {
  if (cell.length > QUANTITY_CHARACTERS_MAX) return { number: cell, unit: null };
  const before = KILOMETRE_FIRST.exec(cell)?.[1];
  if (before !== undefined) return { number: before, unit: 'km' };
  const match = isTypedForDigit(cell) ? null : WITH_UNIT.exec(cell);
  return match === null
    ? { number: cell, unit: null }
    : { number: match[1] ?? '', unit: (match[2] ?? '').trim() };
}
