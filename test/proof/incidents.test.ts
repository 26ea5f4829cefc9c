/** What went wrong once, each with the steps that led there: none of it may happen again. */

import { describe, expect, test } from 'vitest';
import { Core } from '../../host/core/core.ts';
import { VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { memoryPort } from '../../host/core/memory-port.ts';
import { STATE_OF } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { push } from '../../host/serial/push.ts';
import { compileEdition } from '../support/editions.ts';
import { RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 5, limit: 80 });
const second = await compileEdition({ epoch: 6, replaces: '5', limit: 40 });
const config = { checksToConfirm: 5, trialTicks: 5000, leaseTicks: 100_000 };
const PLACE = 500;
const OUTCOME_AREA = VIRTUAL_GEOMETRY.areaBytes.slice(0, 4).reduce((sum, bytes) => sum + bytes, 0);

const imageOf = (bytes: Uint8Array) => ({ bytes, hash: parseImage(bytes).digest });
const verdict = (device: SimDevice, x = PLACE) => device.core.verdict(device.core.check(0, x), x);

async function pending(): Promise<SimDevice> {
  const device = await SimDevice.boot({ image: first, config });
  const client = device.client();
  await client.openWindow();
  await push(client, imageOf(second));
  return device;
}

async function onTrial(): Promise<SimDevice> {
  const device = await pending();
  await device.client().status();
  await device.run(1);
  const client = device.client();
  client.token = (await client.status()).token;
  await client.closeWindow();
  expect(device.epoch()).toBe(6);
  return device;
}

describe('an empty piece after a finished upload', () => {
  test('on trial: nothing is written, and the edition can be confirmed and followed', async () => {
    const device = await onTrial();
    await device.run(50);
    await device.client().openWindow({ shared: true });
    const client = new RawClient(device, { version: 2 });
    const before = device.operations;
    expect(await client.write(1, 1, { off: second.length, data: new Uint8Array(0) })).toEqual({
      off: 0,
    });
    expect(device.operations).toBe(before);
    await client.write(1, 0, { confirm: true });
    const third = await compileEdition({ epoch: 7, replaces: '6', limit: 30 });
    const host = device.client();
    await push(host, imageOf(third));
    await device.askReset(host);
    expect(device.resets).toBe(1);
    expect(device.bootReason).toBe(0);
    expect(verdict(device).limit).toBe(30);
  });

  test('and other pieces while pending are refused', async () => {
    const device = await pending();
    const client = device.client();
    client.token = (await client.status()).token;
    const data = second.subarray(0, 10);
    const third = await compileEdition({ epoch: 7, replaces: '6', limit: 30 });
    expect(await client.uploadPiece({ offset: second.length, data }, 100)).toBe(0);
    await expect(
      client.uploadPiece(
        { offset: 0, data: third, begin: { imageBytes: third.length, hash: new Uint8Array(32) } },
        100,
      ),
    ).rejects.toMatchObject({ code: 'PENDING' });
  });
});

describe('a damaged configuration', () => {
  test('a burned block with a flipped bit: FAULT for good, no window, nothing written', async () => {
    const device = new SimDevice({ image: first, config });
    device.burned[60] = (device.burned[60] ?? 0) ^ 1;
    await device.reboot();
    expect(device.bootReason).toBe(61);
    await expect(device.client().openWindow()).rejects.toMatchObject({ code: 'BURNED_BLOCK' });
    await device.client().outcome();
    expect(device.operations).toBe(0);
    expect(verdict(device)).toMatchObject({ state: 'fault', action: 'stop' });
  });

  test.each([
    ['program unit 0', { programBytes: 0 }],
    ['program unit 512', { programBytes: 512 }],
    ['sectors of 0 bytes', { sectorBytes: 0 }],
    ['one sector a journal', { areaBytes: [262_144, 262_144, 4096, 4096, 4096] as const }],
  ])('a geometry with %s: FAULT, and no request reads or writes by it', async (_, change) => {
    const { burned } = new SimDevice({ image: first, config });
    const output: number[] = [];
    const core = await Core.load({
      build: 'device',
      geometry: { ...VIRTUAL_GEOMETRY, ...change },
      burned,
      port: memoryPort(
        { read: () => true, erase: () => false, program: () => false },
        { serialWrite: (bytes) => output.push(...bytes) && bytes.length, safeInput: () => true },
      ),
    });
    expect(core.boot()).toBe(64);
    // {} to outcome, and to open a window.
    for (const line of ['ABMKAAABAE4BBaCEHQ==', 'ABMKAAABAE4BAaA='])
      core.receive(Buffer.from(`\x06\x09${line}\n`, 'latin1'));
    for (let i = 0; i < 500; i++) core.service(0);
    expect(core.verdict(core.check(0, PLACE), PLACE).state).toBe('fault');
    expect(core.stateOf(STATE_OF.faultReason)).toBe(64);
  });
});

