import { foldCase } from '../table/names.ts';
import { areOfOneKind, unitSpelled } from './table-quantity.ts';
import { doubtOfUnit } from './table-unit-doubts.ts';
import { isZone } from './table-zones.ts';
import { unitNamed, unitsOf } from './unit-table.ts';

/** The unit that the name of a column says, wherever it stands: `begin_mm`, `von [m]`, `km von`, `speedKmh`, `miles per hour`. */

export type NamedUnit =
  | { readonly kind: 'unit'; readonly unit: string }
  /** Square brackets with something that is no unit; what looks like a unit or a scale, and is not understood. */
  | { readonly kind: 'unknown'; readonly text: string }
  /** A unit, if any, and something that makes another one of it: a second unit, a scale. */
  | { readonly kind: 'unclear'; readonly unit: string | undefined; readonly text: string };

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
 * undefined when the name says none. `header`: all names of the table. `like`: a unit of the kind that is looked for; a name without
 * one says the unit of another kind that it ends with or that stands in it as a word. undefined: any speed, and what stands in brackets.
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
  const words = text.replace(BRACKETS, ' ').trim();
  const found = unitInBrackets(text, asked) ?? unitInWords(words, asked) ?? symbolInBrackets(text, asked);
  if (found !== undefined && found.kind !== 'unit') return found;
  const beside = doubtOfUnit(name, found?.unit);
  return beside === undefined ? found : { kind: 'unclear', unit: found?.unit, text: beside };
}

function unitInBrackets(text: string, asked: Asked): NamedUnit | undefined {
  const groups = [...text.matchAll(BRACKETS)].map(([, square, round, curly]) => ({
    text: (square ?? round ?? curly ?? '').trim(),
    isSquare: square !== undefined,
  }));
  const qualified = groups.find((group) => QUALIFIED.test(group.text));
  if (qualified !== undefined) return { kind: 'unknown', text: qualified.text };
  const known = groups.flatMap((group) => unitAlone(group.text) ?? unitAmong(group.text, asked) ?? []);
  const unit = known.find((each) => isMeant(each, asked)) ?? known.at(-1);
  if (unit !== undefined) return { kind: 'unit', unit };
  const unknown = groups.find(
    (group) => group.isSquare || looksLikeUnit(group.text) || isForeign(group.text),
  );
  return unknown && { kind: 'unknown', text: unknown.text };
}

/** A symbol in brackets; beside a unit, or where they tell columns apart that are called the same (`v (R)`, `v (A)`), they are a remark. */
function symbolInBrackets(text: string, { header }: Asked): NamedUnit | undefined {
  const base = (each: string) => foldCase(each.normalize('NFKC').replace(BRACKETS, ' ').trim());
  if (header.some((cell) => foldCase(cell) !== foldCase(text) && base(cell) === base(text))) return undefined;
  const symbols = [...text.matchAll(BRACKETS)].map(([, , round, curly]) => (round ?? curly ?? '').trim());
  const symbol = symbols.find((each) => looksLikeSymbol(each) && !isZone(each));
  return symbol === undefined ? undefined : { kind: 'unknown', text: symbol };
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
/** The like at the end of a name, where `month` and `rod` may say what stands in the column. */
const FOREIGN_AT_END =
  /^(?:furlongs?|chains?|leagues?|fathoms?|nm|px|pixels?|dam|hm|hectomet(?:er|re)s?|decamet(?:er|re)s?|nanomet(?:er|re)s?|weeks|months|years|m?rads?|radians?|grads?|gradians?|cables?|perches|versts?|cubits?|angstroms?|parsecs?|mtrs?|percent|pct)$/iu;

/** Miles of the sea, feet of a survey: units that are called like others. */
const QUALIFIED =
  /(?:nautical|sea|survey|geographic(?:al)?)[ _-]+(?:mi(?:les?)?|ft|foot|feet|yards?|inch(?:es)?)(?!\p{L})/iu;

/** Units of other quantities, and of length and angle, that are not known here; those of one or two letters stand in brackets only. */
const SYMBOLS = new Set(
  (
    'kN KN MN daN kgf kp kg mg lb lbs oz ton tons tonne tonnes kW MW GW hp dB dBA kV mV mA Ah Hz kHz MHz kPa hPa MPa mbar bar psi atm ' +
    'kJ MJ kWh Wh cal kcal ml dl gal lux mol ohm usft sft ussft'
  ).split(' '),
);
const WORDS =
  /^(?:newtons?|grams?|kilograms?|pounds?|ounces?|watts?|kilowatts?|volts?|amperes?|decibels?|hertz|pascals?|kelvin|celsius|joules?|lit(?:er|re)s?|perch|poles?|links?|mils?|thou|sta|stations?|fur|lea|fth|ftm|ells?|toises?|arpents?|varas?|kph|tons?|tonnes?|usft|stades?)$/iu;
const VOWEL = /[aeiouyà-öø-ÿ]/iu;

function isForeign(text: string): boolean {
  const last = text.split(' ').at(-1) ?? '';
  return SYMBOLS.has(last) || WORDS.test(last);
}

/** What is short, or has no vowel, or capitals within is a symbol rather than a remark: `kN`, `pk`, `usft`, `km-h`. */
function looksLikeSymbol(text: string): boolean {
  if (!/^[\p{L}°][\p{L}°.·^-]*$/u.test(text)) return false;
  const parts = text.split(/[.·^-]+/u).filter((part) => part !== '');
  if (parts.length > 1) return parts.every((part) => unitSpelled(part) !== undefined || isForeign(part));
  return text.length <= 2 || (text.length <= 5 && (/\p{Ll}\p{Lu}/u.test(text) || !VOWEL.test(text)));
}

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
  const squared = SQUARED.exec(text)?.[0];
  if (squared !== undefined && unitSpelled(squared) !== undefined) return { kind: 'unit', unit: squared };
  const qualified = QUALIFIED.exec(text)?.[0];
  if (qualified !== undefined) return { kind: 'unknown', text: qualified };
  const words = nameWords(text).slice(0, isOneOfTwo(text, asked.header) ? -1 : undefined);
  const last = words.length - 1;
  const unit =
    speedAtEnd(words, asked) ??
    quotientAtEnd(words, asked) ??
    words.findLast(
      (word, index) => (index === last ? unitSpelled(word) : isPlain(word)) && isMeant(word, asked),
    ) ??
    otherUnit(words, asked);
  const known = unit === undefined ? undefined : unitSpelled(unit);
  if (known !== undefined) return { kind: 'unit', unit: known };
  const foreign = words.length > 1 ? words.at(-1) : undefined;
  return foreign !== undefined && (FOREIGN_AT_END.test(foreign) || SYMBOLS.has(foreign))
    ? { kind: 'unknown', text: foreign }
    : undefined;
}

