import { cutText } from '../common/cut-text.ts';
import { COORDINATE_MAX } from '../format.ts';
import { partsOfChainage, readChainage } from '../table/chainage.ts';
import { anyOf } from '../table/fault.ts';
import { type Decimal, decimalWords, isNumeral, type Marks, readNumeral } from '../table/numbers.ts';
import type { TableRecord } from '../table/records.ts';
import { stepName } from './axis-words.ts';
import type { Report } from './diagnostics.ts';
import { parseMoment } from './moment.ts';
import { cellOf, cellWords, columnOf, findMarks, reportAtCell, type TableContext } from './table-context.ts';
import { datePatterns, isOtherDate } from './table-dates.ts';
import { grainOf, isTimeOfDay, momentOf, timeOfDay, widthOfTime } from './table-moment.ts';
import { isMetric, splitQuantity, stepsOf, unitSpelled, wholeOf } from './table-quantity.ts';
import { columnUnit, unitOfCell } from './table-unit.ts';
import { isZoneSaid } from './table-zones.ts';
import { formatTimestamp, isTimestamp } from './timestamp.ts';
import { wholeSteps } from './units.ts';

/** Places of a table in steps of the axis. */

export interface ReadPlace {
  readonly steps: bigint;
  /** A day without a time. */
  readonly isDay: boolean;
  /** How many steps it names: those of a day or a minute, where it is written no finer; else 1. */
  readonly grain: bigint;
  /** Where it does not stand in the table: what was said in its stead. */
  readonly said?: string;
}

type PlaceRole = 'from' | 'to';

/** What stands in a cell, or is said in its stead. */
interface PlaceCell {
  readonly record: TableRecord;
  readonly role: PlaceRole;
  readonly text: string;
  /** `"to" is "12"`, for messages. */
  readonly what: string;
  readonly isSaid: boolean;
}

/** Days since 1899-12-30, from 1954 to 2119, at the end of what is told of a cell. */
const SERIAL_DAY = / is "[2-7][0-9]{4}(?:[.,][0-9]+)?"$/;
/** A day, or a day and a time, and nothing behind it. */
const NAIVE_MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?$/;

/** The numerals of a cell: one, or the two of a chainage. */
function numeralsOf(cell: string): readonly string[] {
  const { number } = splitQuantity(cell);
  const numerals = partsOfChainage(number) ?? [number];
  return numerals.filter(isNumeral);
}

export class PlaceReader {
  readonly #context: TableContext;
  readonly #marks: Marks;
  readonly #units: ReadonlyMap<PlaceRole, string | undefined>;
  /** Whether rows have units of their own. */
  readonly #haveUnits: boolean;

  /** What stands in the columns of places. */
  readonly #texts: () => readonly string[];

  /** What one number can mean is asked once: the answer serves all. */
  #hasAsked = false;
  #hasAskedDates = false;
  #hasToldChainage = false;
  /** The last decimal place that the table has, and its unit. */
  #finest: { readonly places: number; readonly unit: string | undefined } = { places: 0, unit: undefined };
  #saidIn: string | undefined;
  #time: { readonly steps: bigint; readonly words: string } | undefined;

  private constructor(
    context: TableContext,
    marks: Marks,
    units: ReadonlyMap<PlaceRole, string | undefined>,
    [haveUnits, texts]: readonly [haveUnits: boolean, texts: () => readonly string[]],
  ) {
    this.#context = context;
    this.#texts = texts;
    this.#marks = marks;
    this.#units = units;
    this.#haveUnits = haveUnits;
  }

  /** undefined when columns contradict each other or what was said, which is then reported. */
  static make(context: TableContext, records: readonly TableRecord[]): PlaceReader | undefined {
    const { target, layout } = context;
    if (!isClockKnown(context)) return undefined;
    const roles = (['from', 'to'] as const).filter((role) => layout.columns.has(role));
    if (target.axis.kind === 'time' && !isZoneSaid(context, records, roles)) return undefined;
    const units = new Map<PlaceRole, string | undefined>();
    for (const role of roles) {
      const unit = columnUnit(context, role, target.placeUnit, target.axis.unit);
      if (unit === null || !isAskedFor(context, role, unit)) return undefined;
      units.set(role, unit);
    }
    const marks = target.axis.kind === 'time' ? {} : findMarks(context, records, roles, numeralsOf);
    const haveUnits =
      layout.columns.has('unit') ||
      records.some((record) =>
        roles.some((role) => splitQuantity(cellOf(context, record, role)).unit !== null),
      );
    const texts = () => records.flatMap((record) => roles.map((role) => cellOf(context, record, role)));
    return marks && new PlaceReader(context, marks, units, [haveUnits, texts]);
  }

