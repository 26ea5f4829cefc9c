import { cutText } from '../common/cut-text.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import type { Place } from './place.ts';
import { nearestWord } from './suggest.ts';
import type { MapNode, TextNode, TreeNode } from './tree.ts';

export function reportAt(diagnostics: Diagnostics, place: Place): Report {
  return (code, message, remedy) => diagnostics.add(code, place, message, remedy);
}

/** The fields of one map of the source; unknown ones were reported when it was made. */
export interface Fields {
  readonly place: Place;
  /** The value of a field, undefined when it is not there. */
  get(name: string): TreeNode | undefined;
  /** The value of a field that must be there; a missing one is reported. */
  need(name: string): TreeNode | undefined;
  /** Whether a field with a name like this one was reported: that this one is missing is no second mistake. */
  isMisspelt(name: string): boolean;
}

/**
 * The fields of `node`, of which `names` are known; undefined when it is no map.
 * `what` names the map in messages, e.g. `zone "z1"` or `axis`.
 */
export function readFields(
  node: TreeNode,
  what: string,
  names: readonly string[],
  diagnostics: Diagnostics,
): Fields | undefined {
  if (node.kind !== 'map') {
    const remedy = `Write fields here: ${names.join(', ')}.`;
    diagnostics.add(
      'WRONG_KIND',
      node.place,
      `${what} must be fields with values, not ${kindName(node)}`,
      remedy,
    );
    return undefined;
  }
  const meant = refuseUnknown(node, what, names, diagnostics);
  return {
    place: node.place,
    isMisspelt: (name) => meant.has(name),
    get: (name) => node.fields.get(name)?.value,
    need: (name) => {
      const value = node.fields.get(name)?.value;
      // A name that was misspelt is one mistake, not two.
      if (value === undefined && !meant.has(name)) {
        diagnostics.add('MISSING_FIELD', node.place, `${what} has no field "${name}"`, `Add "${name}".`);
      }
      return value;
    },
  };
}

/** Names that misspelt fields are likely meant to be. */
function refuseUnknown(
  node: MapNode,
  what: string,
  names: readonly string[],
  diagnostics: Diagnostics,
): ReadonlySet<string> {
  const meant = new Set<string>();
  for (const field of node.fields.values()) {
    if (names.includes(field.name)) continue;
    const nearest = nearestWord(field.name, names);
    if (nearest !== undefined && !node.fields.has(nearest)) meant.add(nearest);
    const remedy =
      nearest === undefined ? `Fields known here: ${names.join(', ')}.` : `Did you mean "${nearest}"?`;
    diagnostics.add(
      'UNKNOWN_FIELD',
      field.place,
      `${what} has no field named "${cutText(field.name)}"`,
      remedy,
    );
  }
  return meant;
}

function kindName(node: TreeNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'fields with values';
  return node.text === '' ? 'nothing' : `"${cutText(node.text)}"`;
}

/** The items of a list; undefined, and reported, when `node` is something else. */
export function readList(
  node: TreeNode,
  what: string,
  diagnostics: Diagnostics,
): readonly TreeNode[] | undefined {
  if (node.kind === 'list') return node.items;
  const message = `${what} must be a list, not ${kindName(node)}`;
  diagnostics.add('WRONG_KIND', node.place, message, 'Begin each entry with "- ".');
  return undefined;
}

/** A text that is not empty; undefined, and reported, when `node` is something else. */
export function readTextNode(node: TreeNode, what: string, diagnostics: Diagnostics): TextNode | undefined {
  if (node.kind !== 'text') {
    const message = `${what} must be one value, not ${kindName(node)}`;
    diagnostics.add('WRONG_KIND', node.place, message, 'Write a single value.');
    return undefined;
  }
  if (node.text !== '') return node;
  diagnostics.add('BAD_VALUE', node.place, `${what} is empty`, 'Write its value, or leave the field out.');
  return undefined;
}
