/** `holdfast lint`: what it finds, in which form, and with which exit code. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { packageUrl } from '../../host/common/root.ts';
import { lintText } from '../../host/lint/formats.ts';
import type { Linted } from '../../host/lint/lint.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { sourceText } from '../support/editions.ts';

const folder = temporaryFolder('lint');
const GOOD = sourceText({ epoch: 2, replaces: '1', limit: 80 });
const BAD = GOOD.replace('limit: 80', 'limt: 80').replace('from: 400', 'from: 300');

const lint = (...argv: string[]) => holdfast(['lint', ...argv], { cwd: folder.path });

beforeAll(() => {
  for (const name of ['good', 'maps', 'maps/deep', 'maps/.hidden', 'maps/node_modules', 'empty'])
    mkdirSync(folder.at(name));
  writeFileSync(folder.at('good/a.map.yaml'), GOOD);
  writeFileSync(folder.at('maps/b.map.yaml'), BAD);
  writeFileSync(folder.at('maps/deep/c, d.map.yml'), BAD);
  for (const passed of ['maps/.hidden/x.map.yaml', 'maps/node_modules/x.map.yaml', 'maps/other.yaml'])
    writeFileSync(folder.at(passed), 'no: map');
  symlinkSync('..', folder.at('maps/deep/up'));
});
afterAll(() => folder.remove());

describe('exit codes', () => {
  test('0 without mistakes, and nothing is written', async () => {
    const ran = await lint('good/a.map.yaml', 'good');
    expect(ran).toEqual({ code: 0, stdout: '1 source, 0 mistakes\n', stderr: '' });
    expect(spawnSync('ls', [folder.at('good')]).stdout.toString()).toBe('a.map.yaml\n');
  });

  test('1 with mistakes: every one of each source, with its place', async () => {
    const ran = await lint('good', 'maps');
    expect(ran.code).toBe(1);
    expect(
      ran.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual([
      'maps/b.map.yaml:8:5: OVERLAP:',
      'maps/b.map.yaml:8:45: UNKNOWN_FIELD:',
      'maps/deep/c, d.map.yml:8:5:',
      'maps/deep/c, d.map.yml:8:45:',
      '3 sources,',
    ]);
  });

  test('1 for a map that is over its budget, or too large as a whole', async () => {
    writeFileSync(folder.at('budget.map.yaml'), `${GOOD}budget: { steps: 1 }\n`);
    const ran = await lint('budget.map.yaml');
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('budget.map.yaml:1:1: OVER_BUDGET'),
    });
  });

  test.each([
    ['gone.map.yaml', 'FILE_MISSING'],
    ['empty', 'NO_SOURCES'],
    ['/dev/null', 'FILE_MISSING'],
  ])('2 for %s', async (name, code) => {
    expect(await lint(name)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(code) });
  });
});

describe('forms', () => {
  test('json holds every finding', async () => {
    const { stdout } = await lint('maps', '--json');
    const { sources, findings, omitted } = JSON.parse(stdout);
    expect(sources).toEqual(['maps/b.map.yaml', 'maps/deep/c, d.map.yml']);
    expect(findings).toHaveLength(4);
    expect(findings[1]).toMatchObject({
      code: 'UNKNOWN_FIELD',
      file: 'maps/b.map.yaml',
      line: 8,
      column: 45,
    });
    expect(omitted).toBe(0);
  });

  test('two forms at once are refused; the same one twice is one', async () => {
    for (const format of ['sarif', 'github', 'gitlab', 'words'])
      expect(await lint('maps', '--json', '--format', format)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`--json and --format ${format}`),
      });
    const twice = await lint('maps', '--json', '--format', 'json');
    expect(twice).toMatchObject({ code: 1, stdout: (await lint('maps', '--json')).stdout });
  });

  test('sarif is valid by the published schema', async () => {
    // Its words mean the same in the draft of JSON Schema that is read here.
    const {
      $schema: _,
      id: __,
      ...schema
    } = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
    const isValid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    for (const argv of [['maps'], ['good']]) {
      const log = JSON.parse((await lint(...argv, '--format', 'sarif')).stdout);
      expect(isValid(log), JSON.stringify(isValid.errors)).toBe(true);
      expect(isValid({ ...log, runs: [{ ...log.runs[0], tool: {} }] })).toBe(false);
    }
    const { runs } = JSON.parse((await lint('maps', '--format', 'sarif')).stdout);
    expect(runs[0].results[2].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'maps/deep/c%2C%20d.map.yml' },
      region: { startLine: 8, startColumn: 5 },
    });
    const { version } = JSON.parse(readFileSync(packageUrl('package.json'), 'utf8'));
    expect(runs[0].tool.driver.version).toBe(version);
  });

  test('github: one command a line, with what cuts it spelled out', async () => {
    const { stdout } = await lint('maps', '--format', 'github');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^::error file=maps\/b\.map\.yaml,line=8,col=5,title=OVERLAP::zone "slow" and /);
    expect(lines[2]).toContain('file=maps/deep/c%2C d.map.yml,');
  });

  test('gitlab: fingerprints stay when lines come before', async () => {
    const before = JSON.parse((await lint('maps/b.map.yaml', '--format', 'gitlab')).stdout);
    writeFileSync(folder.at('maps/b.map.yaml'), `# a comment\n${BAD}`);
    const after = JSON.parse((await lint('maps/b.map.yaml', '--format', 'gitlab')).stdout);
    writeFileSync(folder.at('maps/b.map.yaml'), BAD);
    const prints = (report: { fingerprint: string }[]) => report.map(({ fingerprint }) => fingerprint);
    expect(prints(after)).toEqual(prints(before));
    expect(new Set(prints(before)).size).toBe(2);
    expect(after[0]).toMatchObject({
      check_name: 'OVERLAP',
      severity: 'major',
      location: { path: 'maps/b.map.yaml', lines: { begin: 9 } },
    });
  });

  test('no text of a source becomes a command of the service or of the terminal', () => {
    const finding = {
      level: 'error' as const,
      code: 'BAD_VALUE',
      file: 'x\n::set-env name=A::b.map.yaml',
      line: 1,
      column: 1,
      message: 'a\n::stop-commands::x\r\u001b[31m%0A',
      remedy: 'b',
    };
    const linted: Linted = { sources: [finding.file], findings: [finding], omitted: 0 };
    for (const format of ['words', 'github', 'json', 'sarif', 'gitlab'] as const) {
      const text = lintText(linted, format, '1', '/');
      expect(text).not.toContain('\u001b');
      expect(text.split('\n').filter((line) => /^\s*::(?!error )/.test(line))).toEqual([]);
    }
    expect(lintText(linted, 'github', '1', '/')).toContain('%250A');
  });
});

test('what compile tells without refusing it is a note, and no mistake', async () => {
  const notes = temporaryFolder('lint-notes');
  try {
    writeFileSync(notes.at('t.csv'), 'a,b,v,more\n0,400,50,x\n401,900,,\n');
    writeFileSync(
      notes.at('m.map.yaml'),
      `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 900 } ] }
zones:
  - { file: t.csv, columns: { from: a, to: b, limit: v }, table: { emptyLimit: none } }
  - { id: all, at: { from: 0, to: 900 }, tier: 1 }
overlaps: by-tier
`,
    );
    const lint = (...argv: string[]) => holdfast(['lint', 'm.map.yaml', ...argv], { cwd: notes.path });
    const compiled = await holdfast(['compile', 'm.map.yaml'], { cwd: notes.path });
    const named = compiled.stdout.split('\n').flatMap((line) => /^table {3}(.*)/.exec(line)?.[1] ?? []);
    expect(named).toHaveLength(3);
    const said = await lint();
    expect(said.code, said.stderr).toBe(0);
    expect(said.stdout.split('\n')).toEqual([
      ...named.map((words) => `m.map.yaml:6:13: note: TABLE_NOTE: ${words}.`),
      '1 source, 0 mistakes, 3 notes',
      '',
    ]);
    expect((await lint('--format', 'github')).stdout).toMatch(
      /^(?:::notice file=m\.map\.yaml,line=6.*\n){3}$/,
    );
    expect(JSON.parse((await lint('--format', 'gitlab')).stdout)[0].severity).toBe('info');
    expect(JSON.parse((await lint('--format', 'sarif')).stdout).runs[0].results[0].level).toBe('note');
    expect(JSON.parse((await lint('--json')).stdout).findings[0].level).toBe('note');
  } finally {
    notes.remove();
  }
});

test('the hook for pre-commit runs the verb over all sources', () => {
  const [hook] = parse(readFileSync(packageUrl('.pre-commit-hooks.yaml'), 'utf8'));
  expect(hook).toMatchObject({ id: 'holdfast-lint', language: 'system', pass_filenames: false });
  expect(`${hook.entry} ${hook.args.join(' ')}`).toBe('npx --no-install holdfast lint .');
  const files = new RegExp(hook.files);
  for (const name of ['maps/a.map.yaml', 'b.map.yml', 'limits.csv']) expect(files.test(name)).toBe(true);
});
