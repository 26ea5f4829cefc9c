import { COORDINATE_MAX, SWEEP_CELLS_MAX } from '../format.ts';
import { stepName } from './axis-words.ts';
import { type Scope, scopeOfAxis } from './coordinates.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type Fields, readFields, reportAt } from './fields.ts';
import { mapOf, type ReadSource, readOverlapField, type SharedParts } from './heading.ts';
import type { PlaneContext } from './plane-context.ts';
import { readPlaneGapRules, readPlaneZones } from './plane-entries.ts';
import type { PlaneModel } from './plane-model.ts';
import type { PlaneScope } from './plane-points.ts';
import type { PlacedAxis } from './space.ts';
import { parseSteps } from './units.ts';
import { readInteger, readQuantityText } from './values.ts';

/** The source of a plane: what stands in it besides its heading. */

/** What only lines have. */
const OF_LINES = {
  approach: 'Give zones the limits that the machine must have there.',
  marks: 'Name places by zones.',
} as const;

export async function readPlane(
  space: readonly [PlacedAxis, PlacedAxis],
  { heading, fields, phase, context: shared }: SharedParts,
): Promise<ReadSource> {
  const { diagnostics } = shared;
  const [x, y] = space;
  for (const [name, remedy] of Object.entries(OF_LINES)) {
    const node = fields.get(name);
    if (node !== undefined) diagnostics.add('BAD_VALUE', node.place, `a plane has no "${name}"`, remedy);
  }
  const context: PlaneContext = { ...shared, axes: [scopeOf(x), scopeOf(y)] };
  const zonesNode = fields.get('zones');
  const zones =
    zonesNode === undefined ? { entries: [], complete: false } : await readPlaneZones(zonesNode, context);
  const gapsNode = fields.get('gaps');
  const gapRules =
    gapsNode === undefined ? { entries: [], complete: true } : await readPlaneGapRules(gapsNode, context);
  const overlaps = readOverlapField(fields, zones, diagnostics);
  const moves = readMoves(fields, space, diagnostics);
  const model =
    overlaps &&
    ({
      ...mapOf(heading, phase, shared, [x.rounder, y.rounder]),
      shape: 'plane',
      axes: [x.axis, y.axis],
      zones: zones.entries,
      gapRules: gapRules.entries,
      overlaps,
      ...moves,
    } satisfies PlaneModel);
  return { model, complete: zones.complete && gapRules.complete };
}

function scopeOf({ axis, rounder }: PlacedAxis): PlaneScope {
  const scope: Scope = scopeOfAxis(axis, rounder);
  return { ...scope, label: axis.name };
}

/** `moves: { longest: 5 m, cells: 64 }`: what a straight move may be at most; without it there are none. */
function readMoves(
  fields: Fields,
  [x, y]: readonly [PlacedAxis, PlacedAxis],
  diagnostics: Diagnostics,
): Pick<PlaneModel, 'longestMove' | 'mostCells'> {
  const none = { longestMove: 0, mostCells: 0 };
  const node = fields.get('moves');
  const own = node && readFields(node, 'moves', ['longest', 'cells'], diagnostics);
  const longestNode = own?.need('longest');
  const cellsNode = own?.need('cells');
  const mostCells = cellsNode && readInteger(cellsNode, 'cells of moves', 1, SWEEP_CELLS_MAX, diagnostics);
  const text = longestNode && readQuantityText(longestNode, 'longest move', diagnostics);
  if (text === undefined || mostCells === undefined) return none;
  const report = reportAt(diagnostics, text.place);
  const { unit, scale } = x.axis;
  if (unit !== y.axis.unit || scale !== y.axis.scale) {
    const message = `the axes count ${stepName(x.axis)} and ${stepName(y.axis)}, so no length holds along both`;
    report('UNIT_MISMATCH', message, 'Let both axes count the same.');
    return none;
  }
  const longest = parseSteps(text.text, 'longest move', { unit, scale }, undefined, report);
  if (longest === undefined) return none;
  if (longest >= 1n && longest <= BigInt(COORDINATE_MAX)) return { longestMove: Number(longest), mostCells };
  report('OUT_OF_RANGE', `longest move is ${longest} steps`, `Write one of 1 to ${COORDINATE_MAX} steps.`);
  return none;
}
