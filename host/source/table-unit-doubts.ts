import { areOfOneKind, isSameUnit, unitSpelled } from './table-quantity.ts';

/**
 * What a name of a column says beside a unit and makes another one of it: a second unit, a scale, an area, miles of the sea. Nobody can
 * tell which of them the cells count.
 */

/** A word of a name: what stands before it, and in which brackets it stands. */
interface Word {
  readonly text: string;
  readonly before: string;
  readonly isNumber: boolean;
  /** Number of the bracket; 0: in none. */
  readonly bracket: number;
}

const TOKEN = /([^\p{L}\p{N}°%‰]*)((?:\p{L}|°)+(?:\/\p{L}+)*|[0-9]+(?:[.,][0-9]+)*|[%‰])/gu;

function wordsIn(text: string): readonly Word[] {
  const split = text.replace(/(\p{Ll})(?=\p{Lu}\p{L})/gu, '$1 ');
  let [bracket, opened] = [0, 0];
  return [...split.matchAll(TOKEN)].map(([, before = '', word = '']) => {
    for (const mark of before) {
      if (/[[({]/.test(mark)) bracket = ++opened;
      else if (/[\])}]/.test(mark)) bracket = 0;
    }
    return { text: word, before, isNumber: /^[0-9]/.test(word), bracket };
  });
}

/** What there is beside `unit`, or, where the name says no unit, a scale alone; undefined: nothing. `name` as the file has it. */
export function doubtOfUnit(name: string, unit: string | undefined): string | undefined {
  const text = name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  const words = wordsIn(text);
  const places = unit === undefined ? [] : placesOf(words, unit);
  return (
    factorIn(text) ??
    scaleWordIn(words) ??
    (unit === undefined ? undefined : (powerIn(name) ?? countBefore(words, places))) ??
    qualifierBeside(words, places) ??
    (unit === undefined ? undefined : secondUnit(words, places, unit))
  );
}

/** Where a word says the unit, alone or as the part of a quotient. */
function placesOf(words: readonly Word[], unit: string): readonly number[] {
  return [...words.keys()].filter((index) => {
    const text = words[index]?.text ?? '';
    const spelled = [text, ...text.split('/')].map(unitSpelled);
    const quotient = unitSpelled(`${text}/${words[index + 1]?.text ?? ''}`);
    return (
      [...spelled, quotient].some((each) => each !== undefined && isSameUnit(each, unit)) ||
      isPart(text, unit)
    );
  });
}

/** `miles` of `mi/h`. */
function isPart(word: string, unit: string): boolean {
  const spelled = unitSpelled(word);
  const [first = ''] = unit.split('/');
  return spelled !== undefined && word.length > 1 && unit.includes('/') && isSameUnit(spelled, first);
}

/** A power of ten but 1. */
const POWER = '(?:10+|0[.,]0*1|1(?:[., ]?000)+)(?![0-9.,]*[0-9])';
/** `x10`, `*0.1`, `/10`; not at the beginning, where `x10` may be the name of a place. */
const FACTOR = new RegExp(
  `(?<=[^\\p{L}])[x×*·/÷] ?${POWER}|(?<=\\p{L}) ?[×*·/÷] ?${POWER}|(?<![\\p{L}0-9])(?:10 ?\\^ ?|1e)[-+\u2212]?[0-9]+`,
  'iu',
);

function factorIn(text: string): string | undefined {
  const found = FACTOR.exec(text);
  return found === null || found.index === 0 ? undefined : found[0].trim();
}

const SCALE_WORD =
  /^(?:tens|tenths?|hundreds?|hundredths?|thousands?|thousandths?|millions?|dozens?|deci|centi|milli|hecto|deca|kilo|pct|percent|percentage|promille|permille|prozent|zehntel|hundertstel|tausendstel|zehner|hunderter|tausend|tsd|dixi[eè]mes?|centi[eè]mes?|milli[eè]mes?|centaines?|milliers?|dizaines?|[%‰])$/iu;

/** `tenths`, `%`: what a unit beside it is multiplied by. */
export function isScaleWord(word: string): boolean {
  return SCALE_WORD.test(word);
}

