import { basename } from 'node:path';
import { HoldfastError } from '../common/errors.ts';
import { loadPartition } from '../compile/compile.ts';
import { type Diagnostic, Diagnostics, SourceError } from '../source/diagnostics.ts';
import { fileReader, memoryReader } from '../source/reader.ts';
import { CSV_BYTES_MAX, readText } from '../source/text.ts';
import { IDENTITY } from '../source/values.ts';
import type { ImportedRow, ImportOptions, ImportPlan } from './plan.ts';
import { readRows } from './rows.ts';
import { findSeparator, separatorName } from './separator.ts';
import { writeSource } from './write.ts';

/** From a foreign table of intervals to a map source. Whatever was not said is written down as an assumption. */

export interface Imported {
  /** YAML. */
  readonly source: string;
  readonly zones: number;
  /** One sentence each, without its full stop. */
  readonly assumptions: readonly string[];
  /** What the compiler has against the source as it stands; the places are in the source. */
  readonly mistakes: readonly Diagnostic[];
}

const TABLE_UNIT = /(?:^|[^\p{L}])(um|mm|cm|m|km|us|ms|s|min|h)$/u;

/**
 * Reads a table and writes a source.
 * @throws SourceError with every mistake of the table; HoldfastError USAGE, UNIT_MISSING, SEPARATOR_UNCLEAR.
 */
export async function importTable(path: string, output: string, options: ImportOptions): Promise<Imported> {
  checkIdentity(options.map);
  const diagnostics = new Diagnostics();
  const assumptions: string[] = [];
  const namedAt = { file: path, line: 1, column: 1 };
  const file = { path, bytesMax: CSV_BYTES_MAX, namedAt, missing: 'CSV_MISSING' } as const;
  const text = await readText(options.reader ?? fileReader, file, diagnostics);
  diagnostics.throwIfAny();
  if (text === undefined) throw new TypeError('a table without mistakes has a text');
  const separator = options.separator ?? findSeparator(text, path);
  if (options.separator === undefined)
    assumptions.push(`fields are separated by ${separatorName(separator)}, as in the header`);
  const plan = makePlan(path, options, assumptions);
  const rows = readRows({ text, path, separator, plan, options, assumptions }, diagnostics);
  diagnostics.throwIfAny();
  const extent = extentOf(rows);
  assumptions.push('the axis reaches from the lowest to the highest place of the table');
  if (!options.closed) assumptions.push(endsWords(rows));
  assumptions.push('beyond the axis, and without an admitted map, the loop stops');
  const source = writeSource(plan, rows, extent, assumptions);
  return { source, zones: rows.length, assumptions, mistakes: await judge(output, source) };
}

function checkIdentity(map: string): void {
  if (IDENTITY.test(map)) return;
  const remedy = 'Use 1 to 31 of the characters a-z, 0-9 and "-".';
  throw new HoldfastError('USAGE', `--map is "${map}"`, { remedy });
}

function makePlan(path: string, options: ImportOptions, assumptions: string[]): ImportPlan {
  const tableUnit = options.unit ?? unitOfColumns(options, assumptions);
  const { axis, axisUnit, epoch, limitUnit } = options;
  if (axisUnit === undefined) assumptions.push(`the axis counts ${tableUnit}, like the table`);
  if (axis === undefined) assumptions.push('the axis is named s');
  if (epoch === undefined) assumptions.push('it is a first edition: epoch 1, replacing none');
  if (options.limit !== undefined && limitUnit === undefined) assumptions.push('limits have no unit');
  if (options.id === undefined) assumptions.push('ids are the name of the file and the number of the row');
  return {
    file: basename(path),
    map: options.map,
    epoch: epoch ?? 1,
    axisName: axis ?? 's',
    tableUnit,
    axisUnit: axisUnit ?? tableUnit,
    scale: options.scale ?? 1,
    origin: options.origin,
    limitUnit,
    gaps: options.gaps,
  };
}

/** The unit in which the names of both columns end, such as `begin_mm` and `end_mm`. */
function unitOfColumns({ from, to }: ImportOptions, assumptions: string[]): string {
  const [ofFrom, ofTo] = [TABLE_UNIT.exec(from)?.[1], TABLE_UNIT.exec(to)?.[1]];
  if (ofFrom !== undefined && ofFrom === ofTo) {
    assumptions.push(`the table counts ${ofFrom}, as its column names ${from} and ${to} say`);
    return ofFrom;
  }
  const remedy = 'Say what the columns count, such as --unit m.';
  throw new HoldfastError('UNIT_MISSING', `the names of "${from}" and "${to}" do not say their unit`, {
    remedy,
  });
}

interface Extent {
  readonly min: bigint;
  readonly max: bigint;
}

function extentOf(rows: readonly ImportedRow[]): Extent {
  const first = rows[0];
  if (first === undefined) throw new TypeError('a table without mistakes has rows');
  let { from: min, to: max } = first;
  for (const { from, to } of rows) {
    if (from < min) min = from;
    if (to > max) max = to;
  }
  return { min, max };
}

/** Rows that stop one step before the next one begins speak for a table whose ends belong to its intervals. */
function endsWords(rows: readonly ImportedRow[]): string {
  const words = 'the place at which a row ends does not belong to it: intervals are half-open';
  const sorted = rows.toSorted((left, right) => (left.from < right.from ? -1 : 1));
  const narrow = sorted.filter((row, index) => row.from - (sorted[index - 1]?.to ?? row.from) === 1n).length;
  return narrow === 0
    ? words
    : `${words}; but ${narrow} begin one step after the row before, so check whether it needs --closed`;
}

/** What the compiler says of the source: holes and overlaps are for people to decide on. */
async function judge(output: string, source: string): Promise<readonly Diagnostic[]> {
  try {
    await loadPartition(output, memoryReader({ [output]: source }));
    return [];
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}
