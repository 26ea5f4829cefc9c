import { describe, expect, test } from 'vitest';
import type { Partition } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { type Diagnostic, SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import {
  brakingGaps,
  type Case,
  FREE,
  randomCase,
  turned,
  wantedLimits,
  waysOf,
} from '../support/approaches.ts';
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

function limitsOf({ windows, rules }: Partition): (number | null)[] {
  return (windows[0]?.cells ?? []).flatMap(({ from, to, rule }) =>
    Array.from({ length: to - from }, () => rules[rule]?.limit ?? null),
  );
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
