import { type EncodingName, findEncoding, TableDecoder } from '../table/encoding.ts';
import type { Say, TableFault } from '../table/fault.ts';
import { findLayout, type TableLayout, type WantedColumn } from '../table/layout.ts';
import { foldCase } from '../table/names.ts';
import { RecordScanner, type TableRecord } from '../table/records.ts';
import { type LeftOutKind, sortRows } from '../table/rows.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { HeldEnd } from './model.ts';
import { isLimitRole, reportAtCell, type TableContext, type TableTarget } from './table-context.ts';
import { EmptyLimits } from './table-empty-limits.ts';
import { distinctValues, filterColumns, filterRows, phaseOf } from './table-filters.ts';
import { checkIdleOptions } from './table-idle.ts';
import { type Covered, IntervalReader } from './table-intervals.ts';
import { LimitReader } from './table-limits.ts';
import { isHeaderRest, withValues } from './table-odd-rows.ts';
import { PlaceReader } from './table-places.ts';
import { unitSpelled } from './table-quantity.ts';
import type { TableSaid } from './table-said.ts';
import { agreesWithTitles } from './table-titles.ts';

/** A table of intervals, from its bytes to rows in steps of the axis. `import` and `file:` in sources read through here. */

export interface TableRequest {
  readonly path: string;
  /** Roles are from, to, unit, limit (or several that begin with "limit "), limitUnit, and those of the caller. */
  readonly columns: readonly WantedColumn[];
  readonly said: TableSaid;
  readonly say: Say;
  /** Reports a column that the header does not have. */
  readonly tellMissing: (column: WantedColumn, header: TableRecord) => void;
}

/** A table whose columns and rows are known, and whose values were not looked at. */
export interface OpenTable {
  readonly request: TableRequest;
  readonly layout: TableLayout;
  readonly encoding: EncodingName;
  /** All rows of data. */
  readonly rows: readonly TableRecord[];
  /** Those that `where` asks for. */
  readonly wanted: readonly TableRecord[];
  /** Rows, by why they are left out. */
  readonly leftOut: ReadonlyMap<LeftOutKind, readonly TableRecord[]>;
}

/** One zone or gap rule of a table. */
export interface ReadRow extends Covered {
  readonly record: TableRecord;
  /** Among the rows of data, from 0, those that `where` leaves out included. */
  readonly index: number;
  /** null: the cell is empty, or there is no column. */
  readonly limit: bigint | null;
  /** Where its limit stands, which may be a row above. */
  readonly limitLine: number;
  /** null: every phase. */
  readonly phase: number | null;
  /** The column of the limit, in a table that has several of them, one a phase. */
  readonly category: string | null;
}

export interface TableReading {
  readonly context: TableContext;
  readonly rows: readonly ReadRow[];
  /** Whether every row could be read. */
  readonly complete: boolean;
  readonly places: PlaceReader;
}

/** Finds columns and rows; undefined when the table is wrong as a whole. Mistakes are added to `diagnostics`. */
export function openTable(
  bytes: Uint8Array,
  request: TableRequest,
  diagnostics: Diagnostics,
): OpenTable | undefined {
  const { path, said, say } = request;
  const tell = (fault: TableFault) => tellFault(fault, path, diagnostics);
  const decoded = decodeTable(bytes, said.encoding, say);
  if ('code' in decoded) return void tell(decoded);
  const layout = findLayout(decoded.text, [...request.columns, ...filterColumns(said)], said, say);
  if ('code' in layout) return void tell(layout);
  if ('missing' in layout) {
    for (const column of layout.missing) request.tellMissing(column, layout.header);
    return undefined;
  }
  const before = diagnostics.count;
  const { rows, leftOut } = sortRows(scanAll(decoded.text, layout), layout, said, say, tell);
  if (rows.length === 0 && diagnostics.count === before) {
    const message = 'the table has a header but no rows';
    const remedy = 'Add rows, or remove the file from the source.';
    tell({ code: 'EMPTY_FILE', line: layout.header.line, column: 1, message, remedy });
  }
  const [first] = rows;
  const view = { path, layout, said, say, diagnostics };
  if (first === undefined || isHeaderRest(view, first)) return undefined;
  const wanted = withValues(view, filterRows(view, rows));
  return { request, layout, encoding: decoded.encoding, rows, wanted, leftOut };
}

