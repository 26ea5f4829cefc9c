import { cutText } from '../common/cut-text.ts';
import type { Entries } from './context.ts';
import type { Diagnostics } from './diagnostics.ts';
import { readFields, readTextNode } from './fields.ts';
import type { OverlapOrder, OverlapPolicy } from './model.ts';
import { nearestWord } from './suggest.ts';
import type { TreeNode } from './tree.ts';
import { readChoice } from './values.ts';

/** `overlaps`: who wins where two zones lie over one place. */

/** Policies that are one word. */
export const OVERLAP_WORDS = ['forbid', 'by-tier', 'lowest-limit'] as const;

const ORDERS_MAX = 4096;

export function readOverlaps(
  node: TreeNode,
  zones: Entries<NamedZone>,
  diagnostics: Diagnostics,
): OverlapPolicy | undefined {
  if (node.kind !== 'list') {
    const kind = readChoice(node, 'overlaps', OVERLAP_WORDS, diagnostics);
    return kind && { kind };
  }
  if (node.items.length > ORDERS_MAX) {
    const message = `overlaps lists ${node.items.length} orders, more than ${ORDERS_MAX}`;
    diagnostics.add('TOO_MANY', node.place, message, 'Order zones by tier instead: "overlaps: by-tier".');
    return undefined;
  }
  const names: ZoneNames = {
    indexOfId: new Map(zones.entries.map((zone, index) => [zone.id, index])),
    complete: zones.complete,
  };
  const orders: OverlapOrder[] = [];
  for (const item of node.items) {
    const order = readOrder(item, names, diagnostics);
    if (order !== undefined) orders.push(order);
  }
  if (orders.length < node.items.length) return undefined;
  return hasCycle(orders, zones.entries, diagnostics) ? undefined : { kind: 'list', orders };
}

/** A zone as orders know it, of a line or of a plane. */
interface NamedZone {
  readonly id: string;
}

interface ZoneNames {
  readonly indexOfId: ReadonlyMap<string, number>;
  /** False when zones were dropped: an unknown id may then be one of theirs. */
  readonly complete: boolean;
}

function readOrder(node: TreeNode, names: ZoneNames, diagnostics: Diagnostics): OverlapOrder | undefined {
  const fields = readFields(node, 'an order of two zones', ['over', 'under'], diagnostics);
  const over = findZone(fields?.need('over'), 'over', names, diagnostics);
  const under = findZone(fields?.need('under'), 'under', names, diagnostics);
  if (over === undefined || under === undefined) return undefined;
  return { over, under, place: node.place };
}

function findZone(
  node: TreeNode | undefined,
  role: string,
  names: ZoneNames,
  diagnostics: Diagnostics,
): number | undefined {
  const text = node && readTextNode(node, role, diagnostics);
  if (text === undefined) return undefined;
  const index = names.indexOfId.get(text.text);
  if (index !== undefined || !names.complete) return index;
  const nearest = nearestWord(text.text, [...names.indexOfId.keys()]);
  const remedy = nearest === undefined ? 'Name a zone by its id.' : `Did you mean "${nearest}"?`;
  diagnostics.add(
    'UNKNOWN_ID',
    text.place,
    `${role} names "${cutText(text.text)}", but no zone has this id`,
    remedy,
  );
  return undefined;
}

/** Reports the first order that closes a circle: then no zone of the circle would win. */
function hasCycle(
  orders: readonly OverlapOrder[],
  zones: readonly NamedZone[],
  diagnostics: Diagnostics,
): boolean {
  const under = new Map<number, Set<number>>();
  for (const order of orders) {
    if (order.over === order.under || reaches(under, order.under, order.over)) {
      const message = `"${zones[order.over]?.id}" over "${zones[order.under]?.id}" closes a cycle of orders`;
      diagnostics.add('OVERLAP_ORDER_CYCLE', order.place, message, 'Remove one order of the cycle.');
      return true;
    }
    const below = under.get(order.over) ?? new Set();
    under.set(order.over, below.add(order.under));
  }
  return false;
}

function reaches(under: ReadonlyMap<number, ReadonlySet<number>>, from: number, to: number): boolean {
  const seen = new Set([from]);
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === to) return true;
    for (const next of under.get(at) ?? []) {
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return false;
}
