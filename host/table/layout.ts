/** How a table is laid out: what separates its fields, and which row names its columns. */

import { anyOf, type Say, type TableFault } from './fault.ts';
import { columnsNamed } from './names.ts';
import { placeOfCell, RecordScanner, type TableRecord } from './records.ts';

export const SEPARATORS = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const;
export type Separator = (typeof SEPARATORS)[keyof typeof SEPARATORS];

/** A column that somebody asked for, by what it means. */
export interface WantedColumn {
  readonly role: string;
  readonly name: string;
}

export interface TableLayout {
  readonly separator: string;
  /** How that is known. */
  readonly separatorFrom: 'said' | 'sep=' | 'header';
  readonly header: TableRecord;
  /** Index of the column of each role. */
  readonly columns: ReadonlyMap<string, number>;
}

/** Columns that the likeliest header row does not have. */
export interface MissingColumns {
  readonly kind: 'missing';
  readonly missing: readonly WantedColumn[];
  readonly header: TableRecord;
}

export interface LayoutSaid {
  readonly separator?: string | undefined;
  /** Line of the header, from 1. */
  readonly headerRow?: number | undefined;
}

/** Rows among which the header is looked for. */
const HEADER_ROWS_MAX = 100;
/** Columns of a table; people's have dozens. */
const COLUMNS_MAX = 1000;
const SEP_LINE = /^"?sep=(.)"?[;,\t|]*$/i;

/** The separator that a first line `sep=;` names, as Excel writes and reads it. */
export function sepLine(text: string): string | undefined {
  return SEP_LINE.exec(text.split(/[\r\n]/, 1)[0]?.trim() ?? '')?.[1];
}

/** The layout under which one row names all columns that were asked for. */
export function findLayout(
  text: string,
  wanted: readonly WantedColumn[],
  said: LayoutSaid,
  say: Say,
): TableLayout | MissingColumns | TableFault {
  const named = sepLine(text);
  if (named !== undefined && said.separator !== undefined && named !== said.separator) {
    const message = `the first line says sep=${named}, but ${say('separator', separatorName(said.separator))} was said`;
    return {
      code: 'SEPARATOR_UNCLEAR',
      line: 1,
      column: 1,
      message,
      remedy: `Leave ${say('separator')} out.`,
    };
  }
  const known = said.separator ?? named;
  const separators = known === undefined ? Object.values(SEPARATORS) : [known];
  const head = headOf(text, Math.max(HEADER_ROWS_MAX, 2 * (said.headerRow ?? 0)));
  const tries = separators.map((separator) => tryHeader(head, separator, wanted, said.headerRow));
  const whole = tries.filter((attempt) => attempt !== undefined && attempt.missing.length === 0);
  const [only, other] = whole.filter((attempt) => attempt !== undefined);
  // A table of one column has no separator: any will do.
  if (only !== undefined && (other === undefined || separatorsIn(only.header.raw).length === 0)) {
    const separatorFrom = said.separator !== undefined ? 'said' : named !== undefined ? 'sep=' : 'header';
    return layoutOf(only, separatorFrom);
  }
  if (other !== undefined && only !== undefined) return unclear(only.header, say);
  return notFound(
    tries,
    known !== undefined,
    { headerRow: said.headerRow, isCut: head.length < text.length },
    say,
  );
}

interface Attempt {
  readonly separator: string;
  readonly header: TableRecord;
  readonly found: ReadonlyMap<string, readonly number[]>;
  readonly missing: readonly WantedColumn[];
}

/** The first row that names all columns, or else the one that names most of them. */
function tryHeader(
  head: string,
  separator: string,
  wanted: readonly WantedColumn[],
  headerRow: number | undefined,
): Attempt | undefined {
  let best: Attempt | undefined;
  for (const header of scanHead(head, separator)) {
    if (headerRow !== undefined && !holdsLine(header, headerRow)) continue;
    const found = new Map(wanted.map(({ role, name }) => [role, columnsNamed(name, header.cells)]));
    const missing = wanted.filter(({ role }) => (found.get(role) ?? []).length === 0);
    const attempt = { separator, header, found, missing };
    if (missing.length === 0) return attempt;
    if (best === undefined || missing.length < best.missing.length) best = attempt;
  }
  return best;
}

/** The text of so many lines. */
function headOf(text: string, linesMax: number): string {
  const lineEnd = /[\r\n]/g;
  for (let lines = 0; lines < linesMax; lines++) if (!lineEnd.test(text)) return text;
  return text.slice(0, lineEnd.lastIndex - 1);
}

