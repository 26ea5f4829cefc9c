import { basename, extname } from 'node:path';
import { cutText } from '../common/cut-text.ts';
import { cellOf, reportAtCell } from '../source/table-context.ts';
import { IdsApart, idFromText } from '../source/table-ids.ts';
import type { ReadRow, TableReading } from '../source/table-reading.ts';

/** Ids of zones: from the column that was named, whatever text stands there, or from the name of the file and the number of the row. */

export interface NamedRows {
  /** In the order of the rows. */
  readonly ids: readonly string[];
  /** Sentences on ids that are not what the table says. */
  readonly notes: readonly string[];
}

/** Rows without a text for an id are reported. */
export function nameRows(reading: TableReading): NamedRows {
  const { context, rows } = reading;
  const file = idFromText(basename(context.path, extname(context.path))) ?? 'row';
  const apart = new IdsApart();
  const ids: string[] = [];
  const changed: string[] = [];
  let numbered = 0;
  for (const row of rows) {
    const text = textOf(row, reading, file);
    const wanted = idFromText(text) ?? '';
    if (wanted === '') {
      const message = `the id is "${cutText(text)}", without a letter or digit`;
      reportAtCell(context, row.record, 'id')('BAD_VALUE', message, 'Name the row, or leave --id out.');
    }
    const id = apart.take(wanted);
    ids.push(id);
    if (id !== wanted) numbered++;
    else if (id !== text) changed.push(`"${cutText(text)}" is ${id}`);
  }
  return { ids, notes: notesOf(reading, changed, numbered) };
}

function textOf({ record, index, category }: ReadRow, { context }: TableReading, file: string): string {
  const base = context.layout.columns.has('id') ? cellOf(context, record, 'id') : `${file}-${index + 1}`;
  return category === null || base === '' ? base : `${base}/${category}`;
}

function notesOf({ context }: TableReading, changed: readonly string[], numbered: number): readonly string[] {
  const notes = context.layout.columns.has('id')
    ? []
    : ['ids are the name of the file and the number of the row'];
  const [first] = changed;
  if (first !== undefined) {
    const more = changed.length === 1 ? '' : `, and ${changed.length - 1} more`;
    notes.push(`ids hold letters, digits and _ . : / + - only: ${first}${more}`);
  }
  if (numbered > 0) notes.push(`${numbered} ${numbered === 1 ? 'id' : 'ids'} that came again got a number`);
  return notes;
}
