import { describe, expect, test } from 'vitest';
import type { EditionAnswer } from '../../host/audit/answer.ts';
import { compareEditions, comparePartitions } from '../../host/audit/compare.ts';
import { comparisonWords } from '../../host/audit/compare-words.ts';
import type { Partition } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { randomMap } from '../support/maps.ts';
import { Random, seedFor } from '../support/random.ts';

const load = (source: string) => loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }));

interface Text {
  axis?: string;
  head?: string;
  zones?: string[];
  gaps?: string[];
}

function source({
  axis = 'min: 0, max: 100',
  head = 'epoch: 1',
  zones = ['id: a, at: { from: 0, to: 50 }, tier: 3, limit: 80'],
  gaps = ['anywhere: true, action: hold'],
}: Text): string {
  return [
    'holdfast: 1',
    'map: test',
    head,
    `space: { axes: [ { name: s, unit: mm, ${axis} } ] }`,
    'zones:',
    ...zones.map((zone) => `  - { ${zone} }`),
    'gaps:',
    ...gaps.map((gap) => `  - { ${gap} }`),
    '',
  ].join('\n');
}

/** What stands in the changes, briefly. */
async function changesOf(before: Text, after: Text): Promise<string[]> {
  const changes = compareEditions(await load(source(before)), await load(source(after)));
  return changes.map(({ from, to, kinds }) => `[${from}, ${to}) ${kinds.join('+')}`);
}

describe('each direction of a change', () => {
  const zone = (text: string) => ({ zones: [text] });
  const gap = (text: string) => ({ gaps: [text] });
  test.each<[string, Text, Text, string[]]>([
    ['nothing', {}, {}, []],
    [
      'newly covered',
      {},
      zone('id: a, at: { from: 0, to: 60 }, tier: 3, limit: 80'),
      ['[50, 60) newly-covered'],
    ],
    ['newly a gap', {}, zone('id: a, at: { from: 0, to: 40 }, tier: 3, limit: 80'), ['[40, 50) newly-gap']],
    [
      'limit raised',
      {},
      zone('id: a, at: { from: 0, to: 50 }, tier: 3, limit: 90'),
      ['[0, 50) limit-raised'],
    ],
    [
      'limit lowered',
      {},
      zone('id: a, at: { from: 0, to: 50 }, tier: 3, limit: -1'),
      ['[0, 50) limit-lowered'],
    ],
    ['limit removed', {}, zone('id: a, at: { from: 0, to: 50 }, tier: 3'), ['[0, 50) limit-removed']],
    ['limit added', zone('id: a, at: { from: 0, to: 50 }, tier: 3'), {}, ['[0, 50) limit-added']],
    [
      'tier raised, limit lowered',
      {},
      zone('id: a, at: { from: 0, to: 50 }, tier: 4, limit: 0'),
      ['[0, 50) tier-raised+limit-lowered'],
    ],
    [
      'tier lowered',
      {},
      zone('id: a, at: { from: 0, to: 50 }, tier: 0, limit: 80'),
      ['[0, 50) tier-lowered'],
    ],
    [
      'another zone',
      {},
      zone('id: b, at: { from: 0, to: 50 }, tier: 3, limit: 80'),
      ['[0, 50) zone-changed'],
    ],
    ['another action', {}, gap('anywhere: true, action: stop'), ['[50, 100) action-changed']],
    ['another rule', {}, gap('id: g, at: { from: 50, to: 100 }, action: hold'), ['[50, 100) rule-changed']],
    ['a gap with a limit', {}, gap('anywhere: true, action: hold, limit: 3'), ['[50, 100) limit-added']],
    ['a shorter axis', {}, { axis: 'min: 0, max: 80' }, ['[80, 100) newly-outside']],
    ['a longer axis', {}, { axis: 'min: -10, max: 100' }, ['[-10, 0) newly-gap']],
    ['another origin of the same places', {}, { axis: 'min: 0, max: 100, origin: -50' }, []],
    [
      'a period where there was none',
      {},
      { head: 'epoch: 1\nphase: { unit: tick, period: 2 }' },
      ['[0, 50) newly-covered', '[50, 100) newly-gap'],
    ],
  ])('%s', async (_name, before, after, wanted) => {
    expect(await changesOf(before, after)).toEqual(wanted);
  });
});

test('what has no place is told too, and makes editions unequal', async () => {
  const before = await load(source({}));
  const after = await load(source({ head: 'epoch: 2\nreplaces: 1\nfault: { action: hold }' }));
  const comparison = comparePartitions(before, after);
  expect(comparison).toMatchObject({ equal: false, changes: [] });
  expect(comparison.head).toEqual([
    { field: 'epoch', before: 1, after: 2 },
    { field: 'replaces', before: '', after: '1' },
    { field: 'fault', before: 'stop', after: 'hold' },
  ]);
  expect(comparePartitions(before, before)).toMatchObject({ equal: true, head: [], changes: [] });
});

