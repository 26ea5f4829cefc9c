import { describe, expect, test } from 'vitest';
import type { Cell } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { WindowList } from '../../host/compile/windows.ts';
import { memoryReader } from '../../host/source/reader.ts';

/** Very many zones, each with its own place and its own window: what that costs grows with the answer, and the answer is bounded. */

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
      list.append(phase, phase + 1, listOf(length, rule));
    });
    expect(list.excess).toBe(excess);
  });

  test('the same again is the same range', () => {
    const list = new WindowList(limits);
    for (let phase = 0; phase < 100; phase++) list.append(phase, phase + 1, listOf(3, 1));
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