  /**
   * One unit of the last decimal place that the table has, or the minute or second that its times are written to; undefined when that is
   * no whole number of steps.
   */
  get resolution(): { readonly steps: bigint; readonly words: string } | undefined {
    const { axis } = this.#context.target;
    if (this.#time !== undefined) return this.#time;
    const { unit, places } = this.#finest;
    const steps = unit === undefined ? 1n : wholeOf(stepsOf({ units: 1n, places }, unit, axis));
    const scale = BigInt(axis.scale);
    if (steps === undefined || steps % scale !== 0n) return undefined;
    return { steps, words: `${steps / scale} ${axis.unit}` };
  }

  /** The unit that a number was taken to count which does not stand in the table; undefined: none was, or it has its own. */
  get saidIn(): string | undefined {
    return this.#saidIn;
  }

  /** The finest time of those that were read. */
  #noteTime(text: string): void {
    const width = widthOfTime(text, this.#context.target.axis);
    if (this.#time === undefined || width.steps < this.#time.steps) this.#time = width;
  }

  #notePlaces({ places }: Decimal, unit: string | undefined): void {
    if (places >= this.#finest.places) this.#finest = { places, unit };
  }

  read(record: TableRecord, role: PlaceRole): ReadPlace | undefined {
    const text = cellOf(this.#context, record, role);
    const what = cellWords(this.#context, record, role);
    return this.#readWithin({ record, role, text, what, isSaid: false });
  }

  /** A place that does not stand in the table, such as the end of the last row, read as if it stood in the cell of `role`. */
  readSaid(record: TableRecord, role: PlaceRole, text: string): ReadPlace | undefined {
    const what = `${this.#context.say('end')} is "${cutText(text)}"`;
    const place = this.#readWithin({ record, role, text, what, isSaid: true });
    return place && { ...place, said: what };
  }

  #readWithin(cell: PlaceCell): ReadPlace | undefined {
    const { isWithin } = this.#context.target;
    const { record, role, text } = cell;
    const report = reportAtCell(this.#context, record, role);
    const place = this.#readPlace(cell, report);
    if (place === undefined || this.#isOutOfReach(place.steps, cell.what, report)) return undefined;
    if (isWithin === undefined) return place;
    const what = `"${columnOf(this.#context, role)}"`;
    return isWithin(place.steps, text, what, report) ? place : undefined;
  }

  /** Whether no axis with this origin reaches so far. */
  #isOutOfReach(steps: bigint, what: string, report: Report): boolean {
    const { target, say } = this.#context;
    if (target.origin === undefined) return false;
    const distance = steps - target.origin;
    if (distance >= -COORDINATE_MAX && distance <= COORDINATE_MAX) return false;
    const message = `${what}, which is ${distance} ${stepName(target.axis)} from the origin of the axis, more than ${COORDINATE_MAX} (2^30)`;
    const remedy = `If it is right, let the axis count a coarser unit with ${say('axisUnit')}, or begin near it with ${say('origin')}; else correct it.`;
    report('OUT_OF_RANGE', message, remedy);
    return true;
  }

  #readPlace(cell: PlaceCell, report: Report): ReadPlace | undefined {
    const { target, said } = this.#context;
    if (target.axis.kind === 'time') return this.#readMoment(cell, report);
    if (said.clock) this.#noteTime(cell.text);
    const steps = said.clock
      ? timeOfDay(cell.text, cell.what, target.axis, report)
      : this.#readNumber(cell, report);
    return steps === undefined ? undefined : { steps, isDay: false, grain: 1n };
  }

  #readMoment({ text, what, record, role }: PlaceCell, report: Report): ReadPlace | undefined {
    const { target, said, say } = this.#context;
    const moment = momentOf(text, said);
    const { timestamp, isDay, isOfPattern } = moment;
    if (isOtherDate(text) && !isOfPattern) {
      this.#tellOtherDate(text, what, report);
      return undefined;
    }
    const isBare = /^[+-]?[0-9]+(?:[.,][0-9]+)?$/.test(timestamp);
    if (isBare) {
      if (!this.#takesBareMoment(what, report)) return undefined;
    } else if (NAIVE_MOMENT.test(timestamp)) {
      const remedy = `Say which clock it is, such as ${say('offset', '+01:00')} or ${say('offset', 'Z')}.`;
      report('TIMESTAMP_NAIVE', `${what}, without an offset from UTC`, remedy);
      return undefined;
    }
    // What the file says is quoted, where a timestamp was made of it.
    const name = what.slice(0, -` is "${cutText(text)}"`.length);
    const steps = parseMoment(
      timestamp,
      timestamp === text ? name : `${name} ("${cutText(text)}")`,
      target.axis,
      this.#bareUnit(record, role),
      report,
    );
    if (steps === undefined || (isBare && this.#isFarFuture(steps, what, report))) return undefined;
    if (!isDay && !isBare) this.#noteTime(timestamp);
    return { steps, isDay, grain: grainOf(moment, target.axis) };
  }

  /** A number that counts in another unit than it was taken for. */
  #isFarFuture(steps: bigint, what: string, report: Report): boolean {
    const { target, say } = this.#context;
    const moment = formatTimestamp(target.axis, steps);
    // An axis whose range is known tells what would lie on it.
    if (target.isWithin !== undefined || /^[0-9]{4}-/.test(moment)) return false;
    const remedy = `Say what such numbers count, such as ${say('unit', 'ms')}.`;
    report('OUT_OF_RANGE', `${what}, which is ${moment}, beyond the year 9999`, remedy);
    return true;
  }

  #tellOtherDate(text: string, what: string, report: Report): void {
    const { said, say } = this.#context;
    if (said.dates !== undefined) {
      const remedy = `Write year-month-day, such as 2026-07-04, its year with four digits, or correct ${say('dates')}.`;
      report('TIMESTAMP_BROKEN', `${what}, which is no day as ${say('dates', said.dates)} has them`, remedy);
      return;
    }
    if (this.#hasAskedDates) return;
    this.#hasAskedDates = true;
    const ways = anyOf(this.#waysOfDates(text).map((pattern) => say('dates', pattern)));
    const remedy = `Write year-month-day, such as 2026-07-04, or say how dates are written: ${ways}.`;
    report('TIMESTAMP_BROKEN', `${what}, which may be a day, and is no moment as it stands`, remedy);
  }

  /** The ways in which `text` may be written, and all other days of the table with it where there are such. */
  #waysOfDates(text: string): readonly string[] {
    const own = datePatterns(text);
    const others = this.#texts().map(datePatterns);
    const ofAll = own.filter((pattern) =>
      others.every((ways) => ways.length === 0 || ways.includes(pattern)),
    );
    return ofAll.length === 0 ? own : ofAll;
  }

  #takesBareMoment(what: string, report: Report): boolean {
    const { said, say, target } = this.#context;
    if (said.since1970 || target.bareAreSteps) return true;
    if (SERIAL_DAY.test(what)) {
      const remedy = 'Show these cells as dates in the spreadsheet, such as 2026-07-04, and export it again.';
      report('TIMESTAMP_BROKEN', `${what}, which may be a day as spreadsheets count them`, remedy);
      return false;
    }
    const remedy = `Write a timestamp; if numbers count since 1970-01-01T00:00:00Z, say ${say('since1970')}.`;
    report('TIMESTAMP_BROKEN', `${what}, a bare number on an axis of time`, remedy);
    return false;
  }

  #bareUnit(record: TableRecord, role: PlaceRole): string | undefined {
    const found = { ofColumn: this.#units.get(role), own: null, unitRole: 'unit' };
    return unitOfCell(this.#context, record, role, found) ?? undefined;
  }

  #readNumber({ text, what, record, role, isSaid }: PlaceCell, report: Report): bigint | undefined {
    const { say } = this.#context;
    const { number, unit: own } = splitQuantity(text);
    const chainage = partsOfChainage(number);
    const value =
      chainage === null ? readNumeral(number, this.#marks, say) : readChainage(chainage, this.#marks, say);
    if ('code' in value) {
      this.#tellNumber(text, what, value, report);
      return undefined;
    }
    const found = { ofColumn: this.#units.get(role), own, unitRole: 'unit' };
    const unit =
      isSaid && own !== null ? (unitSpelled(own) ?? own) : unitOfCell(this.#context, record, role, found);
    if (unit === null) return undefined;
    if (isSaid && own === null && chainage === null) this.#saidIn = unit;
    if (chainage === null) return this.#toSteps(value, unit, what, report);
    if (isMetric(unit ?? this.#context.target.axis.unit)) return this.#toSteps(value, 'm', what, report);
    this.#tellChainage(unit, what, report);
    return undefined;
  }

  /** Stations of roads in feet stand as `12+40`: what `12+400` counts where feet or miles do is not guessed. Told once. */
  #tellChainage(unit: string | undefined, what: string, report: Report): void {
    if (this.#hasToldChainage) return;
    this.#hasToldChainage = true;
    const { say, target } = this.#context;
    const counted = unit ?? target.axis.unit;
    const where = unit === undefined ? 'on an axis' : 'in a column';
    const remedy =
      unit === undefined
        ? `If it is, say ${say('unit', 'm')}; else write one number: station 12+40 of feet is 1240 ft.`
        : 'If it is, correct the unit; else write one number: station 12+40 of feet is 1240 ft.';
    report('UNIT_MISMATCH', `${what}, which looks like kilometres + metres, ${where} of ${counted}`, remedy);
  }

  #tellNumber(
    text: string,
    what: string,
    fault: { code: 'NOT_A_NUMBER' | 'NUMBER_AMBIGUOUS'; words: string; remedy: string },
    report: Report,
  ): void {
    const { say } = this.#context;
    if (fault.code === 'NUMBER_AMBIGUOUS' && this.#hasAsked) return;
    this.#hasAsked ||= fault.code === 'NUMBER_AMBIGUOUS';
    if (isTimestamp(text)) {
      const remedy = `If these are timestamps, make it an axis of time: give ${say('origin')} a timestamp.`;
      report('NOT_A_NUMBER', `${what}, a timestamp on an axis of numbers`, remedy);
    } else if (isTimeOfDay(text)) {
      report(
        'NOT_A_NUMBER',
        `${what}, which may be a time of day`,
        `If it is one, say ${say('clock')}, on an axis of s or min.`,
      );
    } else report(fault.code, text === '' ? `${what}: it is empty` : `${what}, ${fault.words}`, fault.remedy);
  }

  #toSteps(value: Decimal, unit: string | undefined, what: string, report: Report): bigint | undefined {
    const { axis } = this.#context.target;
    this.#notePlaces(value, unit);
    const { bareAreSteps } = this.#context.target;
    if (unit === undefined && (!bareAreSteps || this.#context.layout.columns.has('unit'))) {
      const remedy = this.#haveUnits
        ? 'Write its unit, as other rows do.'
        : `Say what bare numbers count, such as ${this.#context.say('unit', axis.unit)}.`;
      report('UNIT_MISSING', `${what}, and nothing says its unit`, remedy);
      return undefined;
    }
    const exact =
      unit === undefined
        ? { numerator: value.units, denominator: 10n ** BigInt(value.places) }
        : stepsOf(value, unit, axis);
    if (exact !== undefined) {
      const statement = unit === undefined ? what : `${what}: it is ${decimalWords(value)} ${unit}`;
      return wholeSteps(exact, statement, axis, unit !== undefined, report);
    }
    const remedy = `Write it in ${axis.unit}, or in a unit that converts to it.`;
    report('UNIT_MISMATCH', `${what}, in ${unit}, but the axis counts ${axis.unit}`, remedy);
    return undefined;
  }
}

/** An axis of time has days and times in one: times of day alone are none of its places. */
function isClockKnown(context: TableContext): boolean {
  const { said, say, target, layout } = context;
  if (!said.clock || target.axis.kind !== 'time') return true;
  const message = `${say('clock')} takes times of a day, and the axis, which has an origin in time, takes moments`;
  const remedy = `Leave ${say('clock')} out, or the ${say('origin')}.`;
  reportAtCell(context, layout.header, 'from')('BAD_VALUE', message, remedy);
  return false;
}

/** In a source, a bare number counts steps: where the column's name says something else, that is asked about. */
function isAskedFor(context: TableContext, role: PlaceRole, unit: string | undefined): boolean {
  const { target, say } = context;
  const { axis, placeUnit } = target;
  if (unit === undefined || placeUnit !== undefined || !target.bareAreSteps) return true;
  if (unit === axis.unit && axis.scale === 1) return true;
  const message = `the name of the column says ${unit}, but bare numbers count ${stepName(axis)}`;
  reportAtCell(context, context.layout.header, role)(
    'UNIT_MISMATCH',
    message,
    `Say ${say('unit', unit)}, or rename the column.`,
  );
  return false;
}
