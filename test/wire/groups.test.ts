/** What a device says of itself to clients that know nothing of it: its groups, its bootloader, and why it refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requireTakenBy } from '../../host/cli/common/pushing.ts';
import {
  BODY_VERSION_2,
  BUILD_LIMITS,
  GROUP,
  HOLDFAST,
  IMAGE,
  IMAGE_ERROR,
  OS,
  REFUSALS,
} from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { describeRefusal } from '../../host/refusals/refusals.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { compileEdition } from '../support/editions.ts';
import { FakeDevice, type Script } from '../support/fake-device.ts';
import { honestDevice } from '../support/hostile-line.ts';
import { RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

/** A device whose core takes another version of bodies. */
const first = await compileEdition({ epoch: 3, limit: 80 });
const old = await compileEdition({ epoch: 2, limit: 40 });
const { map, device: deviceClass } = parseImage(first).identity;
/** One that takes this map, by an earlier core. */
const OLDER: Script = {
  '78/0': () => ({
    ...honestDevice(new Uint8Array(0), new Uint8Array(32))['78/0']?.(new Map()),
    ...{ map, device: deviceClass },
    ...{ body: 1, layouts: 2 },
  }),
};
const [COUNT, LIST, SINGLE, DETAILS] = [0, 1, 2, 3];
const ENUMERATION = GROUP.enumeration;

async function client(version: 1 | 2 = 2): Promise<RawClient> {
  return new RawClient(await SimDevice.boot({ image: first }), { version });
}

const ALL = [
  { group: 0, name: 'os mgmt', handlers: 9 },
  { group: 1, name: 'img mgmt', handlers: 7 },
  { group: 10, name: 'enum mgmt', handlers: 4 },
  { group: 78, name: 'holdfast', handlers: Math.max(...Object.values(HOLDFAST)) + 1 },
];

describe('enumeration', () => {
  test('count, list, and each by its index, the last with `end`', async () => {
    const asked = await client();
    expect(await asked.read(ENUMERATION, COUNT)).toEqual({ count: 4 });
    expect(await asked.read(ENUMERATION, LIST)).toEqual({ groups: [0, 1, 10, 78] });
    expect(await asked.read(ENUMERATION, SINGLE)).toEqual({ group: 0 });
    for (const [index, { group }] of ALL.entries()) {
      const end = index === ALL.length - 1 ? { end: true } : {};
      expect(await asked.read(ENUMERATION, SINGLE, { index })).toEqual({ group, ...end });
    }
  });

  test.each([
    [{ index: 4 }, { err: { group: 10, rc: 4 } }],
    [{ index: 65_535 }, { err: { group: 10, rc: 4 } }],
    [{ index: 65_536 }, { rc: 3 }],
    [{ index: -1 }, { rc: 3 }],
    [{ index: '0' }, { rc: 3 }],
  ])('an index that is none: %o', async (fields, answer) => {
    expect(await (await client()).read(ENUMERATION, SINGLE, fields)).toEqual(answer);
  });

  test.each([
    ['a0', [0, 1, 10, 78]],
    // {groups: []}, {groups: [1, 78]}, {groups: [78, 78, 65535, 7]}
    ['a16667726f75707380', [0, 1, 10, 78]],
    ['a16667726f7570738201184e', [1, 78]],
    ['a16667726f75707384184e184e19ffff07', [78]],
    ['a16667726f7570738107', []],
  ])('details asked with %s', async (hex, groups) => {
    const answer = await (await client()).readRaw(ENUMERATION, DETAILS, Buffer.from(hex, 'hex'));
    expect(answer).toEqual({ groups: ALL.filter(({ group }) => groups.includes(group)) });
  });

  test.each([
    // {groups: 1}, {groups: ["a"]}, {groups: [[1]]}, {groups: {1: 1}}, {groups: [1, nothing]}, {groups: [_ 1]}, {groups: [2^32]}
    'a16667726f757073811b0000000100000000',
    'a16667726f75707301',
    'a16667726f757073816161',
    'a16667726f7570738181' + '01',
    'a16667726f757073a10101',
    'a16667726f757073' + '8201',
    'a16667726f7570739f01ff',
  ])('details asked with %s, which is no list of numbers', async (hex) => {
    expect(await (await client()).readRaw(ENUMERATION, DETAILS, Buffer.from(hex, 'hex'))).toEqual({ rc: 3 });
  });

  test('it is read only, and there are four commands', async () => {
    const asked = await client();
    expect(await asked.write(ENUMERATION, COUNT)).toEqual({ rc: 8 });
    expect(await asked.read(ENUMERATION, 4)).toEqual({ rc: 8 });
    expect(await (await client(1)).read(ENUMERATION, SINGLE, { index: 9 })).toEqual({ rc: 1 });
  });
});

describe('the bootloader', () => {
  test('is Holdfast, and nothing more is known of it', async () => {
    const asked = await client();
    expect(await asked.read(GROUP.os, OS.bootloader)).toEqual({ bootloader: 'Holdfast' });
    expect(await asked.read(GROUP.os, OS.bootloader, { query: 'mode' })).toEqual({
      err: { group: 0, rc: 3 },
    });
    expect(await asked.read(GROUP.os, OS.bootloader, { query: 1 })).toEqual({ rc: 3 });
    expect(await asked.write(GROUP.os, OS.bootloader)).toEqual({ rc: 8 });
    expect(await (await client(1)).read(GROUP.os, OS.bootloader, { query: 'mode' })).toEqual({ rc: 5 });
  });
});

