/** Tables as people have them: each gives the map that was meant, or one clear question; a remedy that is followed gives what was meant. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { importTable } from '../../host/import/import.ts';
import type { ImportOptions } from '../../host/import/plan.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { isDatePattern } from '../../host/source/table-dates.ts';
import { momentOf } from '../../host/source/table-moment.ts';

const FOLDER = new URL('../fixtures/tables/', import.meta.url);

type Cells = readonly (readonly [from: number, to: number, limit: number | null])[];

function tableOf(name: string): Uint8Array {
  return readFileSync(new URL(name, FOLDER));
}

function importFile(name: string, options: Partial<ImportOptions>) {
  const all = { from: 'von_m', to: 'bis_m', map: 'line', ...options };
  return importTable(name, 'line.map.yaml', { ...all, reader: memoryReader({ [name]: tableOf(name) }) });
}

test.each([
  ['d.m.yyyy', '4.7.2026', '2026-07-04'],
  ['d.m.yyyy', '04.07.2026', '2026-07-04'],
  ['dd.mm.yyyy', '4.7.2026', '2026-07-04'],
  ['m/d/yyyy', '7/4/2026', '2026-07-04'],
  ['yyyymmdd', '20260704', '2026-07-04'],
  ['ddmmyyyy', '04072026', '2026-07-04'],
  // Of 4 July or 40 January without their zeros nobody can tell.
  ['ddmmyyyy', '4072026', null],
  ['yyyymmdd', '202674', null],
  ['d.m.yyyy', '4.7.26', null],
  ['d.m.20yy', '4.7.26', '2026-07-04'],
  ['mm/dd/19yy', '07/04/26', '1926-07-04'],
  ['20yy-mm-dd', '26-07-04', '2026-07-04'],
  ['dd.mm.20yy', '4.7.2026', null],
  ['dd.mm.yyyy', '4. 7. 2026', '2026-07-04'],
  ['dd-mmm-20yy', '04-JUL-26', '2026-07-04'],
  ['mmm dd 20yy', 'Jul 4, 26', '2026-07-04'],
  ['20yy-mmm-dd', '26-Juli-04', '2026-07-04'],
  ['dd-mmm-20yy', '04-Foo-26', null],
])('a day that is written %s: %s', (dates, cell, day) => {
  expect(isDatePattern(dates)).toBe(true);
  const { timestamp, isOfPattern } = momentOf(cell, { dates, offset: 'Z' });
  expect([timestamp, isOfPattern]).toEqual(day === null ? [cell, false] : [`${day}T00:00:00Z`, true]);
});

test.each(['dmyyyy', 'dd.mm.yy', 'ddmmm20yy', 'd.d.yyyy', 'dd.mm', ''])('%j says no days', (pattern) => {
  expect(isDatePattern(pattern)).toBe(false);
});

/** What the compiled map answers, in source coordinates: covered stretches of each phase. */
async function cellsOf(source: string): Promise<readonly Cells[]> {
  const { windows, rules, axis } = await loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));
  const origin = Number(axis.origin);
  return windows.map(({ cells }) =>
    cells
      .filter(({ rule }) => rules[rule]?.kind === 'zone')
      .map(({ from, to, rule }) => [from + origin, to + origin, rules[rule]?.limit ?? null] as const),
  );
}

const START = { from: 'start_m', to: 'stop_m', limit: 'speed' };
const VON = { from: 'von_m', to: 'bis_m', limit: 'vmax' };
const FROM = { from: 'from_m', to: 'to_m' };
const DAY = 86_400;
const AT_2026 = Date.UTC(2026, 0, 1) / 1000;

