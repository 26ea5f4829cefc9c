import { readApproach } from './approach.ts';
import { type Entries, type EntryContext, IdRegister } from './context.ts';
import { scopeOfAxis, scopeOfPhase } from './coordinates.ts';
import { Diagnostics, formatPlace } from './diagnostics.ts';
import { type Budget, NO_BUDGET, readBudget, readEpoch, readReplaces } from './edition.ts';
import { type Fields, readFields } from './fields.ts';
import { readGapRules } from './gaps.ts';
import { type LimitScope, readLimits } from './limit.ts';
import { readMarks } from './marks.ts';
import type { ActionName, GapRuleModel, MapModel, OverlapPolicy, ZoneModel } from './model.ts';
import { readOverlaps } from './overlaps.ts';
import { readPhase } from './phase.ts';
import type { Place } from './place.ts';
import { fileReader, type SourceReader } from './reader.ts';
import type { Rounder } from './rounding.ts';
import { readSpace } from './space.ts';
import { readText, YAML_BYTES_MAX } from './text.ts';
import { parseTree, type TreeNode } from './tree.ts';
import { readAction, readIdentity } from './values.ts';
import { readZones } from './zones.ts';

/** A map source as a whole: the fields of its top level, and how they depend on each other. */

const SOURCE_FIELDS = [
  'holdfast',
  'map',
  'device',
  'epoch',
  'replaces',
  'space',
  'phase',
  'limits',
  'zones',
  'gaps',
  'overlaps',
  'approach',
  'marks',
  'outside',
  'fault',
  'budget',
];
const FORMAT_VERSION = 1;
const PHASE_PERIOD_NONE = 1;
const DEVICE_GENERIC = 'generic';
const FAULT_DEFAULT: ActionName = 'stop';

/** What could be read of a source. */
export interface ReadSource {
  /** undefined when too much is wrong to judge overlaps and gaps. */
  readonly model: MapModel | undefined;
  /** False when a zone or gap rule was dropped: a gap may then only seem to be one. */
  readonly complete: boolean;
}

/**
 * Reads a map source and the CSV files that it names.
 * @throws SourceError with every mistake found, in order of place.
 */
export async function parseSource(path: string, reader: SourceReader = fileReader): Promise<MapModel> {
  const diagnostics = new Diagnostics();
  const { model } = await readSource(path, reader, diagnostics);
  diagnostics.throwIfAny();
  if (model === undefined) throw new TypeError('a source without mistakes has a model');
  return model;
}