describe('a flip in what check reads first', () => {
  const ACTIVE_AT = 640;

  test.each(Array.from({ length: 96 }, (_, bit) => bit))(
    'bit %i of ask, answer and fault word: FAULT or as before, at once',
    async (bit) => {
      const device = await SimDevice.boot({ image: first, config });
      const memory = device.core.memory();
      const at = ACTIVE_AT + (bit >> 3);
      device.parked = false;
      const good = verdict(device).state;
      memory[at] = (memory[at] ?? 0) ^ (1 << (bit & 7));
      // Outside the map and in a gap, nothing ever reads "covered".
      for (const x of [-1, 700, 2_000_000]) expect(verdict(device, x).state).not.toBe('covered');
      await device.run(1);
      expect(['fault', good]).toContain(verdict(device).state);
      expect(verdict(device, -1).state).not.toBe('covered');
      await device.run(1);
      expect(device.core.stateOf(STATE_OF.faultReason)).toBe(62);
    },
  );

  test('of a device that has no edition: still FAULT, still without a map', async () => {
    const device = await SimDevice.boot({ image: null, burnedFrom: first, config });
    const memory = device.core.memory();
    for (let bit = 0; bit < 96; bit++) {
      const at = ACTIVE_AT + (bit >> 3);
      memory[at] = (memory[at] ?? 0) ^ (1 << (bit & 7));
      await device.run(1);
      expect(verdict(device).state, `bit ${bit}`).toBe('fault');
    }
  });
});

describe('a machine that moves at the wrong moment', () => {
  test('while the answer to a close is being sent: the window ends, nothing is activated, then or later', async () => {
    const device = await pending();
    const client = device.client();
    client.token = (await client.status()).token;
    device.blocked = true;
    const closing = client.closeWindow();
    await new Promise(setImmediate);
    device.parked = false;
    await device.run(300);
    device.blocked = false;
    await device.run(300);
    await closing;
    expect(device.mode()).toBe(0);
    expect(verdict(device).limit).toBe(80);
    device.parked = true;
    const next = device.client();
    await next.openWindow();
    device.parked = false;
    await device.run(300);
    expect(verdict(device).limit).toBe(80);
    expect(await next.status()).toMatchObject({ stage: 'pending', epoch: 5 });
  });

  test.each([1, 2, 3, 5, 8, 20])('in slice %i of an activation: never swapped under it', async (slices) => {
    const device = await pending();
    const client = device.client();
    client.token = (await client.status()).token;
    device.patience.afterAnswer = slices;
    await client.closeWindow();
    const wasOnTrial = device.core.stateOf(STATE_OF.onTrial) === 1 && device.mode() === 0;
    device.parked = false;
    await device.run(500);
    const { state, limit } = verdict(device);
    if (!wasOnTrial) expect(state === 'fault' || limit === 80, `${state} ${limit}`).toBe(true);
    device.parked = true;
    await device.run(500);
    expect(verdict(device).state).toBe('covered');
  });

  test('after a window was opened because the map changed in RAM: FAULT until it is loaded while parked', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const arena = device.core.arena();
    arena[100] = (arena[100] ?? 0) ^ 1;
    await device.run(300);
    const client = device.client();
    await client.openWindow();
    device.parked = false;
    await device.run(300);
    expect(verdict(device).state).toBe('fault');
    device.parked = true;
    await client.openWindow();
    await client.closeWindow();
    expect(verdict(device)).toMatchObject({ state: 'covered', limit: 80 });
  });
});

