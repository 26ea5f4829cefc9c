/** The README of the C library, read by a stranger in an empty folder: from nothing to a first answer, and to a device on a line. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { WARNINGS } from '../support/library.ts';
import { runDocument, Shell } from '../support/shell.ts';

const README = fileURLToPath(new URL('../../targets/library/README.md', import.meta.url));

const folder = temporaryFolder('c-library');
const shell = new Shell(folder.path);

afterAll(async () => {
  await shell.close();
  folder.remove();
});

test('every command prints what it says, from an empty folder to verbs that talk to the program', async () => {
  expect(await runDocument(README, shell)).toBe(10);
});

test('its loop and its program compile without a warning', () => {
  const include = ['src', 'fake'].map((path) => `-I${folder.at(`holdfast/${path}`)}`);
  for (const [source, flags] of [
    ['loop.c', ['-Wno-missing-prototypes']],
    ['main.c', []],
    ['place.c', ['-Wno-missing-prototypes']],
  ] as const)
    execFileSync('gcc', ['-std=c11', ...WARNINGS, ...flags, ...include, '-fsyntax-only', folder.at(source)]);
});
