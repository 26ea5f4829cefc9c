import { HoldfastError } from '../common/errors.ts';
import { type Day, daysOf, parseDay, rangeOf } from './days.ts';

/** Holidays as a list of days that somebody answers for; none is computed, since countries and years differ. */

export interface Holidays {
  has(day: Day): boolean;
  /** The years in which there is one. */
  readonly years: ReadonlySet<number>;
  readonly count: number;
}

export const NO_HOLIDAYS: Holidays = { has: () => false, years: new Set(), count: 0 };

/** Days that lines may stand for, with those that come again. */
const DAYS_MAX = 100_000;
const LINE = /^(\S+?)(?:\.\.(\S+?))?(?:[\s,;].*)?$/;

/**
 * A line is a day or `first..last`, both included; what follows it is its name, and `#` begins a comment.
 * @throws HoldfastError DAY_BROKEN with the line, HOLIDAYS_EMPTY
 */
export function readHolidays(text: string, file: string): Holidays {
  const days = new Set<string>();
  const years = new Set<number>();
  let left = DAYS_MAX;
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const content = line
      .replace(/^\ufeff/, '')
      .replace(/#.*$/, '')
      .trim();
    if (content === '') return;
    const where = `${file}:${index + 1}`;
    const [, from = content, to = from] = LINE.exec(content) ?? [];
    const range = rangeOf(parseDay(from, where), parseDay(to, where), where);
    left -= range.first.until(range.last).days + 1;
    if (left < 0) {
      throw new HoldfastError('HOLIDAYS_TOO_MANY', `${where}: the list has more than ${DAYS_MAX} days`, {
        remedy: 'Keep the days of the map.',
      });
    }
    for (const day of daysOf(range)) {
      days.add(day.toString());
      years.add(day.year);
    }
  });
  if (days.size === 0) {
    throw new HoldfastError('HOLIDAYS_EMPTY', `${file} holds no day`, {
      remedy: 'Write one day a line, such as 2026-08-01 National day.',
    });
  }
  return { has: (day) => days.has(day.toString()), years, count: days.size };
}
