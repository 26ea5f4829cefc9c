/**
 * Remedies of the verbs that read no table, and of what they use: those that propose an option or a command are followed here, and what
 * comes of it is what was meant. Every sentence of the host that proposes one is looked for; one that no list has fails the first test.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdfast, type Ran, temporaryFolder } from '../support/command.ts';
import { sentenceIn, sentencesInCode } from '../support/remedies.ts';

/** Whose remedies other files follow: remedies.test.ts, remedies-tables.test.ts, remedies-options.test.ts. */
const ELSEWHERE = [
  ...[
    'table',
    'source',
    'import',
    'compile',
    'lint',
    'body',
    'image',
    'core',
    'refusals',
    'calendar',
    'track',
  ],
  ...['cli/verbs/import.ts', 'cli/verbs/calendar.ts', 'cli/verbs/track.ts', 'cli/common/table-options.ts'],
].map((room) => `host/${room}`);
/** What an editor shows beside a field: it says what the field is. */
const DESCRIPTIONS = ['host/schema'];
const PROPOSES = /--[a-z…]|`|"holdfast |holdfast check|\bsay\b/i;

const folder = temporaryFolder('remedies-verbs');
afterAll(() => folder.remove());

const LINE = `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 9000 } ] }
zones: [ { id: a, at: { from: 0, to: 9000 }, limit: 40 } ]
`;

beforeAll(async () => {
  writeFileSync(folder.at('line.map.yaml'), LINE);
  writeFileSync(
    folder.at('next.map.yaml'),
    LINE.replace('limit: 40', 'limit: 60').replace('epoch: 1', 'epoch: 2'),
  );
  writeFileSync(folder.at('junk'), Buffer.from([0, 1, 2, 3, 0xff]));
  writeFileSync(folder.at('mine.img'), 'a text of mine\n');
  const compiled = await holdfast(['compile', 'line.map.yaml', '-o', 'line.img'], { cwd: folder.path });
  expect(compiled.code, compiled.stderr).toBe(0);
});

const run = (argv: readonly string[]): Promise<Ran> =>
  holdfast(argv, { cwd: folder.path, env: { COLUMNS: '400' } });
const read = (name: string) => readFileSync(folder.at(name));
const words = (text: string) => text.split(' ');

interface Followed {
  readonly argv: readonly string[];
  /** The command that the remedy asks for; what it proposes is taken out of it. */
  readonly follow: (remedy: string) => readonly string[];
  /** Before the remedy is met. */
  readonly before?: () => Promise<unknown>;
  readonly meant: (ran: Ran) => unknown;
}

const option = (remedy: string) => /--[a-z-]+/.exec(remedy)?.[0] ?? 'NOTHING';

const FOLLOWED: Readonly<Record<string, Followed>> = {
  'For example: holdfast check IMAGE --at 5000.': {
    argv: words('check line.img'),
    follow: (remedy) =>
      (/holdfast (check .*)\.$/.exec(remedy)?.[1] ?? '').replace('IMAGE', 'line.img').split(' '),
    meant: ({ stdout }) => expect(JSON.parse(stdout)).toMatchObject({ at: 5000, zone: 'a', limit: 40 }),
  },
  'Give a .map.yaml file, or an image that `holdfast compile` made.': {
    argv: words('audit junk'),
    follow: () => words('audit line.img --json'),
    meant: ({ stdout }) => expect(JSON.parse(stdout)).toMatchObject({ map: 'line', epoch: 1 }),
  },
  'Give another name, or replace it with --force.': {
    argv: words('compile line.map.yaml -o mine.img'),
    follow: (remedy) => [...words('compile line.map.yaml -o mine.img'), option(remedy)],
    meant: () => expect(read('mine.img')).toEqual(read('line.img')),
  },
  'End it in one of …, or say which with --format.': {
    argv: words('firmware rp2040 --image line.img --development -o board.fw'),
    follow: (remedy) => [
      ...words('firmware rp2040 --image line.img --development -o board.fw'),
      option(remedy),
      /\.(hex)/.exec(remedy)?.[1] ?? '',
    ],
    meant: () => expect(read('board.fw').toString()).toMatch(/^:[0-9A-F]+\r?\n/),
  },
  'Leave --arena out, or give --arena ….': {
    argv: words('firmware microbit --image line.img --development --arena 16K -o micro.hex'),
    follow: (remedy) => [
      ...words('firmware microbit --image line.img --development -o micro.hex --arena'),
      /give --arena (\w+)\./.exec(remedy)?.[1] ?? '',
    ],
    meant: () => expect(read('micro.hex').toString()).toMatch(/^:[0-9A-F]+/),
  },
  'Name it with --image.': {
    argv: words('firmware rp2040 --development -o named.hex'),
    follow: (remedy) => [...words('firmware rp2040 --development -o named.hex'), option(remedy), 'line.img'],
    meant: () => expect(read('named.hex').toString()).toMatch(/^:[0-9A-F]+/),
  },
  'Name the first edition with --image.': {
    argv: words('firmware library -o first --development'),
    follow: (remedy) => [...words('firmware library -o first --development'), option(remedy), 'line.img'],
    meant: () => expect(readdirSync(folder.at('first/src'))).toContain('holdfast_burned.c'),
  },
  'Move your changes away, give another folder, or replace it all with --force.': {
    before: async () => {
      await run(words('firmware library -o edited'));
      writeFileSync(folder.at('edited/README.md'), 'mine\n');
    },
    argv: words('firmware library -o edited'),
    follow: (remedy) => [...words('firmware library -o edited'), option(remedy)],
    meant: () => expect(read('edited/README.md').toString()).toMatch(/^# /),
  },
  'Run it with --help to see what it takes.': {
    argv: words('compile --frob'),
    follow: (remedy) => ['compile', option(remedy)],
    meant: ({ stdout }) => expect(stdout).toContain('--output'),
  },
};

/** The test that follows the remedies of devices and of the virtual controller. */
const DEVICE_TEST = 'test/host/remedies-device.test.ts';

/** Who follows it, or why no map, image or file comes of it; by the reason. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  [DEVICE_TEST]: [
    'Give `--port PATH` or set HOLDFAST_PORT; `holdfast ports` lists the ports.',
    'Go on in it, without `--window`, or run `holdfast window close --keep` first.',
    'Name a slot with `--slot`.',
    'Run `holdfast ports` to see the ports, or start `holdfast controller`.',
    'Run `holdfast ports` to see the ports.',
    'Stage it first: `holdfast stage IMAGE`.',
    'Delete the state folder and start with `--image` again.',
    'End it, or give another folder with `--state`.',
    'End it, or give another path with `--link`.',
    'Give another folder with `--state`, or delete this one to start over.',
    'Give another folder with `--state`.',
    'Give another path with `--link`, or remove that one.',
    'Give another path with `--link`.',
    'Give the first image with `--image IMAGE`, or a firmware configuration with `--config FILE` and push the first edition.',
    'Leave them out, or leave out --target.',
    'If this is intended, run it again with --update and review the change in ….',
    'Make it again with --update --force.',
    'Name the exports to prove with --export.',
    'Write --assume NAME=NUMBER.',
  ],
  'a device or its line answers, and no text or image is changed': [
    'Add yourself to the group that owns it (on most Linux systems `dialout`) and log in again.',
    'Build the firmware with a `buf_size` of 384 bytes or more.',
    'Check the cable and that the device runs; `holdfast ports --ask …` tries the usual baud rates.',
    'Check the cable, the baud rate and that the device runs; `holdfast ports` lists the ports.',
    'Give another rate with `--baud`.',
    'Leave out --http, or give a port that is free.',
    'Open and close a window to begin the trial, or run `holdfast revert`; then measure.',
    'Park the machine, or measure with `--function service`.',
    'Push the image first, or leave --image out.',
    'Run `holdfast revert` in a window to go back to it.',
    'Run `holdfast status` to see what runs, then push the image again.',
    'Run `holdfast status` to see what the device does.',
    'Run `holdfast window close`, or name another --function.',
    'Set XDG_RUNTIME_DIR to a folder of yours, or give `--token` to each command.',
  ],
  'which part of a program is analysed, or what is kept of an analysis: no map comes of it': [
    'Give --stack a place where nothing of the program lies.',
    'Leave --map out.',
    'Name the functions to analyse with --function.',
    "The program does not hold Holdfast's core, so --map says nothing of it.",
  ],
  'a library has no place for what a plane is: test/host/arenas.test.ts meets it': [
    'Leave --image out: the library takes planes all the same, over the line or burned with their burned block.',
  ],
  'told where nothing is wrong': [
    'What your compiler makes of it takes its own: holdfast timing elf PROGRAM --map IMAGE bounds the program that you link.',
    'No edition is burned in; --image adds src/holdfast_burned.c with one.',
    'The image is unsigned; sign it with --key (holdfast keygen makes one).',
  ],
  'a disk is never written in a test': ['Give the name of a file; --force writes over the disk.'],
  'a package is installed from the registry, or the sources': [
    'Get the sources of Holdfast and run `npm ci`, then `npm run fleet -- --help`, in their folder.',
    'Run `npm install …@…`. Add -g if you installed holdfast with -g.',
  ],
};

test('every remedy that proposes an option or a command is followed, or has a reason', () => {
  const done = new Set(sentencesInCode([...ELSEWHERE, ...DESCRIPTIONS]));
  const found = sentencesInCode(['host']).filter((text) => PROPOSES.test(text) && !done.has(text));
  const known = [...Object.keys(FOLLOWED), ...Object.values(REASONS).flat()];
  expect(found.filter((text) => !known.includes(text))).toEqual([]);
  expect(known.filter((text) => !found.includes(text))).toEqual([]);
});

test('the test of devices names those that it follows', () => {
  const text = readFileSync(DEVICE_TEST, 'utf8');
  expect(REASONS[DEVICE_TEST]?.filter((remedy) => !text.includes(remedy))).toEqual([]);
});

describe.each(Object.entries(FOLLOWED))('%s', (shape, one) => {
  test('followed', async () => {
    await one.before?.();
    const asked = await run(one.argv);
    expect(asked.code, asked.stderr).toBe(2);
    const remedy = sentenceIn(asked.stderr, shape);
    expect(remedy, asked.stderr).toBeDefined();
    const ran = await run(one.follow(remedy ?? ''));
    expect([0, 1], ran.stderr).toContain(ran.code);
    await one.meant(ran);
  });
});
