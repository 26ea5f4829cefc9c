import { basename, extname } from 'node:path';
import { IdRegister } from '../source/context.ts';
import { type CsvRow, type CsvTable, parseCsv } from '../source/csv.ts';
import type { Diagnostics, Report } from '../source/diagnostics.ts';
import { parseMoment } from '../source/moment.ts';
import { nearestWord } from '../source/suggest.ts';
import { isTimestamp } from '../source/timestamp.ts';
import { I32_MAX, I32_MIN, parseId } from '../source/values.ts';
import { convertDecimal, type Ratio, stepsInUnit } from './decimal.ts';
import type { ImportedRow, ImportOptions, ImportPlan } from './plan.ts';

/** The rows of a table, read by the names of its columns and converted. */

export interface TableToRead {
  readonly text: string;
  readonly path: string;
  readonly separator: string;
  readonly plan: ImportPlan;
  readonly options: ImportOptions;
  /** What has to be assumed is added. */
  readonly assumptions: string[];
}

type Role = 'from' | 'to' | 'limit' | 'id';
const ROLES: readonly Role[] = ['from', 'to', 'limit', 'id'];

/** Every row that could be read; mistakes are added to `diagnostics`. */
export function readRows(input: TableToRead, diagnostics: Diagnostics): readonly ImportedRow[] {
  const { text, path, separator, plan, options, assumptions } = input;
  const table = parseCsv(text, path, diagnostics, separator);
  const columns = table && findColumns(table, path, options, diagnostics);
  const factor = readFactor(path, plan, diagnostics);
  if (table === undefined || columns === undefined || factor === undefined) return [];
  const reader = new RowReader(table, columns, factor, input, diagnostics);
  const rows: ImportedRow[] = [];
  table.rows.forEach((row, index) => {
    const read = reader.read(row, index);
    if (read !== undefined) rows.push(read);
  });
  const unlimited = rows.filter(({ limit }) => limit === null).length;
  if (options.limit === undefined) assumptions.push('zones have no limits: no column was named');
  else if (unlimited > 0) assumptions.push(`${unlimited} rows with an empty limit have none`);
  return rows;
}

function findColumns(
  table: CsvTable,
  path: string,
  options: ImportOptions,
  diagnostics: Diagnostics,
): ReadonlyMap<Role, number> | undefined {
  const columns = new Map<Role, number>();
  let complete = true;
  for (const role of ROLES) {
    const name = options[role];
    if (name === undefined) continue;
    const index = table.header.indexOf(name);
    if (index >= 0) {
      columns.set(role, index);
      continue;
    }
    complete = false;
    const nearest = nearestWord(name, table.header);
    const known = `Its columns are: ${table.header.join(', ')}.`;
    const remedy = nearest === undefined ? known : `Did you mean "${nearest}"?`;
    const place = { file: path, line: 1, column: 1 };
    diagnostics.add('CSV_COLUMN_MISSING', place, `column "${name}" for --${role} does not exist`, remedy);
  }
  return complete ? columns : undefined;
}

function readFactor(path: string, plan: ImportPlan, diagnostics: Diagnostics): Ratio | undefined {
  const factor = stepsInUnit(plan.tableUnit, plan.axisUnit, plan.scale);
  if (factor !== undefined) return factor;
  const message = `the table counts ${plan.tableUnit}, which does not convert to the ${plan.axisUnit} of the axis`;
  const place = { file: path, line: 1, column: 1 };
  diagnostics.add('UNIT_MISMATCH', place, message, 'Give --axis-unit a unit of the same kind.');
  return undefined;
}

class RowReader {
  readonly #table: CsvTable;
  readonly #columns: ReadonlyMap<Role, number>;
  readonly #factor: Ratio;
  readonly #input: TableToRead;
  readonly #diagnostics: Diagnostics;
  readonly #ids: IdRegister;

