/** The life of editions on a device: windows, tokens, trial, confirm, revert, refusals. */

import { describe, expect, test } from 'vitest';
import { STATE_OF } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { push } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });
const config = { checksToConfirm: 50, trialTicks: 5000, leaseTicks: 10_000 };
const PLACE = 500;

function imageOf(bytes: Uint8Array) {
  return { bytes, hash: parseImage(bytes).digest };
}

function limitAt(device: SimDevice): number | null {
  return device.core.verdict(device.core.check(0, PLACE), PLACE).limit;
}

function stateAt(device: SimDevice): string {
  return device.core.verdict(device.core.check(0, PLACE), PLACE).state;
}

/** A device on trial with the second edition. */
async function onTrial(): Promise<SimDevice> {
  const device = await SimDevice.boot({ image: first, config });
  const client = device.client();
  await client.openWindow();
  await push(client, imageOf(second));
  device.checksASlice = 0;
  await client.closeWindow();
  expect(device.epoch()).toBe(2);
  expect(device.core.stateOf(STATE_OF.onTrial)).toBe(1);
  return device;
}

describe('an update', () => {
  test('is pushed, answers on trial, and is confirmed after enough checks', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    expect(limitAt(device)).toBe(80);
    await client.openWindow();
    expect(stateAt(device)).toBe('maintenance');
    await push(client, imageOf(second));
    expect(
      (await client.images()).map(({ slot, active, pending, confirmed }) => ({
        slot,
        active,
        pending,
        confirmed,
      })),
    ).toEqual([
      { slot: 0, active: true, pending: false, confirmed: true },
      { slot: 1, active: false, pending: true, confirmed: false },
    ]);
    device.checksASlice = 0;
    await client.closeWindow();
    expect(limitAt(device)).toBe(40);
    await client.openWindow();
    await expect(client.confirm()).rejects.toMatchObject({ code: 'TOO_FEW_CHECKS', exitCode: 1 });
    await client.closeWindow();
    device.checksASlice = 1;
    await device.run(60);
    await client.openWindow();
    await client.confirm();
    await client.closeWindow();
    expect(await client.outcome()).toMatchObject({ outcome: 'confirmed', epoch: 2 });
    await device.reboot();
    expect(limitAt(device)).toBe(40);
    expect(await client.status()).toMatchObject({ epoch: 2, trial: false, stage: 'none' });
  });

  test('of the running edition again succeeds and writes nothing', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    await client.openWindow();
    const before = device.operations;
    expect(await push(client, imageOf(first))).toMatchObject({ result: 'already-running' });
    const { hash } = imageOf(first);
    const data = first.subarray(0, 64);
    const wanted = await client.uploadPiece(
      { offset: 0, data, begin: { imageBytes: first.length, hash } },
      100,
    );
    expect(wanted).toBe(first.length);
    expect(await client.test(hash)).toHaveLength(1);
    expect(device.operations).toBe(before);
  });

  test('goes into an empty device, when nothing is confirmed', async () => {
    const device = await SimDevice.boot({ image: null, burnedFrom: first, config });
    const client = device.client();
    expect(await client.status()).toMatchObject({ epoch: 0, reason: 60 });
    expect(stateAt(device)).toBe('fault');
    await client.openWindow();
    expect(stateAt(device)).toBe('fault');
    await push(client, imageOf(first));
    await client.closeWindow();
    await device.run(100);
    expect(limitAt(device)).toBe(80);
    await client.openWindow();
    await client.confirm();
    await client.closeWindow();
    expect(await client.status()).toMatchObject({ epoch: 1, trial: false, reason: 0 });
  });

  test('follows another: the slots change places', async () => {
    const device = await onTrial();
    const client = device.client();
    device.checksASlice = 1;
    await device.run(60);
    await client.openWindow();
    await client.confirm();
    const third = await compileEdition({
      epoch: 3,
      replaces: `2@${Buffer.from(imageOf(second).hash).toString('hex').slice(0, 7)}`,
      limit: 30,
    });
    await push(client, imageOf(third));
    await client.closeWindow();
    expect(limitAt(device)).toBe(30);
    await device.reboot();
    expect(limitAt(device)).toBe(40);
    expect(await client.outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: 3 });
  });
});

