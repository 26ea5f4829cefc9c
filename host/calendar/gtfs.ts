import { parse } from 'csv-parse/sync';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { type Day, type DayRange, daysOf, earlierDay, laterDay, parseDay, rangeOf } from './days.ts';

/** The calendar pair of GTFS: weekly patterns with inclusive dates (calendar.txt), days added or removed (calendar_dates.txt). */

export interface ServiceDays {
  readonly service: string;
  /** In order. */
  readonly days: readonly Day[];
}

export interface GtfsCalendar {
  readonly services: readonly ServiceDays[];
  /** All that the tables name. */
  readonly names: readonly string[];
  /** From the first day that a table names to the last. */
  readonly range: DayRange;
  /** What stands in the tables and is not used. */
  readonly unused: readonly string[];
}

export interface GtfsTable {
  readonly file: string;
  readonly text: string;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const PATTERN_COLUMNS = ['service_id', ...WEEKDAYS, 'start_date', 'end_date'];
const EXCEPTION_COLUMNS = ['service_id', 'date', 'exception_type'];
/** A row of a few bytes may stand for the days of a century: they are counted, not believed. */
const SERVICE_DAYS_MAX = 1_000_000;
const IDLE_SHOWN_MAX = 5;
const ADDED = '1';
const REMOVED = '2';

interface Row {
  /** By name of the column. */
  readonly cells: Readonly<Record<string, string>>;
  /** File and line, for messages. */
  readonly where: string;
}

/**
 * Either table may be missing, not both. Only `wanted` services are expanded, all unless given.
 * @throws HoldfastError GTFS_BROKEN, DAY_BROKEN, DAYS_REVERSED with file and line
 */
export function readGtfs(
  calendar: GtfsTable | null,
  exceptions: GtfsTable | null,
  wanted?: readonly string[],
): GtfsCalendar {
  const unused: string[] = [];
  const patterns = calendar === null ? [] : readTable(calendar, PATTERN_COLUMNS, unused);
  const changes = exceptions === null ? [] : readTable(exceptions, EXCEPTION_COLUMNS, unused);
  const names = new Set([...patterns, ...changes].map(idOf));
  const unknown = wanted?.find((service) => !names.has(service));
  if (unknown !== undefined) {
    const remedy = `Services are: ${cutText([...names].join(', '))}.`;
    throw new HoldfastError('GTFS_BROKEN', `the tables hold no such service as "${cutText(unknown)}"`, {
      remedy,
    });
  }
  const isWanted = (row: Row) => wanted === undefined || wanted.includes(idOf(row));
  const days = new Map<string, Map<string, Day>>();
  let range: DayRange | null = null;
  let left = SERVICE_DAYS_MAX;
  for (const row of patterns.filter(isWanted)) {
    const service = idOf(row);
    if (days.has(service))
      throw broken(row, `service "${cutText(service)}" has a row already`, 'Keep one of the rows.');
    const [first, last] = ['start_date', 'end_date'].map((name) => parseDay(cell(row, name), row.where));
    if (first === undefined || last === undefined) throw new TypeError('a row has two dates');
    const of = rangeOf(first, last, row.where);
    left -= first.until(last).days + 1;
    if (left < 0)
      throw broken(
        row,
        `there are more than ${SERVICE_DAYS_MAX} days of service`,
        'Choose services with --service.',
      );
    range = widened(range, of);
    days.set(service, patternDays(row, of));
  }
  const seen = new Map<string, string>();
  const idle: string[] = [];
  for (const row of changes.filter(isWanted)) {
    const day = parseDay(cell(row, 'date'), row.where);
    if (applyChange(row, day, days, seen)) range = widened(range, { first: day, last: day });
    else idle.push(`${row.where} (${day.toString()})`);
  }
  if (idle.length > 0) {
    const more = idle.length > IDLE_SHOWN_MAX ? ` and ${idle.length - IDLE_SHOWN_MAX} more` : '';
    unused.push(`exceptions that change no day: ${idle.slice(0, IDLE_SHOWN_MAX).join(', ')}${more}`);
  }
  if (range === null)
    throw new HoldfastError('GTFS_BROKEN', 'the tables hold no service', {
      remedy: 'Give tables with rows.',
    });
  const services = [...days].map(([service, of]) => ({ service, days: sorted(of) }));
  return { services, names: [...names], range, unused };
}

/** Days by their text. */
function patternDays(row: Row, range: DayRange): Map<string, Day> {
  const isOn = WEEKDAYS.map((name) => {
    const value = cell(row, name);
    if (value === '0' || value === '1') return value === '1';
    throw broken(row, `${name} is "${cutText(value)}"`, 'Write 1 for days of service, 0 for others.');
  });
  const days = new Map<string, Day>();
  for (const day of daysOf(range)) if (isOn[day.dayOfWeek - 1] === true) days.set(day.toString(), day);
  return days;
}

/** Whether the days of the service are others now. */
function applyChange(
  row: Row,
  day: Day,
  days: Map<string, Map<string, Day>>,
  seen: Map<string, string>,
): boolean {
  const service = idOf(row);
  const type = cell(row, 'exception_type');
  const key = `${day.toString()} ${service}`;
  const earlier = seen.get(key);
  if (earlier !== undefined)
    throw broken(row, `the day is changed in ${earlier} already`, 'Keep one of the rows.');
  seen.set(key, row.where);
  const of = days.get(service) ?? new Map<string, Day>();
  const before = of.size;
  if (type === ADDED) of.set(day.toString(), day);
  else if (type === REMOVED) of.delete(day.toString());
  else
    throw broken(
      row,
      `exception_type is "${cutText(type)}"`,
      'Write 1 for a day that is added, 2 for one that is removed.',
    );
  days.set(service, of);
  return of.size !== before;
}

function readTable({ file, text }: GtfsTable, columns: readonly string[], unused: string[]): Row[] {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, { info: true, bom: true, trim: true, skip_empty_lines: true }) as never;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError('GTFS_BROKEN', `${file}: ${message}`, {
      remedy: 'Fix the quotes and commas of this row.',
      cause,
    });
  }
  const [header, ...rows] = records;
  const names = header?.record ?? [];
  const missing = columns.filter((name) => !names.includes(name));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (missing.length > 0 || twice !== undefined) {
    const what =
      twice === undefined ? `has no column ${missing.join(', ')}` : `has two columns ${cutText(twice)}`;
    throw new HoldfastError('GTFS_BROKEN', `${file}:1: the table ${what}`, {
      remedy: `A table of this kind has the columns ${columns.join(', ')}.`,
    });
  }
  const others = names.filter((name) => !columns.includes(name));
  if (others.length > 0) unused.push(`columns of ${file} that are not used: ${others.join(', ')}`);
  return rows.map(({ record, info }) => ({
    cells: Object.fromEntries(names.map((name, index) => [name, record[index] ?? ''])),
    where: `${file}:${info.lines}`,
  }));
}

