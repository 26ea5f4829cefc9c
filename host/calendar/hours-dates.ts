import { Temporal } from 'temporal-polyfill';
import type { HoldfastError } from '../common/errors.ts';
import { type Day, isWithin, parseDay } from './days.ts';

/** The dates at the front of a rule of opening hours: months and days, with a year or in every one, or days as ISO 8601 writes them. */

export type DateSelector = (day: Day) => boolean;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?:${MONTHS.join('|')})`;
const ISO_DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const POINT = `(?:([0-9]{4}) )?(${MONTH})(?: ([0-9]{1,2}))?`;
/** `Dec 24`, `2026 Dec 24`, `Jul-Aug`, `Dec 24-26`, `2026 Dec 24-2027 Jan 06`. */
const DATES = new RegExp(`^${POINT}(?: ?- ?(?:${POINT}|([0-9]{1,2})(?![0-9:])))?(?![\\w:-])`);
const ISO_DATES = new RegExp(`^(${ISO_DAY})(?:\\.\\.(${ISO_DAY}))?(?![\\w:.-])`);

/** A day of a year, or of every one; without a day the whole month. */
interface Point {
  readonly year: number | null;
  readonly month: number;
  readonly day: number | null;
}

export interface ReadDates {
  /** null: none are given. */
  readonly dates: readonly DateSelector[] | null;
  /** What follows them. */
  readonly rest: string;
}

/** Reads the dates that a rule begins with; `broken` makes the error for what is wrong with them. */
export function readDates(text: string, broken: (what: string) => HoldfastError): ReadDates {
  const dates: DateSelector[] = [];
  let rest = text;
  for (;;) {
    const iso = ISO_DATES.exec(rest);
    const match = iso ?? DATES.exec(rest);
    if (match === null) {
      if (dates.length > 0) throw broken(`has "${rest.slice(0, 20)}" where a date should follow`);
      return { dates: null, rest };
    }
    dates.push(iso === null ? selectorOf(match, broken) : isoSelector(iso, broken));
    rest = rest.slice(match[0].length).trim();
    if (!rest.startsWith(',')) return { dates, rest: rest.replace(/^:/, '').trim() };
    rest = rest.slice(1).trim();
  }
}

function isoSelector(
  [, from = '', to = from]: RegExpExecArray,
  broken: (what: string) => HoldfastError,
): DateSelector {
  const [first, last] = [parseDay(from, 'opening hours'), parseDay(to, 'opening hours')];
  if (Temporal.PlainDate.compare(first, last) > 0) throw broken('has dates that run backwards');
  return (day) => isWithin(day, { first, last });
}

function selectorOf(match: RegExpExecArray, broken: (what: string) => HoldfastError): DateSelector {
  const [, year, month = '', day, toYear, toMonth, toDay, lastDay] = match;
  const from = pointOf(year, month, day);
  const isRange = toMonth !== undefined || lastDay !== undefined;
  const to =
    lastDay !== undefined
      ? { ...from, day: Number(lastDay) }
      : toMonth === undefined
        ? from
        : pointOf(toYear, toMonth, toDay);
  if (lastDay !== undefined && from.day === null) throw broken('has a day without its month');
  for (const point of [from, to]) requireDay(point, broken);
  if (to.year !== null && from.year === null) throw broken('has a year at the end of its dates only');
  if (from.year !== null) return withYears(from, { ...to, year: to.year ?? from.year }, isRange, broken);
  const [first, last] = [100 * from.month + (from.day ?? 1), 100 * to.month + (to.day ?? 31)];
  return ({ month: inMonth, day: inDay }) => {
    const at = 100 * inMonth + inDay;
    // Over the end of the year, such as Dec 24-Jan 06.
    return first <= last ? first <= at && at <= last : first <= at || at <= last;
  };
}

function pointOf(year: string | undefined, month: string, day: string | undefined): Point {
  return {
    year: year === undefined ? null : Number(year),
    month: MONTHS.indexOf(month) + 1,
    day: day === undefined ? null : Number(day),
  };
}

function withYears(
  from: Point,
  to: Point,
  isRange: boolean,
  broken: (what: string) => HoldfastError,
): DateSelector {
  const first = Temporal.PlainDate.from({ year: from.year ?? 0, month: from.month, day: from.day ?? 1 });
  const end = { year: to.year ?? 0, month: to.month };
  const last = Temporal.PlainDate.from({ ...end, day: to.day ?? 31 });
  if (isRange && Temporal.PlainDate.compare(first, last) > 0) throw broken('has dates that run backwards');
  return (day) => isWithin(day, { first, last });
}

/** In a leap year where no year is given: Feb 29 is a day of some years. */
function requireDay({ year, month, day }: Point, broken: (what: string) => HoldfastError): void {
  if (day === null) return;
  const { daysInMonth } = Temporal.PlainYearMonth.from({ year: year ?? 2024, month });
  if (day < 1 || day > daysInMonth) throw broken(`has day ${day}, which ${MONTHS[month - 1]} does not have`);
}
