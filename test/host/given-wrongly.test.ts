/** Files that were given wrongly, and places that refuse: what is said fits what is the matter. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('given-wrongly');
afterAll(() => folder.remove());

beforeAll(async () => {
  writeFileSync(
    folder.at('m.map.yaml'),
    'holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ { name: s, unit: mm, min: 0, max: 9 } ] }\nzones: [ { id: a, at: { from: 0, to: 9 } } ]\n',
  );
  const compiled = await run('compile', 'm.map.yaml');
  expect(compiled.code, compiled.stderr).toBe(0);
});

const run = (...argv: string[]) => holdfast(argv, { cwd: folder.path, env: { COLUMNS: '400' } });

test.each([
  ['compile', 2],
  ['lint', 1],
])('%s of an image says that it is one, and what reads it', async (verb, exitCode) => {
  const { code, stdout, stderr } = await run(verb, 'm.img');
  expect(code).toBe(exitCode);
  expect(stdout + stderr).toContain('m.img:1:1: NOT_TEXT: the file is an image');
  expect(stdout + stderr).toContain('images are read by `holdfast check`, `audit`, `diff` and `push`.');
  expect(stdout + stderr).not.toContain('UTF-8');
});

test.each([
  ['/dev/full', 'no space is left', 'Free space, or write it elsewhere.'],
  ['n'.repeat(300), 'the name is too long', 'Give a shorter name.'],
  [
    'no/such/folder',
    'the file or folder does not exist',
    'Check that the folder exists and that you may write to it.',
  ],
])('an output at %s: the remedy fits what is the matter', async (output, reason, remedy) => {
  const { code, stderr } = await run('compile', 'm.map.yaml', '-o', output);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`${reason}\n${remedy}\n`)]);
});

test.each(['-', '/dev/stdin'])('points from standard input, called %s', async (name) => {
  const argv = [commandPath(), 'check', folder.at('m.img'), '--points', name];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  child.stdin.end('x\n3\n12\n');
  const code = await new Promise((done) => child.on('close', done));
  expect(code).toBe(0);
  const states = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).state);
  expect(states).toEqual(['covered', expect.stringMatching(/^(?!covered)/)]);
});

test('errors fit narrow terminals, as reports do', async () => {
  const narrow = (...argv: string[]) => holdfast(argv, { cwd: folder.path, env: { COLUMNS: '40' } });
  for (const argv of [
    ['compile', 'm.img'],
    ['compile', 'm.map.yaml', '-o', '/dev/full'],
  ]) {
    const { stderr } = await narrow(...argv);
    expect(stderr.split('\n').filter((line) => line.length > 40)).toEqual([]);
    expect(stderr.length).toBeGreaterThan(60);
  }
});
