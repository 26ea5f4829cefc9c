/** Memory that decides over editions, flipped by itself; and whether a loop that sleeps while there is no work misses anything. */

import { describe, expect, test } from 'vitest';
import { GROUP, HOLDFAST, OPERATION, STATE_OF } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import type { CborFields } from '../../host/serial/cbor.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { push } from '../../host/serial/push.ts';
import { encodeMessage } from '../../host/serial/smp.ts';
import { bufferAt } from '../../sim/drill/buffers.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
const image = { bytes: second, hash: parseImage(second).digest };
const config = { checksToConfirm: 5, trialTicks: 5000, leaseTicks: 10_000 };
const patience = { untilAnswer: 200_000, afterAnswer: 30 };
const limitAt = (device: SimDevice) => device.core.verdict(device.core.check(0, 500), 500).limit;

async function pending(): Promise<SimDevice> {
  const device = await SimDevice.boot({ image: first, config, patience });
  const client = device.client();
  await client.openWindow();
  await push(client, image);
  return device;
}

async function onTrial(): Promise<SimDevice> {
  const device = await pending();
  const client = device.client();
  client.token = (await client.status()).token;
  await client.closeWindow();
  await device.run(300);
  expect(device.core.stateOf(STATE_OF.onTrial)).toBe(1);
  return device;
}

const PLACES = ['GEOMETRY', 'BURNED', 'EDITIONS', 'KNOWN', 'CRC_TABLE', 'EXAMINATION'] as const;
const FLIPS = 12;

describe.each(PLACES)('a bit of %s that flips', (place) => {
  const { from, bytes } = bufferAt(place);

  async function flipped(
    begin: () => Promise<SimDevice>,
    seed: number,
    then: (device: SimDevice) => Promise<void>,
  ) {
    const random = new Random(seedFor(`sealed ${place}`, seed));
    for (let i = 0; i < FLIPS; i++) {
      const device = await begin();
      const at = from + random.below(bytes);
      const memory = device.core.memory();
      memory[at] = (memory[at] ?? 0) ^ (1 << random.below(8));
      await then(device).catch(() => {});
      // Whatever came of it: the next start runs a whole edition, and no epoch went back.
      await device.reboot();
      expect(device.bootReason, `byte ${at - from}`).toBe(0);
      expect([40, 80]).toContain(limitAt(device));
      await device.client().openWindow();
    }
  }

  test('in a window before a confirmation', async () => {
    await flipped(
      async () => {
        const device = await onTrial();
        await device.client().openWindow({ shared: true });
        return device;
      },
      1,
      async (device) => void (await device.client().confirm()),
    );
  });

  test('on trial, before the window in which it is confirmed', async () => {
    await flipped(onTrial, 2, async (device) => {
      const client = device.client();
      await client.openWindow();
      await client.confirm();
    });
  });

  test('before an activation', async () => {
    await flipped(pending, 3, async (device) => {
      const client = device.client();
      client.token = (await client.status()).token;
      await client.closeWindow();
      await device.run(300);
    });
  });
});

test('what is known of an edition and of the past, flipped in a window: FAULT until a reset, nothing written', async () => {
  const device = await onTrial();
  const client = device.client();
  await client.openWindow();
  const { from } = bufferAt('EDITIONS');
  const memory = device.core.memory();
  // The epoch of the edition on trial, in slot B.
  memory[from + 256 + 4] = (memory[from + 256 + 4] ?? 0) ^ 64;
  const before = device.operations;
  await expect(client.confirm()).rejects.toMatchObject({ exitCode: 1 });
  expect(device.operations).toBe(before);
  expect(await client.status()).toMatchObject({ mode: 'run', reason: 67 });
  await expect(device.client().openWindow()).rejects.toMatchObject({ code: 'MEMORY_CHANGED' });
  await device.reboot();
  expect(limitAt(device)).toBe(80);
});

