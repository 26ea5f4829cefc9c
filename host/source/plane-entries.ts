import { cutText } from '../common/cut-text.ts';
import { ACTION_NAMES } from '../format.ts';
import type { AreaFeature } from './area-features.ts';
import { type AreaFile, readAreaFile } from './area-file.ts';
import type { Entries } from './context.ts';
import { readFields, readList, reportAt } from './fields.ts';
import { isAnywhere, readAnywhere, readCuts, readShared } from './gaps.ts';
import { readLimit } from './limit.ts';
import type { ActionName } from './model.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneGapRuleModel, PlaneZoneModel } from './plane-model.ts';
import { readAreas } from './plane-shapes.ts';
import type { TreeNode } from './tree.ts';
import { parseChoice, parseIntegerBetween, readAction, readId } from './values.ts';
import { isFileEntry, nameOfEntry, readTier, readWhen, TIER_MAX } from './zones.ts';

/** `zones` and `gaps` of a plane. */

const ZONE_FIELDS = ['id', 'at', 'when', 'tier', 'limit'];
const GAP_FIELDS = ['id', 'at', 'when', 'action', 'limit', 'cuts'];

export async function readPlaneZones(
  node: TreeNode,
  context: PlaneContext,
): Promise<Entries<PlaneZoneModel>> {
  return readEntries(node, 'zones', context, async (item) => {
    if (isFileEntry(item)) return readFileZones(item, context);
    return oneOrNone(readZone(item, context));
  });
}

export async function readPlaneGapRules(
  node: TreeNode,
  context: PlaneContext,
): Promise<Entries<PlaneGapRuleModel>> {
  return readEntries<PlaneGapRuleModel>(node, 'gaps', context, async (item) => {
    if (isFileEntry(item)) return readFileGaps(item, context);
    return oneOrNone<PlaneGapRuleModel>(
      isAnywhere(item) ? readAnywhere(item, context) : readGap(item, context),
    );
  });
}

/** Entries of a list, in its order. */
async function readEntries<Entry>(
  node: TreeNode,
  what: string,
  { diagnostics }: PlaneContext,
  read: (item: TreeNode) => Promise<Entries<Entry>>,
): Promise<Entries<Entry>> {
  const nodes = readList(node, what, diagnostics);
  const entries: Entry[] = [];
  let complete = nodes !== undefined;
  for (const item of nodes ?? []) {
    const found = await read(item);
    for (const entry of found.entries) entries.push(entry);
    complete &&= found.complete;
  }
  return { entries, complete };
}

function oneOrNone<Entry>(entry: Entry | undefined): Entries<Entry> {
  return entry === undefined ? NONE : { entries: [entry], complete: true };
}

const NONE = { entries: [], complete: false };

function readZone(node: TreeNode, context: PlaneContext): PlaneZoneModel | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, nameOfEntry(node, 'zone'), ZONE_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const idNode = fields.need('id');
  const id = idNode && readId(idNode, 'id of the zone', diagnostics);
  context.ids.claim(id, node.place);
  const name = `zone "${id ?? '?'}"`;
  const atNode = fields.need('at');
  const at = atNode && readAreas(atNode, name, 'inside', context);
  const when = readWhen(fields, name, context);
  const tier = readTier(fields, name, context);
  const limitNode = fields.get('limit');
  const limit =
    limitNode === undefined ? null : readLimit(limitNode, `limit of ${name}`, context.limits, diagnostics);
  if (id === undefined || at === undefined || when === undefined) return undefined;
  if (tier === undefined || limit === undefined) return undefined;
  return { id, place: node.place, at, when, tier, limit };
}

function readGap(node: TreeNode, context: PlaneContext): PlaneGapRuleModel | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, nameOfEntry(node, 'gap rule'), GAP_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const idNode = fields.need('id');
  const id = idNode && readId(idNode, 'id of the gap rule', diagnostics);
  context.ids.claim(id, node.place);
  const name = `gap rule "${id ?? '?'}"`;
  const atNode = fields.need('at');
  const at = atNode && readAreas(atNode, name, 'outside', context);
  const shared = readShared(fields, name, context);
  if (id === undefined || at === undefined || shared === undefined) return undefined;
  return { id, place: node.place, at, ...shared };
}

async function readFileZones(node: TreeNode, context: PlaneContext): Promise<Entries<PlaneZoneModel>> {
  const file = await readAreaFile(node, 'zone', ['tier'], ['tier'], context);
  const tier = file && readTier(file.fields, `zones of ${file.fileName}`, context);
  if (file === undefined || tier === undefined) return NONE;
  return entriesOf(file, (feature) => {
    const own = tierOf(feature, tier, context);
    return own === undefined ? undefined : { ...areaOf(feature), tier: own };
  });
}

function tierOf({ number, place, text }: AreaFeature, otherwise: number, { diagnostics }: PlaneContext) {
  const written = text('tier');
  if (written === undefined || written === '') return written === '' ? otherwise : undefined;
  return parseIntegerBetween(
    cutText(written),
    `tier of feature ${number}`,
    0,
    TIER_MAX,
    reportAt(diagnostics, place),
  );
}

async function readFileGaps(node: TreeNode, context: PlaneContext): Promise<Entries<PlaneGapRuleModel>> {
  const file = await readAreaFile(node, 'gap rule', ['action', 'cuts'], ['action'], context);
  const cuts = file && readCuts(file.fields, `gap rules of ${file.fileName}`, context);
  if (file === undefined || cuts === undefined) return NONE;
  const actionNode = file.fields.get('action');
  const action = actionNode && readAction(actionNode, `action of ${file.fileName}`, context.diagnostics);
  return entriesOf(file, (feature) => {
    const own = actionOf(feature, action, context);
    return own === undefined ? undefined : { ...areaOf(feature), action: own, cuts };
  });
}

function actionOf(
  { id, number, place, text }: AreaFeature,
  otherwise: ActionName | undefined,
  context: PlaneContext,
) {
  const report = reportAt(context.diagnostics, place);
  const written = text('action');
  if (written === undefined) return undefined;
  if (written !== '') return parseChoice(written, `action of feature ${number}`, ACTION_NAMES, report);
  if (otherwise === undefined)
    report('MISSING_FIELD', `gap rule "${id}" has no action`, 'Give the entry an "action", or each feature.');
  return otherwise;
}

/** What zones and gap rules have of a feature. */
function areaOf({ id, place, at, when, limit }: AreaFeature) {
  return { id, place, at, when, limit };
}

function entriesOf<Entry>(file: AreaFile, make: (feature: AreaFeature) => Entry | undefined): Entries<Entry> {
  const entries = file.features.flatMap((feature) => make(feature) ?? []);
  return { entries, complete: file.complete && entries.length === file.features.length };
}
