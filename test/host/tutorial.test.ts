import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { runDocument, Shell } from '../support/shell.ts';

const TUTORIAL = fileURLToPath(new URL('../../docs/TUTORIAL.md', import.meta.url));

const folder = temporaryFolder('tutorial');
const shell = new Shell(folder.path);

afterAll(async () => {
  await shell.close();
  folder.remove();
});

test('every command of the tutorial does what it says', async () => {
  expect(await runDocument(TUTORIAL, shell)).toBeGreaterThan(20);
});
