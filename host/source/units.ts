import type { Report } from './diagnostics.ts';
import { type Measure, unitNamed } from './unit-table.ts';
import { parseInteger } from './values.ts';

/** Quantities: numbers with a unit, converted exactly. */

const QUANTITY = /^([+-]?[0-9.]+)\s*(\p{L}[^\s0-9]*)$/u;

/**
 * Steps that a text stands for: a bare integer counts steps, or `bareUnit` when one is given; a quantity such as
 * `5 km` is converted. Only exact conversions within one dimension are taken.
 */
export function parseSteps(
  text: string,
  what: string,
  measure: Measure,
  bareUnit: string | undefined,
  report: Report,
): bigint | undefined {
  const quantity = QUANTITY.exec(text);
  const unit = quantity?.[2] ?? bareUnit;
  const value = parseInteger(quantity?.[1] ?? text, what, report);
  if (value === undefined || unit === undefined) return value;
  return convert(value, unit, measure, `${what} is ${value} ${unit}`, report);
}

function convert(
  value: bigint,
  unit: string,
  measure: Measure,
  statement: string,
  report: Report,
): bigint | undefined {
  if (unit === measure.unit) return value * BigInt(measure.scale);
  const from = unitNamed(unit);
  const to = unitNamed(measure.unit);
  if (from === undefined || to === undefined || from.dimension !== to.dimension) {
    const remedy = `Write it in ${measure.unit}, or in a unit that converts to it.`;
    report('UNIT_MISMATCH', `${statement}, but it is measured in ${measure.unit}`, remedy);
    return undefined;
  }
  const numerator = value * from.size * BigInt(measure.scale);
  if (numerator % to.size === 0n) return numerator / to.size;
  const step = measure.scale === 1 ? `1 ${measure.unit}` : `1/${measure.scale} ${measure.unit}`;
  report(
    'UNIT_INEXACT',
    `${statement}, which is not a whole number of steps of ${step}`,
    'Round it yourself, or choose a finer unit.',
  );
  return undefined;
}