/** Rows that may be a header; `sep=` is none. */
function scanHead(head: string, separator: string): readonly TableRecord[] {
  const scanner = new RecordScanner(separator);
  const records = [...scanner.push(head), ...scanner.end()];
  return records.filter(
    ({ cells, line }) => cells.some((cell) => cell !== '') && !(line === 1 && sepLine(head)),
  );
}

function holdsLine({ line, raw }: TableRecord, wanted: number): boolean {
  return wanted >= line && wanted < line + raw.split('\n').length;
}

function layoutOf(
  { separator, header, found }: Attempt,
  separatorFrom: TableLayout['separatorFrom'],
): TableLayout | TableFault {
  if (header.broken !== null) {
    const { words, column } = header.broken;
    const remedy = 'Fix the quotes on this line.';
    return { code: 'CSV_BROKEN', line: header.line, column, message: `not CSV: ${words}`, remedy };
  }
  if (header.cells.length > COLUMNS_MAX) {
    const message = `the table has ${header.cells.length} columns, more than ${COLUMNS_MAX}`;
    const remedy = 'Remove columns that nothing names.';
    return { code: 'CSV_BROKEN', line: header.line, column: 1, message, remedy };
  }
  const columns = new Map<string, number>();
  for (const [role, [index, second]] of found) {
    if (index === undefined) throw new TypeError('a layout without a column that was found');
    if (second !== undefined) return twoColumns(header, index, second, separator);
    columns.set(role, index);
  }
  return { separator, separatorFrom, header, columns };
}

function twoColumns(header: TableRecord, first: number, second: number, separator: string): TableFault {
  const [left = '', right = ''] = [header.cells[first], header.cells[second]];
  const names =
    left === right ? `two columns are named "${left}"` : `"${left}" and "${right}" can both be meant`;
  const remedy =
    left === right ? 'Give each column its own name.' : 'Write the name as it stands in the table.';
  const place = placeOfCell(header, second, separator);
  return { code: 'DUPLICATE_COLUMN', ...place, message: names, remedy };
}

function separatorsIn(raw: string): readonly string[] {
  const outside = raw.replace(/"[^"]*"/g, '');
  return Object.values(SEPARATORS).filter((separator) => outside.includes(separator));
}

function unclear(header: TableRecord, say: Say): TableFault {
  const found = separatorsIn(header.raw).map(separatorName);
  const what =
    found.length === 0
      ? `no ${anyOf(Object.keys(SEPARATORS))}`
      : `more than one of them: ${found.join(', ')}`;
  const message = `the row that names the columns holds ${what}`;
  const remedy = `Say what separates the fields with ${say('separator', 'semicolon')} or another.`;
  return { code: 'SEPARATOR_UNCLEAR', line: header.line, column: 1, message, remedy };
}

function notFound(
  tries: readonly (Attempt | undefined)[],
  isKnown: boolean,
  { headerRow, isCut }: { readonly headerRow: number | undefined; readonly isCut: boolean },
  say: Say,
): MissingColumns | TableFault {
  const attempts = tries.filter((attempt) => attempt !== undefined);
  const [best] = attempts.toSorted(
    (left, right) =>
      left.missing.length - right.missing.length || right.header.cells.length - left.header.cells.length,
  );
  if (best === undefined) {
    if (headerRow === undefined)
      return {
        code: 'EMPTY_FILE',
        line: 1,
        column: 1,
        message: 'the table is empty',
        remedy: 'Add rows, or give another file.',
      };
    const message = `line ${headerRow}, where the header is said to be, is empty or not there`;
    return {
      code: 'HEADER_UNCLEAR',
      line: headerRow,
      column: 1,
      message,
      remedy: `Correct ${say('headerRow')}.`,
    };
  }
  if (isCut && headerRow === undefined && best.found.size > 1 && best.header.cells.length === 1) {
    const message = `none of the first ${HEADER_ROWS_MAX} lines names a column that is asked for`;
    const remedy = `If the header stands below them, say on which line with ${say('headerRow')}; else correct the names.`;
    return { code: 'HEADER_UNCLEAR', line: 1, column: 1, message, remedy };
  }
  if (!isKnown && separatorsIn(best.header.raw).length !== 1) return unclear(best.header, say);
  // A name that stands twice is likelier wrong than the one that does not stand at all.
  const twice = [...best.found.values()].find(([, second]) => second !== undefined);
  if (twice !== undefined) return twoColumns(best.header, twice[0] ?? 0, twice[1] ?? 0, best.separator);
  return { kind: 'missing', missing: best.missing, header: best.header };
}

/** For people and options: comma, semicolon, tab or bar; another character as it is. */
export function separatorName(separator: string): string {
  const named = Object.entries(SEPARATORS).find(([, character]) => character === separator);
  return named?.[0] ?? `"${separator}"`;
}
