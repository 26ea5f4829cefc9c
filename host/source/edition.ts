import { cutText } from '../common/cut-text.ts';
import { U32_MAX } from '../common/integers.ts';
import { boardsWithCycles, CALL_NAMES, type CallCycles, type CycleBudget } from '../cycles/table.ts';
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

const BUDGET_STEPS_MAX = 65_535;
/** A budget of all ones is none. */
const BUDGET_CYCLES_MAX = U32_MAX - 1;
const BUDGET_FIELDS = ['steps', 'cycles', 'target'];

/** What a map may cost: in steps of search, or in cycles of a board. */
export interface Budget {
  readonly steps: number | null;
  readonly cycles: CycleBudget | null;
}
export const NO_BUDGET: Budget = { steps: null, cycles: null };

/** `{ steps: N }`, or `{ cycles: N, target: BOARD }`, where N may be `{ check: N, verdict: N, sweep: N }`. */
export function readBudget(
  node: TreeNode,
  diagnostics: Diagnostics,
  stepsMax = BUDGET_STEPS_MAX,
): Budget | undefined {
  const fields = readFields(node, 'budget', BUDGET_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  if (fields.get('cycles') !== undefined) return readCycles(fields, diagnostics);
  const target = fields.get('target');
  if (target !== undefined) {
    const message = 'a board is named for a budget in steps, which are the same on every board';
    diagnostics.add('BAD_VALUE', target.place, message, 'Leave "target" out, or give "cycles".');
  }
  const given = fields.need('steps');
  const steps = given && readInteger(given, 'steps of the budget', 0, stepsMax, diagnostics);
  return steps === undefined ? undefined : { steps, cycles: null };
}

function readCycles(fields: Fields, diagnostics: Diagnostics): Budget | undefined {
  const [steps, cycles, board] = [fields.get('steps'), fields.get('cycles'), fields.need('target')];
  if (steps !== undefined) {
    const message = 'a budget in steps beside one in cycles';
    diagnostics.add('BAD_VALUE', steps.place, message, 'Keep one of "steps" and "cycles".');
  }
  const calls = cycles && readCalls(cycles, diagnostics);
  const target = board && readTextNode(board, 'target', diagnostics);
  if (calls === undefined || target === undefined) return undefined;
  const boards = boardsWithCycles();
  if (!boards.includes(target.text)) {
    const message = `a budget in cycles of "${cutText(target.text)}"; cycles are known of ${boards.join(', ')}`;
    diagnostics.add(
      'COSTS_UNKNOWN',
      target.place,
      message,
      'Name one of them, or give the budget in steps: { steps: 24 }.',
    );
    return undefined;
  }
  return { steps: null, cycles: { target: target.text, ...calls } };
}

/** One number is for `check`. */
function readCalls(node: TreeNode, diagnostics: Diagnostics): CallCycles | undefined {
  const number = (each: TreeNode | undefined, name: string) =>
    each === undefined ? null : readInteger(each, `cycles of ${name}`, 1, BUDGET_CYCLES_MAX, diagnostics);
  const fields = node.kind === 'map' ? readFields(node, 'cycles', CALL_NAMES, diagnostics) : undefined;
  if (node.kind === 'map' && fields === undefined) return undefined;
  const of = (name: string) =>
    number(fields === undefined ? (name === 'check' ? node : undefined) : fields.get(name), name);
  const [check, verdict, sweep] = CALL_NAMES.map(of);
  if (check === undefined || verdict === undefined || sweep === undefined) return undefined;
  if (check === null && verdict === null && sweep === null) {
    diagnostics.add(
      'MISSING_FIELD',
      node.place,
      'cycles names no call',
      'Add "check", "verdict" or "sweep".',
    );
    return undefined;
  }
  return { check, verdict, sweep };
}
