/**
 * Numbers of foreign tables: digits with a mark before the decimals and marks between thousands. Which mark means what is said, or shown
 * by numbers that can only be read in one way. `1.400` or `1 400` alone shows nothing: it is asked about.
 */

import type { Say } from './fault.ts';
import { CHARACTERS_MAX, remedyFor } from './not-numbers.ts';

export type DecimalMark = '.' | ',';
/** A blank stands for all blanks, an apostrophe for both apostrophes. */
export type ThousandsMark = '.' | ',' | ' ' | "'" | 'none';

/** What was said, or found. */
export interface Marks {
  readonly decimal?: DecimalMark | undefined;
  readonly thousands?: ThousandsMark | undefined;
}

/** `units` / 10^`places`, `places` as small as can be. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

export interface NumberFault {
  readonly code: 'NOT_A_NUMBER' | 'NUMBER_AMBIGUOUS';
  /** What the text is or may be, a clause: `which is 1400 or 1.4`. */
  readonly words: string;
  readonly remedy: string;
}

/** Blanks that stand between thousands; a line end, a tab or a mark without width within a number is a mistake. */
const SPACES = /[ \u00a0\u2007-\u2009\u202f]/gu;
const NUMERAL = /^[+\-\u2212]?(?=[0-9.,])[0-9.,'\u2019 \u00a0\u2007-\u2009\u202f]*[0-9]$/u;

/** How the marks of one numeral can be read. */
type Shape =
  | { readonly kind: 'plain' }
  | { readonly kind: 'decimal'; readonly decimal: DecimalMark; readonly thousands: ThousandsMark | undefined }
  | { readonly kind: 'grouped'; readonly thousands: ThousandsMark }
  /** One mark before three digits: decimals or a group. */
  | { readonly kind: 'either'; readonly mark: DecimalMark }
  /** Two groups with one blank between them: one number, or two in one field. */
  | { readonly kind: 'joined' }
  | { readonly kind: 'broken' };

/** Whether a text is made as numbers are, marks apart. */
export function isNumeral(text: string): boolean {
  return NUMERAL.test(text);
}

const ONLY_DIGITS = /^[0-9]+$/;
const DIGITS_AND_POINTS = /^[0-9.,]+$/;
const ONE_MARK = /^[0-9]*[.,][0-9]*$/;
const PLAIN: Shape = { kind: 'plain' };

/** Digits with marks as they are compared: no sign, one kind of blank and of apostrophe. Most numerals are so already. */
function markedDigits(text: string): string {
  if (DIGITS_AND_POINTS.test(text)) return text;
  return text
    .replace(/^[+\-\u2212]/u, '')
    .replace(SPACES, ' ')
    .replaceAll('\u2019', "'");
}

function shapeOf(text: string): Shape {
  const digits = markedDigits(text);
  if (ONLY_DIGITS.test(digits)) return PLAIN;
  if (ONE_MARK.test(digits)) return oneMark(digits, 1, digits.includes('.') ? '.' : ',');
  const marks = digits.replace(/[0-9]/g, '');
  const kinds = [...new Set(marks)];
  const last = marks.at(-1) ?? '';
  const [first = '', second] = kinds;
  if (second === undefined && (first === ' ' || first === "'")) {
    const shape = grouped(digits, first);
    // Blanks that do not break are typed between thousands only.
    return shape.kind === 'grouped' && marks.length === 1 && text.includes(' ') ? { kind: 'joined' } : shape;
  }
  if (second === undefined) return oneMark(digits, marks.length, first as DecimalMark);
  // Two kinds: the last is the decimal mark, and stands once.
  const isDecimal = last === '.' || last === ',';
  if (kinds.length > 2 || !isDecimal || marks.indexOf(last) !== marks.length - 1) return { kind: 'broken' };
  const whole = digits.slice(0, digits.lastIndexOf(last));
  const thousands = first as ThousandsMark;
  return grouped(whole, thousands).kind === 'broken'
    ? { kind: 'broken' }
    : { kind: 'decimal', decimal: last, thousands };
}

/** One kind of mark, `count` times. */
function oneMark(digits: string, count: number, mark: DecimalMark): Shape {
  if (count > 1) return grouped(digits, mark);
  const head = digits.indexOf(mark);
  const tail = digits.length - head - 1;
  if (tail === 3 && head >= 1 && head <= 3 && !digits.startsWith('0')) return { kind: 'either', mark };
  return { kind: 'decimal', decimal: mark, thousands: undefined };
}

function grouped(digits: string, mark: ThousandsMark): Shape {
  const [head = '', ...groups] = digits.split(mark);
  const isGrouped = /^[1-9][0-9]{0,2}$/.test(head) && groups.every((group) => group.length === 3);
  return isGrouped ? { kind: 'grouped', thousands: mark } : { kind: 'broken' };
}

/** Where a numeral of a table stands. */
export interface NumeralAt {
  readonly text: string;
  readonly line: number;
}

/** Two numerals that cannot both be read. */
export interface MarksContradict {
  readonly at: NumeralAt;
  readonly words: string;
}

/** Gathers what the numerals of a table show about its marks. */
export class MarkEvidence {
  readonly #shown = new Map<string, NumeralAt>();

  add(numeral: NumeralAt): void {
    const shape = shapeOf(numeral.text);
    if (shape.kind === 'decimal') {
      this.#show(`decimal ${shape.decimal}`, numeral);
      if (shape.thousands !== undefined) this.#show(`thousands ${shape.thousands}`, numeral);
    } else if (shape.kind === 'grouped') this.#show(`thousands ${shape.thousands}`, numeral);
  }

  #show(what: string, numeral: NumeralAt): void {
    if (!this.#shown.has(what)) this.#shown.set(what, numeral);
  }

  /** The marks that were said, and those that are shown. Said ones win: a numeral that is at odds with them is refused when it is read. */
  marks(said: Marks): Marks | MarksContradict {
    const decimal = said.decimal ?? this.#only('decimal', ['.', ',']);
    const thousands = said.thousands ?? this.#onlyThousands();
    if (typeof decimal === 'object') return decimal;
    if (typeof thousands === 'object') return thousands;
    if (decimal === undefined || decimal !== thousands) {
      return {
        decimal: decimal as DecimalMark | undefined,
        thousands: thousands as ThousandsMark | undefined,
      };
    }
    const at = this.#shown.get(`thousands ${thousands}`) ?? this.#shown.get(`decimal ${decimal}`);
    if (at === undefined) return {};
    return { at, words: `"${decimal}" is before decimals in one number and between thousands in another` };
  }

  #onlyThousands(): ThousandsMark | MarksContradict | undefined {
    return this.#only('thousands', ['.', ',', ' ', "'"]) as ThousandsMark | MarksContradict | undefined;
  }

  #only(what: 'decimal' | 'thousands', marks: readonly string[]): string | MarksContradict | undefined {
    const [first, second] = marks.filter((mark) => this.#shown.has(`${what} ${mark}`));
    if (first === undefined || second === undefined) return first;
    const places = [first, second].map((mark) => this.#shown.get(`${what} ${mark}`));
    const [a, b] = places.toSorted((left, right) => (left?.line ?? 0) - (right?.line ?? 0));
    if (a === undefined || b === undefined) return first;
    const role = what === 'decimal' ? 'before decimals' : 'between thousands';
    return { at: b, words: `"${b.text}" and "${a.text}" in line ${a.line} have different marks ${role}` };
  }
}

const MARK_NAMES: Readonly<Record<DecimalMark, string>> = { '.': 'point', ',': 'comma' };

/** The exact value of a numeral under the marks that are known. */
export function readNumeral(text: string, marks: Marks, say: Say): Decimal | NumberFault {
  if (text.length > CHARACTERS_MAX || !isNumeral(text)) return notANumber(text);
  const shape = shapeOf(text);
  if (shape.kind === 'broken') return notANumber(text);
  if (shape.kind === 'plain') return decimalOf(text, undefined);
  if (shape.kind === 'either') return readEither(text, shape.mark, marks, say);
  if (shape.kind === 'joined') return readJoined(text, marks, say);
  if (shape.kind === 'grouped')
    return fits(shape.thousands, 'thousands', marks, say) ?? decimalOf(text, undefined);
  const misfit =
    fits(shape.decimal, 'decimal', marks, say) ??
    (shape.thousands === undefined ? undefined : fits(shape.thousands, 'thousands', marks, say));
  return misfit ?? decimalOf(text, shape.decimal);
}

/** Refuses a mark that means something else than was said or found. */
function fits(mark: string, role: keyof Marks, marks: Marks, say: Say): NumberFault | undefined {
  const { decimal, thousands } = marks;
  const other = role === 'decimal' ? thousands : decimal;
  const same = role === 'decimal' ? decimal : thousands;
  if (other !== mark && (same === undefined || same === mark)) return undefined;
  const known = [
    ...(decimal === undefined ? [] : [`a ${MARK_NAMES[decimal]} before decimals`]),
    ...(thousands === undefined || thousands === 'none' ? [] : [`"${thousands}" between thousands`]),
    ...(thousands === 'none' ? ['no mark between thousands'] : []),
  ];
  const remedy = `Correct the number, or say how all are written with ${say('decimal')} and ${say('thousands')}.`;
  return { code: 'NOT_A_NUMBER', words: `but the table has ${known.join(' and ')}`, remedy };
}

function readJoined(text: string, marks: Marks, say: Say): Decimal | NumberFault {
  const value = decimalOf(text, undefined);
  if (marks.thousands !== undefined) return fits(' ', 'thousands', marks, say) ?? value;
  const whole = decimalWords(value);
  const remedy = `If it is ${whole}, say ${say('thousands', 'space')}; if it is two numbers, write each into a field of its own.`;
  return { code: 'NUMBER_AMBIGUOUS', words: `which is ${whole} or two numbers`, remedy };
}

function readEither(text: string, mark: DecimalMark, marks: Marks, say: Say): Decimal | NumberFault {
  const { decimal, thousands } = marks;
  if (thousands === mark) return decimalOf(text, undefined);
  if (decimal === mark) return decimalOf(text, mark);
  // Another mark stands between thousands, or none does: then this one can only be before decimals.
  if (thousands !== undefined) return fits(mark, 'decimal', marks, say) ?? decimalOf(text, mark);
  const whole = decimalWords(decimalOf(text, undefined));
  const fraction = decimalWords(decimalOf(text, mark));
  const ifWhole = `If it is ${whole}, say ${say('thousands', MARK_NAMES[mark])}`;
  if (decimal !== undefined) {
    const words = `with a ${MARK_NAMES[mark]} where decimals have a ${MARK_NAMES[decimal]}`;
    const remedy = `${ifWhole}; if it is ${fraction}, write it with a ${MARK_NAMES[decimal]}.`;
    return { code: 'NUMBER_AMBIGUOUS', words, remedy };
  }
  const remedy = `${ifWhole}; if it is ${fraction}, say ${say('decimal', MARK_NAMES[mark])}.`;
  return { code: 'NUMBER_AMBIGUOUS', words: `which is ${whole} or ${fraction}`, remedy };
}

/** The value under one reading: `mark` stands before decimals, every other mark between thousands. */
function decimalOf(text: string, mark: DecimalMark | undefined): Decimal {
  const digits = markedDigits(text);
  if (mark === undefined && ONLY_DIGITS.test(digits))
    return { units: signed(text, BigInt(digits)), places: 0 };
  const at = mark === undefined ? -1 : digits.lastIndexOf(mark);
  const whole = (at < 0 ? digits : digits.slice(0, at)).replace(/[^0-9]/g, '');
  const fraction = at < 0 ? '' : digits.slice(at + 1).replace(/0+$/, '');
  const units = BigInt(`${whole}${fraction}` || '0');
  return { units: signed(text, units), places: fraction.length };
}

/** With the sign that a text begins with. */
function signed(text: string, units: bigint): bigint {
  return text.startsWith('-') || text.startsWith('\u2212') ? -units : units;
}

/** Digits with a point: the shortest text of a value. */
export function decimalWords({ units, places }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const sign = units < 0n ? '-' : '';
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function notANumber(text: string): NumberFault {
  return { code: 'NOT_A_NUMBER', words: 'which is not a number', remedy: remedyFor(text) };
}