describe('a trial', () => {
  test('that was overdue once stays so when the tick counter wraps', async () => {
    const device = await onTrial();
    device.parked = false;
    device.tick = 100_000;
    await device.run(2);
    expect(verdict(device).state).toBe('fault');
    device.tick = 0;
    await device.run(2);
    expect(verdict(device).state).toBe('fault');
    device.parked = true;
    await device.run(300);
    expect(verdict(device).limit).toBe(80);
  });

  test('that gets overdue in a window does not answer when it is closed', async () => {
    const device = await onTrial();
    await device.run(20);
    const client = device.client();
    await client.openWindow();
    device.tick = 50_000;
    device.patience.afterAnswer = 1;
    await client.closeWindow();
    expect(verdict(device).state).not.toBe('covered');
  });

  test('whose record cannot be given up goes on as it is, and the outcome area is not worn out', async () => {
    const device = await onTrial();
    device.failing = true;
    device.parked = false;
    device.tick = 100_000;
    await device.run(2);
    device.parked = true;
    const before = device.operations;
    await device.run(500);
    expect(device.operations - before).toBeLessThan(5);
    expect(verdict(device).state).toBe('fault');
  });

  test('of the first edition, reverted: no slot is active', async () => {
    const device = await SimDevice.boot({ image: null, burnedFrom: first, config });
    const client = device.client();
    await client.openWindow();
    await push(client, imageOf(first));
    await client.closeWindow();
    await client.openWindow();
    await client.revert();
    expect((await client.images()).some((slot) => slot.active)).toBe(false);
    await client.closeWindow();
    expect(await client.status()).toMatchObject({ epoch: 0, reason: 60 });
  });
});

describe('a load that fails half way', () => {
  const STATE_AREA = 2;
  const PAGE_OF_MAP = 8;

  /** An activation whose ninth page of the new map is read wrong, after which nothing can be written. */
  async function halfLoaded(): Promise<SimDevice> {
    const old = await compileEdition({ epoch: 5, limit: 80, zones: 600 });
    const next = await compileEdition({ epoch: 6, replaces: '5', limit: 40, zones: 600 });
    const device = await SimDevice.boot({ image: old, config });
    const client = device.client();
    await client.openWindow();
    await push(client, imageOf(next));
    const read = device.flash.read.bind(device.flash);
    const program = device.flash.program.bind(device.flash);
    let pages = -1;
    let records = 0;
    device.flash.program = (area, offset, source) => {
      // Each record is written twice: that it is armed, and that it is on trial.
      if (area === STATE_AREA && ++records === 4) pages = 0;
      return program(area, offset, source);
    };
    device.flash.read = (area, offset, destination) => {
      const whole = read(area, offset, destination);
      if (area < STATE_AREA && pages >= 0 && pages++ === PAGE_OF_MAP) {
        destination[9] = (destination[9] ?? 0) ^ 4;
        device.failing = true;
      }
      return whole;
    };
    await client.closeWindow();
    expect(pages).toBeGreaterThan(PAGE_OF_MAP);
    return device;
  }

  const covered = (device: SimDevice): number =>
    Array.from({ length: 8000 }, (_, x) => verdict(device, x).state).filter((state) => state !== 'fault')
      .length;

  test('and whose record cannot be given up: FAULT, and no place is answered from the map that is in pieces', async () => {
    const device = await halfLoaded();
    expect(device.mode()).toBe(0);
    expect(device.core.stateOf(STATE_OF.faultReason)).toBe(53);
    expect(covered(device)).toBe(0);
    device.parked = false;
    await device.run(20_000);
    expect(covered(device)).toBe(0);
  });

  test('ends with a reset, or in a window once flash can be written again', async () => {
    const device = await halfLoaded();
    device.failing = false;
    const client = device.client();
    await client.openWindow();
    await client.revert();
    await client.closeWindow();
    expect(verdict(device)).toMatchObject({ state: 'covered', limit: 80 });
    const other = await halfLoaded();
    other.failing = false;
    await other.reboot();
    expect(verdict(other)).toMatchObject({ state: 'covered', limit: 80 });
  });
});

