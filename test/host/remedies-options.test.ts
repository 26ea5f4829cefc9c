/**
 * Remedies of `calendar` and `track` that propose an option are followed: with what they say, the command writes the map that was meant.
 * They are found in the code; one that is not in this table fails the first test.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { covered } from '../support/covered.ts';
import { sentenceIn, sentencesInCode } from '../support/remedies.ts';

const ROOMS = ['host/calendar', 'host/track', 'host/cli/verbs/calendar.ts', 'host/cli/verbs/track.ts'];
const folder = temporaryFolder('remedies-options');
afterAll(() => folder.remove());

interface Followed {
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  /** What is said in addition, once the remedy is read; options that it names are taken out of it, values are what was meant. */
  readonly follow: (remedy: string, argv: readonly string[]) => readonly string[];
  /** `id [from, to)` and its limit, of all that is covered. */
  readonly meant: readonly string[];
}

/** The options that a remedy names, each with a value. */
const saying =
  (...values: readonly string[]) =>
  (remedy: string, argv: readonly string[]) => {
    const options = [...new Set(remedy.match(/--[a-z-]+/g) ?? [])];
    return [...argv, ...options.flatMap((option, index) => [option, values[index] ?? ''])];
  };

const HOURS = ['calendar', '--map', 'm', '--gaps', 'stop', '--hours'];
const UTC = ['--zone', 'UTC'];
const DAYS = ['--from', '2026-03-06', '--to', '2026-03-07'];
const NIGHT = [...HOURS, 'Fr 20:00-26:00; Sa 12:00-14:00', ...UTC, ...DAYS];
const SATURDAY = 'open [2026-03-07T12:00:00Z, 2026-03-07T14:00:00Z)';
const ZURICH = ['--zone', 'Europe/Zurich', '--from'];
const GTFS = {
  'feed/calendar.txt':
    'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweekday,0,0,0,0,1,0,0,20260306,20260307\n',
  'feed/agency.txt': 'agency_name,agency_url,agency_timezone\nA,https://example.org,Europe/Zurich\n',
};
const FRIDAY = 'weekday [2026-03-05T23:00:00Z, 2026-03-06T23:00:00Z)';
const OPEN_PERIOD = {
  'p.json': '{"resourceType":"Coverage","id":"c","status":"active","period":{"start":"2026-03-07"}}',
};
const PERIOD = {
  'p.json':
    '{"resourceType":"Coverage","id":"c","status":"active","period":{"start":"2026-03-07","end":"2026-03-07"}}',
};
const FHIR = ['calendar', 'p.json', '--map', 'm', '--gaps', 'stop', ...UTC];
/** One that is active, and one of the day before that is not. */
const STATUSES = {
  'p.json': `[${PERIOD['p.json']},{"resourceType":"Coverage","id":"d","status":"draft","period":{"start":"2026-03-06","end":"2026-03-06"}}]`,
};
const PERIOD_MEANT = 'Coverage/c.period [2026-03-07T00:00:00Z, 2026-03-08T00:00:00Z)';

/** A railML file with these speed changes and tracks. */
function railml(changes: string, profiles = '', more = '', term = ''): Record<string, string> {
  const ends = '<trackTopology><trackBegin id="b" pos="0"/><trackEnd id="e" pos="1000"/></trackTopology>';
  const track = `<track id="t1" ${term}>${ends}<trackElements><speedChanges>${changes}</speedChanges></trackElements></track>`;
  return {
    't.xml': `<railml xmlns="http://www.railml.org/schemas/2013" version="2.2"><infrastructure id="i"><tracks>${track}${more}</tracks><speedProfiles>${profiles}</speedProfiles></infrastructure></railml>`,
  };
}

const TRACK = ['track', 't.xml', '--map', 'm', '--axis-unit', 'm'];
const change = (id: string, pos: number, dir: string, limit: number, more = '') =>
  `<speedChange id="${id}" pos="${pos}" dir="${dir}" vMax="${limit}" ${more}/>`;
