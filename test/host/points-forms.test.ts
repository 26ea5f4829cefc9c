/** Cells of one form count alike: a table is read as each of its rows is alone, and few of its cells by the reader of all forms. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { type PointsMap, type PointsOptions, readPoints } from '../../host/core/points-file.ts';
import { PointForms } from '../../host/core/points-forms.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';

const folder = temporaryFolder('points-forms');
afterAll(() => folder.remove());

const CASES = 60;
const ROWS = 25;
const number = (unit: string, scale: number): PointsMap => ({
  axis: { kind: 'number', unit, scale, origin: 0n },
  units: UNITS_NONE,
  marks: [],
});
const MAPS: readonly PointsMap[] = [number('m', 1), number('m', 1000), number('mm', 1), number('ft', 10)];
const HEADERS = ['x', 'x (km)', 'x (m)', 'x (ft)', 'x_mm'];
const SAID: readonly PointsOptions['said'][] = [{}, { decimal: ',' }, { decimal: '.' }, { thousands: '.' }];
const TAILS = ['', ' m', 'm', ' km', ' KM', ' mm', ' ft', ' s', ' furlongs', ' m/s', ' m²', '  km', ' km ok'];

/** A number as people write it, right or wrong. */
function cellOf(random: Random): string {
  const whole = `${random.pick([0, random.below(10), random.below(1000), random.below(10 ** 6), 10 ** 15 + 1])}`;
  const rest = () => `${random.below(10 ** 6)}`.padStart(6, '0').slice(0, 1 + random.below(6));
  const decimals = random.pick([
    '',
    '',
    `.${rest()}`,
    `.${rest()}`,
    `,${rest()}`,
    '.0',
    '.00',
    '.500',
    '.0000000000000001',
  ]);
  const sign = random.pick(['', '', '', '', '+', '-']);
  const lead = random.pick(['', '', '', '', '0', '1.', "1'"]);
  const station = `${random.below(100)}+${random.pick(['000', '400', '040', '40', '4000', '400.5'])}`;
  return random.onceIn(6) ? station : `${sign}${lead}${whole}${decimals}${random.pick(TAILS)}`;
}

async function read(rows: readonly string[], header: string, map: PointsMap, said: PointsOptions['said']) {
  const path = folder.at('points.csv');
  writeFileSync(path, `${header};phase\n${rows.map((row) => `${row};1`).join('\n')}\n`);
  const found: string[] = [];
  try {
    for await (const questions of readPoints(path, map, { said: said ?? {} }))
      for (const { x } of questions) found.push(`${x}`);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    found.push(`${error.code} ${error.message.replace(/:[0-9]+/, '')}`);
  }
  return found;
}

test(`${CASES} tables of ${ROWS} rows are read as each row is alone, up to the first that is refused`, async () => {
  const random = new Random(seedFor('points-forms', 5));
  let answered = 0;
  for (let i = 0; i < CASES; i++) {
    const [header, map, said] = [random.pick(HEADERS), random.pick(MAPS), random.pick(SAID)];
    const cells = Array.from({ length: 4 * ROWS }, () => cellOf(random));
    const alone = new Map<string, string>();
    for (const cell of cells) alone.set(cell, (await read([cell], header, map, said))[0] ?? '');
    // Mostly rows that are answered, so that forms are known by the time that one is refused.
    const answers = cells.filter((cell) => /^-?[0-9]+$/.test(alone.get(cell) ?? '')).slice(0, ROWS);
    const all = [...answers, random.pick(cells), ...answers.slice(0, 3)];
    const expected = all.map((cell) => alone.get(cell) ?? '');
    const refused = expected.findIndex((each) => !/^-?[0-9]+$/.test(each));
    answered += answers.length;
    expect(await read(all, header, map, said)).toEqual(refused < 0 ? expected : [expected[refused]]);
  }
  expect(answered).toBeGreaterThan(5 * CASES);
}, 120_000);

describe('a form', () => {
  const readings = (cells: readonly string[], read: (cell: string) => bigint) => {
    const forms = new PointForms();
    const asked: string[] = [];
    const results = cells.map((cell) =>
      forms.read(cell, () => {
        asked.push(cell);
        return read(cell);
      }),
    );
    return { asked, results };
  };
  const thousandths = (cell: string) => BigInt(Math.round(Number.parseFloat(cell) * 1000));

  test('is asked once', () => {
    const { asked, results } = readings(['5.25 km', '7.50 km', '0.01 km'], thousandths);
    expect(asked).toEqual(['5.25 km']);
    expect(results).toEqual([5250n, 7500n, 10n]);
  });

  test('is asked again where it does not divide, where digits are many, and after one that is 0', () => {
    const halves = (cell: string) => BigInt(Math.floor(Number.parseFloat(cell) / 2));
    expect(readings(['4 km', '5 km', '6 km'], halves).asked).toEqual(['4 km', '5 km']);
    expect(readings(['4.5 m', '900719925474099.5 m', '9007199254740993.5 m'], thousandths).asked).toEqual([
      '4.5 m',
      '900719925474099.5 m',
      '9007199254740993.5 m',
    ]);
    expect(readings(['0.0 m', '0.0 m', '2.0 m', '3.0 m'], thousandths).asked).toEqual([
      '0.0 m',
      '0.0 m',
      '2.0 m',
    ]);
  });

  test('is none where a point may mark thousands, with a sign, with digits behind the unit', () => {
    const cells = ['1.250 km', '2.250 km', '-1 km', '-2 km', '1 km2', '2 km2', '007 km', '008 km'];
    expect(readings(cells, () => 1n).asked).toEqual(cells);
  });
});
