import { basename, extname } from 'node:path';
import { cutText } from '../common/cut-text.ts';
import type { Say } from '../table/fault.ts';
import type { WantedColumn } from '../table/layout.ts';
import type { TableRecord } from '../table/records.ts';
import { formatCoordinate, formatRange } from './axis-words.ts';
import type { EntryContext } from './context.ts';
import { storedWithin } from './coordinates.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import { type Fields, readFields, readTextNode } from './fields.ts';
import { readLimit } from './limit.ts';
import type { HeldEnd, Interval, RowsApart, TableRowModel } from './model.ts';
import type { Place } from './place.ts';
import { pathBeside } from './reader.ts';
import { nearestWord } from './suggest.ts';
import { rowsApart } from './table-apart.ts';
import { cellOf, cellWords, columnOf, isLimitRole, reportAtCell } from './table-context.ts';
import { likelyEnds, unclearEnds, unclearEndsNote } from './table-ends.ts';
import { readTableFields } from './table-fields.ts';
import { idFromText } from './table-ids.ts';
import { emptyLimitNotes, unusedNotes } from './table-notes.ts';
import { heldEnd, openTable, type ReadRow, readOpenTable, type TableReading } from './table-reading.ts';
import type { TableSaid } from './table-said.ts';
import { readBytes, TABLE_BYTES_MAX } from './text.ts';
import type { TreeNode } from './tree.ts';
import { timeUnit } from './unit-table.ts';
import { parseId, readId, readLabel } from './values.ts';

/** An entry `{ file, columns, ... }`: many zones or gap rules from a table. */

export interface TableRow {
  readonly id: string;
  readonly place: Place;
  readonly at: readonly Interval[];
  /** What the table says of phases; null: nothing, the entry decides. */
  readonly when: readonly Interval[] | null;
  readonly limit: number | null;
  readonly heldEnd: HeldEnd | undefined;
  readonly likelyEnds: readonly HeldEnd[];
  readonly row: TableRowModel;
  /** The text of a column by what it means, empty when the table has no such column. */
  cell(role: string): string;
  /** Reports at the field of this row. */
  reportAt(role: string): Report;
}

export interface EntryTable {
  readonly fields: Fields;
  readonly fileName: string;
  readonly rows: readonly TableRow[];
  /** Whether every row could be read. */
  readonly complete: boolean;
}

const COMMON_FIELDS = ['file', 'columns', 'table', 'unit', 'id', 'when', 'limit'];
const COMMON_COLUMNS = ['from', 'to', 'unit', 'id', 'limit', 'limitUnit'];

interface RowDefaults {
  readonly idPrefix: string;
  readonly unit: string | undefined;
  readonly limit: number | null;
}

/** Reads the file of an entry and its rows; undefined when the entry or the table as a whole is wrong. */
export async function readTable(
  node: TreeNode,
  kind: 'zone' | 'gap rule',
  moreFields: readonly string[],
  moreColumns: readonly string[],
  context: EntryContext,
): Promise<EntryTable | undefined> {
  const { diagnostics } = context;
  const fields = readFields(node, `a file of ${kind}s`, [...COMMON_FIELDS, ...moreFields], diagnostics);
  const fileNode = fields?.need('file');
  const columnsNode = fields?.need('columns');
  const file = fileNode && readTextNode(fileNode, 'file', diagnostics);
  if (fields === undefined || file === undefined || columnsNode === undefined) return undefined;
  const said = readTableFields(fields.get('table'), SAY, diagnostics);
  const columns = readColumnNames(columnsNode, [...COMMON_COLUMNS, ...moreColumns], said, context);
  const defaults = readDefaults(fields, file.text, file.place, context);
  const path = pathBeside(context.path, file.text);
  const textFile = { path, bytesMax: TABLE_BYTES_MAX, namedAt: file.place, missing: 'CSV_MISSING' } as const;
  const bytes = await readBytes(context.reader, textFile, diagnostics);
  if (bytes === undefined || columns === undefined || defaults === undefined || said === undefined)
    return undefined;
  if (!checkPhases(said, columns, fields, context)) return undefined;
  const { axis, limits } = context;
  const target = {
    axis,
    placeUnit: defaults.unit,
    limit: limits ?? { unit: null, scale: 1 },
    limitOtherwise: defaults.limit !== null,
    bareAreSteps: true,
    ...(axis.wraps
      ? { ring: { min: BigInt(axis.min) + axis.origin, max: BigInt(axis.max) + axis.origin } }
      : {}),
    isWithin: (steps: bigint, text: string, what: string, report: Report) =>
      storedWithin(steps, text, what, axis, report) !== undefined,
  };
  const tellMissing = missingTeller(columns, file.place, path, context);
  const table = openTable(bytes, { path, columns, said, say: SAY, tellMissing }, diagnostics);
  const reading = table && readOpenTable(table, target, diagnostics);
  if (table === undefined || reading === undefined) return undefined;
  const notes = [
    ...unusedNotes(table),
    ...limitNotes(reading, defaults),
    ...endNotes(reading, file, context),
  ];
  for (const note of notes) context.remarks.push({ place: file.place, words: `${file.text}: ${note}` });
  const maker = new RowMaker(reading, rowsApart(table, !countsTime(context)), defaults, context);
  const rows = reading.rows.flatMap((row) => maker.make(row) ?? []);
  const complete = reading.complete && rows.length === reading.rows.length;
  return { fields, fileName: file.text, rows, complete };
}