test('in words', async () => {
  const before = await load(source({}));
  const after = await load(
    source({
      head: 'epoch: 2\nreplaces: 1',
      zones: ['id: a, at: { from: 0, to: 50 }, tier: 3, limit: 60', 'id: b, at: { from: 50, to: 70 }'],
    }),
  );
  expect(comparisonWords(comparePartitions(before, after))).toEqual([
    'before    test, epoch 1',
    'after     test, epoch 2',
    'head (2)',
    '  epoch     1 → 2',
    '  replaces  none → 1',
    'changes (2)',
    '  [0, 50) mm   50 mm long  limit lowered  zone a, tier 3, limit 80 → zone a, tier 3, limit 60',
    '  [50, 70) mm  20 mm long  newly covered  gap anywhere, hold → zone b',
    'in all    newly covered 1, limit lowered 1',
  ]);
  expect(comparisonWords(comparePartitions(before, before)).at(-1)).toBe(
    'equal     every place and phase gets the same answer',
  );
});

test('axes that count different things are refused', async () => {
  const before = await load(source({}));
  const after = await load(source({ axis: 'min: 0, max: 100, scale: 10' }));
  expect(() => compareEditions(before, after)).toThrow(
    expect.objectContaining({ code: 'NOT_COMPARABLE', exitCode: 2 }),
  );
});

/** What a partition answers for a source coordinate, by looking at every cell. */
function answerAt(partition: Partition, x: number, phase: number): EditionAnswer {
  const stored = x - Number(partition.axis.origin);
  const window = partition.windows.find(({ from, to }) => from <= phase && phase < to);
  const cell = window?.cells.find(({ from, to }) => from <= stored && stored < to);
  const rule = cell && partition.rules[cell.rule];
  if (rule === undefined) return { state: 'outside', action: 'stop' };
  const { id, limit } = rule;
  return rule.kind !== 'gap'
    ? { state: 'covered', id, tier: rule.tier, limit }
    : { state: 'gap', id, action: rule.action, limit };
}

test('seeded pairs of maps: a place differs exactly where a change says so, and as it says', async () => {
  const random = new Random(seedFor('audit-compare', 4711));
  let [different, equal] = [0, 0];
  for (let round = 0; round < 40; round++) {
    const shape = { segments: 40, zones: 6, overlaps: random.onceIn(2), period: random.pick([1, 7, 100]) };
    const [before, after] = await pairOf(random, shape);
    const changes = compareEditions(before, after);
    const borders = changes.flatMap(({ from, to }) => [Number(from), Number(to)]);
    const span = before.axis.max - before.axis.min;
    for (let i = 0; i < 300; i++) {
      const near = borders.length > 0 && random.onceIn(2);
      const x = near
        ? random.pick(borders) + random.between(-1, 2)
        : Number(before.axis.origin) + before.axis.min + random.between(-10, span + 10);
      const phase = random.below(shape.period + 2);
      const at = changes.filter(
        (change) =>
          Number(change.from) <= x &&
          x < Number(change.to) &&
          change.phaseFrom <= phase &&
          phase < change.phaseTo,
      );
      const [left, right] = [answerAt(before, x, phase), answerAt(after, x, phase)];
      const differs = JSON.stringify(left) !== JSON.stringify(right);
      expect(at.length).toBe(differs ? 1 : 0);
      if (differs) expect(at[0]).toMatchObject({ before: left, after: right });
      if (differs) different++;
      else equal++;
    }
  }
  expect(different).toBeGreaterThan(1000);
  expect(equal).toBeGreaterThan(1000);
});

/** A random map, and the same with a few zones and rules taken from another or changed. */
async function pairOf(
  random: Random,
  shape: Parameters<typeof randomMap>[1],
): Promise<[Partition, Partition]> {
  const before = await load(randomMap(random, shape).source);
  const rules = before.rules.map((rule) => {
    if (!random.onceIn(4)) return rule;
    if (rule.kind === 'approach') throw new Error('random maps have no approaches');
    const limit = random.pick([null, 5, rule.limit]);
    return rule.kind === 'zone' ? { ...rule, limit, tier: random.below(3) } : { ...rule, limit };
  });
  const windows = before.windows.map((window) => ({
    ...window,
    cells: random.onceIn(3)
      ? joined(window.cells.map((cell) => moved(random, cell, rules.length)))
      : window.cells,
  }));
  return [before, { ...before, rules, windows }];
}

type Cells = Partition['windows'][number]['cells'];

function moved(random: Random, cell: Cells[number], rules: number): Cells[number] {
  return random.onceIn(5) ? { ...cell, rule: random.below(rules) } : cell;
}

/** Neighbours with the same rule made one cell again. */
function joined(cells: Cells): Cells {
  const result: Cells[number][] = [];
  for (const cell of cells) {
    const last = result.at(-1);
    if (last?.rule === cell.rule) result[result.length - 1] = { ...last, to: cell.to };
    else result.push(cell);
  }
  return result;
}
