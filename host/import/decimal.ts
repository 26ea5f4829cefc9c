import { cutText } from '../common/cut-text.ts';
import type { Report } from '../source/diagnostics.ts';
import { isTimestamp } from '../source/timestamp.ts';
import { stepsInUnit as stepsInUnitOf } from '../source/units.ts';

/** Decimal numbers of foreign tables, converted exactly: a fraction of integers all the way. */

const DECIMAL = /^([+-]?)([0-9]{1,18})(?:\.([0-9]{1,18}))?$/;

/** A factor numerator / denominator. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Steps of the axis in one unit of the table; undefined for units that do not convert into each other. */
export function stepsInUnit(tableUnit: string, axisUnit: string, scale: number): Ratio | undefined {
  return stepsInUnitOf(tableUnit, { unit: axisUnit, scale });
}

/** `text` times `factor`, when that is an integer; otherwise reported, and nothing is rounded. */
export function convertDecimal(
  text: string,
  what: string,
  factor: Ratio,
  unitWords: string,
  report: Report,
): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) {
    report('NOT_A_NUMBER', `${what} is "${cutText(text)}"`, numberRemedy(text));
    return undefined;
  }
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const numerator = digits * factor.numerator;
  const denominator = factor.denominator * 10n ** BigInt(fraction.length);
  if (numerator % denominator === 0n) return numerator / denominator;
  report(
    'UNIT_INEXACT',
    `${what} is ${text}, which is not a whole number of ${unitWords}`,
    'Choose a finer unit or scale; nothing is rounded here.',
  );
  return undefined;
}

function numberRemedy(text: string): string {
  if (text === '') return 'Fill in the field, or remove the row.';
  if (/^[+-]?[0-9]+,[0-9]+$/.test(text)) return 'If it is a decimal comma, use --decimal-comma.';
  if (isTimestamp(text))
    return 'If these are timestamps, make it an axis of time: give --origin a timestamp.';
  return 'Write digits, with a point before decimals.';
}
