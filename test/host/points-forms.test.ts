/** Cells of one form count alike: a table is read as each of its rows is alone, and few of its cells by the reader of all forms. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { POINT_FORMS, tableOf } from '../../bench/point-forms.mjs';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Question } from '../../host/core/ask.ts';
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
const SAID: readonly PointsOptions['said'][] = [
  {},
  { decimal: ',' },
  { decimal: '.' },
  { thousands: '.' },
  { thousands: ' ' },
  { decimal: ',', thousands: 'none' },
];
const TAILS = [
  '',
  ' m',
  'm',
  ' km',
  ' KM',
  ' mm',
  ' ft',
  ' s',
  ' furlongs',
  ' m/s',
  ' m²',
  '  km',
  ' km ok',
  '\u00a0m',
  'e3',
  'e3 m',
  '2',
  "'",
];

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
  const sign = random.pick(['', '', '', '', '', '+', '-', '\u2212', '--', '- ']);
  const lead = random.pick([
    '',
    '',
    '',
    '',
    '',
    '0',
    '00',
    '1.',
    '12,',
    "1'",
    '1 ',
    '1\u00a0',
    '1.000.',
    ' ',
    '.',
  ]);
  const kilometres =
    random.pick(['', '', '', '0', '-']) + random.below(100) + random.pick(['', '', '', '.0', '.5', ',5']);
  const metres =
    `${random.below(1000)}`.padStart(3, '0') + random.pick(['', '', '', '.5', '.25', ',5', ' m', '+1']);
  const station = `${kilometres}+${random.pick([metres, metres, '000', '40', '4000'])}`;
  return random.onceIn(6) ? station : `${sign}${lead}${whole}${decimals}${random.pick(TAILS)}`;
}

async function read(rows: readonly string[], header: string, map: PointsMap, said: PointsOptions['said']) {
  const path = folder.at('points.csv');
  writeFileSync(path, `${header};phase\n${rows.map((row) => `${row};1`).join('\n')}\n`);
  return await outcomes(path, map, said, ({ x }) => `${x}`);
}

/** What a table answers, and how it ends where it is refused; the line of that is left out. */
async function outcomes(
  path: string,
  map: PointsMap,
  said: PointsOptions['said'],
  show: (question: Question) => string,
): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const questions of readPoints(path, map, { said: said ?? {} }))
      found.push(...questions.map(show));
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
    const results = cells.map((cell) => {
      const known = forms.known(cell);
      if (known !== undefined) return BigInt(known);
      asked.push(cell);
      const steps = read(cell);
      forms.learn(cell, steps);
      return steps;
    });
    return { asked, results };
  };
  const thousandths = (cell: string) =>
    BigInt(Math.round(Number.parseFloat(cell.replace('\u2212', '-')) * 1000));

  test('is asked once', () => {
    const { asked, results } = readings(['5.25 km', '7.50 km', '1234.01 km', '5678.02 km'], thousandths);
    expect(asked).toEqual(['5.25 km', '1234.01 km']);
    expect(results).toEqual([5250n, 7500n, 1_234_010n, 5_678_020n]);
  });

  test('is asked again where it does not divide, where digits are many, and after one that is 0', () => {
    const halves = (cell: string) => BigInt(Math.floor(Number.parseFloat(cell) / 2));
    expect(readings(['4 km', '5 km', '6 km'], halves).asked).toEqual(['4 km', '5 km']);
    expect(readings(['4.5 m', '900719925474099.5 m', '9007199254740993.5 m'], thousandths).asked).toEqual([
      '4.5 m',
      '900719925474099.5 m',
      '9007199254740993.5 m',
    ]);
    const { asked, results } = readings(['0.0 m', '0.0 m', '0.5 m', '0.0 m', '0.7 m'], thousandths);
    expect(asked).toEqual(['0.0 m', '0.5 m']);
    expect(results).toEqual([0n, 0n, 500n, 0n, 700n]);
  });

  test('is another one where digits may be a group of thousands, with a sign, and where a zero leads', () => {
    const cells = [
      '1.250 km',
      '0.250 km',
      '01.250 km',
      '1250.250 km',
      '-1.250 km',
      '+1.250 km',
      '\u22121.250 km',
    ];
    expect(
      readings([...cells, ...cells.map((cell) => cell.replace('250', '375'))], thousandths).asked,
    ).toEqual(cells);
  });

  test('of a station counts its kilometres, whole or to one decimal, and its metres', () => {
    const metresOf = (cell: string) => {
      const [km = 0, m = 0] = cell.split('+').map(Number);
      return BigInt(Math.round((km * 1000 + m) * 100));
    };
    const cells = [
      '5+000',
      '26.5+100',
      '5+000.25',
      '12+345',
      '0+001',
      '7.3+020',
      '14+999.75',
      '3.1+5',
      '6.4+7',
    ];
    const { asked, results } = readings(cells, metresOf);
    expect(asked).toEqual(['5+000', '26.5+100', '5+000.25', '0+001', '3.1+5']);
    expect(results).toEqual(cells.map(metresOf));
  });

  test('is none with digits behind the unit, with other marks, and in long cells', () => {
    const cells = [
      '1 km2',
      '2 km2',
      '1/2 km',
      '1:30',
      '2:30',
      'km',
      '',
      '0000000000000001 m',
      '0000000000000002 m',
    ];
    expect(readings(cells, () => 1n).asked).toEqual(cells);
  });
});

