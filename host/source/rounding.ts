import { floorOf, type Rational, roughDecimalOf } from './decimal.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { RoundingModel } from './model.ts';
import type { TreeNode } from './tree.ts';
import { readChoice } from './values.ts';

/** What a source says must happen to numbers that are no whole number of steps. Without a rule they are refused. */

export const ROUNDING_RULES = ['nearest', 'down', 'up'] as const;
export type RoundingRule = (typeof ROUNDING_RULES)[number];

/** Rounds by one rule, and keeps count of how far. */
export class Rounder {
  readonly #rule: RoundingRule;
  readonly #of: string;
  readonly #step: string;
  #count = 0;
  #worst: Rational = { numerator: 0n, denominator: 1n };
  #worstStatement = '';

  /** `of`: what is rounded, such as `axis "s"`; `step`: what is displaced by one, such as `mm`. */
  constructor(rule: RoundingRule, of: string, step: string) {
    this.#rule = rule;
    this.#of = of;
    this.#step = step;
  }

  /** Steps for a number that lies between two; `statement` says what it is the number of. */
  round(value: Rational, statement: string): bigint {
    const below = floorOf(value);
    const { numerator, denominator } = value;
    const rest = numerator - below * denominator;
    // Halves go up.
    const up = this.#rule === 'up' || (this.#rule === 'nearest' && 2n * rest >= denominator);
    this.#note({ numerator: up ? denominator - rest : rest, denominator }, statement);
    return up ? below + 1n : below;
  }

  #note(distance: Rational, statement: string): void {
    this.#count++;
    const worst = this.#worst;
    if (distance.numerator * worst.denominator <= worst.numerator * distance.denominator) return;
    this.#worst = distance;
    this.#worstStatement = statement;
  }

  /** undefined when nothing had to be rounded. */
  report(): RoundingModel | undefined {
    if (this.#count === 0) return undefined;
    const displacement = `${roughDecimalOf(this.#worst)} ${this.#step}`;
    return { of: this.#of, rule: this.#rule, count: this.#count, displacement, worst: this.#worstStatement };
  }
}

/** The rule of `round: nearest`; null without one, undefined after a mistake. */
export function readRounder(
  node: TreeNode | undefined,
  of: string,
  step: string,
  diagnostics: Diagnostics,
): Rounder | null | undefined {
  if (node === undefined) return null;
  const rule = readChoice(node, `round of the ${of}`, ROUNDING_RULES, diagnostics);
  return rule && new Rounder(rule, of, step);
}

/** What was rounded, a line for people. */
export function roundingWords({ of, rule, count, displacement, worst }: RoundingModel): string {
  const where = rule === 'nearest' ? 'to the nearest step' : rule;
  return `${of}: ${count} ${count === 1 ? 'number was' : 'numbers were'} rounded ${where}, at most ${displacement} away (${worst})`;
}
