/** Tables that look like others: each is read as it was meant, or refused with a remedy that leads there. */
import { describe, expect, test } from 'vitest';
import { IdsApart } from '../../host/source/table-ids.ts';
import { imported, type Options, refusal, rowsOf } from '../support/imported.ts';

const M = { from: 'from_m', to: 'to_m', limit: 'v' };
const BARE = { from: 'from', to: 'to', limit: 'v' };
const STEPS = { from: 'km', limit: 'v', axisUnit: 'm', table: { until: 'next' } } as const;
const CLOCK_STEPS = { from: 'at', limit: 'v', axisUnit: 'min', gaps: 'stop' } as const;
const CLOCK = { from: 'on', to: 'off', axisUnit: 'min', gaps: 'stop', table: { clock: true } } as const;
const TIME = { from: 'from', to: 'to', axisUnit: 's', origin: '2026-01-01T00:00:00Z' };

const windows1252 = (text: string) =>
  Buffer.concat(
    [...text].map((letter) =>
      Buffer.from([{ '€': 0x80, '–': 0x96, '’': 0x92, ü: 0xfc }[letter] ?? letter.charCodeAt(0)]),
    ),
  );

const INCLUSIVE = { ...TIME, limit: 'v', gaps: 'stop', table: { ends: 'inclusive', offset: 'Z' } } as const;
const FALLING = { ...INCLUSIVE, table: { ...INCLUSIVE.table, order: 'falling' } } as const;

/** Rows of which one place is a day or a minute, and the other a moment within it. */
const MIXED = (
  [
    ['2026-01-02 08:00,2026-01-02', INCLUSIVE, '2026-01-02T08:00:00Z..2026-01-03T00:00:00Z 1'],
    ['2026-01-02 08:00:30,2026-01-02', INCLUSIVE, '2026-01-02T08:00:30Z..2026-01-03T00:00:00Z 1'],
    ['2026-01-02T08:00:00Z,2026-01-02', INCLUSIVE, '2026-01-02T08:00:00Z..2026-01-03T00:00:00Z 1'],
    ['2026-01-02,2026-01-02', INCLUSIVE, '2026-01-02T00:00:00Z..2026-01-03T00:00:00Z 1'],
    ['2026-01-02,2026-01-02 08:00:00', INCLUSIVE, '2026-01-02T00:00:00Z..2026-01-02T08:00:01Z 1'],
    ['2026-01-02,2026-01-02 08:00', FALLING, '2026-01-02T08:00:00Z..2026-01-03T00:00:00Z 1'],
    [
      '2026-01-02 08:00,2026-01-02',
      { ...INCLUSIVE, table: { ...INCLUSIVE.table, order: 'either' } },
      '2026-01-02T08:00:00Z..2026-01-03T00:00:00Z 1',
    ],
    [
      '2026-01-02 08:00:30,2026-01-02 08:00',
      { ...INCLUSIVE, table: { offset: 'Z', ends: '1 min' } },
      '2026-01-02T08:00:30Z..2026-01-02T08:01:00Z 1',
    ],
  ] as const
).map(
  ([row, options, rows]) =>
    [`a moment and its day or minute: ${row}`, `from,to,v\n${row},1\n`, options, rows] as const,
);

