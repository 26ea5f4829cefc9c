import { cutText } from '../common/cut-text.ts';
import { Diagnostics } from '../source/diagnostics.ts';
import { parseTree, type TreeNode } from '../source/tree.ts';

/** What somebody edited in a source that an import wrote, beyond zones and axis, which are compared by what they mean. */

/**
 * `overlaps: lowest-limit, imported as forbid`: one line for each field of the source that is not what the import writes, in the order of
 * the source, without those that are `compared` otherwise. Both texts can be read.
 */
export function editedFields(
  source: string,
  imported: string,
  compared: ReadonlySet<string>,
): readonly string[] {
  const [now, then] = [fieldsOf(source), fieldsOf(imported)];
  return [...new Set([...now.keys(), ...then.keys()])].flatMap((name) => {
    const [value, before] = [now.get(name), then.get(name)];
    if (compared.has(name) || value === before) return [];
    const words = value === undefined ? 'left out' : cutText(value);
    return [
      `${name}: ${words}, ${before === undefined ? 'which no import wrote' : `imported as ${cutText(before)}`}`,
    ];
  });
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const tree = parseTree(text, '', new Diagnostics());
  if (tree?.kind !== 'map') return new Map();
  return new Map([...tree.fields].map(([name, { value }]) => [name, flowText(value)]));
}

/** As YAML on one line, without the quotes that texts may stand in. */
function flowText(node: TreeNode): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'list':
      return `[ ${node.items.map(flowText).join(', ')} ]`;
    case 'map':
      return `{ ${[...node.fields].map(([name, { value }]) => `${name}: ${flowText(value)}`).join(', ')} }`;
  }
}