/** Which rows have no limit of their own, where others may have one. */
function limitNotes({ rows, context }: TableReading, { limit }: RowDefaults): readonly string[] {
  if (![...context.layout.columns.keys()].some(isLimitRole)) return [];
  return emptyLimitNotes(rows, limit === null ? 'none' : `that of the entry, ${limit}`);
}

/** Holes between rows that may be their ends. */
function endNotes(
  reading: TableReading,
  file: { readonly text: string; readonly place: Place },
  context: EntryContext,
): readonly string[] {
  const unclear = reading.complete ? unclearEnds(reading) : undefined;
  if (unclear === undefined) return [];
  context.unclearEnds.push({ ...unclear, place: file.place, found: `${file.text}: ${unclear.found}` });
  return [unclearEndsNote(unclear)];
}

/** Where in a source an option of a table is said. */
const SAY: Say = (option, value) => {
  const text = value === undefined ? '' : ` ${yamlText(value)}`;
  switch (option) {
    case 'origin':
      return 'the origin of the axis';
    case 'unit':
      return `unit:${text}`;
    case 'axisUnit':
      return `unit:${text} of the axis`;
    case 'limitUnit':
      return `limits: { unit:${text} }`;
    case 'unitColumn':
      return `columns: { unit:${text} }`;
    case 'limitUnitColumn':
      return `columns: { limitUnit:${text} }`;
    case 'phases':
      return value === undefined ? 'table: { phases }' : `table: { phases: ${phasesText(value)} }`;
    case 'unused':
    case 'where':
      return value === undefined ? `table: { ${option} }` : `table: { ${option}: [${text.trim()}] }`;
    default:
      return value === undefined ? `table: { ${option} }` : `table: { ${option}:${text} }`;
  }
};

/** `dir=up,down` as a source has it. */
function phasesText(value: string): string {
  const at = value.indexOf('=');
  const names = value
    .slice(at + 1)
    .split(',')
    .map(yamlText);
  return `{ column: ${yamlText(value.slice(0, at))}, names: [${names.join(', ')}] }`;
}

/** As a value of YAML in braces: plain where nothing in it means anything. */
function yamlText(value: string): string {
  return /^[\p{L}0-9][\p{L}0-9 ./+-]*$/u.test(value) ? value : JSON.stringify(value);
}

interface NamedColumn extends WantedColumn {
  readonly place: Place;
}

function readColumnNames(
  node: TreeNode,
  roles: readonly string[],
  said: TableSaid | undefined,
  context: EntryContext,
): NamedColumn[] | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, 'columns', roles, diagnostics);
  if (fields === undefined) return undefined;
  const from = fields.need('from');
  const to = said?.until === 'next' ? node : fields.need('to');
  const names: NamedColumn[] = [];
  for (const role of roles) {
    const value = fields.get(role);
    if (role === 'limit' && value?.kind === 'list') {
      names.push(...readLimitColumns(value.items, diagnostics));
      continue;
    }
    const text = value && readTextNode(value, `column "${role}"`, diagnostics);
    if (text !== undefined) names.push({ role, name: text.text, place: text.place });
  }
  if (from === undefined || to === undefined) return undefined;
  const unitName = names.find(({ role }) => role === 'limitUnit');
  if (unitName === undefined || context.limits !== null) return names;
  const message = 'a column of limit units, but the source declares no unit to compare them with';
  diagnostics.add('UNIT_MISSING', unitName.place, message, 'Add "limits: { unit: ... }".');
  return undefined;
}

