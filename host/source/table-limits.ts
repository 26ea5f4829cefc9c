import { saysNoValue } from '../table/not-numbers.ts';
import { type Decimal, decimalWords, isNumeral, type Marks, readNumeral } from '../table/numbers.ts';
import type { TableRecord } from '../table/records.ts';
import { floorOf } from './decimal.ts';
import type { Report } from './diagnostics.ts';
import { faultOfUnit } from './own-unit.ts';
import { cellOf, cellWords, columnOf, findMarks, reportAtCell, type TableContext } from './table-context.ts';
import { areOfOneKind, splitQuantity, stepsOf, unitSpelled, wholeOf } from './table-quantity.ts';
import { columnUnit, unitOfCell } from './table-unit.ts';
import type { Measure } from './unit-table.ts';
import { stepsInUnit, wholeSteps } from './units.ts';
import { I32_MAX, I32_MIN } from './values.ts';

/** Limits of a table. */

/** Units of speed of which others are many. */
const FINE_UNITS = ['m/h', 'ft/h', 'mm/h'];

/** One of which `unit` is a whole number, and more than one. */
function finerUnit(unit: string): string | undefined {
  return FINE_UNITS.find((fine) => {
    const factor = stepsInUnit(unit, { unit: fine, scale: 1 });
    return factor !== undefined && factor.numerator > factor.denominator && wholeOf(factor) !== undefined;
  });
}

