import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { audit } from '../../host/audit/audit.ts';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { compileSource, loadPartition } from '../../host/compile/compile.ts';
import { MapImage } from '../../host/core/ask.ts';
import { type Diagnostic, SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { SHIPPED_MAPS } from '../support/shipped-maps.ts';

const runFile = promisify(execFile);
const PAGES = fileURLToPath(new URL('../../docs/maps', import.meta.url));

function shipped(name: string): string {
  const path = SHIPPED_MAPS.find((map) => basename(map) === `${name}.map.yaml`);
  if (path === undefined) throw new RangeError(`no map ${name}`);
  return path;
}

describe('maps that ship', () => {
  test.each(SHIPPED_MAPS)('%s compiles for the device', async (path) => {
    const { fits, summary } = await compileSource(path);
    expect(BUILD_NAMES.indexOf(fits)).toBeLessThanOrEqual(BUILD_NAMES.indexOf('device'));
    expect(summary.cost.budget).not.toBeNull();
  });

  test('each folder of maps has a page on its job', () => {
    const pages = readdirSync(PAGES);
    const index = readFileSync(join(PAGES, 'README.md'), 'utf8');
    for (const folder of new Set(SHIPPED_MAPS.map((path) => basename(dirname(path))))) {
      expect(pages).toContain(`${folder}.md`);
      expect(index).toContain(`(${folder}.md)`);
    }
  });

  test.each([
    ['stgallen-wil', 13_497_499n, 125],
    ['stgallen-wil', 29_556_099n, 80],
    ['songjiazhuang-yizhuang', 480_000n, 65],
    ['songjiazhuang-yizhuang', 22_727_999n, 60],
    ['vasteras-kolback', 15_311_800n, 200],
  ])('%s at %s: %i km/h', async (name, x, limit) => {
    const { image } = await compileSource(shipped(name));
    const map = await MapImage.open(image);
    expect(map.ask({ x, phase: 0 })).toMatchObject({ state: 'covered', limit });
  });
});

interface Planted {
  /** What somebody did wrong. */
  readonly mistake: string;
  readonly map: string;
  /** The table of the map instead of its source. */
  readonly table?: string;
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /** A text on the line that the mistake must be named at; without it, the line that was changed. */
  readonly line?: string;
  readonly remedy: string;
}

const plant = (map: string, rows: readonly (readonly string[])[], table?: string): Planted[] =>
  rows.map(([mistake = '', from = '', to = '', code = '', remedy = '', line]) => ({
    ...{ mistake, map, from, to, code, remedy },
    ...(line === undefined ? {} : { line }),
    ...(table === undefined ? {} : { table }),
  }));

const PLANTED: readonly Planted[] = [
  ...plant('rail', [
    ['a gap rule that forgot to cut', ', cuts: true', '', 'GAP_OVER_ZONE', 'cuts: true'],
    ['miles', 'limit: 40 km/h', 'limit: 25 mph', 'UNIT_INEXACT', 'The nearest are 40 km/h and 41 km/h'],
    [
      'an interval backwards',
      'from: 5000 m, to: 5100 m',
      'from: 5100 m, to: 5000 m',
      'INTERVAL_REVERSED',
      'else exchange "from" and "to"',
    ],
    ['metres that should be kilometres', 'to: 5100 m', 'to: 5100 km', 'OUT_OF_RANGE', 'Keep it inside'],
    [
      'a decimal quantity',
      'from: 5000 m',
      'from: 5000.0005 m',
      'UNIT_INEXACT',
      'The nearest are 5000000 mm and 5000001 mm',
    ],
    ['seconds for metres', 'from: 5000 m', 'from: 5000 s', 'UNIT_MISMATCH', 'Write it in mm'],
    ['an action that does not exist', 'action: slow', 'action: slower', 'BAD_VALUE', '"slow"'],
    ['no action', 'action: slow, ', '', 'MISSING_FIELD', 'Add "action"'],
    ['an unknown field', 'overlaps: forbid', 'overlap: forbid', 'UNKNOWN_FIELD', '"overlaps"'],
    ['a field twice', 'epoch: 11', 'epoch: 11\nepoch: 12', 'DUPLICATE_FIELD', 'Keep one', 'epoch: 12'],
    ['a table that is not there', 'file: limits.csv', 'file: limit.csv', 'CSV_MISSING', 'Check the name'],
    ['a column that is not there', 'from: start_cm', 'from: start_mm', 'CSV_COLUMN_MISSING', '"start_cm"'],
    [
      'a table in another unit',
      'unit: cm',
      'unit: mm',
      'UNIT_MISMATCH',
      'rename the column',
      'not this file',
    ],
    [
      'an axis that is too short',
      'max: 31240700',
      'max: 31240000',
      'OUT_OF_RANGE',
      'Keep it inside',
      'not this file',
    ],
    [
      'an axis that is too long',
      'max: 31240700',
      'max: 31240800',
      'GAP_UNACKNOWLEDGED',
      'Widen a zone',
      'not this file',
    ],
    ['an axis without unit', 'unit: mm, ', '', 'UNIT_MISSING', 'unit: mm'],
    ['another version of the language', 'holdfast: 1 ', 'holdfast: 2 ', 'FORMAT_VERSION', 'holdfast: 1'],
    ['epoch 0', 'epoch: 11', 'epoch: 0', 'OUT_OF_RANGE', 'Write a number'],
    [
      'a budget in cycles of an unknown target',
      'budget: { steps: 6 }',
      'budget: { stpes: 6 }',
      'UNKNOWN_FIELD',
      '"steps"',
    ],
    ['a tab for indentation', '  - { id: tunnel', '\t- { id: tunnel', 'NOT_YAML', 'Fix the syntax'],
  ]),
  ...plant(
    'rail',
    [
      [
        'a decimal in the table',
        '41360,579010,110',
        '41360,579010.55,110',
        'UNIT_INEXACT',
        'The nearest are',
      ],
      [
        'another unit in one row',
        '110,km/h\n579010',
        '110,mph\n579010',
        'UNIT_INEXACT',
        'The nearest are 177 km/h and 178 km/h',
      ],
      [
        'a row that is left out',
        '41360,579010,110,km/h\n',
        '',
        'GAP_UNACKNOWLEDGED',
        'Widen a zone',
        '0,41360',
      ],
      ['rows that overlap', '579010,614000', '579000,614000', 'OVERLAP', 'lowest-limit'],
      ['a row backwards', '579010,614000', '614000,579010', 'INTERVAL_REVERSED', 'Correct the row'],
      ['a field too many', '100,km/h\n614000', '100,km/h,x\n614000', 'CSV_ROW_LENGTH', 'as many fields'],
      ['an open quote', '614000,642630', '"614000,642630', 'CSV_BROKEN', 'Fix the quotes'],
      ['two columns of one name', 'end_cm,speed', 'start_cm,speed', 'DUPLICATE_COLUMN', 'its own name'],
      [
        'no limit that is a number',
        '579010,614000,100',
        '579010,614000,fast',
        'NOT_A_NUMBER',
        'leave the field empty',
      ],
      ['decimals or thousands', '579010,614000', '579.010,614000', 'NUMBER_AMBIGUOUS', '579010'],
    ],
    'limits.csv',
  ),
  ...plant('rail.next', [
    ['an overlap of equal tiers', 'tier: 1', 'tier: 0', 'OVERLAP', 'Give them different tiers'],
    [
      'an overlap that nobody allowed',
      'overlaps: by-tier',
      'overlaps: forbid',
      'OVERLAP',
      'by-tier',
      'id: works',
    ],
    ['a tier too high', 'tier: 1', 'tier: 256', 'OUT_OF_RANGE', '0 to 255'],
    [
      'an edition that replaces a later one',
      'replaces: 11',
      'replaces: 12',
      'EPOCH_NOT_ABOVE_REPLACED',
      'above 12',
    ],
    ['a hash that is none', 'replaces: 11', 'replaces: 11@main', 'BAD_VALUE', '11@3fa9c2'],
    ['an id twice', '{ id: works', '{ id: limits-8', 'DUPLICATE_ID', 'its own id'],
    ['an id with a blank', '{ id: works', '{ id: track works', 'BAD_VALUE', 'letters, digits'],
    ['a zone without place', 'at: { from: 12000 m, to: 12900 m }, tier', 'tier', 'MISSING_FIELD', 'Add "at"'],
    ['an anchor', 'at: { from: 12000', 'at: &here { from: 12000', 'ANCHOR_REFUSED', 'Write the value out'],
    [
      'an unknown way to settle overlaps',
      'overlaps: by-tier',
      'overlaps: by-tiers',
      'BAD_VALUE',
      '"by-tier"',
    ],
  ]),
  ...plant('weld-cell', [
    [
      'a pass that the period does not have',
      'id: cap, when: { from: 2, to: 3 }',
      'id: cap, when: { from: 2, to: 4 }',
      'OUT_OF_RANGE',
      'Keep it inside',
    ],
    [
      'phases without a period',
      'phase: { unit: tick, period: 3 }',
      '',
      'PHASE_MISSING',
      'Add "phase:',
      'id: root',
    ],
    [
      'a pass that nobody welds',
      'id: fill, when: { from: 1, to: 2 }',
      'id: fill, when: { from: 0, to: 1 }',
      'GAP_UNACKNOWLEDGED',
      'acknowledge the gap',
      'id: mend-root',
    ],
    ['a phase in millimetres', 'unit: tick', 'unit: mm', 'BAD_VALUE', 'tick'],
    ['an order of a zone that is not there', 'under: fill', 'under: fil', 'UNKNOWN_ID', '"fill"'],
    [
      'orders in a circle',
      '  - { over: mend-fill, under: cap }',
      '  - { over: fill, under: mend-root }',
      'OVERLAP_ORDER_CYCLE',
      'Remove one order',
    ],
    [
      'an overlap that the list leaves out',
      '  - { over: mend-fill, under: cap }\n',
      '',
      'OVERLAP',
      'add { over:',
      'id: mend-fill',
    ],
    [
      'two clamps in one place',
      'at: { from: 580 mm, to: 620 mm }, action',
      'at: { from: 200 mm, to: 240 mm }, action',
      'GAP_RULES_OVERLAP',
      '',
    ],
    [
      'places of one zone that overlap',
      '{ from: 980 mm, to: 1020 mm }\n    limit',
      '{ from: 600 mm, to: 1020 mm }\n    limit',
      'INTERVALS_OVERLAP',
      'Join the two',
    ],
    [
      'nothing in between',
      'from: 380 mm, to: 420 mm }, action',
      'from: 380 mm, to: 380 mm }, action',
      'INTERVAL_EMPTY',
      'no longer belongs',
    ],
    [
      'a quantity that is no whole step',
      'at: { from: 180 mm, to: 220 mm }, action',
      'at: { from: 180 mm, to: 220 nm }, action',
      'UNIT_MISMATCH',
      'Write it in um',
    ],
    [
      'a limit in an undeclared unit',
      'limits: { unit: mm/min }',
      'limits: { unit: mm/s }\noutside2: 1',
      'UNKNOWN_FIELD',
      'outside',
      'outside2',
    ],
    ['a quoted number', 'period: 3', 'period: "3"', 'NOT_AN_INTEGER', 'Remove the quotes'],
    [
      'three axes',
      'max: 1200 mm }',
      'max: 1200 mm }\n    - { name: r, unit: um, min: 0, max: 9 }\n    - { name: q, unit: um, min: 0, max: 9 }',
      'AXES_NOT_SUPPORTED',
      'one map for each storey',
      'name: q',
    ],
    [
      'cuts that is neither yes nor no',
      'id: clamp-5, when: { from: 1, to: 2 }, at: { from: 780 mm, to: 820 mm }, action: skip, cuts: true',
      'id: clamp-5, when: { from: 1, to: 2 }, at: { from: 780 mm, to: 820 mm }, action: skip, cuts: maybe',
      'BAD_VALUE',
      'true, false',
    ],
  ]),
  ...plant('access-terminal', [
    [
      'a timestamp without offset',
      'to: 2026-11-08T00:00:00+01:00 }, tier: 1',
      'to: 2026-11-08T00:00:00 }, tier: 1',
      'TIMESTAMP_NAIVE',
      'Say which clock',
    ],
    [
      'a date alone',
      'to: 2026-11-08T00:00:00+01:00 }, tier: 1',
      'to: 2026-11-08 }, tier: 1',
      'TIMESTAMP_BROKEN',
      'A date alone',
    ],
    [
      'a day that does not exist',
      'from: 2026-11-08T00:00:00+01:00',
      'from: 2026-11-31T00:00:00+01:00',
      'TIMESTAMP_BROKEN',
      '30 days',
    ],
    [
      'the wrong offset after the clock went back',
      'to: 2026-11-01T00:00:00+01:00 }, tier: 2',
      'to: 2026-11-01T00:00:00+02:00 }, tier: 2',
      'GAP_UNACKNOWLEDGED',
      'Widen a zone',
    ],
    [
      'a grace period that begins before the policy ends',
      'from: 2026-11-01T00:00:00+01:00, to: 2026-11-08',
      'from: 2026-10-31T00:00:00+01:00, to: 2026-11-08',
      'OVERLAP',
      'Move one',
    ],
    [
      'milliseconds on an axis of seconds',
      'from: 2026-11-08T00:00:00+01:00',
      'from: 1794092400000',
      'TIME_UNIT_MISMATCH',
      'Count s since 1970',
    ],
    [
      'a fraction of a second',
      'from: 2026-11-08T00:00:00+01:00',
      'from: 2026-11-08T00:00:00.500+01:00',
      'UNIT_INEXACT',
      'unit: ms',
    ],
    [
      'a leap second',
      'from: 2026-11-08T00:00:00+01:00',
      'from: 2026-11-07T23:59:60+01:00',
      'TIMESTAMP_LEAP_SECOND',
      'second 59',
    ],
    [
      'a duration for a moment',
      'from: 2026-11-08T00:00:00+01:00',
      'from: 900 h',
      'UNIT_MISMATCH',
      'date, time and offset',
    ],
    [
      'an axis of time in millimetres',
      'unit: s',
      'unit: mm',
      'UNIT_MISMATCH',
      'us, ms, s, min, h, d',
      'origin:',
    ],
    [
      'an axis of milliseconds over two months',
      'unit: s',
      'unit: ms',
      'OUT_OF_RANGE',
      'coarser unit',
      'max:',
    ],
    ['no origin', '      origin: 2026-10-01T00:00:00Z\n', '', 'TIMESTAMP_UNEXPECTED', 'origin: 2026', 'min:'],
  ]),
  ...plant('access-terminal.next', [
    [
      'too many editions replaced',
      'replaces: 1',
      'replaces: [ 1, 1@a, 1@b, 1@c, 1@d, 1@e, 1@f, 1@0, 1@2 ]',
      'TOO_MANY',
      'Keep the 8',
    ],
    [
      'the old plan still there',
      'to: 2026-10-16T00:00:00+02:00 }, tier: 2',
      'to: 2026-11-01T00:00:00+01:00 }, tier: 2',
      'OVERLAP',
      'Move one',
      'id: plus',
    ],
    ['a map id with capitals', 'map: access-terminal-7', 'map: Access-Terminal-7', 'BAD_VALUE', 'a-z'],
  ]),
  ...plant('stgallen-wil', [
    [
      'limits without a unit to compare with',
      'limits: { unit: km/h }',
      '',
      'UNIT_MISSING',
      'limits: { unit:',
      'columns:',
    ],
  ]),
  ...plant('songjiazhuang-yizhuang', [
    [
      'a table of metres read as kilometres',
      '    unit: m\n',
      '    unit: km\n',
      'UNIT_MISMATCH',
      'rename the column',
      'not this file',
    ],
  ]),
  ...plant('vasteras-kolback', [
    [
      'a missing id for a map',
      'map: rail-vasteras-kolback\n',
      '',
      'MISSING_FIELD',
      'Add "map"',
      'holdfast: 1',
    ],
  ]),
];

/** The files of a map in memory, with one of them changed, and the line of the change. */
function withMistake({ map, table, from, to, line }: Planted) {
  const source = shipped(map);
  const folder = dirname(source);
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder))
    files[join(folder, name)] = readFileSync(join(folder, name), 'utf8');
  const changed = table === undefined ? source : join(folder, table);
  const before = files[changed] ?? '';
  const at = before.indexOf(from);
  const after = `${before.slice(0, at)}${to}${before.slice(at + from.length)}`;
  files[changed] = after;
  const marker = line === undefined ? at + commonStart(from, to) : after.indexOf(line);
  return { source, files, changed, isThere: at >= 0, line: after.slice(0, marker).split('\n').length };
}