/** A limit for each of several categories, which are phases in the order of their columns. */
function readLimitColumns(nodes: readonly TreeNode[], diagnostics: Diagnostics): readonly NamedColumn[] {
  return nodes.flatMap((node, index) => {
    const text = readTextNode(node, 'column "limit"', diagnostics);
    return text === undefined ? [] : [{ role: `limit ${index}`, name: text.text, place: text.place }];
  });
}

/** Columns are named in the source: there is where one that the table does not have is reported. */
function missingTeller(
  columns: readonly NamedColumn[],
  otherwise: Place,
  path: string,
  { diagnostics }: EntryContext,
): (column: WantedColumn, header: { readonly cells: readonly string[] }) => void {
  return ({ role, name }, { cells }) => {
    const place = columns.find((column) => column.role === role)?.place ?? otherwise;
    const nearest = nearestWord(name, cells);
    const remedy =
      nearest === undefined ? `Its columns are: ${cutText(cells.join(', '))}.` : `Did you mean "${nearest}"?`;
    diagnostics.add('CSV_COLUMN_MISSING', place, `${path} has no column "${name}"`, remedy);
  };
}

/** Phases that stand for times have no numbers that a table could name. */
function countsTime({ phase }: Pick<EntryContext, 'phase'>): boolean {
  return phase !== null && timeUnit(phase.unit) !== undefined;
}

function checkPhases(
  said: TableSaid,
  columns: readonly NamedColumn[],
  fields: Fields,
  { phase, diagnostics }: EntryContext,
): boolean {
  const wide = columns.filter(({ role }) => role.startsWith('limit ')).length;
  const count = Math.max(said.phases?.names.length ?? 0, wide);
  if (count === 0) return true;
  if (said.phases !== undefined && wide > 0) {
    const message = 'the phases stand in a column of the table, and limits in a column for each phase';
    diagnostics.add('BAD_VALUE', fields.place, message, 'Leave one of them out.');
    return false;
  }
  const when = fields.get('when');
  if (when !== undefined) {
    const message = 'the phases stand in the table, and in "when" too';
    diagnostics.add('BAD_VALUE', when.place, message, 'Leave one of them out.');
    return false;
  }
  if (countsTime({ phase })) {
    const message = `the phases of a table are numbered from 0 on, and the phase of the source counts ${phase?.unit}`;
    const remedy =
      'Read the rows of each value by an entry of its own, with "when", and table: { where: ["column=value"] }; or let the phase count ticks.';
    diagnostics.add('BAD_VALUE', fields.place, message, remedy);
    return false;
  }
  if (phase !== null && phase.max >= count) return true;
  const message = `the table has ${count} phases, the source ${phase === null ? 'none' : `a period of ${phase.max}`}`;
  const remedy =
    phase === null
      ? `Add "phase: { unit: tick, period: ${count} }".`
      : `Give the phase a period of at least ${count} ticks.`;
  diagnostics.add('PHASE_MISSING', fields.place, message, remedy);
  return false;
}

function readDefaults(
  fields: Fields,
  file: string,
  place: Place,
  context: EntryContext,
): RowDefaults | undefined {
  const { diagnostics, limits } = context;
  const idNode = fields.get('id');
  const idPrefix =
    idNode === undefined ? idFromFileName(file, place, context) : readId(idNode, 'id', diagnostics);
  const limitNode = fields.get('limit');
  const limit = limitNode === undefined ? null : readLimit(limitNode, 'limit', limits, diagnostics);
  const unitNode = fields.get('unit');
  const unit = unitNode === undefined ? undefined : readLabel(unitNode, 'unit', 20, diagnostics);
  if (idPrefix === undefined || limit === undefined) return undefined;
  if (unitNode !== undefined && unit === undefined) return undefined;
  return { idPrefix, unit, limit };
}

function idFromFileName(file: string, place: Place, context: EntryContext): string | undefined {
  const name = basename(file, extname(file));
  return parseId(name, 'the id made of the file name', (code, message) =>
    context.diagnostics.add(code, place, message, 'Give the entry an "id" of its own.'),
  );
}