const READ: readonly (readonly [name: string, text: string | Uint8Array, options: Options, rows: string])[] =
  [
    [
      'any blank between thousands',
      'from_m;to_m;v\n0;1\u202f234;1\n1\u00a0234;2\u2009345;2\n',
      M,
      '0..1234 1, 1234..2345 2',
    ],
    [
      'letters that only windows-1252 has',
      windows1252('von_m;bis_m;v;x\n0;1’400;1;€ – ü\n'),
      { from: 'von_m', to: 'bis_m', limit: 'v', table: { encoding: 'windows-1252' } },
      '0..1400 1',
    ],
    [
      '24:00 belongs to the day that it ends',
      'on,off\n00:00,07:59\n08:00,24:00\n',
      { ...CLOCK, table: { clock: true, ends: 'inclusive' } },
      '0..480, 480..1440',
    ],
    [
      'the whole day, to its end',
      'on,off\n00:00,24:00\n',
      { ...CLOCK, table: { clock: true, ends: 'inclusive' } },
      '0..1440',
    ],
    [
      'a whole day that begins in the evening',
      'on,off\n22:00,21:59\n',
      { ...CLOCK, table: { clock: true, ends: 'inclusive' } },
      '0..1440',
    ],
    [
      'steps of a day from the evening on',
      'at,v\n22:00,40\n06:00,80\n',
      { ...CLOCK_STEPS, table: { clock: true, until: 'next', end: '22:00' } },
      '0..360+1320..1440 40, 360..1320 80',
    ],
    [
      'steps of a day, the one in the middle over midnight',
      'at,v\n18:00,30\n22:00,40\n06:00,80\n',
      { ...CLOCK_STEPS, table: { clock: true, until: 'next', end: '18:00' } },
      '1080..1320 30, 0..360+1320..1440 40, 360..1080 80',
    ],
    [
      'steps of a day, the last over midnight',
      'at,v\n06:00,80\n22:00,40\n',
      { ...CLOCK_STEPS, table: { clock: true, until: 'next', end: '06:00' } },
      '360..1320 80, 0..360+1320..1440 40',
    ],
    ...MIXED,
    [
      'an end with a unit of its own',
      'km,v\n0,1\n2,3\n',
      { ...STEPS, table: { until: 'next', end: '9000 m' } },
      '0..2000 1, 2000..9000 3',
    ],
    [
      'names that end in min and max say no minutes',
      'pos_min,pos_max,v\n0,400,1\n',
      { from: 'pos_min', to: 'pos_max', limit: 'v', unit: 'm' },
      '0..400 1',
    ],
    [
      'a unit that is no speed, in the name and said',
      'from_m,to_m,v [kN]\n0,400,5\n',
      { ...M, limitUnit: 'kN' },
      '0..400 5',
    ],
    ['a line of # alone is a comment', 'from_m,to_m,v\n####\n0,400,1\n####,,\n', M, '0..400 1'],
    [
      'a row that only ends the one before',
      'km,v\n0,1\n2,\n',
      { ...STEPS, table: { until: 'next', end: 'row' } },
      '0..2000 1',
    ],
  ];

describe('is read as it was meant', () => {
  test.each(READ)('%s', async (_name, text, options, rows) => {
    expect(await rowsOf(text, options)).toBe(rows);
  });
});