describe('who are you', () => {
  test('the core tells its version, its arena and the bodies that it takes', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const device = await SimDevice.boot({ image: first });
    expect(await device.client().status()).toMatchObject({
      ...{
        core: version,
        arena: BUILD_LIMITS.device.arenaBytes,
        body: BODY_VERSION_2,
        layouts: BUILD_LIMITS.device.layoutsAdmitted,
      },
    });
  });

  test('an edition that it does not take is not sent', async () => {
    const device = await SimDevice.boot({ image: first });
    const running = { bytes: first, hash: parseImage(first).digest };
    expect(await requireTakenBy(device.client(), running)).toBe(true);
    expect(await requireTakenBy(device.client(), { ...running, hash: new Uint8Array(32) })).toBe(false);
    const older = new Device(
      new SmpClient(new FakeDevice(device, OLDER), { clock: device.clock, firstSequence: 1 }),
    );
    await expect(requireTakenBy(older, running)).rejects.toMatchObject({
      code: 'BODY_NOT_TAKEN',
      exitCode: 1,
    });
  });
});

describe('why', () => {
  test('nothing was refused yet', async () => {
    expect(await (await client()).read(GROUP.holdfast, HOLDFAST.why)).toEqual({
      group: 0,
      id: 0,
      seq: 0,
      code: 0,
    });
  });

  test('it tells the request and the exact code, until something else is refused', async () => {
    const device = await SimDevice.boot({ image: first });
    const asked = new RawClient(device, { version: 2, firstSequence: 40 });
    expect(await asked.write(GROUP.image, IMAGE.erase)).toEqual({ rc: 11 });
    const why = { group: 1, id: 5, seq: 40, code: 1 };
    expect(await asked.read(GROUP.holdfast, HOLDFAST.why)).toEqual(why);
    await asked.read(GROUP.image, IMAGE.state);
    expect(await asked.read(GROUP.holdfast, HOLDFAST.why)).toEqual(why);
    expect(await asked.write(GROUP.holdfast, HOLDFAST.revert)).toEqual({ err: { group: 78, rc: 1 } });
    expect(await asked.read(GROUP.holdfast, HOLDFAST.why)).toMatchObject({ group: 78, id: 6, code: 1 });
  });

  test('after an error that a standard code says all of, it tells that request and no other code', async () => {
    const device = await SimDevice.boot({ image: first });
    const asked = new RawClient(device, { version: 2, firstSequence: 40 });
    expect(await asked.write(GROUP.image, IMAGE.erase)).toEqual({ rc: 11 });
    expect(await asked.read(GROUP.os, 99)).toEqual({ rc: 8 });
    const why = await asked.read(GROUP.holdfast, HOLDFAST.why);
    expect(why).toEqual({ group: 0, id: 99, seq: 41, code: 0 });
    await asked.write(GROUP.holdfast, HOLDFAST.open, { shared: true });
    await asked.write(GROUP.image, IMAGE.state, { hash: Buffer.alloc(32, 9) });
    expect(await asked.read(GROUP.holdfast, HOLDFAST.why)).toEqual({ group: 1, id: 0, seq: 44, code: 0 });
  });

  test.each([
    ['an edition that is not there', IMAGE.state, { hash: Buffer.alloc(32, 9) }, 1, 'hash not found'],
    ['one to confirm', IMAGE.state, { hash: Buffer.alloc(32, 9), confirm: true }, 1, 'hash not found'],
    ['the slot that answers', IMAGE.erase, { slot: 0 }, 6, 'no free slot'],
    ['a slot that is none', IMAGE.erase, { slot: 9 }, 1, 'flash open failed'],
    ['a hash of 31 bytes', IMAGE.state, { hash: Buffer.alloc(31, 9) }, 3, 'invalid hash'],
  ])('version 1 has words for a code of group 1: %s', async (_, id, fields, rc, rsn) => {
    const asked = await client(1);
    await asked.write(GROUP.holdfast, HOLDFAST.open, { shared: true });
    expect(await asked.write(GROUP.image, id, fields)).toEqual({ rc, rsn });
  });

  test('our client asks it and speaks in words', async () => {
    const device = await SimDevice.boot({ image: first });
    const ours = device.client();
    await ours.openWindow();
    const { digest } = parseImage(old);
    await expect(
      ours.uploadPiece({ offset: 0, data: old, begin: { imageBytes: old.length, hash: digest } }, 1000),
    ).rejects.toMatchObject({ code: 'EPOCH_STALE', group: GROUP.holdfast });
    await ours.closeWindow();
    await expect(ours.reset()).rejects.toMatchObject({ code: 'NO_WINDOW', group: GROUP.holdfast });
  });

  test('it is not asked where the standard code says all', async () => {
    const device = await SimDevice.boot({ image: first });
    const ours = device.client();
    await ours.openWindow();
    await expect(ours.test(new Uint8Array(32))).rejects.toMatchObject({
      group: GROUP.image,
      rc: IMAGE_ERROR.hashNotFound,
    });
  });
});

/** Names in the answers of version 1 are those of the table, in words. */
test.each(REFUSALS.map(({ code, name }) => [name, code] as const))('%s has words', (name, code) => {
  expect(describeRefusal(GROUP.holdfast, code).name).toBe(name);
  expect(name.toLowerCase().replaceAll('_', ' ')).toMatch(/^[a-z]+( [a-z]+)*$/);
});
