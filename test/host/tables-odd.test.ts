/** What people's tables hold besides data: each kind is read as what it is, asked about in one question, or refused by name. */
import { describe, expect, test } from 'vitest';
import { imported, type Options, refusal, rowsOf } from '../support/imported.ts';

const M = { from: 'from_m', to: 'to_m', limit: 'v' };
const BARE = { from: 'from', to: 'to', limit: 'v' };
const TIME = { from: 'from', to: 'to', axisUnit: 's', origin: '2026-01-01T00:00:00Z' };
const DEGREES = { from: 'from', to: 'to', axisUnit: 'deg' };

/** A limit, or an end, within a table that is right otherwise. */
const limit = (cell: string) => `from_m\tto_m\tv\n0\t400\t${cell}\n`;
const end = (cell: string) => `from_m\tto_m\tv\n0\t${cell}\t5\n`;

const READ: readonly (readonly [name: string, text: string | Uint8Array, options: Options, rows: string])[] =
  [
    ['="400", which spreadsheets are told texts by', 'from_m,to_m,v\n="0",="400",5\n', M, '0..400 5'],
    ['the same within quotes', 'from_m,to_m,v\n"=""0""","=""400""","=""5"""\n', M, '0..400 5'],
    ['with a separator in it', 'from_m,to_m,v,x\n0,400,5,="a,b"\n', M, '0..400 5'],
    ['degrees with their sign', 'from,to\n-90°,90 °\n', DEGREES, '-90..90'],
    ['thin spaces', end('1\u2009400'), M, '0..1400 5'],
    [
      'blanks between several groups',
      'from_m;to_m\n1 400;1 234 567\n',
      { from: 'from_m', to: 'to_m' },
      '1400..1234567',
    ],
    ['apostrophes', end("1'400"), M, '0..1400 5'],
    ['no-break spaces around', end('\u00a0400\u00a0'), M, '0..400 5'],
    ['a minus sign', 'from_m,to_m,v\n\u2212400,0,5\n', M, '-400..0 5'],
    ['a semicolon and a decimal point', 'from;to;v\n0 m;0.5 m;5\n', { ...BARE, axisUnit: 'mm' }, '0..500 5'],
    ['tabs in a file named .csv', limit('5'), M, '0..400 5'],
    [
      'headers that come again, spelt otherwise',
      `${limit('5')}FROM_M\t To_m\tv\n400\t900\t6\n`,
      M,
      '0..400 5, 400..900 6',
    ],
    ['a group header above', 'Place,,Speed\nfrom_m,to_m,v\n0,400,5\n', M, '0..400 5'],
    [
      'Markdown, its second line drawn',
      '| from_m | to_m | v |\n|--------|:----:|--:|\n| 0 | 400 | 50 |\n',
      M,
      '0..400 50',
    ],
    [
      'what psql prints',
      ' from_m | to_m | v  \n--------+------+----\n      0 |  400 | 50\n(1 row)\n',
      M,
      '0..400 50',
    ],
    [
      'what psql prints with borders',
      '+--------+------+----+\n| from_m | to_m | v  |\n+--------+------+----+\n|      0 |  400 | 50 |\n+--------+------+----+\n(1 row)\n',
      M,
      '0..400 50',
    ],
    [
      'what mysql prints',
      '+--------+------+\n| from_m | to_m |\n+--------+------+\n|      0 |  400 |\n+--------+------+\n1 row in set (0.00 sec)\n',
      { from: 'from_m', to: 'to_m' },
      '0..400',
    ],
    [
      'kilometric points',
      'from;to\nPK 12+400;PK 13+000\n',
      { from: 'from', to: 'to', axisUnit: 'm' },
      '12400..13000',
    ],
    ['kilometre points', 'from;to;v\nkp 12,4;KP 13;5\n', { ...BARE, axisUnit: 'm' }, '12400..13000 5'],
    [
      'a unit said in capitals',
      'from;to;v\n12;13;5\n',
      { ...BARE, unit: 'KM', axisUnit: 'metres' },
      '12000..13000 5',
    ],
    ['one row without a line end', 'from_m,to_m,v\n0,400,5', M, '0..400 5'],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${limit('5')}`, 'utf16le'), M, '0..400 5'],
    [
      'small letters in a timestamp',
      'from,to\n2026-02-01t00:00:00z,2026-02-02T00:00:00Z\n',
      TIME,
      '2026-02-01T00:00:00Z..2026-02-02T00:00:00Z',
    ],
    [
      'times of a day with parts of a second that are none',
      'from,to\n08:00:00.000,17:30:00\n',
      { from: 'from', to: 'to', axisUnit: 'min', gaps: 'stop', table: { clock: true } },
      '480..1050',
    ],
    [
      'metres in French, decomposed',
      'from;to;v\n0 metres;400 me\u0300tres;5\n',
      { ...BARE, axisUnit: 'm' },
      '0..400 5',
    ],
    ['feet in German', 'from;to;v\n0 Fuss;10 Fuß;5\n', { ...BARE, axisUnit: 'ft' }, '0..10 5'],
    [
      'totals and averages in other words',
      `${limit('5')}Gesamtlänge\t400\t\nØ\t\t5\nMoyenne\t\t5\nDurchschnitt:\t\t5\nSous-total\t400\t\n\tTotal\t5\n`,
      M,
      '0..400 5',
    ],
    [
      'other forms of ISO 8601, whose own offset counts',
      'from,to\n20260201T000000Z,2026-02-02 01:00:00+01\n',
      { ...TIME, table: { offset: '+05:00' } },
      '2026-02-01T00:00:00Z..2026-02-02T00:00:00Z',
    ],
    [
      'milliseconds since 1970',
      'from,to\n1769904000000,1769990400000\n',
      { ...TIME, unit: 'ms', table: { since1970: true } },
      '2026-02-01T00:00:00Z..2026-02-02T00:00:00Z',
    ],
  ];

describe('is read as it was meant', () => {
  test.each(READ)('%s', async (_name, text, options, rows) => {
    expect(await rowsOf(text, options)).toBe(rows);
  });
});

/** With the words of the one mistake that is told. */
type Asked = readonly [name: string, text: string | Uint8Array, options: Options, words: RegExp];

const ASKED: readonly Asked[] = [
  [
    'units below the header',
    'from,to,v\n[km],[km],[km/h]\n0,1,50\n',
    BARE,
    /holds units: \[km\].*"from \[km\]"/s,
  ],
  ['units of limits alone', 'from_m,to_m,v\n,,km/h\n0,1,50\n', M, /holds units: km\/h.*"v \[km\/h\]"/s],
  ['dashes where there is no unit', 'from_m,to_m,v\n-,-,(mph)\n0,1,50\n', M, /holds units: .*"v \[mph\]"/s],
  [
    'units that are not known',
    'from,to,v\n[sta],[sta],[1/s]\n0,1,50\n',
    { ...BARE, unit: 'm' },
    /holds units: .*"from \[sta\]"/s,
  ],
  [
    'units of a table of steps',
    'km,v\n[km],[km/h]\n0,50\n',
    { from: 'km', limit: 'v', axisUnit: 'm', table: { until: 'next', end: '1 km' } },
    /holds units/,
  ],
  [
    'a second header',
    'from_m,to_m,v\nBeginn,Ende,Tempo\n0,1,50\n',
    M,
    /holds no numbers: Beginn, Ende, Tempo/,
  ],
  [
    'a note at the end',
    `${limit('5')}Valid for all trains\t\t\n`,
    M,
    /neither a place nor a limit: Valid for all trains.*#/s,
  ],
  [
    'a footnote below the table',
    `${limit('5')}* bei Nässe 60\t\t\n`,
    M,
    /neither a place nor a limit: \* bei Nässe 60.*#/s,
  ],
  [
    'a numbered one',
    `${limit('5')}1) bei Nässe 60\t\t\n`,
    M,
    /neither a place nor a limit: 1\) bei Nässe 60.*#/s,
  ],
  [
    'a total that says so at its end',
    `from_m;to_m;v;n\n0;400;5;\n0;400;5;Total\n`,
    M,
    /3:1: TOTAL_UNCLEAR: the row holds "Total" like a total.*--totals omit/s,
  ],
  [
    'an average that holds places',
    `n;${limit('5').replaceAll('\t', ';').replace('\n0', '\na;0')}Mittelwert;0;400;5\n`,
    M,
    /begins with "Mittelwert" like a total/,
  ],
  [
    'a header that comes again with other units',
    'from_m;to_m;v\n0;100;50\nfrom_km;to_km;v\n0.1;0.2;60\n',
    M,
    /3:1: ROW_UNCLEAR: the row names the columns anew: from_km, to_km, v\. Split the table there/,
  ],
  [
    'units that come again',
    `${limit('5')}[km]\t[km]\t[km/h]\n`,
    M,
    /names the columns anew.*Split the table/s,
  ],
  ['a note with a number', `${limit('5')}Page 2\t\t\n`, M, /neither a place nor a limit: Page 2/],
  ['a note on fewer fields', `${limit('5')}Source: survey\n`, M, /1 fields, the header 3.*#/s],
  ['a footnote mark', limit('80*'), M, /"80\*".*footnote/s],
  ['a footnote number', limit('80 1)'), M, /"80 1\)".*footnote/s],
  ['a raised footnote number', limit('80¹'), M, /"80¹".*footnote/s],
  ['a footnote letter', limit('80 a)'), { ...M, limitUnit: 'km/h' }, /"80 a\)".*no unit, take it out/s],
  ['a range of places', end('12.4-12.9'), M, /"12\.4-12\.9".*range.*columns of their own/s],
  ['a range with a unit', end('12,4 \u2013 12,9 km'), M, /range.*columns of their own/s],
  ['a range in words', end('12 bis 13'), M, /range/],
  ['no limit, in a word', limit('unlimited'), M, /"unlimited".*leave the field empty/s],
  ['no limit, by a dash', limit('\u2013'), M, /leave the field empty/],
  ['no limit, not applicable', limit('n/a'), M, /"n\/a".*leave the field empty/s],
  ['an end in a word', end('bis Ende'), M, /"bis Ende".*--end PLACE/s],
  ['an end, not applicable', end('n/a'), M, /"n\/a".*--end PLACE/s],
  ['a percentage', limit('50 %'), M, /"50 %".*percentage/s],
  ['digits of another script', end('\uff14\uff10'), M, /as 0 to 9/],
  ['a negative number of a ledger', end('(400)'), M, /with - before/],
  ['a minus behind', end('400-'), M, /with - before/],
  ['a dash for a minus', end('\u2013400'), M, /with - before/],
  ['an estimate', limit('~80'), M, /one number that counts/],
  [
    'a blank that stands between thousands or two numbers',
    end('100 200'),
    M,
    /which is 100200 or two numbers.*--thousands space/s,
  ],
  ['the same between commas', 'from_m,to_m,v\n0,100 200,50\n', M, /100200 or two numbers/],
  [
    'a place beyond every axis',
    end('99999999999999999999'),
    M,
    /t\.csv:2:3: OUT_OF_RANGE: "to_m" is "99999999999999999999"/,
  ],
  [
    'a limit beyond every limit',
    limit('99999999999999999999'),
    M,
    /t\.csv:2:7: OUT_OF_RANGE: "v" is "9{20}"/,
  ],
  ['more digits than anything has', end('9'.repeat(60)), M, /t\.csv:2:3: .*fewer digits/s],
  ['a fraction', limit('7½'), M, /with decimals/],
  ['two limits', limit('80/100'), M, /with decimals/],
  ['a formula', limit('=A2+5'), M, /formula/],
  ['a word that is true', limit('TRUE'), M, /"TRUE"/],
  ['a sign that is no mark of numbers', end('1´400'), M, /"1´400".*digits/s],
  ['a day of a spreadsheet with its hours', 'from,to\n46054.5,2026-02-02T00:00:00Z\n', TIME, /spreadsheet/],
  [
    'milliseconds taken for seconds',
    'from,to\n1769904000000,2026-02-02T00:00:00Z\n',
    { ...TIME, table: { since1970: true } },
    /beyond the year 9999.*--unit ms/s,
  ],
  ['hour 24 of a day', 'from,to\n2026-02-01T00:00Z,2026-02-01T24:00Z\n', TIME, /hour 24.*next day/s],
  ['a length of time', 'from,to\n2026-02-01T00:00Z,PT8H\n', TIME, /"PT8H", which is not a timestamp/],
  ['a workbook', Buffer.from('PK\u0003\u0004 sheet'), M, /workbook.*CSV UTF-8/s],
  ['a Parquet file', Buffer.from('PAR1 rows'), M, /Parquet.*CSV/s],
  ['what bzip2 made', Buffer.from('BZh91AY'), M, /bzip2.*Unpack/s],
  ['UTF-16 without its mark', Buffer.from(limit('5'), 'utf16le'), M, /--encoding utf-16le/],
  ...['from_ft', 'from (mi)', 'from [yd]', 'from feet', 'from nmi'].map(
    (from): Asked => [
      `kilometres + metres in a column called ${from}`,
      `${from};v\n12+400;5\n13+500;6\n`,
      { from, limit: 'v', axisUnit: 'm', table: { until: 'next', end: '14000 m' } },
      /"12\+400", which looks like kilometres \+ metres, in a column of (?:ft|mi|yd|feet|nmi).*1240 ft/s,
    ],
  ),
  [
    'kilometres + metres on an axis of feet',
    'from;to;v\n12+400;13+500;5\n',
    { ...BARE, axisUnit: 'ft' },
    /on an axis of ft.*--unit m/s,
  ],
  [
    'kilometres + metres under --unit',
    'from;to;v\n1+400;3+500;5\n',
    { ...BARE, unit: 'ft' },
    /in a column of ft/,
  ],
  ['nothing', '', M, /empty/],
  ['a header alone', 'from_m,to_m,v\n', M, /a header but no rows/],
];

describe('is asked about, or refused, once', () => {
  test.each(ASKED)('%s', async (_name, text, options, words) => {
    const told = await refusal(text, options);
    expect(told).toMatch(words);
    expect(told.match(/^t\.csv:\d+:\d+: /gm)).toHaveLength(1);
  });
});

test('a row that begins with # is a comment, as its remedy says', async () => {
  const { assumptions } = await imported(`${limit('5')}#Page 2\t\t\n`, M);
  expect(assumptions).toContain('1 comment left out: line 3 "#Page 2"');
});