/** Rows in each way that files have them: with quotes, blanks and empty lines, and with phases before or behind. */
describe('a table is read as each of its rows is alone', () => {
  const PLANE = { ...number('mm', 1), axisY: number('mm', 1).axis };
  const PHASED = { ...number('mm', 1), units: { limit: null, phase: { unit: 's', scale: 10 } } };
  const value = (random: Random, places: number) =>
    `${random.below(2000)},${`${random.below(10 ** places)}`.padStart(places, '0')}`;
  const bad = (random: Random) =>
    random.pick([
      '1,2345',
      '1e3',
      '',
      '1.234,5',
      '1 234,5',
      '12,5 s',
      'x',
      '9007199254740993,5',
      '"',
      '-1',
      '5+00',
    ]);
  const cell = (random: Random, places = random.pick([1, 2, 3])) => {
    const text = random.onceIn(60) ? bad(random) : value(random, places);
    return random.pick([text, text, ` ${text} `, `"${text}"`, `="${text}"`, `\u00a0${text}`]);
  };
  const phase = (random: Random) =>
    random.onceIn(60)
      ? random.pick(['', '1,55', '-1', '5 m', '1.55 s', '4294967296'])
      : random.pick(['0', '5', '1.5 s', '60 s', '"7"']);

  test.each([
    ['x (m);phase', PHASED, (random: Random) => `${cell(random)};${phase(random)}`],
    ['phase (s);x (m)', PHASED, (random: Random) => `${phase(random).replace(' s', '')};${cell(random, 3)}`],
    ['x (m);y (m);phase', PLANE, (random: Random) => `${cell(random)};${cell(random)};${random.below(9)}`],
    [
      'y;x',
      PLANE,
      (random: Random) =>
        `${random.below(10 ** 6)};${cell(random, 1).replace(/([0-9])("?)( ?)$/, '$1 m$2$3')}`,
    ],
    ['x;y', PHASED, (random: Random) => `${random.below(10 ** 6)};${random.onceIn(40) ? '1' : ''}`],
    [
      'x (m);phase',
      PHASED,
      (random: Random) =>
        `${cell(random)};${phase(random)}${random.onceIn(60) ? ';1' : random.pick(['', ';', ';;'])}`,
    ],
  ] as const)('%s', async (header, map, row) => {
    const random = new Random(seedFor('points-rows', 11));
    const path = folder.at('rows.csv');
    const show = ({ x, y, phase: ticks }: Question) => `${x} ${y} ${ticks}`;
    const readRows = async (rows: readonly string[], start: string, end: string) => {
      writeFileSync(path, start + [header, ...rows].map((each) => each + end).join(''));
      return await outcomes(path, map, { decimal: ',' }, show);
    };
    let answered = 0;
    for (let i = 0; i < 15; i++) {
      const rows = Array.from({ length: 40 }, () => row(random));
      const expected: string[] = [];
      for (const each of rows) {
        const [first = ''] = await readRows([each], '', '\n');
        expected.push(first);
        if (!/^-?[0-9]/.test(first)) break;
      }
      const start = random.pick(['', '\ufeff']);
      const end = random.pick(['\n', '\r\n', '\r', '\n\n', '\n;\n']);
      const isRefused = !/^-?[0-9]/.test(expected.at(-1) ?? '');
      const answers = isRefused ? expected.slice(0, -1) : expected;
      answered += answers.length;
      if (answers.length > 0)
        expect(await readRows(rows.slice(0, answers.length), start, end)).toEqual(answers);
      // A quote that is never closed is another mistake where more rows follow; nothing is answered of a piece with a mistake.
      if (isRefused && !rows[answers.length]?.includes('"'))
        expect(await readRows(rows, start, end)).toEqual(expected.slice(-1));
    }
    expect(answered).toBeGreaterThan(150);
  });
});

/** What each form of the bench costs is the reader of all forms: it is asked for few of many cells. */
describe('the reader of all forms is asked a few times in a table', () => {
  const ROWS_MANY = 2000;
  const ASKED_MOST = 40;
  const line: PointsMap = { ...number('mm', 1), units: { limit: null, phase: { unit: 's', scale: 10 } } };
  const MAPS_OF: Readonly<Record<string, PointsMap>> = {
    line,
    marks: {
      ...line,
      marks: [
        { name: 'Alpha', at: 5 },
        { name: 'Beta', at: 6 },
        { name: 'Gate 3', at: 7 },
      ],
    },
    plane: { ...line, axisY: line.axis },
  };

  // Timestamps count alike by day (points-moments.test.ts).
  test.each(POINT_FORMS.filter(({ map }) => map !== 'time'))('$name', async (form) => {
    const learn = vi.spyOn(PointForms.prototype, 'learn');
    try {
      const path = folder.at('form.csv');
      writeFileSync(path, tableOf(form, ROWS_MANY));
      const map = MAPS_OF[form.map ?? 'line'] ?? line;
      const read = await outcomes(path, map, form.said, ({ x }) => `${x}`);
      expect(read.at(-1)).toMatch(/^-?[0-9]+$/);
      expect(read).toHaveLength(ROWS_MANY);
      expect(learn.mock.calls.length).toBeLessThan(ASKED_MOST);
    } finally {
      learn.mockRestore();
    }
  });
});
