import { cutText } from '../common/cut-text.ts';
import { parseCoordinate, type Scope } from './coordinates.ts';
import type { Diagnostics } from './diagnostics.ts';
import { readFields, readList, reportAt } from './fields.ts';
import type { MarkModel } from './model.ts';
import type { Place } from './place.ts';
import type { TreeNode } from './tree.ts';
import { readLabel, readQuantityText } from './values.ts';

/** `marks`: named places, for drawings, reports and messages. Nothing of them is in the image. */

const MARK_FIELDS = ['name', 'at'];
const NAME_BYTES_MAX = 63;
const MARKS_MAX = 4096;

/** `marks: [ { name: Bern, at: 12+400 } ]`, in the order of their places. */
export function readMarks(node: TreeNode, axis: Scope, diagnostics: Diagnostics): readonly MarkModel[] {
  const nodes = readList(node, 'marks', diagnostics) ?? [];
  if (nodes.length > MARKS_MAX) {
    const message = `marks lists ${nodes.length} places, more than ${MARKS_MAX}`;
    diagnostics.add('TOO_MANY', node.place, message, 'Keep those that people look for.');
    return [];
  }
  const places = new Map<string, Place>();
  const marks: MarkModel[] = [];
  for (const item of nodes) {
    const mark = readMark(item, axis, diagnostics);
    if (mark === undefined) continue;
    const earlier = places.get(mark.name);
    if (earlier !== undefined) {
      const message = `the mark "${cutText(mark.name)}" is already on line ${earlier.line}`;
      diagnostics.add('DUPLICATE_ID', item.place, message, 'Give each mark its own name.');
    }
    places.set(mark.name, item.place);
    marks.push(mark);
  }
  return marks.sort((left, right) => left.at - right.at);
}

function readMark(node: TreeNode, axis: Scope, diagnostics: Diagnostics): MarkModel | undefined {
  const fields = readFields(node, 'a mark', MARK_FIELDS, diagnostics);
  const nameNode = fields?.need('name');
  const name = nameNode && readLabel(nameNode, 'name of the mark', NAME_BYTES_MAX, diagnostics);
  const atNode = fields?.need('at');
  const what = `"at" of mark "${name ?? '?'}"`;
  const text = atNode && readQuantityText(atNode, what, diagnostics);
  if (name === undefined || text === undefined) return undefined;
  const at = parseCoordinate(text.text, what, axis, undefined, reportAt(diagnostics, text.place));
  return at === undefined ? undefined : { name, at };
}