test('words in a column that nothing uses are named', async () => {
  const { assumptions } = await imported('from_m,to_m,v,ok\n0,4,5,TRUE\n4,9,6,FALSE\n', M);
  expect(assumptions).toContain('column "ok" is not used: TRUE (1), FALSE (1)');
});

/** A table with the name of its begin, and ends in the same unit; a table with the name of its limit. */
const begins = (name: string) => `${name};to;v\n0;4;5\n`;
const limits = (name: string) => `from_m;to_m;${name}\n0;400;5\n`;

/** Names of columns, and the unit that each says: it stands against another that was said. */
const PLACE_UNITS: readonly (readonly [unit: string, names: readonly string[]])[] = [
  ['mi', ['start (miles)', 'miles from', 'start_mile', 'Meilen']],
  ['ft', ['begin (feet)', 'begin_feet', 'beginFeet', 'foot [ft]']],
  ['km', ['km von', 'km_from', 'fromKm', 'from (in km)', 'from (km) *', 'from (km) start', 'from {km}']],
  ['km', ['from\uff08km\uff09', 'from (km.)', 'from (km from the depot)', 'from km (start)', 'from \u339e']],
];

describe('the unit in a name of places, wherever it stands', () => {
  test.each(PLACE_UNITS.flatMap(([unit, names]) => names.map((name) => [name, unit] as const)))(
    '%s says %s',
    async (from, unit) => {
      expect(await refusal(begins(from), { ...BARE, from, unit: 'm' })).toContain(
        `says ${unit}, but --unit m`,
      );
      expect(await rowsOf(begins(from), { ...BARE, from, unit, axisUnit: unit })).toBe('0..4 5');
    },
  );

  test.each(['from (hrs)', 'from hours', 'start [Stunden]'])('%s says h', async (from) => {
    const told = await refusal(begins(from), { ...BARE, from, unit: 'min' });
    expect(told).toContain('says h, but --unit min');
  });

  test.each([
    'from',
    'm from',
    'start (incl.)',
    'start (2026)',
    'start (1)',
    'start (a/b)',
    'from_yard',
    'um von',
    'pos_min',
  ])('%s says none', async (from) => {
    const text = begins(from).replace('to', 'pos_max');
    expect(await rowsOf(text, { from, to: 'pos_max', limit: 'v', unit: 'km' })).toBe('0..4 5');
  });

  test.each([
    [
      'deg',
      [
        'a_deg',
        'from_degrees',
        'angle_from_degrees',
        'deg von',
        'fromDeg',
        'from \u00b0',
        'from\u00b0',
        '\u03c6/\u00b0',
      ],
    ],
    ['gon', ['from_gon', 'fromGON', 'from.gon']],
    ['arcmin', ['from_arcmin']],
    ['h', ['a_h', 'a_hrs', 'hours', 't/h']],
    ['s', ['a_s', 'a_sec', 'from - seconds']],
    ['ms', ['a_ms']],
    ['us', ['a_us', 'a_\u00b5s']],
    ['min', ['a_min', 'from minutes']],
    ['d', ['a_day', 'from_days']],
    ['turn', ['a_rev', 'a_turn']],
    ['tick', ['a_tick', 'from_ticks']],
    ['km/h', ['a_kmh', 'a_km_h']],
  ] as const)('of another kind is no other unit than that: %s', async (unit, names) => {
    for (const from of names) {
      const told = await refusal(begins(from), { ...BARE, from, unit: 'm', axisUnit: 'mm' });
      expect(told).toMatch(/says \S+, but --unit m was said/);
      const alone = await refusal(begins(from), { ...BARE, from, axisUnit: 'mm' });
      expect(alone).toMatch(/says \S+, and the axis counts mm, which is no unit of that kind/);
      expect(alone.match(/^t\.csv:\d+:\d+: /gm)).toHaveLength(1);
      expect(await refusal(begins(from), { ...BARE, from, unit, axisUnit: unit })).not.toContain('says');
    }
  });

  test.each(['s', 'd', 'section H', 'Punkt D', 'second_from'])(
    '%s says no unit of another kind',
    async (from) => {
      expect(await rowsOf(begins(from), { ...BARE, from, unit: 'm' })).toBe('0..4 5');
    },
  );

  test.each([
    ...['from_hm', 'from_chains', 'a_rad', 'from radians', 'a_nm', 'from_mrad', 'from (pk)', 'from (perch)'],
    ...['from (usft)', 'from (ch)', 'from (mil)', 'from (nautical miles)', 'from_nautical_miles'],
    'from (US survey feet)',
  ])('%s is a unit, and not one that is known', async (from) => {
    for (const unit of ['m', 'deg', undefined]) {
      const told = await refusal(begins(from), { ...BARE, from, unit });
      expect(told).toContain('which is not a unit that is known here');
      expect(told).not.toMatch(/--unit m\b/);
    }
  });

  test.each([
    'from (1000 ft)',
    'from (x10 m)',
    'from (m\u00d710)',
    'from (mm/10)',
    'from (1000)',
    'from (furlongs)',
    'from in 0.1 m',
  ])('%s is no unit that is known', async (from) => {
    const told = await refusal(begins(from), { ...BARE, from, unit: 'm' });
    expect(told).toContain(`"${from}" says "`);
    expect(told).toContain('which is not a unit that is known here');
  });
});

