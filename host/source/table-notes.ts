import { cutText } from '../common/cut-text.ts';
import type { TableLayout } from '../table/layout.ts';
import type { TableRecord } from '../table/records.ts';
import type { LeftOutKind } from '../table/rows.ts';
import { distinctValues, keptBelow, unmetConditions } from './table-filters.ts';
import { LINES_SHOWN_MAX, lineWords } from './table-lines.ts';
import { type OpenTable, type ReadRow, unusedColumns } from './table-reading.ts';

/** What a table holds that is not used, for people: one sentence each, without a full stop. */

const LEFT_OUT: readonly (readonly [LeftOutKind, one: string, many: string])[] = [
  ['title', 'row above the header', 'rows above the header'],
  ['empty', 'empty row', 'empty rows'],
  ['comment', 'comment', 'comments'],
  ['total', 'total', 'totals'],
  ['header', 'repeated header', 'repeated headers'],
  ['line', 'line that is drawn', 'lines that are drawn'],
];
/** What says something of the data in words is told with them. */
const QUOTED: ReadonlySet<LeftOutKind> = new Set(['title', 'comment']);

/** Rows that are left out, and why; conditions that no row meets; columns that nothing uses. */
export function unusedNotes(table: OpenTable): readonly string[] {
  const { layout, leftOut, rows, wanted, request } = table;
  const { path, said, say } = request;
  const notes: string[] = [];
  for (const [kind, one, many] of LEFT_OUT) {
    const records = leftOut.get(kind) ?? [];
    if (records.length === 0) continue;
    const words = QUOTED.has(kind) ? quotedLines(records) : lineWords(records.map(({ line }) => line));
    notes.push(`${records.length} ${records.length === 1 ? one : many} left out: ${words}`);
  }
  const filtered = rows.length - wanted.length;
  if (filtered > 0) {
    const kept = new Set(wanted);
    const held = filteredValues(
      layout,
      rows.filter((row) => !kept.has(row)),
    );
    const why = `as ${say('where')} asks`;
    notes.push(`${filtered} of ${rows.length} rows left out, ${why}: ${held}`);
  }
  notes.push(...keptBelow({ path, layout, said, say }, rows, new Set(wanted)));
  for (const condition of unmetConditions({ path, layout, said, say }, rows))
    notes.push(`no row is what ${say('where', condition)} names`);
  return [...notes, ...unusedColumns(table).map(({ words }) => words)];
}

/** Rows whose field of the limit is empty, and the limit that they get instead; `otherwise`: where that is no limit of the table. */
export function emptyLimitNotes(
  rows: readonly Pick<ReadRow, 'limit' | 'limitLine' | 'record'>[],
  otherwise: string,
): readonly string[] {
  const without = rows.filter(({ limit }) => limit === null);
  const same = rows.filter(({ limit, limitLine, record }) => limit !== null && limitLine !== record.line);
  return [...emptyLimitNote(without, otherwise), ...emptyLimitNote(same, 'that of the row above')];
}

function emptyLimitNote(rows: readonly Pick<ReadRow, 'record'>[], what: string): readonly string[] {
  const lines = [...new Set(rows.map(({ record }) => record.line))];
  if (lines.length === 0) return [];
  const words =
    lines.length === 1 ? '1 row with an empty limit has' : `${lines.length} rows with an empty limit have`;
  return [`${words} ${what}: ${lineWords(lines)}`];
}

/** `"status" is planned (1), nothing (2)`, of each column that conditions name: empty cells may be merged ones of a spreadsheet. */
function filteredValues({ columns, header }: TableLayout, rows: readonly TableRecord[]): string {
  const named = [...columns].flatMap(([role, column]) => (role.startsWith('where ') ? [column] : []));
  return [...new Set(named)]
    .map(
      (column) =>
        `"${cutText(header.cells[column] ?? '')}" is ${distinctValues(rows.map(({ cells }) => cells[column] ?? ''))}`,
    )
    .join(', ');
}

/** `line 1 "Speeds", line 2 "of May" and 3 more` */
function quotedLines(records: readonly TableRecord[]): string {
  const shown = records
    .slice(0, LINES_SHOWN_MAX)
    .map(({ line, cells }) => `line ${line} "${cutText(cells.filter((cell) => cell !== '').join(', '))}"`);
  const more = records.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
