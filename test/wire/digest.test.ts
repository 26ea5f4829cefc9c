/** A digest over a nonce and what a slot holds: what devices answer, of every build, and what they refuse. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type BuildName, GROUP, HOLDFAST, IMAGE, NONCE_BYTES } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import type { Device } from '../../host/serial/device.ts';
import { push, stage } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';
import { RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 60, nameLetters: 20 });
const imageOf = (bytes: Uint8Array) => ({ bytes, hash: parseImage(bytes).digest });
const NONCE = Uint8Array.from({ length: NONCE_BYTES }, (_, i) => 7 * i);
const BUILDS: readonly BuildName[] = ['device-4k', 'device-16k', 'device-64k', 'device'];

async function opened(build: BuildName = 'device') {
  const device = await SimDevice.boot({ image: first, build });
  const client = device.client();
  await client.openWindow();
  const slotBytes = device.flash.geometry.areaBytes[0] ?? 0;
  /** What flash holds of a slot now, as a digest. */
  const wanted = (slot: number, from: number, bytes: number, nonce = NONCE) =>
    createHash('sha256')
      .update(nonce)
      .update(device.content.subarray(slot * slotBytes + from, slot * slotBytes + from + bytes))
      .digest();
  const flip = (at: number) => {
    device.content[at] = (device.content[at] ?? 0) ^ 1;
  };
  return { device, client, slotBytes, wanted, flip };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.each(BUILDS)('%s', (build) => {
  test('is SHA-256 over the nonce, then the bytes, of any place and length', async () => {
    const { client, slotBytes, wanted } = await opened(build);
    const random = new Random(seedFor('digests', 5));
    const places = [
      ...[0, 1, 31, 32, 39, 40, 47, 48, 255, 256, 257, 303, 304, 511, 512, 513, 4096].map((bytes) => [
        0,
        bytes,
      ]),
      ...[
        [3, 1000],
        [slotBytes - 1, 1],
        [slotBytes - 777, 777],
        [0, slotBytes],
      ],
      ...Array.from({ length: 40 }, () => [random.below(slotBytes / 2), 1 + random.below(5000)]),
    ];
    for (const [from = 0, bytes = 0] of places.filter(([, count]) => count !== 0)) {
      for (const slot of [0, 1]) {
        const digest = await client.digest(slot, from, bytes, NONCE);
        expect(hex(digest), `${bytes} bytes at ${from} of slot ${slot}`).toBe(hex(wanted(slot, from, bytes)));
      }
    }
  });

  test('is over another nonce another one', async () => {
    const { client, wanted } = await opened(build);
    for (let bit = 0; bit < 8 * NONCE_BYTES; bit += 13) {
      const nonce = NONCE.slice();
      nonce[bit >> 3] = (nonce[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const digest = await client.digest(0, 0, 300, nonce);
      expect(hex(digest)).toBe(hex(wanted(0, 0, 300, nonce)));
      expect(hex(digest)).not.toBe(hex(wanted(0, 0, 300)));
    }
  });

  test('flash is read for each one: what changed since is in it, of the running edition too', async () => {
    const { client, slotBytes, wanted, flip } = await opened(build);
    const before = await client.digest(0, 0, first.length, NONCE);
    for (const at of [0, first.length - 1, 40]) {
      flip(at);
      const digest = await client.digest(0, 0, first.length, NONCE);
      expect(hex(digest)).toBe(hex(wanted(0, 0, first.length)));
      expect(hex(digest)).not.toBe(hex(before));
      flip(at);
    }
    expect(hex(await client.digest(0, 0, first.length, NONCE))).toBe(hex(before));
    flip(slotBytes + 9);
    expect(hex(await client.digest(1, 0, 10, NONCE))).toBe(hex(wanted(1, 0, 10)));
  });
});

describe('refused', () => {
  const place = { slot: 0, off: 0, len: 100, nonce: NONCE };

  test.each([
    ['without a nonce', { nonce: undefined }],
    ['a nonce that is short', { nonce: NONCE.subarray(1) }],
    ['a nonce that is long', { nonce: new Uint8Array(NONCE_BYTES + 1) }],
    ['a nonce that is a text', { nonce: 'x'.repeat(NONCE_BYTES) }],
    ['a nonce that is a number', { nonce: 5 }],
    ['without a slot', { slot: undefined }],
    ['a slot that is none', { slot: 2 }],
    ['a slot of 64 bits', { slot: 2 ** 32 }],
    ['without an offset', { off: undefined }],
    ['an offset before the slot', { off: -1 }],
    ['an offset behind the slot', { off: 2 ** 31 }],
    ['an offset of 64 bits', { off: 2 ** 32 }],
    ['without a length', { len: undefined }],
    ['no bytes', { len: 0 }],
    ['more bytes than the slot has', { len: 2 ** 31 }],
    ['bytes whose end wraps', { off: 100, len: 2 ** 32 - 50 }],
    ['a length of 64 bits', { len: 2 ** 32 }],
    ['a length that is a text', { len: '100' }],
  ])('%s', async (_name, change) => {
    const { device, client } = await opened();
    const raw = new RawClient(device, { version: 2 });
    const fields = Object.fromEntries(
      Object.entries({ ...place, ...change, token: client.token ?? 0 }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    expect(await raw.write(GROUP.holdfast, HOLDFAST.digest, fields)).toEqual({ rc: 3 });
  });

  test('a byte beyond the end of the slot, and not the last one', async () => {
    const { device, client, slotBytes } = await opened();
    const raw = new RawClient(device, { version: 2 });
    const fields = { ...place, off: slotBytes - 5, token: client.token ?? 0 };
    expect(await raw.write(GROUP.holdfast, HOLDFAST.digest, { ...fields, len: 6 })).toEqual({ rc: 3 });
    expect(await raw.write(GROUP.holdfast, HOLDFAST.digest, { ...fields, off: slotBytes, len: 1 })).toEqual({
      rc: 3,
    });
    expect(await raw.write(GROUP.holdfast, HOLDFAST.digest, { ...fields, len: 5 })).toMatchObject({
      off: slotBytes - 5,
    });
  });

  test('a read of this command is none', async () => {
    const { device } = await opened();
    const raw = new RawClient(device, { version: 2 });
    expect(await raw.read(GROUP.holdfast, HOLDFAST.digest, place)).toEqual({ rc: 8 });
  });

  test.each([
    ['in RUN', async (client: Device) => client.closeWindow(), 'NO_WINDOW'],
    [
      'under another token',
      async (client: Device) => {
        client.token = (client.token ?? 0) + 1;
      },
      'TOKEN_STALE',
    ],
    [
      'without a token',
      async (client: Device) => {
        client.token = null;
      },
      'TOKEN_MISSING',
    ],
  ] as const)('%s', async (_name, prepare, code) => {
    const { client } = await opened();
    await prepare(client);
    await expect(client.digest(0, 0, 10, NONCE)).rejects.toMatchObject({ code });
  });

  test('in a window that is shared it needs no token', async () => {
    const { device, client, wanted } = await opened();
    await client.closeWindow();
    await client.openWindow({ shared: true });
    client.token = null;
    expect(hex(await client.digest(0, 0, 10, NONCE))).toBe(hex(wanted(0, 0, 10)));
    const raw = new RawClient(device, { version: 1 });
    expect(await raw.write(GROUP.holdfast, HOLDFAST.digest, { ...place, len: 10 })).toMatchObject({
      off: 0,
      rc: 0,
    });
  });

  test('flash that cannot be read: FLASH_FAILED, and the next one is whole', async () => {
    const { device, client, wanted } = await opened();
    const read = device.flash.read.bind(device.flash);
    let left = 3;
    device.flash.read = (area, offset, destination) =>
      left-- === 0 ? false : read(area, offset, destination);
    await expect(client.digest(0, 0, 2000, NONCE)).rejects.toMatchObject({ code: 'FLASH_FAILED' });
    expect(hex(await client.digest(0, 0, 2000, NONCE))).toBe(hex(wanted(0, 0, 2000)));
  });
});

describe('beside other work', () => {
  test('in the middle of an upload: the digest of the edition is worked out at its end, and is right', async () => {
    const { client, wanted } = await opened();
    const session = createHash('sha256').update(second).digest();
    for (let offset = 0; offset < second.length; offset += 700) {
      const data = second.subarray(offset, offset + 700);
      const begin = offset === 0 ? { begin: { imageBytes: second.length, hash: session } } : {};
      expect(await client.uploadPiece({ offset, data, ...begin }, 2500)).toBe(offset + data.length);
      const done = offset - (offset % 256);
      if (done > 0) expect(hex(await client.digest(1, 0, done, NONCE))).toBe(hex(wanted(1, 0, done)));
    }
    const slots = await client.test(parseImage(second).digest);
    expect(slots.find(({ pending }) => pending)).toMatchObject({ slot: 1, version: '0.0.0.2' });
  });

  test('it writes nothing, and changes nothing that is known of editions', async () => {
    const { device, client } = await opened();
    await stage(client, imageOf(second));
    const [operations, images] = [device.operations, await client.images()];
    await client.digest(1, 0, second.length, NONCE);
    await client.digest(0, 0, first.length, NONCE);
    expect(device.operations).toBe(operations);
    expect(await client.images()).toEqual(images);
    expect(await push(client, imageOf(second))).toMatchObject({ result: 'pending', there: true });
  });

  test('the machine moves in the middle: refused, and the edition that runs answers at once', async () => {
    const { device, client, wanted } = await opened();
    const read = device.flash.read.bind(device.flash);
    let left = 20;
    device.flash.read = (area, offset, destination) => {
      if (left-- === 0) device.parked = false;
      return read(area, offset, destination);
    };
    await expect(client.digest(0, 0, 60_000, NONCE)).rejects.toMatchObject({ code: 'NOT_PARKED' });
    expect(device.mode()).toBe(0);
    expect(device.core.verdict(device.core.check(0, 500), 500).limit).toBe(80);
    device.parked = true;
    await client.openWindow();
    expect(hex(await client.digest(0, 0, 60_000, NONCE))).toBe(hex(wanted(0, 0, 60_000)));
  });

  test('power goes in the middle: the next window answers as if nothing had been', async () => {
    const { device, client, wanted } = await opened();
    const read = device.flash.read.bind(device.flash);
    let left = 20;
    device.flash.read = (area, offset, destination) => {
      if (left-- === 0) device.losePower();
      return read(area, offset, destination);
    };
    await expect(client.digest(0, 0, 60_000, NONCE)).rejects.toMatchObject({ code: 'NO_ANSWER' });
    await device.reboot();
    expect(device.bootReason).toBe(0);
    await client.openWindow();
    expect(hex(await client.digest(0, 0, 60_000, NONCE))).toBe(hex(wanted(0, 0, 60_000)));
  });

  test('requests that come meanwhile wait, and are answered in their order', async () => {
    const { device, client, wanted } = await opened();
    const answers: string[] = [];
    const both = [
      client.digest(0, 0, 50_000, NONCE).then((digest) => answers.push(hex(digest))),
      client.echo('after').then((text) => answers.push(text)),
    ];
    await Promise.all(both);
    expect(answers).toEqual([hex(wanted(0, 0, 50_000)), 'after']);
    expect(await new RawClient(device, { version: 2 }).read(GROUP.image, IMAGE.state)).toMatchObject({
      splitStatus: 0,
    });
  });
});
