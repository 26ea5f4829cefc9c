import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { sayOption } from '../import/say.ts';
import { stepsOf, unitSpelled } from '../source/table-quantity.ts';
import { unitNamed } from '../source/unit-table.ts';
import type { Conversion } from './decimals.ts';
import type { Extent, SpeedInterval } from './steps.ts';

/** What the readers of tracks have in common. */

export interface TrackProfile {
  readonly extent: Extent;
  /** One for each direction and profile that was asked for: the phases of the map when there are more than one. */
  readonly parts: readonly { readonly name: string; readonly intervals: readonly SpeedInterval[] }[];
  readonly limitUnit: string;
  readonly assumptions: readonly string[];
}

/** Limits of maps are whole numbers; a file with decimals needs a finer unit, which nobody can guess. */
export interface LimitScale {
  /** How many of `unit` one of the file's is, where that is said, too; 1 unless given. */
  readonly factor: number;
  /** What limits of the map count; that of the file unless given. */
  readonly unit?: string | undefined;
}

/**
 * From limits of a file to those of the map, which are in the unit that is asked for.
 * @throws HoldfastError UNIT_MISMATCH for one that is no speed, or that the factor contradicts
 */
export function limitConversion(from: string, { factor, unit }: LimitScale): Conversion {
  if (unit === undefined) return { from, to: { unit: from, scale: factor }, finer: FINER_LIMITS };
  const refuse = (message: string, remedy: string) => {
    throw new HoldfastError('UNIT_MISMATCH', `--limit-unit is "${cutText(unit)}"${message}`, { remedy });
  };
  const known = unitSpelled(unit);
  if (known === undefined || unitNamed(known)?.dimension !== 'speed')
    refuse(', which is no unit of speed that is known here', 'Say one, such as --limit-unit m/h.');
  const to = { unit, scale: 1 };
  const one = stepsOf({ units: 1n, places: 0 }, from, to);
  if (one === undefined || (factor !== 1 && one.numerator !== one.denominator * BigInt(factor)))
    refuse(`, and 1 ${from} is not ${factor} of these`, 'Leave --limit-scale out: --limit-unit converts.');
  return { from, to, finer: FINER_LIMITS };
}

const FINER_LIMITS = {
  units: ['m/h', 'mm/h'],
  remedy: (unit: string) => `Let limits count a unit in which it is whole: ${sayOption('limitUnit', unit)}.`,
};

/** From places of a file to the axis. */
export function placeConversion(from: string, axisUnit: string): Conversion {
  const remedy = (unit: string) =>
    `Let the axis count a unit in which it is whole: ${sayOption('axisUnit', unit)}.`;
  return { from, to: { unit: axisUnit, scale: 1 }, finer: { units: ['m', 'dm', 'cm', 'mm', 'um'], remedy } };
}
