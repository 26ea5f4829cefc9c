import { cutText } from '../common/cut-text.ts';
import type { TableRecord } from '../table/records.ts';
import { cellOf, cellWords, columnOf, reportAtCell, type TableContext } from './table-context.ts';
import { lineWords } from './table-lines.ts';

/** What an empty field of a limit stands for: no limit, or the limit of the row above, as in merged cells. It is asked, never guessed. */

export interface LimitRows {
  /** All rows of data, as they stand in the table. */
  readonly all: readonly TableRecord[];
  /** Those that are read, in a sequence for each phase. */
  readonly sequences: readonly (readonly TableRecord[])[];
  /** Whether a row covers something: one that is only the end of another needs no limit. */
  readonly covers: (record: TableRecord) => boolean;
}

/** The last row before each that has a limit, by role. */
type Before = ReadonlyMap<TableRecord, TableRecord | undefined>;

export class EmptyLimits {
  readonly #context: TableContext;
  readonly #rows: LimitRows;
  readonly #before = new Map<string, { readonly above: Before; readonly inPhase: Before }>();

  constructor(context: TableContext, roles: readonly string[], rows: LimitRows) {
    this.#context = context;
    this.#rows = rows;
    this.#checkUse(roles);
    this.#ask(roles);
  }

  /** The row whose limit a row has where its own field is empty; null: it has none, or that is asked. undefined: reported. */
  rowOf(record: TableRecord, role: string): TableRecord | null | undefined {
    if (this.#context.said.emptyLimit !== 'same') return null;
    if (!this.#rows.covers(record)) return null;
    const { above, inPhase } = this.#beforeOf(role);
    const [physical, own] = [above.get(record), inPhase.get(record)];
    const report = reportAtCell(this.#context, record, role);
    const what = `"${cutText(columnOf(this.#context, role))}" is empty`;
    if (physical === undefined || own === undefined) {
      const where = physical === undefined ? 'above' : 'before it in its phase';
      report('LIMIT_UNCLEAR', `${what}, and no row ${where} has a limit`, 'Write the limit in the row.');
      return undefined;
    }
    if (this.#limitText(physical, role) !== this.#limitText(own, role)) {
      const words = [physical, own].map((row) => cellWords(this.#context, row, role));
      const message = `${what}: in the row above (line ${physical.line}) ${words[0]}, in the one before it in its phase (line ${own.line}) ${words[1]}`;
      report('LIMIT_UNCLEAR', message, 'Write the limit in the row.');
      return undefined;
    }
    return this.#hasSameUnit(record, own) ? own : undefined;
  }

  /** A row that names a unit, but no limit, may mean another than the row above. */
  #hasSameUnit(record: TableRecord, source: TableRecord): boolean {
    const own = cellOf(this.#context, record, 'limitUnit');
    if (own === '' || own === cellOf(this.#context, source, 'limitUnit')) return true;
    const what = cellWords(this.#context, record, 'limitUnit');
    const message = `${what}, but the limit is that of line ${source.line}, where ${cellWords(this.#context, source, 'limitUnit')}`;
    const report = reportAtCell(this.#context, record, 'limitUnit');
    report('UNIT_MISMATCH', message, 'Write the limit in the row, or leave its unit empty.');
    return false;
  }

  #limitText(record: TableRecord, role: string): string {
    return `${cellOf(this.#context, record, role)} ${cellOf(this.#context, record, 'limitUnit')}`;
  }

  #beforeOf(role: string): { readonly above: Before; readonly inPhase: Before } {
    const known = this.#before.get(role);
    if (known !== undefined) return known;
    const { all, sequences } = this.#rows;
    const isFilled = (record: TableRecord) => cellOf(this.#context, record, role) !== '';
    const found = { above: lastFilled([all], isFilled), inPhase: lastFilled(sequences, isFilled) };
    this.#before.set(role, found);
    return found;
  }

  /** An answer to what no column asks would do nothing. */
  #checkUse(roles: readonly string[]): void {
    const { said, target, say, path, layout, diagnostics } = this.#context;
    if (said.emptyLimit === undefined) return;
    const why =
      roles.length === 0
        ? 'no column of limits is named'
        : target.limitOtherwise
          ? 'rows without a limit get that of the entry'
          : undefined;
    if (why === undefined) return;
    const place = { file: path, line: layout.header.line, column: 1 };
    const message = `${say('emptyLimit', said.emptyLimit)} says what an empty limit is, but ${why}`;
    diagnostics.add('BAD_VALUE', place, message, `Leave ${say('emptyLimit')} out.`);
  }

  /** Fields that are empty among filled ones can mean two things. Asked once, with all lines. */
  #ask(roles: readonly string[]): void {
    const { said, target, say } = this.#context;
    if (said.emptyLimit !== undefined || target.limitOtherwise) return;
    const rows = this.#rows.sequences.flat().filter(this.#rows.covers);
    const isEmpty = (record: TableRecord, role: string) => cellOf(this.#context, record, role) === '';
    const places = roles.map((role) => ({ role, empty: rows.filter((record) => isEmpty(record, role)) }));
    // Rows that a filter leaves out show as well that the column holds limits.
    if (roles.every((role) => this.#rows.all.every((record) => isEmpty(record, role)))) return;
    for (const { role, empty } of places) {
      const [first] = empty;
      if (first === undefined) continue;
      const { inPhase } = this.#beforeOf(role);
      const isBelow = empty.every((record) => inPhase.get(record) !== undefined);
      const none = `If ${empty.length === 1 ? 'this row has' : 'these rows have'} no limit, say ${say('emptyLimit', 'none')}`;
      const remedy = isBelow
        ? `${none}; if an empty field means the limit of the row above, say ${say('emptyLimit', 'same')}.`
        : `${none}; else write the limits in.`;
      const lines = lineWords(empty.map(({ line }) => line).toSorted((left, right) => left - right));
      const message = `"${cutText(columnOf(this.#context, role))}" is empty (${lines}), where other rows have a limit`;
      reportAtCell(this.#context, first, role)('LIMIT_UNCLEAR', message, remedy);
    }
  }
}

/** Of each row of a sequence, the last one before it that is filled. */
function lastFilled(
  sequences: readonly (readonly TableRecord[])[],
  isFilled: (record: TableRecord) => boolean,
): Before {
  const found = new Map<TableRecord, TableRecord | undefined>();
  for (const sequence of sequences) {
    let last: TableRecord | undefined;
    for (const record of sequence) {
      found.set(record, last);
      if (isFilled(record)) last = record;
    }
  }
  return found;
}
