/** Random maps with approaches, and what braking for everything ahead allows at each step, in rational numbers. */
import type { Random } from './random.ts';

export interface Stretch {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'zone' | 'stop' | 'slow' | 'skip';
  readonly limit: number | null;
}

export interface Case {
  readonly min: number;
  readonly max: number;
  readonly wraps: boolean;
  readonly stretches: readonly Stretch[];
  /** Twice the deceleration in limit units squared a step of the axis: numerator and denominator. */
  readonly perStep: readonly [bigint, bigint];
  readonly steps: number;
  readonly margin: number;
  readonly toward: 'max' | 'min' | 'both';
  readonly source: string;
}

/** Units with what they make of 2 a: (2 * a * metres a step) / (metres a second a limit)^2. */
const UNITS = [
  // axis, steps a metre; limit unit, limit as a fraction of m/s; deceleration, m/s2
  { axis: 'm', perMetre: 1n, limit: 'm/s', speed: [1n, 1n], braking: '0.5 m/s2', a: [1n, 2n] },
  { axis: 'dm', perMetre: 10n, limit: 'km/h', speed: [5n, 18n], braking: '1.25 m/s²', a: [5n, 4n] },
  { axis: 'cm', perMetre: 100n, limit: 'mm/s', speed: [1n, 1000n], braking: '2 mm/s^2', a: [1n, 500n] },
  { axis: 'm', perMetre: 1n, limit: 'km/h', speed: [5n, 18n], braking: '3.6 km/h/s', a: [1n, 1n] },
  { axis: 'ft', perMetre: 0n, limit: 'ft/s', speed: [0n, 1n], braking: '3 ft/s2', a: [3n, 1n] },
] as const;

function perStepOf(unit: (typeof UNITS)[number]): readonly [bigint, bigint] {
  const [a, over] = unit.a;
  // In feet and feet a second nothing needs to be converted.
  if (unit.axis === 'ft') return [2n * a, over];
  const [up, down] = unit.speed;
  return [2n * a * down * down, over * unit.perMetre * up * up];
}

export function randomCase(random: Random): Case {
  const unit = random.pick(UNITS);
  const min = random.between(-60, 10);
  const max = min + random.between(20, 240);
  const wraps = random.onceIn(3);
  const borders = [
    ...new Set([min, max, ...Array.from({ length: random.below(8) }, () => random.between(min + 1, max))]),
  ].sort((left, right) => left - right);
  const stretches = borders.slice(1).map((to, index): Stretch => {
    const kind = random.pick(['zone', 'zone', 'zone', 'zone', 'stop', 'slow', 'skip'] as const);
    const from = borders[index] ?? min;
    return {
      ...{ id: `s${index}`, from, to, kind },
      limit: kind === 'skip' || kind === 'stop' ? null : random.below(kind === 'slow' ? 9 : 31),
    };
  });
  const steps = random.pick([1, 2, 3, 7, 20, 64]);
  const margin = random.onceIn(2) ? 0 : random.below(8);
  const toward = random.pick(['max', 'min', 'both'] as const);
  const one = { min, max, wraps, stretches, perStep: perStepOf(unit), steps, margin, toward };
  return { ...one, source: sourceOf(one, unit) };
}