const BOTH = railml(
  change('a', 0, 'both', 80) + change('b', 400, 'both', 60) + change('c', 1000, 'both', 40),
);
const PLANNED = railml(change('a', 0, 'up', 80) + change('b', 400, 'up', 60, 'status="planned"'));
const FREIGHT = change('a', 0, 'up', 80) + change('f', 400, 'up', 90, 'profileRef="freight"');
const FREIGHT_PROFILE = '<speedProfile id="freight" name="Freight"/>';
const OTHER_TRACK =
  '<track id="t2"><trackTopology><trackBegin id="b2" pos="0"/><trackEnd id="e2" pos="10"/></trackTopology></track>';

const FOLLOWED: Readonly<Record<string, readonly Followed[]>> = {
  'Say with --over-midnight whether they are kept to their end (keep) or end at midnight (cut).': [
    {
      files: {},
      argv: NIGHT,
      follow: saying('keep'),
      meant: ['open [2026-03-06T20:00:00Z, 2026-03-07T02:00:00Z)', SATURDAY],
    },
    {
      files: {},
      argv: NIGHT,
      follow: saying('cut'),
      meant: ['open [2026-03-06T20:00:00Z, 2026-03-07T00:00:00Z)', SATURDAY],
    },
  ],
  'Give another time, or say with --clock-change which of the two is meant: earlier or later.': [
    {
      files: {},
      argv: [...HOURS, '02:30-04:00', ...ZURICH, '2026-10-25', '--to', '2026-10-25'],
      follow: saying('earlier'),
      meant: ['open [2026-10-25T00:30:00Z, 2026-10-25T03:00:00Z)'],
    },
    {
      files: {},
      argv: [...HOURS, '02:30-04:00', ...ZURICH, '2026-10-25', '--to', '2026-10-25'],
      follow: saying('later'),
      meant: ['open [2026-10-25T01:30:00Z, 2026-10-25T03:00:00Z)'],
    },
  ],
  'Give another time, or --clock-change: then the moment of the change is taken.': [
    {
      files: {},
      argv: [...HOURS, '02:30-04:00', ...ZURICH, '2026-03-29', '--to', '2026-03-29'],
      follow: saying('later'),
      meant: ['open [2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z)'],
    },
  ],
  'Give other days with --from and --to.': [
    {
      files: PERIOD,
      argv: [
        'calendar',
        'p.json',
        '--map',
        'm',
        '--gaps',
        'stop',
        ...UTC,
        '--from',
        '2026-04-01',
        '--to',
        '2026-04-02',
      ],
      follow: (_remedy, argv) => argv.map((word) => word.replace('2026-04-01', '2026-03-07')),
      meant: [PERIOD_MEANT],
    },
  ],
  'Name it, such as --zone Europe/Zurich.': [
    {
      files: {},
      argv: [...HOURS, 'Sa 12:00-14:00', ...DAYS],
      follow: (remedy, argv) => [...argv, ...(/--zone \S+(?=\.$)/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: ['open [2026-03-07T11:00:00Z, 2026-03-07T13:00:00Z)'],
    },
  ],
  'Leave --zone out, or correct the table.': [
    {
      files: GTFS,
      argv: ['calendar', 'feed', '--map', 'm', '--gaps', 'stop', ...UTC],
      follow: (_remedy, argv) => argv.filter((word) => !UTC.includes(word)),
      meant: [FRIDAY],
    },
  ],
  'Give the first and the last day with --from and --to.': [
    {
      files: {},
      argv: [...HOURS, 'Sa 12:00-14:00', ...UTC],
      follow: saying('2026-03-06', '2026-03-07'),
      meant: [SATURDAY],
    },
  ],
  'Give a file with --holidays: one day a line.': [
    {
      files: { 'days.txt': '2026-03-06\n' },
      argv: [...HOURS, '12:00-14:00; PH off', ...UTC, ...DAYS],
      follow: saying('days.txt'),
      meant: [SATURDAY],
    },
  ],
  'Give the first and the last day of the map with --from and --to.': [
    {
      files: OPEN_PERIOD,
      argv: ['calendar', 'p.json', '--map', 'm', '--gaps', 'stop', ...UTC],
      follow: saying('2026-03-06', '2026-03-07'),
      meant: [PERIOD_MEANT],
    },
  ],
  'For example: holdfast calendar --hours "Mo-Fr 08:00-18:00" …': [
    {
      files: {},
      argv: ['calendar', '--map', 'm', '--gaps', 'stop', ...UTC, ...DAYS],
      follow: (remedy, argv) => [...argv, '--hours', /--hours "([^"]+)"/.exec(remedy)?.[1] ?? ''],
      meant: ['open [2026-03-06T08:00:00Z, 2026-03-06T18:00:00Z)'],
    },
  ],
  'Say --status active to leave it out, or --status active,… to take it.': [
    {
      files: STATUSES,
      argv: [...FHIR, ...DAYS],
      follow: (remedy, argv) => [...argv, ...(/--status active(?= )/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: [PERIOD_MEANT],
    },
    {
      files: STATUSES,
      argv: [...FHIR, ...DAYS],
      follow: (remedy, argv) => [...argv, ...(/--status active,\S+/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: ['Coverage/d.period [2026-03-06T00:00:00Z, 2026-03-07T00:00:00Z)', PERIOD_MEANT],
    },
  ],
  'Ask for those that it has with --status: ….': [
    {
      files: { 'p.json': PERIOD['p.json'].replace('active', 'entered-in-error') },
      argv: [...FHIR, ...DAYS, '--status', 'active'],
      follow: (remedy, argv) => [...argv.slice(0, -1), /--status: (.*)\.$/.exec(remedy)?.[1] ?? 'NOTHING'],
      meant: [PERIOD_MEANT],
    },
  ],
  'Choose a direction, or a profile with --profile: ….': [
    {
      files: railml(change('f', 0, 'up', 90, 'profileRef="freight"'), FREIGHT_PROFILE),
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => [...argv, '--profile', /--profile: (\w+)/.exec(remedy)?.[1] ?? ''],
      meant: ['f [0, 1000) limit 90'],
    },
  ],
  'Say --both place (each begins at its place for every train) or --both section (it holds from its place up to the next).':
    [
      {
        files: BOTH,
        argv: [...TRACK, '--direction', 'down'],
        follow: saying('place'),
        meant: ['b [0, 400) limit 60', 'c [400, 1000) limit 40'],
      },
      {
        files: BOTH,
        argv: [...TRACK, '--direction', 'down'],
        follow: saying('section'),
        meant: ['a [0, 400) limit 80', 'b [400, 1000) limit 60'],
      },
    ],
  'Say --both place.': [
    {
      files: railml(change('a', 1000, 'both', 80) + change('b', 400, 'down', 60)),
      argv: [...TRACK, '--direction', 'down', '--both', 'section'],
      follow: (remedy, argv) => [...argv.slice(0, -2), ...(/--both \w+/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: ['b [0, 400) limit 60', 'a [400, 1000) limit 80'],
    },
  ],
  'Say --combine lower (the lower of both counts) or --combine replace (its own, wherever it has one).': [
    {
      files: railml(FREIGHT, FREIGHT_PROFILE),
      argv: [...TRACK, '--direction', 'up', '--profile', 'freight'],
      follow: saying('lower'),
      meant: ['a [0, 1000) limit 80'],
    },
    {
      files: railml(FREIGHT, FREIGHT_PROFILE),
      argv: [...TRACK, '--direction', 'up', '--profile', 'freight'],
      follow: saying('replace'),
      meant: ['a [0, 400) limit 80', 'f [400, 1000) limit 90'],
    },
  ],
  'Choose one with --track: ….': [
    {
      files: railml(change('a', 0, 'up', 80), '', OTHER_TRACK),
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => [...argv, '--track', /--track: (\w+)/.exec(remedy)?.[1] ?? ''],
      meant: ['a [0, 1000) limit 80'],
    },
  ],
  'Say --status … to leave it out, or --status … to take it.': [
    {
      files: PLANNED,
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => [
        ...argv,
        ...(/--status \S+(?= to leave)/.exec(remedy)?.[0].split(' ') ?? []),
      ],
      meant: ['a [0, 1000) limit 80'],
    },
    {
      files: PLANNED,
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => [...argv, ...(/--status \S+(?= to take)/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: ['a [0, 400) limit 80', 'b [400, 1000) limit 60'],
    },
  ],
  'Say the day that the map is for, such as --on ….': [
    {
      files: railml(change('a', 0, 'up', 80) + change('b', 400, 'up', 60, 'validFrom="2026-07-01"')),
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => [...argv, ...(/--on \S+(?=\.$)/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: ['a [0, 400) limit 80', 'b [400, 1000) limit 60'],
    },
  ],
  'Say --constraints omit to leave out what holds on a condition, or --constraints take to use it whatever that says.':
    ['omit', 'take'].map((reading) => ({
      files: railml(change('a', 0, 'up', 80) + change('b', 400, 'up', 60, 'verbalConstraints="wet"')),
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => [
        ...argv,
        ...(new RegExp(`--constraints ${reading}`).exec(remedy)?.[0].split(' ') ?? []),
      ],
      meant:
        reading === 'omit' ? ['a [0, 1000) limit 80'] : ['a [0, 400) limit 80', 'b [400, 1000) limit 60'],
    })),
  'Correct --status, --on or --constraints, or choose another track.': [
    {
      files: railml(change('a', 0, 'up', 80), '', '', 'validTo="2026-01-01"'),
      argv: [...TRACK, '--direction', 'up', '--on', '2026-07-01'],
      follow: (_, argv) => [...argv.slice(0, -1), '2025-07-01'],
      meant: ['a [0, 1000) limit 80'],
    },
  ],
  'Let limits count a unit in which it is whole: --limit-unit ….': [
    {
      files: railml(change('a', 0, 'up', 80)),
      argv: [...TRACK, '--direction', 'up', '--limit-unit', 'mph'],
      follow: (remedy, argv) => [
        ...argv.slice(0, -2),
        ...(/--limit-unit \S+(?=\.$)/.exec(remedy)?.[0].split(' ') ?? []),
      ],
      meant: ['a [0, 1000) limit 80000'],
    },
  ],
  'Let the axis count a unit in which it is whole: --axis-unit ….': [
    {
      files: { 't.xml': railml(change('a', 0, 'up', 80))['t.xml']?.replace('"1000"', '"1000.25"') ?? '' },
      argv: [...TRACK, '--direction', 'up'],
      follow: (remedy, argv) => {
        const unit = /--axis-unit (\S+)\.$/.exec(remedy)?.[1] ?? 'NOTHING';
        return argv.map((word, index) => (argv[index - 1] === '--axis-unit' ? unit : word));
      },
      meant: ['a [0, 100025) limit 80'],
    },
  ],
  'Leave --limit-scale out: --limit-unit converts.': [
    {
      files: railml(change('a', 0, 'up', 80)),
      argv: [...TRACK, '--direction', 'up', '--limit-unit', 'm/h', '--limit-scale', '10'],
      follow: (_remedy, argv) => argv.slice(0, -2),
      meant: ['a [0, 1000) limit 80000'],
    },
  ],
  'Say one, such as --limit-unit m/h.': [
    {
      files: railml(change('a', 0, 'up', 80)),
      argv: [...TRACK, '--direction', 'up', '--limit-unit', 'kN'],
      follow: (remedy, argv) => [
        ...argv.slice(0, -2),
        ...(/--limit-unit \S+(?=\.$)/.exec(remedy)?.[0].split(' ') ?? []),
      ],
      meant: ['a [0, 1000) limit 80000'],
    },
  ],
  'Say what limits count then, such as --limit-scale 1000 --limit-unit m/h.': [
    {
      files: railml(change('a', 0, 'up', 80)),
      argv: [...TRACK, '--direction', 'up', '--limit-scale', '1000'],
      follow: (remedy, argv) => [...argv, ...(/--limit-unit \S+(?=\.$)/.exec(remedy)?.[0].split(' ') ?? [])],
      meant: ['a [0, 1000) limit 80000'],
    },
  ],
};

/** Met only after a million days of service, which would take this test minutes; --service itself is in the test of calendars. */
const TOO_LARGE = ['Choose services with --service.'];

test('every remedy that proposes an option is followed below', () => {
  const named = sentencesInCode(ROOMS).filter((text) => /--[a-z]/.test(text));
  expect(named).toEqual([...Object.keys(FOLLOWED), ...TOO_LARGE].sort());
});

test('lines of one id are joined in both ways that the remedy tells', async () => {
  const [first, second] = ['Fr-Sa 08:00-12:00', 'Sa 14:00-16:00'];
  const argv = [
    'calendar',
    'hours.txt',
    '--map',
    'm',
    '--gaps',
    'stop',
    ...UTC,
    ...DAYS,
    '-o',
    'ids.map.yaml',
  ];
  const draft = (...lines: readonly string[]) => {
    writeFileSync(folder.at('hours.txt'), lines.map((line) => `open = ${line}\n`).join(''));
    return holdfast([...argv, '--force'], { cwd: folder.path, env: { COLUMNS: '400' } });
  };
  const asked = await draft(first, second);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain(
    'a comma before each rule that adds hours to those of its days, and ; before each',
  );
  const friday = 'open [2026-03-06T08:00:00Z, 2026-03-06T12:00:00Z)';
  const [morning, afternoon] = ['08:00:00Z, 2026-03-07T12', '14:00:00Z, 2026-03-07T16'].map(
    (hours) => `open [2026-03-07T${hours}:00:00Z)`,
  );
  expect(await draft(`${first}, ${second}`)).toMatchObject({ code: 0 });
  expect(await covered(folder.at('ids.map.yaml'))).toEqual([friday, morning, afternoon]);
  expect(await draft(`${first}; ${second}`)).toMatchObject({ code: 0 });
  expect(await covered(folder.at('ids.map.yaml'))).toEqual([friday, afternoon]);
});

describe.each(Object.entries(FOLLOWED))('%s', (shape, cases) => {
  test.each(cases.map((one, index) => [index + 1, one] as const))('followed, %i', async (index, one) => {
    const cwd = folder.at(`${Object.keys(FOLLOWED).indexOf(shape)}-${index}`);
    mkdirSync(cwd, { recursive: true });
    for (const [name, text] of Object.entries(one.files)) {
      mkdirSync(dirname(`${cwd}/${name}`), { recursive: true });
      writeFileSync(`${cwd}/${name}`, text);
    }
    const asked = await holdfast([...one.argv, '-o', 'm.map.yaml'], { cwd, env: { COLUMNS: '400' } });
    expect(asked.code).toBe(2);
    const remedy = sentenceIn(asked.stderr, shape);
    expect(remedy, asked.stderr).toBeDefined();
    const argv = one.follow(remedy ?? '', one.argv);
    const done = await holdfast([...argv, '-o', 'm.map.yaml'], { cwd });
    expect(done.code, done.stderr).toBe(0);
    expect(await covered(`${cwd}/m.map.yaml`)).toEqual(one.meant);
  });
});
