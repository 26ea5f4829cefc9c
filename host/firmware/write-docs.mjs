// Writes the tables of boards into docs/targets.md; with --check it writes nothing and ends with 1 when they are out of date.
// Run it after `npm run build`, and commit what it wrote.
import { readFile, writeFile } from 'node:fs/promises';
import { withBoardTables } from '../../build/js/host/firmware/board-tables.js';
import { targetNamed, targetNames } from '../../build/js/host/firmware/targets.js';

const PAGE = new URL('../../docs/targets.md', import.meta.url);

const page = await readFile(PAGE, 'utf8');
const written = withBoardTables(page, targetNames().map(targetNamed));
if (!process.argv.includes('--check')) await writeFile(PAGE, written);
else if (written !== page) {
  console.error('docs/targets.md is out of date: run `node host/firmware/write-docs.mjs`.');
  process.exitCode = 1;
}