/** `m/s2`, whose digit ends no word. */
const SQUARED = /\p{L}+\/\p{L}+\^?2(?![0-9])/u;

/** Words of a name; of `Weg/m` both sides, since that is no quotient of units. */
function nameWords(text: string): readonly string[] {
  const words = wordsOf(asQuotient(text.replace(/(\p{L})°$/u, '$1 °')));
  return words.flatMap((word) =>
    word.includes('/') && unitSpelled(word) === undefined
      ? word.split('/').filter((part) => part !== '')
      : [word],
  );
}

/** The unit, of any kind, that a name ends with, where it may as well be something else: `alt_m`, `v_min`. */
export function unitAtEnd(name: string): string | undefined {
  if (name.length > NAME_CHARACTERS_MAX) return undefined;
  const words = nameWords(name.normalize('NFKC'));
  return words.length < 2 ? undefined : unitSpelled(words.at(-1) ?? '');
}

/** Whole names of one letter are those of quantities: `s` is a way, `d` a distance. */
const QUANTITY = 1;
/** `v_d` and `v_min` are kinds of speed, `second_from` is not the first, `date_in` no inch. */
const OTHER_OF_LIMITS = /^(?:.|in|min|us|um|days?|hours?|turn|rev|ticks?)$/iu;
const OTHER_OF_TIMES = /^in$/iu;
const OTHER_WITHIN = /^second$/iu;

/** `a_km_h`: no length, as its first part would be alone. */
function quotientAtEnd(words: readonly string[], { like }: Asked): string | undefined {
  const pair = `${words.at(-2) ?? ''}/${words.at(-1) ?? ''}`;
  return like !== undefined && unitSpelled(pair) !== undefined ? pair : undefined;
}

/** A unit of another kind than the one that is looked for: what the column counts is then no place, or no limit, of this map. */
function otherUnit(words: readonly string[], { like }: Asked): string | undefined {
  if (like === undefined) return undefined;
  const dimension = unitNamed(like)?.dimension;
  const isOfPlaces = dimension !== undefined && unitsOf(dimension).length > 0;
  const excepted = dimension === 'time' ? OTHER_OF_TIMES : isOfPlaces ? /^$/ : OTHER_OF_LIMITS;
  const last = words.at(-1) ?? '';
  // A letter in upper case counts places: `section H`.
  const isName = last.length === QUANTITY && (words.length === 1 || last !== last.toLowerCase());
  if (unitSpelled(last) !== undefined && !isName && !excepted.test(last)) return last;
  return words.find((word) => isPlain(word) && !OTHER_WITHIN.test(word) && !excepted.test(word));
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
