/** Decimal numbers as they are written, exactly: no binary fraction ever stands between a text and its steps. */

/** numerator / denominator; the denominator is above 0. Not in lowest terms. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Digits before the point, and behind it; more are no coordinate of anything. */
const WHOLE_DIGITS_MAX = 18;
const FRACTION_DIGITS_MAX = 30;

const DECIMAL = /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/;

/** Why a text is no decimal number; `plain` is the number without what is wrong with it, where that leaves no doubt. */
export type DecimalFault =
  | { readonly kind: 'not-a-number' | 'too-long' }
  | { readonly kind: 'leading-zero'; readonly plain: string };

export function isRational(read: Rational | DecimalFault): read is Rational {
  return 'numerator' in read;
}

/** `413600`, `-0.5`, `50.0`, `.5`: digits with at most one point, without leading zeros. */
export function parseDecimal(text: string): Rational | DecimalFault {
  const match = DECIMAL.exec(text);
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  if (match === null || (whole === '' && fraction === '')) return { kind: 'not-a-number' };
  if (/^0[0-9]/.test(whole)) {
    const digits = whole.replace(/^0+(?=[0-9])/, '');
    return { kind: 'leading-zero', plain: `${sign}${digits}${text.slice(sign.length + whole.length)}` };
  }
  if (whole.length > WHOLE_DIGITS_MAX || fraction.length > FRACTION_DIGITS_MAX) return { kind: 'too-long' };
  const numerator = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  return { numerator, denominator: 10n ** BigInt(fraction.length) };
}

/** The greatest integer not above the number. */
export function floorOf({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** The number in decimal digits: all of them where they end within `digitsMax`, else undefined. */
export function decimalOf({ numerator, denominator }: Rational, digitsMax: number): string | undefined {
  const scaled = numerator * 10n ** BigInt(digitsMax);
  if (scaled % denominator !== 0n) return undefined;
  return pointed(scaled / denominator, digitsMax);
}

/** The number with a few significant digits, rounded away from zero: an amount is never told too small. */
export function roughDecimalOf({ numerator, denominator }: Rational, significant = 3): string {
  if (numerator === 0n) return '0';
  const magnitude = numerator < 0n ? -numerator : numerator;
  let places = 0;
  for (let scaled = magnitude; scaled / denominator < 10n ** BigInt(significant - 1); scaled *= 10n) places++;
  const up = (magnitude * 10n ** BigInt(places) + denominator - 1n) / denominator;
  return pointed(numerator < 0n ? -up : up, places);
}

/** `value` / 10^places without zeros at its end. */
function pointed(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
