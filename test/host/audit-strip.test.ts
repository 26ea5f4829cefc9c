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
  const line: TickAxis = { kind: 'number', unit: 'mm', scale: 1, origin: 0n, min: 0, max: 5_000_000 };
  const clock: TickAxis = { ...line, kind: 'time', unit: 's', origin: 1767225600n };
  const DAY = 86_400;
  const room = { pixels: PIXELS, widthOf: (text: string) => 7 * text.length };
  const labels = (axis: TickAxis, from: number, to: number) =>
    ticksOf(axis, from, to, room).map(({ label, under }) => (under === null ? label : `${label} | ${under}`));

  test.each<[string, TickAxis, number, number, string[]]>([
    ['round numbers', { ...line, max: 100 }, 0, 100, ['0 mm', '20 mm', '40 mm', '60 mm', '80 mm', '100 mm']],
    [
      'km on a line of them',
      line,
      0,
      3_000_000,
      ['0 km', '0.5 km', '1 km', '1.5 km', '2 km', '2.5 km', '3 km'],
    ],
    [
      'round in the coordinates of the source',
      { ...line, max: 30, origin: -7n },
      ...([0, 20] as const),
      ['-5 mm', '0 mm', '5 mm', '10 mm'],
    ],
    ['never finer than a step', { ...line, max: 30 }, 3, 5, ['3 mm', '4 mm', '5 mm']],
    [
      'hours of a day, and the days they are of',
      ...([clock, 0, DAY] as const),
      [
        '00:00 | 1 Jan 2026',
        '03:00',
        '06:00',
        '09:00',
        '12:00',
        '15:00',
        '18:00',
        '21:00',
        '00:00 | 2 Jan 2026',
      ],
    ],
    [
      'Mondays, and the year where it is another',
      ...([clock, -20 * DAY, 30 * DAY] as const),
      ['15 Dec | 2025', '22 Dec', '29 Dec', '5 Jan | 2026', '12 Jan', '19 Jan', '26 Jan'],
    ],
    [
      'first days of quarters',
      ...([clock, 10 * DAY, 700 * DAY] as const),
      ['Apr | 2026', 'Jul', 'Oct', 'Jan | 2027', 'Apr', 'Jul', 'Oct'],
    ],
    [
      'seconds',
      ...([clock, 3, 12] as const),
      ['00:00:04 | 1 Jan 2026', '00:00:06', '00:00:08', '00:00:10', '00:00:12'],
    ],
  ])('%s', (_name, axis, from, to, wanted) => {
    expect(labels(axis, from, to)).toEqual(wanted);
  });

  test('anywhere on any axis they rise, lie in the view, and have room', () => {
    const random = new Random(seedFor('ticks', 1702));
    for (let round = 0; round < 1500; round++) {
      const max = random.pick([1, 50, 86_400, 2_000_000_000]);
      const kind = random.pick(['number', 'time'] as const);
      const unit =
        kind === 'time'
          ? random.pick(['ns', 'ms', 's', 'min', 'h', 'd'])
          : random.pick(['mm', 'm', 'deg', 'pulse']);
      const origin =
        BigInt(random.between(-2_000_000_000, 2_000_000_000)) * random.pick([1n, 1_000_000_000n]);
      const axis: TickAxis = { kind, unit, scale: random.pick([1, 10, 4096]), origin, min: 0, max };
      const from = random.below(max);
      const to = random.between(from + 1, max);
      const ticks = ticksOf(axis, from, to, room);
      const x = (at: number) => ((at - from) / (to - from)) * PIXELS;
      ticks.forEach(({ at, label, under }, index) => {
        expect(at).toBeGreaterThanOrEqual(from);
        expect(at).toBeLessThanOrEqual(to);
        expect(label).not.toMatch(/undefined|NaN|Invalid/);
        expect(under ?? '').not.toMatch(/undefined|NaN|Invalid/);
        const before = ticks[index - 1];
        if (before === undefined) return;
        const width = (room.widthOf(label) + room.widthOf(before.label)) / 2;
        expect(x(at) - x(before.at)).toBeGreaterThanOrEqual(width);
      });
    }
  });
});
