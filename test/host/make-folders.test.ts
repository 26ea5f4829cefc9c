/** Folders that are missing are made one by one, and the first refusal ends it: Node's recursive `mkdir` never ends below /proc. */
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { errnoOf } from '../../host/common/file-reason.ts';
import { makeFolders } from '../../host/common/make-folders.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { filesOf } from '../tidy/imports.ts';

const folder = temporaryFolder('make-folders');
afterAll(() => folder.remove());

writeFileSync(folder.at('file'), '');
symlinkSync('loop', folder.at('loop'));
symlinkSync('nowhere', folder.at('lost'));
mkdirSync(folder.at('real'));
symlinkSync('real', folder.at('link'));

const errnoFor = (path: string): string => {
  try {
    makeFolders(path);
    return 'made';
  } catch (error) {
    return errnoOf(error);
  }
};

/** Where no folder can be made, and what the system says. */
const REFUSED: readonly (readonly [why: string, path: string, errno: string])[] = [
  ['below /proc', '/proc/no-such-process/a', 'ENOENT'],
  ['a file', folder.at('file'), 'EEXIST'],
  ['below a file', `${folder.at('file')}/a/b`, 'ENOTDIR'],
  ['a loop of links', folder.at('loop'), 'ELOOP'],
  ['below a loop of links', `${folder.at('loop')}/a/b`, 'ELOOP'],
  ['a link to nothing', `${folder.at('lost')}/a`, 'EEXIST'],
  ['a very long name', folder.at('n'.repeat(300)), 'ENAMETOOLONG'],
  ['a very long path', folder.at('n/'.repeat(5000)), 'ENAMETOOLONG'],
];

test.each(REFUSED)('%s: the first refusal ends it', (_why, path, errno) => {
  expect(errnoFor(path)).toBe(errno);
});

test('what is missing is made, with its mode; what is there is left as it is', () => {
  for (const path of ['a/b/c', 'a/b/c', 'link/d/', 'a/./b/../e', 'real']) {
    expect(errnoFor(folder.at(path)), path).toBe('made');
    expect(statSync(folder.at(path)).isDirectory(), path).toBe(true);
  }
  makeFolders(folder.at('own/er'), 0o700);
  expect(statSync(folder.at('own')).mode & 0o777).toBe(0o700);
  expect(statSync(folder.at('real/d')).isDirectory()).toBe(true);
});

describe('commands that make folders', () => {
  const SOURCE =
    'holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ { name: s, unit: mm, min: 0, max: 9 } ] }\nzones: [ { id: a, at: { from: 0, to: 9 } } ]\n';
  const BURNED = ['--image', folder.at('m.img'), '--development'];
  const VERBS = [
    ['FILE_NOT_WRITTEN', (path: string) => ['firmware', 'library', ...BURNED, '-o', path]],
    ['STATE_FOLDER', (path: string) => ['controller', ...BURNED, '--state', path]],
    [
      'LINK_FAILED',
      (path: string) => ['controller', ...BURNED, '--state', folder.at('state'), '--link', `${path}/port`],
    ],
  ] as const;

  test.each(VERBS)(
    '%s: said at once, with the place and a remedy',
    async (code, argv) => {
      writeFileSync(folder.at('m.map.yaml'), SOURCE);
      await holdfast(['compile', folder.at('m.map.yaml'), '--force']);
      for (const [, path] of REFUSED.slice(0, 7)) {
        const ran = await holdfast(argv(path));
        expect(ran.code, `${path}: ${ran.stderr}`).toBeGreaterThan(0);
        expect(ran.stderr).toContain(code);
        expect(ran.stderr).toContain(path.slice(0, 60));
        expect(ran.stderr).toMatch(/Give a|Check/);
      }
    },
    60_000,
  );
});

test('nothing that commands run makes folders in another way, but in folders of its own', () => {
  const OWN = ['host/firmware/build.ts', 'sim/drill/native-core.ts', 'sim/tour/main.ts'];
  const others = filesOf(['host', 'fleet', 'sim'], ['.ts']).filter((file) =>
    /mkdir(?:Sync)?\([^;]*recursive: true/.test(readFileSync(file, 'utf8')),
  );
  expect(others.sort()).toEqual(OWN);
});
