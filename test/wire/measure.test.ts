/** Measuring over the wire: what devices answer, and what they refuse. */
import { describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { SEND_A_STEP } from '../../host/format.ts';
import { answersChecksum } from '../../host/measure/answers.ts';
import { encodeCbor } from '../../host/serial/cbor.ts';
import type { Device } from '../../host/serial/device.ts';
import { inputsARequest } from '../../host/serial/measures.ts';
import { compileEdition } from '../support/editions.ts';
import { RawClient } from '../support/raw-client.ts';
import { SimDevice } from '../support/sim-device.ts';

const image = await compileEdition({ epoch: 1, limit: 80 });
const HERTZ = 125_000_000;
/** A piece of the answer, a cycle a byte of the line, and the reading of the counter. */
const LONGEST_CYCLES = SEND_A_STEP + 1;

async function deviceWithCounter(): Promise<SimDevice> {
  const device = await SimDevice.boot({ image });
  device.hertz = HERTZ;
  return device;
}

describe('slices of service in RUN', () => {
  test('a device without a counter says so', async () => {
    const device = await SimDevice.boot({ image });
    await expect(device.client().slices()).rejects.toMatchObject({ code: 'NO_COUNTER' });
  });

  test('are counted from one question to the next, and the longest is named', async () => {
    const device = await deviceWithCounter();
    const client = device.client();
    await client.slices();
    await client.status();
    const { hertz, count, min, max, worst } = await client.slices();
    expect({ hertz, min, worst }).toEqual({ hertz: HERTZ, min: 1, worst: 'answer' });
    expect(max).toBe(LONGEST_CYCLES);
    expect(count).toBeGreaterThan(0);
    const idle = await device.client().slices();
    expect(idle.count).toBeGreaterThan(0);
  });

  test('the counter may wrap in the middle of a slice', async () => {
    const device = await deviceWithCounter();
    const client = device.client();
    device.cycle = 0xffff_ff00;
    await client.slices();
    await client.status();
    expect(await client.slices()).toMatchObject({ min: 1, max: LONGEST_CYCLES });
    expect(device.cycle).toBeLessThan(0x1000_0000);
  });

  test('slices of a window are none of them', async () => {
    const device = await deviceWithCounter();
    const client = device.client();
    await client.openWindow();
    await client.slices();
    await device.run(100);
    expect(await client.slices()).toMatchObject({ count: 0, min: 0, max: 0 });
  });
});

const PLACES = [0, 399, 400, 599, 600, 999_999, 1_000_000, -1, -(2 ** 31), 2 ** 31 - 1].map((x) => ({
  phase: 0,
  x,
  toX: 0,
}));
const MOVES = PLACES.flatMap(({ x }) => [0, 500, 700, 2 ** 31 - 1].map((toX) => ({ phase: 0, x, toX })));

async function openedDevice(): Promise<{ device: SimDevice; client: Device }> {
  const device = await deviceWithCounter();
  const client = device.client();
  await client.openWindow();
  return { device, client };
}

/** The line belongs to who listened last. */
function again(device: SimDevice, client: Device): Device {
  const next = device.client();
  next.token = client.token;
  return next;
}

describe('functions on given inputs', () => {
  test.each([
    ['check', PLACES],
    ['verdict', PLACES],
    ['sweep', MOVES],
  ] as const)(
    '%s: each input is called once, as RUN answers, and the answers are those of the core here',
    async (what, inputs) => {
      const { device, client } = await openedDevice();
      const core = await openImage(image, { build: 'device' });
      const before = device.core.verdictStruct().slice();
      const figures = await client.measure(what, inputs);
      expect(figures).toEqual({
        hertz: HERTZ,
        count: inputs.length,
        ...{ min: 0, max: 0, worst: 0, overhead: 1 },
        answers: answersChecksum(core, what, inputs),
      });
      expect(device.core.verdictStruct()).toEqual(before);
      // Outside of the measured call the window's answer stands.
      expect(device.core.verdict(device.core.check(0, 500), 500).state).toBe('maintenance');
      await client.closeWindow();
      expect(device.core.verdict(device.core.check(0, 500), 500).limit).toBe(80);
    },
  );

  test('all bytes of verdict and sweep are put back, whatever is called', async () => {
    const { device, client } = await openedDevice();
    const { VERDICT, SWEEP, EDITIONS } = { VERDICT: 728, SWEEP: 832, EDITIONS: 896 };
    expect([VERDICT, SWEEP]).toEqual(
      [device.core.verdictStruct(), device.core.sweepStruct()].map(({ byteOffset }) => byteOffset),
    );
    const kept = device.core.memory().subarray(VERDICT, EDITIONS);
    for (let i = 0; i < kept.length; i++) kept[i] = 1 + i;
    const before = kept.slice();
    await client.measure('check', PLACES);
    await again(device, client).measure('sweep', MOVES);
    expect(device.core.memory().subarray(VERDICT, EDITIONS)).toEqual(before);
  });

  test('a FAULT in the middle ends it with its reason', async () => {
    const { device, client } = await openedDevice();
    const ANSWER_AT = 644;
    let readings = 0;
    device.cycleStep = () => {
      const memory = device.core.memory();
      if (readings++ === 0) memory[ANSWER_AT] = (memory[ANSWER_AT] ?? 0) ^ 1;
      return 1;
    };
    await expect(client.measure('check', PLACES)).rejects.toMatchObject({ code: 'ARENA_CHANGED' });
    expect(device.core.verdict(device.core.check(0, 500), 500).state).toBe('fault');
  });

  test('the least empty call is taken off, the first of the worst inputs is named, over a wrap of the counter', async () => {
    const { device, client } = await openedDevice();
    device.cycle = 0xffff_fff0;
    const took = [9, 7, 8, 7, 20, 21, 57, 21, 57, 6];
    const steps = took.flatMap((cycles) => [3, cycles]);
    device.cycleStep = () => steps.shift() ?? 1;
    const figures = await client.measure('check', PLACES.slice(0, 6));
    expect(figures).toMatchObject({ count: 6, min: 0, max: 50, worst: 2, overhead: 7 });
    expect(steps).toEqual([]);
  });

  test.each([
    ['no list', { what: 0 }],
    ['an empty list', { what: 0, data: Buffer.alloc(0) }],
    ['a list that is not whole', { what: 0, data: Buffer.alloc(13) }],
    ['moves that are not whole', { what: 2, data: Buffer.alloc(24) }],
    ['a list that is a text', { what: 0, data: '123456789012' }],
    ['a list that is a number', { what: 0, data: 12 }],
    ['no function', { data: Buffer.alloc(12) }],
    ['a function that there is not', { what: 3, data: Buffer.alloc(12) }],
    ['an empty call', { what: 4, data: Buffer.alloc(12) }],
    ['a negative function', { what: -1, data: Buffer.alloc(12) }],
    ['a function of 64 bits', { what: 2 ** 40, data: Buffer.alloc(12) }],
    ['a function that is a text', { what: 'check', data: Buffer.alloc(12) }],
  ])('%s is refused', async (_name, fields) => {
    const { device, client } = await openedDevice();
    const raw = new RawClient(device, { version: 2 });
    expect(await raw.write(78, 8, { ...fields, token: client.token ?? 0 })).toEqual({ rc: 3 });
    expect(await again(device, client).measure('check', PLACES)).toMatchObject({ count: PLACES.length });
  });

  test('as many inputs as a message holds, and not one more', async () => {
    const { device, client } = await openedDevice();
    const most = inputsARequest('check');
    const places = Array.from({ length: most }, (_, x) => ({ phase: 0, x, toX: 0 }));
    expect(await client.measure('check', places)).toMatchObject({ count: most });
    const raw = new RawClient(device, { version: 2 });
    await expect(
      raw.write(78, 8, { what: 0, data: Buffer.alloc(12 * 170), token: client.token ?? 0 }),
    ).rejects.toThrow('0 answers');
    expect(await again(device, client).measure('check', PLACES)).toMatchObject({ count: PLACES.length });
  });

  test('the same key twice is refused', async () => {
    const { device, client } = await openedDevice();
    const what = Buffer.from('647768617400', 'hex');
    const fields = encodeCbor({ data: Buffer.alloc(12), token: client.token ?? 0 }).subarray(1);
    const cbor = Buffer.concat([Buffer.from([0xa4]), what, what, fields]);
    const raw = new RawClient(device, { version: 2 });
    expect(await raw.writeRaw(78, 8, cbor)).toEqual({ rc: 3 });
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
  ] as const)('%s it is refused', async (_name, prepare, code) => {
    const { client } = await openedDevice();
    await prepare(client);
    await expect(client.measure('check', PLACES)).rejects.toMatchObject({ code });
  });

  test('a device without a counter says so', async () => {
    const { device, client } = await openedDevice();
    device.hertz = 0;
    await expect(client.measure('check', PLACES)).rejects.toMatchObject({ code: 'NO_COUNTER' });
  });

  test('a device without an edition says why', async () => {
    const device = await SimDevice.boot({ image: null, burnedFrom: image });
    device.hertz = HERTZ;
    const client = device.client();
    await client.openWindow();
    await expect(client.measure('check', PLACES)).rejects.toMatchObject({ code: 'NO_EDITION' });
  });

  test('the window ends in the middle: refused, and the old edition answers at once', async () => {
    const { device, client } = await openedDevice();
    // The machine moves while the fifth input is measured.
    let readings = 0;
    device.cycleStep = () => {
      if (++readings === 2 * (4 + 5)) device.parked = false;
      return 1;
    };
    await expect(client.measure('sweep', MOVES)).rejects.toMatchObject({ code: 'NO_WINDOW' });
    expect(device.core.verdict(device.core.check(0, 500), 500).limit).toBe(80);
    device.parked = true;
    await client.openWindow();
    expect(await client.measure('sweep', MOVES)).toMatchObject({ count: MOVES.length });
  });
});
