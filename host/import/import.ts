import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { judgeDraft } from '../draft/draft.ts';
import { parsePlace } from '../source/chainage.ts';
import { type Diagnostic, Diagnostics } from '../source/diagnostics.ts';
import type { AxisKind, HeldEnd, TableRowModel } from '../source/model.ts';
import { faultOfUnit } from '../source/own-unit.ts';
import { fileReader } from '../source/reader.ts';
import { nearestWord } from '../source/suggest.ts';
import { rowsApart } from '../source/table-apart.ts';
import { likelyEnds } from '../source/table-ends.ts';
import { dayInSteps } from '../source/table-moment.ts';
import { checkTableSaid } from '../source/table-options.ts';
import { unitSpelled } from '../source/table-quantity.ts';
import {
  heldEnd,
  type OpenTable,
  openTable,
  readOpenTable,
  type TableReading,
  type UnusedColumn,
  unusedColumns,
} from '../source/table-reading.ts';
import type { TableSaid } from '../source/table-said.ts';
import { readBytes, TABLE_BYTES_MAX } from '../source/text.ts';
import { isTimestamp, parseTimestamp } from '../source/timestamp.ts';
import { timeUnit } from '../source/unit-table.ts';
import type { Steps } from '../source/units.ts';
import { IDENTITY } from '../source/values.ts';
import type { WantedColumn } from '../table/layout.ts';
import { foldCase } from '../table/names.ts';
import { nameRows } from './ids.ts';
import { endNotes, limitNotes, phaseNotes, tableNotes } from './notes.ts';
import type { ImportedRow, ImportOptions, ImportPlan } from './plan.ts';
import { recordLine } from './record.ts';
import { sayOption } from './say.ts';
import { checkUnit, findAxisUnit, findLimitUnit } from './units.ts';
import { writeSource } from './write.ts';

/** From a foreign table of intervals to a map source. Whatever was not said is written down as an assumption. */

export interface Imported {
  /** YAML. */
  readonly source: string;
  readonly zones: number;
  /** One sentence each, without its full stop. */
  readonly assumptions: readonly string[];
  /** Columns that nothing uses and that were not said to be unused. */
  readonly unused: readonly UnusedColumn[];
  /** What the compiler has against the source as it stands; the places are in the source. */
  readonly mistakes: readonly Diagnostic[];
}

/**
 * Reads a table and writes a source.
 * @throws SourceError with every mistake of the table; HoldfastError USAGE, UNIT_MISSING, UNIT_MISMATCH, REPLACES_MISSING, ENDS_UNCLEAR.
 */
export async function importTable(path: string, output: string, given: ImportOptions): Promise<Imported> {
  const options = withKnownUnits(given);
  checkIdentity(options.map);
  checkEdition(options);
  const diagnostics = new Diagnostics();
  const place = { file: path, line: 1, column: 1 };
  const said = options.table ?? {};
  checkSaid(options, said);
  const file = { path, bytesMax: TABLE_BYTES_MAX, namedAt: place, missing: 'CSV_MISSING' } as const;
  const bytes = await readBytes(options.reader ?? fileReader, file, diagnostics);
  const table = bytes && openTable(bytes, requestOf(path, options, said, diagnostics), diagnostics);
  diagnostics.throwIfAny();
  if (table === undefined) throw new TypeError('a table without mistakes is open');
  const assumptions = [...tableNotes(table)];
  const plan = makePlan(table, options, assumptions);
  const reading = readOpenTable(table, targetOf(plan, options), diagnostics);
  const named = reading && nameRows(reading);
  diagnostics.throwIfAny();
  if (reading === undefined || named === undefined) throw new TypeError('a table without mistakes is read');
  const rows = rowsOf(reading, named.ids);
  assumptions.push(
    ...phaseNotes(table, plan.phases),
    ...named.notes,
    ...limitNotes(reading, plan.limitUnit),
    'the axis reaches from the lowest to the highest place of the table',
    ...endNotes(reading, options),
    'beyond the axis, and without an admitted map, the loop stops',
  );
  const unused = unusedColumns(table);
  const record = recordLine(path, output, bytes ?? new Uint8Array(), {
    options,
    unused: unused.map(({ title }) => title),
  });
  const source = writeSource(plan, path, rows, extentOf(rows, plan, said), [assumptions, record]);
  const mistakes = await judgeDraft(output, source, {
    held: heldEndsOf(reading, named.ids),
    likely: likelyEnds(reading),
    rows: rowModels(reading, table, named.ids),
  });
  return { source, zones: rows.length, assumptions, unused, mistakes };
}

