import { readApproach } from './approach.ts';
import type { Entries, EntryContext } from './context.ts';
import { scopeOfAxis } from './coordinates.ts';
import { formatPlace } from './diagnostics.ts';
import type { Fields } from './fields.ts';
import { readGapRules } from './gaps.ts';
import { mapOf, type ReadSource, readOverlapField, type SharedParts } from './heading.ts';
import { readMarks } from './marks.ts';
import type { GapRuleModel, MapModel } from './model.ts';
import type { PlacedAxis } from './space.ts';
import { readZones } from './zones.ts';

/** The source of a line: what stands in it besides its heading. */

export async function readLine(
  space: PlacedAxis,
  { heading, fields, phase: read, context }: SharedParts,
): Promise<ReadSource> {
  const { diagnostics } = context;
  const moves = fields.get('moves');
  if (moves !== undefined)
    diagnostics.add('BAD_VALUE', moves.place, 'a line has no bound for moves', 'Leave "moves" out.');
  const entries: EntryContext = { ...context, axis: scopeOfAxis(space.axis, space.rounder), unclearEnds: [] };
  const zonesNode = fields.get('zones');
  const zones = zonesNode === undefined ? NOTHING_READ : await readZones(zonesNode, entries);
  const gapRules = await readGapField(fields, entries);
  tellUnclearEnds(gapRules, entries);
  const overlaps = readOverlapField(fields, zones, diagnostics);
  const approachNode = fields.get('approach');
  const approach = approachNode && readApproach(approachNode, space.axis, context.limits, diagnostics);
  const marksNode = fields.get('marks');
  const marks = marksNode === undefined ? [] : readMarks(marksNode, entries.axis, diagnostics);
  const model =
    overlaps &&
    ({
      ...mapOf(heading, read, context, [space.rounder]),
      axis: space.axis,
      axisPlace: space.place,
      approach: approach ?? null,
      marks,
      zones: zones.entries,
      gapRules: gapRules.entries,
      overlaps,
    } satisfies MapModel);
  return { model, complete: zones.complete && gapRules.complete };
}

/** A gap rule that holds anywhere takes holes for gaps that may be none. */
function tellUnclearEnds(
  { entries }: Entries<GapRuleModel>,
  { unclearEnds, diagnostics }: Pick<EntryContext, 'unclearEnds' | 'diagnostics'>,
): void {
  const anywhere = entries.find(({ at }) => at === null);
  if (anywhere === undefined) return;
  for (const { place, found, remedy } of unclearEnds) {
    const message = `${found}, and "anywhere" (${formatPlace(anywhere.place)}) would make these holes gaps`;
    diagnostics.add('ENDS_UNCLEAR', place, message, remedy);
  }
}

const NOTHING_READ = { entries: [], complete: false };

async function readGapField(fields: Fields, context: EntryContext): Promise<Entries<GapRuleModel>> {
  const node = fields.get('gaps');
  return node === undefined ? { entries: [], complete: true } : await readGapRules(node, context);
}
