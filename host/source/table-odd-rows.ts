import { cutText } from '../common/cut-text.ts';
import { foldCase } from '../table/names.ts';
import { isSheetError } from '../table/not-numbers.ts';
import type { TableRecord } from '../table/records.ts';
import { columnOf, isLimitRole, type TableView } from './table-context.ts';
import { unitSpelled } from './table-quantity.ts';

/** Rows in which neither places nor limits stand: units below the header, a second header, notes. Each is asked about once. */

/** What stands in brackets, or has no digit. */
const WITHOUT_VALUE = /^(?:\[.*\]|\P{Nd}*)$/u;

/** Begins with a word, and not as `km 12` does, or with the mark of a footnote and a word. */
const NOTE = /^(?!(?:km|pk|kp)\s*[+\-\u2212]?[0-9])(?:[*†‡§¹²³]+\s*|\(?[0-9\p{L}]{1,2}\)\s*)?\p{L}/iu;

/** Whether the row below the header is none of data; it is then reported, since what it says of the columns would be lost. */
export function isHeaderRest(view: TableView, record: TableRecord): boolean {
  if (!isWithoutValues(view, record)) return false;
  const units = valueRoles(view).flatMap((role) => {
    const unit = unitIn(record.cells[view.layout.columns.get(role) ?? -1] ?? '');
    return unit === undefined ? [] : [`${columnOf(view, role)} [${unit}]`];
  });
  const [example] = units;
  const what = example === undefined ? 'no numbers' : 'units';
  const remedy =
    example === undefined
      ? 'If it goes with the header, write what it says into the names of the columns and take it out; if it is a note, let it begin with #.'
      : `Write them into the names of the columns, such as "${cutText(example)}", and take the row out.`;
  tell(view, record, 'HEADER_UNCLEAR', `the row below the header holds ${what}: ${shown(record)}`, remedy);
  return true;
}

/** The rows that hold a place or a limit; the others are reported. */
export function withValues(view: TableView, records: readonly TableRecord[]): readonly TableRecord[] {
  return records.filter((record) => {
    if (!isWithoutValues(view, record)) return true;
    if (namesColumns(view, record)) {
      const remedy = 'Split the table there: what stands below counts as that row says.';
      tell(view, record, 'ROW_UNCLEAR', `the row names the columns anew: ${shown(record)}`, remedy);
      return false;
    }
    if (valuesOf(view, record).filter((cell) => cell !== '').length > 1) {
      const remedy =
        'If the row names the columns anew, split the table there; if it says nothing of what stands below, take it out; else fill in its fields.';
      const message = `the row holds words where places and limits stand: ${shown(record)}`;
      tell(view, record, 'ROW_UNCLEAR', message, remedy);
      return false;
    }
    const remedy = 'If it is a note, let it begin with #, or take it out; else fill in its fields.';
    tell(view, record, 'ROW_UNCLEAR', `the row holds neither a place nor a limit: ${shown(record)}`, remedy);
    return false;
  });
}

/** Whether a row holds names of at least two columns, wherever they stand, or units: below it columns may mean something else. */
function namesColumns(view: TableView, { cells }: TableRecord): boolean {
  const names = valueRoles(view).filter((role) => {
    const cell = cells[view.layout.columns.get(role) ?? -1] ?? '';
    return isNameOf(columnOf(view, role), cell) || unitIn(cell) !== undefined;
  });
  const header = new Set(view.layout.header.cells.map(foldCase));
  const named = cells.filter((cell) => cell !== '' && header.has(foldCase(cell)));
  return names.length > 1 || named.length > 1;
}

/** Whether a cell begins as the name of its column does, or says a unit: `from_km` below `from_m`. */
function isNameOf(name: string, cell: string): boolean {
  const [first, other] = [name, cell].map((text) => /^\p{L}+/u.exec(foldCase(text))?.[0] ?? '');
  return first !== '' && first === other;
}

/** What stands where places and limits do. */
function valuesOf(view: TableView, { cells }: TableRecord): readonly string[] {
  return valueRoles(view).map((role) => cells[view.layout.columns.get(role) ?? -1] ?? '');
}

function isWithoutValues(view: TableView, record: TableRecord): boolean {
  const values = valuesOf(view, record);
  const [only = '', second] = values.filter((cell) => cell !== '');
  // A note may hold digits: `Page 2`.
  if (values.length > 1 && second === undefined && NOTE.test(only)) return true;
  return values.every((cell) => WITHOUT_VALUE.test(cell) && !isSheetError(cell));
}

function valueRoles({ layout }: TableView): readonly string[] {
  return [...layout.columns.keys()].filter((role) => role === 'from' || role === 'to' || isLimitRole(role));
}

/** `[km]`, `(km/h)` and `km`. */
function unitIn(cell: string): string | undefined {
  const [, square, round] = /^(?:\[(.+)\]|\((.+)\))$/.exec(cell) ?? [];
  return square ?? unitSpelled(round ?? cell);
}

function shown({ cells }: TableRecord): string {
  return cutText(cells.filter((cell) => cell !== '').join(', '));
}

function tell(
  { path, diagnostics }: TableView,
  { line }: TableRecord,
  code: 'HEADER_UNCLEAR' | 'ROW_UNCLEAR',
  message: string,
  remedy: string,
): void {
  diagnostics.add(code, { file: path, line, column: 1 }, message, remedy);
}
