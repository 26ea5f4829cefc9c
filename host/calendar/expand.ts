import { HoldfastError } from '../common/errors.ts';
import { type Day, type DayRange, daysOf } from './days.ts';
import type { Holidays } from './holidays.ts';
import { baseRule, fittingRules, type HoursRule, type HoursSpan } from './hours.ts';
import { MINUTES_A_DAY, type Moment, type Zone } from './zone.ts';

/** From days and hours to intervals between moments, in order, those that touch joined. */

/** Half-open. */
export interface Interval {
  readonly from: Moment;
  readonly to: Moment;
}

/** What to do with hours that run over midnight into a day which a later rule decides. */
export const OVER_MIDNIGHT_RULES = ['refuse', 'keep', 'cut'] as const;
export type OverMidnightRule = (typeof OVER_MIDNIGHT_RULES)[number];

export interface HoursToExpand {
  readonly rules: readonly HoursRule[];
  readonly holidays: Holidays;
  readonly overMidnight: OverMidnightRule;
  /** For messages. */
  readonly where: string;
}

export interface Expanded {
  readonly intervals: readonly Interval[];
  /** Hours of a rule on a day on which a change of the clocks leaves them out. */
  readonly leftOut: readonly string[];
  /** Rules that decided no day, and whose hours reach into none. */
  readonly unused: readonly string[];
}

/**
 * Intervals of opening hours on the days of a range; hours of the day before reach into it, and those of the last day may reach out.
 * @throws HoldfastError CLOCK_CHANGE, OVER_MIDNIGHT
 */
export function expandHours(hours: HoursToExpand, range: DayRange, zone: Zone): Expanded {
  const { rules, holidays } = hours;
  const rulesOf = (day: Day) => fittingRules(rules, day, holidays.has(day));
  const used = new Set<number>();
  const intervals: Interval[] = [];
  const leftOut: string[] = [];
  const before = range.first.subtract({ days: 1 });
  for (const day of daysOf({ first: before, last: range.last })) {
    const next = baseRule(rules, rulesOf(day.add({ days: 1 })));
    for (const index of rulesOf(day)) {
      if (day !== before) used.add(index);
      for (const span of rules[index]?.spans ?? []) {
        const ended = endedSpan(span, day, index, next, hours);
        if (ended.to > MINUTES_A_DAY) used.add(index);
        const found = between(ended, (minutes) => zone.at(day, minutes));
        if (found.length === 0 && day !== before)
          leftOut.push(`"${rules[index]?.text}" on ${day.toString()}`);
        intervals.push(...found);
      }
    }
  }
  const bounds = boundsOf(range, zone);
  return {
    intervals: joined(intervals).filter((interval) => cutTo([interval], bounds).length > 0),
    leftOut,
    unused: rules.filter((_, index) => !used.has(index)).map(({ text }) => text),
  };
}

/** Days of service: whole days of the zone, or the same hours on each, counted as GTFS does. */
export function expandDays(
  days: Iterable<Day>,
  spans: readonly HoursSpan[] | null,
  zone: Zone,
): readonly Interval[] {
  const intervals = [...days].flatMap((day) => {
    if (spans === null) return [boundsOf({ first: day, last: day }, zone)];
    return spans.flatMap((span) => between(span, (minutes) => zone.ofService(day, minutes)));
  });
  return joined(intervals);
}

/** From the first moment of the first day to that after the last. */
export function boundsOf({ first, last }: DayRange, zone: Zone): Interval {
  return { from: zone.startOf(first), to: zone.startOf(last.add({ days: 1 })) };
}

/** In order of their beginnings; what touches or overlaps is one interval. */
export function joined(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.toSorted((left, right) => compareMoments(left.from, right.from));
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result.at(-1);
    if (last === undefined || compareMoments(interval.from, last.to) > 0) result.push(interval);
    else if (compareMoments(interval.to, last.to) > 0)
      result.splice(-1, 1, { from: last.from, to: interval.to });
  }
  return result;
}

/** What of the intervals lies within others' bounds. */
export function cutTo(intervals: readonly Interval[], bounds: Interval): readonly Interval[] {
  return intervals
    .map(({ from, to }) => ({
      from: compareMoments(from, bounds.from) < 0 ? bounds.from : from,
      to: compareMoments(to, bounds.to) > 0 ? bounds.to : to,
    }))
    .filter(({ from, to }) => compareMoments(from, to) < 0);
}

function compareMoments(left: Moment, right: Moment): number {
  if (left.nanoseconds === right.nanoseconds) return 0;
  return left.nanoseconds < right.nanoseconds ? -1 : 1;
}

/** Empty when a change of the clocks leaves all of the span out. */
function between({ from, to }: HoursSpan, momentAt: (minutes: number) => Moment): Interval[] {
  const interval = { from: momentAt(from), to: momentAt(to) };
  return compareMoments(interval.from, interval.to) < 0 ? [interval] : [];
}

/** A span that runs into a day which a later rule decides: both readings are in use, so it is asked. */
function endedSpan(
  span: HoursSpan,
  day: Day,
  index: number,
  next: number | null,
  { rules, overMidnight, where }: HoursToExpand,
): HoursSpan {
  if (span.to <= MINUTES_A_DAY || next === null || next <= index || overMidnight === 'keep') return span;
  if (overMidnight === 'cut') return { from: span.from, to: MINUTES_A_DAY };
  const message =
    `${where}: the hours of ${day.toString()} ("${rules[index]?.text}") run over midnight into a day that ` +
    `"${rules[next]?.text}" decides`;
  throw new HoldfastError('OVER_MIDNIGHT', message, {
    remedy: 'Say with --over-midnight whether they are kept to their end (keep) or end at midnight (cut).',
  });
}