/** Read as they stand, or with what was said. */
const RIGHT: readonly (readonly [name: string, options: Partial<ImportOptions>, cells: readonly Cells[]])[] =
  [
    [
      'inclusive-metres.csv',
      { ...START, table: { ends: 'inclusive' } },
      [
        [
          [0, 50, 30],
          [50, 120, 60],
          [120, 200, 40],
        ],
      ],
    ],
    [
      'inclusive-kilometres.csv',
      {
        from: 'start_km',
        to: 'stop_km',
        limit: 'speed',
        axisUnit: 'm',
        gaps: 'stop',
        table: { ends: 'inclusive' },
      },
      [
        [
          [3100, 3601, 25],
          [5000, 5201, 35],
        ],
      ],
    ],
    [
      'thousands-points.csv',
      { ...VON, axisUnit: 'mm' },
      [
        [
          [0, 2_300_000, 40],
          [2_300_000, 3_750_500, 90],
        ],
      ],
    ],
    [
      'german-headers.csv',
      { from: 'von', to: 'BIS', limit: 'v max', axisUnit: 'mm' },
      [
        [
          [0, 2_300_500, 40],
          [2_300_500, 3_750_000, 90],
        ],
      ],
    ],
    [
      'thousands-or-decimals.csv',
      { ...VON, table: { thousands: '.' } },
      [
        [
          [0, 2300, 40],
          [2300, 3750, 90],
        ],
      ],
    ],
    [
      'thousands-or-decimals.csv',
      { ...VON, axisUnit: 'mm', table: { decimal: '.' } },
      [
        [
          [0, 2300, 40],
          [2300, 3750, 90],
        ],
      ],
    ],
    ['thousands-commas.csv', { ...START, table: { thousands: ',' } }, [[[0, 2300, 40]]]],
    [
      'sep-line.csv',
      { ...VON, axisUnit: 'cm' },
      [
        [
          [0, 25_050, 40],
          [25_050, 70_000, 70],
        ],
      ],
    ],
    [
      'empty-rows.csv',
      { ...VON, axisUnit: 'cm' },
      [
        [
          [0, 25_050, 40],
          [25_050, 70_000, 70],
        ],
      ],
    ],
    [
      'step-table.csv',
      { from: 'km', to: undefined, limit: 'vmax', axisUnit: 'm', table: { until: 'next', end: '9.4' } },
      [
        [
          [0, 2750, 40],
          [2750, 6200, 100],
          [6200, 9400, 130],
        ],
      ],
    ],
    [
      'chainage-steps.csv',
      { from: 'km', to: undefined, limit: 'vmax', axisUnit: 'm', table: { until: 'next', end: 'row' } },
      [
        [
          [3200, 3950, 70],
          [3950, 4125, 40],
          [4125, 5000, 70],
        ],
      ],
    ],
    [
      'chainage-plus.csv',
      { from: 'begin_km', to: 'end_km', limit: 'v', axisUnit: 'm' },
      [
        [
          [7200, 8000, 90],
          [8000, 8150, 90],
          [8150, 9500, 70],
        ],
      ],
    ],
    [
      'falling.csv',
      { from: 'begin_m', to: 'end_m', limit: 'v', table: { order: 'falling' } },
      [
        [
          [5000, 6500, 50],
          [6500, 8000, 90],
        ],
      ],
    ],
    [
      'unit-column.csv',
      { ...FROM, limit: 'maxspeed', limitUnitColumn: 'unit', limitUnit: 'mm/h' },
      [
        [
          [0, 300, 40_000_000],
          [300, 700, 32_186_880],
        ],
      ],
    ],
    [
      'unit-in-cell.csv',
      { ...FROM, limit: 'maxspeed', limitUnit: 'km/h' },
      [
        [
          [0, 300, 40],
          [300, 700, 60],
        ],
      ],
    ],
    [
      'direction.csv',
      {
        ...FROM,
        limit: 'vmax',
        gaps: 'stop',
        table: { where: ['status=In Force'], phases: { column: 'dir', names: ['up', 'down'] } },
      },
      [
        [
          [0, 300, 40],
          [300, 700, 70],
        ],
        [[0, 700, 50]],
      ],
    ],
    [
      'direction.csv',
      { ...FROM, limit: 'vmax', table: { where: ['dir=up'] } },
      [
        [
          [0, 300, 40],
          [300, 700, 70],
        ],
      ],
    ],
    [
      'milliseconds.csv',
      { from: 'start', to: 'end', axisUnit: 's', origin: '2026-01-01T00:00:00Z' },
      [[[AT_2026 + 305 * DAY, AT_2026 + 306.5 * DAY, null]]],
    ],
    [
      'inclusive-dates.csv',
      {
        from: 'start',
        to: 'end',
        id: 'id',
        axisUnit: 's',
        origin: '2026-01-01T00:00:00Z',
        table: { ends: 'inclusive', offset: '+01:00' },
      },
      [
        [
          [AT_2026 - 3600, AT_2026 + 90 * DAY - 3600, null],
          [AT_2026 + 90 * DAY - 3600, AT_2026 + 273 * DAY - 3600, null],
        ],
      ],
    ],
    [
      'over-midnight.csv',
      { from: 'on', to: 'off', axisUnit: 'min', gaps: 'hold', table: { clock: true } },
      [
        [
          [0, 315, null],
          [1410, 1440, null],
        ],
      ],
    ],
    ['title-lines.csv', VON, [[[0, 300, 40]]]],
    [
      'trailing-zeros.csv',
      VON,
      [
        [
          [0, 300, 40],
          [300, 700, 70],
        ],
      ],
    ],
    [
      'wide.csv',
      { ...FROM, limit: ['passenger', 'freight'] },
      [
        [
          [0, 300, 80],
          [300, 700, 120],
        ],
        [
          [0, 300, 60],
          [300, 700, 90],
        ],
      ],
    ],
    [
      'comments-and-totals.csv',
      { ...FROM, limit: 'vmax' },
      [
        [
          [0, 300, 40],
          [300, 700, 70],
          [700, 900, 40],
        ],
      ],
    ],
  ];

