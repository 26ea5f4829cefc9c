import { cutText } from '../common/cut-text.ts';
import { ACTION_NAMES } from '../format.ts';
import type { AreaFeature } from './area-features.ts';
import { type AreaFile, readAreaFile } from './area-file.ts';
import type { Entries } from './context.ts';
import { reportAt } from './fields.ts';
import { readCuts, readGapRule } from './gaps.ts';
import type { ActionName } from './model.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneGapRuleModel, PlaneZoneModel } from './plane-model.ts';
import { readAreas } from './plane-shapes.ts';
import type { TreeNode } from './tree.ts';
import { parseChoice, parseIntegerBetween, readAction } from './values.ts';
import { isFileEntry, oneOrNone, readEntries, readTier, readZone, TIER_MAX } from './zones.ts';

/** `zones` and `gaps` of a plane. */

export async function readPlaneZones(
  node: TreeNode,
  context: PlaneContext,
): Promise<Entries<PlaneZoneModel>> {
  return readEntries<PlaneZoneModel>(node, 'zones', context, async (item) => {
    if (isFileEntry(item)) return readFileZones(item, context);
    return oneOrNone(readZone(item, context, (at, name) => readAreas(at, name, 'inside', context)));
  });
}

export async function readPlaneGapRules(
  node: TreeNode,
  context: PlaneContext,
): Promise<Entries<PlaneGapRuleModel>> {
  return readEntries<PlaneGapRuleModel>(node, 'gaps', context, async (item) => {
    if (isFileEntry(item)) return readFileGaps(item, context);
    const readAt = (at: TreeNode, name: string) => readAreas(at, name, 'outside', context);
    return oneOrNone<PlaneGapRuleModel>(readGapRule(item, context, readAt));
  });
}

const NONE = { entries: [], complete: false };

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
