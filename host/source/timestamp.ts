import { cutText } from '../common/cut-text.ts';
import { floorOf } from './decimal.ts';
import type { Report } from './diagnostics.ts';
import { type Measure, timeUnit, unitsOf } from './unit-table.ts';
import { reportInexact, type Steps } from './units.ts';

/**
 * Moments on an axis of time: timestamps of RFC 3339 with an explicit offset, counted in steps since 1970-01-01T00:00:00Z.
 * Offsets are the writer's, so changes to and from daylight saving need no tables here. Days have 86,400 seconds: this
 * count, like Unix time, knows no leap seconds.
 */

const SECOND_NS = 1_000_000_000n;
const OFFSET_HOURS_MAX = 14;
/** Digits of a fraction of a second that mean something: nothing here counts finer than nanoseconds. */
const FRACTION_DIGITS_MAX = 9;

/** Longer texts are no timestamps, whatever they begin with. */
const TEXT_LENGTH_MAX = 64;

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[Tt ])/;
const TIMESTAMP =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/** How a timestamp is written, for remedies. */
export const SHAPE_REMEDY =
  'Write date, time and offset, such as 2026-03-29T01:30:00+01:00 or 2026-03-29T00:30:00Z.';

/** Whether a text begins like a timestamp, right or wrong. */
export function isTimestamp(text: string): boolean {
  return DATE.test(text);
}

/** Date and time, each with or without its marks, and an offset, whose minutes may be left out. */
const OTHER_FORM =
  /^([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?:[Tt]| +)([0-9]{2})(:?)([0-9]{2})(?:\6([0-9]{2})(?:[.,]([0-9]+))?)? *(?:([Zz])|([+\-\u2212])([0-9]{2}):?([0-9]{2})?)?$/u;

/** Other forms of ISO 8601 that mean one moment, as RFC 3339 writes it: `20260704T120000Z`, `2026-07-04 12:00+01`; others as they are. */
export function asRfc3339(text: string): string {
  const match = text.length > TEXT_LENGTH_MAX ? null : OTHER_FORM.exec(text);
  if (match === null) return text;
  const [, year, , month, day, hour, , minute, second, fraction, utc, sign, offsetHour, offsetMinute = '00'] =
    match;
  const seconds = second === undefined ? '' : `:${second}${fraction === undefined ? '' : `.${fraction}`}`;
  const offset = sign === undefined ? '' : `${sign === '+' ? '+' : '-'}${offsetHour}:${offsetMinute}`;
  return `${year}-${month}-${day}T${hour}:${minute}${seconds}${utc === undefined ? offset : 'Z'}`;
}

/** Steps since 1970-01-01T00:00:00Z of a timestamp; undefined, and reported, when it is none or no whole number of steps. */
export function parseTimestamp(
  text: string,
  what: string,
  measure: Steps,
  report: Report,
): bigint | undefined {
  const match = text.length > TEXT_LENGTH_MAX ? null : TIMESTAMP.exec(text);
  if (match === null) {
    report('TIMESTAMP_BROKEN', `${what} is "${cutText(text)}", which is not a timestamp`, shapeRemedy(text));
    return undefined;
  }
  const offsetMinutes = parseOffset(match[8], text, what, report);
  if (offsetMinutes === undefined) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? '0')];
  if (!checkDate(year, month, day, text, what, report)) return undefined;
  if (!checkClock(hour, minute, second, text, what, report)) return undefined;
  const fraction = (match[7] ?? '').replace(/0+$/, '');
  if (fraction.length > FRACTION_DIGITS_MAX) {
    const message = `${what} is ${text}, with more than ${FRACTION_DIGITS_MAX} digits of a second`;
    report('UNIT_INEXACT', message, `Leave out all behind the first ${FRACTION_DIGITS_MAX}.`);
    return undefined;
  }
  const seconds =
    daysSince1970(year, month, day) * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second;
  const nanoseconds =
    BigInt(seconds) * SECOND_NS + (fraction === '' ? 0n : BigInt(fraction.padEnd(FRACTION_DIGITS_MAX, '0')));
  return stepsOf(nanoseconds, `${what} is ${text}`, measure, report);
}

function shapeRemedy(text: string): string {
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text))
    return `A date alone has no time and no offset: its first moment is ${text}T00:00:00, with an offset or Z behind it.`;
  return SHAPE_REMEDY;
}

