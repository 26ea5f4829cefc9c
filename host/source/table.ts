import { basename, extname } from 'node:path';
import { cutText } from '../common/cut-text.ts';
import type { EntryContext } from './context.ts';
import { parseCoordinate, stretchesOf } from './coordinates.ts';
import { type CsvRow, type CsvTable, parseCsv } from './csv.ts';
import type { Report } from './diagnostics.ts';
import { type Fields, readFields, readTextNode } from './fields.ts';
import { parseLimit, readLimit } from './limit.ts';
import type { Interval } from './model.ts';
import type { Place } from './place.ts';
import { pathBeside } from './reader.ts';
import { nearestWord } from './suggest.ts';
import { CSV_BYTES_MAX, readText } from './text.ts';
import type { TreeNode } from './tree.ts';
import { stepsInUnit } from './units.ts';
import { parseId, readId, readLabel } from './values.ts';

/** An entry `{ file, columns, ... }`: many zones or gap rules from a CSV file. */

export interface TableRow {
  readonly id: string;
  readonly place: Place;
  /** One, or two over the seam of a ring. */
  readonly at: readonly Interval[];
  readonly limit: number | null;
  /** The text of a column by what it means, empty when the table has no such column. */
  cell(role: string): string;
  /** Reports at the field of this row. */
  reportAt(role: string): Report;
}

export interface EntryTable {
  readonly fields: Fields;
  readonly fileName: string;
  readonly rows: readonly TableRow[];
  /** Whether every row could be read. */
  readonly complete: boolean;
}

const COMMON_FIELDS = ['file', 'columns', 'unit', 'id', 'when', 'limit'];
const COMMON_COLUMNS = ['from', 'to', 'id', 'limit', 'limitUnit'];

/** Where the columns stand in the table, by what they mean. */
type ColumnIndex = ReadonlyMap<string, number>;

interface RowDefaults {
  readonly idPrefix: string;
  readonly unit: string | undefined;
  readonly limit: number | null;
}

/** Reads the file of an entry and its rows; undefined when the entry or the table as a whole is wrong. */
export async function readTable(
  node: TreeNode,
  kind: 'zone' | 'gap rule',
  moreFields: readonly string[],
  moreColumns: readonly string[],
  context: EntryContext,
): Promise<EntryTable | undefined> {
  const { diagnostics } = context;
  const fields = readFields(node, `a file of ${kind}s`, [...COMMON_FIELDS, ...moreFields], diagnostics);
  const fileNode = fields?.need('file');
  const columnsNode = fields?.need('columns');
  const file = fileNode && readTextNode(fileNode, 'file', diagnostics);
  if (fields === undefined || file === undefined || columnsNode === undefined) return undefined;
  const columnNames = readColumnNames(columnsNode, [...COMMON_COLUMNS, ...moreColumns], context);
  const defaults = readDefaults(fields, file.text, file.place, context);
  const path = pathBeside(context.path, file.text);
  const textFile = { path, bytesMax: CSV_BYTES_MAX, namedAt: file.place, missing: 'CSV_MISSING' } as const;
  const text = await readText(context.reader, textFile, diagnostics);
  const table = text === undefined ? undefined : parseCsv(text, path, diagnostics);
  if (table === undefined || columnNames === undefined || defaults === undefined) return undefined;
  const columns = findColumns(columnNames, table, path, context);
  if (columns === undefined) return undefined;
  const reader = new RowReader(table, path, columns, defaults, context);
  const rows: TableRow[] = [];
  table.rows.forEach((row, index) => {
    const read = reader.read(row, index);
    if (read !== undefined) rows.push(read);
  });
  return { fields, fileName: file.text, rows, complete: rows.length === table.rows.length };
}

interface ColumnName {
  readonly role: string;
  readonly name: string;
  readonly place: Place;
}

function readColumnNames(
  node: TreeNode,
  roles: readonly string[],
  context: EntryContext,
): ColumnName[] | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, 'columns', roles, diagnostics);
  if (fields === undefined) return undefined;
  fields.need('from');
  fields.need('to');
  const names: ColumnName[] = [];
  for (const role of roles) {
    const value = fields.get(role);
    const text = value && readTextNode(value, `column "${role}"`, diagnostics);
    if (text !== undefined) names.push({ role, name: text.text, place: text.place });
  }
  const unitName = names.find(({ role }) => role === 'limitUnit');
  if (unitName === undefined || context.limits !== null) return names;
  const message = 'a column of limit units, but the source declares no unit to compare them with';
  diagnostics.add('UNIT_MISSING', unitName.place, message, 'Add "limits: { unit: ... }".');
  return undefined;
}

function readDefaults(
  fields: Fields,
  file: string,
  place: Place,
  context: EntryContext,
): RowDefaults | undefined {
  const { diagnostics, limits } = context;
  const idNode = fields.get('id');
  const idPrefix =
    idNode === undefined ? idFromFileName(file, place, context) : readId(idNode, 'id', diagnostics);
  const limitNode = fields.get('limit');
  const limit = limitNode === undefined ? null : readLimit(limitNode, 'limit', limits, diagnostics);
  const unitNode = fields.get('unit');
  const unit = unitNode === undefined ? undefined : readLabel(unitNode, 'unit', 20, diagnostics);
  if (idPrefix === undefined || limit === undefined) return undefined;
  if (unitNode !== undefined && unit === undefined) return undefined;
  return { idPrefix, unit, limit };
}

