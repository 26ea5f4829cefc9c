/** Random maps as source text, with the same map for the oracle. */
import type { OracleGapRule, OracleInterval, OracleMap, OracleZone } from './oracle.ts';
import type { Random } from './random.ts';

const ACTIONS = ['stop', 'hold', 'slow', 'skip', 'continue'] as const;
const COORDINATE_MAX = 2 ** 30;

export interface RandomMap {
  /** YAML. */
  source: string;
  oracle: OracleMap;
  /** What a source's coordinates have above the stored ones. */
  origin: number;
}

export interface Shape {
  /** Stretches to aim for, 1 to 4,096. */
  segments: number;
  /** Distinct zones that share them. */
  zones: number;
  /** Whether zones lie over one another and tiers decide. */
  overlaps: boolean;
  /** Ticks of the period; 1: no phases. */
  period: number;
}

/** A map of about `segments` stretches: zones with one or many places, located gaps that cut them, and a catch-all. */
export function randomMap(random: Random, shape: Shape): RandomMap {
  const { min, max } = randomAxis(random, shape.segments);
  const cuts = randomCuts(random, min, max, shape.segments);
  const zones = randomZones(random, shape, cuts);
  if (shape.overlaps) spread(random, zones, cuts);
  const gapRules = randomGapRules(random, cuts, shape.period);
  const outside = random.pick(ACTIONS);
  const oracle: OracleMap = { min, max, period: shape.period, zones, gapRules, outside };
  const origin = random.onceIn(3) ? random.between(-1_000_000, 1_000_000) : 0;
  return { source: sourceOf(oracle, shape, origin), oracle, origin };
}

/** Now and then both extremes of what a coordinate may be, and ranges below zero. */
function randomAxis(random: Random, segments: number): { min: number; max: number } {
  if (random.onceIn(6)) return { min: -COORDINATE_MAX, max: COORDINATE_MAX };
  const length = segments + random.below(random.onceIn(2) ? 4 * segments : 1_000_000_000);
  const min = random.between(-COORDINATE_MAX, COORDINATE_MAX - length);
  return { min, max: min + length };
}

/** Borders of the stretches, both ends of the axis among them. */
function randomCuts(random: Random, min: number, max: number, segments: number): number[] {
  const cuts = new Set([min, max]);
  for (let tries = 0; cuts.size <= segments && tries < 4 * segments; tries++)
    cuts.add(random.between(min, max));
  return [...cuts].sort((left, right) => left - right);
}

function randomWhen(random: Random, period: number): OracleInterval[] | null {
  if (period === 1 || random.onceIn(2)) return null;
  const from = random.below(period);
  return [{ from, to: random.between(from, period) + 1 }];
}

/** Each stretch goes to a zone, or is left to the gap rules once in a while. */
function randomZones(random: Random, shape: Shape, cuts: number[]): OracleZone[] {
  const zones = Array.from(
    { length: shape.zones },
    (_, index): OracleZone => ({
      id: `z${index}`,
      at: [],
      when: randomWhen(random, shape.period),
      tier: random.below(256),
      limit: random.onceIn(4) ? null : random.between(-(2 ** 31), 2 ** 31),
    }),
  );
  const gapsOnceIn = random.pick([2, 5, 50, 10_000]);
  for (let i = 0; i + 1 < cuts.length; i++) {
    if (random.onceIn(gapsOnceIn)) continue;
    random.pick(zones).at.push({ from: cuts[i] ?? 0, to: cuts[i + 1] ?? 0 });
  }
  return zones.filter(({ at }) => at.length > 0);
}

/** Lays a few zones over others; their tiers are made different, since equal ones would be an error. */
function spread(random: Random, zones: OracleZone[], cuts: number[]): void {
  const wide = zones.filter((_, index) => index < 200);
  wide.forEach((zone, index) => {
    zone.tier = index + 1;
    if (!random.onceIn(2)) return;
    const from = random.below(cuts.length - 1);
    const to = Math.min(cuts.length - 1, from + 1 + random.below(5));
    zone.at = [{ from: cuts[from] ?? 0, to: cuts[to] ?? 0 }];
  });
  zones.length = wide.length;
}

function randomGapRules(random: Random, cuts: number[], period: number): OracleGapRule[] {
  const rules: OracleGapRule[] = [];
  for (let i = random.below(3); i + 1 < cuts.length && rules.length < 3; i += 1 + random.below(cuts.length)) {
    rules.push({
      id: `cut${rules.length}`,
      at: [{ from: cuts[i] ?? 0, to: cuts[i + 1] ?? 0 }],
      when: randomWhen(random, period),
      action: random.pick(ACTIONS),
      limit: random.onceIn(2) ? random.between(-100, 100) : null,
    });
  }
  rules.push({ id: 'anywhere', at: null, when: null, action: random.pick(ACTIONS), limit: null });
  return rules;
}

function sourceOf(map: OracleMap, shape: Shape, origin: number): string {
  const interval = ({ from, to }: OracleInterval, add: number) => `{ from: ${from + add}, to: ${to + add} }`;
  const list = (intervals: OracleInterval[], add: number) =>
    `[${intervals.map((each) => interval(each, add)).join(', ')}]`;
  const when = (intervals: OracleInterval[] | null) =>
    intervals === null ? '' : `, when: ${list(intervals, 0)}`;
  const limit = (value: number | null) => (value === null ? '' : `, limit: ${value}`);
  const zones = map.zones.map(
    (zone) =>
      `  - { id: ${zone.id}, at: ${list(zone.at, origin)}${when(zone.when)}, tier: ${zone.tier}${limit(zone.limit)} }`,
  );
  const gaps = map.gapRules.map((rule) =>
    rule.at === null
      ? `  - { anywhere: true, action: ${rule.action} }`
      : `  - { id: ${rule.id}, at: ${list(rule.at, origin)}${when(rule.when)}, action: ${rule.action}${limit(rule.limit)}, cuts: true }`,
  );
  return [
    'holdfast: 1',
    'map: random',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: ${map.min + origin}, max: ${map.max + origin}${origin === 0 ? '' : `, origin: ${origin}`} } ] }`,
    ...(shape.period === 1 ? [] : [`phase: { unit: tick, period: ${shape.period} }`]),
    ...(zones.length === 0 ? ['zones: []'] : ['zones:', ...zones]),
    'gaps:',
    ...gaps,
    `overlaps: ${shape.overlaps ? 'by-tier' : 'forbid'}`,
    `outside: { action: ${map.outside} }`,
    '',
  ].join('\n');
}
