/** The smaller builds of the core at work: clients are served, updates, reverts and power cuts go as in the largest one. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { BUILD_LIMITS, type BuildName, STATE_OF } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import type { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { cutCores, wrongs } from '../../sim/drill/cuts.ts';
import { GEOMETRIES } from '../../sim/drill/geometries.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import { compileEdition } from '../support/editions.ts';
import { seedFor } from '../support/random.ts';
import { SimDevice } from '../support/sim-device.ts';

const BUILDS: readonly BuildName[] = ['device-4k', 'device-16k', 'device-64k'];
const PLACE = 500;
const config = { checksToConfirm: 50, trialTicks: 5000, leaseTicks: 10_000 };
const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
const third = await compileEdition({ epoch: 3, replaces: '2', limit: 30 });

function limitAt(device: SimDevice): number | null {
  return device.core.verdict(device.core.check(0, PLACE), PLACE).limit;
}

async function pushed(client: Device, bytes: Uint8Array): Promise<void> {
  await client.openWindow();
  await push(client, { bytes, hash: parseImage(bytes).digest });
  await client.closeWindow();
}

test.each(BUILDS)(
  '%s: an edition is pushed, read back, confirmed; the next one is reverted',
  async (build) => {
    const device = await SimDevice.boot({ image: first, config, build });
    const client = device.client();
    const { bufferBytes } = await client.parameters();
    expect(bufferBytes).toBe(BUILD_LIMITS[build].messageBytesMax);
    expect(bufferBytes).toBeGreaterThanOrEqual(512);
    await pushed(client, second);
    expect(limitAt(device)).toBe(40);
    await device.run(60);
    await client.openWindow();
    await client.confirm();
    await client.closeWindow();
    expect(await client.outcome()).toMatchObject({ outcome: 'confirmed', epoch: 2 });
    await pushed(client, third);
    expect(device.core.stateOf(STATE_OF.onTrial)).toBe(1);
    expect(limitAt(device)).toBe(30);
    await device.reboot();
    expect(limitAt(device)).toBe(40);
    expect(await client.outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: 3 });
  },
);

test('power cuts in the life of the smallest build: whole editions answer, none is lost', async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device-4k'))));
  const part = { singlesMost: 60, pairsMost: 20, chains: 3, unstable: 15 };
  const report = await cutCores({
    core,
    geometries: GEOMETRIES.slice(0, 2),
    seed: seedFor('small cuts', 31),
    ...part,
  });
  expect(report.failures.slice(0, 3)).toEqual([]);
  expect(wrongs(report)).toBe(0);
  expect(report.cuts).toBeGreaterThan(60);
});
