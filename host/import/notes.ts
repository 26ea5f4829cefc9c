import { HoldfastError } from '../common/errors.ts';
import { distinctValues } from '../source/table-filters.ts';
import { emptyLimitNotes, unusedNotes } from '../source/table-notes.ts';
import type { OpenTable, TableReading } from '../source/table-reading.ts';
import { separatorName } from '../table/layout.ts';
import type { ImportOptions } from './plan.ts';
import { sayOption } from './say.ts';

/** What an import has to tell of a table: how it was read, what was left out, what nothing uses. One sentence each, without a full stop. */

export function tableNotes(table: OpenTable): readonly string[] {
  const { layout, encoding, request } = table;
  const notes: string[] = [];
  if (layout.separatorFrom !== 'said') {
    const from = layout.separatorFrom === 'sep=' ? 'as its first line says' : 'as in the header';
    notes.push(`fields are separated by ${separatorName(layout.separator)}, ${from}`);
  }
  if (encoding !== 'utf-8' && request.said.encoding === undefined)
    notes.push(`the text is ${encoding}, as its byte order mark says`);
  return [...notes, ...unusedNotes(table)];
}

/** What is said of limits. */
export function limitNotes({ rows, context }: TableReading, limitUnit: string | null): readonly string[] {
  if (![...context.layout.columns.keys()].some((role) => role.startsWith('limit') && role !== 'limitUnit'))
    return ['zones have no limits: no column was named'];
  return [...(limitUnit === null ? ['limits have no unit'] : []), ...emptyLimitNotes(rows, 'none')];
}

/**
 * What is said of the ends of rows. Rows that begin just behind the one before speak for a table whose ends belong to its rows.
 * @throws HoldfastError ENDS_UNCLEAR when a gap rule would take such holes for gaps.
 */
export function endNotes({ rows, context, places }: TableReading, options: ImportOptions): readonly string[] {
  const { ends, until } = context.said;
  if (until === 'next') return ['each row holds until the next one begins'];
  if (ends !== undefined) return [];
  const words = 'the place at which a row ends does not belong to it: intervals are half-open';
  const width = places.resolution;
  const narrow = holesBetween(rows).filter((hole) => hole === 1n || hole === width);
  const [hole] = narrow;
  if (hole === undefined) return [words];
  const step = hole === 1n ? 'one step' : `${hole} steps`;
  const found = `${narrow.length} begin ${step} after the row before`;
  const remedy = `whether ends belong to rows is said with ${sayOption('ends', 'inclusive')}${widthWords(hole, context.target.axis)}`;
  if (options.gaps === undefined) return [`${words}; but ${found}: ${remedy}`];
  throw new HoldfastError('ENDS_UNCLEAR', `${found}, and ${sayOption('gaps')} would make these holes gaps`, {
    remedy: `Say ${sayOption('ends', 'exclusive')} when they are gaps; ${remedy}.`,
  });
}

/** On an axis that is finer than the table, an end holds more than one step. */
function widthWords(
  hole: bigint,
  { unit, scale }: { readonly unit: string; readonly scale: number },
): string {
  if (hole === 1n || hole % BigInt(scale) !== 0n) return '';
  return `, or with their width, ${sayOption('ends', `${hole / BigInt(scale)} ${unit}`)}`;
}

function holesBetween(rows: TableReading['rows']): readonly bigint[] {
  const holes: bigint[] = [];
  for (const phase of new Set(rows.map((row) => row.phase))) {
    const pieces = rows.filter((row) => row.phase === phase).flatMap((row) => row.pieces);
    const sorted = pieces.toSorted((left, right) => (left.from < right.from ? -1 : 1));
    for (const [index, piece] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before !== undefined && piece.from > before.to) holes.push(piece.from - before.to);
    }
  }
  return holes;
}

/** Which values of a column are which phases. */
export function phaseNotes(table: OpenTable, phases: readonly string[]): readonly string[] {
  if (phases.length === 0) return [];
  const words = phases.map((name, phase) => `${phase} is ${name}`).join(', ');
  const column = table.layout.columns.get('phase');
  const counts =
    column === undefined
      ? ''
      : `; "${table.layout.header.cells[column]}" holds ${distinctValues(table.wanted.map(({ cells }) => cells[column] ?? ''))}`;
  return [`phases by their numbers: ${words}${counts}`];
}
