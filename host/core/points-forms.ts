/**
 * Cells of one form, such as `5.25 km` and `17.50 km`, mean as much as their digits say: what one of them means tells it of all. So the
 * reader that knows units, signs, marks of thousands and stations is asked once a form, and again wherever its answer does not divide.
 *
 * Two cells are of one form where they differ in digits alone, and in how many digits they begin with. Those may be a group of thousands
 * or not, and a zero may lead them: `1.250`, `0.250`, `01.250` and `1250.250` are of four forms.
 */

/** A hostile file has a form a row. */
const FORMS_MAX = 64;
/** Of a longest cell that is looked at here, and of digits that it begins with. */
const CHARACTERS_MAX = 24;
const HEAD_MAX = 15;
/** More digits before a mark are no group of thousands. */
const GROUP_DIGITS = 3;

/** What may stand among the digits of a number: points, commas, apostrophes, blanks. */
const MARKS = new Set([...".,'\u2019 \u00a0\u2007\u2008\u2009\u202f"].map((mark) => mark.charCodeAt(0)));
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const MINUS = 0x2212;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * What so many digits of a form mean, without a common factor; those of a station count its metres. Digits are 0 while nothing but zeros of
 * the form came.
 */
interface Form {
  readonly digits: number;
  readonly steps: number;
  /** A cell of it, with its sign and kind of head, and where the head ends. */
  readonly sample: string;
  readonly head: number;
  readonly headEnd: number;
}

export class PointForms {
  readonly #forms = new Map<number, Form>();
  /** Of the cell that was looked at last: its digits as one number, and what a form has; few forms have the same `#hash`. */
  #digits = 0;
  #head = 0;
  #headEnd = 0;
  #hash = 0;

  /** Steps that `text` means, an exact integer; undefined where that does not follow from what was learnt. */
  known(text: string): number | undefined {
    if (!this.#look(text)) return undefined;
    const form = this.#forms.get(this.#hash);
    if (form === undefined || !this.#isOf(form, text)) return undefined;
    if (this.#digits === 0) return 0;
    const product = this.#digits * form.steps;
    if (form.digits === 0 || Math.abs(product) > Number.MAX_SAFE_INTEGER) return undefined;
    return product % form.digits === 0 ? product / form.digits : undefined;
  }

  /** Keeps that `text` means so many steps, as the reader of all forms says. What is beyond exact numbers is not kept. */
  learn(text: string, steps: bigint): void {
    if (!this.#look(text) || this.#digits > Number.MAX_SAFE_INTEGER) return;
    const size = Math.abs(Number(steps));
    if (size > Number.MAX_SAFE_INTEGER || (size === 0) !== (this.#digits === 0)) return;
    const form = this.#forms.get(this.#hash);
    if (form === undefined ? this.#forms.size >= FORMS_MAX : form.digits > 0) return;
    const common = size === 0 ? 1 : commonFactor(this.#digits, size);
    this.#forms.set(this.#hash, {
      digits: this.#digits / common,
      steps: Number(steps) / common,
      sample: text,
      head: this.#head,
      headEnd: this.#headEnd,
    });
  }

  /** Takes a cell apart; false for one that is no number with something behind it, where no digit may stand. */
  #look(text: string): boolean {
    const { length } = text;
    if (length > CHARACTERS_MAX) return false;
    const sign = signOf(text.charCodeAt(0));
    const start = sign === 0 ? 0 : 1;
    let at = start;
    let digits = 0;
    let code = text.charCodeAt(at);
    while (isDigit(code)) {
      digits = 10 * digits + code - ZERO;
      code = text.charCodeAt(++at);
    }
    const headLength = at - start;
    if (headLength > HEAD_MAX) return false;
    this.#head = 4 * kindOfHead(headLength, text.charCodeAt(start) === ZERO) + sign;
    this.#headEnd = at;
    let hash = this.#head;
    let isBehind = false;
    let hasDigits = headLength > 0;
    /** Of a station: metres that its kilometres are, in the last place that its metres have. */
    let metresBefore = -1;
    let hasDecimals = false;
    for (; at < length; at++) {
      code = text.charCodeAt(at);
      if (isDigit(code)) {
        if (isBehind) return false;
        hasDigits = true;
        digits = 10 * digits + code - ZERO;
        if (hasDecimals) metresBefore *= 10;
        code = ZERO;
      } else if (
        code === PLUS &&
        !isBehind &&
        metresBefore < 0 &&
        (at === this.#headEnd || at === this.#headEnd + 2)
      ) {
        // Kilometres before it are whole, or have one decimal.
        metresBefore = digits * (at === this.#headEnd ? 1000 : 100);
        digits = 0;
      } else {
        isBehind ||= !MARKS.has(code);
        hasDecimals ||= metresBefore >= 0;
      }
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    if (metresBefore > 0) digits += metresBefore;
    this.#digits = digits;
    this.#hash = hash;
    return hasDigits;
  }

  /** Whether the cell that was looked at is of a form. */
  #isOf({ sample, head, headEnd }: Form, text: string): boolean {
    const shift = headEnd - this.#headEnd;
    if (head !== this.#head || sample.length - text.length !== shift) return false;
    for (let at = this.#headEnd; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const other = sample.charCodeAt(at + shift);
      if (code !== other && !(isDigit(code) && isDigit(other))) return false;
    }
    return true;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** 0 for none. */
function signOf(code: number): number {
  if (code === PLUS) return 1;
  if (code === HYPHEN) return 2;
  return code === MINUS ? 3 : 0;
}

/** Heads that are read alike: none, a zero alone, one that a zero leads, one that may be a group of thousands, any other. */
function kindOfHead(length: number, isLedByZero: boolean): number {
  if (length === 0) return 0;
  if (isLedByZero) return length === 1 ? 1 : 2;
  return length <= GROUP_DIGITS ? 3 : 4;
}

/** The greatest, of two numbers above 0. */
function commonFactor(a: number, b: number): number {
  return b === 0 ? a : commonFactor(b, a % b);
}
