import { ACTION_NAMES } from '../format.ts';
import type { Entries, EntryContext, MapContext } from './context.ts';
import { readIntervals } from './coordinates.ts';
import { type Fields, readFields } from './fields.ts';
import { readLimit } from './limit.ts';
import type { ActionName, GapRuleModel, Interval } from './model.ts';
import { placeOfRow, readTable, type TableRow } from './table.ts';
import type { TreeNode } from './tree.ts';
import { parseChoice, readAction, readBoolean, readChoice, readId } from './values.ts';
import { isFileEntry, nameOfEntry, oneOrNone, type ReadPlace, readEntries, readWhen } from './zones.ts';

/** `gaps`: the acknowledged places that no zone covers, and what to do there. */

const LOCATED_FIELDS = ['id', 'at', 'when', 'action', 'limit', 'cuts'];
const ANYWHERE_FIELDS = ['anywhere', 'action', 'limit'];
const ANYWHERE_ID = 'anywhere';

export async function readGapRules(node: TreeNode, context: EntryContext): Promise<Entries<GapRuleModel>> {
  return readEntries<GapRuleModel>(node, 'gaps', context, async (item) => {
    if (isFileEntry(item)) return readGapTable(item, context);
    const readAt = (at: TreeNode, name: string) =>
      readIntervals(at, `"at" of ${name}`, context.axis, context.diagnostics);
    return oneOrNone<GapRuleModel>(readGapRule(item, context, readAt));
  });
}

/** A gap rule, on a line or in a plane: the catch-all, or one with a place. */
export function readGapRule<At>(node: TreeNode, context: MapContext, readAt: ReadPlace<At>) {
  return isAnywhere(node) ? readAnywhere(node, context) : readLocated(node, context, readAt);
}

function isAnywhere(node: TreeNode): boolean {
  return node.kind === 'map' && node.fields.has('anywhere');
}

function readAnywhere(
  node: TreeNode,
  context: MapContext,
): (GapRuleModel & { readonly at: null }) | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, 'the catch-all gap rule', ANYWHERE_FIELDS, diagnostics);
  const anywhereNode = fields?.get('anywhere');
  if (fields === undefined || anywhereNode === undefined) return undefined;
  context.ids.claim(ANYWHERE_ID, node.place);
  // Where it does not hold there is nothing to say: the rule is left out.
  const holds = readChoice(anywhereNode, 'anywhere', ['true'] as const, diagnostics);
  const action = readActionOf(fields, 'the catch-all gap rule', context);
  const limit = readLimitOf(fields, 'the catch-all gap rule', context);
  if (holds === undefined || action === undefined || limit === undefined) return undefined;
  return { id: ANYWHERE_ID, place: node.place, at: null, when: null, action, limit, cuts: false };
}

function readLocated<At>(node: TreeNode, context: MapContext, readAt: ReadPlace<At>) {
  const { diagnostics } = context;
  const fields = readFields(node, nameOfEntry(node, 'gap rule'), LOCATED_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const idNode = fields.need('id');
  const id = idNode && readId(idNode, 'id of the gap rule', diagnostics);
  context.ids.claim(id, node.place);
  const name = `gap rule "${id ?? '?'}"`;
  const atNode = fields.need('at');
  const at = atNode && readAt(atNode, name);
  const shared = readShared(fields, name, context);
  if (id === undefined || at === undefined || shared === undefined) return undefined;
  return { id, place: node.place, at, ...shared };
}

interface SharedFields {
  readonly when: readonly Interval[] | null;
  readonly action: ActionName;
  readonly limit: number | null;
  readonly cuts: boolean;
}

function readShared(fields: Fields, name: string, context: MapContext): SharedFields | undefined {
  const when = readWhen(fields, name, context);
  const action = readActionOf(fields, name, context);
  const limit = readLimitOf(fields, name, context);
  const cuts = readCuts(fields, name, context);
  if (when === undefined || action === undefined || limit === undefined || cuts === undefined)
    return undefined;
  return { when, action, limit, cuts };
}

function readActionOf(fields: Fields, name: string, context: MapContext): ActionName | undefined {
  const node = fields.need('action');
  return node && readAction(node, `action of ${name}`, context.diagnostics);
}

function readLimitOf(fields: Fields, name: string, context: MapContext): number | null | undefined {
  const node = fields.get('limit');
  return node === undefined ? null : readLimit(node, `limit of ${name}`, context.limits, context.diagnostics);
}

export function readCuts(fields: Fields, name: string, context: MapContext): boolean | undefined {
  const node = fields.get('cuts');
  return node === undefined ? false : readBoolean(node, `cuts of ${name}`, context.diagnostics);
}

async function readGapTable(node: TreeNode, context: EntryContext): Promise<Entries<GapRuleModel>> {
  const table = await readTable(node, 'gap rule', ['action', 'cuts'], ['action'], context);
  if (table === undefined) return { entries: [], complete: false };
  const name = `gap rules of ${table.fileName}`;
  const when = readWhen(table.fields, name, context);
  const cuts = readCuts(table.fields, name, context);
  const actionNode = table.fields.get('action');
  const action = actionNode && readAction(actionNode, `action of ${name}`, context.diagnostics);
  if (when === undefined || cuts === undefined) return { entries: [], complete: false };
  const rules: GapRuleModel[] = [];
  let complete = table.complete;
  for (const row of table.rows) {
    const rowAction = readRowAction(row, action);
    if (rowAction === undefined) complete = false;
    else {
      rules.push({ ...placeOfRow(row, when), action: rowAction, limit: row.limit, cuts });
    }
  }
  return { entries: rules, complete };
}

function readRowAction(row: TableRow, otherwise: ActionName | undefined): ActionName | undefined {
  const text = row.cell('action');
  if (text !== '') return parseChoice(text, 'action', ACTION_NAMES, row.reportAt('action'));
  if (otherwise === undefined) {
    row.reportAt('action')(
      'MISSING_FIELD',
      `gap rule "${row.id}" has no action`,
      'Give the entry an "action", or each row.',
    );
  }
  return otherwise;
}
