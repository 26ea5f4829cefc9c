import { Temporal } from 'temporal-polyfill';
import { Zone } from '../../host/calendar/zone.ts';
import type { Site } from './model.ts';

/**
 * When the machines of a site may be changed. The moment is passed in; no clock is read here. A time that a change of the clocks leaves
 * out stands for the moment of the change; of one that comes twice a window opens at the later and closes at the earlier, so that a
 * window is never longer than it is written on the wall.
 */

const NANOSECONDS_A_MILLISECOND = 1_000_000n;
/** A window begins within a week and may end on the day after it; closed days can hide one for longer. */
const DAYS_AHEAD_MAX = 400;

/** One window, as milliseconds since 1970: [from, until). */
export interface Opening {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The part of a site that says when machines may be changed. */
export type Calendar = Omit<Site, 'check'>;

/** The window that is open at a moment, or the next one; null when none begins within 400 days. */
export function nextOpening(site: Calendar, nowMs: number): Opening | null {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(site.zone).toPlainDate();
  const closed = new Set(site.closed);
  // Yesterday's window may still be open.
  for (let ahead = -1; ahead <= DAYS_AHEAD_MAX; ahead++) {
    const day = today.add({ days: ahead });
    if (closed.has(day.toString())) continue;
    const opening = openingsOf(site, day).find(({ untilMs }) => untilMs > nowMs);
    if (opening !== undefined) return opening;
  }
  return null;
}

/** Whether machines may be changed at a moment. */
export function isOpen(site: Calendar, nowMs: number): boolean {
  const opening = nextOpening(site, nowMs);
  return opening !== null && opening.fromMs <= nowMs;
}

/** The last moment, at or before one, at which a site is to be checked; null when it never is. */
export function lastCheckMs({ zone, check }: Pick<Site, 'zone' | 'check'>, nowMs: number): number | null {
  if (check === null) return null;
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate();
  const clocks = new Zone(zone, 'earlier');
  // A check a week at least; the day of today may be one whose time comes yet.
  for (let back = 0; back <= 7; back++) {
    const day = today.subtract({ days: back });
    if (!check.days.includes(day.dayOfWeek)) continue;
    const ms = milliseconds(clocks.at(day, check.minute).nanoseconds);
    if (ms <= nowMs) return ms;
  }
  return null;
}

/** Windows that begin on a day, in order; one that a change of the clocks swallows whole is none. */
function openingsOf(site: Calendar, day: Temporal.PlainDate): Opening[] {
  const opens = new Zone(site.zone, 'later');
  const closes = new Zone(site.zone, 'earlier');
  return site.windows
    .filter(({ days }) => days.includes(day.dayOfWeek))
    .map(({ fromMinute, untilMinute }) => ({
      fromMs: milliseconds(opens.at(day, fromMinute).nanoseconds),
      untilMs: milliseconds(closes.at(day, untilMinute).nanoseconds),
    }))
    .filter(({ fromMs, untilMs }) => fromMs < untilMs)
    .toSorted((a, b) => a.fromMs - b.fromMs);
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / NANOSECONDS_A_MILLISECOND);
}
