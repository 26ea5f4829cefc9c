import { cutText } from '../common/cut-text.ts';
import type { Diagnostics } from './diagnostics.ts';
import { unitSpelled } from './table-quantity.ts';
import { isScaleWord } from './table-unit-doubts.ts';
import type { TreeNode } from './tree.ts';
import { unitNamed } from './unit-table.ts';
import { readLabel } from './values.ts';

/**
 * Units that somebody says. One that is not known converts into no other and is a name; what holds a number, a scale or two units is
 * none, since nobody could tell what its numbers count.
 */

export interface UnitFault {
  /** What is wrong with it, behind the name of the unit. */
  readonly words: string;
  readonly remedy: string;
}

const ONE_UNIT = 'Write one unit, such as km/h, and convert the numbers where they count something else.';
/** Digits that are no exponent: `m/s2` and `s-1` end in one, `1/min` is a frequency. */
const NUMBER = /[0-9](?!$)|(?<![\p{L}^-])[0-9]$/u;

/** undefined: it is a unit, or can be the name of one. */
export function faultOfUnit(text: string): UnitFault | undefined {
  if (unitNamed(text) !== undefined) return undefined;
  const spelled = unitSpelled(text.replace(/\s+/gu, ''));
  if (spelled !== undefined)
    return { words: `is another spelling of ${spelled}`, remedy: `Write ${spelled}.` };
  if (text.trim() === '' || text !== text.trim())
    return { words: 'begins or ends with a blank', remedy: ONE_UNIT };
  if (NUMBER.test(text.replace(/^1\//, ''))) return { words: 'holds a number', remedy: ONE_UNIT };
  const words = text.split(/[\s,;|&+()[\]{}]+/u).filter((word) => word !== '');
  const other = words.length < 2 ? undefined : words.find((word) => isUnit(word) || isScaleWord(word));
  if (other !== undefined) return { words: `holds "${cutText(other)}" beside other words`, remedy: ONE_UNIT };
  return twoUnits(text) ? { words: 'holds two units', remedy: ONE_UNIT } : undefined;
}

function isUnit(word: string): boolean {
  return unitSpelled(word) !== undefined;
}

/** `mph/km/h`: two units of one kind; of lengths it may be a gradient, such as mm/m. */
function twoUnits(text: string): boolean {
  return [...text.matchAll(/\//g)].some(({ index }) => {
    const [left, right] = [text.slice(0, index), text.slice(index + 1)].map((part) => {
      const spelled = unitSpelled(part);
      return spelled === undefined ? undefined : unitNamed(spelled)?.dimension;
    });
    return left !== undefined && left === right && left !== 'length';
  });
}

/** What an axis or limits count, as a source says it; undefined after a mistake was reported. */
export function readUnit(
  node: TreeNode,
  what: string,
  bytesMax: number,
  diagnostics: Diagnostics,
): string | undefined {
  const unit = readLabel(node, what, bytesMax, diagnostics);
  const fault = unit === undefined ? undefined : faultOfUnit(unit);
  if (unit === undefined || fault === undefined) return unit;
  diagnostics.add(
    'BAD_VALUE',
    node.place,
    `${what} is "${cutText(unit)}", which ${fault.words}`,
    fault.remedy,
  );
  return undefined;
}