describe('a trial', () => {
  test('that is reset reverts', async () => {
    const device = await onTrial();
    await device.reboot();
    expect(limitAt(device)).toBe(80);
    expect(await device.client().status()).toMatchObject({ epoch: 1, trial: false });
    expect(await device.client().outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: 2 });
  });

  test('is given up on request', async () => {
    const device = await onTrial();
    const client = device.client();
    await client.openWindow();
    await client.revert();
    expect(stateAt(device)).toBe('maintenance');
    await client.closeWindow();
    expect(limitAt(device)).toBe(80);
    expect(await client.outcome()).toMatchObject({ outcome: 'reverted-on-request', epoch: 2 });
    await client.openWindow();
    await expect(client.revert()).rejects.toMatchObject({ code: 'NOTHING_ON_TRIAL' });
  });

  test('that is overdue answers FAULT, and goes back only when the machine is parked', async () => {
    const device = await onTrial();
    device.parked = false;
    await device.run(60, 100);
    expect(stateAt(device)).toBe('fault');
    expect(await device.client().status()).toMatchObject({ reason: 63, trial: true });
    device.parked = true;
    await device.run(100);
    expect(limitAt(device)).toBe(80);
    expect(await device.client().outcome()).toMatchObject({ outcome: 'reverted-overdue' });
  });

  test('lets nothing be written', async () => {
    const device = await onTrial();
    const client = device.client();
    const third = await compileEdition({ epoch: 3, replaces: '2', limit: 30 });
    await client.openWindow();
    await expect(push(client, imageOf(third))).rejects.toMatchObject({ code: 'NOT_ALLOWED_ON_TRIAL' });
  });
});

describe('a pending edition', () => {
  async function pending(): Promise<SimDevice> {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    await client.openWindow();
    await push(client, imageOf(second));
    return device;
  }

  test('is activated by a reset that is asked for in its window, as with MCUboot', async () => {
    const device = await pending();
    const client = device.client();
    client.token = (await client.status()).token;
    await device.askReset(client);
    expect(device.resets).toBe(1);
    expect(limitAt(device)).toBe(40);
    expect(device.core.stateOf(STATE_OF.onTrial)).toBe(1);
    await device.reboot();
    expect(limitAt(device)).toBe(80);
  });

  test.each([
    ['the end of its lease', (device: SimDevice) => device.run(1100, 10)],
    ['a power cut or a watchdog', (device: SimDevice) => device.reboot()],
    ['two of them', (device: SimDevice) => device.reboot().then(() => device.reboot())],
    ['a close that does not ask for it', close],
    ['a reset asked for in another window', resetInAnother],
  ])('is not activated by %s', async (_, happens) => {
    const device = await pending();
    await happens(device);
    await device.run(100);
    expect(device.mode()).toBe(0);
    expect(limitAt(device)).toBe(80);
    expect(await device.client().status()).toMatchObject({ stage: 'pending', epoch: 1, trial: false });
    // And it is there to be marked anew.
    await markAndClose(device);
    expect(limitAt(device)).toBe(40);
  });

  async function close(device: SimDevice): Promise<void> {
    const client = device.client();
    client.token = (await client.status()).token;
    await client.closeWindow({ activate: false });
  }

  async function resetInAnother(device: SimDevice): Promise<void> {
    await close(device);
    const client = device.client();
    await client.openWindow();
    await device.askReset(client);
    expect(device.resets).toBe(1);
  }

  /** Marked in one window and closed in another with activation: that is not the lease under which it was marked. */
  test('is activated only by the lease that marked it', async () => {
    const device = await pending();
    await close(device);
    const client = device.client();
    await client.openWindow();
    await client.closeWindow();
    expect(limitAt(device)).toBe(80);
    expect(await client.status()).toMatchObject({ stage: 'pending' });
  });

  test('marked again under the same lease writes nothing; under another one record', async () => {
    const device = await pending();
    const client = device.client();
    client.token = (await client.status()).token;
    const before = device.operations;
    await client.test(imageOf(second).hash);
    expect(device.operations).toBe(before);
    await client.closeWindow({ activate: false });
    await client.openWindow();
    const opened = device.operations;
    await client.test(imageOf(second).hash);
    expect(device.operations).toBe(opened + 2);
  });

  async function markAndClose(device: SimDevice): Promise<void> {
    const client = device.client();
    await client.openWindow();
    await client.test(imageOf(second).hash);
    await client.closeWindow();
  }

  test('armed by a reset of a machine that moves then: the old edition answers, and it goes on once parked', async () => {
    const device = await pending();
    const client = device.client();
    client.token = (await client.status()).token;
    // The safe input is lost between the reset and the start.
    const reboot = device.reboot.bind(device);
    device.reboot = () => {
      device.parked = false;
      return reboot();
    };
    await device.askReset(client);
    expect(device.resets).toBe(1);
    await device.run(300);
    expect(limitAt(device)).toBe(80);
    expect(await device.client().status()).toMatchObject({ stage: 'armed', epoch: 1, trial: false });
    await device.reboot();
    expect(limitAt(device)).toBe(80);
    device.parked = true;
    await device.run(300);
    expect(limitAt(device)).toBe(40);
    expect(await device.client().status()).toMatchObject({ stage: 'trial', trial: true });
  });

  test('is not activated under a moving machine: a lost safe input ends the window and the old edition answers', async () => {
    const device = await pending();
    device.parked = false;
    await device.run(2000);
    expect(device.mode()).toBe(0);
    expect(limitAt(device)).toBe(80);
    expect(await device.client().status()).toMatchObject({ stage: 'pending', epoch: 1 });
    device.parked = true;
    await device.run(100);
    expect(limitAt(device)).toBe(80);
    await markAndClose(device);
    expect(limitAt(device)).toBe(40);
  });

  test('is not overwritten, and can be given up', async () => {
    const device = await pending();
    const client = device.client();
    const other = await compileEdition({ epoch: 5, replaces: '1', limit: 30 });
    client.token = (await client.status()).token;
    await expect(push(client, imageOf(other))).rejects.toMatchObject({ code: 'PENDING' });
    await client.revert();
    await push(client, imageOf(other));
    await client.closeWindow();
    expect(limitAt(device)).toBe(30);
  });

  test('damaged in flash before a reset is refused, and the old edition runs', async () => {
    const device = await pending();
    device.content[262_144 + 100] = (device.content[262_144 + 100] ?? 0) ^ 4;
    const client = device.client();
    client.token = (await client.status()).token;
    await device.askReset(client);
    expect(limitAt(device)).toBe(80);
    expect(await device.client().outcome()).toMatchObject({
      outcome: 'refused-at-activation',
      reason: 16,
      epoch: 2,
    });
  });
});

