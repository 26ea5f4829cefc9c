import { Temporal } from 'temporal-polyfill';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';

/** Days as people write them, and ranges of days that hold both their ends. */

export type Day = Temporal.PlainDate;

/** Both days belong to it. */
export interface DayRange {
  readonly first: Day;
  readonly last: Day;
}

/** A hundred years: no map lives longer, and a range costs work a day. */
const RANGE_DAYS_MAX = 36_525;

/** `2026-03-29`, or `20260329` as GTFS writes it; nothing else. Throws HoldfastError DAY_BROKEN that names `where`. */
export function parseDay(text: string, where: string): Day {
  const [, year, month, day] =
    /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  try {
    if (day !== undefined)
      return Temporal.PlainDate.from(
        { year: Number(year), month: Number(month), day: Number(day) },
        { overflow: 'reject' },
      );
  } catch {
    // A day that no month has.
  }
  throw new HoldfastError('DAY_BROKEN', `${where}: "${cutText(text)}" is no day`, {
    remedy: 'Write year, month and day, such as 2026-03-29.',
  });
}

/** A range of days. Throws HoldfastError DAYS_REVERSED or DAYS_TOO_MANY. */
export function rangeOf(first: Day, last: Day, where: string): DayRange {
  const words = `${where}: ${first.toString()} to ${last.toString()}`;
  if (Temporal.PlainDate.compare(first, last) > 0)
    throw new HoldfastError('DAYS_REVERSED', `${words} runs backwards`, { remedy: 'Exchange the two days.' });
  if (first.until(last).days >= RANGE_DAYS_MAX)
    throw new HoldfastError('DAYS_TOO_MANY', `${words} is more than ${RANGE_DAYS_MAX} days`, {
      remedy: 'Give fewer days: a later edition of the map brings the next.',
    });
  return { first, last };
}

/** The days of a range, in order. */
export function* daysOf({ first, last }: DayRange): Generator<Day> {
  for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) yield day;
}

export function isWithin(day: Day, { first, last }: DayRange): boolean {
  return Temporal.PlainDate.compare(first, day) <= 0 && Temporal.PlainDate.compare(day, last) <= 0;
}

export function earlierDay(left: Day, right: Day): Day {
  return Temporal.PlainDate.compare(left, right) <= 0 ? left : right;
}

export function laterDay(left: Day, right: Day): Day {
  return Temporal.PlainDate.compare(left, right) >= 0 ? left : right;
}
