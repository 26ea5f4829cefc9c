/**
 * Cells of one form, such as `5.25 km` and `17.50 km`, mean as much as their digits say: what one of them means tells it of all. So the
 * reader that knows units, signs and stations is asked once a form, and again wherever its answer does not divide.
 */

/** A number without signs, leading zeros and marks of thousands, with what stands behind it; and a station of kilometres and metres. */
const NUMBER = /^(0|[1-9][0-9]*)(?:([.,])([0-9]+))?(\s*\p{L}[^0-9]*)?$/u;
const STATION = /^(0|[1-9][0-9]*)(\+)([0-9]{3})$/;
/** A point or comma before three digits may mark thousands: which it is, each such number says for itself. */
const AMBIGUOUS_DECIMALS = 3;
/** A hostile file has a form a row. */
const FORMS_MAX = 64;
/** Of a longest cell that is looked at here. */
const CHARACTERS_MAX = 24;

/** What so many digits of a form mean, without a common factor. */
interface Form {
  readonly digits: number;
  readonly steps: number;
}

export class PointForms {
  readonly #forms = new Map<string, Form>();

  /** Steps that `text` means: as `read` says, which is asked where that is not known of its form. Throws what `read` throws. */
  read(text: string, read: () => bigint): bigint {
    const found = text.length > CHARACTERS_MAX ? null : (NUMBER.exec(text) ?? STATION.exec(text));
    if (found === null) return read();
    const [, whole = '', mark = '', rest = '', tail = ''] = found;
    if (rest.length === AMBIGUOUS_DECIMALS && mark !== '+') return read();
    const digits = Number(whole + rest);
    const name = `${mark}${rest.length}${tail}`;
    const form = this.#forms.get(name);
    if (form === undefined) return this.#learn(name, digits, read());
    const product = digits * form.steps;
    return product <= Number.MAX_SAFE_INTEGER && product % form.digits === 0
      ? BigInt(product / form.digits)
      : read();
  }

  /** Keeps what a first cell of a form means; 0 means nothing, and what is beyond exact numbers is not kept. */
  #learn(name: string, digits: number, steps: bigint): bigint {
    const isKept =
      digits > 0 &&
      steps > 0n &&
      digits <= Number.MAX_SAFE_INTEGER &&
      steps <= BigInt(Number.MAX_SAFE_INTEGER);
    if (isKept && this.#forms.size < FORMS_MAX) {
      const common = commonFactor(digits, Number(steps));
      this.#forms.set(name, { digits: digits / common, steps: Number(steps) / common });
    }
    return steps;
  }
}

/** The greatest, of two numbers above 0. */
function commonFactor(a: number, b: number): number {
  return b === 0 ? a : commonFactor(b, a % b);
}