describe('refused', () => {
  test.each([
    ['an epoch that is not above the confirmed one', { epoch: 1, limit: 7 }, 'EPOCH_STALE'],
    [
      'an edition that does not replace the running one',
      { epoch: 9, replaces: '8', limit: 7 },
      'REPLACES_OTHER',
    ],
    ['the right epoch with another hash', { epoch: 9, replaces: '1@000000', limit: 7 }, 'REPLACES_OTHER'],
    ['an edition of another map', { map: 'other', epoch: 9, replaces: '1', limit: 7 }, 'MAP_ID'],
    ['an edition for another device', { device: 'crane', epoch: 9, replaces: '1', limit: 7 }, 'DEVICE_CLASS'],
  ])('%s', async (_, text, code) => {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    await client.openWindow();
    await expect(push(client, imageOf(await compileEdition(text)))).rejects.toMatchObject({
      code,
      exitCode: 1,
    });
    expect(await client.images()).toHaveLength(1);
    await client.closeWindow();
    expect(limitAt(device)).toBe(80);
  });

  test('an edition that costs more steps than the burned budget', async () => {
    const small = await compileEdition({ epoch: 1, limit: 80 });
    const large = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 500 });
    const device = await SimDevice.boot({ image: small, config: { ...config, budgetLimit: 5 } });
    const client = device.client();
    await client.openWindow();
    await expect(push(client, imageOf(large))).rejects.toMatchObject({ code: 'OVER_BUDGET' });
  });

  test('every write outside a window, with no flash operation at all', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    const before = { ...device.flash.counters, reads: 0 };
    const { hash } = imageOf(second);
    const begin = { imageBytes: second.length, hash };
    for (const token of [null, 0, 1, 77]) {
      client.token = token;
      await expect(
        client.uploadPiece({ offset: 0, data: second.subarray(0, 100), begin }, 100),
      ).rejects.toMatchObject({ code: 'NO_WINDOW' });
      await expect(
        client.uploadPiece({ offset: 64, data: second.subarray(64, 100) }, 100),
      ).rejects.toMatchObject({ code: 'NO_WINDOW' });
      await expect(client.test(hash)).rejects.toMatchObject({ code: 'NO_WINDOW' });
      await expect(client.confirm()).rejects.toMatchObject({ code: 'NO_WINDOW' });
      await expect(client.revert()).rejects.toMatchObject({ code: 'NO_WINDOW' });
      await expect(client.reset()).rejects.toMatchObject({ code: 'NO_WINDOW' });
      await expect(client.closeWindow()).rejects.toMatchObject({ code: 'NO_WINDOW' });
    }
    expect({ ...device.flash.counters, reads: 0 }).toEqual(before);
    expect(device.operations).toBe(0);
    expect(device.resets).toBe(0);
  });

  test('a window while the machine is not parked', async () => {
    const device = await SimDevice.boot({ image: first, config });
    device.parked = false;
    await expect(device.client().openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
    expect(device.operations).toBe(0);
  });
});

