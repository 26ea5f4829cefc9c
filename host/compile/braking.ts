import type { Rational } from '../source/decimal.ts';
import type { ApproachModel } from '../source/model.ts';

/** The stairs under a braking curve, in integers: at each step of the axis, the highest level that braking may still come from. */

/** A limit for the places [from, to), on an axis that is walked towards rising places. */
export interface Ceiling {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export class Braking {
  readonly #perStep: Rational;
  readonly #margin: number;
  readonly #steps: number;
  readonly #limitMax: number;

  /** `limitMax`: the highest limit of the map. */
  constructor({ perStep, margin, steps }: ApproachModel, limitMax: number) {
    this.#perStep = perStep;
    this.#margin = margin;
    this.#steps = steps;
    this.#limitMax = limitMax;
  }

  /**
   * What a machine that moves towards rising places must keep to before `at`, where its limit falls from `before` to `limit`:
   * at most one ceiling a level. Places before `from` are left out.
   *
   *     level   ─ ─ ─ ─┐      a place keeps a level if braking from it, begun at the place's far end,
   *     level          └───┐  reaches `limit` by at − margin
   *     limit              └────────┤margin├ at
   */
  ceilingsBefore(at: number, before: number, limit: number, from: number): Ceiling[] {
    const ceilings: Ceiling[] = [];
    let to = at;
    let ceiling = limit;
    for (const level of this.#levelsOf(before, limit)) {
      // Where places begin at which the level is too high.
      const start = at - this.#margin - this.#stepsBetween(level, limit);
      if (start < to) {
        ceilings.push({ from: Math.max(from, start), to, limit: ceiling });
        to = start;
      }
      ceiling = level;
      if (to <= from) break;
    }
    return ceilings;
  }

  /**
   * Rising, from above `limit` to the highest limit of the map: the fall in equal parts and, for braking that begins before an
   * earlier fall, parts of the highest limit.
   */
  #levelsOf(before: number, limit: number): Set<number> {
    const parts = (low: number, high: number) =>
      Array.from(
        { length: this.#steps },
        (_, index) => low + Math.floor(((high - low) * (index + 1)) / this.#steps),
      );
    const higher = parts(0, this.#limitMax).filter((level) => level > before);
    return new Set([...parts(limit, before).filter((level) => level > limit), ...higher]);
  }

  /** The least steps in which `high` becomes `low`. */
  #stepsBetween(high: number, low: number): number {
    const squares = BigInt(high) ** 2n - BigInt(low) ** 2n;
    const { numerator, denominator } = this.#perStep;
    const steps = (squares * denominator + numerator - 1n) / numerator;
    return Number(steps < STEPS_MAX ? steps : STEPS_MAX);
  }
}

/** Longer than any axis. */
const STEPS_MAX = 2n ** 40n;
