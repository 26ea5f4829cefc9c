/** What docs/tracks.md shows is what one gets: from a file to a verdict. */
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { runDocument, Shell } from '../support/shell.ts';

const folder = temporaryFolder('tracks');
const shell = new Shell(folder.path);
afterAll(async () => {
  await shell.close();
  folder.remove();
});

test('tracks.md prints what it says', async () => {
  const path = fileURLToPath(new URL('../../docs/tracks.md', import.meta.url));
  expect(await runDocument(path, shell)).toBeGreaterThan(6);
}, 60_000);
