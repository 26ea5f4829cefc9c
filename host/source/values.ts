import { cutText } from '../common/cut-text.ts';
import { ACTION_NAMES, NAME_BYTES_MAX } from '../format.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import { readTextNode, reportAt } from './fields.ts';
import type { ActionName } from './model.ts';
import { nearestWord } from './suggest.ts';
import type { TextNode, TreeNode } from './tree.ts';

/** Values that fields and CSV cells share. Each reader gives undefined after it reported a mistake. */

const INTEGER = /^[+-]?(?:0|[1-9][0-9]{0,17})$/;
const DIGITS = /^[+-]?[0-9]+$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

export const I32_MIN = -(2 ** 31);
export const I32_MAX = 2 ** 31 - 1;

/** A decimal integer of up to 18 digits, without leading zeros. */
export function parseInteger(text: string, what: string, report: Report): bigint | undefined {
  if (INTEGER.test(text)) return BigInt(text);
  if (DECIMAL.test(text)) {
    report(
      'NOT_AN_INTEGER',
      `${what} is ${cutText(text)}, a decimal`,
      'Write an integer; choose a finer unit if it needs one.',
    );
  } else if (!DIGITS.test(text)) {
    report(
      'NOT_AN_INTEGER',
      `${what} is "${cutText(text)}", not an integer`,
      'Write decimal digits only, such as 413600.',
    );
  } else if (/^[+-]?0/.test(text)) {
    report('NOT_AN_INTEGER', `${what} is ${cutText(text)}, with a leading zero`, 'Remove the leading zeros.');
  } else {
    report(
      'OUT_OF_RANGE',
      `${what} is ${cutText(text)}, which has more than 18 digits`,
      'Write a smaller number.',
    );
  }
  return undefined;
}

/** An integer from `least` to `most`. */
export function parseIntegerBetween(
  text: string,
  what: string,
  least: number,
  most: number,
  report: Report,
): number | undefined {
  const value = parseInteger(text, what, report);
  if (value === undefined) return undefined;
  if (value >= BigInt(least) && value <= BigInt(most)) return Number(value);
  report(
    'OUT_OF_RANGE',
    `${what} is ${text}, outside the range ${least} to ${most}`,
    `Write a number from ${least} to ${most}.`,
  );
  return undefined;
}

/** The text of a number, with or without a unit, or of a timestamp; a quoted number is a text and no number. */
export function readQuantityText(
  node: TreeNode,
  what: string,
  diagnostics: Diagnostics,
): TextNode | undefined {
  const text = readTextNode(node, what, diagnostics);
  if (text === undefined || text.plain || !DIGITS.test(text.text)) return text;
  const message = `${what} is the quoted text "${cutText(text.text)}"`;
  diagnostics.add('NOT_AN_INTEGER', text.place, message, 'Remove the quotes.');
  return undefined;
}

/** The integer of a YAML value from `least` to `most`; a quoted one is a text and no number. */
export function readInteger(
  node: TreeNode,
  what: string,
  least: number,
  most: number,
  diagnostics: Diagnostics,
): number | undefined {
  const text = readTextNode(node, what, diagnostics);
  if (text === undefined) return undefined;
  if (text.plain) return parseIntegerBetween(text.text, what, least, most, reportAt(diagnostics, text.place));
  diagnostics.add(
    'NOT_AN_INTEGER',
    text.place,
    `${what} is the quoted text "${cutText(text.text)}"`,
    'Remove the quotes.',
  );
  return undefined;
}

export function readBoolean(node: TreeNode, what: string, diagnostics: Diagnostics): boolean | undefined {
  const word = readChoice(node, what, ['true', 'false'] as const, diagnostics);
  return word === undefined ? undefined : word === 'true';
}

/** One of a few words. */
export function readChoice<Word extends string>(
  node: TreeNode,
  what: string,
  words: readonly Word[],
  diagnostics: Diagnostics,
): Word | undefined {
  const text = readTextNode(node, what, diagnostics);
  return text === undefined
    ? undefined
    : parseChoice(text.text, what, words, reportAt(diagnostics, text.place));
}

export function parseChoice<Word extends string>(
  text: string,
  what: string,
  words: readonly Word[],
  report: Report,
): Word | undefined {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const nearest = nearestWord(text, words);
  const remedy = nearest === undefined ? `Write one of: ${words.join(', ')}.` : `Did you mean "${nearest}"?`;
  report('BAD_VALUE', `${what} is "${cutText(text)}"`, remedy);
  return undefined;
}

export function readAction(node: TreeNode, what: string, diagnostics: Diagnostics): ActionName | undefined {
  return readChoice(node, what, ACTION_NAMES, diagnostics);
}

const ID = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.:/+-]*$/u;

/** The id of a zone or gap rule: 1 to 63 bytes of letters, digits and `_ . : / + -`, a letter or digit first. */
export function parseId(text: string, what: string, report: Report): string | undefined {
  if (!ID.test(text)) {
    const remedy = 'Use letters, digits and _ . : / + -, a letter or digit first.';
    report('BAD_VALUE', `${what} is "${cutText(text)}", which is not an id`, remedy);
    return undefined;
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= NAME_BYTES_MAX) return text;
  report('OUT_OF_RANGE', `${what} has ${bytes} bytes, more than ${NAME_BYTES_MAX}`, 'Write a shorter id.');
  return undefined;
}

export function readId(node: TreeNode, what: string, diagnostics: Diagnostics): string | undefined {
  const text = readTextNode(node, what, diagnostics);
  return text === undefined ? undefined : parseId(text.text, what, reportAt(diagnostics, text.place));
}

/** Map ids and device classes. */
export const IDENTITY = /^[a-z0-9-]{1,31}$/;

/** A map id or device class: 1 to 31 of `a-z 0-9 -`. */
export function readIdentity(node: TreeNode, what: string, diagnostics: Diagnostics): string | undefined {
  const text = readTextNode(node, what, diagnostics);
  if (text === undefined || IDENTITY.test(text.text)) return text?.text;
  const remedy = 'Use 1 to 31 of the characters a-z, 0-9 and "-".';
  diagnostics.add('BAD_VALUE', text.place, `${what} is "${cutText(text.text)}"`, remedy);
  return undefined;
}

/** A short text for people, up to `bytesMax` bytes of UTF-8 without control characters. */
export function readLabel(
  node: TreeNode,
  what: string,
  bytesMax: number,
  diagnostics: Diagnostics,
): string | undefined {
  const text = readTextNode(node, what, diagnostics);
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text.text) <= bytesMax && !/\p{Cc}/u.test(text.text)) return text.text;
  const message = `${what} is longer than ${bytesMax} bytes or contains control characters`;
  diagnostics.add('BAD_VALUE', text.place, message, 'Write a short plain text.');
  return undefined;
}
