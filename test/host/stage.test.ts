/** A push in two halves: staged editions run by nothing, marked ones by closing the window; and a push that only asks. */
import { describe, expect, test } from 'vitest';
import { broughtWords, requireTakenBy } from '../../host/cli/common/pushing.ts';
import { markOn } from '../../host/cli/verbs/mark.ts';
import { judgeOn } from '../../host/cli/verbs/push.ts';
import { stagedWords } from '../../host/cli/verbs/stage.ts';
import { VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { parseImage } from '../../host/image/container.ts';
import { judge } from '../../host/serial/acceptance.ts';
import { closeAndActivate } from '../../host/serial/activation.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { mark, stage } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { FakeDevice, type Script } from '../support/fake-device.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 3, limit: 80 });
const second = await compileEdition({ epoch: 4, replaces: '3', limit: 40 });
const imageOf = (bytes: Uint8Array) => ({ bytes, hash: parseImage(bytes).digest });

async function inWindow() {
  const device = await SimDevice.boot({ image: first });
  const client = device.client();
  await client.openWindow();
  return { device, client };
}

describe('two halves', () => {
  test('a staged edition is there, read back, and runs neither after the window nor after a reset', async () => {
    const { device, client } = await inWindow();
    expect(await stage(client, imageOf(second))).toMatchObject({
      result: 'staged',
      slot: 1,
      bytes: second.length,
    });
    await client.closeWindow();
    expect(await client.status()).toMatchObject({ epoch: 3, stage: 'none', mode: 'run' });
    await device.reboot();
    expect(await client.status()).toMatchObject({ epoch: 3, stage: 'none' });
    expect((await client.images()).map(({ version }) => version)).toEqual(['0.0.0.3', '0.0.0.4']);
  });

  test('marked in a later window, it runs on trial once that is closed', async () => {
    const { client } = await inWindow();
    await stage(client, imageOf(second));
    await client.closeWindow();
    await client.openWindow();
    const { value, words } = await markOn(client, 'sim', imageOf(second).hash);
    expect(value).toMatchObject({ marked: true, slot: 1, version: '0.0.0.4' });
    expect(words).toEqual([expect.stringContaining('slot 1 is pending')]);
    expect(await closeAndActivate(client)).toMatchObject({ epoch: 4, trial: true });
  });

  test('staging again sends nothing but the first piece; the running edition is not staged', async () => {
    const { device, client } = await inWindow();
    await stage(client, imageOf(second));
    const before = device.operations;
    const again = await stage(client, imageOf(second));
    expect(again).toMatchObject({ result: 'staged', pending: false, there: true });
    expect(broughtWords(4, again)).toMatch(
      /^epoch 4 was there already: \d+ bytes in slot 1, read back and equal \(\d+\.\d s\)$/,
    );
    expect(await stage(client, imageOf(first))).toMatchObject({ result: 'already-running', sentBytes: 0 });
    expect(device.operations).toBe(before);
  });

  test('what is staged again and was marked before is not said to be run by nothing', async () => {
    const { device, client } = await inWindow();
    await stage(client, imageOf(second));
    await mark(client, imageOf(second).hash);
    const before = device.operations;
    const result = await stage(client, imageOf(second));
    expect(result).toMatchObject({ result: 'staged', pending: true });
    expect(stagedWords(result)).toEqual([
      expect.stringContaining('closing the window that marked it runs it'),
    ]);
    expect(stagedWords({ ...result, pending: false })).toEqual([
      expect.stringContaining('nothing runs it yet'),
    ]);
    expect(device.operations).toBe(before);
  });

  test('what no slot holds cannot be marked, and nothing is marked outside a window', async () => {
    const { client } = await inWindow();
    await expect(markOn(client, 'sim', imageOf(second).hash)).rejects.toMatchObject({
      code: 'NOT_STAGED',
      exitCode: 1,
    });
    await stage(client, imageOf(second));
    await client.closeWindow();
    await expect(mark(client, imageOf(second).hash)).rejects.toMatchObject({ code: 'NO_WINDOW' });
  });
});

