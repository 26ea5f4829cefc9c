/** The README: short, and what it shows is what one gets. */
import { readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { runDocument, Shell } from '../support/shell.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = `${ROOT}README.md`;
const LINES_MAX = 120;
const LINE_CHARACTERS_MAX = 120;

const folder = temporaryFolder('readme');
const shell = new Shell(folder.path);

afterAll(async () => {
  await shell.close();
  folder.remove();
});

test(`it has at most ${LINES_MAX} lines of at most ${LINE_CHARACTERS_MAX} characters`, () => {
  const lines = readFileSync(README, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
  expect(lines.filter((line) => [...line].length > LINE_CHARACTERS_MAX)).toEqual([]);
});

test('its five minutes print what it says', async () => {
  symlinkSync(`${ROOT}firmware-maps`, folder.at('firmware-maps'));
  expect(await runDocument(README, shell)).toBeGreaterThan(8);
});

test('its picture is what the command beside it draws', async () => {
  const text = readFileSync(README, 'utf8');
  const [, source = '', picture = ''] = /`holdfast audit (\S+) --svg (\S+)` draws/.exec(text) ?? [];
  expect(text).toContain(`](${picture})`);
  const drawn = folder.at('drawn.svg');
  const ran = await holdfast(['audit', `${ROOT}${source}`, '--svg', drawn]);
  expect(ran).toMatchObject({ code: 0 });
  expect(readFileSync(`${ROOT}${picture}`, 'utf8')).toBe(readFileSync(drawn, 'utf8'));
});
