import { describe, expect, test } from 'vitest';
import { type CellList, indexBlocks, layOut, type StripStyle } from '../../host/drawing/strip.ts';
import { type TickAxis, ticksOf } from '../../host/drawing/ticks.ts';
import { Random, seedFor } from '../support/random.ts';

const PIXELS = 500;

/** Styles 0 to 4 cover, 5 to 9 are gaps with marks 0 to 4. */
const STYLES: readonly StripStyle[] = Array.from({ length: 10 }, (_, index) => ({
  limit: index % 3 === 0 ? null : index * 10,
  mark: index < 5 ? null : index - 5,
  isBlank: false,
}));

function randomList(random: Random, cells: number): CellList {
  const starts = [0];
  const gapsOnceIn = random.pick([2, 10, 1000]);
  for (let i = 1; i < cells; i++)
    starts.push((starts[i - 1] ?? 0) + 1 + random.below(random.onceIn(50) ? 5000 : 20));
  const styles = starts.map(() => (random.onceIn(gapsOnceIn) ? 5 : 0) + random.below(5));
  return { starts, styles, end: (starts.at(-1) ?? 0) + 1 + random.below(20) };
}

test('seeded lists: no gap of the view is without a piece or a mark, with and without an index', () => {
  const random = new Random(seedFor('strip', 7));
  let narrow = 0;
  for (let round = 0; round < 60; round++) {
    const list = randomList(random, random.pick([1, 20, 700, 5000]));
    const from = random.onceIn(3) ? 0 : random.below(list.end);
    const view = { from, to: from + 1 + random.below(list.end - from), pixels: PIXELS };
    for (const index of [null, indexBlocks(list, STYLES)]) {
      const strip = layOut(list, STYLES, view, index);
      const scale = PIXELS / (view.to - view.from);
      for (let i = 0; i < list.starts.length; i++) {
        const mark = STYLES[list.styles[i] ?? 0]?.mark ?? null;
        const [left, right] = [list.starts[i] ?? 0, list.starts[i + 1] ?? list.end].map(
          (x) => (x - from) * scale,
        );
        if (mark === null || left === undefined || right === undefined || right <= 0 || left >= PIXELS)
          continue;
        const drawn = strip.pieces.some(
          (piece) => piece.style === list.styles[i] && piece.left < right && left < piece.right,
        );
        const marked = strip.marks.some(
          (each) => each.mark === mark && each.at > left - 3 && each.at < right + 3,
        );
        expect(drawn || marked).toBe(true);
        if (!drawn) narrow++;
      }
    }
  }
  expect(narrow).toBeGreaterThan(1000);
});

test('an index changes no piece, and the limits keep their extremes', () => {
  const random = new Random(seedFor('strip-index', 8));
  for (let round = 0; round < 30; round++) {
    const list = randomList(random, random.pick([200, 5000]));
    const view = { from: 0, to: list.end, pixels: PIXELS };
    const [plain, indexed] = [
      layOut(list, STYLES, view),
      layOut(list, STYLES, view, indexBlocks(list, STYLES)),
    ];
    expect(indexed.pieces).toEqual(plain.pieces);
    const extremes = ({ limits }: typeof plain) => [
      Math.min(...limits.map(({ low }) => low)),
      Math.max(...limits.map(({ high }) => high)),
    ];
    expect(extremes(indexed)).toEqual(extremes(plain));
  }
});

test('with an index, 100,000 cells on 500 pixels are not looked at one by one', () => {
  const cells = 100_000;
  const styles = Array.from({ length: cells }, (_, index) => index % 7);
  const starts = Array.from({ length: cells }, (_, index) => 10 * index);
  let reads = 0;
  const counted = new Proxy(starts, {
    get(target, field) {
      if (typeof field === 'string' && /^\d+$/.test(field)) reads++;
      return Reflect.get(target, field);
    },
  });
  const list = { starts: counted, styles, end: 10 * cells };
  const index = indexBlocks(list, STYLES);
  reads = 0;
  const strip = layOut(list, STYLES, { from: 0, to: list.end, pixels: PIXELS }, index);
  expect(reads).toBeLessThan(cells / 20);
  expect(strip.crowds.reduce((sum, crowd) => sum + crowd.cells, 0)).toBeGreaterThanOrEqual(cells);
  expect(strip.marks.length).toBeLessThanOrEqual(5 * PIXELS);
  expect(strip.limits.length).toBeLessThanOrEqual(2 * PIXELS);
});

describe('ticks', () => {
  const line: TickAxis = { kind: 'number', unit: 'mm', scale: 1, origin: 0n };
  const clock: TickAxis = { kind: 'time', unit: 's', scale: 1, origin: 1767225600n };
  test.each<[string, TickAxis, number, number, string[]]>([
    ['round numbers', line, 0, 100, ['0', '20', '40', '60', '80', '100']],
    [
      'digits in threes',
      line,
      0,
      3_000_000,
      ['0', '1\u2009000\u2009000', '2\u2009000\u2009000', '3\u2009000\u2009000'],
    ],
    ['round in the coordinates of the source', { ...line, origin: -7n }, 0, 20, ['-5', '0', '5', '10']],
    ['never finer than a step', line, 3, 5, ['3', '4', '5']],
    [
      'hours of a day',
      clock,
      0,
      86_400,
      [0, 6, 12, 18]
        .map((hour) => `2026-01-01 ${String(hour).padStart(2, '0')}:00Z`)
        .concat('2026-01-02 00:00Z'),
    ],
  ])('%s', (_name, axis, from, to, labels) => {
    expect(ticksOf(axis, from, to, 5).map(({ label }) => label)).toEqual(labels);
  });
});
