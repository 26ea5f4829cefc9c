import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import type { Report } from '../source/diagnostics.ts';
import type { Measure } from '../source/unit-table.ts';
import { parseSteps } from '../source/units.ts';

/** Decimal numbers of other programs' files as whole steps: exact, or refused. */

/** From a unit of the file to steps of the map. */
export interface Conversion {
  readonly from: string;
  readonly to: Measure;
  /** What to do about a number that is not whole, when it is in one of these units. */
  readonly finer?: { readonly units: readonly string[]; readonly remedy: (unit: string) => string };
}

/** Throws HoldfastError NOT_A_NUMBER, UNIT_INEXACT or UNIT_MISMATCH that names `where`. */
export function exactly(text: string, { from, to, finer }: Conversion, where: string): bigint {
  const number = text.trim();
  const refuse: Report = (code, message, remedy) => {
    const isWhole = (unit: string) =>
      parseSteps(number, '', { unit, scale: 1 }, from, () => undefined) !== undefined;
    const unit = code === 'UNIT_INEXACT' ? finer?.units.find(isWhole) : undefined;
    throw new HoldfastError(code, `${where}: ${message}`, {
      remedy: (unit === undefined ? undefined : finer?.remedy(unit)) ?? remedy,
    });
  };
  if (!/^[+-]?[0-9.]+$/.test(number))
    refuse('NOT_A_NUMBER', `"${cutText(text)}" is no number`, 'Write digits, with a point before decimals.');
  const steps = parseSteps(number, 'the number', to, from, refuse);
  if (steps === undefined) throw new TypeError('a number that is refused is thrown');
  return steps;
}
