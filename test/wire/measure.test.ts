/** Measuring over the wire: what devices answer, and what they refuse. */
import { describe, expect, test } from 'vitest';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const image = await compileEdition({ epoch: 1, limit: 80 });
const HERTZ = 125_000_000;

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
    // A line of the answer, and the reading of the counter.
    expect(max).toBe(127 + 1);
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
    expect(await client.slices()).toMatchObject({ min: 1, max: 128 });
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
