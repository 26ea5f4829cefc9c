import { cutText } from '../common/cut-text.ts';
import { isTypedForDigit } from '../table/not-numbers.ts';
import { decimalOf, floorOf, isRational, parseDecimal, type Rational } from './decimal.ts';
import type { Report } from './diagnostics.ts';
import type { Rounder } from './rounding.ts';
import { type Measure, type Unit, unitNamed, unitsOf } from './unit-table.ts';
import { EXPONENT, reportNotANumber } from './values.ts';

/** Quantities: numbers with a unit, converted exactly. */

/** Digits and a unit behind them; the unit may end in a 2, as m/s2 does. */
const QUANTITY = /^([+-]?[0-9.]+)\s*([^\s0-9.+-][^\s0-9]*2?)$/u;

export interface Quantity {
  readonly number: string;
  readonly unit: string;
}

/** `5.5 km` in its parts; undefined for a bare number, and for what is no quantity. */
export function splitQuantity(text: string): Quantity | undefined {
  // 1e2 is a number with an exponent, and no count of a unit "e2".
  const [, number, unit] = EXPONENT.test(text) || isTypedForDigit(text) ? [] : (QUANTITY.exec(text) ?? []);
  return number === undefined || unit === undefined ? undefined : { number, unit };
}

/** What numbers are read against: the unit that counts, and what happens to those that are no whole steps. */
export interface Steps extends Measure {
  /** What may have a rule for rounding, such as `axis "s"`; without it no rule is proposed. */
  readonly name?: string;
  /** Without it numbers that are no whole steps are refused. */
  readonly rounder?: Rounder | null;
  /** How somebody says that another unit is counted, where that changes no other number; who has it gives no rule for rounding. */
  readonly sayUnit?: (unit: string) => string | undefined;
}

/**
 * Steps that a text stands for: a bare number counts steps, or `bareUnit` when one is given; a quantity such as `5.5 km` is
 * converted. Decimals are taken where they are whole steps; others are refused with the nearest two, or rounded by the rule
 * that the source gives.
 */
export function parseSteps(
  text: string,
  what: string,
  steps: Steps,
  bareUnit: string | undefined,
  report: Report,
): bigint | undefined {
  const quantity = splitQuantity(text);
  const unit = quantity?.unit ?? bareUnit;
  const number = quantity?.number ?? text;
  const value = parseDecimal(number);
  if (!isRational(value)) {
    reportNotANumber(text, number, value, what, report);
    return undefined;
  }
  const factor = unit === undefined ? BARE : stepsInUnit(unit, steps);
  const statement = `${what} is ${number}${unit === undefined ? '' : ` ${unit}`}`;
  if (factor === undefined) {
    report('UNIT_MISMATCH', `${statement}, but it is measured in ${steps.unit}`, unitRemedy(steps.unit));
    return undefined;
  }
  const exact = {
    numerator: value.numerator * factor.numerator,
    denominator: value.denominator * factor.denominator,
  };
  return wholeSteps(exact, statement, steps, unit !== undefined, report);
}

/** A bare number counts steps. */
const BARE: Rational = { numerator: 1n, denominator: 1n };

/** Steps in one unit; undefined for units that do not convert into each other. */
export function stepsInUnit(unit: string, { unit: own, scale }: Measure): Rational | undefined {
  if (unit === own) return { numerator: BigInt(scale), denominator: 1n };
  const [from, to] = [unitNamed(unit), unitNamed(own)];
  if (from === undefined || to === undefined || from.dimension !== to.dimension) return undefined;
  return ratio(from, to, BigInt(scale));
}

function ratio(from: Unit, to: Unit, scale: bigint): Rational {
  return { numerator: from.numerator * to.denominator * scale, denominator: from.denominator * to.numerator };
}

/** The steps of an exact number; where it lies between two, what the rule gives, or both of them as a remedy. */
export function wholeSteps(
  exact: Rational,
  statement: string,
  steps: Steps,
  withUnit: boolean,
  report: Report,
): bigint | undefined {
  if (exact.numerator % exact.denominator === 0n) return exact.numerator / exact.denominator;
  if (steps.rounder != null) return steps.rounder.round(exact, statement);
  const below = floorOf(exact);
  const nearest = [below, below + 1n].map((value) => stepWords(value, steps, withUnit)) as [string, string];
  reportInexact(statement, nearest, steps, report, withUnit ? finerWords(exact, steps) : undefined);
  return undefined;
}

/** How to say a finer unit in which it is whole, where that can be said. */
function finerWords(exact: Rational, steps: Steps): string | undefined {
  const finer = steps.sayUnit && finerUnit(exact, steps);
  return finer && steps.sayUnit?.(finer);
}

/** Of speeds, whose names are many, those that limits are told to count. */
const FINER_SPEEDS = ['m/h', 'mm/h'];

/** The coarsest unit below that of `steps` in which `exact` steps are a whole number; undefined for none. */
function finerUnit(exact: Rational, { unit, scale }: Measure): string | undefined {
  const own = unitNamed(unit);
  if (own === undefined || scale !== 1) return undefined;
  const names = own.dimension === 'speed' ? FINER_SPEEDS : unitsOf(own.dimension).toReversed();
  return names.find((name) => {
    const factor = stepsInUnit(unit, { unit: name, scale: 1 });
    if (factor === undefined || factor.numerator <= factor.denominator) return false;
    return (exact.numerator * factor.numerator) % (exact.denominator * factor.denominator) === 0n;
  });
}

/** Refuses what lies between two steps; `nearest` are these two, as the source may write them; `finer`: how to say
 * a unit in which it is whole. */
export function reportInexact(
  statement: string,
  [below, above]: readonly [string, string],
  { unit, scale, name, sayUnit }: Steps,
  report: Report,
  finer?: string,
): void {
  const step = scale === 1 ? `1 ${unit}` : `1/${scale} ${unit}`;
  const message = `${statement}, which is not a whole number of steps of ${step}`;
  // Nothing may make a limit higher than it was said.
  const isLimit = name === 'limits';
  const rule =
    name === undefined || sayUnit !== undefined
      ? ''
      : `, or let it be rounded: add "round: ${isLimit ? 'down' : 'nearest'}" to the ${name}`;
  const unitWords = finer === undefined ? '' : `say ${finer}, in which it is whole, or `;
  const which = isLimit ? 'the lower one' : 'one of them';
  const remedy = `The nearest are ${below} and ${above}: ${unitWords}write ${which}${rule}.`;
  report('UNIT_INEXACT', message, remedy);
}

const FRACTION_DIGITS_SHOWN_MAX = 20;

/** Steps as a source may write them: with the unit where that ends in decimals, else as a bare number of steps. */
function stepWords(value: bigint, { unit, scale }: Measure, withUnit: boolean): string {
  const digits = decimalOf({ numerator: value, denominator: BigInt(scale) }, FRACTION_DIGITS_SHOWN_MAX);
  if (!withUnit || digits === undefined || splitQuantity(`1 ${unit}`)?.unit !== unit) return value.toString();
  return `${digits} ${unit}`;
}

function unitRemedy(unit: string): string {
  const dimension = unitNamed(unit)?.dimension;
  const others = dimension === undefined ? [] : unitsOf(dimension).filter((name) => name !== unit);
  return `Write it in ${cutText(unit)}${others.length === 0 ? '' : `, or in one of ${others.join(', ')}`}.`;
}
