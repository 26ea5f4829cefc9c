import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { type Draft, type DraftZone, draftText, judgeDraft } from '../draft/draft.ts';
import type { Diagnostic, Report } from '../source/diagnostics.ts';
import type { ActionName } from '../source/model.ts';
import { IdsApart, idFromText } from '../source/table-ids.ts';
import { IDENTITY, parseId } from '../source/values.ts';
import { type DayRange, parseDay, rangeOf } from './days.ts';
import { boundsOf, cutTo, expandDays, expandHours, type Interval, type OverMidnightRule } from './expand.ts';
import { periodInterval, readFhir } from './fhir.ts';
import { type GtfsTable, readGtfs } from './gtfs.ts';
import { type Holidays, NO_HOLIDAYS } from './holidays.ts';
import { parseHours, parseSpans } from './hours.ts';
import { type ClockChangeRule, type Moment, Zone, zoneTableVersion } from './zone.ts';

/** From a calendar to a map source: explicit rows with offsets on an axis of time, in which no rule of a zone is left. */

/** What is read, and from where. */
export type CalendarInput =
  | { readonly kind: 'hours'; readonly entries: readonly HoursEntry[]; readonly file: string }
  | {
      readonly kind: 'gtfs';
      readonly calendar: GtfsTable | null;
      readonly exceptions: GtfsTable | null;
      /** Of agency.txt; null when there is none. */
      readonly agencyZone: string | null;
      readonly file: string;
    }
  | { readonly kind: 'fhir'; readonly text: string; readonly file: string };

export interface HoursEntry {
  readonly id: string;
  readonly hours: string;
  /** For messages. */
  readonly where: string;
}

export interface CalendarOptions {
  readonly map: string;
  readonly zone?: string | undefined;
  /** First and last day, both included; those of the tables unless given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly holidays?: Holidays | undefined;
  readonly clockChange: ClockChangeRule;
  readonly overMidnight: OverMidnightRule;
  /** GTFS: only these services. */
  readonly services?: readonly string[] | undefined;
  /** FHIR: only resources of these statuses. */
  readonly statuses?: readonly string[] | undefined;
  /** GTFS: hours of each day of service; all of it unless given. */
  readonly daily?: string | undefined;
  readonly unit: string;
  readonly axis: string;
  readonly epoch: number;
  readonly gaps?: ActionName | undefined;
}

export interface CalendarDraft {
  /** YAML. */
  readonly source: string;
  readonly zone: string;
  /** Version of the zone table. */
  readonly zoneTable: string;
  readonly zones: number;
  readonly rows: number;
  readonly assumptions: readonly string[];
  /** What the compiler has against the source as it stands. */
  readonly mistakes: readonly Diagnostic[];
}

/** Lines of hours times days: what an expansion costs. */
const HOURS_DAYS_MAX = 1_000_000;

/** Intervals by id, over a range. */
interface Collected {
  readonly range: DayRange;
  readonly zones: readonly { readonly id: string; readonly intervals: readonly Interval[] }[];
}

/**
 * Reads a calendar and writes a source for `output`.
 * @throws HoldfastError with what is wrong and where; USAGE for options that are missing
 */
export async function draftCalendar(
  input: CalendarInput,
  output: string,
  options: CalendarOptions,
): Promise<CalendarDraft> {
  if (!IDENTITY.test(options.map))
    throw usage(`--map is "${cutText(options.map)}"`, 'Use 1 to 31 of the characters a-z, 0-9 and "-".');
  const zone = new Zone(zoneName(input, options), options.clockChange);
  const zoneTable = zoneTableVersion();
  const assumptions = [
    `days and hours are those of ${zone.name}, by the zone table ${zoneTable}; offsets below are final`,
    ...(input.kind === 'gtfs' ? [] : clockWords(options.clockChange)),
  ];
  const { range, zones } = collect(input, options, zone, assumptions);
  const full = zones.filter(({ intervals }) => intervals.length > 0);
  for (const { id, intervals } of zones)
    if (intervals.length === 0) assumptions.push(`"${id}" has no time in this range and is left out`);
  if (full.length === 0)
    throw usage('nothing in the calendar lies in this range', 'Give other days with --from and --to.');
  const bounds = boundsOf(range, zone);
  assumptions.push(
    `the axis reaches from ${range.first.toString()} to ${range.last.toString()}, both days included`,
  );
  assumptions.push('an interval holds its beginning and not its end; beyond the axis the loop stops');
  const draft = draftOf(input.file, { bounds, zones: full, assumptions }, options);
  const source = draftText(draft);
  return {
    source,
    zone: zone.name,
    zoneTable,
    zones: full.length,
    rows: full.reduce((sum, { intervals }) => sum + intervals.length, 0),
    assumptions,
    mistakes: await judgeDraft(output, source),
  };
}

