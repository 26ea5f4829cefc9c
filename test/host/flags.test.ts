/** Names on lines under a row, and the colours of zones: judged anew, on seeded rows. */
import { describe, expect, test } from 'vitest';
import { colouringOf } from '../../host/drawing/colours.ts';
import { FLAG_APART_PIXELS, placeFlags } from '../../host/drawing/flags.ts';
import { inkOn, SCALE_FILLS } from '../../host/drawing/palette.ts';
import { drawnSteps } from '../../host/drawing/steps.ts';
import { fitted, textPixels } from '../../host/drawing/text-width.ts';
import { placeUpright } from '../../host/drawing/upright.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { Random, seedFor } from '../support/random.ts';

describe('names on lines', () => {
  test('lie over no other name and over no line of another, and what comes first has a place', () => {
    const random = new Random(seedFor('flags', 1703));
    let placed = 0;
    let lost = 0;
    for (let round = 0; round < 400; round++) {
      const room = { from: 0, to: 900, lanes: random.between(1, 10) };
      const requests = Array.from({ length: random.between(1, 60) }, () => ({
        at: random.between(0, 9000) / 10,
        pixels: random.between(10, 160),
        isFirst: random.onceIn(20),
      }));
      const flags = placeFlags(requests, room).map(({ request, lane, isLeft }) => {
        const { at = 0, pixels = 0 } = requests[request] ?? {};
        const near = isLeft ? at - FLAG_APART_PIXELS - pixels : at + FLAG_APART_PIXELS;
        return { request, lane, at, left: near, right: near + pixels };
      });
      placed += flags.length;
      for (const one of flags) {
        expect(one.left >= room.from && one.right <= room.to && one.lane < room.lanes).toBe(true);
        for (const other of flags) {
          if (one === other) continue;
          const isBeside = one.right <= other.left || other.right <= one.left;
          expect(one.lane !== other.lane || isBeside).toBe(true);
          const isThrough = other.lane > one.lane && other.at > one.left && other.at < one.right;
          expect(isThrough).toBe(false);
        }
      }
      const shown = flags.filter(({ request }) => requests[request]?.isFirst).length;
      const wanted = requests.filter(({ isFirst }) => isFirst).length;
      // Those that come first are lost only where nothing else is shown at their cost.
      if (shown < wanted) lost++;
      const first = requests.findIndex(
        ({ isFirst, at, pixels }) => isFirst && (at + pixels < 890 || at - pixels > 10),
      );
      const others = requests.filter(({ isFirst }) => isFirst);
      if (first >= 0 && others.length === 1)
        expect(flags.some(({ request }) => request === first)).toBe(true);
    }
    expect(placed).toBeGreaterThan(4000);
    expect(lost).toBeLessThan(40);
  });

  test('a crowd makes stairs, and none is lost', () => {
    const requests = Array.from({ length: 9 }, (_, index) => ({
      at: 100 + 8 * index,
      pixels: 70,
      isFirst: false,
    }));
    const flags = placeFlags(requests, { from: 0, to: 900, lanes: 9 });
    expect(flags.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(flags.map(({ request }) => request)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('upright ones keep their order and their distance, and stand at their place where nothing is in the way', () => {
    const random = new Random(seedFor('upright', 1705));
    const room = { from: -60, to: 960, apart: 13 };
    let atHome = 0;
    for (let round = 0; round < 400; round++) {
      const requests = Array.from({ length: random.between(1, 120) }, () => ({
        at: random.between(0, 9000) / 10,
        pixels: 100,
        isFirst: random.onceIn(20),
      }));
      const names = placeUpright(requests, room);
      expect(names.length).toBe(Math.min(requests.length, 78));
      const at = names.map(({ request }) => requests[request]?.at ?? 0);
      expect(at).toEqual([...at].sort((left, right) => left - right));
      names.forEach(({ x }, index) => {
        const before = names[index - 1]?.x ?? room.from - 6.5;
        expect(x - before).toBeGreaterThanOrEqual(room.apart - 1e-6);
        expect(x).toBeLessThanOrEqual(room.to - 6.5 + 1e-6);
        const apart = requests.filter(
          (_, other) => Math.abs((requests[other]?.at ?? 0) - (at[index] ?? 0)) < 60,
        );
        if (apart.length > 1) return;
        atHome++;
        if (requests.length < 10) expect(x).toBeCloseTo(at[index] ?? 0);
      });
      const firsts = requests.filter(({ isFirst }) => isFirst).length;
      expect(names.filter(({ request }) => requests[request]?.isFirst).length).toBe(firsts);
    }
    expect(atHome).toBeGreaterThan(100);
  });

  test('upright ones are moved as little as may be: no other arrangement is nearer', () => {
    const random = new Random(seedFor('least', 1706));
    const room = { from: 0, to: 60, apart: 10 };
    for (let round = 0; round < 200; round++) {
      const requests = Array.from({ length: 3 }, () => {
        return { at: random.between(0, 60), pixels: 20, isFirst: false };
      }).sort((left, right) => left.at - right.at);
      const cost = (places: readonly number[]) =>
        places.reduce((sum, x, index) => sum + (x - (requests[index]?.at ?? 0)) ** 2, 0);
      const placed = cost(placeUpright(requests, room).map(({ x }) => x));
      for (let one = 5; one <= 35; one++)
        for (let two = one + 10; two <= 45; two++)
          for (let three = two + 10; three <= 55; three++)
            expect(placed).toBeLessThanOrEqual(cost([one, two, three]) + 1e-6);
    }
  });

  test('a text that is too long loses its middle, and then fits', () => {
    const random = new Random(seedFor('fitted', 1704));
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: random.between(1, 60) }, () => random.pick([...'iIlm W_é区-9'])).join(
        '',
      );
      const pixels = random.between(12, 300);
      expect(textPixels(fitted(text, 11, pixels), 11)).toBeLessThanOrEqual(Math.max(pixels, 12));
    }
    expect(fitted('limits-12', 11, 200)).toBe('limits-12');
  });
});

test('many limits are drawn in few columns, which hold the lowest and the highest of their steps, and keep holes', () => {
  const random = new Random(seedFor('band', 1707));
  const width = 900 / 2000;
  const steps = Array.from({ length: 2000 }, (_, index) => {
    const limit = random.between(10, 200);
    return { left: index * width, right: (index + 1) * width, low: limit, high: limit };
  }).filter((_, index) => index < 1000 || index >= 1100);
  const { steps: columns, isBand } = drawnSteps(steps);
  expect(isBand).toBe(true);
  expect(columns.length).toBeLessThan(300);
  for (const { left, right, low, high } of columns) {
    const inside = steps.filter((step) => step.left >= left - 1e-9 && step.right <= right + 1e-9);
    expect(low).toBe(Math.min(...inside.map((step) => step.low)));
    expect(high).toBe(Math.max(...inside.map((step) => step.high)));
  }
  const covered = columns.reduce((sum, { left, right }) => sum + right - left, 0);
  expect(covered).toBeCloseTo(1900 * width);
  expect(drawnSteps(steps.slice(0, 300))).toEqual({ steps: steps.slice(0, 300), isBand: false });
});

describe('colours of zones', () => {
  const zone = (limit: number | null, tier = 0) => ({ kind: 'zone', id: 'z', tier, limit }) as const;
  const km = { ...UNITS_NONE, limit: 'km/h' };

  test('mean the limit where limits differ: the lower, the darker; one colour each while there are few', () => {
    const rules = [zone(80), zone(120), zone(40), zone(80), zone(null)];
    const { by, classes, fillOf } = colouringOf(rules, km);
    expect(by).toBe('limit');
    expect(classes.map(({ words }) => words)).toEqual([
      'limit 40 km/h',
      'limit 80 km/h',
      'limit 120 km/h',
      'no limit',
    ]);
    const order = [40, 80, 120].map((limit) => SCALE_FILLS.indexOf(fillOf(zone(limit)) as never));
    expect(order).toEqual([8, 4, 0]);
    expect(new Set(rules.map(fillOf)).size).toBe(4);
  });

  test('mean the tier where only that differs, and nothing where nothing does', () => {
    expect(colouringOf([zone(80, 1), zone(80, 7)], km)).toMatchObject({ by: 'tier', classes: { length: 2 } });
    expect(colouringOf([zone(80)], km).classes).toEqual([
      { fill: '#c7e9b4', words: 'covered, limit 80 km/h' },
    ]);
    expect(colouringOf([], km).classes).toEqual([]);
  });

  test('of very many limits are ranges that keep their order', () => {
    const rules = Array.from({ length: 300 }, (_, index) => zone((index * 37) % 300));
    const { classes, fillOf } = colouringOf(rules, km);
    expect(classes).toHaveLength(SCALE_FILLS.length);
    expect(classes[0]?.words).toBe('limit 0 to 32 km/h');
    const shades = Array.from({ length: 300 }, (_, limit) =>
      SCALE_FILLS.indexOf(fillOf(zone(limit)) as never),
    );
    expect([...shades].sort((left, right) => right - left)).toEqual(shades);
  });

  test('leave every ink readable', () => {
    for (const fill of SCALE_FILLS) expect(inkOn(fill)).toMatch(/^#(000|fff)$/);
    expect([inkOn('#ffffff'), inkOn('#000000'), inkOn(SCALE_FILLS[0]), inkOn(SCALE_FILLS[8])]).toEqual([
      ...['#000', '#fff', '#000', '#fff'],
    ]);
  });
});
