import { partsOfChainage, readChainage } from '../table/chainage.ts';
import { decimalWords } from '../table/numbers.ts';
import type { Report } from './diagnostics.ts';
import { isMetric } from './table-quantity.ts';
import { unitNamed } from './unit-table.ts';
import { parseSteps, type Steps } from './units.ts';

/** Chainage of railways and roads: `12+400` is 12 km and 400 m, `26.0+100` is 100 m behind the post of km 26.0. */

const LOOKS_LIKE = /^[+-]?[0-9.,]+\s*\+\s*[0-9.,]+/;

/** Whether a text is meant as chainage, right or wrong. */
function isChainage(text: string): boolean {
  return LOOKS_LIKE.test(text);
}

/** The metres of a chainage as a quantity (`12400 m`); undefined, and reported, when it could mean something else. */
function chainageAsMetres(text: string, what: string, unit: string, report: Report): string | undefined {
  if (!isMetric(unit)) {
    const isLength = unitNamed(unit)?.dimension === 'length';
    const message = `${what} is ${text}, a chainage, but it is measured in ${unit}`;
    report('UNIT_MISMATCH', message, `Write it in ${unit}${isLength ? ', or as 12.4 km' : ''}.`);
    return undefined;
  }
  const parts = partsOfChainage(text);
  const value = parts === null ? null : readChainage(parts, MARKS, (option) => option);
  if (value === null || 'code' in value) {
    const message = `${what} is ${text}, which is not a chainage of kilometres and metres`;
    report('BAD_VALUE', message, 'Write km+mmm, such as 12+400 or 26.0+100, or a length with its unit.');
    return undefined;
  }
  return `${decimalWords(value)} m`;
}

/** As sources write numbers. */
const MARKS = { decimal: '.', thousands: 'none' } as const;

/** Steps of a place on an axis of numbers: a number, a quantity or a chainage; see `parseSteps`. */
export function parsePlace(
  text: string,
  what: string,
  steps: Steps,
  bareUnit: string | undefined,
  report: Report,
): bigint | undefined {
  if (!isChainage(text)) return parseSteps(text, what, steps, bareUnit, report);
  const metres = chainageAsMetres(text, what, steps.unit, report);
  return metres === undefined ? undefined : parseSteps(metres, what, steps, undefined, report);
}