function sourceOf(one: Omit<Case, 'source'>, unit: (typeof UNITS)[number]): string {
  const at = ({ from, to }: Stretch) => `at: { from: ${from}, to: ${to} }`;
  const limit = (stretch: Stretch) => (stretch.limit === null ? '' : `, limit: ${stretch.limit}`);
  const list = (entries: string[]) => (entries.length === 0 ? ['  []'] : entries);
  return [
    'holdfast: 1',
    'map: approach',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: ${unit.axis}, min: ${one.min}, max: ${one.max}${one.wraps ? ', wraps: true' : ''} } ] }`,
    `limits: { unit: ${unit.limit} }`,
    `approach: { deceleration: ${unit.braking}, steps: ${one.steps}, margin: ${one.margin}, toward: ${one.toward} }`,
    'zones:',
    ...list(
      one.stretches
        .filter(({ kind }) => kind === 'zone')
        .map((each) => `  - { id: ${each.id}, ${at(each)}${limit(each)} }`),
    ),
    'gaps:',
    ...list(
      one.stretches
        .filter(({ kind }) => kind !== 'zone')
        .map((each) => `  - { id: ${each.id}, ${at(each)}, action: ${each.kind}${limit(each)} }`),
    ),
    '',
  ].join('\n');
}

/** A place from which the limit is lower: the first step behind the border, in the way of the machine. */
interface Fall {
  readonly border: number;
  /** The limit before it; the highest of the map where there is none. */
  readonly before: number;
  readonly limit: number;
}

export const FREE = 1_000_000;

/** The oracle for one way. Places are turned round for the other way, so that the machine always moves to higher ones. */
export class Way {
  readonly #case: Case;
  readonly #stretches: readonly Stretch[];
  readonly #length: number;
  readonly #highest: number;
  readonly falls: readonly Fall[];

  constructor(one: Case, way: 'max' | 'min') {
    this.#case = one;
    this.#length = one.max - one.min;
    this.#stretches =
      way === 'max'
        ? one.stretches
        : one.stretches.map((each) => ({ ...each, from: -each.to, to: -each.from })).reverse();
    this.#highest = Math.max(0, ...one.stretches.map(({ limit }) => limit ?? 0));
    this.falls = this.#fallsOf();
  }

  static speed({ kind, limit }: Stretch): number {
    return kind === 'stop' ? 0 : (limit ?? FREE);
  }

  #fallsOf(): Fall[] {
    const falls: Fall[] = [];
    this.#stretches.forEach((stretch, index) => {
      const before = this.#stretches[index - 1] ?? (this.#case.wraps ? this.#stretches.at(-1) : undefined);
      if (before === undefined || before === stretch) return;
      const speed = Math.min(Way.speed(before), this.#highest);
      if (Way.speed(stretch) < Way.speed(before))
        falls.push({ border: stretch.from, before: speed, limit: Way.speed(stretch) });
    });
    return falls;
  }

  /** Whether a machine with this speed anywhere in the step at `x` can brake to the limit of a fall; none is behind it. */
  #canBrake(speed: number, x: number, { border, limit }: Fall): boolean {
    const start = this.#stretches[0]?.from ?? 0;
    let ahead = border - (x + 1);
    if (ahead < 0) {
      if (!this.#case.wraps) return true;
      ahead += this.#length;
    }
    if (start > x) throw new RangeError('a place before the axis');
    const [up, down] = this.#case.perStep;
    const distance = Math.max(0, ahead - this.#case.margin);
    return BigInt(speed * speed - limit * limit) * down <= up * BigInt(distance);
  }

  /** The fall in equal parts, and above it parts of the highest limit. */
  #levelsOf({ before, limit }: Fall): number[] {
    const { steps } = this.#case;
    const levels: number[] = [];
    for (let part = 1; part <= steps; part++) {
      levels.push(limit + Math.floor(((before - limit) * part) / steps));
      const higher = Math.floor((this.#highest * part) / steps);
      if (higher > before) levels.push(higher);
    }
    return levels.filter((level) => level > limit);
  }

  /** The highest level from which everything ahead is reached, at a place of the turned axis. */
  allowed(x: number): number {
    let allowed = FREE;
    for (const fall of this.falls) {
      if (this.#case.wraps || fall.border > x) {
        const level = Math.max(
          fall.limit,
          ...this.#levelsOf(fall).filter((each) => this.#canBrake(each, x, fall)),
        );
        if (level < this.#highest) allowed = Math.min(allowed, level);
      }
    }
    return allowed;
  }

  /** Whether a speed at `x` is on or under the braking curve of everything ahead. */
  isUnderCurve(speed: number, x: number): boolean {
    return this.falls.every((fall) => speed <= fall.limit || this.#canBrake(speed, x, fall));
  }
}

export function waysOf(one: Case): ['max' | 'min', Way][] {
  const names = one.toward === 'both' ? (['max', 'min'] as const) : [one.toward];
  return names.map((name) => [name, new Way(one, name)]);
}

export const turned = (way: 'max' | 'min', x: number) => (way === 'max' ? x : -x - 1);

/** What each place should answer; gaps keep their own limit. */
export function wantedLimits(one: Case): (number | null)[] {
  const ways = waysOf(one);
  const wanted: (number | null)[] = [];
  for (const stretch of one.stretches) {
    for (let x = stretch.from; x < stretch.to; x++) {
      const allowed = Math.min(...ways.map(([name, way]) => way.allowed(turned(name, x))));
      wanted.push(stretch.kind === 'zone' ? Math.min(stretch.limit ?? FREE, allowed) : stretch.limit);
    }
  }
  return wanted;
}

/** Gaps in which a machine would have to go on braking, with the limit that each of them would need. */
export function brakingGaps(one: Case): string[] {
  const needs = new Map<string, number>();
  for (const [name, way] of waysOf(one)) {
    const order = name === 'max' ? one.stretches : [...one.stretches].reverse();
    // Twice around a ring, so that what is before the first is known.
    let speed = 0;
    for (let round = one.wraps ? 0 : 1; round < 2; round++) {
      for (const stretch of order) {
        const places = Array.from({ length: stretch.to - stretch.from }, (_, index) => stretch.from + index);
        const allowed = places.map((x) => way.allowed(turned(name, x)));
        if (stretch.kind === 'zone') {
          speed = Math.min(stretch.limit ?? FREE, allowed[name === 'max' ? allowed.length - 1 : 0] ?? FREE);
          continue;
        }
        if (stretch.kind === 'stop') speed = 0;
        else if (stretch.limit !== null) speed = stretch.limit;
        const least = Math.min(...allowed);
        if (round === 1 && speed > least)
          needs.set(stretch.id, Math.min(least, needs.get(stretch.id) ?? FREE));
      }
    }
  }
  return [...needs].map(([id, limit]) => `${id} ${limit}`).sort();
}