/** Letters that two texts have in common at their start: where the change begins. */
function commonStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}

describe('planted mistakes', () => {
  test('there are at least 40 kinds, and some in every map', () => {
    expect(new Set(PLANTED.map(({ mistake }) => mistake)).size).toBeGreaterThanOrEqual(40);
    expect(new Set(PLANTED.map(({ map }) => map)).size).toBe(SHIPPED_MAPS.length);
  });

  test.each(PLANTED)('$map: $mistake', async (planted) => {
    const { source, files, changed, isThere, line } = withMistake(planted);
    expect(isThere).toBe(true);
    const diagnostics = await mistakesOf(source, files);
    const found = diagnostics.filter(({ code }) => code === planted.code);
    const named =
      planted.line === 'not this file'
        ? found
        : found.filter((mistake) => mistake.file === changed && mistake.line === line);
    const said = diagnostics.map(({ file, line: at, code }) => `${basename(file)}:${at} ${code}`).join('; ');
    expect(named, `line ${line} ${planted.code} among ${said}`).not.toEqual([]);
    expect(named.map(({ remedy }) => remedy).join('\n')).toContain(planted.remedy);
  });
});

async function mistakesOf(source: string, files: Record<string, string>): Promise<readonly Diagnostic[]> {
  try {
    await loadPartition(source, memoryReader(files));
    return [];
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}

describe('weld-cell', () => {
  test('the audit says of each overlap who won, over whom, and why', async () => {
    const { overlaps } = audit(await loadPartition(shipped('weld-cell')));
    const said = overlaps?.map(({ over, under, from, why }) => `${over} over ${under} at ${from} by ${why}`);
    expect(said).toEqual([
      'mend-root over fill at 180000 by list',
      'mend-root over fill at 580000 by list',
      'mend-root over fill at 980000 by list',
      'mend-fill over cap at 380000 by list',
      'mend-fill over cap at 780000 by list',
    ]);
  });

  test('three passes: each clamp is skipped, and mended on the next pass', async () => {
    const { stdout } = await runFile(process.execPath, [join(dirname(shipped('weld-cell')), 'weld.mjs')]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes(': skip'))).toHaveLength(5);
    expect(lines.filter((line) => line.includes('mends what was skipped'))).toHaveLength(5);
    expect(lines).toContain('   180 to  220 mm  clamp-1: skip');
    expect(lines).toContain(
      '   180 to  220 mm  mend-root at 210 mm/min, begun at  184.3 s, mends what was skipped',
    );
    expect(lines.at(-1)).toBe('1200 of 1200 mm have all 3 layers; the arc burned for 605.9 s');
  });

  test('a fourth pass is outside of the map', async () => {
    const { image } = await compileSource(shipped('weld-cell'));
    const map = await MapImage.open(image);
    expect(map.ask({ x: 500_000n, phase: 3 })).toMatchObject({ state: 'outside', action: 'stop' });
  });

  test('a pass sweeps as far as the next clamp, both ways', async () => {
    const { image } = await compileSource(shipped('weld-cell'));
    const map = await MapImage.open(image);
    const ahead = map.sweep({ x: 300_000n, phase: 0 }, 1_100_000n);
    expect(ahead).toMatchObject({
      end: 'uncovered',
      safe: 280_000,
      stop: { gap: 'clamp-2', action: 'skip' },
    });
    const back = map.sweep({ x: 300_000n, phase: 0 }, 0n);
    expect(back).toMatchObject({ end: 'uncovered', stop: { gap: 'clamp-1' } });
    expect(map.sweep({ x: 0n, phase: 2 }, 1_199_999n)).toMatchObject({ end: 'whole', limit: 180 });
  });
});

