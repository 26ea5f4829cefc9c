import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { stepName } from '../source/axis-words.ts';
import { isLimitRole } from '../source/table-context.ts';
import { unclearEnds, unclearEndsNote } from '../source/table-ends.ts';
import { distinctValues } from '../source/table-filters.ts';
import { emptyLimitNotes, unusedNotes } from '../source/table-notes.ts';
import type { OpenTable, TableReading } from '../source/table-reading.ts';
import { unitAtEnd } from '../source/table-unit-names.ts';
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
  const { scale } = context.target.limit;
  return [
    ...(limitUnit === null ? ['limits have no unit', ...unitHints(context)] : []),
    ...(scale === 1 ? [] : [`limits that have no unit in the table are multiplied by ${scale}`]),
    ...emptyLimitNotes(rows, 'none'),
  ];
}

/** Units with which names of limits may end. */
function unitHints({ layout }: TableReading['context']): readonly string[] {
  return [...layout.columns].flatMap(([role, column]) => {
    const name = layout.header.cells[column] ?? '';
    const unit = isLimitRole(role) ? unitAtEnd(name) : undefined;
    return unit === undefined
      ? []
      : [`if "${cutText(name)}" says ${unit}, say ${sayOption('limitUnit', unit)}`];
  });
}

/**
 * What is said of the ends of rows. Rows that begin just behind the one before speak for a table whose ends belong to its rows.
 * @throws HoldfastError ENDS_UNCLEAR when a gap rule would take such holes for gaps.
 */
export function endNotes(reading: TableReading, options: ImportOptions): readonly string[] {
  const { ends, until } = reading.context.said;
  const words =
    until === 'next'
      ? 'each row holds until the next one begins'
      : ends === undefined
        ? 'the place at which a row ends does not belong to it: intervals are half-open'
        : 'one step is the end of each row';
  const unclear = unclearEnds(reading);
  const said = saidEndNotes(reading);
  if (unclear === undefined)
    return [...said, ...(ends === undefined || until === 'next' ? [words] : heldNotes(reading))];
  if (options.gaps === undefined) return [...said, `${words}; but ${unclearEndsNote(unclear)}`];
  const { found, remedy } = unclear;
  throw new HoldfastError('ENDS_UNCLEAR', `${found}, and ${sayOption('gaps')} would make these holes gaps`, {
    remedy,
  });
}

/** What a place counts that was said in the stead of one, where that is not what the axis does. */
function saidEndNotes({ context, places }: TableReading): readonly string[] {
  const { said, say, target } = context;
  const unit = places.saidIn;
  if (said.end === undefined || unit === undefined || unit === target.axis.unit) return [];
  return [`${say('end', said.end)} counts ${unit}, as places of the table do`];
}

/** What belongs to rows behind the place that is written as their end, where a coarser table may mean more. */
function heldNotes({ context, places }: TableReading): readonly string[] {
  const { said, say, target } = context;
  const width = places.resolution;
  if (said.ends !== 'inclusive' || width === undefined || width.steps <= 1n) return [];
  const step = target.axis.scale === 1 ? `1 ${target.axis.unit}` : `one of ${stepName(target.axis)}`;
  return [
    `a row ends ${step} behind the place at which it is written to end; the table is written to ${width.words}: if rows hold that much, say ${say('ends', width.words)}`,
  ];
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
