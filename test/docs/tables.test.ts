/** docs/TABLES.md: every command prints what it says, and every option of a table is shown or named. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { sayOption } from '../../host/import/say.ts';
import { TABLE_OPTION_NAMES } from '../../host/source/table-options.ts';
import { temporaryFolder } from '../support/command.ts';
import { runDocument, Shell } from '../support/shell.ts';

const TABLES = fileURLToPath(new URL('../../docs/TABLES.md', import.meta.url));

const folder = temporaryFolder('tables');
const shell = new Shell(folder.path);

afterAll(async () => {
  await shell.close();
  folder.remove();
});

test('every command prints what it says', async () => {
  expect(await runDocument(TABLES, shell)).toBeGreaterThan(25);
});

test('every option of a table is named', () => {
  const text = readFileSync(TABLES, 'utf8');
  const options = TABLE_OPTION_NAMES.map((name) => (name === 'ids' ? 'ids: any' : sayOption(name)));
  expect(options.filter((option) => !text.includes(option))).toEqual([]);
});