describe('a push that only asks', () => {
  const names = async (image: Uint8Array, device: SimDevice) =>
    (await judge(device.client(), image)).refusals.map(({ name }) => name);

  test('an edition that would be taken, and what has to happen first', async () => {
    const device = await SimDevice.boot({ image: first });
    const before = device.operations;
    const { accepts, words, value } = await judgeOn(device.client(), 'sim', second);
    expect(accepts).toBe(true);
    expect(value).toMatchObject({ port: 'sim', epoch: 4, accepts: true, refusals: [], there: false });
    expect(words.slice(0, 2)).toEqual([
      'the device would accept epoch 4',
      'first: open a window: `holdfast window open`, or `push --window`',
    ]);
    expect([device.operations, device.mode()]).toEqual([before, 0]);
  });

  test('the running edition is there already', async () => {
    const device = await SimDevice.boot({ image: first });
    expect(await judge(device.client(), first)).toMatchObject({ accepts: true, there: true });
  });

  test.each([
    ['EPOCH_STALE', { epoch: 3, limit: 50 }],
    ['EPOCH_STALE', { epoch: 2, limit: 50 }],
    ['REPLACES_OTHER', { epoch: 9, replaces: '2', limit: 50 }],
    ['MAP_ID', { epoch: 4, replaces: '3', limit: 50, map: 'other' }],
    ['DEVICE_CLASS', { epoch: 4, replaces: '3', limit: 50, device: 'other' }],
  ] as const)('%s', async (name, text) => {
    const image = await compileEdition(text);
    const device = await SimDevice.boot({ image: first });
    expect(await names(image, device)).toEqual([name]);
    // The device says the same when it is asked in earnest.
    const client = device.client();
    await client.openWindow();
    await expect(stage(client, imageOf(image))).rejects.toMatchObject({ code: name });
  });

  test('another map, and another class, are named before anything else that is the matter', async () => {
    const device = await SimDevice.boot({ image: first });
    const before = device.operations;
    const push = async (text: Parameters<typeof compileEdition>[0]) =>
      requireTakenBy(device.client(), imageOf(await compileEdition(text)));
    await expect(push({ epoch: 1, limit: 50, map: 'other' })).rejects.toMatchObject({
      code: 'MAP_ID',
      exitCode: 1,
      message: expect.stringMatching(/this edition is of map "other", and the device takes map "\w+"/),
      remedy: expect.stringContaining('burned configuration'),
    });
    await expect(push({ epoch: 1, limit: 50, device: 'other' })).rejects.toMatchObject({
      code: 'DEVICE_CLASS',
      exitCode: 1,
      message: expect.stringMatching(/this edition is for devices "other", and the device is one of "\w+"/),
    });
    expect(device.operations).toBe(before);
  });

  test('the confirmed edition while another is on trial: it is there, but does not run', async () => {
    const { client } = await inWindow();
    await stage(client, imageOf(second));
    await mark(client, imageOf(second).hash);
    await closeAndActivate(client);
    expect(await judge(client, second)).toMatchObject({ accepts: true, there: true });
    const { accepts, there, refusals } = await judge(client, first);
    expect([accepts, there, refusals.map(({ name }) => name)]).toEqual([false, false, ['ALREADY_CONFIRMED']]);
    await client.openWindow();
    await expect(mark(client, imageOf(first).hash)).rejects.toMatchObject({ code: 'ALREADY_CONFIRMED' });
  });

  test('while another is pending', async () => {
    const { device, client } = await inWindow();
    await stage(client, imageOf(second));
    await mark(client, imageOf(second).hash);
    expect(await judge(client, second)).toMatchObject({ there: true });
    const { words } = await judgeOn(client, 'sim', second);
    expect(words).toEqual([
      'epoch 4 is there already: nothing would be written',
      'not known beforehand: whether the edition that waits still passes: one that does not is given up',
    ]);
    expect(await names(await compileEdition({ epoch: 5, replaces: '3', limit: 50 }), device)).toEqual([
      'PENDING',
    ]);
  });

  test('while one is pending that passes no more: nothing lists it, and it is in the way of none', async () => {
    const { device, client } = await inWindow();
    await stage(client, imageOf(second));
    await mark(client, imageOf(second).hash);
    await client.closeWindow({ activate: false });
    const at = VIRTUAL_GEOMETRY.areaBytes[0] + 200;
    device.content[at] = (device.content[at] ?? 0) ^ 4;
    await device.reboot();
    await client.openWindow();
    expect((await client.status()).stage).toBe('pending');
    const third = await compileEdition({ epoch: 5, replaces: '3', limit: 50 });
    for (const image of [second, third]) {
      const { accepts, there, unknown } = await judge(client, image);
      expect([accepts, there]).toEqual([true, false]);
      expect(unknown).toContain('whether the edition that waits still passes: one that does not is given up');
    }
    expect(await stage(client, imageOf(third))).toMatchObject({ result: 'staged' });
    expect((await client.history())[0]).toMatchObject({ outcome: 'refused-at-activation', epoch: 4 });
  });

  test('what was reverted before, unless it is insisted on', async () => {
    const { device, client } = await inWindow();
    await stage(client, imageOf(second));
    await mark(client, imageOf(second).hash);
    await closeAndActivate(client);
    expect(await names(await compileEdition({ epoch: 5, replaces: '3', limit: 50 }), device)).toEqual([
      'NOT_ALLOWED_ON_TRIAL',
    ]);
    // What it must replace then is what the trial leaves.
    const next = await compileEdition({ epoch: 5, replaces: '4', limit: 50 });
    expect(await names(next, device)).toEqual(['NOT_ALLOWED_ON_TRIAL']);
    expect((await judge(device.client(), next)).unknown).toContain(
      'whether it may follow what is confirmed after the trial',
    );
    await device.reboot();
    expect(await names(second, device)).toEqual(['REVERTED_BEFORE']);
    expect(await judge(device.client(), second, { forced: true })).toMatchObject({ accepts: true });
    const again = device.client();
    await again.openWindow();
    await expect(stage(again, imageOf(second))).rejects.toMatchObject({ code: 'REVERTED_BEFORE' });
    await again.force(imageOf(second).hash);
    expect(await stage(again, imageOf(second))).toMatchObject({ result: 'staged' });
  });

  test('the last epoch, unless it is insisted on', async () => {
    const last = await compileEdition({ epoch: 0xffff_ffff, replaces: '3', limit: 50 });
    const { device, client } = await inWindow();
    expect(await names(last, device)).toEqual(['EPOCH_LAST']);
    expect(await judge(device.client(), last, { forced: true })).toMatchObject({ accepts: true });
    const own = device.client();
    own.token = client.token;
    await expect(stage(own, imageOf(last))).rejects.toMatchObject({ code: 'EPOCH_LAST' });
  });

  test('a map that is too large for the core, or for the slot', async () => {
    const large = await compileEdition({ epoch: 4, replaces: '3', limit: 50, zones: 60 });
    const script = (answers: object) => (device: SimDevice) =>
      new Device(new SmpClient(new FakeDevice(device, answers as Script), { clock: device.clock }));
    const sim = await SimDevice.boot({ image: first });
    const status = await sim.client().status();
    const keys = new Uint8Array(0);
    const small = { ...status, mode: 0, stage: 0, hash: Buffer.from(status.hash, 'hex'), keys, arena: 256 };
    const refused = async (answers: object) =>
      (await judge(script(answers)(sim), large)).refusals.map(({ name }) => name);
    expect(await refused({ '78/0': () => small })).toEqual(['TOO_LARGE']);
    const slots = [
      { slot: 0, size: 9000 },
      { slot: 1, size: 300 },
    ];
    expect(await refused({ '1/6': () => ({ images: [{ image: 0, slots }] }) })).toEqual([
      'IMAGE_INVALID_IMAGE_TOO_LARGE',
    ]);
  });

  test('in a window that another holds, its token is asked for', async () => {
    const { device, client } = await inWindow();
    const stranger = device.client();
    expect((await judge(stranger, second)).waits).toEqual([expect.stringContaining('--token')]);
    stranger.token = client.token;
    expect((await judge(stranger, second)).waits).toEqual([]);
  });

  test('what is insisted on in a window that is nobody’s waits for a token', async () => {
    const device = await SimDevice.boot({ image: first });
    await device.client().openWindow({ shared: true });
    const asks = device.client();
    expect((await judge(asks, second)).waits).toEqual([]);
    expect((await judge(asks, second, { forced: true })).waits).toEqual([expect.stringContaining('--token')]);
    asks.token = (await asks.status()).token;
    expect((await judge(asks, second, { forced: true })).waits).toEqual([]);
    await asks.force(imageOf(second).hash);
  });

  test('what was reverted stays so, also if it was insisted on since and then given up before it ran', async () => {
    const { device, client } = await inWindow();
    await stage(client, imageOf(second));
    await mark(client, imageOf(second).hash);
    await closeAndActivate(client);
    await device.reboot();
    const again = device.client();
    await again.openWindow();
    await again.force(imageOf(second).hash);
    await stage(again, imageOf(second));
    await mark(again, imageOf(second).hash);
    await again.revert();
    expect((await again.history()).map(({ outcome }) => outcome)).toEqual(['withdrawn', 'reverted-by-reset']);
    await again.closeWindow();
    expect(await names(second, device)).toEqual(['REVERTED_BEFORE']);
  });

  test('a device whose burned block is damaged takes nothing', async () => {
    const device = await SimDevice.boot({ image: first });
    device.burned[20] = (device.burned[20] ?? 0) ^ 1;
    await device.reboot();
    expect(await names(second, device)).toContain('BURNED_BLOCK');
  });
});
