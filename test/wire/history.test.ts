/** What became of editions, asked of a device: every outcome, the newest first, and whether its last start was a revert. */
import { expect, test } from 'vitest';
import { historyOf } from '../../host/cli/verbs/status.ts';
import { GROUP, HOLDFAST } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { closeAndActivate } from '../../host/serial/activation.ts';
import type { Device } from '../../host/serial/device.ts';
import { mark, push, stage } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

const config = { checksToConfirm: 0, trialTicks: 0 };
const first = await compileEdition({ epoch: 1, limit: 80 });
const imageOf = (bytes: Uint8Array) => ({ bytes, hash: parseImage(bytes).digest });

async function activate(client: Device, image: Uint8Array): Promise<void> {
  await client.openWindow();
  await push(client, imageOf(image));
  await closeAndActivate(client);
}

test('no outcome yet', async () => {
  const client = (await SimDevice.boot({ image: first, config })).client();
  expect(await client.history()).toEqual([]);
  expect((await historyOf(client, 'sim')).words).toEqual(['no edition was confirmed or given up yet']);
});

test('confirmed, reverted by a reset, and the device says so', async () => {
  const device = await SimDevice.boot({ image: first, config });
  const client = device.client();
  const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
  const third = await compileEdition({ epoch: 3, replaces: '2', limit: 30 });
  await activate(client, second);
  await client.openWindow();
  await client.confirm();
  await client.closeWindow({ activate: false });
  await activate(client, third);
  expect(await client.status()).toMatchObject({ trial: true, reverted: false });
  await device.reboot();
  expect(await client.status()).toMatchObject({ epoch: 2, trial: false, reverted: true });
  const history = await client.history();
  expect(history.map(({ outcome, epoch }) => [outcome, epoch])).toEqual([
    ['reverted-by-reset', 3],
    ['confirmed', 2],
  ]);
  expect(history[0]?.hash).toBe(Buffer.from(imageOf(third).hash).toString('hex'));
  expect((history[0]?.boots ?? 0) >= (history[1]?.boots ?? 0)).toBe(true);
  const { words } = await historyOf(client, 'sim');
  expect(words[0]).toBe('the last start was a revert: the edition on trial was given up');
  expect(words[1]).toMatch(/^start \d+: epoch 3, [0-9a-f]{12}, reverted by reset$/);
  expect(words[1]).toContain(history[0]?.hash.slice(0, 12));
  await device.reboot();
  expect((await client.status()).reverted).toBe(false);
});

test('more outcomes than a sector holds: as far back as the journal goes, each once, the newest first', async () => {
  const device = await SimDevice.boot({ image: first, config });
  const client = device.client();
  const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
  await client.openWindow();
  await client.force(imageOf(second).hash);
  await stage(client, imageOf(second));
  const rounds = 50;
  for (let round = 0; round < rounds; round++) {
    await mark(client, imageOf(second).hash);
    await client.revert();
  }
  const history = await client.history();
  expect(history.length).toBeGreaterThan(7);
  expect(history.length).toBeLessThan(rounds);
  expect(new Set(history.map(({ epoch }) => epoch))).toEqual(new Set([2]));
}, 120_000);

test('a place that is none', async () => {
  const device = await SimDevice.boot({ image: first, config });
  const raw = new RawClient(device, { version: 2 });
  for (const back of [0, 5, 0xffffffff])
    expect(await raw.read(GROUP.holdfast, HOLDFAST.history, { back })).toEqual({ back });
  expect(await raw.read(GROUP.holdfast, HOLDFAST.history, { back: -1 })).toEqual({ rc: 3 });
  expect(await raw.read(GROUP.holdfast, HOLDFAST.history)).toEqual({ back: 0 });
});

test('what was marked is kept pending by a close that keeps, and an edition that was reverted needs force', async () => {
  const device = await SimDevice.boot({ image: first, config });
  const client = device.client();
  const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
  await client.openWindow();
  await push(client, imageOf(second));
  await client.closeWindow({ activate: false });
  expect(await client.status()).toMatchObject({ epoch: 1, stage: 'pending' });
  await client.openWindow();
  await mark(client, imageOf(second).hash);
  await closeAndActivate(client);
  await device.reboot();
  await client.openWindow();
  await expect(push(client, imageOf(second))).rejects.toMatchObject({ code: 'REVERTED_BEFORE' });
  await client.force(imageOf(second).hash);
  expect(await push(client, imageOf(second))).toMatchObject({ result: 'pending' });
});
