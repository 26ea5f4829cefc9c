import { cutText } from '../common/cut-text.ts';
import type { WantedColumn } from '../table/layout.ts';
import { foldCase } from '../table/names.ts';
import type { TableRecord } from '../table/records.ts';
import { nearestWord } from './suggest.ts';
import {
  cellOf,
  cellWords,
  columnOf,
  reportAtCell,
  type TableView,
  type TableWords,
} from './table-context.ts';
import { lineWords } from './table-lines.ts';
import type { PhasesSaid, TableSaid } from './table-said.ts';

/** Which rows of a table are asked for, and which phase a row belongs to. */

export interface Condition {
  readonly column: string;
  readonly isEqual: boolean;
  readonly value: string;
}

/** `status=in force`, `status!=planned`; undefined for a text that is none. */
export function parseCondition(text: string): Condition | undefined {
  const match = /^(.+?)(!?=)(.*)$/su.exec(text);
  const column = match?.[1]?.trim();
  if (match === null || column === undefined || column === '') return undefined;
  return { column, isEqual: match[2] === '=', value: (match[3] ?? '').trim() };
}

/** The columns that filters and phases read. */
export function filterColumns(said: TableSaid): readonly WantedColumn[] {
  const conditions = (said.where ?? []).flatMap((text) => parseCondition(text) ?? []);
  const columns = conditions.map(({ column }, index) => ({ role: `where ${index}`, name: column }));
  return said.phases === undefined ? columns : [...columns, { role: 'phase', name: said.phases.column }];
}

/** The rows that are asked for: conditions on one column that say = are alternatives, all others must hold. */
export function filterRows(context: TableView, records: readonly TableRecord[]): readonly TableRecord[] {
  const conditions = (context.said.where ?? []).flatMap((text) => parseCondition(text) ?? []);
  if (conditions.length === 0) return records;
  const groups = new Map<string, Group & { readonly values: Set<string> }>();
  for (const [index, { column, isEqual, value }] of conditions.entries()) {
    const key = `${isEqual} ${foldCase(column)}`;
    const group = groups.get(key) ?? { role: `where ${index}`, isEqual, values: new Set<string>() };
    group.values.add(foldCase(value));
    groups.set(key, group);
  }
  const all = [...groups.values()];
  const kept = records.filter((record) => all.every((group) => meets(context, record, group)));
  if (kept.length === 0 && records.length > 0) tellNone(context, records, all[0]?.role ?? '');
  else
    for (const group of all) {
      tellMisspelt(context, records, group);
      if (group.isEqual && !isEmptyKnown(context, group, all)) tellMerged(context, records, group, all);
    }
  return kept;
}

function meets(context: TableView, record: TableRecord, { role, isEqual, values }: Group): boolean {
  return values.has(foldCase(cellOf(context, record, role))) === isEqual;
}

/** Whether a condition says what empty fields of a column are. */
function isEmptyKnown(context: TableView, { role }: Group, all: readonly Group[]): boolean {
  const column = context.layout.columns.get(role);
  return all.some((group) => context.layout.columns.get(group.role) === column && group.values.has(''));
}

/** Rows whose field is empty and stands below a value: merged cells of a spreadsheet are written so. */
function rowsBelow(
  context: TableWords,
  records: readonly TableRecord[],
  role: string,
  values: ReadonlySet<string>,
): readonly TableRecord[] {
  let above = '';
  return records.filter((record) => {
    const cell = foldCase(cellOf(context, record, role));
    if (cell !== '') above = cell;
    return cell === '' && values.has(above);
  });
}

/** Rows that a condition would leave out though they may be merged with one that it takes. Told once a column. */
function tellMerged(
  context: TableView,
  records: readonly TableRecord[],
  group: Group,
  all: readonly Group[],
): void {
  const others = all.filter((each) => each !== group);
  const below = rowsBelow(context, records, group.role, group.values).filter((record) =>
    others.every((other) => meets(context, record, other)),
  );
  const [first] = below;
  if (first === undefined) return;
  const column = columnOf(context, group.role);
  const lines = lineWords(below.map(({ line }) => line));
  const message = `"${cutText(column)}" is empty below a value that ${context.say('where')} takes: ${lines}`;
  const remedy = `If cells are merged, fill in the fields; if empty ones are to be left out, say ${context.say('where', `${column}!=`)} too.`;
  reportAtCell(context, first, group.role)('BAD_VALUE', message, remedy);
}