/** Minutes ahead of UTC; a missing offset, and the one that means "not known", are refused. */
function parseOffset(
  offset: string | undefined,
  text: string,
  what: string,
  report: Report,
): number | undefined {
  if (offset === undefined || offset === '-00:00') {
    const remedy = `Say which clock it is: ${text.replace(/-00:00$/, '')}Z, or an offset such as +01:00.`;
    report('TIMESTAMP_NAIVE', `${what} is ${text}, a timestamp without an offset`, remedy);
    return undefined;
  }
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4));
  if (minutes < 60 && hours * 60 + minutes <= OFFSET_HOURS_MAX * 60) {
    return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
  }
  const message = `${what} is ${text}, but ${offset} is not an offset from UTC`;
  report('TIMESTAMP_BROKEN', message, `Offsets run from -14:00 to +14:00.`);
  return undefined;
}

function checkDate(
  year: number,
  month: number,
  day: number,
  text: string,
  what: string,
  report: Report,
): boolean {
  if (month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)) return true;
  const date = text.slice(0, 10);
  const remedy =
    month >= 1 && month <= 12
      ? `That month has ${daysInMonth(year, month)} days.`
      : 'Months are 01 to 12: year-month-day.';
  report('TIMESTAMP_BROKEN', `${what} is ${text}, but the day ${date} does not exist`, remedy);
  return false;
}

function checkClock(
  hour: number,
  minute: number,
  second: number,
  text: string,
  what: string,
  report: Report,
): boolean {
  if (hour <= 23 && minute <= 59 && second <= 59) return true;
  if (second === 60 && minute <= 59 && hour <= 23) {
    const message = `${what} is ${text}, a leap second, which the axis does not count`;
    report('TIMESTAMP_LEAP_SECOND', message, 'Write second 59, or second 00 of the next minute.');
  } else if (hour === 24) {
    report('TIMESTAMP_BROKEN', `${what} is ${text}, at hour 24`, 'Write 00:00:00 of the next day.');
  } else {
    report(
      'TIMESTAMP_BROKEN',
      `${what} is ${text}, which is not a time of day`,
      'Write 00:00:00 to 23:59:59.',
    );
  }
  return false;
}

function stepsOf(nanoseconds: bigint, statement: string, measure: Steps, report: Report): bigint | undefined {
  const unit = timeUnit(measure.unit);
  if (unit === undefined) throw new TypeError(`an axis of time in ${measure.unit}`);
  const exact = { numerator: nanoseconds * BigInt(measure.scale), denominator: unit };
  if (exact.numerator % unit === 0n) return exact.numerator / unit;
  if (measure.rounder != null) return measure.rounder.round(exact, statement);
  const below = floorOf(exact);
  const words = (steps: bigint) =>
    (steps * unit) % BigInt(measure.scale) === 0n ? formatTimestamp(measure, steps) : steps.toString();
  const finer = finerUnit(nanoseconds, unit);
  const sayUnit = measure.sayUnit ?? ((name: string) => `"unit: ${name}"`);
  reportInexact(statement, [words(below), words(below + 1n)], measure, report, finer && sayUnit(finer));
  return undefined;
}

/** The coarsest unit of time below this one that counts the moment in whole numbers; undefined for none. */
function finerUnit(nanoseconds: bigint, unit: bigint): string | undefined {
  const finer = unitsOf('time').filter((name) => {
    const size = timeUnit(name) ?? unit;
    return size < unit && nanoseconds % size === 0n;
  });
  return finer.at(-1);
}

/** `2026-03-29T00:30:00Z`, with a fraction where there is one. `steps` count since 1970-01-01T00:00:00Z. */
export function formatTimestamp(measure: Measure, steps: bigint): string {
  const unit = timeUnit(measure.unit);
  if (unit === undefined) throw new TypeError(`an axis of time in ${measure.unit}`);
  const nanoseconds = (steps * unit) / BigInt(measure.scale);
  const fraction = ((nanoseconds % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const seconds = (nanoseconds - fraction) / SECOND_NS;
  const date = new Date(Number(seconds) * 1000);
  // Beyond what a calendar date can say: a number is better than nothing.
  if (Number.isNaN(date.getTime())) return `${steps} steps since 1970`;
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(FRACTION_DIGITS_MAX, '0')}`;
  return date.toISOString().replace(/\.000Z$/, `${digits.replace(/(000)+$/, '')}Z`);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** In a year that is no leap year. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_TO_1970 = daysBeforeYear(1970);

function daysSince1970(year: number, month: number, day: number): number {
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return daysBeforeYear(year) - DAYS_TO_1970 + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leapDay + day - 1;
}

/** Days of the years 1 to `year` - 1 of the Gregorian calendar; for year 0, which was a leap year, -366. */
function daysBeforeYear(year: number): number {
  const past = year - 1;
  return 365 * past + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}
