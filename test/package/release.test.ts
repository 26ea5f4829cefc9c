/** `npm run release`, in a clone of its own: what it refuses, what a dry run says, and what it leaves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md'];
const VERSION = '99.0.1';
const CHANGELOG =
  '# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0 - 2026-11-24\n\nFirst.\n';

/** Stands for the generator: writes down the version of the package. */
const GENERATOR = `import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync('generated.txt', JSON.parse(readFileSync('package.json', 'utf8')).version);
`;

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder('release');
  cpSync(join(ROOT, 'host/setup'), folder.at('host/setup'), { recursive: true });
  for (const file of FILES) copyFileSync(join(ROOT, file), folder.at(file));
  writeFileSync(folder.at('CHANGELOG.md'), CHANGELOG);
  mkdirSync(folder.at('format'));
  writeFileSync(folder.at('format/generate.mjs'), GENERATOR);
  writeFileSync(
    folder.at('generated.txt'),
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
  );
  git('init', '--quiet');
  commit();
});

afterEach(() => folder.remove());

function git(...argv: string[]): string {
  return execFileSync('git', argv, { cwd: folder.path, encoding: 'utf8' });
}

function commit(): void {
  git('add', '--all');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '--message', 'all');
}

/** `npm` is a program that writes down what it is asked, and ends with this. */
function release(argv: readonly string[], npmEndsWith = 0) {
  mkdirSync(folder.at('.git/bin'), { recursive: true });
  const script = `#!/bin/sh\necho "$* $HOLDFAST_TARBALL" >> "${folder.at('.git/asked')}"\nexit ${npmEndsWith}\n`;
  writeFileSync(folder.at('.git/bin/npm'), script, { mode: 0o755 });
  const { npm_execpath: _, ...env } = process.env;
  const PATH = `${folder.at('.git/bin')}:${process.env.PATH}`;
  return spawnSync(process.execPath, ['host/setup/release.mjs', ...argv], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...env, PATH },
  });
}

test('a dry run says what has changed and what it would do, and does nothing', () => {
  const { status, stdout, stderr } = release([VERSION, '--dry-run']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(VERSION);
  expect(stdout).toContain('- A thing.');
  expect(stdout).not.toContain('First.');
  expect(git('status', '--porcelain')).toBe('');
});

test('--help says how it is called, and does nothing', () => {
  const ran = release(['--help']);
  expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining('npm run release -- VERSION') });
  expect(git('status', '--porcelain')).toBe('');
});

test('a release writes the version and its date, tests what it packs, and says how to publish it', () => {
  const { status, stdout } = release([VERSION]);
  expect(status).toBe(0);
  const tarball = folder.at(`build/release/holdfast-${VERSION}.tgz`);
  expect(stdout).toContain(`npm publish ${tarball}`);
  expect(readFileSync(folder.at('.git/asked'), 'utf8').trimEnd().split(' \n')).toEqual([
    'test',
    `pack --silent --pack-destination ${folder.at('build/release')}`,
    `test -- package ${tarball}`,
  ]);
  const changelog = readFileSync(folder.at('CHANGELOG.md'), 'utf8');
  const date = new Date().toISOString().slice(0, 10);
  expect(changelog).toContain(
    `## Unreleased\n\n## ${VERSION} - ${date}\n\n### Added\n\n- A thing.\n\n## 0.1.0`,
  );
  const lock = JSON.parse(readFileSync(folder.at('package-lock.json'), 'utf8'));
  expect([lock.version, lock.packages[''].version]).toEqual([VERSION, VERSION]);
  expect(git('diff', '--numstat', 'package.json').trim()).toMatch(/^1\t1\t/);
  expect(readFileSync(folder.at('generated.txt'), 'utf8')).toBe(VERSION);
});

test('when a step fails, the files are as they were', () => {
  const { status, stderr } = release([VERSION], 1);
  expect(status).toBe(1);
  expect(stderr).toContain('npm test failed');
  expect(git('status', '--porcelain', '--untracked-files=no')).toBe('');
});

describe('refused', () => {
  test.each([
    ['no version', [], 'Give one version.'],
    ['two', ['1.0.0', '2.0.0'], 'Give one version.'],
    ['what is no version', ['next'], 'next is not a version'],
    ['an option that does not exist', [VERSION, '--publish'], '--publish'],
    ['a version that is not above the last', ['0.0.9'], '0.0.9 is not above'],
  ])('%s', (_, argv, words) => {
    const { status, stderr } = release(argv);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(words) });
  });

  test('files that are not committed', () => {
    writeFileSync(folder.at('new.txt'), '');
    expect(release([VERSION])).toMatchObject({ status: 2, stderr: expect.stringContaining('new.txt') });
  });

  test('a changelog that says nothing', () => {
    writeFileSync(folder.at('CHANGELOG.md'), CHANGELOG.replace('### Added\n\n- A thing.\n\n', ''));
    commit();
    expect(release([VERSION])).toMatchObject({ status: 2, stderr: expect.stringContaining('Unreleased') });
  });
});
