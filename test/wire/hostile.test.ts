/** What arrives is hostile until admitted: absurd sizes, endless frames, lengths that overflow. Refused clearly, with bounded work. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { bootEdition } from '../../host/core/checker.ts';
import { coreUrl } from '../../host/core/core.ts';
import { AXIS_BYTES, BODY_HEADER_AT, BODY_HEADER_BYTES, IMAGE_HEADER_BYTES } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseContainer } from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { decodeCbor } from '../../host/serial/cbor.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { push } from '../../host/serial/push.ts';
import { compileText } from '../support/compile.ts';
import { compileEdition, sourceText } from '../support/editions.ts';
import { instrument } from '../support/instrument.ts';
import { expectFor } from '../support/property.ts';
import { Random, seedFor } from '../support/random.ts';
import { refit } from '../support/refit.ts';
import { SimDevice } from '../support/sim-device.ts';

const first = await compileEdition({ epoch: 1, limit: 80 });
const SECOND = { epoch: 2, replaces: '1', limit: 40 };
const PLACE = 500;
const BODY_AT = IMAGE_HEADER_BYTES;
const DIRECTORY_AT = BODY_AT + BODY_HEADER_BYTES + AXIS_BYTES;

function limitNow(device: SimDevice): number | null {
  return device.core.verdict(device.core.check(0, PLACE), PLACE).limit;
}

/** A message with this CBOR, header and framing right. */
function framed(
  op: number,
  group: number,
  id: number,
  cbor: Uint8Array,
  claimedBytes = cbor.length,
): Uint8Array {
  const header = Buffer.from([8 | op, 0, 0, 0, 0, group, 9, id]);
  header.writeUInt16BE(claimedBytes & 0xffff, 2);
  return encodeFrame(Buffer.concat([header, cbor]));
}

async function answersTo(device: SimDevice, bytes: Uint8Array): Promise<unknown[]> {
  const decoder = new FrameDecoder({});
  const messages: Uint8Array[] = [];
  device.onData((piece) => messages.push(...decoder.push(piece)));
  await device.write(bytes);
  return messages.map((message) => Object.fromEntries(decodeCbor(message.subarray(8))));
}

