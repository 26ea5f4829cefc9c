/** Power goes at every flash operation of an update, before it, in the middle of it, after it: a whole edition answers each time. */

import { expect, test } from 'vitest';
import { STATE_OF } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import type { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { type CutKind, SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80, zones: 300 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 320 });
const image = { bytes: second, hash: parseImage(second).digest };
const config = { checksToConfirm: 20, trialTicks: 0, leaseTicks: 1_000_000 };
const KINDS: readonly CutKind[] = ['before', 'inside', 'after'];
const PLACE = 500;
const LIMITS: ReadonlyMap<number, number> = new Map([
  [1, 80],
  [2, 40],
]);

/** One update from wherever the device stands, as its user would do it again after a power cut. */
async function update(device: SimDevice, client: Device): Promise<void> {
  await device.run(50);
  let status = await client.status();
  if (status.mode === 'window') {
    client.token = status.token;
  } else {
    await client.openWindow();
  }
  if (status.epoch === 1 && status.stage !== 'trial') {
    // A trial that power ended was reverted: who holds the lease insists on it.
    await client.force(image.hash);
    await push(client, image);
    await client.closeWindow();
    await device.run(50);
    await client.openWindow();
    status = await client.status();
  }
  if (status.trial) await client.confirm();
  await client.closeWindow();
}

/** The edition that answers is whole: its own limit under its own epoch, and never FAULT. */
function expectWhole(device: SimDevice, what: string): void {
  const verdict = device.core.verdict(device.core.check(0, PLACE), PLACE);
  expect(verdict.state, what).toBe('covered');
  expect(verdict.limit, what).toBe(LIMITS.get(verdict.epoch));
}

test('every flash operation of an update', async () => {
  const whole = await SimDevice.boot({ image: first, config });
  await update(whole, whole.client());
  const operations = whole.operations;
  expect(whole.epoch()).toBe(2);
  expect(operations).toBeGreaterThan(30);
  let cuts = 0;
  for (let operation = 0; operation < operations; operation++) {
    for (const kind of KINDS) {
      const what = `cut ${kind} operation ${operation}`;
      const device = await SimDevice.boot({ image: first, config });
      device.cutAt(operation, kind);
      await update(device, device.client()).catch(() => {});
      expect(device.isPowered, what).toBe(false);
      await device.reboot();
      expect(device.bootReason, what).toBe(0);
      expectWhole(device, what);
      // What was lost can be done again, and ends as if nothing had been.
      await update(device, device.client());
      expectWhole(device, what);
      expect(device.epoch(), what).toBe(2);
      expect(device.core.stateOf(STATE_OF.onTrial), what).toBe(0);
      cuts++;
    }
  }
  console.log(`${cuts} cuts, 0 torn, 0 lost`);
});

test('a second cut at the first operations after the first one, at boot too', async () => {
  for (let operation = 0; operation < 60; operation += 3) {
    const device = await SimDevice.boot({ image: first, config });
    device.cutAt(operation, 'inside');
    await update(device, device.client()).catch(() => {});
    if (device.isPowered) break;
    for (let second = 0; second < 4; second++) {
      const copy = new SimDevice({ image: null, burnedFrom: first, config, content: device.content.slice() });
      copy.cutAt(second, 'inside');
      await copy.reboot();
      if (copy.isPowered) await update(copy, copy.client()).catch(() => {});
      await copy.reboot();
      expectWhole(copy, `cuts at ${operation} and ${second}`);
    }
  }
});
