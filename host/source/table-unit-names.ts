import { foldCase } from '../table/names.ts';
import { areOfOneKind, unitSpelled } from './table-quantity.ts';
import { unitNamed } from './unit-table.ts';

/** The unit that the name of a column says, wherever it stands: `begin_mm`, `von [m]`, `km von`, `speedKmh`, `miles per hour`. */

export type NamedUnit =
  | { readonly kind: 'unit'; readonly unit: string }
  /** Square brackets with something that is no unit; what looks like a unit or a scale, and is not understood. */
  | { readonly kind: 'unknown'; readonly text: string };

/** What a unit is looked for in. */
interface Asked {
  /** A unit of the kind that is looked for; undefined: any speed. */
  readonly like: string | undefined;
  /** All names of the table. */
  readonly header: readonly string[];
}

/** Longer names say no unit, and patterns would look at their blanks again and again. */
const NAME_CHARACTERS_MAX = 200;
const BRACKETS = /\[([^[\]]*)\]|\(([^()]*)\)|\{([^{}]*)\}/gu;

/**
 * undefined when the name says none. `header`: all names of the table. `like`: a unit of the kind that is looked for; undefined: any
 * speed, and what stands in brackets.
 */
export function unitOfName(
  name: string,
  like: string | undefined,
  header: readonly string[],
): NamedUnit | undefined {
  if (name.length > NAME_CHARACTERS_MAX) return undefined;
  const asked = { like, header };
  // Brackets, letters and raised digits of every width are one.
  const text = name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  return unitInBrackets(text, asked) ?? unitInWords(text.replace(BRACKETS, ' ').trim(), asked);
}

function unitInBrackets(text: string, asked: Asked): NamedUnit | undefined {
  const groups = [...text.matchAll(BRACKETS)].map(([, square, round, curly]) => ({
    text: (square ?? round ?? curly ?? '').trim(),
    isSquare: square !== undefined,
  }));
  const known = groups.flatMap((group) => unitAlone(group.text) ?? unitAmong(group.text, asked) ?? []);
  const unit = known.find((each) => isMeant(each, asked)) ?? known.at(-1);
  if (unit !== undefined) return { kind: 'unit', unit };
  const unknown = groups.find((group) => group.isSquare || looksLikeUnit(group.text));
  return unknown && { kind: 'unknown', text: unknown.text };
}

/** `km`, `in km`, `m s-1`, `miles per hour`. */
function unitAlone(text: string): string | undefined {
  return unitSpelled(text) ?? unitSpelled(asQuotient(text.replace(/^in (?=.)|[.:]$/giu, '')));
}

/** `m s-1` and `miles per hour` with their slash. */
function asQuotient(text: string): string {
  return text
    .replace(/(\p{L}+)(?:[ _-]per[ _-]| ?\/ ?)(\p{L}+)/giu, '$1/$2')
    .replace(/(\p{L}+) ?[ .*·⋅] ?(\p{L}+)\^?[-\u2212]1(?![0-9])/gu, '$1/$2');
}

/** The unit within brackets that hold more than it: `(km from Berlin)`; numbers beside it may be a scale. */
function unitAmong(text: string, asked: Asked): string | undefined {
  if (/[0-9%]/.test(text)) return undefined;
  return wordsOf(asQuotient(text)).find((word) => isPlain(word) && isMeant(word, asked));
}