/** Reads a source as far as it goes; mistakes are added to `diagnostics`. */
export async function readSource(
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<ReadSource> {
  const start = { file: path, line: 1, column: 1 };
  const file = { path, bytesMax: YAML_BYTES_MAX, namedAt: start, missing: 'FILE_MISSING' } as const;
  const text = await readText(reader, file, diagnostics);
  const tree = text === undefined ? undefined : parseTree(text, path, diagnostics);
  if (tree === undefined) return { model: undefined, complete: false };
  const fields = readFields(tree, 'the map source', SOURCE_FIELDS, diagnostics);
  if (fields === undefined || !hasKnownVersion(fields, diagnostics))
    return { model: undefined, complete: false };
  return await readMap(fields, path, reader, diagnostics);
}

/** A missing version is reported and the rest read all the same; of another version nothing is known. */
function hasKnownVersion(fields: Fields, diagnostics: Diagnostics): boolean {
  const node = fields.need('holdfast');
  if (node === undefined) return true;
  if (node.kind === 'text' && node.text === String(FORMAT_VERSION)) return true;
  const written = node.kind === 'text' ? `"${node.text}"` : 'not a number';
  const message = `the format version is ${written}; this program knows version ${FORMAT_VERSION}`;
  diagnostics.add('FORMAT_VERSION', node.place, message, `Write "holdfast: ${FORMAT_VERSION}".`);
  return false;
}

interface Heading {
  readonly place: Place;
  readonly map: string | undefined;
  readonly device: string | undefined;
  readonly epoch: number | undefined;
  readonly replaces: MapModel['replaces'];
  readonly outside: ActionName | undefined;
  readonly fault: ActionName | undefined;
  readonly budget: Budget | undefined;
  readonly limits: LimitScope | null | undefined;
}

function readHeading(fields: Fields, diagnostics: Diagnostics): Heading {
  const optional = <Value, Default>(name: string, otherwise: Default, read: (node: TreeNode) => Value) => {
    const node = fields.get(name);
    return node === undefined ? otherwise : read(node);
  };
  const mapNode = fields.need('map');
  const epochNode = fields.need('epoch');
  const epoch = epochNode && readEpoch(epochNode, diagnostics);
  return {
    place: fields.place,
    map: mapNode && readIdentity(mapNode, 'map', diagnostics),
    device: optional('device', DEVICE_GENERIC, (node) => readIdentity(node, 'device', diagnostics)),
    epoch,
    replaces: optional('replaces', [], (node) => readReplaces(node, epoch, diagnostics)),
    outside: optional('outside', FAULT_DEFAULT, (node) => readActionField(node, 'outside', diagnostics)),
    fault: optional('fault', FAULT_DEFAULT, (node) => readActionField(node, 'fault', diagnostics)),
    budget: optional('budget', NO_BUDGET, (node) => readBudget(node, diagnostics)),
    limits: optional('limits', null, (node) => readLimits(node, diagnostics)),
  };
}

/** `outside: { action: stop }` */
function readActionField(node: TreeNode, name: string, diagnostics: Diagnostics): ActionName | undefined {
  const action = readFields(node, name, ['action'], diagnostics)?.need('action');
  return action && readAction(action, `action of ${name}`, diagnostics);
}

async function readMap(
  fields: Fields,
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<ReadSource> {
  const heading = readHeading(fields, diagnostics);
  const spaceNode = fields.need('space');
  const space = spaceNode && readSpace(spaceNode, diagnostics);
  const phaseNode = fields.get('phase');
  const read = phaseNode === undefined ? null : readPhase(phaseNode, diagnostics);
  const zonesNode = fields.need('zones');
  if (space === undefined || read === undefined) return { model: undefined, complete: false };
  const context = {
    path,
    reader,
    diagnostics,
    axis: scopeOfAxis(space.axis, space.rounder),
    phase: read && scopeOfPhase(read.phase, read.rounder),
    limits: heading.limits ?? null,
    ids: new IdRegister(diagnostics),
    remarks: [],
    unclearEnds: [],
  };
  const zones = zonesNode === undefined ? NOTHING_READ : await readZones(zonesNode, context);
  const gapRules = await readGapField(fields, context);
  tellUnclearEnds(gapRules, context);
  const overlaps = readOverlapField(fields, zones, diagnostics);
  const approachNode = fields.get('approach');
  const approach = approachNode && readApproach(approachNode, space.axis, context.limits, diagnostics);
  const marksNode = fields.get('marks');
  const marks = marksNode === undefined ? [] : readMarks(marksNode, context.axis, diagnostics);
  const phase = read?.phase ?? null;
  const model =
    overlaps &&
    makeModel(
      heading,
      {
        axis: space.axis,
        axisPlace: space.place,
        phase,
        phasePeriod: phase?.period ?? PHASE_PERIOD_NONE,
        approach: approach ?? null,
        marks,
        unused: context.remarks,
      },
      [space.rounder, read?.rounder, context.limits?.rounder],
      zones.entries,
      gapRules.entries,
      overlaps,
    );
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

function readOverlapField(
  fields: Fields,
  zones: Entries<ZoneModel>,
  diagnostics: Diagnostics,
): OverlapPolicy | undefined {
  const node = fields.get('overlaps');
  return node === undefined ? { kind: 'forbid' } : readOverlaps(node, zones, diagnostics);
}

/** Joins the parts; those of the heading that are wrong were reported and do not matter for judging overlaps and gaps. */
function makeModel(
  heading: Heading,
  space: Pick<MapModel, 'axis' | 'axisPlace' | 'phase' | 'phasePeriod' | 'approach' | 'marks' | 'unused'>,
  rounders: readonly (Rounder | null | undefined)[],
  zones: readonly ZoneModel[],
  gapRules: readonly GapRuleModel[],
  overlaps: OverlapPolicy,
): MapModel {
  return {
    ...space,
    place: heading.place,
    map: heading.map ?? '',
    device: heading.device ?? DEVICE_GENERIC,
    epoch: heading.epoch ?? 0,
    replaces: heading.replaces,
    zones,
    gapRules,
    overlaps,
    outside: heading.outside ?? FAULT_DEFAULT,
    fault: heading.fault ?? FAULT_DEFAULT,
    budgetSteps: heading.budget?.steps ?? null,
    budgetCycles: heading.budget?.cycles ?? null,
    limitUnit: heading.limits?.unit ?? null,
    roundings: rounders.flatMap((rounder) => rounder?.report() ?? []),
  };
}