const UNIT_OPTIONS = ['unit', 'axisUnit', 'limitUnit'] as const;

/** Units by the names under which they are known, however they were spelt. Throws HoldfastError USAGE. */
function withKnownUnits(options: ImportOptions): ImportOptions {
  const units = UNIT_OPTIONS.flatMap((option) => {
    const said = options[option];
    if (said === undefined) return [];
    const unit = unitSpelled(said.replace(/\s+/gu, '')) ?? said;
    const fault = faultOfUnit(unit);
    if (fault === undefined) return [[option, unit] as const];
    throw new HoldfastError('USAGE', `${sayOption(option)} is "${cutText(said)}", which ${fault.words}`, {
      remedy: fault.remedy,
    });
  });
  return { ...options, ...Object.fromEntries(units) };
}

function checkIdentity(map: string): void {
  if (IDENTITY.test(map)) return;
  const remedy = 'Use 1 to 31 of the characters a-z, 0-9 and "-".';
  throw new HoldfastError('USAGE', `--map is "${map}"`, { remedy });
}

/** An edition behind the first one replaces others, or says that it replaces none. */
function checkEdition({ epoch, replaces }: ImportOptions): void {
  if (replaces !== undefined || epoch === undefined || epoch === 1) return;
  throw new HoldfastError(
    'REPLACES_MISSING',
    `epoch ${epoch} is not the first: which edition it replaces is not said`,
    {
      remedy: `Say ${sayOption('replaces', `${epoch - 1}`)} or another epoch, or ${sayOption('replaces', 'none')}.`,
    },
  );
}

function checkSaid(options: ImportOptions, said: TableSaid): void {
  const refuse = (message: string, remedy: string): never => {
    throw new HoldfastError('USAGE', message, { remedy });
  };
  checkTableSaid(said, sayOption, (_code, message, remedy) => refuse(message, remedy));
  if (options.to === undefined && said.until === undefined) {
    refuse(
      'nothing says where rows end',
      `Name the column of ends with --to, or say ${sayOption('until', 'next')}.`,
    );
  }
  if (limitColumns(options).length > 1 && said.phases !== undefined) {
    refuse(
      'a limit for each category and a column of phases exclude each other',
      `Make a map for each value of the column, with ${sayOption('where', `${said.phases.column}=${said.phases.names[0] ?? ''}`)} in place of ${sayOption('phases')}, and so on.`,
    );
  }
}

function limitColumns({ limit }: ImportOptions): readonly string[] {
  return limit === undefined ? [] : typeof limit === 'string' ? [limit] : limit;
}

function requestOf(path: string, options: ImportOptions, said: TableSaid, diagnostics: Diagnostics) {
  const limits = limitColumns(options);
  const named: readonly (readonly [role: string, name: string | undefined])[] = [
    ['from', options.from],
    ['to', options.to],
    ['id', options.id],
    ['unit', options.unitColumn],
    ['limitUnit', options.limitUnitColumn],
    ...limits.map((name, index) => [limits.length === 1 ? 'limit' : `limit ${index}`, name] as const),
  ];
  const columns = named.flatMap(([role, name]) => (name === undefined ? [] : [{ role, name }]));
  const tellMissing = (
    { role, name }: WantedColumn,
    { cells, line }: { cells: readonly string[]; line: number },
  ) => {
    const nearest = nearestWord(name, cells);
    const several = role.startsWith('limit') ? columnsIn(name, cells) : undefined;
    const remedy = several
      ? `Name each: ${several.map((column) => sayOption('limit', column)).join(' ')}.`
      : nearest === undefined
        ? `The row that names most of the columns holds: ${cutText(cells.join(', '))}.`
        : `Did you mean "${nearest}"?`;
    const option = role.startsWith('where')
      ? 'where'
      : role === 'phase'
        ? 'phases'
        : (role.split(' ')[0] ?? role);
    const message = `column "${name}" for ${sayOption(COLUMN_OPTIONS[option] ?? option)} does not exist`;
    diagnostics.add('CSV_COLUMN_MISSING', { file: path, line, column: 1 }, message, remedy);
  };
  return { path, columns, said, say: sayOption, tellMissing };
}

