/**
 * A start waits for what answers and for nothing else. What stands in the other slot costs it a container, whatever that is; a window
 * examines it before it opens; what is refused is gone for the next start. docs/SPEC.md section 6.
 */
import { describe, expect, test } from 'vitest';
import { startUpImages } from '../../bench/start-up.mjs';
import { contentWith } from '../../host/core/first-burn.ts';
import { VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { BUILD_LIMITS, IMAGE_HEADER_BYTES } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { push, stage } from '../../host/serial/push.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition, sourceText } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';
import { refit } from '../support/refit.ts';
import { SimDevice, type SimOptions } from '../support/sim-device.ts';

/** Header, both reads of the TLVs, the upload record. */
const CONTAINER_BYTES_MAX = IMAGE_HEADER_BYTES + 2 * BUILD_LIMITS.device.tlvBytesMax + 256;
const CASES = 300;
const [SLOT_BYTES = 0] = VIRTUAL_GEOMETRY.areaBytes;
const config = { checksToConfirm: 10 };

const first = await compileEdition({ epoch: 3, limit: 80 });
const second = await compileEdition({ epoch: 4, replaces: '3', limit: 40, zones: 60 });
const images = await startUpImages();
const imageOf = (bytes: Uint8Array) => ({ bytes, hash: parseImage(bytes).digest });

interface Watched {
  readonly device: SimDevice;
  /** Bytes read of each slot since this was asked last. */
  reads(): [number, number];
}

/** A device whose slots hold these images, the first one confirmed. */
async function watched(
  confirmed: Uint8Array,
  other: Uint8Array | null,
  own: Partial<SimOptions> = {},
): Promise<Watched> {
  const content = contentWith(readEdition(first), VIRTUAL_GEOMETRY);
  if (confirmed !== first) content.set(contentWith(readEdition(confirmed), VIRTUAL_GEOMETRY));
  if (other !== null) content.set(other, SLOT_BYTES);
  const device = new SimDevice({ image: null, burnedFrom: confirmed, content, config, ...own });
  let counts: [number, number] = [0, 0];
  const read = device.flash.read.bind(device.flash);
  device.flash.read = (area, offset, destination) => {
    if (area === 0 || area === 1) counts[area] += destination.length;
    return read(area, offset, destination);
  };
  const reads = () => {
    const now = counts;
    counts = [0, 0];
    return now;
  };
  await device.reboot();
  return { device, reads };
}

/** An image with a word of its header, of its sections or of its container changed, and all checksums right again. */
function changed(image: Uint8Array, random: Random): Uint8Array {
  const bodyBytes = new DataView(image.buffer, image.byteOffset).getUint32(12, true);
  const values = [0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff, random.below(2 ** 32)];
  const inHeader = random.onceIn(2);
  return refit(image, (view) => {
    const at = IMAGE_HEADER_BYTES + 4 * random.below((inHeader ? 300 : bodyBytes) >>> 2);
    view.setUint32(at, random.pick(values), true);
  });
}

describe('a start', () => {
  test.each(Object.keys(images))(
    'reads what answers once, in order, and of the other slot its container: %s',
    async (name) => {
      const image = images[name] as Uint8Array;
      const { device, reads } = await watched(first, image);
      expect(device.bootReason).toBe(0);
      const [, other] = reads();
      expect(other).toBeLessThan(CONTAINER_BYTES_MAX);
      const { device: running, reads: readsOfRunning } = await watched(image, null);
      expect(running.bootReason).toBe(0);
      expect(readsOfRunning()[0]).toBeLessThan(image.length + CONTAINER_BYTES_MAX);
    },
  );

  test(`never takes longer than the bytes of an image, whatever stands in it: ${CASES} images`, async () => {
    const random = new Random(seedFor('start-up', 7));
    const all = [images['4 KB'], images['made on purpose'], second] as Uint8Array[];
    let refused = 0;
    for (let i = 0; i < CASES; i++) {
      const image = changed(random.pick(all), random);
      const { device, reads } = await watched(first, image);
      const content = contentWith(readEdition(image), VIRTUAL_GEOMETRY);
      device.content.set(content);
      reads();
      await device.reboot();
      if (device.bootReason !== 0) refused++;
      const [running] = reads();
      expect(running).toBeLessThan(image.length + CONTAINER_BYTES_MAX);
    }
    expect(refused).toBeGreaterThan(CASES / 2);
  });
});

describe('what is not digested to its end', async () => {
  // A text behind the body is read between the header and the digest.
  const image = await compileText(`${sourceText({ epoch: 3, limit: 80 })}limits: { unit: km/h }\n`);
  /** Of the last bytes of the body, where names stand: neither the checksum nor the rules of sections cover their letters. */
  const named = Uint8Array.from(image);
  const bodyEnd = IMAGE_HEADER_BYTES + new DataView(image.buffer, image.byteOffset).getUint32(12, true);
  const letter = named.subarray(0, bodyEnd).findLastIndex((byte) => byte >= 0x61 && byte <= 0x7a);
  named[letter] = (named[letter] ?? 0) ^ 1;

  /** Starts on the damaged image, whose header reads with `bits` of its size of TLVs flipped at the `wrong`th time. */
  async function startWith(wrong: number, bits: number): Promise<{ reason: number; times: number }> {
    const content = contentWith(readEdition(image), VIRTUAL_GEOMETRY);
    content.set(named, 0);
    const device = new SimDevice({ image: null, burnedFrom: image, content, config });
    let times = 0;
    const read = device.flash.read.bind(device.flash);
    device.flash.read = (area, offset, destination) => {
      const done = read(area, offset, destination);
      const at = 11 - offset;
      if (area !== 0 || at < 0 || at >= destination.length) return done;
      times++;
      if (times === wrong) destination[at] = (destination[at] ?? 0) ^ bits;
      return done;
    };
    await device.reboot();
    return { reason: device.bootReason ?? 0, times };
  }

  test.each([0x08, 0x10, 0x40, 0x80])(
    'never runs, at whatever time its header reads otherwise: bits %i of the byte',
    async (bits) => {
      const { times } = await startWith(0, bits);
      expect(times).toBeGreaterThan(3);
      for (let wrong = 0; wrong <= times + 1; wrong++) {
        const { reason } = await startWith(wrong, bits);
        expect(reason, `the ${wrong}th time`).not.toBe(0);
      }
    },
  );
});

describe('the other slot', () => {
  test('is told by its container until a window opens, and is examined then', async () => {
    const { device, reads } = await watched(first, second);
    const client = device.client();
    expect(await client.images()).toMatchObject([
      { slot: 0, bootable: true, active: true },
      { slot: 1, bootable: false, active: false, version: '0.0.0.4' },
    ]);
    await device.run(500);
    expect(reads()[1]).toBeLessThan(CONTAINER_BYTES_MAX);
    await client.openWindow();
    expect(reads()[1]).toBeLessThanOrEqual(4 * second.length);
    expect(await client.images()).toMatchObject([{ bootable: true }, { slot: 1, bootable: true }]);
    await client.closeWindow();
    await client.openWindow();
    expect(reads()[1]).toBe(0);
  });

  test('has no entry once it is found damaged, or is for another map', async () => {
    const damaged = Uint8Array.from(second);
    damaged[IMAGE_HEADER_BYTES + 100] = (damaged[IMAGE_HEADER_BYTES + 100] ?? 0) ^ 1;
    const { device } = await watched(first, damaged);
    const client = device.client();
    expect(await client.images()).toHaveLength(2);
    await client.openWindow();
    expect(await client.images()).toMatchObject([{ slot: 0 }]);
    const other = await compileEdition({ map: 'another', epoch: 4, replaces: '3', limit: 40 });
    const { device: elsewhere } = await watched(first, other);
    expect(await elsewhere.client().images()).toMatchObject([{ slot: 0 }]);
  });

  test('is examined anew in the next window when the machine moves meanwhile', async () => {
    const { device } = await watched(first, images['36 KB'] as Uint8Array);
    const client = device.client();
    let slices = 0;
    const read = device.flash.read;
    device.flash.read = (area, offset, destination) => {
      // In the middle of the digest.
      if (area === 1 && offset > 10_000 && slices++ === 0) device.parked = false;
      return read(area, offset, destination);
    };
    await expect(client.openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
    expect(slices).toBeGreaterThan(0);
    expect(await client.status()).toMatchObject({ mode: 'run', token: 0 });
    device.parked = true;
    await client.openWindow();
    expect(await client.images()).toHaveLength(1);
  });
});

describe('what is refused', () => {
  const stranger = { map: 'another', epoch: 4, replaces: '3', limit: 40, zones: 60 };

  test('leaves nothing that a later start or window would look at', async () => {
    const image = await compileEdition(stranger);
    const { device, reads } = await watched(first, null);
    const client = device.client();
    await client.openWindow();
    await expect(stage(client, imageOf(image))).rejects.toMatchObject({ code: 'MAP_ID' });
    await device.reboot();
    reads();
    expect(await client.images()).toMatchObject([{ slot: 0 }]);
    await client.openWindow();
    expect(reads()[1]).toBeLessThan(256);
  });

  test('for its `replaces` is so before its body is looked at', async () => {
    const taken = await compileEdition({ epoch: 4, replaces: '3', limit: 40, zones: 900 });
    const other = await compileEdition({ epoch: 4, replaces: '2', limit: 40, zones: 900 });
    const readsWhile = async (image: Uint8Array) => {
      const { device, reads } = await watched(first, null);
      const client = device.client();
      await client.openWindow();
      reads();
      const end = await stage(client, imageOf(image)).then(
        () => 'staged',
        (error) => error.code,
      );
      return { end, reads: reads()[1] / image.length };
    };
    const { end, reads } = await readsWhile(other);
    expect(end).toBe('REPLACES_OTHER');
    // Programmed and compared, erased and compared, digested.
    expect(reads).toBeLessThan(3.5);
    expect((await readsWhile(taken)).end).toBe('staged');
  });
});

test('an armed edition does not make a start longer: the confirmed one answers until it is activated, while parked', async () => {
  const { device, reads } = await watched(first, null);
  const client = device.client();
  await client.openWindow();
  await push(client, imageOf(second));
  await device.askReset(client);
  expect(await client.status()).toMatchObject({ epoch: 4, trial: true });
  reads();
  const { device: moving } = await watched(first, null, { content: device.content });
  expect(moving.epoch()).toBe(3);
});
