import { formatCoordinate } from '../source/axis-words.ts';
import type { AxisModel } from '../source/model.ts';
import { timeUnit } from '../source/unit-table.ts';

/** Where the scale of a drawing has its ticks, in round numbers of the source. Runs in Node and in the page. */

export type TickAxis = Pick<AxisModel, 'kind' | 'unit' | 'scale' | 'origin'>;

export interface Tick {
  /** Stored coordinate. */
  readonly at: number;
  readonly label: string;
}

/** Round lengths of time in microseconds, from a minute up. */
const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;
const ROUND_TIMES_US = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_US),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_US),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_US),
];

/** At most `count` ticks on stored coordinates [from, to]. */
export function ticksOf(axis: TickAxis, from: number, to: number, count: number): Tick[] {
  const step = stepOf(axis, (to - from) / Math.max(1, count));
  const wide = BigInt(step);
  const first = BigInt(Math.ceil(from)) + axis.origin;
  const remainder = ((first % wide) + wide) % wide;
  const ticks: Tick[] = [];
  for (
    let at = remainder === 0n ? first : first + wide - remainder;
    at <= BigInt(Math.floor(to)) + axis.origin;
    at += wide
  )
    ticks.push({ at: Number(at - axis.origin), label: labelOf(axis, at) });
  return ticks;
}

/** The least round number of steps that is at least `least`. */
function stepOf(axis: TickAxis, least: number): number {
  const microseconds = axis.kind === 'time' ? Number(timeUnit(axis.unit) ?? 1n) / 1000 / axis.scale : 0;
  if (microseconds > 0 && least * microseconds > 30_000_000) {
    const wanted = least * microseconds;
    const round =
      ROUND_TIMES_US.find((time) => time >= wanted) ?? Math.ceil(wanted / (364 * DAY_US)) * 364 * DAY_US;
    return Math.max(1, Math.round(round / microseconds));
  }
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, least))));
  for (const factor of [1, 2, 5, 10]) if (factor * power >= least) return factor * power;
  return 20 * power;
}

/** A coordinate of the source with its digits in threes, or a timestamp without the seconds that it does not need. */
export function labelOf(axis: TickAxis, value: bigint): string {
  const text = formatCoordinate(axis, value);
  if (axis.kind === 'time') return text.replace('T', ' ').replace(/(?::00)?Z$/, 'Z');
  return text.replace(/\B(?=(?:\d{3})+$)/g, '\u2009');
}

/** `km/h`-like words for what the axis counts, for its title. */
export function unitWords({ kind, unit, scale }: TickAxis): string {
  if (kind === 'time') return 'UTC';
  return scale === 1 ? unit : `1/${scale} ${unit}`;
}
