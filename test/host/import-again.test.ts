/** Imports that repeat: what was said is kept in the source, `--again` does it anew, `--check` says whether table and source part. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { importAgain } from '../../host/import/again.ts';
import { importTable } from '../../host/import/import.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('again');
afterAll(folder.remove);

const TABLE = 'von_m;bis_m;vmax\n0;1.400;50\n1.400;2.900;80\n';
const run = (...argv: string[]) => holdfast(argv, { cwd: folder.path });

beforeEach(async () => {
  writeFileSync(folder.at('t.csv'), TABLE);
  const said = [
    '--from',
    'von_m',
    '--to',
    'bis_m',
    '--limit',
    'vmax',
    '--thousands',
    'point',
    '--limit-unit',
    'km/h',
  ];
  const ran = await run('import', 't.csv', ...said, '--map', 'line', '-o', 'line.map.yaml', '--force');
  expect(ran).toMatchObject({ code: 0 });
});

test('a source is what its table says until one of the two changes', async () => {
  expect(await run('import', '--check', 'line.map.yaml')).toMatchObject({
    code: 0,
    stdout: 'line.map.yaml: as t.csv says\n',
  });
  writeFileSync(folder.at('t.csv'), `${TABLE.replace(';80', ';60')}2.900;3.100;40\n`);
  const parted = await run('import', '--check', 'line.map.yaml');
  expect(parted).toMatchObject({
    code: 1,
    stdout: [
      'line.map.yaml is not what t.csv says:',
      '  - axis: s [0, 2900) m, phases 1, limits in km/h, now s [0, 3100) m, phases 1, limits in km/h',
      '  - changed: t-2, [1400, 2900) m, limit 80, now [1400, 2900) m, limit 60',
      '  - new: t-3, [2900, 3100) m, limit 40',
      '',
    ].join('\n'),
  });
  const json = await run('import', '--check', 'line.map.yaml', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    source: 'line.map.yaml',
    table: 't.csv',
    sameTable: false,
  });
});

test('a column that came since, and that nothing uses, is told once', async () => {
  writeFileSync(
    folder.at('t.csv'),
    'von_m;bis_m;vmax;status\n0;1.400;50;suspended\n1.400;2.900;80;in force\n',
  );
  const told = '  - new: column "status" is not used: suspended (1), in force (1)\n';
  const parted = await run('import', '--check', 'line.map.yaml');
  expect(parted).toMatchObject({ code: 1, stdout: `line.map.yaml is not what t.csv says:\n${told}` });
  expect(parted.stderr).toContain('holdfast import --again');
  expect(JSON.parse((await run('import', '--check', 'line.map.yaml', '--json')).stdout)).toMatchObject({
    changes: [],
    newColumns: ['new: column "status" is not used: suspended (1), in force (1)'],
  });
  const again = await run('import', '--again', 'line.map.yaml');
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(told) });
  expect(again.stderr).not.toContain('the epoch is the same');
  expect(await run('import', '--check', 'line.map.yaml')).toMatchObject({ code: 0 });
});

test('rows that say the same in other words are no change', async () => {
  writeFileSync(folder.at('t.csv'), `# reviewed\n${TABLE.replaceAll('1.400', '1400')}`);
  expect(await run('import', '--check', 'line.map.yaml')).toMatchObject({ code: 0 });
});

test('again: the same options, the changes, the next edition', async () => {
  writeFileSync(folder.at('t.csv'), TABLE.replace(';80', ';60'));
  const ran = await run('import', '--again', 'line.map.yaml', '--epoch', '2', '--replaces', '1');
  expect(ran).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('changed: t-2') });
  const text = readFileSync(folder.at('line.map.yaml'), 'utf8');
  expect(text).toContain('epoch: 2\nreplaces: [1]\n');
  expect(text).toContain('- { id: t-2, at: { from: 1400, to: 2900 }, limit: 60 }');
  expect(await run('import', '--again', 'line.map.yaml')).toMatchObject({
    code: 0,
    stdout: 'line.map.yaml: nothing changed\n',
  });
  expect(await run('import', '--again', 'line.map.yaml', '--epoch', '3')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('REPLACES_MISSING'),
  });
});

test('again: a change without a new epoch is warned of', async () => {
  writeFileSync(folder.at('t.csv'), TABLE.replace(';80', ';60'));
  const ran = await run('import', '--again', 'line.map.yaml');
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('the epoch is the same') });
});

test('an edited source is compared, and never replaced unasked', async () => {
  const edited = readFileSync(folder.at('line.map.yaml'), 'utf8').replace('limit: 80', 'limit: 70');
  writeFileSync(folder.at('line.map.yaml'), edited);
  const checked = await run('import', '--check', 'line.map.yaml');
  expect(checked).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('limit 70, now [1400, 2900) m, limit 80'),
  });
  const again = await run('import', '--again', 'line.map.yaml');
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('FILE_EXISTS') });
  expect(readFileSync(folder.at('line.map.yaml'), 'utf8')).toBe(edited);
});

test('all sources that are named are checked', async () => {
  writeFileSync(
    folder.at('other.map.yaml'),
    readFileSync(folder.at('line.map.yaml'), 'utf8').replace('limit: 80', 'limit: 70'),
  );
  for (const argv of [
    ['--check', 'line.map.yaml', 'other.map.yaml'],
    ['line.map.yaml', '--check', 'other.map.yaml'],
  ]) {
    const both = await run('import', ...argv);
    expect(both).toMatchObject({ code: 1 });
    expect(both.stdout).toContain('line.map.yaml: as t.csv says\n');
    expect(both.stdout).toContain('other.map.yaml is not what t.csv says:');
  }
  const missing = await run('import', '--check', 'line.map.yaml', 'none.map.yaml');
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot read none.map.yaml') });
});

test.each([
  ['--again', 'line.map.yaml', 't.csv'],
  ['--again', 'line.map.yaml', '--limit-unit', 'mph'],
  ['--again', 'line.map.yaml', '--check', 'line.map.yaml'],
  ['--check', 'line.map.yaml', '--epoch', '2'],
  ['--check', 'line.map.yaml', '--ends', 'inclusive'],
  ['t.csv', 'u.csv', '--from', 'von_m', '--to', 'bis_m', '--map', 'm', '-o', 'm.map.yaml'],
])('what would be ignored is refused: %s %s %s %s', async (...argv) => {
  const before = readFileSync(folder.at('line.map.yaml'), 'utf8');
  expect(await run('import', ...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
  expect(readFileSync(folder.at('line.map.yaml'), 'utf8')).toBe(before);
});

test.each([
  ['map: line', 'map: other', 'map: other, imported as line'],
  ['epoch: 1', 'epoch: 7', 'epoch: 7, imported as 1'],
  ['overlaps: forbid', 'overlaps: lowest-limit', 'overlaps: lowest-limit, imported as forbid'],
  [
    'outside: { action: stop }',
    'outside: { action: slow }',
    'outside: { action: slow }, imported as { action: stop }',
  ],
  ['fault: { action: stop }\n', '', 'fault: left out, imported as { action: stop }'],
  ['limits: {', 'device: dev\nlimits: {', 'device: dev, which no import wrote'],
  [
    'overlaps: forbid',
    'gaps: [ { anywhere: true, action: stop } ]\noverlaps: forbid',
    'gaps: [ { anywhere: true, action: stop } ], which',
  ],
])('what else was edited is named: %j to %j', async (found, written, words) => {
  const text = readFileSync(folder.at('line.map.yaml'), 'utf8');
  expect(text).toContain(found);
  writeFileSync(folder.at('line.map.yaml'), text.replace(found, written));
  const checked = await run('import', '--check', 'line.map.yaml');
  expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining(`  - ${words}`) });
  expect(checked.stdout).toContain('zones and axis as t.csv says; what else the source says was edited:\n');
  const json = JSON.parse((await run('import', '--check', 'line.map.yaml', '--json')).stdout);
  expect(json).toMatchObject({ changes: [], edited: [expect.stringContaining(words)] });
  const again = await run('import', '--again', 'line.map.yaml', '-o', 'beside.map.yaml', '--force');
  expect(again.stderr).toContain(`what was edited is not kept: ${words}`);
});

test('a ring is another axis than the one of the table; how places are rounded is named', async () => {
  const text = readFileSync(folder.at('line.map.yaml'), 'utf8');
  const edit = (written: string) =>
    writeFileSync(folder.at('line.map.yaml'), text.replace('max: 2900 }', written));
  edit('max: 2900, wraps: true }');
  const ring = await run('import', '--check', 'line.map.yaml');
  expect(ring).toMatchObject({ code: 1, stdout: expect.stringContaining('s [0, 2900) m, a ring, phases 1') });
  edit('max: 2900, round: nearest }');
  const rounded = await run('import', '--check', 'line.map.yaml');
  expect(rounded).toMatchObject({ code: 0, stdout: expect.stringContaining('  - space: {') });
});

test('a source that was not imported, and records that were edited, are named', async () => {
  writeFileSync(folder.at('own.map.yaml'), 'holdfast: 1\n');
  expect(await run('import', '--check', 'own.map.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('NOT_IMPORTED'),
  });
  const { source } = await importTable('t.csv', 'm.yaml', {
    from: 'a_m',
    to: 'b_m',
    map: 'line',
    scale: 2,
    reader: memoryReader({ 't.csv': 'a_m,b_m\n0,5\n' }),
  });
  const reader = memoryReader({ 't.csv': 'a_m,b_m\n0,5\n' });
  expect((await importAgain('m.yaml', source, {}, reader)).changes).toEqual([]);
  for (const [found, written] of [
    ['"scale":2', '"scale":"two"'],
    ['"scale":2', '"scale":0.5'],
    ['"from":"a_m"', '"from":7'],
    ['"options":{', '"options":[{'],
    ['"table":"t.csv"', '"table":null'],
  ]) {
    const broken = source.replace(found ?? '', written ?? '');
    expect(broken).not.toBe(source);
    await expect(importAgain('m.yaml', broken, {}, reader)).rejects.toMatchObject({ code: 'NOT_IMPORTED' });
  }
});

test('another epoch is told, and one below the source is refused', async () => {
  const first = await run('import', '--again', 'line.map.yaml', '--epoch', '3', '--replaces', '2');
  expect(first.stdout).toContain('  - epoch: 1, now 3\n  - replaces: none, now 2\n');
  const older = await run('import', '--again', 'line.map.yaml', '--epoch', '1');
  expect(older).toMatchObject({ code: 2 });
  expect(older.stderr).toContain('epoch 1 is below that of the source, 3');
  const option = /--epoch \d+/.exec(older.stderr)?.[0] ?? '';
  expect(option).toBe('--epoch 4');
  const next = await run(
    'import',
    '--again',
    'line.map.yaml',
    ...option.split(' '),
    '--replaces',
    '3',
    '--json',
  );
  expect(JSON.parse(next.stdout)).toMatchObject({ changes: ['epoch: 3, now 4', 'replaces: 2, now 3'] });
  expect(readFileSync(folder.at('line.map.yaml'), 'utf8')).toMatch(/^epoch: 4$/m);
});

test('a source whose line ends version control wrote is the one that was imported', async () => {
  const source = readFileSync(folder.at('line.map.yaml'), 'utf8');
  writeFileSync(folder.at('line.map.yaml'), source.replaceAll('\n', '\r\n'));
  expect(await run('import', '--again', 'line.map.yaml')).toMatchObject({ code: 0 });
  expect(readFileSync(folder.at('line.map.yaml'), 'utf8')).toBe(source);
});
