/** Moments of one day count alike: a table of them is read as each of its rows is alone, and few by the reader of all moments. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { POINT_FORMS, tableOf } from '../../bench/point-forms.mjs';
import { HoldfastError } from '../../host/common/errors.ts';
import { type PointsMap, type PointsOptions, readPoints } from '../../host/core/points-file.ts';
import { PointMoments } from '../../host/core/points-moments.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';

const folder = temporaryFolder('points-moments');
afterAll(() => folder.remove());

const time = (unit: string, scale: number): PointsMap => ({
  axis: { kind: 'time', unit, scale, origin: 0n },
  units: UNITS_NONE,
  marks: [],
});
const MAPS = [time('s', 1), time('s', 1000), time('ms', 1), time('min', 1), time('min', 7), time('h', 1)];
const SAID: readonly PointsOptions['said'][] = [
  {},
  { offset: '+02:00' },
  { dates: 'dd.mm.yyyy', offset: 'Z' },
  { dates: 'mm/dd/yyyy', offset: '-07:30' },
];
const HEADERS = ['x', 'x', 'x', 'x (s)'];

/** A few days, so that most are known after some rows, and times as people write them, right or wrong. */
function cellOf(random: Random): string {
  const day = random.pick([
    ...[
      '2026-07-04T',
      '2026-07-04 ',
      '2026-07-04t',
      '04.07.2026 ',
      '07/04/2026 ',
      '4 July 2026 ',
      '2026-W27-6T',
    ],
    ...['20260704T', '2026-02-29T', '1969-12-31T', '2026-07-04', '2026-07-04  ', '', '9', '2262-04-12T'],
  ]);
  const two = (below: number) => `${random.below(below)}`.padStart(2, '0');
  const hour = random.pick([two(24), two(24), two(24), two(24), '24', '9', '012', '12', '00']);
  const minute = random.pick([two(60), two(60), two(60), '00', '60', '5', '']);
  const second = random.pick(['', '', ':00', `:${two(60)}`, `:${two(60)}`, ':60', ':5', ':']);
  const behind = random.pick([
    ...['', '', '', 'Z', 'Z', 'Z', 'z', ' Z', '+02:00', '-07:30', ' +02:00', '+0200', '-00:00', '+25:00'],
    ...['.000', '.000Z', '.0', '.250Z', ',5Z', '.0 Z', ' PM', ' am', 'Z ok', ' UTC', ':00Z', '+02:00:00'],
  ]);
  return `${day}${hour}:${minute}${second}${behind}`;
}

async function read(rows: readonly string[], header: string, map: PointsMap, said: PointsOptions['said']) {
  const path = folder.at('points.csv');
  writeFileSync(path, `${header};phase\n${rows.map((row) => `${row};1`).join('\n')}\n`);
  const found: string[] = [];
  try {
    for await (const questions of readPoints(path, map, { said: said ?? {} }))
      found.push(...questions.map(({ x }) => `${x}`));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    found.push(`${error.code} ${error.message.replace(/csv:[0-9]+/, '')}`);
  }
  return found;
}

const CASES = 40;
test(`${CASES} tables are read as each row is alone, up to the first that is refused`, async () => {
  const random = new Random(seedFor('points-moments', 21));
  let answered = 0;
  let refusals = 0;
  for (let i = 0; i < CASES; i++) {
    const [header, map, said] = [random.pick(HEADERS), random.pick(MAPS), random.pick(SAID)];
    const cells = Array.from({ length: 250 }, () => cellOf(random));
    const alone = new Map<string, string>();
    for (const cell of cells) alone.set(cell, (await read([cell], header, map, said))[0] ?? '');
    const isAnswer = (cell: string) => /^-?[0-9]+$/.test(alone.get(cell) ?? '');
    const answers = cells.filter(isAnswer);
    answered += answers.length;
    const expected = [...answers, ...answers].map((cell) => alone.get(cell));
    if (answers.length > 0) expect(await read([...answers, ...answers], header, map, said)).toEqual(expected);
    for (const bad of cells.filter((cell) => !isAnswer(cell)).slice(0, 20)) {
      expect(await read([...answers, bad], header, map, said), bad).toEqual([alone.get(bad)]);
      refusals++;
    }
  }
  expect(answered).toBeGreaterThan(300);
  expect(refusals).toBeGreaterThan(300);
}, 240_000);

describe('the reader of all moments is asked', () => {
  const SECONDS = 86_400n;
  const moments = (unit = 's', scale = 1) => new PointMoments({ unit, scale });

  test('once a day, and for each way that it is written', () => {
    const days = moments();
    expect(days.known('2026-07-04T10:00:00Z')).toBeUndefined();
    days.learn('2026-07-04T10:00:00Z', 20_000n * SECONDS + 36_000n);
    expect(days.known('2026-07-04T23:59:59Z')).toBe(20_001 * 86_400 - 1);
    expect(days.known('2026-07-04T00:00:00Z')).toBe(20_000 * 86_400);
    for (const other of [
      ...['2026-07-04T10:00Z', '2026-07-04T10:00:00', '2026-07-04T10:00:00+00:00', '2026-07-05T10:00:00Z'],
      ...['2026-07-04 10:00:00Z', '2026-07-04T10:00:00.5Z', '2026-07-04T24:00:00Z', '2026-07-04T10:60:00Z'],
      ...['2026-07-04T10:00:60Z', '2026-07-04T9:00:00Z', '2026-07-04T10:00:00Z x', '2026-07-04T010:00:00Z'],
    ])
      expect(days.known(other), other).toBeUndefined();
  });

  test('where a step is no whole number of what the time has, and where numbers are not exact', () => {
    const minutes = moments('min');
    minutes.learn('2026-07-04T10:00:30Z', 5n);
    expect(minutes.known('2026-07-04T10:00:30Z')).toBeUndefined();
    minutes.learn('2026-07-04T10:00:00Z', 600n);
    expect(minutes.known('2026-07-04T10:05:00Z')).toBe(605);
    expect(minutes.known('2026-07-04T10:05:01Z')).toBeUndefined();
    const nanoseconds = moments('s', 1_000_000_000);
    nanoseconds.learn('2026-07-04T10:00:00Z', 2n ** 60n);
    expect(nanoseconds.known('2026-07-04T10:00:00Z')).toBeUndefined();
    const metres = moments('m');
    metres.learn('2026-07-04T10:00:00Z', 1n);
    expect(metres.known('2026-07-04T10:00:00Z')).toBeUndefined();
  });

  test('for no hour of twelve, which another one follows', () => {
    const days = moments();
    days.learn('4 July 2026 11:30 PM', 100n);
    expect(days.known('4 July 2026 12:30 PM')).toBeUndefined();
  });
});

/** Days of some thirty years are in each table of the bench. */
describe('of a table few moments are asked for', () => {
  test.each(POINT_FORMS.filter(({ map }) => map === 'time'))('$name', async (form) => {
    const learn = vi.spyOn(PointMoments.prototype, 'learn');
    try {
      const path = folder.at('form.csv');
      writeFileSync(path, tableOf(form, 100_000));
      let answered = 0;
      for await (const questions of readPoints(path, time('s', 1), { said: form.said ?? {} }))
        answered += questions.length;
      expect(answered).toBe(100_000);
      expect(learn.mock.calls.length).toBeLessThan(13_000);
    } finally {
      learn.mockRestore();
    }
  });
});