describe('tables as people have them', () => {
  test.each(RIGHT)('%s', async (name, options, cells) => {
    const { source, mistakes } = await importFile(name, options);
    expect(mistakes).toEqual([]);
    expect(await cellsOf(source)).toEqual(cells);
  });
});

/** Not to be guessed: what is asked, and what follows. */
const ASKED: readonly (readonly [name: string, options: Partial<ImportOptions>, says: string])[] = [
  [
    'thousands-or-decimals.csv',
    VON,
    'thousands-or-decimals.csv:2:3: NUMBER_AMBIGUOUS: "bis_m" is "2.300", which is 2300 or 2.3. If it is 2300, say --thousands point; if it is 2.3, say --decimal point.',
  ],
  [
    'thousands-or-decimals.csv',
    { ...VON, table: { decimal: ',' } },
    'with a point where decimals have a comma. If it is 2300, say --thousands point',
  ],
  ['thousands-commas.csv', START, ':2:3: NUMBER_AMBIGUOUS: "stop_m" is "2,300", which is 2300 or 2.3'],
  [
    'inclusive-kilometres.csv',
    { from: 'start_km', to: 'stop_km', unit: 'm' },
    'the name of "start_km" says km, but --unit m was said',
  ],
  [
    'step-table.csv',
    { from: 'km', to: undefined, axisUnit: 'm', table: { until: 'next' } },
    'Say it with --end PLACE',
  ],
  [
    'falling.csv',
    { from: 'begin_m', to: 'end_m' },
    'INTERVAL_REVERSED: the row runs backwards: "begin_m" is "8000", "end_m" is "6500". If all rows are falling, say --order falling',
  ],
  [
    'unit-column.csv',
    { ...FROM, limit: 'maxspeed', limitUnit: 'km/h' },
    ':1:22: UNIT_MISSING: column "unit" holds units (km/h (1), mph (1)), and nothing uses it',
  ],
  [
    'unit-column.csv',
    { ...FROM, limit: 'maxspeed', limitUnit: 'km/h', limitUnitColumn: 'unit' },
    ':3:9: UNIT_INEXACT: "maxspeed" is "20": it is 20 mph, which is not a whole number of steps of 1 km/h. The nearest are 32 km/h and 33 km/h',
  ],
  [
    'unit-in-cell.csv',
    { ...FROM, limit: 'maxspeed' },
    ':3:9: UNIT_MISSING: "maxspeed" is "60 km/h", in km/h, but no unit of limits is said. Say --limit-unit km/h.',
  ],
  [
    'inclusive-dates.csv',
    { from: 'start', to: 'end', axisUnit: 's', origin: '2026-01-01T00:00:00Z' },
    'without an offset from UTC. Say which clock it is, such as --offset +01:00 or --offset Z.',
  ],
  [
    'inclusive-dates.csv',
    { from: 'start', to: 'end', axisUnit: 's', origin: '2026-01-01T00:00:00Z', table: { offset: 'Z' } },
    'ENDS_UNCLEAR: "end" is "2026-03-31", a day',
  ],
  [
    'over-midnight.csv',
    { from: 'on', to: 'off', unit: 'min' },
    'which may be a time of day. If it is one, say --clock',
  ],
  ['title-lines.csv', { from: 'von_km' }, 'column "von_km" for --from does not exist. Did you mean "von_m"?'],
  [
    'direction.csv',
    { ...FROM, table: { where: ['status=valid'] } },
    '"status" holds: in force (3), planned (1)',
  ],
];