const REFUSED: readonly (readonly [
  name: string,
  text: string | Uint8Array,
  options: Options,
  words: RegExp,
])[] = [
  ['two lines in a cell are not thousands', 'from_m,to_m,v\n0,"1\n400",1\n', M, /not a number/],
  ['a tab in a cell is not one', 'from_m,to_m,v\n0,"1\t400",1\n', M, /not a number/],
  ['a mark without width is not one', 'from_m,to_m,v\n0,1\ufeff400,1\n', M, /not a number/],
  ['two lines in a limit', 'from_m,to_m,v\n0,400,"1\n200"\n', M, /not a number/],
  [
    'a total with chainage',
    'id,from_m,to_m,v\nTotal Depot,0+000,0+400,1\nb,0+400,0+900,2\n',
    M,
    /like a total.*--totals keep/s,
  ],
  ['a total with units', 'id,from,to,v\nTotal,0 m,400 m,1\nb,400 m,900 m,2\n', BARE, /like a total/],
  [
    'a total with moments',
    'id,from,to\nTotal outage,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\n',
    TIME,
    /like a total/,
  ],
  [
    'steps that go round a day twice',
    'at,v\n22:00,40\n06:00,80\n04:00,30\n',
    { ...CLOCK_STEPS, table: { clock: true, until: 'next', end: '22:00' } },
    /gone round the day once/,
  ],
  [
    'steps of a day that overlap where they end',
    'at,v\n22:00,40\n06:00,80\n',
    { ...CLOCK_STEPS, table: { clock: true, until: 'next', end: '23:00' } },
    /overlap/i,
  ],
  [
    'steps of a day said to fall',
    'at,v\n22:00,40\n06:00,80\n',
    { ...CLOCK_STEPS, table: { clock: true, until: 'next', end: '22:00', order: 'falling' } },
    /Leave --order out/,
  ],
  [
    'a moment that is after its day begins, where days end rows as they begin',
    'from,to,v\n2026-01-02 08:00,2026-01-02,1\n',
    { ...INCLUSIVE, table: { offset: 'Z', ends: 'exclusive' } },
    /say --ends inclusive/,
  ],
  ['a total with times of day', 'id,on,off\nTotal,08:00,12:00\nb,12:00,13:00\n', CLOCK, /like a total/],
  [
    'a total without an end',
    'id,from_m,to_m,v\na,0,400,1\nTotal Sud,400,,2\n',
    { ...M, table: { end: '900' } },
    /like a total/,
  ],
  ['a comment with places', 'id,from,to,v\n#1,km 0,km 1,1\nb,km 1,km 2,2\n', BARE, /like a comment/],
  [
    'a comment without an end',
    'id,from_m,to_m,v\na,0,400,1\n#3,400,,2\n',
    { ...M, table: { end: '900' } },
    /like a comment/,
  ],
  [
    'an error of a spreadsheet in the first column',
    'from_m,to_m,v\n0,400,1\n#REF!,900,2\n',
    M,
    /"#REF!".*error/s,
  ],
  ['N/A in the first column', 'from_m,to_m,v\n#N/A,400,1\n400,900,2\n', M, /"#N\/A".*error/s],
  ['columns too narrow for their numbers', 'from_m,to_m,v\n####,400,1\n400,900,2\n', M, /"####"/],
  [
    'rows within an open quote',
    'from_m,to_m,v,x\n0,400,1,"bridge\n400,900,2,\n900,1200,3,"\n',
    M,
    /look like rows/,
  ],
  [
    'a row of units',
    'from,to,v\nkm,km,km/h\n0,1,50\n',
    { ...BARE, unit: 'm' },
    /holds units.*"from \[km\]"/s,
  ],
  [
    'a row of units in brackets',
    'from,to,v\n[km],[km],[km/h]\n0,1,50\n',
    BARE,
    /holds units.*"from \[km\]"/s,
  ],
  ['kilonewtons are not knots', 'from_m,to_m,v [kN]\n0,400,5\n', M, /"kN", which is not a unit/],
  ['nor in a cell', 'from_m,to_m,v\n0,400,5 kN\n', { ...M, limitUnit: 'kn' }, /in kN/],
  ['megametres are not millimetres', 'from [Mm],to [Mm]\n0,4\n', TIME, /"Mm", which is not a unit/],
  [
    'the limit of the last row',
    'km,v\n0,1\n2,3\n',
    { ...STEPS, table: { until: 'next', end: 'row' } },
    /"v" is "3".*--end PLACE/s,
  ],
  ['and it is not proposed to lose it', 'km,v\n0,1\n2,3\n', STEPS, /^(?!.*--end row).*--end PLACE/s],
  [
    'a condition that no row meets, beside one that some do',
    'from_m,to_m,v,s\n0,400,1,in force\n400,900,2,planned\n',
    { ...M, table: { where: ['s=in force', 's=planed'] } },
    /s=planed.*"planned"/s,
  ],
  [
    'a condition that leaves out no row, with one letter amiss',
    'from_m,to_m,v,s\n0,400,1,in force\n400,900,2,planned\n',
    { ...M, table: { where: ['s!=planed'] } },
    /s!=planed.*"planned"/s,
  ],
  [
    'a column of units of which one is not known',
    'from,to,v,unit\n0,1,1,km/h\n1,2,2,Knoten\n',
    { ...BARE, unit: 'm' },
    /column "unit" holds units/,
  ],
  [
    'min beside max is asked about',
    'pos_min,pos_max,v\n0,400,1\n',
    { from: 'pos_min', to: 'pos_max', limit: 'v' },
    /do not say their unit/,
  ],
  [
    'in beside out, too',
    'way_in,way_out\n0,400\n',
    { from: 'way_in', to: 'way_out' },
    /do not say their unit/,
  ],
  [
    'a bare number among cells with units',
    'from,to,v\n0 m,1 km,1\n1000,2 km,2\n',
    { ...BARE, axisUnit: 'm' },
    /"1000".*Write its unit/s,
  ],
  [
    'a row without its unit',
    'from,to,v,u\n0,1,1,km\n1,2,2,\n',
    { ...BARE, axisUnit: 'm', unitColumn: 'u' },
    /"1".*Write its unit/s,
  ],
  ['an end in words', 'from_m,to_m,v\n0,400,1\n400,Ende,2\n', M, /"Ende".*--end PLACE/s],
  ['an endless end', 'from_m,to_m,v\n0,400,1\n400,∞,2\n', { ...M, table: { end: '900' } }, /"∞".*empty/s],
  ['a dash for an end', 'from_m,to_m,v\n0,400,1\n400,-,2\n', M, /"-".*--end PLACE/s],
  [
    'a zone behind a time',
    'from,to\n2026-02-01T00:00:00 CET,2026-02-02T00:00:00 CET\n',
    { ...TIME, table: { offset: 'Z' } },
    /"2026-02-01T00:00:00 CET"/,
  ],
  [
    'half of a day',
    'from,to\n02/01/2026 13:00 PM,02/01/2026 9:00 PM\n',
    { ...TIME, table: { offset: 'Z', dates: 'mm/dd/yyyy' } },
    /"02\/01\/2026 13:00 PM"/,
  ],
  [
    'a day that does not exist, in the words of the file',
    'from,to\n13/02/2026,14/02/2026\n',
    { ...TIME, table: { offset: 'Z', dates: 'mm/dd/yyyy', ends: 'inclusive' } },
    /"13\/02\/2026"/,
  ],
  [
    'a year of two digits',
    'from,to\n01.02.26,03.02.26\n',
    { ...TIME, table: { offset: 'Z', dates: 'dd.mm.yyyy', ends: 'inclusive' } },
    /"01.02.26".*dd.mm.yyyy/s,
  ],
  [
    'days by their own marks',
    'from,to\n01/02/2026,03/02/2026\n',
    TIME,
    /--dates dd\/mm\/yyyy or --dates mm\/dd\/yyyy/,
  ],
  [
    'digits that are a day, though days are written otherwise',
    'from,to\n20260201,20260301\n',
    { ...TIME, table: { dates: 'dd.mm.yyyy', since1970: true } },
    /"20260201"/,
  ],
  ['days of a spreadsheet as it counts them', 'from,to\n46207,46208\n', TIME, /"46207".*spreadsheet/s],
  [
    'times of day on an axis with an origin',
    'from,to\n08:00,09:00\n',
    { ...TIME, table: { clock: true } },
    /--clock/,
  ],
  ['HTML', '<html><table><tr><td>from_m</td></tr></table>', M, /HTML or XML.*CSV/s],
  ['JSON', '[{"from_m": 0, "to_m": 1, "v": 2}]', M, /JSON/],
];

