/** Places and lengths as people say them: km where a line is long, hours where seconds are many. Always exact. */

import { decimalOf, type Rational } from './decimal.ts';
import type { AxisModel, MapUnits } from './model.ts';
import { formatTimestamp } from './timestamp.ts';
import { type Unit, unitNamed } from './unit-table.ts';
import { amountWords, phaseRangeText, phaseText } from './unit-words.ts';

/** What an axis measures, and how far it reaches. */
export type ReadableAxis = Pick<AxisModel, 'kind' | 'unit' | 'scale'> & {
  readonly min?: number | string;
  readonly max?: number | string;
};

interface NamedUnit {
  readonly name: string;
  /** Size in the base of its dimension. */
  readonly size: Unit;
  /** An axis as long as this many of it is told in it. */
  readonly axisMin: bigint;
}

/** Lengths are told in these, the largest first; those of other systems stay what they are. */
const LENGTHS: readonly NamedUnit[] = [
  { name: 'km', size: sizeOf('km'), axisMin: 2n },
  { name: 'm', size: sizeOf('m'), axisMin: 10n },
  { name: 'mm', size: sizeOf('mm'), axisMin: 10n },
];
const METRIC = new Set(['um', 'mm', 'cm', 'dm', 'm', 'km']);
const TIMES: readonly NamedUnit[] = ['d', 'h', 'min'].map((name) => ({
  name,
  size: sizeOf(name),
  axisMin: 0n,
}));

/** Decimals in which an amount is told; what needs more is told in the unit of the axis. */
const DECIMALS_MAX = 9;

function sizeOf(name: string): Unit {
  const unit = unitNamed(name);
  if (unit === undefined) throw new RangeError(`there is no unit ${name}`);
  return unit;
}

/** The unit that places of an axis are told in: km on a line of kilometres, else that of the axis. */
export function placeUnit(axis: ReadableAxis): string {
  const { min = 0, max = 0, scale } = axis;
  if (axis.kind === 'time' || !METRIC.has(axis.unit)) return axis.unit;
  const own = sizeOf(axis.unit);
  const reach = (BigInt(max) - BigInt(min)) * own.numerator;
  const longer = LENGTHS.find(
    ({ size, axisMin }) =>
      size.numerator > own.numerator && reach >= axisMin * size.numerator * BigInt(scale),
  );
  return longer?.name ?? axis.unit;
}

/** A number of steps as an amount of another unit of the same dimension; null: it would take too many decimals. */
function decimalIn(steps: number | bigint, axis: ReadableAxis, unit: string): string | null {
  if (unit === axis.unit)
    return decimalOf({ numerator: BigInt(steps), denominator: BigInt(axis.scale) }, DECIMALS_MAX) ?? null;
  return decimalOf(inUnit(steps, axis, sizeOf(unit)), DECIMALS_MAX) ?? null;
}

function inUnit(steps: number | bigint, { unit, scale }: ReadableAxis, size: Unit): Rational {
  return {
    numerator: BigInt(steps) * sizeOf(unit).numerator,
    denominator: BigInt(scale) * size.numerator,
  };
}

/** `5.05 km`, `450 mm`; a timestamp on an axis of time. `at` is a coordinate of the source. */
export function readablePlace(at: number | bigint, axis: ReadableAxis): string {
  if (axis.kind === 'time') return formatTimestamp(axis, BigInt(at));
  const unit = placeUnit(axis);
  const value = decimalIn(at, axis, unit);
  return value === null ? amountWords(at, axis) : `${value} ${unit}`;
}

/** A length of the axis: `50 m`, `2.4 km`, `1 h 30 min`. */
export function readableLength(steps: number | bigint, axis: ReadableAxis): string {
  const dimension = unitNamed(axis.unit)?.dimension;
  if (dimension === 'time') return duration(BigInt(steps), axis);
  if (dimension !== 'length' || !METRIC.has(axis.unit)) return amountWords(steps, axis);
  if (BigInt(steps) === 0n) return `0 ${placeUnit(axis)}`;
  const largest = sizeOf(placeUnit(axis)).numerator;
  const magnitude = BigInt(steps) < 0n ? -BigInt(steps) : BigInt(steps);
  const own = sizeOf(axis.unit).numerator;
  const fitting = LENGTHS.find(
    ({ size }) => size.numerator <= largest && magnitude * own >= size.numerator * BigInt(axis.scale),
  );
  const unit = fitting?.name ?? axis.unit;
  const value = decimalIn(steps, axis, unit);
  return value === null ? amountWords(steps, axis) : `${value} ${unit}`;
}

/** `2 d 3 h`, `1 min 12.5 s`; a time below a minute in its own unit. */
function duration(steps: bigint, axis: Pick<AxisModel, 'unit' | 'scale'>): string {
  const own = sizeOf(axis.unit).numerator;
  let rest = steps * own;
  const scale = BigInt(axis.scale);
  const words: string[] = [];
  for (const { name, size } of TIMES) {
    const whole = rest / (size.numerator * scale);
    if (whole <= 0n) continue;
    words.push(`${whole} ${name}`);
    rest -= whole * size.numerator * scale;
  }
  if (words.length === 0) return amountWords(steps, axis);
  if (rest === 0n) return words.join(' ');
  const seconds = decimalOf({ numerator: rest, denominator: sizeOf('s').numerator * scale }, DECIMALS_MAX);
  return seconds === undefined ? amountWords(steps, axis) : [...words, `${seconds} s`].join(' ');
}

/** Phases [from, to) in hours or minutes where both ends are whole ones: `[6, 20) h`, else as the map counts them. */
export function readablePhases(from: number, to: number, units: MapUnits): string {
  const { unit, scale } = units.phase;
  const size = unitNamed(unit);
  if (size?.dimension === 'time')
    for (const { name, size: larger } of TIMES.filter((time) => time.name !== 'd')) {
      const whole = larger.numerator * BigInt(scale);
      const ends = [from, to].map((ticks) => BigInt(ticks) * size.numerator);
      if (larger.numerator > size.numerator && ends.every((end) => end % whole === 0n))
        return `[${ends.map((end) => end / whole).join(', ')}) ${name}`;
    }
  return phaseRangeText(from, to, units);
}

/** A phase as people say it: `6 h 30 min`, `12.5 s`, `3 ticks`. */
export function readablePhase(ticks: number, units: MapUnits): string {
  return unitNamed(units.phase.unit)?.dimension === 'time'
    ? duration(BigInt(ticks), units.phase)
    : phaseText(ticks, units);
}