function idFromFileName(file: string, place: Place, context: EntryContext): string | undefined {
  const name = basename(file, extname(file));
  return parseId(name, 'the id made of the file name', (code, message) =>
    context.diagnostics.add(code, place, message, 'Give the entry an "id" of its own.'),
  );
}

function findColumns(
  names: readonly ColumnName[],
  table: CsvTable,
  path: string,
  context: EntryContext,
): ColumnIndex | undefined {
  const columns = new Map<string, number>();
  for (const { role, name, place } of names) {
    const index = table.header.indexOf(name);
    if (index >= 0) {
      columns.set(role, index);
      continue;
    }
    const nearest = nearestWord(name, table.header);
    const remedy =
      nearest === undefined ? `Its columns are: ${table.header.join(', ')}.` : `Did you mean "${nearest}"?`;
    context.diagnostics.add('CSV_COLUMN_MISSING', place, `${path} has no column "${name}"`, remedy);
  }
  return columns.size === names.length && columns.has('from') && columns.has('to') ? columns : undefined;
}

class RowReader {
  readonly #table: CsvTable;
  readonly #path: string;
  readonly #columns: ColumnIndex;
  readonly #defaults: RowDefaults;
  readonly #context: EntryContext;

  constructor(
    table: CsvTable,
    path: string,
    columns: ColumnIndex,
    defaults: RowDefaults,
    context: EntryContext,
  ) {
    this.#table = table;
    this.#path = path;
    this.#columns = columns;
    this.#defaults = defaults;
    this.#context = context;
  }

  read(row: CsvRow, index: number): TableRow | undefined {
    const id = this.#readId(row, index);
    const place = { file: this.#path, line: row.line, column: 1 };
    this.#context.ids.claim(id, place);
    const at = this.#readIntervals(row, place);
    const limit = this.#readLimit(row);
    if (id === undefined || at === undefined || limit === undefined) return undefined;
    return {
      id,
      place,
      at,
      limit,
      cell: (role) => this.#cell(row, role),
      reportAt: (role) => this.#reportAt(row, role),
    };
  }

  #cell(row: CsvRow, role: string): string {
    return row.cells[this.#columns.get(role) ?? -1] ?? '';
  }

  #reportAt(row: CsvRow, role: string): Report {
    return (code, message, remedy) => {
      const place = this.#table.placeOf(row.line, this.#columns.get(role) ?? 0);
      this.#context.diagnostics.add(code, place, message, remedy);
    };
  }

  #readId(row: CsvRow, index: number): string | undefined {
    const text = this.#cell(row, 'id');
    if (this.#columns.has('id')) return parseId(text, 'id', this.#reportAt(row, 'id'));
    return `${this.#defaults.idPrefix}-${index + 1}`;
  }

  #readIntervals(row: CsvRow, place: Place): readonly Interval[] | undefined {
    const from = this.#readCoordinate(row, 'from');
    const to = this.#readCoordinate(row, 'to');
    if (from === undefined || to === undefined) return undefined;
    const report = this.#reportAt(row, 'from');
    const stretches = stretchesOf('the row', this.#context.axis, from, to, report);
    return stretches?.map((stretch) => ({ ...stretch, place }));
  }

  #readCoordinate(row: CsvRow, role: 'from' | 'to'): number | undefined {
    const { unit } = this.#defaults;
    return parseCoordinate(
      this.#cell(row, role),
      `"${role}"`,
      this.#context.axis,
      unit,
      this.#reportAt(row, role),
    );
  }

  /** undefined: there is no column of units, or nothing to measure; null after a mistake. */
  #readLimitUnit(row: CsvRow, hasLimit: boolean): string | null | undefined {
    const { limits } = this.#context;
    const unit = this.#cell(row, 'limitUnit');
    if (limits === null || !this.#columns.has('limitUnit')) return undefined;
    const report = this.#reportAt(row, 'limitUnit');
    if (unit === '' && hasLimit)
      report('UNIT_MISSING', 'the limit of this row has no unit', 'Write its unit.');
    else if (unit === '' || stepsInUnit(unit, limits) !== undefined) return unit || undefined;
    else
      report(
        'UNIT_MISMATCH',
        `limit is in "${cutText(unit)}", but limits are in "${limits.unit}"`,
        `Convert it to ${limits.unit}.`,
      );
    return null;
  }

  /** null: the row has no limit. */
  #readLimit(row: CsvRow): number | null | undefined {
    const text = this.#cell(row, 'limit');
    const unit = this.#readLimitUnit(row, text !== '');
    if (unit === null) return undefined;
    if (text === '') return this.#defaults.limit;
    return parseLimit(text, 'limit', this.#context.limits, unit, this.#reportAt(row, 'limit'));
  }
}