/** Reads the values of a table against `target`; undefined when columns are wrong as a whole. */
export function readOpenTable(
  table: OpenTable,
  target: TableTarget,
  diagnostics: Diagnostics,
): TableReading | undefined {
  const { request, layout, rows: all, wanted } = table;
  const { path, said, say } = request;
  const context = { path, layout, target, said, say, diagnostics };
  const before = diagnostics.count;
  const limitRoles = [...layout.columns.keys()].filter(isLimitRole);
  const places = PlaceReader.make(context, wanted);
  const limits = LimitReader.make(context, wanted, limitRoles);
  if (places === undefined || limits === undefined || !checkUnitColumns(context, all)) return undefined;
  if (!checkIdleOptions(context)) return undefined;
  if (!agreesWithTitles(context, table.leftOut, wanted)) return undefined;
  const rows = readRows(context, all, wanted, { places, limits, limitRoles });
  return { context, rows, complete: diagnostics.count === before, places };
}

function tellFault(
  { code, line, column, message, remedy }: TableFault,
  file: string,
  diagnostics: Diagnostics,
): void {
  diagnostics.add(code, { file, line, column }, message, remedy);
}

function decodeTable(
  bytes: Uint8Array,
  said: EncodingName | undefined,
  say: Say,
): { readonly text: string; readonly encoding: EncodingName } | TableFault {
  const encoding = findEncoding(bytes, said, say);
  if (typeof encoding === 'object') return encoding;
  const text = new TableDecoder(encoding, say).push(bytes, true);
  return typeof text === 'string' ? { text, encoding } : text;
}

function scanAll(text: string, { separator }: TableLayout): readonly TableRecord[] {
  const scanner = new RecordScanner(separator);
  const records = scanner.push(text);
  for (const record of scanner.end()) records.push(record);
  return records;
}

interface CellReaders {
  readonly limits: LimitReader;
  readonly empty: EmptyLimits;
  readonly limitRoles: readonly string[];
}

function readRows(
  context: TableContext,
  all: readonly TableRecord[],
  wanted: readonly TableRecord[],
  readers: Omit<CellReaders, 'empty'> & { readonly places: PlaceReader },
): readonly ReadRow[] {
  const phases = phasesOf(context, wanted);
  const sequences = new Map<number | null, TableRecord[]>();
  for (const [record, phase] of phases) {
    const sequence = sequences.get(phase) ?? [];
    sequence.push(record);
    sequences.set(phase, sequence);
  }
  const intervals = new IntervalReader(context, readers.places);
  const steps = context.said.until === 'next' ? stepSequences(context, phases) : undefined;
  const covered =
    steps === undefined
      ? coveredAlone(intervals.read([...sequences.values()]), phases)
      : coveredInPhases(context, intervals, steps, phases);
  // The last row of a step table may be only an end, which is asked first.
  const ends = steps === undefined ? sequences : steps;
  const lasts = context.said.until === 'next' ? [...ends.values()].map((all) => all.at(-1)) : [];
  const isUnendedRow = (record: TableRecord) => lasts.includes(record) && !covered.has(record);
  const coversNothing = (record: TableRecord) =>
    covered.get(record)?.every(({ pieces }) => pieces.length === 0) ?? false;
  const empty = new EmptyLimits(context, readers.limitRoles, {
    all,
    sequences: [...sequences.values()],
    covers: (record) => !coversNothing(record) && !isUnendedRow(record),
  });
  const rows: ReadRow[] = [];
  for (const [index, record] of all.entries()) {
    const phase = phases.get(record);
    if (phase === undefined) continue;
    const pieces = covered.get(record) ?? [{ pieces: [], held: 0n, hasEnd: true, phase, category: null }];
    for (const piece of pieces)
      for (const row of withLimits({ record, index, ...piece }, { ...readers, empty }))
        if (row.pieces.length > 0) rows.push(row);
  }
  return rows;
}

