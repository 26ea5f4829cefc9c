import { cutText } from '../common/cut-text.ts';
import { ACTION_NAMES, NAME_BYTES_MAX } from '../format.ts';
import { type DecimalFault, floorOf, isRational, parseDecimal } from './decimal.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import { readTextNode, reportAt } from './fields.ts';
import type { ActionName } from './model.ts';
import { nearestWord } from './suggest.ts';
import type { TextNode, TreeNode } from './tree.ts';

/** Values that fields and CSV cells share. Each reader gives undefined after it reported a mistake. */

const DIGITS = /^[+-]?[0-9.]+$/;
export const EXPONENT = /^([+-]?[0-9.]+)[eE]([+-]?[0-9]{1,3})$/;

export const I32_MIN = -(2 ** 31);
export const I32_MAX = 2 ** 31 - 1;

/** A decimal integer of up to 18 digits, without leading zeros; `50.0` is one. */
export function parseInteger(text: string, what: string, report: Report): bigint | undefined {
  const value = parseDecimal(text);
  if (!isRational(value)) {
    reportNotANumber(text, text, value, what, report);
    return undefined;
  }
  if (value.numerator % value.denominator === 0n) return value.numerator / value.denominator;
  const below = floorOf(value);
  const message = `${what} is ${cutText(text)}, and only whole numbers are taken here`;
  report('NOT_AN_INTEGER', message, `The nearest are ${below} and ${below + 1n}.`);
  return undefined;
}

/** Says why the `number` in `text` is no decimal number. */
export function reportNotANumber(
  text: string,
  number: string,
  fault: DecimalFault,
  what: string,
  report: Report,
): void {
  const written = cutText(text);
  if (fault.kind === 'leading-zero') {
    const remedy = `Remove the leading zeros: ${text.replace(number, fault.plain)}.`;
    report('NOT_AN_INTEGER', `${what} is ${written}, with a leading zero`, remedy);
  } else if (fault.kind === 'too-long') {
    report(
      'OUT_OF_RANGE',
      `${what} is ${written}, which has more than 18 digits, or more than 30 behind the point`,
      'Write a shorter number.',
    );
  } else if (EXPONENT.test(text)) {
    report('NOT_AN_INTEGER', `${what} is ${written}, with an exponent`, 'Write all digits out.');
  } else if (/^[+-]?[0-9]+(,[0-9]+)+(\s*\S+)?$/.test(text)) {
    const remedy = 'Write a point before decimals, and nothing between thousands.';
    report('NOT_AN_INTEGER', `${what} is ${written}, with a comma`, remedy);
  } else {
    const remedy = 'Write decimal digits, such as 413600 or 0.5, and a unit behind them if it needs one.';
    report('NOT_AN_INTEGER', `${what} is "${written}", not a number`, remedy);
  }
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
