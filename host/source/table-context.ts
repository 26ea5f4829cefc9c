import { cutText } from '../common/cut-text.ts';
import type { Say } from '../table/fault.ts';
import type { TableLayout } from '../table/layout.ts';
import { MarkEvidence, type Marks } from '../table/numbers.ts';
import { placeOfCell, type TableRecord } from '../table/records.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import type { AxisKind } from './model.ts';
import { dayInSteps } from './table-moment.ts';
import type { TableSaid } from './table-said.ts';
import type { Steps } from './units.ts';

/** What the readers of a table's cells share. */

export interface Ring {
  readonly min: bigint;
  readonly max: bigint;
}

/** What a table is read against. */
export interface TableTarget {
  readonly axis: Steps & { readonly kind: AxisKind };
  /** What bare numbers in the columns of places count; undefined: not said. */
  readonly placeUnit: string | undefined;
  /** What limits are to be in; null: not said. */
  readonly limit: Omit<Steps, 'unit'> & { readonly unit: string | null };
  /** Rows without a limit get one from elsewhere. */
  readonly limitOtherwise?: boolean;
  /** Whether a bare number without any unit counts steps of the axis, as in sources. */
  readonly bareAreSteps: boolean;
  /** Steps from which places are stored; undefined: not known, or `isWithin` looks after them. */
  readonly origin?: bigint | undefined;
  /** An axis whose end is its begin again, in steps. */
  readonly ring?: Ring;
  /** Whether a place lies on the axis, whose range is known; else it is reported. Without it, the table gives the range. */
  readonly isWithin?: (steps: bigint, text: string, what: string, report: Report) => boolean;
}

/** What a table is called, what was said of it, and where its columns are. */
export interface TableWords {
  readonly path: string;
  readonly layout: TableLayout;
  readonly said: TableSaid;
  readonly say: Say;
}

/** An open table, before it is known what its values are read against. */
export interface TableView extends TableWords {
  readonly diagnostics: Diagnostics;
}

export interface TableContext extends TableView {
  readonly target: TableTarget;
}

/** Whether a role is that of a limit: the one, or one of several. */
export function isLimitRole(role: string): boolean {
  return role === 'limit' || role.startsWith('limit ');
}

/** Text of the column of a role; empty when there is none. */
export function cellOf(context: TableWords, record: TableRecord, role: string): string {
  return record.cells[context.layout.columns.get(role) ?? -1] ?? '';
}

/** The name of the column of a role, as it stands in the table. */
export function columnOf({ layout }: TableWords, role: string): string {
  return layout.header.cells[layout.columns.get(role) ?? -1] ?? role;
}

/** Reports at the cell of a role. */
export function reportAtCell(context: TableView, record: TableRecord, role: string): Report {
  const { layout, path, diagnostics } = context;
  return (code, message, remedy) => {
    const place = placeOfCell(record, layout.columns.get(role) ?? 0, layout.separator);
    diagnostics.add(code, { file: path, ...place }, message, remedy);
  };
}

/** `"von [m]" is "1.400"`: a column and what stands in it, for messages. */
export function cellWords(context: TableView, record: TableRecord, role: string): string {
  return `"${cutText(columnOf(context, role))}" is "${cutText(cellOf(context, record, role))}"`;
}

/** The marks of the numbers that `numerals` gives; reports and gives undefined when they contradict each other. */
export function findMarks(
  context: TableContext,
  records: readonly TableRecord[],
  roles: readonly string[],
  numerals: (cell: string) => readonly string[],
): Marks | undefined {
  const evidence = new MarkEvidence();
  const columns = roles.flatMap((role) => context.layout.columns.get(role) ?? []);
  for (const { cells, line } of records) {
    for (const column of columns) {
      const cell = cells[column] ?? '';
      if (/^[0-9]*$/.test(cell)) continue;
      for (const text of numerals(cell)) evidence.add({ text, line });
    }
  }
  const marks = evidence.marks(context.said);
  if (!('at' in marks)) return marks;
  const { say, path, diagnostics } = context;
  const remedy = `Write all numbers in one way, or say it with ${say('decimal')} and ${say('thousands')}.`;
  diagnostics.add('NUMBER_AMBIGUOUS', { file: path, line: marks.at.line, column: 1 }, marks.words, remedy);
  return undefined;
}

/** An axis that is a ring, or the hours of a day. */
export function ringOf({ target, said }: TableContext): Ring | undefined {
  const day = said.clock ? dayInSteps(target.axis) : undefined;
  return target.ring ?? (day === undefined ? undefined : { min: 0n, max: day });
}
