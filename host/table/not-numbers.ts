/** What stands where a number should be, and what to do about it. None of it is read, since each can mean several things. */

/** Errors of spreadsheets in any language, `#REF!` and `#N/A`, and `####` where a column is too narrow. */
const SHEET_ERROR = /^#(?:[\p{L}0-9/]+[!?]|N\/A|N\/D|NA|NV|#+)$/u;

/** What people write where there is no value: marks, or words without a digit. */
const NO_VALUE = /^(?:[-\u2010-\u2015\u2212\u221e?*/.…]+|\p{L}[\p{L}\s./]*)$/u;

/** By what is seen in a text, the likelier first. */
const REMEDIES: readonly (readonly [seen: RegExp, remedy: string])[] = [
  [/^$/, 'Fill in the field, or remove the row.'],
  [SHEET_ERROR, 'The spreadsheet has an error in this cell: correct it there, and export again.'],
  [
    /^[+-]?[0-9.,]+[eE][+-]?[0-9]+$/,
    'A spreadsheet has shortened it: show all its digits there, and export again.',
  ],
  [
    /^[+\-\u2212]?[0-9.,]*(?:[0-9][OoIlSBZ]+|[OoIl]+[0-9])[0-9.,]*$/u,
    'If a letter stands in the place of a digit, write the digit; a unit stands behind a blank.',
  ],
  [/^=/, 'It is a formula: show values instead of formulas in the spreadsheet, and export again.'],
  [/(?![0-9])\p{Nd}/u, 'Write its digits as 0 to 9.'],
  [/[%‰]/u, 'Write the number itself: what a percentage is of is not known here.'],
  [
    /[0-9].*\s*(?:[-\u2010-\u2015\u2212…]|\.\.+|\b(?:to|bis|a|à)\b)\s*(?:km\s*)?[0-9]/u,
    'If it is a range of places, write its begin and its end into columns of their own; else write the one number that counts.',
  ],
  [
    /^[0-9].*(?:[*†‡§¹²³\u2070-\u2079]|\s\(?\p{L}?[0-9]?\))$/u,
    'If its end marks a footnote, take the mark out, once what the note says is decided.',
  ],
  [
    /^\(.*[0-9]\)$|^[0-9].*-$|^[\u2010-\u2015]\s*[0-9]/u,
    'If it is negative, write it with - before its digits.',
  ],
  [/^(?:[~≈<>≤≥]|ca\b|circa\b|max\b|min\b)/iu, 'Write the one number that counts.'],
  [
    /^[-\u2212]\s*[0-9.,]+\s*\+\s*[0-9]/u,
    'Write it in metres: whether those behind + count on or back from there is not known here.',
  ],
  [/^[+\-\u2212]?[0-9.,'\u2019\s]*[0-9][.,]$/u, 'Take the mark behind it out, or write its decimals.'],
  [/[½¼¾⅓⅔]|[0-9]\/[0-9]/u, 'Write one number, with decimals.'],
];

/** Places, times and limits need a dozen digits. */
export const CHARACTERS_MAX = 48;

export function isSheetError(text: string): boolean {
  return SHEET_ERROR.test(text);
}

/** Whether a text says that there is no value, or says it in words. */
export function saysNoValue(text: string): boolean {
  return NO_VALUE.test(text);
}

/** Whether a number ends with a letter that looks like a digit, and without a blank: `8O`; `5 S` has its unit. */
export function isTypedForDigit(text: string): boolean {
  return /[0-9][OoIlSBZ]+$/.test(text);
}

/** What to do about a text that is no number. */
export function remedyFor(text: string): string {
  // Before patterns are tried, whose work grows faster than a text.
  if (text.length > CHARACTERS_MAX) return 'Write a number of fewer digits.';
  const seen = REMEDIES.find(([pattern]) => pattern.test(text));
  if (seen !== undefined) return seen[1];
  return /^[^\p{L}]*[0-9][.,'\u2019\s]/u.test(text)
    ? 'Write digits, with one mark before decimals and another between groups of three.'
    : 'Write digits.';
}
