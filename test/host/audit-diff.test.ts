/** `audit A B` and `diff`, as their user runs them. */
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startController } from '../../host/controller/process.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { sourceText } from '../support/editions.ts';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder('diff');
  writeFileSync(folder.at('one.map.yaml'), sourceText({ epoch: 1, limit: 80 }));
  writeFileSync(folder.at('two.map.yaml'), sourceText({ epoch: 2, replaces: '1', limit: 60 }));
});

afterEach(() => folder.remove());

const slowLowered = {
  ...{ from: 400, to: 600, kinds: ['limit-lowered'] },
  before: { state: 'covered', id: 'slow', tier: 0, limit: 80 },
  after: { state: 'covered', id: 'slow', tier: 0, limit: 60 },
};

test('audit of two editions, in words and as JSON, sources and images alike', async () => {
  const image = folder.at('one.img');
  expect(await holdfast(['compile', folder.at('one.map.yaml'), '-o', image])).toMatchObject({ code: 0 });
  for (const before of [image, folder.at('one.map.yaml')]) {
    const json = await holdfast(['audit', before, folder.at('two.map.yaml'), '--json']);
    expect(json.code).toBe(0);
    const comparison = JSON.parse(json.stdout);
    expect(comparison).toMatchObject({ equal: false, changes: [slowLowered] });
    expect(comparison.changes).toHaveLength(1);
  }
  const words = await holdfast(['audit', image, folder.at('two.map.yaml')]);
  expect(words.stdout).toContain(
    '[400, 600) mm  200 mm long  limit lowered  zone slow, limit 80 → zone slow, limit 60',
  );
});

test('diff: a device against its own source is equal, against another it says what differs', async () => {
  const image = folder.at('one.img');
  await holdfast(['compile', folder.at('one.map.yaml'), '-o', image]);
  const controller = await startController({ state: folder.at('state'), image, parked: false });
  try {
    const diff = (file: string, ...more: string[]) =>
      holdfast(['diff', folder.at(file), '--port', controller.port, ...more]);
    for (const file of ['one.map.yaml', 'one.img']) {
      const same = await diff(file, '--json');
      expect(same.code).toBe(0);
      expect(JSON.parse(same.stdout)).toMatchObject({ equal: true, head: [], changes: [], slot: 0 });
    }
    const other = await diff('two.map.yaml', '--json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ equal: false, changes: [slowLowered] });
    expect((await diff('two.map.yaml')).stdout).toContain('epoch     1 → 2');
    expect(await diff('none.map.yaml')).toMatchObject({ code: 2 });
  } finally {
    await controller.end();
  }
});
