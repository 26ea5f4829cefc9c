import type { LeftOutKind } from '../table/rows.ts';
import { unmetConditions } from './table-filters.ts';
import { type OpenTable, unusedColumns } from './table-reading.ts';

/** What a table holds that is not used, for people: one sentence each, without a full stop. */

const LEFT_OUT: readonly (readonly [LeftOutKind, one: string, many: string])[] = [
  ['title', 'row above the header', 'rows above the header'],
  ['empty', 'empty row', 'empty rows'],
  ['comment', 'comment', 'comments'],
  ['total', 'total', 'totals'],
  ['header', 'repeated header', 'repeated headers'],
];
const LINES_SHOWN_MAX = 8;

/** Rows that are left out, and why; conditions that no row meets; columns that nothing uses. */
export function unusedNotes(table: OpenTable): readonly string[] {
  const { layout, leftOut, rows, wanted, request } = table;
  const { path, said, say } = request;
  const notes: string[] = [];
  for (const [kind, one, many] of LEFT_OUT) {
    const lines = leftOut.get(kind) ?? [];
    if (lines.length > 0)
      notes.push(`${lines.length} ${lines.length === 1 ? one : many} left out: ${lineWords(lines)}`);
  }
  const filtered = rows.length - wanted.length;
  if (filtered > 0) notes.push(`${filtered} of ${rows.length} rows left out, as ${say('where')} asks`);
  for (const condition of unmetConditions({ path, layout, said, say }, rows))
    notes.push(`no row is what ${say('where', condition)} names`);
  return [...notes, ...unusedColumns(table).map(({ words }) => words)];
}

/** `lines 2, 5 and 3 more` */
export function lineWords(lines: readonly number[]): string {
  const shown = lines.slice(0, LINES_SHOWN_MAX).join(', ');
  const more = lines.length - LINES_SHOWN_MAX;
  return `${lines.length === 1 ? 'line' : 'lines'} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