/** What a row covers in a phase, or in every one. */
type InPhase = Covered & Pick<ReadRow, 'phase' | 'category'>;

function coveredAlone(
  covered: ReadonlyMap<TableRecord, Covered>,
  phases: ReadonlyMap<TableRecord, number | null>,
): ReadonlyMap<TableRecord, readonly InPhase[]> {
  return new Map(
    [...covered].map(([record, each]) => [
      record,
      [{ ...each, phase: phases.get(record) ?? null, category: null }],
    ]),
  );
}

/** The rows of each phase with those of every phase among them, where a step table has both; else undefined. */
function stepSequences(
  { said }: TableContext,
  phases: ReadonlyMap<TableRecord, number | null>,
): ReadonlyMap<number, readonly TableRecord[]> | undefined {
  const found = [...phases.values()];
  if (!found.includes(null) || found.every((phase) => phase === null)) return undefined;
  const rows = [...phases];
  return new Map(
    (said.phases?.names ?? []).map((_, number) => [
      number,
      rows.flatMap(([record, phase]) => (phase === null || phase === number ? [record] : [])),
    ]),
  );
}

/** In each phase a row holds until the next one of that phase, or of every phase: one of every phase may so end in several places. */
function coveredInPhases(
  { said, diagnostics }: TableContext,
  intervals: IntervalReader,
  steps: ReadonlyMap<number, readonly TableRecord[]>,
  phases: ReadonlyMap<TableRecord, number | null>,
): ReadonlyMap<TableRecord, readonly InPhase[]> {
  const before = diagnostics.count;
  const found = new Map<TableRecord, InPhase[]>();
  for (const [phase, sequence] of steps) {
    // What is wrong with a row of every phase is told once.
    if (diagnostics.count > before) continue;
    for (const [record, each] of intervals.read([sequence])) {
      const all = found.get(record) ?? [];
      all.push({ ...each, phase, category: said.phases?.names[phase] ?? null });
      found.set(record, all);
    }
  }
  return new Map(
    [...found].map(([record, all]) => [record, phases.get(record) === null ? asOne(all) : alone(all)]),
  );
}

function alone(all: readonly InPhase[]): readonly InPhase[] {
  return all.map((each) => ({ ...each, category: null }));
}

/** One row of every phase where it covers the same in all of them. */
function asOne(all: readonly InPhase[]): readonly InPhase[] {
  const [first] = all;
  const words = ({ pieces }: InPhase) => pieces.map(({ from, to }) => `${from} ${to}`).join();
  if (first === undefined || all.some((each) => words(each) !== words(first))) return all;
  return [{ ...first, phase: null, category: null }];
}

/** The phase of each row that has one, in the order of the rows. */
function phasesOf(
  context: TableContext,
  wanted: readonly TableRecord[],
): ReadonlyMap<TableRecord, number | null> {
  const { phases } = context.said;
  const found = new Map<TableRecord, number | null>();
  for (const record of wanted) {
    const phase = phases === undefined ? null : phaseOf(context, record, phases);
    if (phase !== undefined) found.set(record, phase);
  }
  return found;
}

/** The row with its limit; in a table with a limit for each of several categories, once for each. */
function withLimits(row: Omit<ReadRow, keyof OwnLimit>, readers: CellReaders): readonly ReadRow[] {
  const { limits, limitRoles } = readers;
  const [role, second] = limitRoles;
  const { record } = row;
  if (role === undefined)
    return limits.checkUnit(record) ? [{ ...row, limit: null, limitLine: record.line }] : [];
  if (second === undefined) {
    const own = limitOf(record, role, readers);
    return own === undefined ? [] : [{ ...row, ...own }];
  }
  return limitRoles.flatMap((category, phase) => {
    const own = limitOf(record, category, readers);
    return own === undefined ? [] : [{ ...row, ...own, phase, category: limits.columnName(category) }];
  });
}

