/** A rate of ticks that a board's counter would round is refused before anything is built or burned. */
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startController } from '../../host/controller/process.ts';
import { targetNamed, targetNames } from '../../host/firmware/targets.ts';
import { requireWholeTicks } from '../../host/firmware/ticks.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';

const UNEVEN = 3000;
const folder = temporaryFolder('ticks');
const image = folder.at('line.img');
const config = folder.at('firmware.yaml');

beforeAll(async () => {
  writeFileSync(image, await compileEdition({ epoch: 1, limit: 80 }));
  writeFileSync(
    config,
    `holdfast-firmware: 1\nmap: line\nticks-per-second: ${UNEVEN}\nbudget: { steps: 14 }\nfault: stop\n`,
  );
});
afterAll(() => folder.remove());

const refused = { code: 2, stderr: expect.stringContaining('TICKS_UNEVEN') };

test.each(targetNames())('%s: firmware and controller', async (target) => {
  const given = ['--image', image, '--config', config, '--development'];
  expect(await holdfast(['firmware', target, ...given, '-o', folder.at('out.bin')])).toMatchObject(refused);
  const state = folder.at(`state-${target}`);
  expect(await holdfast(['controller', '--target', target, ...given, '--state', state])).toMatchObject(
    refused,
  );
  expect(existsSync(`${state}/burned.bin`)).toBe(false);
});

test('a state that the virtual controller was started with, which takes any rate', async () => {
  const state = folder.at('state');
  await (await startController({ state, image, config })).end();
  expect(await holdfast(['controller', '--target', 'rp2040', '--state', state])).toMatchObject(refused);
});

test.each(targetNames())('%s takes every divisor of its counter', (name) => {
  const target = targetNamed(name);
  for (const rate of [1, 10, 1000, 1_000_000]) expect(() => requireWholeTicks(rate, target)).not.toThrow();
  for (const rate of [3, 999, 999_999]) expect(() => requireWholeTicks(rate, target)).toThrow('must divide');
});