describe('what is asked instead of guessed', () => {
  test.each(ASKED)('%s %j', async (name, options, says) => {
    await expect(importFile(name, options)).rejects.toThrow(says);
  });

  test('inclusive metres, not said: the holes are named together with the likely cause', async () => {
    const { mistakes, assumptions } = await importFile('inclusive-metres.csv', START);
    expect(mistakes.map(({ code }) => code)).toEqual(['GAP_UNACKNOWLEDGED', 'GAP_UNACKNOWLEDGED']);
    expect(assumptions.join('\n')).toContain(
      '2 rows begin one step behind the end of another (lines 3, 4): if rows hold the place at which they end, say --ends inclusive',
    );
    await expect(importFile('inclusive-metres.csv', { ...START, gaps: 'stop' })).rejects.toMatchObject({
      code: 'ENDS_UNCLEAR',
    });
  });
});

describe('what a table says and nothing uses is named', () => {
  test.each([
    [
      'direction.csv',
      { ...FROM, limit: 'vmax' },
      [
        'column "dir" is not used: up (2), down (2)',
        'column "status" is not used: in force (3), planned (1)',
      ],
    ],
    ['empty-rows.csv', { ...VON, axisUnit: 'cm' }, ['2 empty rows left out: lines 4, 5']],
    [
      'title-lines.csv',
      VON,
      [
        '2 rows above the header left out: line 1 "Line 12", line 2 "as of 3.2.2026"',
        '1 empty row left out: line 3',
      ],
    ],
    [
      'comments-and-totals.csv',
      { ...FROM, limit: 'vmax' },
      [
        '1 total left out: line 8',
        '1 repeated header left out: line 6',
        '1 comment left out: line 4 "# the bridge"',
      ],
    ],
    [
      'direction.csv',
      { ...FROM, table: { where: ['dir=up'] } },
      ['2 of 4 rows left out, as --where asks: "dir" is down (2)'],
    ],
    [
      'sep-line.csv',
      { ...VON, axisUnit: 'cm' },
      ['fields are separated by semicolon, as its first line says'],
    ],
  ])('%s', async (name, options, notes) => {
    const { assumptions, source } = await importFile(name, options);
    expect(assumptions).toEqual(expect.arrayContaining(notes));
    for (const note of notes) expect(source).toContain(`#   - ${note}\n`);
  });
});