/** 5 of each in mm/s, cut to whole ones. */
const SPEEDS: readonly (readonly [unit: string, mms: string, names: readonly string[]])[] = [
  ['kn', '2572', ['v (knots)', 'v_kts', 'v [kn] max']],
  ['mph', '2235', ['mph max', 'miles per hour', 'v (miles/hour)', 'speedMph']],
  [
    'm/s',
    '5000',
    ['speed mps', 'v (m s-1)', 'v (m\u00b7s\u207b\u00b9)', 'v_ms', 'v_m_s', 'metres per second'],
  ],
  [
    'km/h',
    '1388',
    ['speedKmh', 'v (km/h) max', 'v max (km/h)', 'v_km_h', 'v1_kmh', 'v (km / h)', 'v km per h'],
  ],
];

describe('the unit in a name of limits, wherever it stands', () => {
  test.each(SPEEDS.flatMap(([unit, mms, names]) => names.map((name) => [name, unit, mms] as const)))(
    '%s says %s',
    async (name, _unit, mms) => {
      const told = await refusal(limits(name), { ...M, limit: name, limitUnit: 'mm/s' });
      expect(told).toMatch(mms === '5000' ? /limit: 5000 / : new RegExp(`The nearest are ${mms} mm/s`));
    },
  );

  test.each([
    ...[
      'v (10 km/h)',
      'v in 0.1 km/h',
      'v x10 km/h',
      'v (%)',
      'v (kN)',
      'v (t)',
      'v (dB)',
      'v_kN',
      'v in kW',
    ],
    ...['v (km-h)', 'v (metric tons)', 'v (°C)'],
  ])('%s is no unit that is known', async (name) => {
    const told = await refusal(limits(name), { ...M, limit: name, limitUnit: 'km/h' });
    expect(told).toContain(`"${name}" says "`);
  });

  test.each(['v_rpm', 'v_deg_s', 'v_mdeg', 'v [1/min]', 'v_ft', 'v_kmhs/s', 'v m/s2'])(
    '%s is no speed over ground',
    async (name) => {
      const told = await refusal(limits(name), { ...M, limit: name, limitUnit: 'km/h' });
      expect(told).toMatch(/UNIT_MISMATCH.*the name of|which is not a unit that is known|"v_kmhs/);
    },
  );

  test('brackets that tell columns apart are no units', async () => {
    const text = 'from_m;to_m;v (R);v (A)\n0;4;5;6\n';
    expect(await rowsOf(text, { ...M, limit: 'v (R)', limitUnit: 'km/h' })).toBe('0..4 5');
    const forces = text.replace('v (R)', 'v (kN)');
    expect(await refusal(forces, { ...M, limit: 'v (kN)', limitUnit: 'km/h' })).toContain('says "kN"');
  });

  test.each([
    'v_d',
    'v_m',
    'v_min',
    'v_s',
    'limit (max)',
    'v (Reisezug)',
    'v_kmh (SBB)',
    'max speed (cars)',
    'v_max',
    'limit_1',
  ])('%s says none', async (name) => {
    expect(await rowsOf(limits(name), { ...M, limit: name, limitUnit: 'km/h' })).toBe('0..400 5');
  });
});

const clocked = (name: string, more = '', cells = '') =>
  `${name},to${more}\n2026-02-01 00:00,2026-02-02 00:00${cells}\n`;
const under = (from: string, offset: string) => ({ ...TIME, from, table: { offset } });

describe('the clock that a table names', () => {
  test.each([
    'start (UTC)',
    'start_utc',
    'startUTC',
    'start (Z)',
    'start UTC time',
    'start (GMT)',
    'start (UTC+2)',
    'start (+02:00)',
    'start UTC+02',
  ])('%s stands against another that was said', async (name) => {
    const [offset, other] = name.includes('2') ? ['+02:00', 'Z'] : ['Z', '+02:00'];
    expect(await rowsOf(clocked(name), under(name, offset))).toContain('2026-0');
    const told = await refusal(clocked(name), under(name, other));
    expect(told).toMatch(
      new RegExp(
        `the name of "${name.replace(/[()+]/g, '\\$&')}" says .*--offset ${other.replace('+', '\\+')}`,
      ),
    );
    expect(told).toContain(`Say --offset ${offset}, or rename`);
  });

  test.each([
    'start_cet',
    'start (CET)',
    'start MEZ',
    'start (Europe/Zurich)',
    'start (local time)',
    'start (EST)',
  ])('%s is no offset of the whole year', async (name) => {
    const told = await refusal(clocked(name), under(name, '+01:00'));
    expect(told).toMatch(/says .*--offset \+01:00 was said\nSuch a clock/);
  });

  test.each(['tz', 'zone', 'offset', 'utc_offset', 'Time Zone'])('in a column named %s', async (name) => {
    for (const cell of ['+02:00', '+0200', '+2', 'CET', 'Europe/Zurich', 'UTC'])
      expect(await refusal(clocked('from', `,${name}`, `,${cell}`), under('from', '+01:00'))).toContain(
        `column "${name}" holds clocks (${cell} (1))`,
      );
    for (const cell of ['+01:00', 'UTC+1', 'north', ''])
      expect(await rowsOf(clocked('from', `,${name}`, `,${cell}`), under('from', '+01:00'))).toContain(
        '2026-0',
      );
  });

  test('is not asked about where each timestamp has an offset', async () => {
    const text = 'start_cet,to,tz\n2026-02-01T00:00Z,2026-02-02T00:00Z,CET\n';
    expect(await rowsOf(text, under('start_cet', '+01:00'))).toContain('2026-02-01T00:00:00Z');
  });

  test.each(['start', 'best', 'start_ist', 'list', 'from (east)', 'from (new)'])(
    '%s names none',
    async (name) => {
      expect(await rowsOf(clocked(name), under(name, '+01:00'))).toContain('2026-0');
    },
  );
});

const titled = (line: string) => `${line}\nfrom;to;v\n0;4;5\n`;
const commented = (line: string) => `from;to;v\n#${line}\n0;4;5\n`;

describe('a second header, whatever order it names the columns in', () => {
  test.each(['v,from_m,to_m', 'to_m,from_m,v', 'to_m,v,from_m', 'from_m,v,to_m', 'w,v,FROM_M', 'x,to_m,v'])(
    '%s',
    async (header) => {
      const told = await refusal(`from_m,to_m,v\n0,50,80\n${header}\n50,100,200\n`, M);
      expect(told).toContain('the row names the columns anew');
      expect(told).not.toContain('let it begin with #');
    },
  );

  test.each(['von,bis,Tempo', 'To,From,Speed', 'start,end,'])('in other words: %s', async (header) => {
    const told = await refusal(`from_m,to_m,v\n0,50,80\n${header}\n50,100,200\n`, M);
    expect(told).toContain('If the row names the columns anew, split the table there');
  });
});

describe('what titles and comments say', () => {
  test.each([
    ['places in km', 'km'],
    ['Chainage [km]', 'km'],
    ['All distances are miles.', 'mi'],
    ['all in feet', 'ft'],
  ])('%s stands against another unit of places', async (line, unit) => {
    const options = { ...BARE, unit: 'm', limitUnit: 'km/h' };
    for (const text of [titled(line), commented(line)]) {
      const told = await refusal(text, options);
      expect(told).toContain(`says ${unit}, but --unit m was said: `);
      expect(told).toContain(line);
    }
    for (const table of [{ headerRow: 2 }, { comment: '#' }])
      expect(await rowsOf(table.comment ? commented(line) : titled(line), { ...options, table })).toBe(
        '0..4 5',
      );
  });

  test.each([
    ['Limits in mph', 'mph'],
    ['speeds are miles per hour', 'mi/h'],
    ['v in m/s', 'm/s'],
  ])('%s stands against another unit of limits', async (line, unit) => {
    const told = await refusal(titled(line), { ...BARE, unit: 'm', limitUnit: 'km/h' });
    expect(told).toContain(`says ${unit}, but --limit-unit km/h was said: ${line}`);
  });

  test.each([
    'Speeds of the north line',
    'in m, to km 12',
    'page 5 m',
    'v in km/h',
    'survey in May',
    'min of all',
  ])('%s does not, and is quoted', async (line) => {
    const options = { ...BARE, unit: 'm', limitUnit: 'km/h' };
    const { assumptions } = await imported(titled(line), options);
    expect(assumptions.join()).toContain(`1 row above the header left out: line 1 "${line}"`);
    expect((await imported(commented(line), options)).assumptions.join()).toContain(`line 2 "#${line}"`);
  });

  test('does not matter where the names of columns say it', async () => {
    const text = 'places in km, limits in mph\nfrom_m;to_m;v (km/h)\n0;4;5\n';
    expect(await rowsOf(text, { ...M, limit: 'v (km/h)', limitUnit: 'km/h' })).toBe('0..4 5');
  });
});

describe('a column of lengths is no column of ends', () => {
  test.each(['length_m', 'Length (m)', 'Länge [m]', 'laenge_m', 'longueur (m)', 'width_m', 'lunghezza_m'])(
    '%s',
    async (name) => {
      const told = await refusal(`from_m;${name};v\n0;400;5\n400;500;6\n`, {
        from: 'from_m',
        to: name,
        limit: 'v',
      });
      expect(told).toContain('says how long rows are, and not where they end');
    },
  );

  test.each(['to_m', 'length to (m)', 'end of length (m)', 'Bis Länge (m)', 'lengthy_m'])(
    '%s is one',
    async (name) => {
      expect(await rowsOf(`from_m;${name};v\n0;400;5\n`, { from: 'from_m', to: name, limit: 'v' })).toBe(
        '0..400 5',
      );
    },
  );
});

test('what a bare place counts that is said in the stead of one is told', async () => {
  const table = 'km,v\n12.4,80\n14.0,60\n';
  const asked = { from: 'km', limit: 'v', axisUnit: 'm', table: { until: 'next' } } as const;
  const told = async (end: string) =>
    (await imported(table, { ...asked, table: { ...asked.table, end } })).assumptions.join('\n');
  expect(await told('15')).toContain('--end 15 counts km, as places of the table do');
  expect(await told('15000 m')).not.toContain('--end');
  expect(await told('15+000')).not.toContain('--end');
});