/** Where and when a row holds; what the table says of phases goes before what the entry says. */
export function placeOfRow(
  { id, place, at, when }: TableRow,
  otherwise: readonly Interval[] | null,
): Pick<TableRow, 'id' | 'place' | 'at' | 'when'> {
  return { id, place, at, when: when ?? otherwise };
}

class RowMaker {
  readonly #reading: TableReading;
  readonly #apart: RowsApart;
  readonly #defaults: RowDefaults;
  readonly #likelyEnds: readonly HeldEnd[];
  readonly #context: EntryContext;

  constructor(reading: TableReading, apart: RowsApart, defaults: RowDefaults, context: EntryContext) {
    this.#reading = reading;
    this.#apart = apart;
    this.#defaults = defaults;
    this.#likelyEnds = likelyEnds(reading);
    this.#context = context;
  }

  make(row: ReadRow): TableRow | undefined {
    const { record, phase } = row;
    const id = this.#readId(row);
    const place = { file: this.#reading.context.path, line: record.line, column: 1 };
    this.#context.ids.claim(id, place);
    const at = this.#readPieces(row, place);
    const { limit, held } = row;
    if (id === undefined || at === undefined) return undefined;
    return {
      id,
      place,
      at,
      when: phase === null ? null : [{ from: phase, to: phase + 1, place }],
      limit: limit === null ? this.#defaults.limit : Number(limit),
      heldEnd: heldEnd(held, SAY),
      likelyEnds: this.#likelyEnds,
      row: { line: record.line, table: this.#apart },
      cell: (role) => cellOf(this.#reading.context, record, role),
      reportAt: (role) => reportAtCell(this.#reading.context, record, role),
    };
  }

  #readId(row: ReadRow): string | undefined {
    const id = this.#readRowId(row);
    if (id === undefined || row.category === null) return id;
    const report = reportAtCell(this.#reading.context, row.record, 'id');
    return parseId(`${id}/${idFromText(row.category) ?? row.phase}`, 'id', report);
  }

  #readRowId({ record, index }: ReadRow): string | undefined {
    const { context } = this.#reading;
    if (!context.layout.columns.has('id')) return `${this.#defaults.idPrefix}-${index + 1}`;
    const text = cellOf(context, record, 'id');
    const report = reportAtCell(context, record, 'id');
    if (context.said.ids !== 'any') return parseId(text, 'id', report);
    const id = idFromText(text);
    if (id === undefined)
      report('BAD_VALUE', `id is "${cutText(text)}", without a letter or digit`, 'Name the row.');
    return id;
  }

  #readPieces({ record, pieces, held }: ReadRow, place: Place): readonly Interval[] | undefined {
    const { axis } = this.#context;
    const { context } = this.#reading;
    const stored = (steps: bigint, role: 'from' | 'to') => {
      const what = `"${cutText(columnOf(context, role))}"`;
      return storedWithin(
        steps,
        cellOf(context, record, role),
        what,
        axis,
        reportAtCell(context, record, role),
      );
    };
    const at: Interval[] = [];
    for (const piece of pieces) {
      if (held > 0n && this.#reachesBeyond(record, piece.to)) return undefined;
      const from = stored(piece.from, 'from');
      const to = stored(piece.to, 'to');
      if (from === undefined || to === undefined) return undefined;
      at.push({ from, to, place });
    }
    return at;
  }

  /** Whether what a row holds behind its end lies beyond the axis; its two places do not. */
  #reachesBeyond(record: TableRecord, to: bigint): boolean {
    const { axis } = this.#context;
    if (to - axis.origin <= BigInt(axis.max)) return false;
    const { context } = this.#reading;
    const role = context.said.order === 'falling' ? 'from' : 'to';
    const ends = SAY('ends', context.said.ends);
    const message = `${cellWords(context, record, role)}, and under ${ends} the row reaches ${formatCoordinate(axis, to)}, outside the ${axis.name} ${formatRange(axis, axis.min, axis.max)}`;
    const remedy = `If rows do not hold the place at which they end, say ${SAY('ends', 'exclusive')} instead; else widen the range.`;
    reportAtCell(context, record, role)('OUT_OF_RANGE', message, remedy);
    return true;
  }
}