function scaleWordIn(words: readonly Word[]): string | undefined {
  return words.find(({ text }) => isScaleWord(text))?.text;
}

/** `(km/h)²`, `m³`: an area, a volume, or no unit at all; other raised digits number footnotes. */
function powerIn(name: string): string | undefined {
  return /[²³]/u.exec(name)?.[0];
}

/** `100m`, `10 km/h`: a number right before the unit; one that a blank parts from it may number the column, but for powers of ten. */
function countBefore(words: readonly Word[], places: readonly number[]): string | undefined {
  const isTen = new RegExp(`^${POWER}$`, 'u');
  for (const place of places) {
    const [count, unit] = [words[place - 1], words[place]];
    if (count?.isNumber !== true || unit === undefined || count.bracket !== unit.bracket) continue;
    const isGlued = unit.before === '' && (count.before !== '' || place === 1) && !/^0*1$/.test(count.text);
    const isNear = /^[ _-]?$/.test(unit.before) && count.before !== '' && isTen.test(count.text);
    if (isGlued || isNear) return `${count.text}${unit.before.replace('_', ' ')}${unit.text}`;
  }
  return undefined;
}

/** Square and cubic, of the sea, of a survey: right before or behind a unit. */
const QUALIFIER =
  /^(?:sq|square|squared|cu|cubic|cubed|quadrat|kubik|carr[eé]s?|cubes?|naut|nautical|naval|marine|sea|survey|surv|geographic|geographical|geogr?)$/iu;
const AMERICAN = /^(?:us|usa)$/iu;
const OF_SURVEYS = /^(?:ft|foot|feet|mi|miles?|yd|yards?|in|inch|inches)$/iu;

function qualifierBeside(words: readonly Word[], places: readonly number[]): string | undefined {
  for (const place of places) {
    const unit = words[place]?.text ?? '';
    for (const beside of [place - 1, place + 1]) {
      const text = words[beside]?.text ?? '';
      if (beside < place && words[beside]?.bracket !== words[place]?.bracket) continue;
      const isOther = QUALIFIER.test(text) || (AMERICAN.test(text) && OF_SURVEYS.test(unit));
      if (isOther) return beside < place ? `${text} ${unit}` : `${unit} ${text}`;
    }
  }
  return undefined;
}

/** Words that are units and more than that. */
const AMBIGUOUS = /^(?:in|min|um|us|days?|hours?|turn|rev|ticks?|kt|second|d|h|s)$/iu;
const JOINED = /^\s*(?:[/|,;&+]|or|oder|ou|o|to|and|und|et)?\s*$/iu;
const LETTERS_OF_SYMBOLS = 3;

/** Another unit of the same kind: a symbol wherever it stands; a word such as `foot` or `yard` where it stands with the unit. */
function secondUnit(words: readonly Word[], places: readonly number[], unit: string): string | undefined {
  for (const [index, word] of words.entries()) {
    const other = unitSpelled(word.text);
    if (other === undefined || places.includes(index) || AMBIGUOUS.test(word.text)) continue;
    if (!areOfOneKind(other, unit) || isSameUnit(other, unit)) continue;
    if (word.text.length === 1 && word.text !== word.text.toLowerCase()) continue;
    if (isChainage(words, index)) continue;
    const isSymbol = word.text.length <= LETTERS_OF_SYMBOLS || word.text.includes('/');
    if (isSymbol || places.some((place) => standsWith(words, index, place))) return word.text;
  }
  return undefined;
}

/** `km+m` is how places are written, not two units. */
function isChainage(words: readonly Word[], index: number): boolean {
  return [index, index + 1].some(
    (at) =>
      /^km$/i.test(words[at - 1]?.text ?? '') && words[at]?.before.trim() === '+' && words[at]?.text === 'm',
  );
}

function standsWith(words: readonly Word[], left: number, right: number): boolean {
  const [first, last] = left < right ? [left, right] : [right, left];
  const isInOne = words[first]?.bracket !== 0 && words[first]?.bracket === words[last]?.bracket;
  const between = words.slice(first + 1, last).map(({ before, text }) => before + text);
  return isInOne || JOINED.test([...between, words[last]?.before ?? ''].join(''));
}