/** Rows that are read though their field is empty below a value that a condition leaves out, a sentence for each such condition. */
export function keptBelow(
  context: TableWords,
  records: readonly TableRecord[],
  kept: ReadonlySet<TableRecord>,
): readonly string[] {
  const conditions = (context.said.where ?? []).flatMap((text) => parseCondition(text) ?? []);
  return conditions.flatMap(({ isEqual, value, column }, index) => {
    const below = isEqual
      ? []
      : rowsBelow(context, records, `where ${index}`, new Set([foldCase(value)])).filter((record) =>
          kept.has(record),
        );
    if (below.length === 0 || value === '') return [];
    const count = below.length === 1 ? '1 row is' : `${below.length} rows are`;
    const lines = lineWords(below.map(({ line }) => line));
    const condition = context.say('where', `${column}!=${value}`);
    return [
      `${count} read (${lines}) whose "${cutText(column)}" is empty below "${cutText(value)}", and not left out by ${condition} for all that`,
    ];
  });
}

/** The conditions whose value no row has, as they were said. */
export function unmetConditions(context: TableWords, records: readonly TableRecord[]): readonly string[] {
  return (context.said.where ?? []).filter((text, index) => {
    const value = foldCase(parseCondition(text)?.value ?? '');
    return !records.some((record) => foldCase(cellOf(context, record, `where ${index}`)) === value);
  });
}

interface Group {
  readonly role: string;
  readonly isEqual: boolean;
  /** Case folded. */
  readonly values: ReadonlySet<string>;
}

/** A value that no row has, and that is nearly one that rows have, would leave out or keep other rows than was meant. */
function tellMisspelt(
  context: TableView,
  records: readonly TableRecord[],
  { role, isEqual, values }: Group,
): void {
  const held = [...new Set(records.map((record) => foldCase(cellOf(context, record, role))))];
  for (const value of values) {
    const nearest = held.includes(value)
      ? undefined
      : nearestWord(
          value,
          held.filter((word) => !values.has(word)),
        );
    if (nearest === undefined) continue;
    const condition = `${columnOf(context, role)}${isEqual ? '=' : '!='}${value}`;
    const message = `no row is "${cutText(value)}", as ${context.say('where', condition)} says`;
    const remedy = `Did you mean "${cutText(nearest)}"? If not, leave this condition out.`;
    reportAtCell(context, context.layout.header, role)('BAD_VALUE', message, remedy);
  }
}

function tellNone(context: TableView, records: readonly TableRecord[], role: string): void {
  const values = distinctValues(records.map((record) => cellOf(context, record, role)));
  const message = `no row is what ${context.say('where')} asks for`;
  const remedy = `"${cutText(columnOf(context, role))}" holds: ${values}.`;
  reportAtCell(context, context.layout.header, role)('EMPTY_FILE', message, remedy);
}

const VALUES_SHOWN_MAX = 6;

/** `up (12), down (3)`, the first few of them. */
export function distinctValues(cells: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const shown = [...counts]
    .slice(0, VALUES_SHOWN_MAX)
    .map(([cell, count]) => `${cell === '' ? 'nothing' : cutText(cell)} (${count})`);
  return counts.size > VALUES_SHOWN_MAX
    ? `${shown.join(', ')} and ${counts.size - VALUES_SHOWN_MAX} more`
    : shown.join(', ');
}

/** The phase of a row by its number; null: every phase, undefined: reported. */
export function phaseOf(
  context: TableView,
  record: TableRecord,
  phases: PhasesSaid,
): number | null | undefined {
  const cell = foldCase(cellOf(context, record, 'phase'));
  const phase = phases.names.findIndex((name) => foldCase(name) === cell);
  if (phase >= 0) return phase;
  if (phases.all !== undefined && foldCase(phases.all) === cell) return null;
  const known = [...phases.names, ...(phases.all === undefined ? [] : [phases.all])];
  const nearest = nearestWord(cell, known);
  const hint = nearest === undefined ? `The phases are: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  if (cell === '') {
    const remedy = 'Fill in the field: merged cells of a spreadsheet are empty below the first of them.';
    const message = `${cellWords(context, record, 'phase')}: it is empty, and says no phase`;
    reportAtCell(context, record, 'phase')('BAD_VALUE', message, remedy);
    return undefined;
  }
  const message = `${cellWords(context, record, 'phase')}, which is none of the phases`;
  const remedy =
    phases.all === undefined && nearest === undefined
      ? `${hint} If the row holds in every phase, say ${context.say('everyPhase', cellOf(context, record, 'phase'))}; rows that count in none can be left out with ${context.say('where')}.`
      : `${hint} Rows can be left out with ${context.say('where')}.`;
  reportAtCell(context, record, 'phase')('BAD_VALUE', message, remedy);
  return undefined;
}