describe('a request of which a bit flips before it is decided on', () => {
  /** A frame received to its end by a device that has not decided on it; its FALSE became TRUE. */
  async function flipped(device: SimDevice, frame: Uint8Array): Promise<void> {
    const { from } = bufferAt('REQUEST');
    const TRUE = 0xf5;
    device.core.receive(frame);
    const at = () => device.core.memory().indexOf(TRUE - 1, from) - from;
    for (let slice = 0; slice < 100 && !(at() > 0 && at() < frame.length); slice++) await device.run(1);
    expect(device.core.memory()[from + at()]).toBe(TRUE - 1);
    device.core.memory()[from + at()] = TRUE;
    await device.run(300);
  }

  const asks = (group: number, id: number, fields: CborFields) =>
    encodeFrame(encodeMessage({ version: 1, operation: OPERATION.write, group, sequence: 9, id }, fields));

  test('in RUN: no window is opened that is shared, when one was asked for that is not', async () => {
    const device = await SimDevice.boot({ image: first, config, patience });
    // The end of the message comes a slice after the flag: then its checksum says what came.
    await flipped(device, asks(GROUP.holdfast, HOLDFAST.open, { shared: false, ticks: 900 }));
    expect(device.mode()).toBe(0);
    expect(await device.client().status()).toMatchObject({ mode: 'run', token: 0 });
    await device.client().openWindow();
  });
});

describe('a loop that sleeps while there is no work', () => {
  const isBusy = (device: SimDevice) => device.core.stateOf(STATE_OF.busy) === 1;

  async function settled(device: SimDevice): Promise<void> {
    for (let i = 0; i < 1000 && isBusy(device); i++) await device.run(1);
    expect(isBusy(device)).toBe(false);
  }

  test('wakes at the end of a lease', async () => {
    const device = await pending();
    await settled(device);
    expect(device.mode()).toBe(1);
    device.tick += 10_001;
    expect(isBusy(device)).toBe(true);
    await settled(device);
    expect(device.mode()).toBe(0);
  });

  test('wakes when the machine moves, in a window and outside, and when it parks', async () => {
    const device = await pending();
    await settled(device);
    for (const [parked, mode] of [
      [false, 0],
      [true, 0],
    ] as const) {
      device.parked = parked;
      expect(isBusy(device)).toBe(true);
      await settled(device);
      expect(device.mode()).toBe(mode);
    }
  });

  test('wakes when a trial is overdue, and when the machine parks then', async () => {
    const device = await onTrial();
    device.parked = false;
    await settled(device);
    device.tick += 5001;
    expect(isBusy(device)).toBe(true);
    await settled(device);
    expect(device.core.stateOf(STATE_OF.faultReason)).toBe(63);
    device.parked = true;
    expect(isBusy(device)).toBe(true);
    await settled(device);
    expect(limitAt(device)).toBe(80);
  });
});

describe('an edition that was reverted on trial', () => {
  test('is refused until the holder of the lease insists, with the token of that lease', async () => {
    const device = await onTrial();
    await device.reboot();
    expect(device.core.stateOf(STATE_OF.reverted)).toBe(1);
    const client = device.client();
    await client.openWindow();
    await expect(push(client, image)).rejects.toMatchObject({ code: 'REVERTED_BEFORE' });
    const { token } = client;
    client.token = null;
    await expect(client.force(image.hash)).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
    client.token = token;
    await client.force(image.hash);
    expect(await push(client, image)).toMatchObject({ result: 'pending' });
    await client.closeWindow();
    await device.run(300);
    expect(limitAt(device)).toBe(40);
    await device.reboot();
    await client.openWindow();
    // Insisting was that lease's: this one has to say so itself.
    await expect(push(client, image)).rejects.toMatchObject({ code: 'REVERTED_BEFORE' });
  });

  test('by a lease that is shared nobody insists', async () => {
    const device = await onTrial();
    await device.reboot();
    const client = device.client();
    await client.openWindow({ shared: true });
    client.token = null;
    await expect(client.force(image.hash)).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
  });
});

test('an edition with the last epoch is refused unless insisted on; below the confirmed epoch nothing helps', async () => {
  const last = await compileEdition({ epoch: 4_294_967_295, replaces: '1', limit: 30 });
  const device = await SimDevice.boot({ image: first, config, patience });
  const client = device.client();
  await client.openWindow();
  const lastImage = { bytes: last, hash: parseImage(last).digest };
  await expect(push(client, lastImage)).rejects.toMatchObject({ code: 'EPOCH_LAST' });
  await client.force(lastImage.hash);
  expect(await push(client, lastImage)).toMatchObject({ result: 'pending' });
  const stale = await compileEdition({ epoch: 1, limit: 7 });
  await client.revert();
  await client.force(parseImage(stale).digest);
  await expect(push(client, { bytes: stale, hash: parseImage(stale).digest })).rejects.toMatchObject({
    code: 'EPOCH_STALE',
  });
});
