/** What docs/calendars.md shows is what one gets: from a file to a verdict. */
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { runDocument, Shell } from '../support/shell.ts';

const folder = temporaryFolder('calendars');
const shell = new Shell(folder.path);
afterAll(async () => {
  await shell.close();
  folder.remove();
});

test('calendars.md prints what it says', async () => {
  const path = fileURLToPath(new URL('../../docs/calendars.md', import.meta.url));
  expect(await runDocument(path, shell)).toBeGreaterThan(9);
}, 60_000);