describe('the line of the device', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const key = `64${Buffer.from('data').toString('hex')}`;

  test.each([
    ['a byte string of 2^32 − 1 bytes', hex(`a1${key}5affffffff00`)],
    ['a byte string of 2^64 − 1 bytes', hex(`a1${key}5bffffffffffffffff00`)],
    ['a map of 2^32 − 1 pairs', hex('baffffffff')],
    ['an array of 2^32 − 1 items', hex(`a1${key}9affffffff`)],
    ['1,900 nested arrays', Buffer.concat([hex(`a1${key}`), Buffer.alloc(1900, 0x81), hex('00')])],
    ['1,900 nested indefinite arrays', Buffer.concat([hex(`a1${key}`), Buffer.alloc(1900, 0x9f)])],
    ['1,900 nested tags', Buffer.concat([hex(`a1${key}`), Buffer.alloc(1900, 0xc1), hex('00')])],
    ['1,900 items', Buffer.concat([hex('bf'), Buffer.alloc(1900, 0x60)])],
    ['an indefinite map without end', hex('bf')],
  ])('%s: invalid, and the next request is answered', async (_, cbor) => {
    const device = await SimDevice.boot({ image: first, patience: { untilAnswer: 5000, afterAnswer: 100 } });
    expect(await answersTo(device, framed(2, 0, 0, cbor))).toEqual([{ rc: 3 }]);
    expect(await device.client().echo('hi')).toBe('hi');
  });

  test.each([
    ['a header that claims more CBOR than there is', framed(2, 0, 0, hex('a0'), 60_000)],
    ['a header that claims less', framed(2, 0, 0, hex('a0a0a0'), 1)],
  ])('%s: invalid', async (_, bytes) => {
    const device = await SimDevice.boot({ image: first, patience: { untilAnswer: 5000, afterAnswer: 100 } });
    expect(await answersTo(device, bytes)).toEqual([{ rc: 3 }]);
  });

  test('a frame without end, a line without end, noise: dropped, counted, and the next request is answered', async () => {
    const device = await SimDevice.boot({
      image: first,
      patience: { untilAnswer: 20_000, afterAnswer: 100 },
    });
    const random = new Random(seedFor('noise', 3));
    const endlessLine = Buffer.concat([Buffer.from([6, 9]), Buffer.alloc(100_000, 0x41)]);
    const line = Buffer.concat([Buffer.from([4, 20]), Buffer.alloc(124, 0x41), Buffer.from('\n')]);
    const endlessFrame = Buffer.concat([
      Buffer.from([6, 9]),
      Buffer.from(`B/4A${'A'.repeat(120)}\n`),
      ...Array(400).fill(line),
    ]);
    const noise = Buffer.from(Array.from({ length: 50_000 }, () => random.below(256)));
    for (const bytes of [endlessLine, endlessFrame, noise]) {
      // As fast as the device reads: 2 KiB a turn are what its ring takes with ease.
      for (let at = 0; at < bytes.length; at += 2048) {
        device.core.receive(bytes.subarray(at, at + 2048));
        await device.run(200);
      }
      await device.write(Buffer.from('\n'));
      expect(await device.client().echo('hi')).toBe('hi');
    }
    expect((await device.client().counters()).long).toBeGreaterThan(1);
  });

  test('bytes faster than the loop reads are lost and counted, and nothing else happens', async () => {
    const device = await SimDevice.boot({ image: first });
    device.core.receive(new Uint8Array(1_000_000).fill(0x41));
    await device.run(1000);
    await device.write(Buffer.from('\n\n'));
    expect((await device.client().counters()).lost).toBe(1_000_000 - 4096);
    expect(limitNow(device)).toBe(80);
  });

  test('random requests of every group and id, in a window and outside: an answer each, no trap, the map as it was', async () => {
    const bytes = fc.uint8Array({ maxLength: 59, size: 'max' });
    const request = fc.constantFrom(0, 1, 78, 77).chain((group) =>
      fc.record({
        op: fc.constantFrom(0, 2),
        group: fc.constant(group),
        // A reset would only end the window.
        id: group === 0 ? fc.constantFrom(0, 1, 6, 7) : fc.nat({ max: 8 }),
        cbor: fc.oneof(
          bytes,
          bytes.map((value) => Buffer.concat([hex(`a1${key}`), value])),
        ),
      }),
    );
    const patience = { untilAnswer: 20_000, afterAnswer: 50 };
    const device = await SimDevice.boot({ image: first, patience });
    const ask = (name: string, seed: number) =>
      expectFor(name, { seed, runs: 1500 }, request, async ({ op, group, id, cbor }) => {
        expect(await answersTo(device, framed(op, group, id, cbor))).toHaveLength(1);
        expect(device.isPowered).toBe(true);
      });
    await ask('random requests', 11);
    await device.client().openWindow({ shared: true });
    await ask('random requests in a window', 12);
    await device.client().status();
    device.parked = false;
    await device.run(100);
    expect(limitNow(device)).toBe(80);
  });
});

/** A good image of each lookup. */
const GOOD = await Promise.all(
  (['directory', 'tree'] as const).map(
    async (lookup) => [lookup, await compileText(sourceText(SECOND), { lookup })] as const,
  ),
);

/** Images that claim absurd things, everything else about them right. */
const HOSTILE = GOOD.flatMap(([lookup, good]) =>
  hostileOf(good).map(([what, bytes]): [string, Uint8Array] => [`${what} (${lookup})`, bytes]),
);

