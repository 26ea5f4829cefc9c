/** What a device would refuse at its first start is not burned: by firmware, library and controller alike. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';

const folder = temporaryFolder('fitting');
const image = folder.at('line.img');
const CONFIG = 'holdfast-firmware: 1\nmap: line\nbudget: { steps: 14 }\nfault: stop\n';

beforeAll(async () => writeFileSync(image, await compileEdition({ epoch: 1, limit: 80 })));
afterAll(() => folder.remove());

describe.each([
  ['another map', CONFIG.replace('map: line', 'map: other'), 'MAP_ID', 2],
  ['another device class', `${CONFIG}device: other\n`, 'DEVICE_CLASS', 2],
  ['a smaller budget', CONFIG.replace('14', '0'), 'OVER_BUDGET', 1],
])('a configuration of %s', (_, text, code, exitCode) => {
  test.each([
    ['firmware rp2040', ['firmware', 'rp2040', '-o', folder.at('out.bin')], folder.at('out.bin')],
    ['firmware library', ['firmware', 'library', '-o', folder.at('library')], folder.at('library')],
    ['controller', ['controller', '--state', folder.at('state')], folder.at('state/burned.bin')],
  ])('%s writes nothing', async (_verb, argv, product) => {
    const config = folder.at('firmware.yaml');
    writeFileSync(config, text);
    const ended = await holdfast([...argv, '--image', image, '--config', config]);
    expect(ended).toMatchObject({ code: exitCode, stderr: expect.stringContaining(code) });
    expect(existsSync(product)).toBe(false);
  });
});

test('the built command may be executed, as npx finds it', () => {
  expect(statSync(commandPath()).mode & 0o111).toBe(0o111);
});
