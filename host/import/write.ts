import { basename } from 'node:path';
import { draftText } from '../draft/draft.ts';
import { formatCoordinate } from '../source/axis-words.ts';
import { commentLine } from '../source/source-text.ts';
import { isTimestamp } from '../source/timestamp.ts';
import type { ImportedRow, ImportPlan } from './plan.ts';

/** The source that an import writes: what was assumed stands in it as comments, and so does what was said. */
export function writeSource(
  plan: ImportPlan,
  path: string,
  rows: readonly ImportedRow[],
  extent: { readonly min: bigint; readonly max: bigint },
  [assumptions, record]: readonly [assumptions: readonly string[], record: string],
): string {
  const { axisName: name, axisUnit: unit, scale, origin } = plan;
  const kind = origin !== undefined && isTimestamp(origin) ? 'time' : 'number';
  const place = (value: bigint) => formatCoordinate({ kind, unit, scale }, value);
  // One phase is no phase.
  const phases = plan.phases.length < 2 ? [] : plan.phases;
  const again = '`holdfast import --check` compares this source with its table, `--again` imports that anew:';
  return draftText({
    ...plan,
    title: `Imported from ${basename(path)}`,
    assumptions,
    record: [commentLine(again), record],
    axis: { name, unit, scale, origin, min: place(extent.min), max: place(extent.max) },
    phases,
    zones: rows.map(({ id, at, limit, phase }) => ({
      id,
      at: at.map(({ from, to }) => ({ from: place(from), to: place(to) })),
      limit,
      phase: phase === null || phases.length === 0 ? undefined : phase,
    })),
  });
}
