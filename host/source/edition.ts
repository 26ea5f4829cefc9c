import { cutText } from '../common/cut-text.ts';
import { U32_MAX } from '../common/integers.ts';
import { REPLACES_MAX } from '../format.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type Fields, readFields, readTextNode } from './fields.ts';
import type { Replaced } from './model.ts';
import type { Place } from './place.ts';
import type { TreeNode } from './tree.ts';
import { readInteger } from './values.ts';

/** `epoch`, `replaces` and `budget`: what an edition says of itself. */

const REPLACED = /^(0|[1-9][0-9]{0,9})(?:@([0-9a-fA-F]{1,16}))?$/;

/** `11` or `11@3fa9c2`; undefined when `text` is neither or the epoch is no u32 above 0. */
export function parseReplaced(text: string): Replaced | undefined {
  const match = REPLACED.exec(text);
  if (match === null) return undefined;
  const epoch = Number(match[1]);
  if (epoch < 1 || epoch > U32_MAX) return undefined;
  return { epoch, hashPrefix: (match[2] ?? '').toLowerCase() };
}

export function readEpoch(node: TreeNode, diagnostics: Diagnostics): number | undefined {
  return readInteger(node, 'epoch', 1, U32_MAX, diagnostics);
}

/** `replaces`: one entry or a list of up to 8, each below `epoch` when that is known. */
export function readReplaces(
  node: TreeNode,
  epoch: number | undefined,
  diagnostics: Diagnostics,
): Replaced[] {
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length > REPLACES_MAX) {
    const message = `replaces names ${nodes.length} editions, more than ${REPLACES_MAX}`;
    diagnostics.add('TOO_MANY', node.place, message, `Keep the ${REPLACES_MAX} that may still be running.`);
  }
  const placed = new Map<string, Place>();
  const entries: Replaced[] = [];
  for (const item of nodes) {
    const entry = readReplaced(item, epoch, diagnostics);
    if (entry === undefined) continue;
    const key = `${entry.epoch}@${entry.hashPrefix}`;
    const earlier = placed.get(key);
    if (earlier !== undefined) {
      const message = `replaces names ${key.replace(/@$/, '')} twice, first on line ${earlier.line}`;
      diagnostics.add('DUPLICATE_ID', item.place, message, 'Keep one of them.');
    }
    placed.set(key, item.place);
    entries.push(entry);
  }
  return entries;
}

function readReplaced(
  node: TreeNode,
  epoch: number | undefined,
  diagnostics: Diagnostics,
): Replaced | undefined {
  const text = readTextNode(node, 'replaces', diagnostics);
  if (text === undefined) return undefined;
  const entry = parseReplaced(text.text);
  if (entry === undefined) {
    const remedy = 'Write an epoch, or an epoch with the first digits of the hash: 11@3fa9c2.';
    diagnostics.add('BAD_VALUE', text.place, `replaces is "${cutText(text.text)}"`, remedy);
    return undefined;
  }
  if (epoch !== undefined && epoch <= entry.epoch) {
    const message = `epoch ${epoch} is not above ${entry.epoch}, which it replaces`;
    diagnostics.add(
      'EPOCH_NOT_ABOVE_REPLACED',
      text.place,
      message,
      `Give the edition an epoch above ${entry.epoch}.`,
    );
  }
  return entry;
}

const TARGETS_WITHOUT_COSTS = ['cycles', 'target', 'virtual', 'rp2040', 'riscv32'];
const BUDGET_STEPS_MAX = 65_535;

/** The steps of `budget: { steps: N }`. */
export function readBudget(node: TreeNode, diagnostics: Diagnostics): number | undefined {
  const fields = readFields(node, 'budget', ['steps', ...TARGETS_WITHOUT_COSTS], diagnostics);
  if (fields === undefined || refuseCycles(fields, diagnostics)) return undefined;
  const steps = fields.need('steps');
  return steps && readInteger(steps, 'steps of the budget', 0, BUDGET_STEPS_MAX, diagnostics);
}

function refuseCycles(fields: Fields, diagnostics: Diagnostics): boolean {
  for (const name of TARGETS_WITHOUT_COSTS) {
    const node = fields.get(name);
    if (node === undefined) continue;
    const message = `a budget in cycles ("${name}"), but no board has a measured table of costs yet`;
    diagnostics.add('COSTS_UNKNOWN', node.place, message, 'Give the budget in steps: { steps: 24 }.');
    return true;
  }
  return false;
}
