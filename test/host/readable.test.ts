/** Places and lengths as people say them: in a unit that suits the axis, always exact. */
import { describe, expect, test } from 'vitest';
import { ruleWords } from '../../host/core/answer-words.ts';
import { parseX } from '../../host/core/points.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import {
  placeUnit,
  type ReadableAxis,
  readableLength,
  readablePhases,
  readablePlace,
} from '../../host/source/readable.ts';
import { Random, seedFor } from '../support/random.ts';

const axis = (unit: string, max: number, scale = 1): ReadableAxis => ({
  ...{ kind: 'number', unit, scale, min: 0, max },
});

describe('places', () => {
  test.each([
    ['mm', 31_240_700, 1, 5_050_000, '5.05 km'],
    ['mm', 31_240_700, 1, 5_050_001, '5.050001 km'],
    ['m', 1_999, 1, 450, '450 m'],
    ['m', 2_000, 1, 450, '0.45 km'],
    ['mm', 9_999, 1, 450, '450 mm'],
    ['mm', 10_000, 1, -450, '-0.45 m'],
    ['mi', 5_000, 1, 3, '3 mi'],
    ['pulse', 5_000_000, 1, 3_000_000, '3000000 pulse'],
    ['m', 1_000_000, 4096, 4095, '4095 steps of 1/4096 m'],
    ['deg', 360_000, 1000, 90_500, '90.5 deg'],
  ])('%s to %i by 1/%i: %i', (unit, max, scale, at, words) => {
    expect(readablePlace(at, axis(unit, max, scale))).toBe(words);
  });

  test('an instant is a timestamp, whatever its axis counts', () => {
    const time = { ...axis('s', 1_000_000), kind: 'time' } as const;
    expect(readablePlace(1_767_225_600n, time)).toBe('2026-01-01T00:00:00Z');
    expect(readableLength(93_784, time)).toBe('1 d 2 h 3 min 4 s');
  });

  test('what is said is the place itself: read again it is the same step', () => {
    const random = new Random(seedFor('readable places', 1701));
    for (let round = 0; round < 3000; round++) {
      const unit = ['um', 'mm', 'cm', 'm', 'km'][random.below(5)] ?? 'mm';
      const line = axis(unit, random.between(1, 2_000_000_000), [1, 2, 10, 4096][random.below(4)]);
      const at = BigInt(random.between(-2_000_000_000, 2_000_000_000));
      for (const words of [readablePlace(at, line), readableLength(at, line)])
        if (!words.includes('steps of')) expect(parseX(words, 'at', line), words).toBe(at);
    }
  });
});

describe('lengths', () => {
  test.each([
    ['mm', 31_240_700, 50_000, '50 m'],
    ['mm', 31_240_700, 999, '999 mm'],
    ['mm', 31_240_700, 0, '0 km'],
    ['mm', 31_240_700, 2_400_000, '2.4 km'],
    ['mm', 9_000, 2_400, '2400 mm'],
    ['s', 86_400, 5_400, '1 h 30 min'],
    ['s', 86_400, 59, '59 s'],
    ['ms', 86_400_000, 61_500, '1 min 1.5 s'],
    ['ms', 86_400_000, 1_500, '1500 ms'],
  ])('%s on an axis of %i: %i', (unit, max, steps, words) => {
    expect(readableLength(steps, axis(unit, max))).toBe(words);
  });
});

test('phases of a day are hours, and others what the map counts', () => {
  const seconds = { ...UNITS_NONE, phase: { unit: 's', scale: 1 } };
  expect(readablePhases(21_600, 72_000, seconds)).toBe('[6, 20) h');
  expect(readablePhases(0, 5_400, seconds)).toBe('[0, 90) min');
  expect(readablePhases(0, 61, seconds)).toBe('[0, 61) s');
  expect(readablePhases(0, 5, UNITS_NONE)).toBe('[0, 5) ticks');
  expect(readablePhases(0, 120, { ...UNITS_NONE, phase: { unit: 's', scale: 2 } })).toBe('[0, 1) min');
});

test('the axis chooses one unit for all its places', () => {
  expect(placeUnit(axis('mm', 2_000_000))).toBe('km');
  expect(placeUnit(axis('mm', 1_999_999))).toBe('m');
  expect(placeUnit(axis('km', 1))).toBe('km');
  expect(ruleWords({ kind: 'gap', id: 'g', action: 'stop', limit: null }, UNITS_NONE, true)).toBe(
    'gap g, stop',
  );
});