describe('tokens', () => {
  test('rise, across resets too; an older one and a missing one are refused', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    const tokens = [];
    for (let round = 0; round < 40; round++) {
      tokens.push((await client.openWindow()).token);
      await client.closeWindow();
      if (round % 3 === 0) await device.reboot();
    }
    expect(tokens).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    await client.openWindow();
    client.token = 40;
    await expect(client.revert()).rejects.toMatchObject({ code: 'TOKEN_STALE' });
    client.token = null;
    await expect(client.revert()).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
    await expect(device.client().openWindow()).rejects.toMatchObject({ code: 'WINDOW_HELD' });
  });

  test('a shared lease takes writes without one', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const client = device.client();
    await client.openWindow({ shared: true });
    client.token = null;
    await push(client, imageOf(second));
    client.token = 12;
    await expect(client.revert()).rejects.toMatchObject({ code: 'TOKEN_STALE' });
  });

  test('the policy on-safe-input opens a shared window by itself, once each time the machine parks', async () => {
    const device = await SimDevice.boot({
      image: first,
      config: { ...config, windowPolicy: 'on-safe-input' },
    });
    await device.run(3);
    const client = device.client();
    expect(await client.status()).toMatchObject({ mode: 'window', shared: true, token: 1 });
    await client.closeWindow();
    await device.run(10);
    expect(device.mode()).toBe(0);
    device.parked = false;
    await device.run(3);
    device.parked = true;
    await device.run(3);
    expect(await client.status()).toMatchObject({ mode: 'window', token: 2 });
  });

  test('who opens a window with a token takes the place of one that opened by itself; its guest is told, and done', async () => {
    const device = await SimDevice.boot({
      image: first,
      config: { ...config, windowPolicy: 'on-safe-input' },
    });
    await device.run(3);
    // One line: who speaks last is who listens.
    const by = (token: number | null) => {
      const client = device.client();
      client.token = token;
      return client;
    };
    const image = imageOf(second);
    const begin = { imageBytes: image.bytes.length, hash: image.hash };
    await by(null).uploadPiece({ offset: 0, data: image.bytes.subarray(0, 200), begin }, 1000);
    const { token } = await by(null).openWindow({ ticks: 50 });
    expect(await by(token).status()).toMatchObject({ mode: 'window', shared: false, token });
    await expect(push(by(null), image)).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
    await expect(push(by(token - 1), image)).rejects.toMatchObject({ code: 'TOKEN_STALE' });
    expect(await push(by(token), image)).toMatchObject({ result: 'pending' });
    // It is a lease like others: it is not replaced in turn, neither by one that is shared nor by one with a token.
    for (const shared of [true, false])
      await expect(by(null).openWindow({ shared })).rejects.toMatchObject({ code: 'WINDOW_HELD' });
    device.tick += 51;
    await device.run(50);
    // It ends by its own ticks, with nothing activated; and none opens by itself before the machine moved.
    expect(await by(null).status()).toMatchObject({ mode: 'run', stage: 'pending', epoch: 1 });
  });
});

describe('a flip in RAM', () => {
  test('after admission is found within a pass of the background check and answered with FAULT; a window loads the map again', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const residentBytes = new DataView(first.buffer, first.byteOffset + 32).getUint32(20, true);
    // Two passes at worst: the flip may come just behind the scan.
    const slices = 2 * (Math.ceil((residentBytes + 512) / 48) + 4);
    const arena = device.core.arena();
    for (const at of [0, 5, 9, 100, residentBytes - 1]) {
      arena[at] = (arena[at] ?? 0) ^ 0x10;
      device.parked = false;
      await device.run(slices);
      expect(stateAt(device), `byte ${at}`).toBe('fault');
      const client = device.client();
      expect(await client.status()).toMatchObject({ reason: 62 });
      device.parked = true;
      await client.openWindow();
      await client.closeWindow();
      expect(limitAt(device)).toBe(80);
    }
  });
});
