import { describe, expect, test } from 'vitest';
import type { Partition } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { type Diagnostic, SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { Random, seedFor } from '../support/random.ts';

/**
 * Approach curves against an oracle in rational numbers, which asks at every step of the axis what braking for everything ahead
 * allows there. It knows nothing of cells, ceilings or units of the source.
 */

const load = (source: string) => loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));

async function tried(source: string): Promise<Partition | readonly Diagnostic[]> {
  try {
    return await load(source);
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}

interface Stretch {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'zone' | 'stop' | 'slow' | 'skip';
  readonly limit: number | null;
}

interface Case {
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

function randomCase(random: Random): Case {
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

const FREE = 1_000_000;

/** The oracle for one way. Places are turned round for the other way, so that the machine always moves to higher ones. */
class Way {
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

function waysOf(one: Case): ['max' | 'min', Way][] {
  const names = one.toward === 'both' ? (['max', 'min'] as const) : [one.toward];
  return names.map((name) => [name, new Way(one, name)]);
}

const turned = (way: 'max' | 'min', x: number) => (way === 'max' ? x : -x - 1);

/** What each place should answer; gaps keep their own limit. */
function wantedLimits(one: Case): (number | null)[] {
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

function limitsOf({ windows, rules }: Partition): (number | null)[] {
  return (windows[0]?.cells ?? []).flatMap(({ from, to, rule }) =>
    Array.from({ length: to - from }, () => rules[rule]?.limit ?? null),
  );
}

/** Gaps in which a machine would have to go on braking, with the limit that each of them would need. */
function brakingGaps(one: Case): string[] {
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

test('600 random maps in five systems of units: each place has the highest level that braking allows', async () => {
  const random = new Random(seedFor('approach', 9000));
  const seen = { right: 0, refused: 0, approaches: 0 };
  for (let round = 0; round < 600; round++) {
    const one = randomCase(random);
    const got = await tried(one.source);
    const gaps = brakingGaps(one);
    if (!('windows' in got)) {
      seen.refused++;
      const said = got.map(({ code, message, remedy }) => {
        expect(code).toBe('APPROACH_IN_GAP');
        return `${/"(s\d)"/.exec(message)?.[1]} ${/limit: (\d+)/.exec(remedy)?.[1]}`;
      });
      expect({ source: one.source, gaps: said.sort() }).toEqual({ source: one.source, gaps });
      continue;
    }
    expect({ source: one.source, gaps }).toEqual({ source: one.source, gaps: [] });
    seen.right++;
    seen.approaches += got.approaches;
    const limits = limitsOf(got);
    expect({ source: one.source, limits }).toEqual({ source: one.source, limits: wantedLimits(one) });
    checkShape(one, got, limits);
  }
  expect(Math.min(seen.right, seen.refused)).toBeGreaterThan(100);
  expect(seen.approaches).toBeGreaterThan(600);
});

/** Under the curve at every step, falling towards what lies ahead, few cells, and numbered as a partition is. */
function checkShape(one: Case, partition: Partition, limits: readonly (number | null)[]): void {
  const ways = waysOf(one);
  const { windows, rules, zones, approaches } = partition;
  const cells = windows[0]?.cells ?? [];
  for (const stretch of one.stretches) {
    if (stretch.kind !== 'zone') continue;
    for (let x = stretch.from; x < stretch.to; x++) {
      const limit = limits[x - one.min] ?? FREE;
      for (const [name, way] of ways) expect(way.isUnderCurve(limit, turned(name, x))).toBe(true);
      const next = limits[x + 1 - one.min] ?? 0;
      if (x + 1 < stretch.to && one.toward === 'max') expect(next).toBeLessThanOrEqual(limit);
      if (x + 1 < stretch.to && one.toward === 'min') expect(next).toBeGreaterThanOrEqual(limit);
    }
  }
  const falls = ways.reduce((sum, [, way]) => sum + way.falls.length, 0);
  expect(cells.length).toBeLessThanOrEqual(one.stretches.length + falls * (2 * one.steps + 1));
  expect(rules.slice(zones, zones + approaches).every(({ kind }) => kind === 'approach')).toBe(true);
  expect(rules.filter(({ kind }) => kind === 'approach')).toHaveLength(approaches);
  for (const rule of rules) {
    if (rule.kind !== 'approach') continue;
    expect(rules[rule.zone]).toMatchObject({ kind: 'zone', id: rule.id, tier: rule.tier });
  }
  cells.forEach((cell, index) => {
    expect(cell.from).toBe(cells[index - 1]?.to ?? one.min);
    if (index > 0) expect(cell.rule).not.toBe(cells[index - 1]?.rule);
  });
  expect(cells.at(-1)?.to).toBe(one.max);
}

const LINE = `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 3000 } ] }
limits: { unit: m/s }
approach: { deceleration: 0.5 m/s2, steps: 4, margin: 10 m, toward: max }
zones:
  - { id: fast, at: { from: 0, to: 2000 }, limit: 40 }
  - { id: slow, at: { from: 2000, to: 2900 }, limit: 10 }
gaps:
  - { id: end, at: { from: 2900, to: 3000 }, action: stop }
`;

describe('an approach', () => {
  test('is what the formula says: v² = 10² + 2 · 0.5 · (1990 − x)', async () => {
    const { windows, rules } = await load(LINE);
    const words = windows[0]?.cells.map(
      ({ from, rule }) => `${from} ${rules[rule]?.id} ${rules[rule]?.limit}`,
    );
    // From 40, 32, 25 and 17 to 10 m/s takes 1500, 924, 525 and 189 m; to a stop from 10, 7, 5 and 2 m/s 100, 49, 25 and 4 m.
    expect(words).toEqual([
      '0 fast 40',
      '490 fast 32',
      '1066 fast 25',
      '1465 fast 17',
      '1801 fast 10',
      '2000 slow 10',
      '2790 slow 7',
      '2841 slow 5',
      '2865 slow 2',
      '2886 slow 0',
      '2900 end null',
    ]);
  });

  test('follows a remedy until it compiles, and then every place is under the curve', async () => {
    const random = new Random(seedFor('remedies of approaches', 77));
    let followed = 0;
    for (let round = 0; round < 300; round++) {
      let { source } = randomCase(random);
      for (let turn = 0; turn < 20; turn++) {
        const got = await tried(source);
        if ('windows' in got) break;
        expect(turn).toBeLessThan(19);
        for (const { message, remedy } of got) {
          const id = /"(s\d)"/.exec(message)?.[1] ?? '';
          const limit = /"(limit: \d+)"/.exec(remedy)?.[1] ?? '';
          source = source.replace(
            new RegExp(`(id: ${id}, at: \\{[^}]*\\}, action: \\w+)(, limit: \\d+)?`),
            `$1, ${limit}`,
          );
          followed++;
        }
      }
    }
    expect(followed).toBeGreaterThan(50);
  });

  const mistakeOf = async (source: string) => {
    const got = await tried(source);
    return 'windows' in got ? undefined : got[0];
  };

  test.each([
    ['a zone without a limit', LINE.replace(', limit: 40', ''), 'APPROACH_FROM_ANY_SPEED'],
    ['a limit below 0', LINE.replace('limit: 10', 'limit: -10'), 'APPROACH_NEGATIVE_LIMIT'],
    ['no deceleration', LINE.replace('deceleration: 0.5 m/s2, ', ''), 'MISSING_FIELD'],
    ['no way', LINE.replace(', toward: max', ''), 'MISSING_FIELD'],
    ['a speed for a deceleration', LINE.replace('0.5 m/s2', '0.5 m/s'), 'BAD_VALUE'],
    ['a bare deceleration', LINE.replace('0.5 m/s2', '0.5'), 'BAD_VALUE'],
    ['a deceleration of 0', LINE.replace('0.5 m/s2', '0 m/s2'), 'OUT_OF_RANGE'],
    ['a negative deceleration', LINE.replace('0.5 m/s2', '-0.5 m/s2'), 'OUT_OF_RANGE'],
    ['no steps', LINE.replace('steps: 4', 'steps: 0'), 'OUT_OF_RANGE'],
    ['too many steps', LINE.replace('steps: 4', 'steps: 65'), 'OUT_OF_RANGE'],
    ['a margin below 0', LINE.replace('10 m,', '-1 m,'), 'OUT_OF_RANGE'],
    ['a margin longer than the axis', LINE.replace('10 m,', '3001 m,'), 'OUT_OF_RANGE'],
    ['limits without a unit', LINE.replace('limits: { unit: m/s }\n', ''), 'UNIT_MISMATCH'],
    ['limits that are no speeds', LINE.replace('unit: m/s', 'unit: N'), 'UNIT_MISMATCH'],
    [
      'an axis of units of its own',
      LINE.replace('unit: m,', 'unit: slot,').replace('10 m,', '10,'),
      'UNIT_MISMATCH',
    ],
    ['another way', LINE.replace('toward: max', 'toward: left'), 'BAD_VALUE'],
  ])('refused: %s', async (_name, source, code) => {
    expect((await mistakeOf(source))?.code).toBe(code);
  });

  test('takes turns and turns a second', async () => {
    const source = LINE.replace('unit: m,', 'unit: deg,')
      .replace('m/s }', 'deg/s }')
      .replace('0.5 m/s2', '0.5 deg/s²')
      .replace('10 m,', '10 deg,');
    const [left, right] = [await load(source), await load(LINE)];
    expect(left.windows).toEqual(right.windows);
  });

  test('is judged in each phase by itself', async () => {
    const source = LINE.replace('limits:', 'phase: { unit: s, period: 10 }\nlimits:').replace(
      'gaps:\n',
      'gaps:\n  - { id: works, at: { from: 500, to: 600 }, when: { from: 5, to: 10 }, action: stop, cuts: true }\n',
    );
    const { windows, rules } = await load(source);
    const limitAt = (window: number, x: number) => {
      const cell = windows[window]?.cells.find(({ from, to }) => from <= x && x < to);
      return rules[cell?.rule ?? -1]?.limit;
    };
    expect([limitAt(0, 480), limitAt(1, 480), limitAt(1, 700)]).toEqual([40, 0, 32]);
  });
});
