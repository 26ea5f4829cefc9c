/** `npm test -- NAME…`: every suite is in a project, and a name that does not exist runs nothing. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function npmTest(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['host/setup/test.mjs', ...argv], { cwd: ROOT, encoding: 'utf8' });
}

test('each suite is in the project that its folder names', () => {
  const { status, stdout } = npmTest('--help');
  expect(status).toBe(0);
  const suites = readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.test.ts'),
  );
  expect(suites.length).toBeGreaterThan(0);
  for (const suite of suites)
    expect(stdout, suite).toMatch(new RegExp(`^  ${suite.split('/')[0]} +\\S`, 'm'));
});

test('a name that does not exist is refused, with those that do', () => {
  const { status, stdout, stderr } = npmTest('tidy', 'hots');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('No such project: hots.');
  expect(stderr).toMatch(/^ {2}host +\S/m);
});

test('a check that fails ends with 1, and says which it was', () => {
  const { status, stderr } = npmTest(
    'tidy',
    '--',
    '--testNamePattern',
    'there is no test of this name',
    '--no-such-option',
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/^FAILED .* suites \(tidy\)$/m);
});
