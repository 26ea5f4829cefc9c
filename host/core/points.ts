/** Places and phases as people write them. */

import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { U32_MAX } from '../common/integers.ts';
import { parsePlace as parseSourcePlace } from '../source/chainage.ts';
import type { Report } from '../source/diagnostics.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';
import { unitSpelled } from '../source/table-quantity.ts';
import { asRfc3339, parseTimestamp } from '../source/timestamp.ts';
import { timeUnit } from '../source/unit-table.ts';
import { parseSteps, splitQuantity } from '../source/units.ts';

/** `12+400`, right or wrong. */
const CHAINAGE = /^[0-9.]+\+[0-9.]+$/;
const STARTS_AS_NAME = /^\p{L}/u;
const INTEGER = /^[+-]?\d{1,19}$/;

const WHOLE_STEPS =
  'Give whole steps of the axis, or a number with its unit, such as "12.9 km"; nothing is rounded.';
const NAMES_IN_SOURCES =
  'Give whole steps of the axis, or a number with its unit, such as "12.9 km"; names of marks stand in the source: ask that.';
const WHOLE_TICKS = 'Give whole ticks, or an amount of the unit of the phase, such as "12.5 s".';

/** Integer text to a bigint. Throws HoldfastError NOT_AN_INTEGER or OUT_OF_RANGE that names `where`. */
function parseInteger(text: string, where: string, remedy = WHOLE_STEPS): bigint {
  if (INTEGER.test(text)) return BigInt(text);
  if (/^[+-]?\d+$/.test(text)) {
    throw new HoldfastError('OUT_OF_RANGE', `${where}: ${cutText(text)} has more than 19 digits`, {
      remedy: 'Give a smaller number.',
    });
  }
  throw new HoldfastError('NOT_AN_INTEGER', `${where}: "${cutText(text)}" is not an integer`, { remedy });
}

const refuse: Report = (code, message, remedy) => {
  throw new HoldfastError(code, message, { remedy });
};

/** What a place is read against. */
export type PlaceAxis = Pick<AxisModel, 'kind' | 'unit' | 'scale'>;

/**
 * One coordinate: an integer in steps; with a unit as in a source, such as `12.9 km`, or a chainage; on an axis of time a timestamp.
 * Units may be in capitals, and timestamps in other forms of ISO 8601.
 * Throws HoldfastError NOT_A_PLACE, NOT_AN_INTEGER, NOT_A_NUMBER, UNIT_MISMATCH, UNIT_INEXACT, BAD_VALUE or TIMESTAMP_*.
 */
export function parseX(text: string, where: string, axis: PlaceAxis): bigint {
  if (INTEGER.test(text)) return BigInt(text);
  if (STARTS_AS_NAME.test(text)) {
    const message = `${where}: "${cutText(text)}" is a name, and no place of the axis`;
    throw new HoldfastError('NOT_A_PLACE', message, { remedy: NAMES_IN_SOURCES });
  }
  const hasUnit = axis.kind === 'number' && (splitQuantity(text) !== undefined || CHAINAGE.test(text));
  if (axis.kind === 'number' && !hasUnit) return parseInteger(text, where);
  const steps = hasUnit
    ? parseSourcePlace(withKnownUnit(text), where, { unit: axis.unit, scale: axis.scale }, undefined, refuse)
    : parseTimestamp(asRfc3339(text), where, axis, refuse);
  if (steps === undefined) throw new TypeError('a coordinate that is refused is thrown');
  return steps;
}

/** `12.9 KM` as `12.9 km`: a unit under the name that it is known by. */
function withKnownUnit(text: string): string {
  const quantity = splitQuantity(text);
  return quantity === undefined ? text : `${quantity.number} ${unitSpelled(quantity.unit) ?? quantity.unit}`;
}

/** The x of `X[,Y]`; a line has no use for a Y. Throws what a coordinate does, and HoldfastError USAGE. */
export function parsePlace(text: string, where: string, axis: PlaceAxis): bigint {
  // A comma within a timestamp stands before the parts of its second.
  const [x = '', ...rest] = axis.kind === 'time' ? [text] : text.split(',');
  if (rest.length === 0) return parseX(x.trim(), where, axis);
  throw new HoldfastError('USAGE', `${where} ${text}: a line has one axis`, {
    remedy: 'Give one coordinate, with a point before decimals, as in "12.9 km".',
  });
}

/** `X,Y` of a plane. Throws what a coordinate does, and HoldfastError USAGE. */
export function parsePoint(
  text: string,
  where: string,
  axes: readonly [PlaceAxis, PlaceAxis],
): { x: bigint; y: bigint } {
  const [x = '', y = '', ...rest] = text.split(',').map((part) => part.trim());
  if (x !== '' && y !== '' && rest.length === 0)
    return { x: parseX(x, `${where}, x`, axes[0]), y: parseX(y, `${where}, y`, axes[1]) };
  throw new HoldfastError('USAGE', `${where} ${cutText(text)}: a plane is asked at x and y`, {
    remedy: 'Give both coordinates with a comma between them, as in "12.5 m, 4 m".',
  });
}

/**
 * Ticks of a phase, u32: a whole number of them, or an amount of time where the phase counts time, such as `12.5 s`.
 * Throws HoldfastError NOT_AN_INTEGER, NOT_A_NUMBER, UNIT_MISMATCH, UNIT_INEXACT or OUT_OF_RANGE.
 */
export function parsePhase(text: string, where: string, { phase: measure }: MapUnits): number {
  const [, hours, minutes] = /^([0-9]{1,2}):([0-9]{2})$/.exec(text) ?? [];
  if (hours !== undefined && timeUnit(measure.unit) !== undefined) {
    throw new HoldfastError('NOT_AN_INTEGER', `${where}: "${text}" is a time of day`, {
      remedy: `A phase counts from its own beginning: if that is midnight, write "${60 * Number(hours) + Number(minutes)} min".`,
    });
  }
  const isAmount = splitQuantity(text) !== undefined;
  const phase = isAmount
    ? (parseSteps(withKnownUnit(text), where, measure, undefined, refuse) ?? 0n)
    : parseInteger(text, where, WHOLE_TICKS);
  if (phase >= 0n && phase <= BigInt(U32_MAX)) return Number(phase);
  throw new HoldfastError('OUT_OF_RANGE', `${where}: a phase of ${phase} ticks`, {
    remedy: `Give 0 to ${U32_MAX}.`,
  });
}
