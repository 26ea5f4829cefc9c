import type { UnclearEnds } from './context.ts';
import type { HeldEnd } from './model.ts';
import { ringOf } from './table-context.ts';
import { lineWords } from './table-lines.ts';
import type { ReadRow, TableReading } from './table-reading.ts';

/** Whether rows hold the places at which they end, where nobody said so: the holes between them may show it. */

interface Hole {
  /** Steps. */
  readonly length: number;
  /** Line of the row behind it. */
  readonly line: number;
}

/**
 * What rows may hold behind the place at which they end: a step of the axis, or one of the table's last decimal place. None where that is
 * said, or where one row ends as another begins. Where one step is said, and the table is coarser, what is left of the other holes.
 */
export function likelyEnds(reading: TableReading): readonly HeldEnd[] {
  const { context, places } = reading;
  const { said, say } = context;
  // A step of an axis that counts by thirds cannot be said in units.
  if (said.ends !== undefined && !/^10*$/.test(String(context.target.axis.scale))) return [];
  if ((said.ends !== undefined && said.ends !== 'inclusive') || doTouch(reading)) return [];
  const width = places.resolution;
  const wide =
    width === undefined || width.steps <= 1n
      ? []
      : [{ steps: Number(width.steps), say: say('ends', width.words) }];
  if (said.ends === undefined) return [{ steps: 1, say: say('ends', 'inclusive') }, ...wide];
  return wide.map((end) => ({ ...end, steps: end.steps - 1 }));
}

/** How somebody says that the holes between rows are meant. */
function sayHoles({ said, say, target }: TableReading['context']): string {
  if (said.ends === undefined) return say('ends', 'exclusive');
  const { unit, scale } = target.axis;
  return say('ends', `${(1 / scale).toFixed(String(scale).length - 1)} ${unit}`);
}

/** The holes between rows that may be such ends, the shorter kind alone where there are both. */
function likelyHoles(
  reading: TableReading,
): { readonly end: HeldEnd; readonly lines: readonly number[] } | undefined {
  const ends = likelyEnds(reading);
  const holes = ends.length === 0 ? [] : holesBetween(reading);
  for (const end of ends) {
    const lines = holes.filter(({ length }) => length === end.steps).map(({ line }) => line);
    if (lines.length > 0) return { end, lines: lines.toSorted((left, right) => left - right) };
  }
  return undefined;
}

/** What speaks for ends that belong to their rows; undefined where no hole does. */
export function unclearEnds(reading: TableReading): Omit<UnclearEnds, 'place'> | undefined {
  const holes = likelyHoles(reading);
  if (holes === undefined) return undefined;
  const { end, lines } = holes;
  const step = end.steps === 1 ? 'one step' : `${end.steps} steps`;
  const count = lines.length === 1 ? '1 row begins' : `${lines.length} rows begin`;
  return {
    found: `${count} ${step} behind the end of another (${lineWords(lines)})`,
    remedy: `If rows hold the place at which they end, say ${end.say}; if these holes are meant, say ${sayHoles(reading.context)}.`,
  };
}

/** In one sentence, without its full stop. */
export function unclearEndsNote({ found, remedy }: Omit<UnclearEnds, 'place'>): string {
  return `${found}: ${remedy.charAt(0).toLowerCase()}${remedy.slice(1, -1)}`;
}

/** Whether one row ends where another begins; where it has no end of its own, another begins there by itself. */
function doTouch({ rows, context }: TableReading): boolean {
  const isFalling = context.said.order === 'falling';
  const key = (row: ReadRow, place: bigint) => `${row.phase} ${place}`;
  const of = (isEnd: boolean) => rows.filter(({ hasEnd }) => hasEnd || !isEnd);
  const lows = new Set(of(isFalling).flatMap((row) => row.pieces.map(({ from }) => key(row, from))));
  return of(!isFalling).some((row) => row.pieces.some(({ to }) => lows.has(key(row, to))));
}

/** In each phase, the rows of every phase among its own; on a ring also over the seam. */
function holesBetween({ rows, context }: TableReading): readonly Hole[] {
  const ring = ringOf(context);
  const holes = new Map<string, Hole>();
  for (const phase of phasesOf(rows)) {
    const sorted = rows
      .filter((row) => row.phase === phase || row.phase === null)
      .flatMap(({ pieces, record }) => pieces.map((piece) => ({ ...piece, line: record.line })))
      .toSorted((left, right) => (left.from < right.from ? -1 : 1));
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined) continue;
    const over = ring && { ...last, to: last.to - (ring.max - ring.min) };
    for (const [index, { from, line }] of sorted.entries()) {
      const before = sorted[index - 1] ?? over;
      if (before === undefined || from <= before.to) continue;
      holes.set(`${before.to} ${from} ${line}`, { length: Number(from - before.to), line });
    }
  }
  return [...holes.values()];
}

function phasesOf(rows: readonly ReadRow[]): readonly (number | null)[] {
  const found = [...new Set(rows.map(({ phase }) => phase))];
  return found.length === 1 ? found : found.filter((phase) => phase !== null);
}