test('a window that opens by itself when parked, and a token that cannot be written: tried once a parking', async () => {
  const device = await SimDevice.boot({ image: first, config: { ...config, windowPolicy: 'on-safe-input' } });
  device.failing = true;
  const before = device.operations;
  await device.run(500);
  const once = device.operations - before;
  expect(once).toBeGreaterThan(0);
  expect(verdict(device).limit).toBe(80);
  expect(await device.client().status()).toMatchObject({ epoch: 5 });
  await device.run(500);
  expect(device.operations - before).toBe(once);
  device.parked = false;
  await device.run(5);
  device.parked = true;
  device.failing = false;
  await device.run(50);
  expect(device.mode()).toBe(1);
});

describe('flash that gives no journals for a while', () => {
  const STATE_AREA = 2;
  const TOKENS_AREA = 3;

  /** From now on reads fail as `fails` says; gives how to end that. */
  function failReads(device: SimDevice, fails: (area: number, bytes: number) => boolean): () => void {
    const { flash } = device;
    const read = flash.read.bind(flash);
    flash.read = (area, offset, destination) =>
      !fails(area, destination.length) && read(area, offset, destination);
    return () => {
      flash.read = read;
    };
  }

  test.each([STATE_AREA, TOKENS_AREA])(
    'area %i: nothing is erased, and what it says holds afterwards',
    async (area) => {
      const device = await SimDevice.boot({ image: first, config });
      const client = device.client();
      const { token } = await client.openWindow();
      const start = VIRTUAL_GEOMETRY.areaBytes.slice(0, area).reduce((sum, bytes) => sum + bytes, 0);
      const length = VIRTUAL_GEOMETRY.areaBytes[area] ?? 0;
      // Something that an erase of the other sector would take.
      device.content.fill(0x55, start + length - 8, start + length);
      const before = device.content.slice();
      const end = failReads(device, (of) => of === area);
      if (area === STATE_AREA) {
        await expect(push(client, imageOf(second))).rejects.toMatchObject({ code: 'FLASH_FAILED' });
      } else {
        await client.closeWindow();
        await expect(client.openWindow()).rejects.toMatchObject({ code: 'FLASH_FAILED' });
      }
      expect(device.content.subarray(start, start + length)).toEqual(before.subarray(start, start + length));
      end();
      await device.reboot();
      expect(verdict(device).limit).toBe(80);
      expect(device.epoch()).toBe(5);
      expect((await device.client().openWindow()).token).toBe(token + 1);
    },
  );

  test('at boot: a FAULT with that reason, and no window before the next reset', async () => {
    const device = await SimDevice.boot({ image: first, config });
    const end = failReads(device, (area) => area === STATE_AREA);
    await device.reboot();
    expect(device.bootReason).toBe(53);
    end();
    await expect(device.client().openWindow()).rejects.toMatchObject({ code: 'FLASH_FAILED' });
    expect(device.operations).toBe(0);
    await device.reboot();
    expect(verdict(device).limit).toBe(80);
  });

  test('after a token was written: no window, with that token, without one or with token 0', async () => {
    const DENIED = 11;
    const device = await SimDevice.boot({ image: first, config });
    const { flash } = device;
    const program = flash.program.bind(flash);
    let written = false;
    flash.program = (area, offset, source) => {
      written ||= area === TOKENS_AREA;
      return program(area, offset, source);
    };
    failReads(device, (area) => written && area === TOKENS_AREA);
    await expect(device.client().openWindow()).rejects.toMatchObject({ code: 'FLASH_FAILED' });
    expect(written).toBe(true);
    expect(device.mode()).toBe(0);
    const client = new RawClient(device, { version: 2 });
    for (const fields of [{}, { token: 0 }, { token: 1 }])
      expect(await client.write(1, 5, fields)).toEqual({ rc: DENIED });
  });
});