/** `passenger,freight` as the two columns that it may name; undefined where one of them is none. */
function columnsIn(name: string, cells: readonly string[]): readonly string[] | undefined {
  const parts = name.split(',').map((part) => part.trim());
  const known = cells.map(foldCase);
  return parts.length > 1 && parts.every((part) => known.includes(foldCase(part))) ? parts : undefined;
}

/** Options of columns that are not called as their role is. */
const COLUMN_OPTIONS: Readonly<Record<string, string>> = { unit: 'unitColumn', limitUnit: 'limitUnitColumn' };

function makePlan(table: OpenTable, options: ImportOptions, assumptions: string[]): ImportPlan {
  const axisUnit = findAxisUnit(table, options, assumptions);
  checkUnit(options, axisUnit);
  const { axis, epoch, replaces, table: said } = options;
  if (axis === undefined) assumptions.push('the axis is named s');
  if (epoch === undefined && replaces === undefined)
    assumptions.push('it is a first edition: epoch 1, replacing none');
  const limits = limitColumns(options);
  return {
    map: options.map,
    epoch: epoch ?? 1,
    replaces: replaces ?? [],
    axisName: axis ?? 's',
    axisUnit,
    scale: options.scale ?? 1,
    origin: options.origin,
    limitUnit: findLimitUnit(table, options, assumptions),
    gaps: options.gaps,
    phases: limits.length > 1 ? limits : (said?.phases?.names ?? []),
  };
}

function isTime(origin: string | undefined): boolean {
  return origin !== undefined && isTimestamp(origin);
}

function targetOf(plan: ImportPlan, options: ImportOptions) {
  const kind = isTime(plan.origin) ? ('time' as const) : ('number' as const);
  const sayAxisUnit = (unit: string) => sayOption('axisUnit', unit);
  const axis = { kind, unit: plan.axisUnit, scale: plan.scale, sayUnit: sayAxisUnit };
  const sayLimitUnit = (unit: string) => sayOption('limitUnit', unit);
  return {
    axis,
    origin: originOf(plan.origin, axis),
    placeUnit: options.unit,
    limit: { name: 'limits', unit: plan.limitUnit, scale: options.limitScale ?? 1, sayUnit: sayLimitUnit },
    bareAreSteps: false,
  };
}

/** Steps; undefined for an origin that cannot be read, which the source is refused for. */
function originOf(origin: string | undefined, axis: Steps & { readonly kind: AxisKind }): bigint | undefined {
  if (origin === undefined) return 0n;
  if (axis.kind === 'number') return parsePlace(origin, 'the origin', axis, undefined, () => {});
  return timeUnit(axis.unit) === undefined ? undefined : parseTimestamp(origin, 'the origin', axis, () => {});
}

function rowsOf({ rows }: TableReading, ids: readonly string[]): readonly ImportedRow[] {
  return rows.map(({ pieces, limit, phase }, index) => ({ id: ids[index] ?? '', at: pieces, limit, phase }));
}

function heldEndsOf({ rows }: TableReading, ids: readonly string[]): ReadonlyMap<string, HeldEnd> {
  return new Map(
    rows.flatMap(({ held }, index) => {
      const end = heldEnd(held, sayOption);
      return end === undefined ? [] : [[ids[index] ?? '', end]];
    }),
  );
}

function rowModels(
  { rows }: TableReading,
  table: OpenTable,
  ids: readonly string[],
): ReadonlyMap<string, TableRowModel> {
  const apart = rowsApart(table, true);
  return new Map(rows.map(({ record }, index) => [ids[index] ?? '', { line: record.line, table: apart }]));
}

interface Extent {
  readonly min: bigint;
  readonly max: bigint;
}

function extentOf(rows: readonly ImportedRow[], plan: ImportPlan, said: TableSaid): Extent {
  const day = said.clock ? dayInSteps({ unit: plan.axisUnit, scale: plan.scale }) : undefined;
  if (day !== undefined) return { min: 0n, max: day };
  const pieces = rows.flatMap(({ at }) => at);
  const [first] = pieces;
  if (first === undefined) throw new TypeError('a table without mistakes has rows');
  let { from: min, to: max } = first;
  for (const { from, to } of pieces) {
    if (from < min) min = from;
    if (to > max) max = to;
  }
  return { min, max };
}