  constructor(
    table: CsvTable,
    columns: ReadonlyMap<Role, number>,
    factor: Ratio,
    input: TableToRead,
    diagnostics: Diagnostics,
  ) {
    this.#table = table;
    this.#columns = columns;
    this.#factor = factor;
    this.#input = input;
    this.#diagnostics = diagnostics;
    this.#ids = new IdRegister(diagnostics);
  }

  read(row: CsvRow, index: number): ImportedRow | undefined {
    const id = this.#readId(row, index);
    this.#ids.claim(id, { file: this.#input.path, line: row.line, column: 1 });
    const from = this.#readPlace(row, 'from');
    const to = this.#readEnd(row);
    const limit = this.#readLimit(row);
    if (id === undefined || from === undefined || to === undefined || limit === undefined) return undefined;
    if (from < to) return { id, from, to, limit, line: row.line };
    const words = from === to ? 'is empty' : 'runs backwards';
    const code = from === to ? 'INTERVAL_EMPTY' : 'INTERVAL_REVERSED';
    const message = `the row ${words}, from ${this.#cell(row, 'from')} to ${this.#cell(row, 'to')}`;
    this.#reportAt(row, 'from')(code, message, 'Fix the table, or remove the row.');
    return undefined;
  }

  #cell(row: CsvRow, role: Role): string {
    return row.cells[this.#columns.get(role) ?? -1] ?? '';
  }

  #number(row: CsvRow, role: Role): string {
    const text = this.#cell(row, role);
    return this.#input.options.decimalComma ? text.replace(',', '.') : text;
  }

  #reportAt(row: CsvRow, role: Role): Report {
    return (code, message, remedy) => {
      const place = this.#table.placeOf(row.line, this.#columns.get(role) ?? 0);
      this.#diagnostics.add(code, place, message, remedy);
    };
  }

  #readId(row: CsvRow, index: number): string | undefined {
    const { path } = this.#input;
    if (this.#columns.has('id')) return parseId(this.#cell(row, 'id'), 'id', this.#reportAt(row, 'id'));
    return parseId(
      `${basename(path, extname(path))}-${index + 1}`,
      'the id made of the file name',
      this.#reportAt(row, 'id'),
    );
  }

  #readPlace(row: CsvRow, role: 'from' | 'to'): bigint | undefined {
    const { plan } = this.#input;
    const what = `"${this.#input.options[role]}"`;
    const report = this.#reportAt(row, role);
    const measure = { unit: plan.axisUnit, scale: plan.scale };
    if (plan.origin !== undefined && isTimestamp(plan.origin)) {
      return parseMoment(this.#cell(row, role), what, measure, plan.tableUnit, report);
    }
    const unitWords = plan.scale === 1 ? plan.axisUnit : `steps of 1/${plan.scale} ${plan.axisUnit}`;
    return convertDecimal(this.#number(row, role), what, this.#factor, unitWords, report);
  }

  /** The first place that no longer belongs to the row. */
  #readEnd(row: CsvRow): bigint | undefined {
    const last = this.#readPlace(row, 'to');
    if (last === undefined || !this.#input.options.closed) return last;
    const { plan } = this.#input;
    const unitWords = `${plan.axisUnit} in one ${plan.tableUnit} of the table`;
    const unit = convertDecimal('1', 'one unit', this.#factor, unitWords, this.#reportAt(row, 'to'));
    return unit === undefined ? undefined : last + unit;
  }

  /** null: none. */
  #readLimit(row: CsvRow): bigint | null | undefined {
    const text = this.#number(row, 'limit');
    if (text === '') return null;
    const factor = { numerator: BigInt(this.#input.options.limitScale ?? 1), denominator: 1n };
    const report = this.#reportAt(row, 'limit');
    const limit = convertDecimal(text, 'limit', factor, 'limit', report);
    if (limit === undefined || (limit >= BigInt(I32_MIN) && limit <= BigInt(I32_MAX))) return limit;
    report('OUT_OF_RANGE', `limit is ${limit}`, `Limits lie from ${I32_MIN} to ${I32_MAX}.`);
    return undefined;
  }
}
