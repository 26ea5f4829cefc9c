import { describe, expect, test } from 'vitest';
import { audit } from '../../host/audit/audit.ts';
import { compareEditions } from '../../host/audit/compare.ts';
import { encodeBody } from '../../host/body/encode.ts';
import type { Cell } from '../../host/body/partition.ts';
import { compilePartition, loadPartition } from '../../host/compile/compile.ts';
import { OwnerSets } from '../../host/compile/owner-sets.ts';
import { WindowList } from '../../host/compile/windows.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { randomPartition } from '../support/partitions.ts';
import { Random, seedFor } from '../support/random.ts';

/** Very many zones, each with its own place and its own window: what that costs grows with the answer, and the answer is bounded. */

/** A place that always has its zone at each of `count` places, and a zone beside them that comes and goes `count` times. */
function flickering(count: number): string {
  const when = Array.from({ length: count }, (_, index) => `{ from: ${2 * index}, to: ${2 * index + 1} }`);
  const zones = Array.from(
    { length: count },
    (_, index) => `  - { id: z${index}, at: { from: ${10 * index}, to: ${10 * index + 10} } }`,
  );
  return [
    ...['holdfast: 1', 'map: many', 'epoch: 1'],
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${count * 10 + 10} } ] }`,
    `phase: { unit: tick, period: ${2 * count} }`,
    'overlaps: by-tier',
    'zones:',
    ...zones,
    `  - { id: all, at: { from: 0, to: ${count * 10} }, tier: 1, when: { from: 0, to: ${2 * count} } }`,
    `  - { id: w, at: { from: ${count * 10}, to: ${count * 10 + 10} }, when: [ ${when.join(', ')} ] }`,
    'gaps: [ { anywhere: true, action: hold } ]',
    '',
  ].join('\n');
}

function sourceOf(count: number, window: (index: number) => string, period: number): string {
  const zones = Array.from(
    { length: count },
    (_, index) =>
      `  - { id: z${index}, at: { from: ${index * 10}, to: ${index * 10 + 10} }, when: ${window(index)} }`,
  );
  return [
    'holdfast: 1',
    'map: many',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${count * 10} } ] }`,
    `phase: { unit: tick, period: ${period} }`,
    'zones:',
    ...zones,
    'gaps: [ { anywhere: true, action: hold } ]',
    '',
  ].join('\n');
}

const load = (source: string) => loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));

test('4,000 zones one after the other in place and time are 8,000 ranges of at most three cells', async () => {
  const count = 4_000;
  const source = sourceOf(count, (index) => `{ from: ${index * 3}, to: ${index * 3 + 2} }`, count * 3);
  const { windows, rules } = await load(source);
  expect(windows).toHaveLength(2 * count);
  for (const index of [0, 1, 1999, 3998, 3999]) {
    const cells = windows[2 * index]?.cells.filter(({ rule }) => rules[rule]?.kind === 'zone');
    expect(cells).toEqual([{ from: index * 10, to: index * 10 + 10, rule: index }]);
    expect(windows[2 * index + 1]?.cells).toHaveLength(1);
  }
  // What is the same is there once.
  expect(new Set(windows.filter((_, index) => index % 2 === 1).map(({ cells }) => cells)).size).toBe(1);
}, 60_000);

test('zones that begin and end one by one: the same cells on the way up and down are one list', async () => {
  const count = 200;
  const { windows } = await load(
    sourceOf(count, (index) => `{ from: ${index}, to: ${2 * count - index} }`, 2 * count),
  );
  expect(windows).toHaveLength(2 * count - 1);
  windows.forEach(({ from, cells }) => {
    const zones = from < count ? from + 1 : 2 * count - from;
    expect(cells).toHaveLength(zones === count ? count : zones + 1);
  });
  expect(new Set(windows.map(({ cells }) => cells)).size).toBe(count);
});