function idOf(row: Row): string {
  const service = cell(row, 'service_id');
  if (service === '') throw broken(row, 'the service has no id', 'Fill in service_id.');
  return service;
}

function cell({ cells }: Row, name: string): string {
  return cells[name] ?? '';
}

function sorted(days: ReadonlyMap<string, Day>): readonly Day[] {
  return [...days].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, day]) => day);
}

function widened(range: DayRange | null, { first, last }: DayRange): DayRange {
  if (range === null) return { first, last };
  return rangeOf(earlierDay(range.first, first), laterDay(range.last, last), 'the days of all rows');
}

function broken({ where }: Row, message: string, remedy: string): HoldfastError {
  return new HoldfastError('GTFS_BROKEN', `${where}: ${message}`, { remedy });
}

/** The zone that all agencies of agency.txt share. Throws HoldfastError GTFS_BROKEN. */
export function agencyZone(table: GtfsTable): string {
  const zones = new Set(readTable(table, ['agency_timezone'], []).map((row) => cell(row, 'agency_timezone')));
  const [only, second] = zones;
  if (only !== undefined && only !== '' && second === undefined) return only;
  throw new HoldfastError('GTFS_BROKEN', `${table.file} does not name one zone`, {
    remedy: 'Fill in agency_timezone, the same in all rows.',
  });
}
