import type { Rule } from '../body/partition.ts';
import type { MapUnits } from '../source/model.ts';
import { limitText } from '../source/unit-words.ts';
import { PLAIN_FILL, SCALE_FILLS, WITHOUT_FILL } from './palette.ts';

/** What the colours of zones mean: the limit where limits differ, else the tier where tiers do. Runs in Node and in the page. */

/** A colour of zones, and in words what it stands for. */
export interface ColourClass {
  readonly fill: string;
  readonly words: string;
}

export interface Colouring {
  readonly by: 'limit' | 'tier' | 'nothing';
  /** The fill of a zone or of an approach. */
  fillOf(rule: Pick<Rule, 'kind' | 'limit'> & { readonly tier?: number }): string;
  /** Those that zones have, in their order. */
  readonly classes: readonly ColourClass[];
}

/** One colouring for all maps of a drawing. */
export function colouringOf(rules: readonly Rule[], units: MapUnits): Colouring {
  const zones = rules.flatMap((rule) => (rule.kind === 'gap' ? [] : [rule]));
  const limits = rising(zones.flatMap(({ limit }) => (limit === null ? [] : [limit])));
  const hasWithout = zones.some(({ limit }) => limit === null);
  const tiers = rising(zones.map(({ tier }) => tier));
  if (limits.length > 1 || (limits.length === 1 && hasWithout)) {
    // The lower the limit, the stronger the colour: what is paid attention to is seen.
    const scale = new Scale(limits, true, (low, high) => `limit ${rangeText(low, high, units)}`);
    return {
      by: 'limit',
      fillOf: ({ limit }) => (limit === null ? WITHOUT_FILL : scale.fillOf(limit)),
      classes: [...scale.classes, ...(hasWithout ? [{ fill: WITHOUT_FILL, words: 'no limit' }] : [])],
    };
  }
  if (tiers.length > 1) {
    const scale = new Scale(tiers, false, (low, high) => `tier ${low === high ? low : `${low} to ${high}`}`);
    return { by: 'tier', fillOf: ({ tier = 0 }) => scale.fillOf(tier), classes: scale.classes };
  }
  const [limit] = limits;
  const words = limit === undefined ? 'covered' : `covered, limit ${limitText(limit, units)}`;
  return {
    by: 'nothing',
    fillOf: () => PLAIN_FILL,
    classes: zones.length === 0 ? [] : [{ fill: PLAIN_FILL, words }],
  };
}

function rangeText(low: number, high: number, units: MapUnits): string {
  return low === high ? limitText(low, units) : `${low} to ${limitText(high, units)}`;
}

function rising(values: readonly number[]): number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

/** Numbers as colours: one each where they are few, else one a range of equally many of them. */
class Scale {
  readonly classes: readonly ColourClass[];
  /** The least number of each class, rising. */
  readonly #lows: readonly number[];
  readonly #fills: readonly string[];

  constructor(values: readonly number[], isFalling: boolean, words: (low: number, high: number) => string) {
    const count = Math.min(values.length, SCALE_FILLS.length);
    const starts = Array.from({ length: count }, (_, index) => Math.floor((index * values.length) / count));
    const last = SCALE_FILLS.length - 1;
    this.#lows = starts.map((start) => values[start] ?? 0);
    this.#fills = starts.map((_, index) => {
      const part = count === 1 ? 0.5 : index / (count - 1);
      return SCALE_FILLS[Math.round((isFalling ? 1 - part : part) * last)] ?? PLAIN_FILL;
    });
    this.classes = starts.map((start, index) => {
      const end = (starts[index + 1] ?? values.length) - 1;
      return { fill: this.#fills[index] ?? PLAIN_FILL, words: words(values[start] ?? 0, values[end] ?? 0) };
    });
  }

  fillOf(value: number): string {
    let found = 0;
    for (let index = 0; index < this.#lows.length && (this.#lows[index] ?? 0) <= value; index++)
      found = index;
    return this.#fills[found] ?? PLAIN_FILL;
  }
}