/** What stands for what is written above it. */
const DITTO = /^(?:["„“”〃'↓]+|dito|ditto|do\.?|id(?:em|\.)?|same|as above|wie oben|s\.\s?o\.)$/iu;

export class LimitReader {
  readonly #context: TableContext;
  readonly #marks: Marks;
  readonly #units: ReadonlyMap<string, string | undefined>;

  /** By role: a limit may count for several rows, and what is wrong with it is told once. */
  readonly #read = new Map<string, Map<TableRecord, bigint | null | undefined>>();

  /** What one number can mean is asked once: the answer serves all. */
  #hasAsked = false;
  #hasToldScale = false;

  private constructor(context: TableContext, marks: Marks, units: ReadonlyMap<string, string | undefined>) {
    this.#context = context;
    this.#marks = marks;
    this.#units = units;
  }

  /** undefined when columns contradict each other or what was said, which is then reported. */
  static make(
    context: TableContext,
    records: readonly TableRecord[],
    roles: readonly string[],
  ): LimitReader | undefined {
    const units = new Map<string, string | undefined>();
    for (const role of roles) {
      const unit = columnUnit(context, role, undefined, context.target.limit.unit ?? undefined);
      if (unit === null) return undefined;
      units.set(role, unit);
    }
    const marks = findMarks(context, records, roles, (cell) =>
      [splitQuantity(cell).number].filter(isNumeral),
    );
    return marks && new LimitReader(context, marks, units);
  }

  isEmpty(record: TableRecord, role: string): boolean {
    return cellOf(this.#context, record, role) === '';
  }

  /** null: the cell is empty. */
  read(record: TableRecord, role: string): bigint | null | undefined {
    const known = this.#read.get(role) ?? new Map<TableRecord, bigint | null | undefined>();
    this.#read.set(role, known);
    if (!known.has(record)) known.set(record, this.#readCell(record, role));
    return known.get(record);
  }

  #readCell(record: TableRecord, role: string): bigint | null | undefined {
    const context = this.#context;
    const text = cellOf(context, record, role);
    if (text === '') return this.checkUnit(record) ? null : undefined;
    const { number, unit: own } = splitQuantity(text);
    const found = { ofColumn: this.#units.get(role), own, unitRole: 'limitUnit' };
    const unit = unitOfCell(context, record, role, found);
    if (unit === null) return undefined;
    const report = reportAtCell(context, record, role);
    if (unit === undefined && context.layout.columns.has('limitUnit')) {
      const message = 'the limit of this row has no unit';
      reportAtCell(context, record, 'limitUnit')('UNIT_MISSING', message, 'Write its unit.');
      return undefined;
    }
    const what = cellWords(context, record, role);
    const value = readNumeral(number, this.#marks, context.say);
    if ('code' in value) {
      const asks = value.code === 'NUMBER_AMBIGUOUS';
      const none = `If the row has no limit, leave the field empty and say ${context.say('emptyLimit', 'none')}; else write the number.`;
      const same = `If it repeats the limit above it, leave the field empty and say ${context.say('emptyLimit', 'same')}; else write the number.`;
      const remedy = DITTO.test(number) ? same : saysNoValue(number) ? none : value.remedy;
      if (!asks || !this.#hasAsked) report(value.code, `${what}, ${value.words}`, remedy);
      this.#hasAsked ||= asks;
      return undefined;
    }
    const limit = this.#convert(value, unit, record, role);
    if (limit === undefined || (limit >= BigInt(I32_MIN) && limit <= BigInt(I32_MAX))) return limit;
    report('OUT_OF_RANGE', `${what}: the limit is ${limit}`, `Limits lie from ${I32_MIN} to ${I32_MAX}.`);
    return undefined;
  }

  /** Whether the unit that a row without a limit names is the one of limits: the limit that it gets from elsewhere is in that. */
  checkUnit(record: TableRecord): boolean {
    const { unit } = this.#context.target.limit;
    const text = cellOf(this.#context, record, 'limitUnit');
    if (text === '' || (unit !== null && areOfOneKind(unitSpelled(text) ?? text, unit))) return true;
    const what = cellWords(this.#context, record, 'limitUnit');
    const message = `${what}, but the row has no limit, and limits are in ${unit ?? 'no unit'}`;
    const report = reportAtCell(this.#context, record, 'limitUnit');
    report('UNIT_MISMATCH', message, 'Write the limit in the row, or leave its unit empty.');
    return false;
  }

  #convert(value: Decimal, unit: string | undefined, record: TableRecord, role: string): bigint | undefined {
    const { limit } = this.#context.target;
    const report = reportAtCell(this.#context, record, role);
    const what = cellWords(this.#context, record, role);
    if (unit !== undefined && limit.unit === null) {
      const message = `${what}, in ${unit}, but no unit of limits is said`;
      const { say } = this.#context;
      const remedy =
        unitSpelled(unit) !== undefined
          ? `Say ${say('limitUnit', unit)}.`
          : faultOfUnit(unit) === undefined
            ? `If limits are in that, say ${say('limitUnit', unit)}; else take out what stands behind the number.`
            : 'Write the number alone, and say what limits are in.';
      report('UNIT_MISSING', message, remedy);
      return undefined;
    }
    if (limit.unit === null || unit === undefined) return this.#bare(value, what, report);
    // The number has a unit, and is converted from that alone.
    const steps = { ...limit, unit: limit.unit, scale: 1 };
    const exact = stepsOf(value, unit, steps);
    if (exact !== undefined && !this.#isScaleOf(unit, steps, what, report)) return undefined;
    if (exact !== undefined) {
      return wholeSteps(exact, `${what}: it is ${decimalWords(value)} ${unit}`, steps, true, report);
    }
    const message = `${what}, in ${unit}, but limits are in ${limit.unit}`;
    const isKnown = unitSpelled(unit) !== undefined;
    const remedy = isKnown
      ? `Convert it to ${limit.unit} in the table.`
      : 'If what stands behind the number is no unit, take it out; else convert the limit in the table.';
    report('UNIT_MISMATCH', message, remedy);
    return undefined;
  }

  /** Whether what limits are multiplied by, if anything, is how many of their unit one of the table's is. Told once. */
  #isScaleOf(unit: string, limit: Measure, what: string, report: Report): boolean {
    const { scale } = this.#context.target.limit;
    const factor = stepsInUnit(unit, limit);
    if (scale === 1 || factor?.numerator === BigInt(scale) * (factor?.denominator ?? 0n)) return true;
    if (this.#hasToldScale) return false;
    this.#hasToldScale = true;
    const { say } = this.#context;
    const said = say('limitScale', `${scale}`);
    const finer = finerUnit(unit);
    const remedy =
      finer === undefined
        ? `Leave ${say('limitScale')} out: numbers with a unit are converted.`
        : `Leave ${say('limitScale')} out: numbers with a unit are converted; for parts of 1 ${unit} say ${say('limitUnit', finer)}.`;
    report(
      'UNIT_MISMATCH',
      `${what}, in ${unit}, and 1 ${unit} is not ${scale} ${limit.unit}, as ${said} says`,
      remedy,
    );
    return false;
  }

  /** A number without a unit, times what limits are multiplied by. */
  #bare(value: Decimal, what: string, report: Report): bigint | undefined {
    const { limit } = this.#context.target;
    const { unit, scale } = limit;
    const exact = { numerator: value.units * BigInt(scale), denominator: 10n ** BigInt(value.places) };
    if (unit !== null) {
      const words = scale === 1 ? `: it is ${decimalWords(value)} ${unit}` : `, times ${scale} in ${unit}`;
      // In another unit the same number would be another limit.
      const sayUnit = limit.sayUnit && (() => undefined);
      const steps = { ...limit, unit, scale: 1, ...(sayUnit && { sayUnit }) };
      return wholeSteps(exact, `${what}${words}`, steps, true, report);
    }
    const below = floorOf(exact);
    if (below * exact.denominator === exact.numerator) return below;
    const remedy = `The nearest are ${below} and ${below + 1n}: write the lower one, or choose a finer unit of limits.`;
    report('UNIT_INEXACT', `${what}, which is not a whole number`, remedy);
    return undefined;
  }

  /** The name of a limit's column. */
  columnName(role: string): string {
    return columnOf(this.#context, role);
  }
}