function hostileOf(good: Uint8Array): [string, Uint8Array][] {
  return [
    ['body bytes that overflow', patched(good, (view) => view.setUint32(12, 0xfffffffc, true))],
    ['protected bytes above the file', patched(good, (view) => view.setUint16(10, 0xffff, true))],
    ['protected bytes 0', patched(good, (view) => view.setUint16(10, 0, true))],
    [
      'resident bytes 2^32 − 4',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.residentBytes, 0xfffffffc, true)),
    ],
    [
      'resident bytes 0',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.residentBytes, 0, true)),
    ],
    [
      '2^32 − 1 windows',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.phases, 0xffffffff, true)),
    ],
    [
      '2^28 + 1 windows, whose bytes overflow',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.phases, 0x10000001, true)),
    ],
    ['255 line steps', refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.steps, 255, true))],
    ['32 phase steps', refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.phaseSteps, 32, true))],
    ['31 rule bits', refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.ruleBits, 31, true))],
    [
      'rules whose bytes overflow',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.rules, 0x15555556, true)),
    ],
    [
      'more zones than rules',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.zones, 0xffffffff, true)),
    ],
    [
      '2^32 − 1 cells',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.cells, 0xffffffff, true)),
    ],
    [
      'a move over 2^32 − 1 cells',
      refit(good, (view) => view.setUint32(BODY_AT + BODY_HEADER_AT.moveCellsMax, 0xffffffff, true)),
    ],
    ['2^32 − 1 directory entries', refit(good, (view) => view.setUint32(DIRECTORY_AT, 0xffffffff, true))],
    ...sectionsOf(good).flatMap((entry): [string, Uint8Array][] => [
      [
        `section ${entry} outside the body`,
        refit(good, (view) => view.setUint32(DIRECTORY_AT + 4 + 12 * entry + 4, 0xfffffff0, true)),
      ],
      [
        `section ${entry} with bytes that overflow`,
        refit(good, (view) => view.setUint32(DIRECTORY_AT + 4 + 12 * entry + 8, 0xfffffffc, true)),
      ],
      [
        `section ${entry} of no bytes`,
        refit(good, (view) => view.setUint32(DIRECTORY_AT + 4 + 12 * entry + 8, 0, true)),
      ],
    ]),
    ['all FF', new Uint8Array(good.length).fill(0xff)],
    ['all 00', new Uint8Array(good.length)],
    ['magic, then all FF', patched(good, (_, bytes) => bytes.fill(0xff, 4))],
  ];
}

/** Numbers of the entries of an image's section table. */
function sectionsOf(image: Uint8Array): number[] {
  const entries = new DataView(image.buffer, image.byteOffset).getUint32(DIRECTORY_AT, true);
  return Array.from({ length: entries }, (_, entry) => entry);
}

function patched(good: Uint8Array, change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = good.slice();
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

describe.each(HOSTILE)('an image with %s', (name, bytes) => {
  test('is refused by the device, which goes on', async () => {
    const device = await SimDevice.boot({ image: first });
    const client = device.client();
    await client.openWindow();
    const hash = bytes.slice(0, 32);
    await expect(push(client, { bytes, hash }), name).rejects.toMatchObject({ exitCode: 1 });
    expect(await client.images()).toHaveLength(1);
    await client.closeWindow();
    expect(limitNow(device)).toBe(80);
  });

  test('is refused at boot, and by the host', async () => {
    const burned = encodeBurned(deriveBurned(first, 'development'));
    const { core, reason } = await bootEdition({ bytes, epoch: 2, hash: digestOf(bytes) }, burned, {
      build: 'device',
    });
    expect(reason).not.toBe(0);
    expect(core.verdict(core.check(0, PLACE), PLACE).state).toBe('fault');
    expect(() => readPartition(bytes)).toThrow(HoldfastError);
  });
});

function digestOf(bytes: Uint8Array): Uint8Array {
  try {
    return parseContainer(bytes).digest;
  } catch {
    return new Uint8Array(32);
  }
}

test('the work of one slice is bounded, whatever is examined: no slice of any of these takes more instructions than the largest good one', async () => {
  const module = await WebAssembly.compile(instrument(readFileSync(coreUrl('device'))));
  const burned = encodeBurned(deriveBurned(first, 'development'));
  const bootCost = async (bytes: Uint8Array): Promise<number> => {
    const { core } = await bootEdition({ bytes, epoch: 2, hash: digestOf(bytes) }, burned, { module });
    return core.globalOf('executed').value;
  };
  for (const [lookup, good] of GOOD) {
    const most = await bootCost(good);
    for (const [name, bytes] of hostileOf(good)) {
      expect(await bootCost(bytes), `${name} (${lookup})`).toBeLessThanOrEqual(most);
    }
  }
});
