import { decimalOf } from './decimal.ts';
import type { AxisModel, MapUnits } from './model.ts';
import { formatTimestamp } from './timestamp.ts';

/** Numbers of a map in words, each with what it counts. */

type Scaled = Pick<AxisModel, 'unit' | 'scale'>;

/** Decimals in which a number of steps is told in its unit; with more, steps are told. */
const DECIMALS_MAX = 9;

/** Steps as an amount of the axis's unit: `36000 s`, `12.5 deg`, `7 steps of 1/3 m`. */
export function amountWords(steps: number | bigint, measure: Scaled): string {
  const value = decimalAmount(steps, measure);
  return value === undefined
    ? `${steps} steps of 1/${measure.scale} ${measure.unit}`
    : `${value} ${measure.unit}`;
}

function decimalAmount(steps: number | bigint, { scale }: Scaled): string | undefined {
  return decimalOf({ numerator: BigInt(steps), denominator: BigInt(scale) }, DECIMALS_MAX);
}

/** A place: an amount of the unit, a timestamp on an axis of time. */
export function placeText(at: number | bigint, axis: Pick<AxisModel, 'kind' | 'unit' | 'scale'>): string {
  return axis.kind === 'time' ? formatTimestamp(axis, BigInt(at)) : amountWords(at, axis);
}

/** `80 km/h`; only the number where nobody said what limits count. */
export function limitText(limit: number, { limit: unit }: MapUnits): string {
  return unit === null ? `${limit}` : `${limit} ${unit}`;
}

/** `, limit 80 km/h`, to stand behind what has it; empty without one. */
export function limitWords(limit: number | null, units: MapUnits): string {
  return limit === null ? '' : `, limit ${limitText(limit, units)}`;
}

/** The same of a zone, which says `, no limit` on a map where others have one. */
export function zoneLimitWords(limit: number | null, units: MapUnits, isLimited: boolean): string {
  return limit === null && isLimited ? ', no limit' : limitWords(limit, units);
}

/** A phase, or a length of phases: `12.5 s`, `3 ticks`. */
export function phaseText(ticks: number, units: MapUnits): string {
  return amountWords(ticks, phaseScaled(ticks === 1 ? 'tick' : 'ticks', units));
}

/** `[0, 12.5) s`, `[0, 3) ticks`. */
export function phaseRangeText(from: number, to: number, units: MapUnits): string {
  const scaled = phaseScaled('ticks', units);
  const ends = [from, to].map((ticks) => decimalAmount(ticks, scaled));
  if (!ends.includes(undefined)) return `[${ends.join(', ')}) ${scaled.unit}`;
  return `[${from}, ${to}) steps of 1/${scaled.scale} ${scaled.unit}`;
}

function phaseScaled(ticks: 'tick' | 'ticks', { phase }: MapUnits): Scaled {
  return phase.unit === 'tick' ? { unit: ticks, scale: phase.scale } : phase;
}