function zoneName(input: CalendarInput, { zone }: CalendarOptions): string {
  const agency = input.kind === 'gtfs' ? input.agencyZone : null;
  if (zone === undefined && agency === null)
    throw usage(
      'no zone is given: days begin at another moment in each',
      'Name it, such as --zone Europe/Zurich.',
    );
  if (zone !== undefined && agency !== null && zone !== agency)
    throw usage(
      `--zone is ${cutText(zone)}, agency.txt says ${cutText(agency)}`,
      'Leave --zone out, or correct the table.',
    );
  return zone ?? agency ?? '';
}

function clockWords(rule: ClockChangeRule): string[] {
  if (rule === 'refuse') return [];
  return [
    `a time that comes twice is the ${rule} one; one that is left out is the moment at which the clocks change`,
  ];
}

function collect(
  input: CalendarInput,
  options: CalendarOptions,
  zone: Zone,
  assumptions: string[],
): Collected {
  switch (input.kind) {
    case 'hours':
      return collectHours(input.entries, options, zone, assumptions);
    case 'gtfs':
      return collectGtfs(input, options, zone, assumptions);
    case 'fhir':
      return collectFhir(input, options, zone, assumptions);
  }
}

function collectHours(
  entries: readonly HoursEntry[],
  options: CalendarOptions,
  zone: Zone,
  assumptions: string[],
): Collected {
  const { from, to, overMidnight, holidays = NO_HOLIDAYS } = options;
  if (from === undefined || to === undefined)
    throw usage('opening hours have no end', 'Give the first and the last day with --from and --to.');
  const range = rangeOf(parseDay(from, '--from'), parseDay(to, '--to'), '--from and --to');
  const days = range.first.until(range.last).days + 1;
  if (entries.length * days > HOURS_DAYS_MAX)
    throw usage(`${entries.length} lines on ${days} days are too many`, 'Give fewer days, or fewer lines.');
  let asksHolidays = false;
  const zones = entries.map(({ id, hours, where }) => {
    const rules = parseHours(hours, where);
    if (rules.some((rule) => rule.holidays)) asksHolidays = true;
    const { intervals, leftOut, unused } = expandHours({ rules, holidays, overMidnight, where }, range, zone);
    for (const { adds, text } of rules)
      if (adds)
        assumptions.push(`"${text}" of ${id} stands behind a comma: it adds to the hours of its days`);
    for (const hours of leftOut) assumptions.push(`${hours} of ${id} is left out: the clocks skip it`);
    for (const rule of unused) assumptions.push(`"${rule}" of ${id} decides no day of the range`);
    return {
      id: checkedId(id, where),
      intervals: cutWith(intervals, boundsOf(range, zone), id, assumptions),
    };
  });
  holidayWords(asksHolidays, holidays, range, assumptions);
  return { range, zones };
}

function holidayWords(asked: boolean, holidays: Holidays, range: DayRange, assumptions: string[]): void {
  if (!asked) {
    if (holidays.count > 0) assumptions.push('holidays change nothing: no rule says PH');
    return;
  }
  if (holidays.count === 0)
    throw usage(
      'the hours speak of holidays (PH), and none are given',
      'Give a file with --holidays: one day a line.',
    );
  for (let year = range.first.year; year <= range.last.year; year++)
    if (!holidays.years.has(year)) assumptions.push(`${year} has no holiday in the list`);
}

function collectGtfs(
  input: CalendarInput & { kind: 'gtfs' },
  options: CalendarOptions,
  zone: Zone,
  assumptions: string[],
): Collected {
  const wanted = options.services;
  const { services, names, range: own, unused } = readGtfs(input.calendar, input.exceptions, wanted);
  assumptions.push(...unused);
  const range = rangeWithin(() => own, options);
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw usage(`there is no service "${cutText(unknown)}"`, `Services are: ${cutText(names.join(', '))}.`);
  const { daily } = options;
  const spans = daily === undefined ? null : parseSpans(daily, '--daily');
  assumptions.push(
    daily === undefined
      ? 'a day of service is a whole day of the zone'
      : `a day of service is ${daily}, counted from noon minus 12 hours as GTFS does, also where the clocks change`,
  );
  const left = names.length - services.length;
  if (left > 0) assumptions.push(`${left} other services of the tables are not used`);
  const apart = new IdsApart();
  const zones = services.map(({ service, days }) => ({
    id: idOfService(service, apart, input.file, assumptions),
    intervals: cutWith(expandDays(days, spans, zone), boundsOf(range, zone), service, assumptions),
  }));
  return { range, zones };
}

