/**
 * Remedies that tell what to say, in every room that reads tables, sources and images: followed, each leads to the map that was meant.
 * They are found in the code; one that is neither followed here nor named below with its reason fails the first test.
 */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type ImportVerbOptions, readOptions, register } from '../../host/cli/verbs/import.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { importTable } from '../../host/import/import.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { covered } from '../support/covered.ts';
import { proposesText, remediesInCode, sentenceIn, sentencesInCode } from '../support/remedies.ts';

const ROOMS = [
  'host/table',
  'host/source',
  'host/import',
  'host/compile',
  'host/lint',
  'host/body',
  'host/image',
  'host/core',
  'host/refusals',
  'host/cli/verbs/import.ts',
  'host/cli/common/table-options.ts',
];
/** Options, commands, and whatever is to be said. */
const PROPOSES = /--[a-z…]|`|"holdfast |\bsay\b|such as \w+=/i;

const SOURCE = 'm.map.yaml';

/** An import: its table, and its options apart from the map and the output. */
interface Import {
  readonly table: string | Uint8Array;
  readonly argv: readonly string[];
}

type Follow = (asked: Import, remedy: string) => Import;

interface Followed extends Import {
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

const edit =
  (pattern: string | RegExp, replacement: string): Follow =>
  ({ table, argv }) => ({ table: String(table).replaceAll(pattern, replacement), argv });

const then =
  (first: Follow, second: Follow): Follow =>
  (asked, remedy) =>
    second(first(asked, remedy), remedy);

const NAMES = ['--from', 'from_m', '--to', 'to_m', '--limit', 'v'];
const BARE = ['--from', 'from', '--to', 'to', '--limit', 'v'];
const STEPS = ['--from', 'from_m', '--limit', 'v', '--until', 'next'];
const TIME = ['--from', 'from', '--to', 'to', '--axis-unit', 's', '--origin', '2026-01-01T00:00:00Z'];
const CLOCK = ['--from', 'from', '--to', 'to', '--axis-unit', 'min', '--gaps', 'stop'];

const HEAD = 'from_m;to_m;v\n';
const TWO = `${HEAD}0;400;5\n400;900;6\n`;
const MEANT = ['t-1 [0, 400) limit 5', 't-2 [400, 900) limit 6'];
const FIRST = ['t-1 [0, 400) limit 5'];
const FEBRUARY = ['t-1 [2026-02-01T00:00:00Z, 2026-02-02T00:00:00Z)'];
const DAYS = 'from,to\n2026-02-01,2026-02-01\n';
const UTF16 = Buffer.from(TWO, 'utf16le');

const FOLLOWED: Readonly<Record<string, readonly Followed[]>> = {
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
  'Correct --header-row.': [
    { table: TWO, argv: [...NAMES, '--header-row', '9'], follow: say(0, '1'), meant: MEANT },
  ],
  'Fill in the field, or say where rows without an end do end, such as --end PLACE.': [
    { table: TWO.replace('900', ''), argv: NAMES, follow: say(0, '900'), meant: MEANT },
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
  'If the row holds that day to its end, say --ends inclusive; if it ends as the day begins, say --ends exclusive.':
    [
      { table: DAYS, argv: [...TIME, '--offset', 'Z'], follow: say(), meant: FEBRUARY },
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
  'Leave --ends out.': [
    {
      table: 'from_m;v\n0;5\n400;6\n',
      argv: [...STEPS, '--end', '900', '--ends', 'inclusive'],
      follow: leave(),
      meant: MEANT,
    },
  ],
  'Leave --phases out.': [
    {
      table: 'from_m;to_m;v;w;p\n0;400;5;6;up\n',
      argv: [...NAMES, '--limit', 'w', '--phases', 'p=up,down'],
      follow: leave(),
      meant: ['t-1/v [0, 400) limit 5'],
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
  'Say what the columns count, such as --unit m.': [
    { table: TWO.replaceAll('_m', ''), argv: BARE, follow: say(), meant: MEANT },
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
  'Say --ends exclusive when they are gaps; ….': [
    {
      table: `${HEAD}0;399;5\n400;899;6\n`,
      argv: [...NAMES, '--gaps', 'stop'],
      follow: say(),
      meant: ['t-1 [0, 399) limit 5', 't-2 [400, 899) limit 6'],
    },
    {
      table: `${HEAD}0;399;5\n400;899;6\n`,
      argv: [...NAMES, '--gaps', 'stop'],
      follow: say(1),
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
  'Write it as 2026-07-04 or so, its year with four digits, or correct --dates.': [
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
  'Write it as 2026-07-04, or say how dates are written, such as ….': [
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
  '… Rows can be left out with --where.': [
    {
      table: 'from_m;to_m;v;p\n0;400;5;up\n400;900;6;works\n',
      argv: [...NAMES, '--phases', 'p=up'],
      follow: say(0, 'p!=works'),
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

/** What names a command or an option and is no text of a table or a source, and why. */
const AT_THE_DEVICE = 'what a person does at the machine: a device answers, and no text is changed';
const ABOUT_FILES = 'says which file to give: what was given is another one, and no text of it is changed';
const ELSEWHERE: Readonly<Record<string, string>> = {
  'Close the window to activate it, or run `holdfast revert`.': AT_THE_DEVICE,
  "Compare the map source with the firmware's burned configuration: `holdfast status` shows it.":
    AT_THE_DEVICE,
  'Give the right one with `--token`: ….': AT_THE_DEVICE,
  'Give the token with `--token`: ….': AT_THE_DEVICE,
  'Park the machine and run `holdfast revert`.': AT_THE_DEVICE,
  'Park the machine, then run `holdfast window open`.': AT_THE_DEVICE,
  'Run `holdfast confirm` or `holdfast revert` first.': AT_THE_DEVICE,
  'Run `holdfast status` to see what runs.': AT_THE_DEVICE,
  'Run `holdfast status` to see which slots hold an edition.': AT_THE_DEVICE,
  'Compile it with a lower epoch, or insist on this one with `--force`.': AT_THE_DEVICE,
  'Find out why it was reverted and compile a later epoch, or insist on this one with `--force`.':
    AT_THE_DEVICE,
  'Name the running epoch in `replaces` and compile again.': AT_THE_DEVICE,
  'Raise `epoch` in the source and compile again.': AT_THE_DEVICE,
  'Raise `epoch` in the source and compile again; `holdfast reissue` brings an older map back.':
    AT_THE_DEVICE,
  'Measure on a board, or on `holdfast controller --target rp2040`; for a port of your own, write port_cycles.':
    AT_THE_DEVICE,
  'Sign it with a key that the firmware knows (`holdfast status` names them), or burn firmware that knows this one.':
    AT_THE_DEVICE,
  'Sign it: compile it again with `--key`, or `holdfast reissue` it.': AT_THE_DEVICE,
  'See holdfast import --help; --again and --check need a source only.':
    'how the command is used: no import is asked for',
  'Say --unit …, or rename the column.': 'asked of sources only, and followed in test/host/remedies.test.ts',
  'Compile it with --key, or reissue it.': 'a signature leaves the map as it is: test/host/trust.test.ts',
  'Compile the source again, or write the map anew with `holdfast reissue`.':
    'reissue writes the same map, which test/host/body-version.test.ts compares',
  'Decrypt it first, for instance with `openssl pkey -in KEY -out PLAIN`.': ABOUT_FILES,
  'Give an image that `holdfast compile` made.': ABOUT_FILES,
  'Give the .pem file that "holdfast keygen" made, not the .pub.pem file.': ABOUT_FILES,
  'Give the path of an image that `holdfast compile` made.': ABOUT_FILES,
  'Make a pair of keys with "holdfast keygen".': ABOUT_FILES,
  'Name the .pub.pem file that "holdfast keygen" made.': ABOUT_FILES,
  'Run `holdfast compile … -o …`, then give ….': 'test/host/other-images.test.ts runs it',
  'Leave --key and --development out, or take `keys` and `development` out of the configuration.':
    'whose images a device takes, decided once: the map is no part of it',
  'Name the keys whose images it takes with --key FILE.pub.pem (holdfast keygen makes one), or give --development: then it takes unsigned maps too.':
    'whose images a device takes: the map is no part of it',
  'Use fewer zones, or compile for the large build (--large).':
    'another build of the core for the same map: test/host/compile.test.ts',
  'Build it with `npm run build`.': 'for who works on the project itself',
};

test('every remedy that tells what to say is followed, or has a reason', () => {
  const inSources = remediesInCode().filter(proposesText);
  const named = sentencesInCode(ROOMS).filter((text) => PROPOSES.test(text) && !inSources.includes(text));
  expect(named.filter((text) => FOLLOWED[text] === undefined && ELSEWHERE[text] === undefined)).toEqual([]);
  expect(
    [...Object.keys(FOLLOWED), ...Object.keys(ELSEWHERE)].filter((text) => !named.includes(text)),
  ).toEqual([]);
});

test('the tests that reasons name are there', () => {
  const files = Object.values(ELSEWHERE).flatMap((reason) => /test\/\S+\.ts/.exec(reason)?.[0] ?? []);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

/** The source that an import writes, read with the options of the command. */
async function run({ table, argv }: Import): Promise<string> {
  const program = new Command();
  register(program);
  const [verb] = program.commands;
  verb?.exitOverride().parseOptions([...argv]);
  const flags: ImportVerbOptions = verb?.opts() ?? {};
  const reader = memoryReader({ 't.csv': table });
  return (await importTable('t.csv', SOURCE, { ...readOptions(flags, flags.from ?? '', 'm'), reader }))
    .source;
}

/** What is told of an import that is refused: its remedies, each with its words. */
async function refused(asked: Import): Promise<readonly string[]> {
  try {
    await run(asked);
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics.map(({ remedy }) => remedy);
    if (error instanceof HoldfastError) return [error.remedy ?? ''];
    throw error;
  }
  return [];
}

describe.each(Object.entries(FOLLOWED))('%s', (shape, cases) => {
  test.each(cases.map((one, index) => [index + 1, one] as const))('followed, %i', async (_index, one) => {
    const told = await refused(one);
    const remedy = told.find((text) => sentenceIn(text, shape) !== undefined);
    expect(remedy, told.join('\n')).toBeDefined();
    const followed = one.follow(one, remedy ?? '');
    expect(followed).not.toEqual({ table: one.table, argv: one.argv });
    expect(await covered(SOURCE, memoryReader({ [SOURCE]: await run(followed) }))).toEqual(one.meant);
  });
});
