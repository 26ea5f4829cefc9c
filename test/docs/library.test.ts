/** docs/LIBRARY.md: each export is described and nothing else, and its examples print what it says. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { temporaryFolder } from '../support/command.ts';
import { WRITES_OUTPUTS } from '../support/shell.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIBRARY = `${ROOT}docs/LIBRARY.md`;
/** An example, and what it prints. */
const EXAMPLE = /```js\n(?<code>.*?)```\n```text\n(?<output>.*?)```/gs;

const folder = temporaryFolder('library');
let controller: ChildProcess | undefined;

afterAll(async () => {
  if (controller !== undefined) {
    const ended = once(controller, 'exit');
    controller.kill('SIGTERM');
    await ended;
  }
  folder.remove();
});

/** Names in the `export { … }` lists of a module. */
function exportedNames(path: string): readonly string[] {
  const lists = readFileSync(path, 'utf8').matchAll(/export (?:type )?\{([^}]*)\}/g);
  return [...lists].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== ''),
  );
}

test('it describes each export, and nothing else', () => {
  const headings = [...readFileSync(LIBRARY, 'utf8').matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
  const names = exportedNames(`${ROOT}host/index.ts`);
  expect(names.length).toBeGreaterThan(30);
  expect(headings.toSorted()).toEqual(names.toSorted());
});

/** The virtual controller that the examples talk to, ready. */
async function startController(): Promise<void> {
  const argv = [
    commandPath(),
    'controller',
    '--development',
    '--image',
    'rail.img',
    '--state',
    'state',
    '--link',
    'port',
  ];
  controller = spawn(process.execPath, argv, { cwd: folder.path, stdio: 'ignore' });
  await expect.poll(() => existsSync(folder.at('port')), { timeout: 20_000 }).toBe(true);
}

test('its examples print what it says', async () => {
  symlinkSync(`${ROOT}firmware-maps`, folder.at('firmware-maps'));
  mkdirSync(folder.at('node_modules'));
  symlinkSync(ROOT, folder.at('node_modules/holdfast'));
  let markdown = readFileSync(LIBRARY, 'utf8');
  const examples = [...markdown.matchAll(EXAMPLE)];
  expect(examples.length).toBe([...markdown.matchAll(/^```js$/gm)].length);
  for (const [index, { groups }] of examples.entries()) {
    const { code = '', output = '' } = groups ?? {};
    if (controller === undefined && code.includes("path: 'port'")) await startController();
    writeFileSync(folder.at(`example-${index}.mjs`), code);
    const ran = await promisify(execFile)(process.execPath, [`example-${index}.mjs`], { cwd: folder.path });
    if (WRITES_OUTPUTS)
      markdown = markdown.replace(
        `${code}\`\`\`\n\`\`\`text\n${output}`,
        () => `${code}\`\`\`\n\`\`\`text\n${ran.stdout}`,
      );
    else expect(`${code}${ran.stdout}`).toBe(`${code}${output}`);
  }
  if (WRITES_OUTPUTS) writeFileSync(LIBRARY, markdown);
});