function collectFhir(
  input: CalendarInput & { kind: 'fhir' },
  options: CalendarOptions,
  zone: Zone,
  assumptions: string[],
): Collected {
  const { periods, unused } = readFhir(input.text, input.file, zone, options.statuses);
  for (const path of unused) assumptions.push(`${path} is not used`);
  const moments = periods.flatMap(({ from, to }) => [from, to]).filter((moment) => moment !== null);
  const open = periods.find(({ from, to }) => from === null || to === null);
  if (open !== undefined && (options.from === undefined || options.to === undefined))
    throw usage(
      `${open.path} is open at one end`,
      'Give the first and the last day of the map with --from and --to.',
    );
  const range = rangeWithin(() => daysAround(moments), options);
  const bounds = boundsOf(range, zone);
  const apart = new IdsApart();
  const zones = periods.map((period) => {
    if (period.from === null || period.to === null)
      assumptions.push(`${period.path} is open at one end: it reaches to that of the axis`);
    const id = idOfPeriod(period.path, apart, input.file, assumptions);
    return { id, intervals: cutWith([periodInterval(period, bounds)], bounds, id, assumptions) };
  });
  return { range, zones };
}

/** Resources that have no id have the same path: each period is a zone of its own. */
function idOfPeriod(path: string, apart: IdsApart, file: string, assumptions: string[]): string {
  const own = checkedId(path.replace(/[^\p{L}\p{N}_.:/+-]+/gu, '.').replace(/\.+$/, ''), file);
  const id = apart.take(own);
  if (id !== own) assumptions.push(`the id of another ${cutText(path)} is ${id}`);
  return id;
}

/** The days that hold all moments; an end at midnight belongs to the day before. */
function daysAround(moments: readonly Moment[]): DayRange {
  const sorted = moments.toSorted((left, right) => (left.nanoseconds < right.nanoseconds ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new TypeError('a period has an end');
  const end = parseDay(last.text.slice(0, 10), 'the periods');
  const isMidnight = last.text.slice(11, 19) === '00:00:00';
  return rangeOf(
    parseDay(first.text.slice(0, 10), 'the periods'),
    isMidnight ? end.subtract({ days: 1 }) : end,
    'the periods',
  );
}

/** The days that are given, else those of the calendar, which may have no end. */
function rangeWithin(own: () => DayRange, { from, to }: CalendarOptions): DayRange {
  const first = from === undefined ? own().first : parseDay(from, '--from');
  const last = to === undefined ? own().last : parseDay(to, '--to');
  return rangeOf(first, last, 'the days of the map');
}

/** Cuts to the axis and says so. */
function cutWith(
  intervals: readonly Interval[],
  bounds: Interval,
  id: string,
  assumptions: string[],
): readonly Interval[] {
  const cut = cutTo(intervals, bounds);
  const changed = intervals.filter(
    ({ from, to }) => from.nanoseconds < bounds.from.nanoseconds || to.nanoseconds > bounds.to.nanoseconds,
  );
  if (changed.length === 1)
    assumptions.push(`1 interval of "${id}" reaches out of the axis and is cut or left out`);
  else if (changed.length > 1)
    assumptions.push(`${changed.length} intervals of "${id}" reach out of the axis and are cut or left out`);
  return cut;
}

function draftOf(
  file: string,
  {
    bounds,
    zones,
    assumptions,
  }: { bounds: Interval; zones: Collected['zones']; assumptions: readonly string[] },
  { map, epoch, axis, unit, gaps }: CalendarOptions,
): Draft {
  return {
    title: `Made by holdfast calendar from ${file}`,
    assumptions,
    map,
    epoch,
    axis: { name: axis, unit, origin: inUtc(bounds.from), min: bounds.from.text, max: bounds.to.text },
    phases: [],
    zones: zones.map(
      ({ id, intervals }): DraftZone => ({
        id,
        at: intervals.map(({ from, to }) => ({ from: from.text, to: to.text })),
      }),
    ),
    gaps,
  };
}

/** The origin of the axis: seconds since this moment are what the loop passes to `check`. */
function inUtc({ nanoseconds }: Moment): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString().replace('.000Z', 'Z');
}

/** Feeds name services as they like. */
function idOfService(service: string, apart: IdsApart, file: string, assumptions: string[]): string {
  const id = apart.take(checkedId(idFromText(service) ?? service, file));
  if (id !== service) assumptions.push(`the id of service "${cutText(service)}" is ${id}`);
  return id;
}

function checkedId(id: string, where: string): string {
  const refuse: Report = (code, message, remedy) => {
    throw new HoldfastError(code, message, { remedy });
  };
  return parseId(id, `${where}: id`, refuse) ?? id;
}

function usage(message: string, remedy: string): HoldfastError {
  return new HoldfastError('USAGE', message, { remedy });
}