/** User and system time that this process takes meanwhile, in microseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

test('what comes and goes beside many zones is swept once: four times the zones and phases take about four times as long', async () => {
  const source = flickering(2_000);
  const partition = await load(source);
  expect(partition.windows).toHaveLength(4_000);
  expect(new Set(partition.windows.map(({ cells }) => cells)).size).toBe(2);
  const { gaps, windows } = audit(partition);
  expect(gaps).toHaveLength(2_000);
  expect(windows).toHaveLength(4_000);
  // An overlap that lasts is one entry, whatever comes and goes beside it.
  expect(partition.overlaps).toHaveLength(2_000);
  expect(partition.overlaps?.every(({ phaseFrom, phaseTo }) => phaseFrom === 0 && phaseTo === 4_000)).toBe(
    true,
  );
  expect(compareEditions(partition, await load(source.replace('id: w,', 'id: other,')))).toHaveLength(2_000);
  const work = (count: number) => async () => {
    const map = await load(flickering(count));
    audit(map);
    compareEditions(map, map);
    compilePartition(map, undefined, { large: true });
  };
  await work(1_000)();
  const [small, large] = [await cpuOf(work(1_000)), await cpuOf(work(4_000))];
  // 16 where every range of phases is gone through.
  expect(large / small).toBeLessThan(9);
}, 60_000);

describe('sets of owners', () => {
  test('equal sets have equal numbers, others have not, however they came about', () => {
    const random = new Random(seedFor('owner sets', 1201));
    for (const owners of [1, 16, 17, 100, 1000]) {
      const sets = new OwnerSets(owners);
      const held = new Set<number>();
      const numbers = new Map<string, number>();
      for (let step = 0; step < 400; step++) {
        // Few owners, so that sets come again.
        for (let change = random.below(3); change >= 0; change--) {
          const owner = random.below(5) * Math.floor((owners - 1) / 4);
          sets.toggle(owner);
          if (!held.delete(owner)) held.add(owner);
        }
        const key = [...held].sort((left, right) => left - right).join(' ');
        const known = numbers.get(key) ?? numbers.size;
        numbers.set(key, known);
        expect(sets.number()).toBe(known);
      }
    }
  });

  test('where there are too many to tell apart, every set is a new one', () => {
    const sets = new OwnerSets(1000, 0);
    const numbers = Array.from({ length: 40 }, () => {
      sets.toggle(7);
      return sets.number();
    });
    expect(numbers).toEqual(numbers.map((_, step) => step));
  });
});

test('zones that begin and end one by one, more than any build holds, are refused before any is looked at', async () => {
  const count = 5_000;
  const source = sourceOf(count, (index) => `{ from: ${index}, to: ${2 * count - index} }`, 2 * count);
  await expect(load(source)).rejects.toThrow(
    /TOO_MANY: up to phase 4095 of 10000 zones and gap rules lie at more than 8388608 places/,
  );
}, 60_000);

test('lists that alone are more than the largest build are refused before they are encoded', () => {
  const random = new Random(seedFor('oversize', 1202));
  const shape = { cells: 3, wraps: false, approaches: false, period: 30, gapOnceIn: 0 };
  const windows = Array.from({ length: 30 }, (_, rule) => {
    const cells = new Array<Cell>(1024).fill({ from: 0, to: 1, rule });
    return { from: rule, to: rule + 1, cells };
  });
  // One list of 1,024 keys, and 30 of as many words, each behind its head.
  expect(() => encodeBody({ ...randomPartition(random, shape), windows }, 'tree', 'large', 120_000)).toThrow(
    /^this map does not fit the large build: its 30 lists of 30720 cells have 12\d{4} resident bytes, at most 120000$/,
  );
});

test('of overlaps that cuts divide, as many as are kept are looked at, in every phase', async () => {
  const [count, cuts] = [200, 600];
  const at = `at: { from: 0, to: ${cuts * 20} }`;
  const source = [
    ...['holdfast: 1', 'map: many', 'epoch: 1'],
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${cuts * 20} } ] }`,
    'phase: { unit: tick, period: 2 }',
    'overlaps: by-tier',
    'zones:',
    ...Array.from({ length: count }, (_, tier) => `  - { id: z${tier}, tier: ${tier}, ${at} }`),
    'gaps:',
    `  - { id: g, action: hold, cuts: true, at: [ ${Array.from({ length: cuts }, (_, i) => `{ from: ${i * 20}, to: ${i * 20 + 3} }`).join(', ')} ] }`,
    '  - { id: h, action: hold, cuts: true, at: { from: 10, to: 11 }, when: { from: 0, to: 1 } }',
    '',
  ].join('\n');
  const { overlaps, overlapsOmitted } = await load(source);
  expect(overlaps).toHaveLength(100_000);
  // Pairs that were not kept count once a phase: all but those that 100,000 stretches are enough for.
  const pairs = (count * (count - 1)) / 2;
  expect(overlapsOmitted).toBeGreaterThan(pairs);
  expect(overlapsOmitted).toBeLessThan(2 * pairs + cuts);
}, 60_000);

describe('what no build holds is noticed while it grows', () => {
  const limits = { windows: 5, distinctCells: 8, cells: 12 };
  const listOf = (length: number, rule: number): Cell[] =>
    Array.from({ length }, (_, from) => ({ from, to: from + 1, rule }));

  test.each([
    [
      'ranges',
      [
        [1, 1],
        [1, 2],
        [1, 1],
        [1, 2],
        [1, 1],
        [1, 2],
      ],
      'more than 5 ranges of phases',
    ],
    [
      'cells of different lists',
      [
        [4, 1],
        [4, 2],
        [1, 3],
      ],
      'more than 8 cells',
    ],
    [
      'cells that ranges look at',
      [
        [4, 1],
        [4, 2],
        [4, 1],
        [4, 2],
      ],
      'more than 12 cells, those of each range counted',
    ],
  ] as const)('%s', (_name, lists, excess) => {
    const list = new WindowList(limits);
    lists.forEach(([length, rule], phase) => {
      expect(list.excess).toBeUndefined();
      list.append(phase, phase + 1, list.share(listOf(length, rule)));
    });
    expect(list.excess).toBe(excess);
  });

  test('the same again is the same range', () => {
    const list = new WindowList(limits);
    for (let phase = 0; phase < 100; phase++) list.append(phase, phase + 1, list.share(listOf(3, 1)));
    expect(list.windows).toEqual([{ from: 0, to: 100, cells: listOf(3, 1) }]);
    expect(list.excess).toBeUndefined();
  });

  test('a source with more ranges than any image has is refused with its figures', async () => {
    const count = 33_000;
    const at = 'at: { from: 0, to: 10 }';
    const source = `holdfast: 1
map: many
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 10 } ] }
phase: { unit: tick, period: ${count * 2} }
zones:
  - { id: a, ${at}, when: [ ${Array.from({ length: count }, (_, index) => `{ from: ${index * 2}, to: ${index * 2 + 1} }`).join(', ')} ] }
gaps: [ { anywhere: true, action: hold } ]
`;
    await expect(load(source)).rejects.toThrow(
      /up to phase 65536 of 66000 the map has more than 65535 ranges of phases/,
    );
  }, 60_000);
});
