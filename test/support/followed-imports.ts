/** Imports that are refused, and what a person does who follows the remedy; what a remedy proposes is taken out of it, never typed anew. */

/** An import: its table, and its options apart from the map and the output. */
export interface Import {
  readonly table: string | Uint8Array;
  readonly argv: readonly string[];
}

type Follow = (asked: Import, remedy: string) => Import;

export interface Followed extends Import {
  readonly follow: Follow;
  /** `id [from, to)` and the limit, of all that is covered. */
  readonly meant: readonly string[];
}

/** `--dates dd.mm.yyyy`, as a sentence names an option; words that go on with the sentence are no values. */
const OPTION = /--[a-z][a-z0-9-]*(?: (?!(?:and|or|out|too|a|are)\b)(?:'[^']*'|[^\s';,]*[^\s';,.:]))?/g;

function optionIn(remedy: string, index: number): readonly [name: string, value: string | undefined] {
  const [name = '', ...value] = (remedy.match(OPTION)?.[index] ?? 'NOTHING').split(' ');
  return [name, value.length === 0 ? undefined : value.join(' ').replace(/^'|'$/g, '')];
}

function without(argv: readonly string[], name: string): readonly string[] {
  const at = argv.indexOf(name);
  if (at < 0) return argv;
  const hasValue = argv[at + 1] !== undefined && !argv[at + 1]?.startsWith('--');
  return argv.filter((_, index) => index !== at && !(hasValue && index === at + 1));
}

/** Says the option that the remedy names, with its value, or with what was meant where the remedy leaves that open. */
const say =
  (index = 0, value?: string): Follow =>
  ({ table, argv }, remedy) => {
    const [name, named] = optionIn(remedy, index);
    const said = value ?? named;
    return { table, argv: [...without(argv, name), name, ...(said === undefined ? [] : [said])] };
  };

const leave =
  (index = 0): Follow =>
  ({ table, argv }, remedy) => ({ table, argv: without(argv, optionIn(remedy, index)[0]) });

const leaveOut =
  (name: string): Follow =>
  ({ table, argv }) => ({ table, argv: without(argv, name) });

/** Adds the options that a part of the remedy names. */
const adding =
  (part: RegExp): Follow =>
  ({ table, argv }, remedy) => ({ table, argv: [...argv, ...(part.exec(remedy)?.[0].split(' ') ?? [])] });

const edit =
  (pattern: string | RegExp, replacement: string): Follow =>
  ({ table, argv }) => ({ table: String(table).replaceAll(pattern, replacement), argv });

/** Writes over a row with the two places that the remedy names. */
const rewrite =
  (row: string, places: RegExp): Follow =>
  ({ table, argv }, remedy) => ({
    table: String(table).replace(row, (places.exec(remedy) ?? []).slice(1).join(',')),
    argv,
  });

/** Writes what the remedy names in place of a text. */
const rewriteText =
  (text: string, part: RegExp): Follow =>
  ({ table, argv }, remedy) => ({
    table: String(table).replace(text, part.exec(remedy)?.[0] ?? 'NOTHING'),
    argv,
  });

const then =
  (first: Follow, second: Follow): Follow =>
  (asked, remedy) =>
    second(first(asked, remedy), remedy);

const NAMES = ['--from', 'from_m', '--to', 'to_m', '--limit', 'v'];
const BARE_LENGTHS = ['--from', 'from_m', '--limit', 'v'];
const KM = ['--from', 'from_km', '--to', 'to_km', '--limit', 'v', '--axis-unit', 'm', '--gaps', 'stop'];
const BARE = ['--from', 'from', '--to', 'to', '--limit', 'v'];
const STEPS = ['--from', 'from_m', '--limit', 'v', '--until', 'next'];
const TIME = ['--from', 'from', '--to', 'to', '--axis-unit', 's', '--origin', '2026-01-01T00:00:00Z'];
const CLOCK = ['--from', 'from', '--to', 'to', '--axis-unit', 'min', '--gaps', 'stop'];
const CLOCK_STEPS = ['--from', 'from', '--limit', 'v', '--until', 'next', '--axis-unit', 'min', '--clock'];

/** 40 from 22:00 to 06:00, then 80. */
const EVENING = ['t-1 [0, 360) limit 40', 't-2 [360, 1320) limit 80', 't-1 [1320, 1440) limit 40'];
/** A step table in which a cell is merged with the one above, or has no limit. */
const MERGED = 'from_m;v\n0;5\n400;\n900;6\n';
const STEPS_TO = ['--from', 'from_m', '--limit', 'v', '--until', 'next', '--end', '950'];
const NONE_BETWEEN = ['t-1 [0, 400) limit 5', 't-2 [400, 900)', 't-3 [900, 950) limit 6'];
const SAME_BETWEEN = ['t-1 [0, 400) limit 5', 't-2 [400, 900) limit 5', 't-3 [900, 950) limit 6'];
const HEAD = 'from_m;to_m;v\n';
const TWO = `${HEAD}0;400;5\n400;900;6\n`;
const MEANT = ['t-1 [0, 400) limit 5', 't-2 [400, 900) limit 6'];
const FIRST = ['t-1 [0, 400) limit 5'];
const FEBRUARY = ['t-1 [2026-02-01T00:00:00Z, 2026-02-02T00:00:00Z)'];
const DAY_STEPS = [
  ...['--from', 'from', '--until', 'next', '--axis-unit', 's', '--origin', '2026-01-01T00:00:00Z'],
  ...['--offset', 'Z', '--end'],
];
const DAYS = 'from,to\n2026-02-01,2026-02-01\n';
const CIRCLE = 'from_deg;to_deg;v\n';
const ON_CIRCLE = ['--from', 'from_deg', '--to', 'to_deg', '--limit', 'v', '--gaps', 'stop'];
const UTF16 = Buffer.from(TWO, 'utf16le');

/** By remedy, with `…` for what is filled in: imports that meet it, how each follows it, and what was meant. */
export const FOLLOWED: Readonly<Record<string, readonly Followed[]>> = {
  'If it is right, let the axis count a coarser unit with --axis-unit, or begin near it with --origin; else correct it.':
    [
      {
        table: `${HEAD}0;4000000000;5\n`,
        argv: NAMES,
        follow: say(0, 'km'),
        meant: ['t-1 [0, 4000000) limit 5'],
      },
      {
        table: `${HEAD}4000000000;4000000400;5\n`,
        argv: NAMES,
        follow: say(1, '4000000000'),
        meant: ['t-1 [4000000000, 4000000400) limit 5'],
      },
      {
        table: `${HEAD}0;40099999999999999999999;5\n`,
        argv: NAMES,
        follow: edit('40099999999999999999999', '400'),
        meant: FIRST,
      },
      {
        table: 'from,to\n2026-02-01T00:00:00Z,3026-02-01T00:00:00Z\n',
        argv: TIME,
        follow: then(say(0, 'd'), edit('3026', '2027')),
        meant: ['t-1 [2026-02-01T00:00:00Z, 2027-02-01T00:00:00Z)'],
      },
    ],
  'If rows do not hold the place at which they end, say … instead; else correct one of the two rows.': [
    {
      table: TWO,
      argv: [...NAMES, '--inclusive'],
      follow: then(leaveOut('--inclusive'), say()),
      meant: MEANT,
    },
    { table: TWO, argv: [...NAMES, '--ends', '1 m'], follow: say(), meant: MEANT },
    {
      table: TWO.replace('900', '899'),
      argv: [...NAMES, '--inclusive'],
      follow: edit('0;400', '0;399'),
      meant: MEANT,
    },
    {
      table: DAYS.replace('01\n', '02\n').concat('2026-02-02,2026-02-03\n'),
      argv: [...TIME, '--offset', 'Z', '--ends', 'inclusive'],
      follow: say(),
      meant: [...FEBRUARY, 't-2 [2026-02-02T00:00:00Z, 2026-02-03T00:00:00Z)'],
    },
  ],
  'Correct the number, or say how all are written with --decimal and --thousands.': [
    {
      table: TWO.replaceAll('400', '400,0'),
      argv: [...NAMES, '--decimal', 'point'],
      follow: say(0, 'comma'),
      meant: MEANT,
    },
    {
      table: `${HEAD}0;1.400,5;5\n`,
      argv: [...NAMES, '--thousands', 'space', '--axis-unit', 'mm'],
      follow: say(1, 'point'),
      meant: ['t-1 [0, 1400500) limit 5'],
    },
  ],
  'Correct the row; if either place may stand first, say --order either.': [
    { table: `${HEAD}0;400;5\n900;400;6\n`, argv: NAMES, follow: say(), meant: MEANT },
    {
      table: 'from_m;to_m;v;p\n0;400;5;up\n400;900;6;up\n900;0;7;down\n',
      argv: [...NAMES, '--phases', 'p=up,down'],
      follow: say(),
      meant: MEANT,
    },
  ],
  'Correct --decimal or --thousands.': [
    {
      table: `${HEAD}0;1.400,0;5\n`,
      argv: [...NAMES, '--decimal', 'point', '--thousands', 'point'],
      follow: say(0, 'comma'),
      meant: ['t-1 [0, 1400) limit 5'],
    },
    {
      table: `${HEAD}0;1,400.0;5\n`,
      argv: [...NAMES, '--decimal', 'point', '--thousands', 'point'],
      follow: say(1, 'comma'),
      meant: ['t-1 [0, 1400) limit 5'],
    },
  ],
  'Read another column, or say --… …; if the name says something else, rename the column.': [
    {
      table: 'from_deg,to_deg,v\n0,400,5\n',
      argv: ['--from', 'from_deg', '--to', 'to_deg', '--limit', 'v', '--axis-unit', 'm'],
      follow: say(),
      meant: FIRST,
    },
    {
      table: 'from_m;to_m;v_rpm\n0;400;5\n',
      argv: ['--from', 'from_m', '--to', 'to_m', '--limit', 'v_rpm', '--limit-unit', 'km/h'],
      follow: say(),
      meant: FIRST,
    },
    {
      table: 'from_h,to_h,from_m,to_m,v\n0,1,0,400,5\n',
      argv: ['--from', 'from_h', '--to', 'to_h', '--limit', 'v', '--axis-unit', 'm'],
      follow: (asked) => ({ ...asked, argv: NAMES }),
      meant: FIRST,
    },
  ],
  'Convert the column and rename it….': [
    {
      table: 'from_hm,to_hm,v\n0,4,5\n',
      argv: ['--from', 'from_hm', '--to', 'to_hm', '--limit', 'v'],
      follow: () => ({ table: TWO.replace('400;900;6\n', ''), argv: NAMES }),
      meant: FIRST,
    },
    {
      table: 'from_chains,to_chains,v\n0,400,5\n',
      argv: ['--from', 'from_chains', '--to', 'to_chains', '--limit', 'v'],
      follow: say(),
      meant: FIRST,
    },
  ],
  'Correct --header-row.': [
    { table: TWO, argv: [...NAMES, '--header-row', '9'], follow: say(0, '1'), meant: MEANT },
  ],
  'Fill in the field, or say where rows without an end do end, such as --end PLACE.': [
    { table: TWO.replace('900', ''), argv: NAMES, follow: say(0, '900'), meant: MEANT },
  ],
  'If it holds until the next row begins, say --until next; if it ends elsewhere, fill in the field.': [
    { table: TWO.replace('400', ''), argv: NAMES, follow: say(), meant: MEANT },
    { table: TWO.replace('400', ''), argv: NAMES, follow: edit('0;;5', '0;400;5'), meant: MEANT },
  ],
  'If each row holds until the next begins, say --until next; else fill in the fields.': [
    {
      table: `${HEAD}0;;5\n400;;6\n`,
      argv: [...NAMES, '--end', '900'],
      follow: say(),
      meant: MEANT,
    },
  ],
  'If "…" tells them apart, say …--where … to read those rows alone; else ….': [
    ...[/--phases \S+/, /--where \S+/].map((option) => ({
      table: 'from_m;to_m;v;dir\n0;400;5;up\n0;400;6;down\n',
      argv: NAMES,
      follow: adding(option),
      meant: FIRST,
    })),
  ],
  'Name each: ….': [
    {
      table: 'from_m;to_m;p;f\n0;400;5;3\n',
      argv: ['--from', 'from_m', '--to', 'to_m', '--limit', 'p,f'],
      follow: then(leaveOut('--limit'), adding(/--limit.*(?=\.$)/)),
      meant: ['t-1/p [0, 400) limit 5'],
    },
  ],
  'Name it once.': [
    {
      table: TWO,
      argv: [...NAMES, '--limit', 'v'],
      follow: leaveOut('--limit'),
      meant: MEANT,
    },
  ],
  'Leave --… … out.': [{ table: TWO, argv: [...NAMES, '--offset', 'Z'], follow: leave(), meant: MEANT }],
  'Take it out of what is unused.': [
    { table: TWO, argv: [...NAMES, '--unused', 'v'], follow: leaveOut('--unused'), meant: MEANT },
  ],
  'Name one of its columns (…), or take it out of what is unused.': [
    { table: TWO, argv: [...NAMES, '--unused', 'x'], follow: leaveOut('--unused'), meant: MEANT },
  ],
  'If all rows are …, say --order …; else correct the row.': [
    { table: `${HEAD}400;0;5\n900;400;6\n`, argv: NAMES, follow: say(), meant: MEANT },
    { table: TWO, argv: [...NAMES, '--order', 'falling'], follow: say(), meant: MEANT },
    {
      table: 'from_m;v\n900;6\n400;5\n',
      argv: [...STEPS, '--end', '0'],
      follow: say(),
      meant: ['t-2 [0, 400) limit 5', 't-1 [400, 900) limit 6'],
    },
  ],
  'If it is a comment, say --comment …; if it is data, say --comment none.': [
    {
      table: `id;${TWO.replace('0;', 'a;0;').replace('400;900', '#1;400;900')}`,
      argv: NAMES,
      follow: say(),
      meant: FIRST,
    },
    {
      table: `id;${TWO.replace('0;', 'a;0;').replace('400;900', '#1;400;900')}`,
      argv: NAMES,
      follow: say(1),
      meant: MEANT,
    },
  ],
  'If it is a total, say --totals omit; if it is data, say --totals keep.': [
    {
      table: `id;${TWO.replace('0;', 'a;0;').replace('400;900', 'Total;400;900')}`,
      argv: NAMES,
      follow: say(),
      meant: FIRST,
    },
    {
      table: `id;${TWO.replace('0;', 'a;0;').replace('400;900', 'Total;400;900')}`,
      argv: NAMES,
      follow: say(1),
      meant: MEANT,
    },
  ],
  'If it is one, say --clock, on an axis of s or min.': [
    { table: 'from,to\n00:00,08:00\n', argv: CLOCK, follow: say(), meant: ['t-1 [0, 480)'] },
  ],
  'If rows hold the place at which they end, say --ends inclusive; else correct the row.': [
    { table: `${HEAD}0;0;5\n`, argv: NAMES, follow: say(), meant: ['t-1 [0, 1) limit 5'] },
  ],
  'If it is the whole …, write …; else correct the row.': [
    ...['06:00,06:00', '00:00,00:00', '24:00,00:00'].map((row) => ({
      table: `from,to\n${row}\n`,
      argv: [...CLOCK, '--clock'],
      follow: rewrite(row, /write (\S+) to (\S+);/),
      meant: ['t-1 [0, 1440)'],
    })),
    {
      table: 'from,v\n06:00,40\n',
      argv: [...CLOCK_STEPS, '--end', '06:00'],
      follow: ({ table, argv }, remedy) => {
        const [, first = '', last = ''] = /write (\S+) to (\S+);/.exec(remedy) ?? [];
        return {
          table: String(table).replace('06:00', first),
          argv: [...without(argv, '--end'), '--end', last],
        };
      },
      meant: ['t-1 [0, 1440) limit 40'],
    },
  ],
  'If rows hold the minute in which they end, say --ends …; else correct the row.': [
    {
      table: 'from,to\n2026-02-01 08:00:30,2026-02-01 08:00\n',
      argv: [...TIME, '--offset', 'Z', '--gaps', 'stop'],
      follow: say(),
      meant: ['t-1 [2026-02-01T08:00:30Z, 2026-02-01T08:01:00Z)'],
    },
  ],
  'Leave --order out.': [
    {
      table: 'from,v\n22:00,40\n06:00,80\n',
      argv: [...CLOCK_STEPS, '--end', '22:00', '--order', 'falling'],
      follow: leave(),
      meant: EVENING,
    },
  ],
  'Put the rows in order, once round the ….': [
    {
      table: 'from,v\n22:00,40\n06:00,80\n04:00,30\n',
      argv: [...CLOCK_STEPS, '--end', '22:00'],
      follow: edit('06:00,80\n04:00,30', '04:00,30\n06:00,80'),
      meant: [
        't-1 [0, 240) limit 40',
        't-2 [240, 360) limit 30',
        't-3 [360, 1320) limit 80',
        't-1 [1320, 1440) limit 40',
      ],
    },
  ],
  'If the row holds that day to its end, say --ends inclusive; if it ends as the day begins, say --ends exclusive.':
    [
      { table: DAYS, argv: [...TIME, '--offset', 'Z'], follow: say(), meant: FEBRUARY },
      { table: 'from\n2026-02-01\n', argv: [...DAY_STEPS, '2026-02-01'], follow: say(), meant: FEBRUARY },
      { table: 'from\n2026-02-01\n', argv: [...DAY_STEPS, '2026-02-02'], follow: say(1), meant: FEBRUARY },
      {
        table: 'from,to\n2026-02-01,2026-02-01\n2026-02-03,2026-02-03\n',
        argv: [...TIME, '--offset', 'Z', '--until', 'next', '--gaps', 'stop'],
        follow: say(),
        meant: [...FEBRUARY, 't-2 [2026-02-03T00:00:00Z, 2026-02-04T00:00:00Z)'],
      },
      {
        table: DAYS.replace('-01\n', '-02\n'),
        argv: [...TIME, '--offset', 'Z'],
        follow: say(1),
        meant: FEBRUARY,
      },
    ],
  'If the rows above it are no data, say --header-row …; else move the header above them.': [
    { table: `7;8;9\n${TWO}`, argv: NAMES, follow: say(), meant: MEANT },
  ],
  'If these are timestamps, make it an axis of time: give --origin a timestamp.': [
    {
      table: 'from,to\n2026-02-01T00:00:00Z,2026-02-02T00:00:00Z\n',
      argv: ['--from', 'from', '--to', 'to', '--unit', 's'],
      follow: say(0, '2026-01-01T00:00:00Z'),
      meant: FEBRUARY,
    },
  ],
  'Leave --clock out, or the --origin.': [
    {
      table: 'from,to\n2026-02-01T00:00:00Z,2026-02-02T00:00:00Z\n',
      argv: [...TIME, '--clock'],
      follow: leave(),
      meant: FEBRUARY,
    },
    {
      table: 'from,to\n00:00,08:00\n',
      argv: [...TIME, '--clock', '--gaps', 'stop'],
      follow: leave(1),
      meant: ['t-1 [0, 28800)'],
    },
  ],
  'Leave --encoding … out.': [
    {
      table: Buffer.concat([Buffer.from([0xff, 0xfe]), UTF16]),
      argv: [...NAMES, '--encoding', 'utf-8'],
      follow: leave(),
      meant: MEANT,
    },
  ],
  'Leave --limit-scale out: numbers with a unit are converted.': [
    {
      table: TWO.replace(';v', ';v (rpm)'),
      argv: [...NAMES, '--limit-scale', '10'],
      follow: leave(),
      meant: MEANT,
    },
  ],
  'Leave --limit-scale out: numbers with a unit are converted; for parts of 1 … say --limit-unit ….': [
    {
      table: TWO.replace(';v', ';v_kmh'),
      argv: [...NAMES.slice(0, -1), 'v_kmh', '--limit-scale', '10'],
      follow: leave(),
      meant: MEANT,
    },
    {
      table: TWO.replaceAll(/;([56])\n/g, ';$1 km/h\n'),
      argv: [...NAMES, '--limit-scale', '10', '--limit-unit', 'km/h'],
      follow: then(leave(), say(1)),
      meant: ['t-1 [0, 400) limit 5000', 't-2 [400, 900) limit 6000'],
    },
  ],
  'If limits are in that, say --limit-unit …; else rename the column in the table, and convert what it holds when it counts something else.':
    [{ table: TWO.replace(';v', ';v (kN)'), argv: NAMES, follow: say(), meant: MEANT }],
  'Leave --end out.': [{ table: TWO, argv: [...NAMES, '--end', '900'], follow: leave(), meant: MEANT }],
  'Write the moment.': [
    {
      table: 'from\n2026-02-02T00:00Z\n',
      argv: [...DAY_STEPS, '2026-02-01', '--order', 'falling'],
      follow: ({ table, argv }) => ({ table, argv: argv.map((word) => word.replace(/-01$/, '-01T00:00Z')) }),
      meant: FEBRUARY,
    },
  ],
  'If the row runs over …, write it as two, one up to there and one from there on; if its places stand the other way round, say …; else correct it.':
    [
      {
        table: `${CIRCLE}350;10;5\n`,
        argv: ON_CIRCLE,
        follow: edit('350;10;5', '0;10;5\n350;360;5'),
        meant: ['t-1 [0, 10) limit 5', 't-2 [350, 360) limit 5'],
      },
      { table: `${CIRCLE}20;10;5\n`, argv: ON_CIRCLE, follow: say(), meant: ['t-1 [10, 20) limit 5'] },
      {
        table: `${CIRCLE}10;20;5\n`,
        argv: [...ON_CIRCLE, '--order', 'falling'],
        follow: say(),
        meant: ['t-1 [10, 20) limit 5'],
      },
      {
        table: `${CIRCLE}0;10;5\n20;10;6\n`,
        argv: ON_CIRCLE,
        follow: say(),
        meant: ['t-1 [0, 10) limit 5', 't-2 [10, 20) limit 6'],
      },
      {
        table: 'from_h;to_h;v\n22;6;5\n',
        argv: ['--from', 'from_h', '--to', 'to_h', '--limit', 'v', '--gaps', 'stop'],
        follow: edit('22;6;5', '0;6;5\n22;24;5'),
        meant: ['t-1 [0, 6) limit 5', 't-2 [22, 24) limit 5'],
      },
    ],
  'If the rows run over …, put the first one behind it first and write the one across it as two; if all rows are …, say --order …; else correct the row.':
    [
      {
        table: 'from_deg;v\n90;5\n350;6\n',
        argv: ['--from', 'from_deg', '--limit', 'v', '--until', 'next', '--end', '90'],
        follow: ({ table, argv }) => ({
          table: String(table).replace('90;5', '0;6\n90;5'),
          argv: argv.map((word) => (word === '90' ? '360' : word)),
        }),
        meant: ['t-1 [0, 90) limit 6', 't-2 [90, 350) limit 5', 't-3 [350, 360) limit 6'],
      },
      {
        table: 'from_deg;v\n90;6\n40;5\n',
        argv: ['--from', 'from_deg', '--limit', 'v', '--until', 'next', '--end', '0'],
        follow: say(),
        meant: ['t-2 [0, 40) limit 5', 't-1 [40, 90) limit 6'],
      },
    ],
  'If cells are merged, fill in the fields; if empty ones are to be left out, say --where … too.': [
    {
      table: 'from_m;to_m;v;line\n0;400;5;7\n400;900;6;\n0;900;9;8\n',
      argv: [...NAMES, '--where', 'line=7'],
      follow: edit('6;\n', '6;7\n'),
      meant: MEANT,
    },
    {
      table: 'from_m;to_m;v;line\n0;400;5;7\n400;900;6;\n0;900;9;8\n',
      argv: [...NAMES, '--where', 'line=7'],
      follow: ({ table, argv }, remedy) => ({
        table,
        argv: [...argv, '--where', optionIn(remedy, 0)[1] ?? ''],
      }),
      meant: FIRST,
    },
  ],
  'Leave --ends out.': [
    {
      table: 'from_m;v\n0;5\n400;6\n900;\n',
      argv: [...STEPS, '--end', 'row', '--ends', 'inclusive'],
      follow: leave(),
      meant: MEANT,
    },
  ],
  'Make a map for each value of the column, with --where … in place of --phases, and so on.': [
    {
      table: 'from_m;to_m;v;w;p\n0;400;5;6;up\n0;400;7;8;down\n',
      argv: [...NAMES, '--limit', 'w', '--phases', 'p=up,down'],
      follow: ({ table, argv }, remedy) => ({
        table,
        argv: [
          ...without(argv, '--phases'),
          '--where',
          /--where (\S+) in place/.exec(remedy)?.[1] ?? 'NOTHING',
        ],
      }),
      meant: ['t-1/v [0, 400) limit 5'],
    },
  ],
  'Name it in one of the two places.': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;up\n0;400;7;down\n400;900;8;both\n',
      argv: [...NAMES, '--phases', 'p=up,down,both', '--every-phase', 'both'],
      follow: ({ table, argv }) => ({
        table,
        argv: argv.map((word) => (word === 'p=up,down,both' ? 'p=up,down' : word)),
      }),
      meant: ['t-1 [0, 400) limit 5', 't-3 [400, 900) limit 8'],
    },
  ],
  'If the header stands below them, say on which line with --header-row; else correct the names.': [
    { table: `${'a title\n'.repeat(120)}${TWO}`, argv: NAMES, follow: say(0, '121'), meant: MEANT },
    {
      table: `${'a title\n'.repeat(120)}${TWO}`,
      argv: [...NAMES, '--separator', 'semicolon'],
      follow: say(0, '121'),
      meant: MEANT,
    },
  ],
  'Leave --separator out.': [
    { table: `sep=;\n${TWO}`, argv: [...NAMES, '--separator', 'comma'], follow: leave(), meant: MEANT },
  ],
  'Leave --… … out, or rename the column.': [
    { table: TWO, argv: [...NAMES, '--unit', 'km'], follow: leave(), meant: MEANT },
    {
      table: `${HEAD}0;1;5
`,
      argv: [...NAMES, '--unit', 'km', '--axis-unit', 'm'],
      follow: ({ table, argv }) => ({
        table: String(table).replaceAll('_m', '_km'),
        argv: argv.map((word) => word.replace('_m', '_km')),
      }),
      meant: ['t-1 [0, 1000) limit 5'],
    },
  ],
  'Name the column of ends with --to, or say --until next.': [
    { table: TWO, argv: ['--from', 'from_m', '--limit', 'v'], follow: say(0, 'to_m'), meant: MEANT },
    {
      table: 'from_m;v\n0;5\n400;6\n',
      argv: ['--from', 'from_m', '--limit', 'v', '--end', '900'],
      follow: say(1),
      meant: MEANT,
    },
  ],
  'Name the row, or leave --id out.': [
    {
      table: `id;${TWO.replace('0;', 'a;0;').replace('400;900', '-;400;900')}`,
      argv: [...NAMES, '--id', 'id'],
      follow: leave(),
      meant: MEANT,
    },
  ],
  'Say it with --end PLACE….': [
    { table: 'from_m;v\n0;5\n400;6\n', argv: STEPS, follow: say(0, '900'), meant: MEANT },
    { table: 'from_m;v\n0;5\n400;\n', argv: STEPS, follow: say(1), meant: FIRST },
  ],
  'Say what bare numbers count, such as --unit ….': [
    {
      table: `${TWO.replaceAll('_m', '')}`,
      argv: [...BARE, '--axis-unit', 'm'],
      follow: say(),
      meant: MEANT,
    },
    {
      table: 'from;to;v\n0;1;5\n',
      argv: [...BARE, '--axis-unit', 'm'],
      follow: say(0, 'km'),
      meant: ['t-1 [0, 1000) limit 5'],
    },
  ],
  'Say what separates the fields with --separator semicolon or another.': [
    {
      table: TWO.replace(HEAD, 'from_m;to_m;a,b\n'),
      argv: ['--from', 'from_m', '--to', 'to_m', '--limit', 'a'],
      follow: then(say(), ({ table, argv }) => ({
        table,
        argv: argv.map((word) => (word === 'a' ? 'a,b' : word)),
      })),
      meant: MEANT,
    },
  ],
  'Say what such numbers count, such as --unit ms.': [
    {
      table: 'from,to\n1769904000000,1769990400000\n',
      argv: [...TIME, '--since-1970'],
      follow: say(),
      meant: FEBRUARY,
    },
  ],
  'Say what the axis is to count, such as --axis-unit ….': [
    {
      table: 'from_m;to_km;v\n0;1;5\n',
      argv: ['--from', 'from_m', '--to', 'to_km', '--limit', 'v'],
      follow: say(),
      meant: ['t-1 [0, 1000) limit 5'],
    },
  ],
  'Say with --unit what the columns count: mm, m, km, ft, mi, s, min, h, deg or another unit.': [
    { table: TWO.replaceAll('_m', ''), argv: BARE, follow: say(0, 'm'), meant: MEANT },
  ],
  'Say where it ends with --end PLACE, or leave its limit empty.': [
    {
      table: 'from_m;v\n0;5\n400;6\n',
      argv: [...STEPS, '--end', 'row'],
      follow: say(0, '900'),
      meant: MEANT,
    },
    {
      table: 'from_m;v\n0;5\n400;6\n',
      argv: [...STEPS, '--end', 'row'],
      follow: edit('400;6', '400;'),
      meant: FIRST,
    },
  ],
  'Say which clock it is, such as --offset +01:00 or --offset Z.': [
    { table: 'from,to\n2026-02-01 01:00,2026-02-02 01:00\n', argv: TIME, follow: say(), meant: FEBRUARY },
    { table: 'from,to\n2026-02-01 00:00,2026-02-02 00:00\n', argv: TIME, follow: say(1), meant: FEBRUARY },
  ],
  'Say whose they are with --unit-column … or --limit-unit-column …; if nothing is to use them, --unused ….':
    [
      {
        table: 'from,to,v,u\n0,0.4,5,km\n0.4,0.9,6,km\n',
        argv: [...BARE, '--axis-unit', 'm', '--unit', 'km'],
        follow: say(),
        meant: MEANT,
      },
      { table: 'from_m,to_m,v,u\n0,400,5,km/h\n400,900,6,km/h\n', argv: NAMES, follow: say(1), meant: MEANT },
      { table: 'from_m,to_m,v,u\n0,400,5,km\n400,900,6,km\n', argv: NAMES, follow: say(2), meant: MEANT },
    ],
  'Say --encoding windows-1252.': [
    {
      table: Buffer.from('from_m;to_m;v;x\n0;400;5;\u0093a\u0094\n', 'latin1'),
      argv: [...NAMES, '--encoding', 'latin-1'],
      follow: say(),
      meant: FIRST,
    },
  ],
  'Say --encoding ….': [{ table: UTF16, argv: NAMES, follow: say(), meant: MEANT }],
  'If rows hold the place at which they end, say …; if these holes are meant, say ….': [
    ...[
      ['00:00;11:59\n12:00;23:59', [], 's', say(), ['t-1 [0, 43200)', 't-2 [43200, 86400)']] as const,
      ['00:00;11:59\n12:00;23:59', [], 's', say(1), ['t-1 [0, 43140)', 't-2 [43200, 86340)']] as const,
      [
        '00:00;11:59\n12:00;23:59',
        ['--inclusive'],
        's',
        say(),
        ['t-1 [0, 43200)', 't-2 [43200, 86400)'],
      ] as const,
      [
        '00:00;11:59\n12:00;23:59',
        ['--inclusive'],
        's',
        say(1),
        ['t-1 [0, 43141)', 't-2 [43200, 86341)'],
      ] as const,
    ].map(([rows, more, unit, follow, meant]) => ({
      table: `from;to\n${rows}\n`,
      argv: ['--from', 'from', '--to', 'to', '--axis-unit', unit, '--gaps', 'stop', '--clock', ...more],
      follow: then(leaveOut('--inclusive'), follow),
      meant,
    })),
    {
      table: 'from_km;to_km;v\n12.4;12.9;5\n13.0;13.4;6\n',
      argv: [...KM, '--inclusive'],
      follow: then(leaveOut('--inclusive'), say()),
      meant: ['t-1 [12400, 13000) limit 5', 't-2 [13000, 13500) limit 6'],
    },
    {
      table: 'from,to\n2026-02-01T00:00Z,2026-02-01T23:59Z\n2026-02-02T00:00Z,2026-02-02T23:59Z\n',
      argv: [...TIME, '--gaps', 'stop'],
      follow: say(),
      meant: [
        't-1 [2026-02-01T00:00:00Z, 2026-02-02T00:00:00Z)',
        't-2 [2026-02-02T00:00:00Z, 2026-02-03T00:00:00Z)',
      ],
    },
    {
      table: `${HEAD}0;399;5\n400;899;6\n`,
      argv: [...NAMES, '--gaps', 'stop'],
      follow: say(1),
      meant: ['t-1 [0, 399) limit 5', 't-2 [400, 899) limit 6'],
    },
    {
      table: `${HEAD}0;399;5\n400;899;6\n`,
      argv: [...NAMES, '--gaps', 'stop'],
      follow: say(),
      meant: MEANT,
    },
  ],
  'Say --limit-unit ….': [
    { table: `${HEAD}0;400;5 km/h\n400;900;6 km/h\n`, argv: NAMES, follow: say(), meant: MEANT },
  ],
  'Say --order rising or --order falling.': [
    {
      table: 'from,to\n22:00,06:00\n',
      argv: [...CLOCK, '--clock', '--order', 'either'],
      follow: say(),
      meant: ['t-1 [0, 360)', 't-1 [1320, 1440)'],
    },
    {
      table: 'from,to\n22:00,06:00\n',
      argv: [...CLOCK, '--clock', '--order', 'either'],
      follow: say(1),
      meant: ['t-1 [360, 1320)'],
    },
  ],
  'Say --replaces … or another epoch, or --replaces none.': [
    { table: TWO, argv: [...NAMES, '--epoch', '7'], follow: say(), meant: MEANT },
    { table: TWO, argv: [...NAMES, '--epoch', '7'], follow: say(1), meant: MEANT },
  ],
  'Say --until next too, or give a place.': [
    { table: 'from_m;v;to_m\n0;5;\n400;;\n', argv: [...NAMES, '--end', 'row'], follow: say(), meant: FIRST },
    {
      table: TWO.replace('900', ''),
      argv: [...NAMES, '--end', 'row'],
      follow: ({ table, argv }) => ({ table, argv: [...without(argv, '--end'), '--end', '900'] }),
      meant: MEANT,
    },
  ],
  'Write a place; if the row has no end of its own, leave the field empty and say --end PLACE.': [
    {
      table: TWO.replace('900', 'Ende'),
      argv: NAMES,
      follow: then(edit('Ende', ''), say(0, '900')),
      meant: MEANT,
    },
  ],
  'Write a timestamp; if numbers count since 1970-01-01T00:00:00Z, say --since-1970.': [
    { table: 'from,to\n1769904000,1769990400\n', argv: TIME, follow: say(), meant: FEBRUARY },
  ],
  'Write all numbers in one way, or say it with --decimal and --thousands.': [
    {
      table: `${HEAD}0;1 400,0;5\n1 400,0;1.900,0;6\n`,
      argv: NAMES,
      follow: edit('1.900', '1 900'),
      meant: ['t-1 [0, 1400) limit 5', 't-2 [1400, 1900) limit 6'],
    },
  ],
  'Write year-month-day, such as 2026-07-04, its year with four digits, or correct --dates.': [
    {
      table: 'from,to\n01/02/2026,02/02/2026\n',
      argv: [...TIME, '--offset', 'Z', '--dates', 'dd.mm.yyyy', '--ends', 'exclusive'],
      follow: say(0, 'dd/mm/yyyy'),
      meant: FEBRUARY,
    },
    {
      table: 'from,to\n01.02.26,02.02.26\n',
      argv: [...TIME, '--offset', 'Z', '--dates', 'dd.mm.yyyy', '--ends', 'exclusive'],
      follow: edit('.26', '.2026'),
      meant: FEBRUARY,
    },
  ],
  'Write year-month-day, such as 2026-07-04, or say how dates are written: ….': [
    {
      table: 'from,to\n01.02.2026,02.02.2026\n',
      argv: [...TIME, '--offset', 'Z', '--ends', 'exclusive'],
      follow: say(),
      meant: FEBRUARY,
    },
    {
      table: 'from,to\n02/01/2026,02/02/2026\n',
      argv: [...TIME, '--offset', 'Z', '--ends', 'exclusive'],
      follow: say(1),
      meant: FEBRUARY,
    },
    {
      table: 'from,to\n20260201,20260202\n',
      argv: [...TIME, '--offset', 'Z', '--ends', 'exclusive'],
      follow: say(),
      meant: FEBRUARY,
    },
  ],
  '… If the row holds in every phase, say --every-phase …; rows that count in none can be left out with --where.':
    [
      {
        table: 'from_m;to_m;v;p\n0;400;5;up\n400;900;6;works\n',
        argv: [...NAMES, '--phases', 'p=up'],
        follow: say(1, 'p!=works'),
        meant: FIRST,
      },
      {
        table: 'from_m;to_m;v;p\n0;400;5;A\n0;400;7;B\n400;900;6;All\n',
        argv: [...NAMES, '--phases', 'p=A,B'],
        follow: say(),
        meant: ['t-1 [0, 400) limit 5', 't-3 [400, 900) limit 6'],
      },
    ],
  '… Rows can be left out with --where.': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;up\n0;400;5;down\n400;900;6;dowm\n',
      argv: [...NAMES, '--phases', 'p=up,down'],
      follow: say(0, 'p!=dowm'),
      meant: FIRST,
    },
  ],
  'Save it as UTF-8, or say how it is written: … (what Excel writes in western Europe is the first).': [
    {
      table: Buffer.from(
        TWO.replace('\n', ';Größe\n').replace('5\n', '5;1\n').replace('6\n', '6;2\n'),
        'latin1',
      ),
      argv: NAMES,
      follow: say(),
      meant: MEANT,
    },
    {
      table: Buffer.from(
        TWO.replace('\n', ';Größe\n').replace('5\n', '5;1\n').replace('6\n', '6;2\n'),
        'latin1',
      ),
      argv: NAMES,
      follow: say(1),
      meant: MEANT,
    },
  ],
  'If it is …, say --thousands …': [
    {
      table: TWO.replaceAll('400', '1.400').replace('900', '1.900'),
      argv: NAMES,
      follow: say(),
      meant: ['t-1 [0, 1400) limit 5', 't-2 [1400, 1900) limit 6'],
    },
  ],
  '…; if it is …, say --decimal ….': [
    {
      table: TWO.replaceAll('400', '1.400').replace('900', '1.900'),
      argv: [...NAMES, '--axis-unit', 'mm'],
      follow: say(1),
      meant: ['t-1 [0, 1400) limit 5', 't-2 [1400, 1900) limit 6'],
    },
  ],
  'Fill in the field, or remove the row.': [
    { table: TWO.replace('\n0', '\n'), argv: NAMES, follow: edit('\n;', '\n0;'), meant: MEANT },
    { table: `${TWO};950;7\n`, argv: NAMES, follow: edit(';950;7\n', ''), meant: MEANT },
  ],
  'The spreadsheet has an error in this cell: correct it there, and export again.': [
    { table: TWO.replace('900', '#REF!'), argv: NAMES, follow: edit('#REF!', '900'), meant: MEANT },
  ],
  'A spreadsheet has shortened it: show all its digits there, and export again.': [
    { table: TWO.replace('900', '9E+02'), argv: NAMES, follow: edit('9E+02', '900'), meant: MEANT },
  ],
  'It is a formula: show values instead of formulas in the spreadsheet, and export again.': [
    { table: TWO.replace('900', '=A2+500'), argv: NAMES, follow: edit('=A2+500', '900'), meant: MEANT },
  ],
  'Write its digits as 0 to 9.': [
    {
      table: TWO.replace('900', '\uff19\uff10\uff10'),
      argv: NAMES,
      follow: edit('\uff19\uff10\uff10', '900'),
      meant: MEANT,
    },
  ],
  'Write the number itself: what a percentage is of is not known here.': [
    { table: TWO.replace('6\n', '60 %\n'), argv: NAMES, follow: edit('60 %', '6'), meant: MEANT },
  ],
  'If it is a range of places, write its begin and its end into columns of their own; else write the one number that counts.':
    [
      {
        table: 'from_m;v\n0-400;5\n',
        argv: ['--from', 'from_m', '--to', 'from_m', '--limit', 'v'],
        follow: ({ argv }) => ({
          table: TWO.replace('400;900;6\n', ''),
          argv: [...without(argv, '--to'), '--to', 'to_m'],
        }),
        meant: FIRST,
      },
      { table: TWO.replace('6\n', '4-6\n'), argv: NAMES, follow: edit('4-6', '6'), meant: MEANT },
    ],
  'If its end marks a footnote, take the mark out, once what the note says is decided.': [
    { table: TWO.replace('900', '900 1)'), argv: NAMES, follow: edit(' 1)', ''), meant: MEANT },
  ],
  'If it is negative, write it with - before its digits.': [
    {
      table: `${HEAD}(400);0;5\n`,
      argv: NAMES,
      follow: edit('(400)', '-400'),
      meant: ['t-1 [-400, 0) limit 5'],
    },
  ],
  'Write the one number that counts.': [
    { table: TWO.replace('900', '~900'), argv: NAMES, follow: edit('~', ''), meant: MEANT },
  ],
  'Write one number, with decimals.': [
    {
      table: `${HEAD}0;7½;5\n`,
      argv: [...NAMES, '--axis-unit', 'mm'],
      follow: edit('½', '.5'),
      meant: ['t-1 [0, 7500) limit 5'],
    },
  ],
  'Write a number of fewer digits.': [
    {
      table: TWO.replace('900', `900.${'0'.repeat(60)}`),
      argv: NAMES,
      follow: edit(/\.0+/g, ''),
      meant: MEANT,
    },
  ],
  'Write digits.': [{ table: TWO.replace('900', '€900'), argv: NAMES, follow: edit('€', ''), meant: MEANT }],
  'Write digits, with one mark before decimals and another between groups of three.': [
    {
      table: `${HEAD}0;1.40.0;5\n`,
      argv: NAMES,
      follow: edit('1.40.0', "1'400.0"),
      meant: ['t-1 [0, 1400) limit 5'],
    },
  ],
  'Fix the quotes on this line.': [
    { table: TWO.replace('900', '9"00'), argv: NAMES, follow: edit('9"00', '"900"'), meant: MEANT },
  ],
  'Close the quote on the line on which it opens; in a text of several lines, take these out.': [
    {
      table: 'from_m;to_m;v;x\n0;400;5;"a\n400;900;6;b"\n',
      argv: NAMES,
      follow: ({ argv }) => ({ table: 'from_m;to_m;v;x\n0;400;5;"a"\n400;900;6;b\n', argv }),
      meant: MEANT,
    },
  ],
  'Give each row as many fields as the header has; let a line that is no row begin with #.': [
    { table: TWO.replace('900;6', '900'), argv: NAMES, follow: edit('900', '900;6'), meant: MEANT },
    { table: `${TWO}Source: survey\n`, argv: NAMES, follow: edit('Source', '#Source'), meant: MEANT },
  ],
  'Add rows, or give another file.': [
    { table: '', argv: NAMES, follow: ({ argv }) => ({ table: TWO, argv }), meant: MEANT },
  ],
  'Add rows, or remove the file from the source.': [
    { table: HEAD, argv: NAMES, follow: ({ argv }) => ({ table: TWO, argv }), meant: MEANT },
  ],
  'Give each column its own name.': [
    { table: 'from_m;to_m;v;v\n0;400;5;7\n', argv: NAMES, follow: edit('v;v', 'v;w'), meant: FIRST },
  ],
  'Write the name as it stands in the table.': [
    {
      table: 'from_m;to_m;v [km/h];v [mph]\n0;400;5;7\n',
      argv: NAMES,
      follow: ({ table, argv }) => ({ table, argv: argv.map((word) => (word === 'v' ? 'v [km/h]' : word)) }),
      meant: FIRST,
    },
  ],
  '…; if it is …, write it with a ….': [
    {
      table: `${HEAD}0;1.400;5\n1.400;2,5;6\n`,
      argv: [...NAMES, '--axis-unit', 'mm'],
      follow: edit('1.400', '1,400'),
      meant: ['t-1 [0, 1400) limit 5', 't-2 [1400, 2500) limit 6'],
    },
  ],
  'Limits lie from … to ….': [
    { table: TWO.replace('6\n', '6000000000\n'), argv: NAMES, follow: edit('6000000000', '6'), meant: MEANT },
  ],
  'Remove columns that nothing names.': [
    {
      table: `${HEAD.trim()}${';x'.repeat(1000)}\n`,
      argv: NAMES,
      follow: ({ argv }) => ({ table: TWO, argv }),
      meant: MEANT,
    },
  ],
  'The phases are: ….': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;works\n0;400;6;down\n',
      argv: [...NAMES, '--phases', 'p=up,down'],
      follow: edit('works', 'up'),
      meant: FIRST,
    },
  ],
  'The row that names most of the columns holds: ….': [
    {
      table: TWO,
      argv: [...NAMES.slice(0, -1), 'tempo'],
      follow: ({ table, argv }) => ({ table, argv: argv.map((word) => (word === 'tempo' ? 'v' : word)) }),
      meant: MEANT,
    },
  ],
  'Write ….': [
    {
      table: TWO,
      argv: [...NAMES, '--order', 'up'],
      follow: ({ table, argv }, remedy) => ({
        table,
        argv: [...without(argv, '--order'), '--order', /one of: (\w+)/.exec(remedy)?.[1] ?? ''],
      }),
      meant: MEANT,
    },
  ],
  'If these are kilometres + metres, write three digits of metres, such as 12+034; if they are stations of another length, such as 12+40 for 1240 ft, write that length in a column with its unit.':
    [
      {
        table: 'km;v\n0+0;5\n',
        argv: ['--from', 'km', '--limit', 'v', '--until', 'next', '--end', '0+400', '--axis-unit', 'm'],
        follow: edit('0+0', '0+000'),
        meant: FIRST,
      },
    ],
  'Convert it to … in the table.': [
    {
      table: TWO.replace('6\n', '6 m\n'),
      argv: [...NAMES, '--limit-unit', 'km/h'],
      follow: ({ table, argv }, remedy) => ({
        table: String(table).replace('6 m', `6 ${/to (\S+) in/.exec(remedy)?.[1]}`),
        argv,
      }),
      meant: MEANT,
    },
  ],
  'Convert the value in the table, or correct its unit there.': [
    { table: TWO.replace('900', '0.9 km'), argv: NAMES, follow: edit('0.9 km', '900 m'), meant: MEANT },
  ],
  'Correct one of the two rows.': [
    {
      table: 'from_m;v\n0;5\n0;6\n',
      argv: [...STEPS, '--end', '900'],
      follow: edit('0;6', '400;6'),
      meant: MEANT,
    },
  ],
  'If it goes with the header, write what it says into the names of the columns and take it out; if it is a note, let it begin with #.':
    [
      {
        table: TWO.replace(HEAD, `${HEAD}Beginn;Ende;Tempo\n`),
        argv: NAMES,
        follow: edit('Beginn;Ende;Tempo\n', ''),
        meant: MEANT,
      },
    ],
  'If it is a note, let it begin with #, or take it out; else fill in its fields.': [
    { table: `${TWO}Page 2;;\n`, argv: NAMES, follow: edit('Page', '#Page'), meant: MEANT },
    { table: `${TWO}Page 2;;\n`, argv: NAMES, follow: edit('Page 2;;\n', ''), meant: MEANT },
  ],
  'Split the table there: what stands below counts as that row says.': [
    {
      table: `${TWO.replace('400;900;6\n', '')}from_km;to_km;v\n0.4;0.9;6\n`,
      argv: NAMES,
      follow: ({ table, argv }) => ({ table: String(table).split(/^from_km/m)[0] ?? '', argv }),
      meant: FIRST,
    },
  ],
  'If the row names the columns anew, split the table there; if it says nothing of what stands below, take it out; else fill in its fields.':
    [
      {
        table: `${TWO.replace('400;900;6\n', '')}von;bis;Tempo\n900;400;6\n`,
        argv: NAMES,
        follow: ({ table, argv }) => ({ table: String(table).split(/^von/m)[0] ?? '', argv }),
        meant: FIRST,
      },
      { table: `${TWO}new;road;here\n`, argv: NAMES, follow: edit('new;road;here\n', ''), meant: MEANT },
    ],
  'If that is what the rows below count, split the table there; if it does not concern them, say ….': [
    {
      table: `from;to;v\n0;400;5\n#von;bis in km;mph\n400;900;6\n`,
      argv: [...BARE, '--unit', 'm'],
      follow: ({ table, argv }) => ({ table: String(table).split(/^#/m)[0] ?? '', argv }),
      meant: FIRST,
    },
    {
      table: `from;to;v\n0;400;5\n#next comes km 12\n400;900;6\n`,
      argv: [...BARE, '--unit', 'm'],
      follow: say(),
      meant: MEANT,
    },
  ],
  'Write the last moment that the row holds instead of the day.': [
    {
      table: 'from,to\n2026-02-01,2026-02-01 11:59\n2026-02-01 12:00,2026-02-01\n',
      argv: [...TIME, '--offset', 'Z', '--ends', '1 min'],
      follow: edit('12:00,2026-02-01', '12:00,2026-02-01 23:59'),
      meant: [
        't-1 [2026-02-01T00:00:00Z, 2026-02-01T12:00:00Z)',
        't-2 [2026-02-01T12:00:00Z, 2026-02-02T00:00:00Z)',
      ],
    },
  ],
  'If rows hold the place at which they end, say …; else widen a zone, or acknowledge the gap with a gap rule and its action.':
    [
      { table: `${HEAD}0;399;5\n400;899;6\n`, argv: NAMES, follow: say(), meant: MEANT },
      {
        table: `${HEAD}0;399;5\n400;899;6\n`,
        argv: [...NAMES, '--axis-unit', 'mm'],
        follow: say(),
        meant: ['t-1 [0, 400000) limit 5', 't-2 [400000, 900000) limit 6'],
      },
    ],
  '…; if an empty field means the limit of the row above, say --empty-limit same.': [
    { table: MERGED, argv: STEPS_TO, follow: say(), meant: NONE_BETWEEN },
    { table: MERGED, argv: STEPS_TO, follow: say(1), meant: SAME_BETWEEN },
    {
      table: `${HEAD}0;400;5\n400;900;\n900;950;6\n`,
      argv: NAMES,
      follow: say(1),
      meant: ['t-1 [0, 400) limit 5', 't-2 [400, 900) limit 5', 't-3 [900, 950) limit 6'],
    },
    {
      table: 'from_m;to_m;p;f\n0;400;5;3\n400;900;;4\n',
      argv: ['--from', 'from_m', '--to', 'to_m', '--limit', 'p', '--limit', 'f'],
      follow: say(1),
      meant: ['t-1/p [0, 400) limit 5', 't-2/p [400, 900) limit 5'],
    },
  ],
  '…; else write the limits in.': [
    { table: `${HEAD}0;400;\n400;900;6\n`, argv: NAMES, follow: edit('400;\n', '400;5\n'), meant: MEANT },
    {
      table: `${HEAD}0;400;\n400;900;6\n`,
      argv: NAMES,
      follow: say(),
      meant: ['t-1 [0, 400)', 't-2 [400, 900) limit 6'],
    },
  ],
  'Write the limit in the row.': [
    {
      table: `${HEAD}0;400;\n400;900;6\n`,
      argv: [...NAMES, '--empty-limit', 'same'],
      follow: edit('400;\n', '400;5\n'),
      meant: MEANT,
    },
    {
      table: 'from_m;to_m;v;dir\n0;400;5;up\n0;900;6;down\n400;900;;up\n',
      argv: [...NAMES, '--empty-limit', 'same', '--phases', 'dir=up,down'],
      follow: edit('900;;', '900;5;'),
      meant: ['t-1 [0, 400) limit 5', 't-3 [400, 900) limit 5'],
    },
  ],
  'Leave --empty-limit out.': [
    {
      table: 'from_m;to_m\n0;400\n',
      argv: ['--from', 'from_m', '--to', 'to_m', '--empty-limit', 'none'],
      follow: leave(),
      meant: ['t-1 [0, 400)'],
    },
  ],
  'If it repeats the limit above it, leave the field empty and say --empty-limit same; else write the number.':
    ['dito', '↓', 'do.'].map((ditto) => ({
      table: TWO.replace('6\n', `${ditto}\n`),
      argv: NAMES,
      follow: ({ table, argv }: Import) => ({
        table: String(table).replace(`${ditto}\n`, '\n'),
        argv: [...argv, '--empty-limit', 'same'],
      }),
      meant: ['t-1 [0, 400) limit 5', 't-2 [400, 900) limit 5'],
    })),
  'If the row has no limit, leave the field empty and say --empty-limit none; else write the number.': [
    {
      table: TWO.replace('6\n', 'unlimited\n'),
      argv: NAMES,
      follow: then(edit('unlimited', ''), say()),
      meant: ['t-1 [0, 400) limit 5', 't-2 [400, 900)'],
    },
    { table: TWO.replace('6\n', 'six\n'), argv: NAMES, follow: edit('six', '6'), meant: MEANT },
  ],
  'If what stands behind the number is no unit, take it out; else convert the limit in the table.': [
    {
      table: TWO.replace('6\n', '6 a)\n'),
      argv: [...NAMES, '--limit-unit', 'km/h'],
      follow: edit(' a)', ''),
      meant: MEANT,
    },
  ],
  'Rename the column in the table; convert what it holds when it counts something else.': [
    {
      table: TWO.replace(';v', ';v (t)'),
      argv: [...NAMES, '--limit-unit', 'km/h'],
      follow: edit(' (t)', ''),
      meant: MEANT,
    },
    {
      table: TWO.replaceAll('_m', ' [Mtr]'),
      argv: [...BARE, '--unit', 'm'],
      follow: edit(' [Mtr]', ' [m]'),
      meant: MEANT,
    },
  ],
  'Let the name say the one unit that its cells count, and convert them in the table when they count something else.':
    [
      {
        table: TWO.replaceAll('_m', ' (m or ft)'),
        argv: [...BARE, '--unit', 'm'],
        follow: edit(' (m or ft)', ' (m)'),
        meant: MEANT,
      },
    ],
  'Show these cells as dates in the spreadsheet, such as 2026-07-04, and export it again.': [
    {
      table: 'from,to\n46054,46055\n',
      argv: [...TIME, '--offset', 'Z', '--ends', 'exclusive'],
      follow: then(edit('46054', '2026-02-01'), edit('46055', '2026-02-02')),
      meant: FEBRUARY,
    },
  ],
  'If it is … of the next day, write …: a row may run over midnight.': [
    {
      table: 'from,to\n22:00,25:30\n',
      argv: [...CLOCK, '--clock'],
      follow: ({ table, argv }, remedy) => ({
        table: String(table).replace('25:30', /write (\S+):/.exec(remedy)?.[1] ?? ''),
        argv,
      }),
      meant: ['t-1 [0, 90)', 't-1 [1320, 1440)'],
    },
  ],
  'Fill in the field: merged cells of a spreadsheet are empty below the first of them.': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;up\n400;900;6;\n',
      argv: [...NAMES, '--phases', 'p=up'],
      follow: edit('6;', '6;up'),
      meant: MEANT,
    },
  ],
  'Correct the row, or take it out.': [
    {
      table: TWO.replace('400;900', '400;400;9\n400;900'),
      argv: NAMES,
      follow: edit('400;400;9\n', ''),
      meant: MEANT,
    },
  ],
  'Add a column of places at which rows end, each its begin and its length, and name that; if it holds such places, rename it.':
    [
      {
        table: 'from_m;length_m;v\n0;400;5\n400;500;6\n',
        argv: [...BARE_LENGTHS, '--to', 'length_m'],
        follow: () => ({
          table: 'from_m;length_m;to_m;v\n0;400;400;5\n400;500;900;6\n',
          argv: [...BARE_LENGTHS, '--to', 'to_m'],
        }),
        meant: MEANT,
      },
      {
        table: 'from_m;Länge_m;v\n0;400;5\n400;900;6\n',
        argv: [...BARE_LENGTHS, '--to', 'Länge_m'],
        follow: () => ({ table: TWO, argv: NAMES }),
        meant: MEANT,
      },
    ],
  'If a letter stands in the place of a digit, write the digit; a unit stands behind a blank.': [
    { table: TWO.replace('400;5', '4OO;5'), argv: NAMES, follow: edit('4OO', '400'), meant: MEANT },
    {
      table: TWO.replace('400;5', '400;5\n900;950;8O'),
      argv: NAMES,
      follow: edit('900;950;8O\n', ''),
      meant: MEANT,
    },
    {
      table: TWO.replace(';5', ';5 l').replace(';6', ';6l'),
      argv: [...NAMES, '--limit-unit', 'l'],
      follow: edit(';6l', ';6 l'),
      meant: MEANT,
    },
  ],
  'If limits are in that, say --limit-unit …; else take out what stands behind the number.': [
    { table: TWO.replace(';5', ';5 kN').replace(';6', ';6 kN'), argv: NAMES, follow: say(), meant: MEANT },
    { table: TWO.replace(';5', ';5 foo'), argv: NAMES, follow: edit(' foo', ''), meant: MEANT },
  ],
  'Write the number alone, and say what limits are in.': [
    {
      table: TWO.replace(';5', ';5 mph/km/h').replace(';6', ';6 mph/km/h'),
      argv: NAMES,
      follow: ({ table, argv }) => ({
        table: String(table).replaceAll(' mph/km/h', ''),
        argv: [...argv, '--limit-unit', 'km/h'],
      }),
      meant: MEANT,
    },
  ],
  'Write 12:00.': [
    {
      table: 'from,to\n08:00,noon\n',
      argv: [...CLOCK, '--clock'],
      follow: rewriteText('noon', /[0-9]{2}:[0-9]{2}/),
      meant: ['t-1 [480, 720)'],
    },
    {
      table: 'from,to\nMittag,14:00\n',
      argv: [...CLOCK, '--clock'],
      follow: rewriteText('Mittag', /[0-9]{2}:[0-9]{2}/),
      meant: ['t-1 [720, 840)'],
    },
  ],
  'Write 00:00 where a row begins, 24:00 where one ends.': [
    {
      table: 'from,to\n22:00,midnight\n',
      argv: [...CLOCK, '--clock'],
      follow: rewriteText('midnight', /[0-9:]+(?= where one ends)/),
      meant: ['t-1 [1320, 1440)'],
    },
    {
      table: 'from,to\nMidnight,06:00\n',
      argv: [...CLOCK, '--clock'],
      follow: rewriteText('Midnight', /[0-9:]+(?= where a row begins)/),
      meant: ['t-1 [0, 360)'],
    },
  ],
  'Take the mark behind it out, or write its decimals.': [
    { table: TWO.replace('0;400', '0.;400'), argv: NAMES, follow: edit('0.;400', '0;400'), meant: MEANT },
    {
      table: TWO.replace('400;5', '400;5,'),
      argv: [...NAMES, '--limit-unit', 'm/h'],
      follow: edit('5,', '5,0'),
      meant: MEANT,
    },
  ],
  'Write it in metres: whether those behind + count on or back from there is not known here.': [
    {
      table: 'from;to;v\n-0+100;0+400;5\n',
      argv: [...BARE, '--unit', 'm'],
      follow: edit('-0+100', '-100'),
      meant: ['t-1 [-100, 400) limit 5'],
    },
  ],
  'Write 00:00 to 24:00.': [
    {
      table: 'from,to\n00:00,8 Uhr\n',
      argv: [...CLOCK, '--clock'],
      follow: edit('8 Uhr', '08:00'),
      meant: ['t-1 [0, 480)'],
    },
  ],
  'Write column=value or column!=value.': [
    {
      table: TWO,
      argv: [...NAMES, '--where', 'v'],
      follow: ({ table, argv }) => ({ table, argv: [...without(argv, '--where'), '--where', 'v=5'] }),
      meant: FIRST,
    },
  ],
  'Write each value of the column once.': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;up\n0;400;6;down\n',
      argv: [...NAMES, '--phases', 'p=up,up'],
      follow: ({ table, argv }) => ({ table, argv: [...without(argv, '--phases'), '--phases', 'p=up,down'] }),
      meant: FIRST,
    },
  ],
  'Write it in …, or in a unit that converts to it.': [
    {
      table: TWO.replaceAll('_m', '')
        .replace('900', '900 s')
        .replaceAll('400', '400 m')
        .replace('\n0', '\n0 m'),
      argv: [...BARE, '--axis-unit', 'm'],
      follow: edit('900 s', '900 m'),
      meant: MEANT,
    },
  ],
  'Write its unit, as other rows do.': [
    {
      table: 'from;to;v\n0 m;400 m;5\n400 m;900;6\n',
      argv: [...BARE, '--axis-unit', 'm'],
      follow: edit('900', '900 m'),
      meant: MEANT,
    },
  ],
  'Write its unit.': [
    {
      table: 'from_m;to_m;v;u\n0;400;5;km/h\n400;900;6;\n',
      argv: [...NAMES, '--limit-unit-column', 'u', '--limit-unit', 'km/h'],
      follow: edit('6;', '6;km/h'),
      meant: MEANT,
    },
  ],
  'If it is, say --unit m; else write one number: station 12+40 of feet is 1240 ft.': [
    {
      table: 'from,to,v\n0+000,0+381,5\n',
      argv: [...BARE, '--axis-unit', 'ft'],
      follow: say(),
      meant: ['t-1 [0, 1250) limit 5'],
    },
    {
      table: 'from,to,v\n0 ft,0+400,5\n',
      argv: [...BARE, '--axis-unit', 'ft'],
      follow: edit('0+400', '400 ft'),
      meant: FIRST,
    },
  ],
  'If it is, correct the unit; else write one number: station 12+40 of feet is 1240 ft.': [
    {
      table: 'from_ft;to_ft;v\n0+000;0+400;5\n',
      argv: ['--from', 'from_ft', '--to', 'to_ft', '--limit', 'v', '--axis-unit', 'm'],
      follow: () => ({ table: TWO.replace('400;900;6\n', '').replace(';400', ';0+400'), argv: NAMES }),
      meant: FIRST,
    },
    {
      table: 'from;to;v\n0;0+400;5\n',
      argv: [...BARE, '--unit', 's', '--axis-unit', 's'],
      follow: edit('0+400', '400'),
      meant: FIRST,
    },
  ],
  'Write one of these.': [
    {
      table: `${HEAD}0;399;5\n400;899;6\n`,
      argv: [...NAMES, '--ends', 'closed'],
      follow: ({ table, argv }) => ({ table, argv: [...without(argv, '--ends'), '--ends', 'inclusive'] }),
      meant: MEANT,
    },
  ],
  'Write the limit in the row, or leave its unit empty.': [
    {
      table: 'from_m;to_m;v;u\n0;400;5;km/h\n400;900;;mph\n'.replace('mph', 's'),
      argv: [...NAMES, '--limit-unit-column', 'u', '--limit-unit', 'km/h'],
      follow: edit(';;s', ';6;km/h'),
      meant: MEANT,
    },
  ],
  'Let the axis count s or min.': [
    {
      table: 'from,to\n00:00,08:00\n',
      argv: [...CLOCK.map((word) => (word === 'min' ? 'm' : word)), '--clock'],
      follow: ({ table, argv }) => ({ table, argv: argv.map((word) => (word === 'm' ? 'min' : word)) }),
      meant: ['t-1 [0, 480)'],
    },
  ],
  'Let the axis count s.': [
    {
      table: 'from,to\n00:00,08:00:30\n',
      argv: [...CLOCK, '--clock'],
      follow: ({ table, argv }) => ({ table, argv: argv.map((word) => (word === 'min' ? 's' : word)) }),
      meant: ['t-1 [0, 28830)'],
    },
  ],
  'Say which column holds the phases.': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;both\n',
      argv: [...NAMES, '--every-phase', 'both'],
      follow: ({ table, argv }) => ({ table, argv: [...argv, '--phases', 'p=up,down'] }),
      meant: FIRST,
    },
  ],
  'Write the column and its values, such as dir=up,down.': [
    {
      table: 'from_m;to_m;v;dir\n0;400;5;up\n0;400;6;down\n',
      argv: [...NAMES, '--phases', 'dir'],
      follow: ({ table, argv }, remedy) => ({
        table,
        argv: [...without(argv, '--phases'), '--phases', /as (\S+)\.$/.exec(remedy)?.[1] ?? ''],
      }),
      meant: FIRST,
    },
  ],
  'Give --axis-unit a unit of the same kind.': [
    { table: TWO, argv: [...NAMES, '--unit', 'm', '--axis-unit', 's'], follow: say(0, 'm'), meant: MEANT },
  ],
  'Say --offset …, or rename the column.': [
    {
      table: 'from (UTC),to (UTC)\n2026-02-01 00:00,2026-02-02 00:00\n',
      argv: [...TIME, '--offset', '+01:00'],
      follow: say(),
      meant: FEBRUARY,
    },
    {
      table: 'from (UTC),to (UTC)\n2026-02-01 01:00,2026-02-02 01:00\n',
      argv: [...TIME, '--offset', '+01:00'],
      follow: edit(' (UTC)', ''),
      meant: FEBRUARY,
    },
  ],
  'Such a clock can be changed within a year: write the offset into each timestamp, or rename the column if all are at that offset.':
    [
      {
        table: 'from (CET),to (CET)\n2026-02-01 01:00,2026-02-02 01:00\n',
        argv: [...TIME, '--offset', '+01:00'],
        follow: edit(':00,2026-02-02 01:00', ':00+01:00,2026-02-02 01:00+01:00'),
        meant: FEBRUARY,
      },
      {
        table: 'from (CET),to (CET)\n2026-02-01 01:00,2026-02-02 01:00\n',
        argv: [...TIME, '--offset', '+01:00'],
        follow: edit(' (CET)', ''),
        meant: FEBRUARY,
      },
    ],
  'Write the offset into each timestamp; if nothing is to use the column, say --unused ….': [
    {
      table: 'from,to,tz\n2026-02-01 01:00,2026-02-02 01:00,+01:00\n',
      argv: [...TIME, '--offset', 'Z'],
      follow: edit(' 01:00', 'T01:00+01:00'),
      meant: FEBRUARY,
    },
    {
      table: 'from,to,tz\n2026-02-01 00:00,2026-02-02 00:00,CET\n',
      argv: [...TIME, '--offset', 'Z'],
      follow: say(),
      meant: FEBRUARY,
    },
  ],
  'If it is …, say --thousands space; if it is two numbers, write each into a field of its own.': [
    {
      table: `${HEAD}0;1 400;5\n`,
      argv: NAMES,
      follow: say(),
      meant: ['t-1 [0, 1400) limit 5'],
    },
    {
      table: `${HEAD}0;400 500;\n`,
      argv: NAMES,
      follow: edit('400 500;', '400;500'),
      meant: ['t-1 [0, 400) limit 500'],
    },
  ],
  'If that is what the columns count, say --… …; if it does not concern them, say ….': [
    {
      table: `Places in km\nfrom;to;v\n0;1;5\n`,
      argv: [...BARE, '--unit', 'm', '--axis-unit', 'm'],
      follow: say(),
      meant: ['t-1 [0, 1000) limit 5'],
    },
    {
      table: `Line of 12 km\nfrom;to;v\n0;400;5\n`,
      argv: [...BARE, '--unit', 'm'],
      follow: say(1),
      meant: FIRST,
    },
    {
      table: `#Line of 12 km\nfrom;to;v\n#so many miles\n0;400;5\n`,
      argv: [...BARE, '--unit', 'm', '--header-row', '2'],
      follow: say(1),
      meant: FIRST,
    },
  ],
  'Say which clock it is: …Z, or an offset such as +01:00.': [
    {
      table: 'from,to\n2026-02-01T00:00:00-00:00,2026-02-02T00:00:00Z\n',
      argv: TIME,
      follow: ({ table, argv }, remedy) => ({
        table: String(table).replace(/2026-02-01[^,]*/, /is: (\S+),/.exec(remedy)?.[1] ?? ''),
        argv,
      }),
      meant: FEBRUARY,
    },
    {
      table: 'from,to\n2026-02-01T01:00:00-00:00,2026-02-02T00:00:00Z\n',
      argv: TIME,
      follow: ({ table, argv }, remedy) => ({
        table: String(table).replace('-00:00', /as (\S+)\.$/.exec(remedy)?.[1] ?? ''),
        argv,
      }),
      meant: FEBRUARY,
    },
  ],
};
