import type { AxisModel } from '../source/model.ts';
import { formatTimestamp } from '../source/timestamp.ts';
import { timeUnit } from '../source/unit-table.ts';

/** Ticks of an axis of time at whole hours, days, Mondays, months and years, told as dates of UTC. */

export interface Tick {
  /** Stored coordinate. */
  readonly at: number;
  /** With its unit; on an axis of time the hour or the day. */
  readonly label: string;
  /** The day or the year that the label is of, where it begins or is seen first; null: as before. */
  readonly under: string | null;
}

type TimeAxis = Pick<AxisModel, 'kind' | 'unit' | 'scale' | 'origin'>;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;
/** 1970-01-05, a Monday. */
const MONDAY_MS = 4 * DAY_MS;
const NS_PER_MS = 1_000_000n;
/** As far as a calendar reaches in JavaScript. */
const DATES_MAX_MS = 8_640_000_000_000_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Lengths between ticks that are the same always, from `offsetMs` on. */
const EVEN_STEPS_MS: readonly (readonly [stepMs: number, offsetMs: number])[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => [seconds * SECOND_MS, 0] as const),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => [minutes * MINUTE_MS, 0] as const),
  ...[1, 2, 3, 6, 12].map((hours) => [hours * HOUR_MS, 0] as const),
  [DAY_MS, 0],
  ...[7, 14].map((days) => [days * DAY_MS, MONDAY_MS] as const),
];
const MONTH_STEPS = [1, 2, 3, 6] as const;
const YEAR_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** Ticks on stored coordinates [from, to] that are at least `least` apart; below a second they are told in full. */
export function timeTicks(axis: TimeAxis, from: number, to: number, least: number): Tick[] {
  const msPerStep = Number(timeUnit(axis.unit) ?? 1n) / 1e6 / axis.scale;
  const leastMs = least * msPerStep;
  const [fromMs, toMs] = [msOf(axis, Math.ceil(from)), msOf(axis, Math.floor(to))];
  const isDated = Math.max(Math.abs(fromMs), Math.abs(toMs)) <= DATES_MAX_MS;
  if (leastMs < SECOND_MS / 2 || !isDated) return stepTicks(axis, from, to, least);
  const times = timesBetween(fromMs, toMs, Math.max(leastMs, msPerStep));
  const isDays = leastMs > 12 * HOUR_MS;
  const isMonths = leastMs > 14 * DAY_MS;
  let before = '';
  return times.flatMap((ms) => {
    const at = storedAt(axis, ms);
    if (at < from || at > to) return [];
    const { label, under } = isMonths ? monthLabel(ms) : isDays ? dayLabel(ms) : hourLabel(ms);
    const isNew = under !== before;
    before = under;
    return [{ at, label, under: isNew ? under : null }];
  });
}

function timesBetween(fromMs: number, toMs: number, leastMs: number): number[] {
  const even = EVEN_STEPS_MS.find(([stepMs]) => stepMs >= leastMs);
  const times: number[] = [];
  if (even !== undefined) {
    const [step, offset] = even;
    for (let ms = Math.ceil((fromMs - offset) / step) * step + offset; ms <= toMs; ms += step) times.push(ms);
    return times;
  }
  const months =
    MONTH_STEPS.find((count) => count * MONTH_MS >= leastMs) ??
    12 * (YEAR_STEPS.find((count) => count * YEAR_MS >= leastMs) ?? 1000);
  const start = new Date(fromMs).getUTCFullYear() * 12 + new Date(fromMs).getUTCMonth();
  for (let month = Math.floor(start / months) * months; ; month += months) {
    const ms = dateMs(Math.floor(month / 12), month % 12);
    if (!(ms <= toMs)) return times;
    if (ms >= fromMs) times.push(ms);
  }
}

/** `Date.UTC` without its second thoughts about years below 100; NaN where dates end. */
function dateMs(year: number, month: number): number {
  const date = new Date(0);
  return date.setUTCFullYear(year, month, 1);
}

/** Milliseconds since 1970, rounded down. */
function msOf(axis: TimeAxis, stored: number): number {
  const ns = ((BigInt(stored) + axis.origin) * (timeUnit(axis.unit) ?? 1n)) / BigInt(axis.scale);
  return Number(ns / NS_PER_MS);
}

function storedAt(axis: TimeAxis, ms: number): number {
  const steps = (BigInt(ms) * NS_PER_MS * BigInt(axis.scale)) / (timeUnit(axis.unit) ?? 1n);
  return Number(steps - axis.origin);
}

interface TimeLabel {
  readonly label: string;
  readonly under: string;
}

function monthLabel(ms: number): TimeLabel {
  const date = new Date(ms);
  return { label: MONTHS[date.getUTCMonth()] ?? '', under: String(date.getUTCFullYear()) };
}

function dayLabel(ms: number): TimeLabel {
  const { label, under } = monthLabel(ms);
  return { label: `${new Date(ms).getUTCDate()} ${label}`, under };
}

function hourLabel(ms: number): TimeLabel {
  const { label, under } = dayLabel(ms);
  const [hour, minute, second] = [HOUR_MS, MINUTE_MS, SECOND_MS].map((unit, index) => {
    const whole = Math.floor(ms / unit) % (index === 0 ? 24 : 60);
    return String((whole + 60 * 24) % (index === 0 ? 24 : 60)).padStart(2, '0');
  });
  return { label: `${hour}:${minute}${second === '00' ? '' : `:${second}`}`, under: `${label} ${under}` };
}

/** Ticks at whole steps, for times that milliseconds do not tell apart well, and beyond the calendar. */
function stepTicks(axis: TimeAxis, from: number, to: number, least: number): Tick[] {
  const wide = Math.max(1, Math.ceil(least));
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from); at <= to; at += wide) {
    const [day = '', time] = formatTimestamp(axis, BigInt(at) + axis.origin).split('T');
    const under = ticks.length === 0 && time !== undefined ? day : null;
    ticks.push({ at, label: time?.replace(/Z$/, '') ?? day, under });
  }
  return ticks;
}
