/**
 * Texts that others wrote (a device, a file, a network, the name of a program), made harmless before people see them: what a terminal or
 * a page would obey, hide or turn round is spelled out. JSON stays exact, and is written so that a terminal obeys nothing in it.
 */

/** How much of a foreign text stands in a line for people. */
const FOREIGN_CHARACTERS_MAX = 80;

/** Controls, formats, directions, halves of characters, private ones, what takes no room or ends a line, and marks upon marks. */
const HIDDEN_KINDS = [
  '[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]',
  '(?<=\\p{M}{3})\\p{M}',
].join('|');
const HIDDEN = new RegExp(HIDDEN_KINDS, 'gu');
const HIDDEN_BUT_LINE_FEED = new RegExp(`(?!\\n)(?:${HIDDEN_KINDS})`, 'gu');

/** The text with every character spelled out that would not be seen as itself, e.g. `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, spelled);
}

/** Likewise, of a text of several lines. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN_BUT_LINE_FEED, spelled);
}

/** A foreign text as a part of a line: visible, and cut after 80 characters. */
export function foreign(text: string, charactersMax = FOREIGN_CHARACTERS_MAX): string {
  // A character is two units at most, so that an endless text is not walked to its end.
  const characters = [...text.slice(0, 2 * charactersMax + 2)];
  if (characters.length <= charactersMax) return visible(text);
  return `${visible(characters.slice(0, charactersMax).join(''))}…`;
}

/** JSON as it was, with those characters as its own escapes. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN, escaped);
}

function spelled(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }).join('');
}
