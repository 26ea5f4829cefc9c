import type { Report } from './diagnostics.ts';
import { in24Hours, withIsoDate, withNamedMonth } from './table-dates.ts';
import type { TableSaid } from './table-said.ts';
import { asRfc3339 } from './timestamp.ts';
import { type Measure, timeUnit } from './unit-table.ts';

/** Moments and times of day as tables have them, made into the timestamps that sources have. */

const ISO_DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/;
/** As sources have them. */
const COMPLETE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
/** Hours and minutes, and no seconds. */
const WHOLE_MINUTE = /T[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
const TIME_OF_DAY = /^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]0+)?)?$/;
/** Of a day, a time and an offset, with blanks between them; patterns would look at longer ones again and again. */
const MOMENT_CHARACTERS_MAX = 100;
const DAY_SECONDS = 86_400n;
const SECOND_NS = 1_000_000_000n;

export interface ReadMoment {
  /** With date, time and offset, where they are known. */
  readonly timestamp: string;
  /** A day without a time. */
  readonly isDay: boolean;
  /** Whether its day is written as `dates` says, or with the name of its month. */
  readonly isOfPattern: boolean;
}

/** A moment of a table as a timestamp of RFC 3339; what cannot be made into one is given as it stands, to be refused with its text. */
export function momentOf(cell: string, said: TableSaid): ReadMoment {
  if (cell.length > MOMENT_CHARACTERS_MAX) return { timestamp: cell, isDay: false, isOfPattern: false };
  const iso = (said.dates && withIsoDate(cell, said.dates)) || withNamedMonth(cell);
  const isOfPattern = iso !== undefined;
  const text = asRfc3339(in24Hours(iso ?? cell));
  if (COMPLETE.test(text)) return { timestamp: text, isDay: false, isOfPattern };
  const date = ISO_DATE.exec(text)?.[0];
  if (date === undefined) return { timestamp: cell, isDay: false, isOfPattern };
  const offset = said.offset ?? '';
  const rest = text.slice(date.length);
  if (rest === '')
    return { timestamp: offset === '' ? text : `${date}T00:00:00${offset}`, isDay: true, isOfPattern };
  // Spreadsheets put a blank where the standard has a T, and zeros behind the seconds.
  const time = rest
    .replace(/^(?: +|t)(?=[0-9])/, 'T')
    .replace(/z$/, 'Z')
    .replace(/^T([0-9]):/, 'T0$1:')
    .replace(/(:[0-9]{2})\.0+(?=$|Z|[+-])/, '$1')
    .replace(/ +(?=Z$|[+-][0-9]{2}:[0-9]{2}$)/, '');
  const [, whole, own] =
    /^(T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)(Z|[+-][0-9]{2}:[0-9]{2})?$/.exec(time) ?? [];
  if (whole === undefined) return { timestamp: cell, isDay: false, isOfPattern };
  return { timestamp: `${date}${whole}${own ?? offset}`, isDay: false, isOfPattern };
}

const NOON =
  /^(?:(?:12 )?noon|midday|mittags?|midi|mezzogiorno|mediod[ií]a|meio-dia|middag|poludnie|poledne)$/iu;
const MIDNIGHT =
  /^(?:(?:12 )?midnight|mitternachts?|minuit|mezzanotte|medianoche|meia-noite|middernacht|midnatt|północ|půlnoc)$/iu;

/** What to write for an hour that is said in words; undefined for other texts. */
export function remedyOfHour(text: string): string | undefined {
  if (NOON.test(text)) return 'Write 12:00.';
  return MIDNIGHT.test(text) ? 'Write 00:00 where a row begins, 24:00 where one ends.' : undefined;
}

/** Whether a text is a time of day, such as 22:00. */
export function isTimeOfDay(cell: string): boolean {
  return TIME_OF_DAY.test(in24Hours(cell));
}

/** Steps since midnight; 24:00 is the end of the day. */
export function timeOfDay(cell: string, what: string, measure: Measure, report: Report): bigint | undefined {
  const match = TIME_OF_DAY.exec(in24Hours(cell));
  const [hour, minute, second] = [match?.[1], match?.[2], match?.[3] ?? '0'].map((digits) =>
    Number(digits ?? 'NaN'),
  );
  const seconds = BigInt((hour ?? 0) * 3600 || 0) + BigInt((minute ?? 0) * 60 || 0) + BigInt(second || 0);
  if (match === null || (minute ?? 0) > 59 || (second ?? 0) > 59 || seconds > DAY_SECONDS) {
    const next = match !== null && seconds > DAY_SECONDS ? hourOfNextDay(cell) : undefined;
    const remedy =
      next === undefined
        ? (remedyOfHour(cell) ?? 'Write 00:00 to 24:00.')
        : `If it is ${next} of the next day, write ${next}: a row may run over midnight.`;
    report('TIMESTAMP_BROKEN', `${what}, which is not a time of day`, remedy);
    return undefined;
  }
  const unit = timeUnit(measure.unit);
  if (unit === undefined) {
    report(
      'UNIT_MISMATCH',
      `${what}, a time of day, but the axis counts ${measure.unit}`,
      'Let the axis count s or min.',
    );
    return undefined;
  }
  const numerator = seconds * SECOND_NS * BigInt(measure.scale);
  if (numerator % unit === 0n) return numerator / unit;
  report('UNIT_INEXACT', `${what}, which is not a whole number of ${measure.unit}`, 'Let the axis count s.');
  return undefined;
}

/** `25:30` as `01:30`; undefined beyond two days. */
function hourOfNextDay(cell: string): string | undefined {
  const [hour = '', ...rest] = cell.split(':');
  const next = Number(hour) - 24;
  return next >= 0 && next < 24 ? [String(next).padStart(2, '0'), ...rest].join(':') : undefined;
}

/** Steps of a whole day; undefined when a day is no whole number of them. */
export function dayInSteps(measure: Measure): bigint | undefined {
  return secondsInSteps(DAY_SECONDS, measure);
}

/** Steps of the day or the minute that a moment names, being written no finer; else of 1 step. */
export function grainOf({ timestamp, isDay }: ReadMoment, measure: Measure): bigint {
  if (isDay) return dayInSteps(measure) ?? 1n;
  return WHOLE_MINUTE.test(timestamp) ? (secondsInSteps(60n, measure) ?? 1n) : 1n;
}

/** What a time is written to: its minute, its second, or a step of the axis. */
export function widthOfTime(
  text: string,
  measure: Measure,
): { readonly steps: bigint; readonly words: string } {
  const parts = /[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?([.,][0-9]+)?/.exec(text);
  const [seconds, words] = parts?.[1] === undefined ? ([60n, '1 min'] as const) : ([1n, '1 s'] as const);
  const steps = parts === null || parts[2] !== undefined ? undefined : secondsInSteps(seconds, measure);
  return steps === undefined ? { steps: 1n, words: '1 step' } : { steps, words };
}

function secondsInSteps(seconds: bigint, measure: Measure): bigint | undefined {
  const unit = timeUnit(measure.unit);
  if (unit === undefined) return undefined;
  const numerator = seconds * SECOND_NS * BigInt(measure.scale);
  return numerator % unit === 0n ? numerator / unit : undefined;
}
