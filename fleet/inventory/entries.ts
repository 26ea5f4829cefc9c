import { cutText } from '../../host/common/cut-text.ts';
import type { Diagnostics } from '../../host/source/diagnostics.ts';
import { type Fields, readFields, readList } from '../../host/source/fields.ts';
import type { TreeNode } from '../../host/source/tree.ts';
import { readIdentity } from '../../host/source/values.ts';

/** Lists of entries with ids, and references to them. */

export interface EntryKind {
  /** What one is called in messages, e.g. `site`. */
  readonly what: string;
  readonly fields: readonly string[];
  readonly most: number;
}

/** The entries of a list by their ids, in order; what is wrong with one is reported, and an id that is there already too. */
export function readEntries<Entry>(
  node: TreeNode | undefined,
  { what, fields: names, most }: EntryKind,
  diagnostics: Diagnostics,
  read: (id: string, fields: Fields) => Entry,
): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  const lines = new Map<string, number>();
  const items = (node && readList(node, `${what}s`, diagnostics)) ?? [];
  if (node?.kind === 'list' && (items.length === 0 || items.length > most)) {
    const message = `${items.length} ${what}s`;
    diagnostics.add(
      'OUT_OF_RANGE',
      node.place,
      message,
      `A fleet has 1 to ${most} ${what}s; split it if it has more.`,
    );
    return found;
  }
  for (const item of items) {
    const fields = readFields(item, `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`, names, diagnostics);
    const idNode = fields?.need('id');
    const id = idNode && readIdentity(idNode, `id of a ${what}`, diagnostics);
    if (fields === undefined || idNode === undefined || id === undefined) continue;
    const entry = read(id, fields);
    const line = lines.get(id);
    if (line !== undefined) {
      const message = `${what} ${id} is there already, in line ${line}`;
      diagnostics.add('DUPLICATE_ID', idNode.place, message, 'Give each an id of its own.');
      continue;
    }
    lines.set(id, idNode.place.line);
    found.set(id, entry);
  }
  return found;
}

/** The entry that a field names; undefined after a mistake was reported. */
export function readReference<Entry>(
  fields: Fields,
  name: string,
  owner: string,
  entries: ReadonlyMap<string, Entry>,
  diagnostics: Diagnostics,
): { readonly id: string; readonly entry: Entry; readonly node: TreeNode } | undefined {
  const node = fields.need(name);
  const id = node && readIdentity(node, `${name} of ${owner}`, diagnostics);
  if (node === undefined || id === undefined) return undefined;
  const entry = entries.get(id);
  if (entry !== undefined) return { id, entry, node };
  const message = `${name} of ${owner} is ${cutText(id)}, and there is no ${name} of that id`;
  diagnostics.add('UNKNOWN_ID', node.place, message, `Add it to ${name}s, or name one that is there.`);
  return undefined;
}