describe('access-terminal', () => {
  test('sessions are judged over their whole length, not by the moment at which they begin', async () => {
    const { stdout } = await runFile(process.execPath, [
      join(dirname(shipped('access-terminal')), 'grant.mjs'),
    ]);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'edition 1',
      '  an evening       at its start: basic   granted, lowest tier 2, at most 300 minutes',
      '  into service     at its start: basic   refused: covered until 2026-10-20T00:00:00Z only, then service',
      '  clock goes back  at its start: basic   refused: 420 minutes, at most 300 on its way',
      '  over midnight    at its start: basic   refused: 240 minutes, at most 120 on its way',
      '  grace runs out   at its start: grace   refused: covered until 2026-11-07T23:00:00Z only, then lapsed',
      '  lapsed           at its start: lapsed  refused: lapsed',
      'edition 2',
      '  an evening       at its start: basic   granted, lowest tier 2, at most 300 minutes',
      '  into service     at its start: plus    refused: covered until 2026-10-20T00:00:00Z only, then service',
      '  clock goes back  at its start: plus    granted, lowest tier 3, at most 480 minutes',
      '  over midnight    at its start: plus    granted, lowest tier 3, at most 480 minutes',
      '  grace runs out   at its start: plus    granted, lowest tier 3, at most 480 minutes',
      '  lapsed           at its start: lapsed  refused: lapsed',
    ]);
  });

  test('the command takes timestamps of any offset, and says them in UTC', async () => {
    const folder = temporaryFolder('terminal');
    const run = (...argv: string[]) => holdfast(argv, { cwd: folder.path });
    try {
      await run('compile', shipped('access-terminal'), '-o', 't.img');
      const last = await run('check', 't.img', '--at', '2026-10-31T23:59:59+01:00');
      expect(JSON.parse(last.stdout)).toMatchObject({ at: 1_793_487_599, zone: 'basic', tier: 2 });
      expect(last.stderr).toContain('2026-10-31T22:59:59Z: covered by basic, limit 300');
      const naive = await run('check', 't.img', '--at', '2026-10-31T23:59:59');
      expect(naive).toMatchObject({ code: 2, stderr: expect.stringContaining('TIMESTAMP_NAIVE') });
      const session = ['--from', '2026-10-31T22:00:00+01:00', '--to', '2026-11-08T01:00:00+01:00'];
      const move = await run('sweep', 't.img', ...session);
      expect(move).toMatchObject({ code: 1, stdout: expect.stringContaining('2026-11-07T23:00:00Z') });
      writeFileSync(folder.at('p.csv'), 'x\n2026-11-01T00:00:00+01:00\n2026-10-20T00:00:00Z\n1793487600\n');
      const points = await run('check', 't.img', '--points', 'p.csv');
      const answers = points.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(answers.map(({ zone, gap }) => zone ?? gap)).toEqual(['grace', 'service', 'grace']);
    } finally {
      folder.remove();
    }
  });

  test('the new plan names the edition that it replaces, and leaves the past as it was', async () => {
    const [before, after] = await Promise.all(
      ['access-terminal', 'access-terminal.next'].map(async (name) => {
        const { image } = await compileSource(shipped(name));
        return { partition: await loadPartition(shipped(name)), map: await MapImage.open(image) };
      }),
    );
    if (before === undefined || after === undefined) throw new TypeError('there are two editions');
    expect(after.partition.replaces).toEqual([{ epoch: before.partition.epoch, hashPrefix: '' }]);
    const changeAt = Date.parse('2026-10-16T00:00:00+02:00') / 1000;
    for (let x = changeAt - 15 * 86_400; x < changeAt; x += 3600) {
      const zone = before.map.ask({ x: BigInt(x), phase: 0 }).zone;
      expect(zone).toBe('basic');
      expect(after.map.ask({ x: BigInt(x), phase: 0 }).zone).toBe(zone);
    }
    expect(after.map.ask({ x: BigInt(changeAt), phase: 0 }).zone).toBe('plus');
  });
});