const TEXT_CHARACTERS_MAX = 2000;
const UNIT_SAID = /(?:\bin |[[({])([\p{L}°/]+)/giu;

/** The units of the kind of `like` that a sentence names, in its order, those of one letter behind "in" or in brackets. */
export function unitsInText(text: string, like: string): readonly string[] {
  const asked = { like, header: [] };
  const line = asQuotient(text.slice(0, TEXT_CHARACTERS_MAX).normalize('NFKC').replace(/\s+/gu, ' '));
  const said = [...line.matchAll(UNIT_SAID)].flatMap(([, word = '']) => word);
  const words = [...said, ...wordsOf(line).filter(isPlain)].filter((word) => isMeant(word, asked));
  return words.flatMap((word) => unitSpelled(word) ?? []);
}

const SCALE = /^[x×*÷] ?[0-9]|^1(?:[., ]?000)+$|^10\^[0-9]/iu;
const FOREIGN =
  /^(?:furlongs?|chains?|rods?|leagues?|fathoms?|nm|px|pixels?|hm|mach|weeks?|months?|years?|%|‰|tsd\.?|thousands?|hundreds?|mtr)$/iu;

/** A number with a unit, a scale, a quotient with a part that is a unit, or a unit that is not known here. */
function looksLikeUnit(text: string): boolean {
  if (SCALE.test(text) || FOREIGN.test(text)) return true;
  const parts = text.split(/[^\p{L}°]+/u).filter((part) => part !== '');
  const units = parts.filter((part) => unitSpelled(part) !== undefined && !/^in$/iu.test(part));
  return units.length > 0 && /[0-9/]/.test(text);
}

/** `in 0.1 km/h`, `x10 m`: a scale before a unit; a plain number may count columns. */
const SCALED = /(?:\bin ?|[x×*] ?)([0-9][0-9.,]* ?\p{L}[\p{L}/]*)|((?<![0-9])0[.,][0-9]+ ?\p{L}[\p{L}/]*)/iu;

function unitInWords(text: string, asked: Asked): NamedUnit | undefined {
  const [, said, fraction] = SCALED.exec(text) ?? [];
  const scaled = said ?? fraction;
  const counted = scaled === undefined ? undefined : unitSpelled(scaled.replace(/^[0-9., ]+/, ''));
  if (scaled !== undefined && counted !== undefined && isMeant(counted, asked))
    return { kind: 'unknown', text: scaled };
  const words = wordsOf(asQuotient(text)).slice(0, isOneOfTwo(text, asked.header) ? -1 : undefined);
  const last = words.length - 1;
  const unit =
    speedAtEnd(words, asked) ??
    words.findLast(
      (word, index) => (index === last ? unitSpelled(word) : isPlain(word)) && isMeant(word, asked),
    );
  const known = unit === undefined ? undefined : unitSpelled(unit);
  return known === undefined ? undefined : { kind: 'unit', unit: known };
}

/** Words of a name, split at every mark, and where a capital letter begins one; a letter alone is none of the latter. */
function wordsOf(text: string): readonly string[] {
  return text
    .replace(/(\p{Ll})(?=\p{Lu}\p{L})/gu, '$1 ')
    .split(/[^\p{L}/°]+/u)
    .filter((word) => word !== '');
}

/** `v_ms`, `v_km_h`: speeds whose slash a name could not hold. */
function speedAtEnd(words: readonly string[], asked: Asked): string | undefined {
  const before = words.at(-2) ?? '';
  const last = words.at(-1) ?? '';
  return [/^ms$/i.test(last) ? 'm/s' : '', `${before}/${last}`].find((each) => isMeant(each, asked));
}

/** Words that mean something else too, where they do not end a name. */
const AMBIGUOUS = /^(?:in|min|um|us|days?|hours?|turn|rev|tick|kt)$/iu;

/** Whether a word is a unit wherever it stands. */
function isPlain(word: string): boolean {
  return word.length > 1 && !AMBIGUOUS.test(word) && unitSpelled(word) !== undefined;
}

/** In brackets a unit is one of any kind; within a name it may be a word that means something else. */
function isMeant(word: string, { like }: Asked): boolean {
  const unit = unitSpelled(word);
  if (unit === undefined) return false;
  return like === undefined ? isSpeed(unit) : areOfOneKind(unit, like);
}

function isSpeed(unit: string): boolean {
  const dimension = unitNamed(unit)?.dimension;
  return dimension === 'speed' || dimension === 'turning';
}

/** Words that are units, and what stands beside them when they are none. */
const PAIRS: readonly (readonly [unit: RegExp, other: string])[] = [
  [/min$/i, 'max'],
  [/in$/i, 'out'],
];

/** Whether a name such as `pos_min` stands beside `pos_max`. */
function isOneOfTwo(name: string, header: readonly string[]): boolean {
  return PAIRS.some(
    ([unit, other]) =>
      unit.test(name) && header.some((cell) => foldCase(cell) === foldCase(name.replace(unit, other))),
  );
}
