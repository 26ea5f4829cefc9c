import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkPage } from '../../host/report/link.ts';
import { temporaryFolder } from '../support/command.ts';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder('link');
});

afterEach(() => folder.remove());

async function link(modules: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(modules)) writeFileSync(folder.at(name), text);
  return linkPage(pathToFileURL(folder.at('main.js')));
}

test('modules become one script that runs `start`, each module once', async () => {
  const script = await link({
    'main.js':
      'import { add as plus, default as nine } from "./sum.js";\nimport { TWO } from "./two.js";\nimport { readFile } from "node:fs";\n' +
      'export async function start() {\n globalThis.linked = [plus(TWO, 3), nine, typeof readFile];\n}\n',
    'sum.js':
      'import { TWO } from "./two.js";\nfunction add(a, b) { return a + b + TWO - 2; }\nexport { add };\nexport default 9;\n',
    'two.js': 'globalThis.twos = (globalThis.twos ?? 0) + 1;\nexport const TWO = 2;\n',
  });
  const run = new Function(`return (async () => {${script}})();`);
  await run();
  expect(globalThis).toMatchObject({ linked: [5, 9, 'undefined'], twos: 1 });
});

test.each([
  ['a whole namespace', 'import * as all from "./two.js";\nexport function start() {}\n'],
  ['everything of another module', 'export * from "./two.js";\nexport function start() {}\n'],
])('a form that is not understood is refused here: %s', async (_name, text) => {
  await expect(link({ 'main.js': text, 'two.js': 'export const TWO = 2;\n' })).rejects.toThrow('is no form');
});