test('an edition on trial that is repaired goes on with its trial: its time does not begin again', async () => {
  const device = await onTrial();
  device.parked = false;
  device.tick += 4000;
  await device.run(10);
  const arena = device.core.arena();
  arena[100] = (arena[100] ?? 0) ^ 1;
  await device.run(300);
  expect(verdict(device).state).toBe('fault');
  device.parked = true;
  const client = device.client();
  await client.openWindow();
  await client.closeWindow();
  expect(verdict(device)).toMatchObject({ state: 'covered', limit: 40 });
  device.parked = false;
  device.tick += 2000;
  await device.run(10);
  expect(verdict(device).state).toBe('fault');
});

test.each([
  ['the length of a read', (client: RawClient) => client.read(78, 3, { slot: 0, off: 0, len: 'x' })],
  ['the image of an upload', (client: RawClient) => client.write(1, 1, { off: 0, len: 100, image: 'x' })],
  ['the id of an upload', (client: RawClient) => client.write(1, 1, { off: 0, len: 100, sha: 'x' })],
])('%s of another type is none that is missing', async (_, ask) => {
  const device = await SimDevice.boot({ image: first, config });
  await device.client().openWindow({ shared: true });
  expect(await ask(new RawClient(device, { version: 2 }))).toEqual({ rc: 3 });
});

test('a question over the line leaves the verdict of the loop as it was', async () => {
  const device = await SimDevice.boot({ image: first, config });
  const mine = verdict(device);
  await device.client().check({ x: 100 });
  expect(device.core.lastVerdict(device.core.check(0, PLACE))).toEqual(mine);
});

test('a window that ends in the middle of `test`: the edition is still listed', async () => {
  const device = await SimDevice.boot({
    image: first,
    config,
    patience: { untilAnswer: 5000, afterAnswer: 50 },
  });
  const client = device.client();
  await client.openWindow();
  await push(client, imageOf(second));
  await client.revert();
  device.patience.untilAnswer = 6;
  void client.test(imageOf(second).hash).catch(() => {});
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  device.parked = false;
  device.patience.untilAnswer = 5000;
  await device.run(50);
  expect(await device.client().images()).toHaveLength(2);
});

test('a confirmation cut after its outcome: the outcome is never missing for a confirmed edition', async () => {
  const device = await onTrial();
  await device.run(20);
  const client = device.client();
  await client.openWindow();
  device.cutAt(device.operations + 1, 'before');
  await client.confirm().catch(() => {});
  await device.reboot();
  expect(device.content.subarray(OUTCOME_AREA, OUTCOME_AREA + 4)).toEqual(
    Uint8Array.of(0x48, 0x46, 0x4f, 0x43),
  );
  expect(await device.client().outcome()).toMatchObject({ outcome: 'reverted-by-reset', epoch: 6 });
});

test.each([
  ['text', { token: 'x' }],
  ['a negative number', { token: -1 }],
  ['null', { token: null }],
])('a token that is %s is no missing token', async (_, fields) => {
  const device = await SimDevice.boot({ image: first, config });
  await device.client().openWindow({ shared: true });
  const client = new RawClient(device, { version: 2 });
  expect(await client.write(1, 5, fields)).toEqual({ rc: 3 });
});

test('a confirmed edition that is damaged in flash can be brought back', async () => {
  const device = await SimDevice.boot({ image: first, config });
  device.content[200] = (device.content[200] ?? 0) ^ 1;
  await device.reboot();
  expect(device.bootReason).toBe(16);
  const client = device.client();
  await client.openWindow();
  await push(client, imageOf(first));
  await client.closeWindow();
  expect(verdict(device).limit).toBe(80);
});