type OwnLimit = Pick<ReadRow, 'limit' | 'limitLine'>;

/** Of the row, or of the row above where that is said of empty fields; undefined: reported. */
function limitOf(record: TableRecord, role: string, { limits, empty }: CellReaders): OwnLimit | undefined {
  const source = limits.isEmpty(record, role) ? empty.rowOf(record, role) : record;
  const limit = source === undefined ? undefined : limits.read(source ?? record, role);
  return limit === undefined ? undefined : { limit, limitLine: (source ?? record).line };
}

/** What a row covers behind its end, as zones have it. */
export function heldEnd(held: bigint, say: Say): HeldEnd | undefined {
  return held === 0n ? undefined : { steps: Number(held), say: say('ends', 'exclusive') };
}

/** Columns that no role has, by index. */
function unusedIndices(layout: TableLayout): readonly number[] {
  const used = new Set(layout.columns.values());
  return layout.header.cells.flatMap((_, index) => (used.has(index) ? [] : [index]));
}

export interface UnusedColumn {
  /** `column "status"` */
  readonly title: string;
  /** With what it holds: one sentence, without its full stop. */
  readonly words: string;
}

/** Columns that nothing uses, with what they hold; those that were said to be unused are not told again. */
export function unusedColumns({ layout, rows, request }: OpenTable): readonly UnusedColumn[] {
  const known = new Set((request.said.unused ?? []).map(foldCase));
  return unusedIndices(layout).flatMap((index) => {
    const name = layout.header.cells[index] ?? '';
    if (known.has(foldCase(name))) return [];
    const cells = rows.map(({ cells }) => cells[index] ?? '');
    if (name === '' && cells.every((cell) => cell === '')) return [];
    const title = name === '' ? `column ${index + 1}, which has no name,` : `column "${name}"`;
    return [{ title, words: `${title} is not used: ${distinctValues(cells)}` }];
  });
}

/** A column of units that nothing uses would be lost: it is asked about. */
function checkUnitColumns(context: TableContext, rows: readonly TableRecord[]): boolean {
  const { layout, said, say } = context;
  const known = new Set((said.unused ?? []).map(foldCase));
  const before = context.diagnostics.count;
  for (const index of unusedIndices(layout)) {
    const name = layout.header.cells[index] ?? '';
    const cells = rows.map(({ cells }) => cells[index] ?? '').filter((cell) => cell !== '');
    if (known.has(foldCase(name)) || !areUnits(name, cells)) continue;
    const remedy = `Say whose they are with ${say('unitColumn', name)} or ${say('limitUnitColumn', name)}; if nothing is to use them, ${say('unused', name)}.`;
    const message = `column "${name}" holds units (${distinctValues(cells)}), and nothing uses it`;
    reportAtCell({ ...context, layout: withRole(layout, index) }, layout.header, UNUSED_ROLE)(
      'UNIT_MISSING',
      message,
      remedy,
    );
  }
  return context.diagnostics.count === before;
}

const UNIT_NAMES = /^(?:units?|uom|einheit|unit[eé]s?|unit[aà]|unidad|eenheid|jednotka|enhet)$/iu;

/** Whether a column holds units: all its cells are some, or one is and its name says so. */
function areUnits(name: string, cells: readonly string[]): boolean {
  const known = cells.filter((cell) => unitSpelled(cell) !== undefined).length;
  return known > 0 && (known === cells.length || UNIT_NAMES.test(name));
}

const UNUSED_ROLE = 'unused';

function withRole(layout: TableLayout, index: number): TableLayout {
  return { ...layout, columns: new Map([...layout.columns, [UNUSED_ROLE, index]]) };
}
