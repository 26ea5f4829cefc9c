import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import type { Diagnostics } from './diagnostics.ts';
import type { Place } from './place.ts';

/** CSV files: a header row, RFC 4180 quotes, commas unless another separator is given. */

export interface CsvRow {
  /** One text a column, blanks around it removed. */
  readonly cells: readonly string[];
  /** The line on which the row begins, from 1. */
  readonly line: number;
}

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Where a field of a row stands; found only when asked for, because only mistakes ask. */
  placeOf(line: number, column: number): Place;
}

/** Reads a table; undefined when it is broken or empty, which is then reported. Blank lines are passed over. */
export function parseCsv(
  text: string,
  file: string,
  diagnostics: Diagnostics,
  separator = ',',
): CsvTable | undefined {
  // One kind of line ending: inside quotes the parser would count CR LF as two lines.
  const plain = text.replaceAll('\r\n', '\n');
  const all = parseRows(plain, file, separator, diagnostics);
  if (all === undefined) return undefined;
  const [header, ...rows] = all;
  if (header === undefined || rows.length === 0) {
    const message = header === undefined ? 'the table is empty' : 'the table has a header but no rows';
    diagnostics.add(
      'EMPTY_FILE',
      { file, line: 1, column: 1 },
      message,
      'Add rows, or remove the file from the source.',
    );
    return undefined;
  }
  const table = { header: header.cells, rows, placeOf: placeFinder(plain, file, separator) };
  return checkShape(table, diagnostics) ? table : undefined;
}

/** Columns of a table; people's have dozens. */
const COLUMNS_MAX = 1000;

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseRows(
  text: string,
  file: string,
  separator: string,
  diagnostics: Diagnostics,
): CsvRow[] | undefined {
  try {
    const options = {
      info: true,
      relax_column_count: true,
      delimiter: separator,
      record_delimiter: '\n',
      trim: true,
    } as const;
    const records = parse(text, options) as unknown as ParsedRecord[];
    const rows: CsvRow[] = [];
    for (const { record, info } of records) {
      if (record.length === 1 && record[0] === '') continue;
      rows.push({ cells: record, line: info.lines - lineBreaksIn(record) });
    }
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = brokenLine(error, text);
    const message = (error.message.split(':')[0] ?? error.message).toLowerCase();
    diagnostics.add(
      'CSV_BROKEN',
      { file, line, column: 1 },
      `not CSV: ${message}`,
      'Fix the quotes on this line.',
    );
    return undefined;
  }
}

/** The line of a broken row. A quote that stays open is found where it opens: the parser only notices at the end. */
function brokenLine(error: CsvError, text: string): number {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return openQuoteLine(text);
  return 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
}

function openQuoteLine(text: string): number {
  let quoted = false;
  let line = 1;
  let openedOn = 1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\n') line++;
    if (text[at] !== '"') continue;
    if (quoted && text[at + 1] === '"') {
      at++;
      continue;
    }
    quoted = !quoted;
    if (quoted) openedOn = line;
  }
  return openedOn;
}

function lineBreaksIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) if (cell.includes('\n')) count += cell.split('\n').length - 1;
  return count;
}

function checkShape(table: CsvTable, diagnostics: Diagnostics): boolean {
  const before = diagnostics.count;
  if (table.header.length > COLUMNS_MAX) {
    const message = `the table has ${table.header.length} columns, more than ${COLUMNS_MAX}`;
    diagnostics.add(
      'CSV_BROKEN',
      table.placeOf(1, 0),
      message,
      'Remove the columns that the source does not name.',
    );
    return false;
  }
  const seen = new Set<string>();
  table.header.forEach((name, column) => {
    if (seen.has(name)) {
      const message = `two columns are named "${name}"`;
      diagnostics.add(
        'DUPLICATE_COLUMN',
        table.placeOf(1, column),
        message,
        'Give each column its own name.',
      );
    }
    seen.add(name);
  });
  for (const { cells, line } of table.rows) {
    if (cells.length === table.header.length) continue;
    const message = `the row has ${cells.length} fields, the header ${table.header.length}`;
    diagnostics.add(
      'CSV_ROW_LENGTH',
      table.placeOf(line, 0),
      message,
      'Give each row as many fields as the header has.',
    );
  }
  return diagnostics.count === before;
}

/** Finds fields by line and column; reads the lines of the text on first use. */
function placeFinder(text: string, file: string, separator: string): (line: number, column: number) => Place {
  let lines: readonly string[] | undefined;
  return (line, column) => {
    lines ??= text.split('\n');
    return { file, line, column: fieldStart(lines[line - 1] ?? '', column, separator) + 1 };
  };
}

/** Offset of the field with this index in a line: behind as many separators outside of quotes. */
function fieldStart(line: string, index: number, separator: string): number {
  let quoted = false;
  let field = 0;
  for (let at = 0; at < line.length; at++) {
    if (field === index) return at + blanksAt(line, at);
    if (line[at] === '"') quoted = !quoted;
    else if (line[at] === separator && !quoted) field++;
  }
  return field === index ? line.length : 0;
}

function blanksAt(line: string, at: number): number {
  let end = at;
  while (line[end] === ' ') end++;
  return end - at;
}
