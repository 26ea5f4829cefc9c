import { type PlaneContext, readAreas } from './areas.ts';
import type { Entries } from './context.ts';
import { type Fields, readFields, readList } from './fields.ts';
import { isAnywhere, readAnywhere, readShared } from './gaps.ts';
import { isGeoJsonEntry, readGeoJsonZones } from './geojson.ts';
import { readLimit } from './limit.ts';
import type { PlaneGapRuleModel, PlaneZoneModel } from './plane-model.ts';
import type { TreeNode } from './tree.ts';
import { readId } from './values.ts';
import { isFileEntry, nameOfEntry, readTier, readWhen } from './zones.ts';

/** `zones` and `gaps` of a plane. */

const ZONE_FIELDS = ['id', 'at', 'when', 'tier', 'limit'];
const GAP_FIELDS = ['id', 'at', 'when', 'action', 'limit', 'cuts'];
const AROUND = 'around';

/** Fields of a source that only lines have. */
export const LINE_FIELDS = ['approach', 'marks'];

export async function readPlaneZones(
  node: TreeNode,
  context: PlaneContext,
): Promise<Entries<PlaneZoneModel>> {
  const nodes = readList(node, 'zones', context.diagnostics);
  if (nodes === undefined) return { entries: [], complete: false };
  const entries: PlaneZoneModel[] = [];
  let complete = true;
  for (const item of nodes) {
    const read = isGeoJsonEntry(item)
      ? await readGeoJsonZones(item, context)
      : alone(isFileEntry(item) ? refuseTable(item, context) : readPlaneZone(item, context));
    for (const zone of read.entries) entries.push(zone);
    complete &&= read.complete;
  }
  return { entries, complete };
}

function alone<Entry>(entry: Entry | undefined): Entries<Entry> {
  return entry === undefined ? { entries: [], complete: false } : { entries: [entry], complete: true };
}

function refuseTable(node: TreeNode, { diagnostics }: PlaneContext): undefined {
  const remedy = 'Write areas here, or name a GeoJSON file: "- geojson: zones.geojson".';
  diagnostics.add('NOT_ON_A_PLANE', node.place, 'a table names places on a line', remedy);
  return undefined;
}

function readPlaneZone(node: TreeNode, context: PlaneContext): PlaneZoneModel | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, nameOfEntry(node, 'zone'), ZONE_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const id = readIdOf(fields, node, 'zone', context);
  const name = `zone "${id ?? '?'}"`;
  const atNode = fields.need('at');
  const at = atNode && readAreas(atNode, `"at" of ${name}`, 'within', context);
  const when = readWhen(fields, name, context);
  const tier = readTier(fields, name, context);
  const limitNode = fields.get('limit');
  const limit = limitNode ? readLimit(limitNode, `limit of ${name}`, context.limits, diagnostics) : null;
  if (id === undefined || at === undefined || when === undefined || tier === undefined || limit === undefined)
    return undefined;
  return { id, place: node.place, at, when, tier, limit };
}

function readIdOf(fields: Fields, node: TreeNode, kind: string, context: PlaneContext): string | undefined {
  const idNode = fields.need('id');
  const id = idNode && readId(idNode, `id of the ${kind}`, context.diagnostics);
  context.ids.claim(id, node.place);
  return id;
}

export function readPlaneGaps(node: TreeNode, context: PlaneContext): Entries<PlaneGapRuleModel> {
  const nodes = readList(node, 'gaps', context.diagnostics);
  if (nodes === undefined) return { entries: [], complete: false };
  const entries = nodes.map((item) => {
    if (isFileEntry(item)) return refuseTable(item, context);
    return isAnywhere(item) ? readEverywhere(item, context) : readPlaneGap(item, context);
  });
  const read = entries.filter((entry) => entry !== undefined);
  return { entries: read, complete: read.length === entries.length && onlyOneAround(read, context) };
}

function readEverywhere(node: TreeNode, context: PlaneContext): PlaneGapRuleModel | undefined {
  const rule = readAnywhere(node, context);
  return rule && { ...rule, at: 'anywhere' };
}

function readPlaneGap(node: TreeNode, context: PlaneContext): PlaneGapRuleModel | undefined {
  const fields = readFields(node, nameOfEntry(node, 'gap rule'), GAP_FIELDS, context.diagnostics);
  if (fields === undefined) return undefined;
  const id = readIdOf(fields, node, 'gap rule', context);
  const name = `gap rule "${id ?? '?'}"`;
  const atNode = fields.need('at');
  const isAround = atNode?.kind === 'text' && atNode.text === AROUND;
  const at = isAround ? AROUND : atNode && readAreas(atNode, `"at" of ${name}`, 'around', context);
  const shared = readShared(fields, name, context);
  if (id === undefined || at === undefined || shared === undefined) return undefined;
  if (isAround && (shared.when !== null || shared.cuts)) {
    const remedy = 'Leave "when" and "cuts" out: it answers where no zone does.';
    context.diagnostics.add('BAD_VALUE', node.place, `${name} is around the zones, in every phase`, remedy);
    return undefined;
  }
  return { id, place: node.place, at, ...shared };
}

function onlyOneAround(rules: readonly PlaneGapRuleModel[], { diagnostics }: PlaneContext): boolean {
  const [, second] = rules.filter(({ at }) => at === AROUND);
  if (second === undefined) return true;
  diagnostics.add(
    'GAP_RULES_OVERLAP',
    second.place,
    'two gap rules are around the zones',
    'Write one of them.',
  );
  return false;
}