describe('is asked about, or refused', () => {
  test.each(REFUSED)('%s', async (_name, text, options, words) => {
    expect(await refusal(text, options)).toMatch(words);
  });
});

test('a condition that no row meets is named', async () => {
  const { assumptions } = await imported('from_m,to_m,v,s\n0,400,1,open\n', {
    ...M,
    table: { where: ['s=open', 's=planned', 's!=gone'] },
  });
  expect(assumptions).toContain('no row is what --where s=planned names');
  expect(assumptions).toContain("no row is what --where 's!=gone' names");
});

test('a header is found on the line that is said, however far down', async () => {
  const text = `${'x\n'.repeat(300)}from_m,to_m,v\n0,400,1\n`;
  expect(await rowsOf(text, { ...M, table: { headerRow: 301 } })).toBe('0..400 1');
});

test('the unit of limits is read from their name, written together with it', async () => {
  for (const [name, unit] of [
    ['v_mph', 'mph'],
    ['vmax_kmh', 'kmh'],
    ['v (kn)', 'kn'],
  ] as const) {
    const { source } = await imported(`from_m,to_m,${name}\n0,400,30\n`, { ...M, limit: name });
    expect(source).toContain(`limits: { unit: ${unit} }`);
  }
});

test('a hundred thousand rows of one name are named in a moment', () => {
  const apart = new IdsApart();
  const ids = new Set(Array.from({ length: 100_000 }, () => apart.take('same')));
  expect(ids.size).toBe(100_000);
});
