/**
 * A new firmware reads the journals of an old one. The records are those that the core of 43c5419 wrote, the last whose records had no
 * version: an edition pending, on trial, confirmed, and reverted by a reset. The bodies of that time are admitted by no core any more, so
 * each record names today's editions instead: their hashes and, of an upload, its bytes, with the checksum that follows from them. How the
 * fixture is made: test/fixtures/journals/records-only.mjs.
 */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { crc32c } from '../../host/body/crc32c.ts';
import { erasedContent, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import {
  AREA,
  RECORD_VERSION,
  SLICE_CYCLES_WINDOW,
  STATE_OF,
  STATE_RECORD_AT,
  STATE_RECORD_BYTES,
  UPLOAD_MAGIC,
  UPLOAD_RECORD_AT,
} from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const [first, second] = await Promise.all([
  compileEdition({ epoch: 1, limit: 80 }),
  compileEdition({ epoch: 2, replaces: '1', limit: 40 }),
]);

type Runs = readonly (readonly [at: number, hex: string])[];
interface Fixture {
  readonly hashes: { readonly first: string; readonly second: string };
  readonly records: Readonly<Record<string, Runs>>;
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/journals/before-versions.json', import.meta.url), 'utf8'),
);
const [SLOT_B_AT, STATE_AT] = [
  VIRTUAL_GEOMETRY.areaBytes[0],
  VIRTUAL_GEOMETRY.areaBytes[0] + VIRTUAL_GEOMETRY.areaBytes[1],
];

/** A record of old as it would be with today's editions: its last word is its checksum. */
function today(hex: string): Uint8Array {
  const hashOf = (image: Uint8Array) => Buffer.from(parseImage(image).digest).toString('hex');
  const named = hex
    .replaceAll(fixture.hashes.first, hashOf(first))
    .replaceAll(fixture.hashes.second, hashOf(second));
  const record = Buffer.from(named, 'hex');
  if (record.readUInt32LE(0) === UPLOAD_MAGIC) {
    record.writeUInt32LE(second.length, UPLOAD_RECORD_AT.imageBytes);
  }
  const checked = record.length - 4;
  record.writeUInt32LE(crc32c(record.subarray(0, checked)), checked);
  return record;
}

test('the records of old name their editions, and their checksums are as that core wrote them', () => {
  const records = Object.values(fixture.records).flat();
  expect(records).toHaveLength(24);
  for (const [, hex] of records) {
    const record = Buffer.from(hex, 'hex');
    expect(record.readUInt32LE(record.length - 4)).toBe(crc32c(record.subarray(0, -4)));
  }
  const naming = records.filter(([, hex]) => hex.includes(fixture.hashes.second));
  expect(naming.length).toBeGreaterThan(8);
});

/** A device with today's core and the flash that the old one left. */
async function after(name: string, change: (content: Uint8Array) => void = () => {}): Promise<SimDevice> {
  const content = erasedContent(VIRTUAL_GEOMETRY);
  content.set(first, 0);
  content.set(second, SLOT_B_AT);
  for (const [at, hex] of fixture.records[name] ?? []) content.set(today(hex), at);
  change(content);
  const device = new SimDevice({ image: null, burnedFrom: first, content });
  await device.reboot();
  return device;
}

const limitAt = (device: SimDevice) => device.core.verdict(device.core.check(0, 500), 500).limit;

test.each([
  ['pending', 80, 'pending', 'none'],
  ['trial', 80, 'none', 'reverted-by-reset'],
  ['confirmed', 40, 'none', 'confirmed'],
  ['reverted', 80, 'none', 'reverted-by-reset'],
] as const)('an edition %s: limit %i answers, stage %s, outcome %s', async (name, limit, stage, outcome) => {
  const device = await after(name);
  expect(device.bootReason).toBe(0);
  expect(limitAt(device)).toBe(limit);
  const client = device.client();
  expect(await client.status()).toMatchObject({ stage });
  expect(await client.outcome()).toMatchObject({ outcome });
  // What the old core said once is said twice now; a second start has nothing to write.
  await device.reboot();
  expect(device.operations).toBe(0);
  expect(limitAt(device)).toBe(limit);
  const { token } = await client.status();
  expect((await client.openWindow()).token).toBe(token + 1);
});

test('what was pending under an old core is activated by nobody but who marks it anew', async () => {
  const device = await after('pending');
  const client = device.client();
  await client.openWindow();
  await client.closeWindow();
  await device.run(300);
  expect(limitAt(device)).toBe(80);
  expect(await client.status()).toMatchObject({ stage: 'pending' });
  const waiting = (await client.images()).find(({ pending }) => pending);
  await client.openWindow();
  await client.test(Buffer.from(waiting?.hash ?? '', 'hex'));
  await client.closeWindow();
  await device.run(300);
  expect(limitAt(device)).toBe(40);
});

test('a record of a later core is not guessed at: FAULT, no window, nothing written', async () => {
  const device = await after('confirmed', (content) => {
    for (let at = STATE_AT; at + STATE_RECORD_BYTES <= STATE_AT + VIRTUAL_GEOMETRY.areaBytes[2]; at += 256) {
      const record = Buffer.from(content.buffer, content.byteOffset + at, STATE_RECORD_BYTES);
      if (record.readUInt32LE(0) === 0xffffffff) continue;
      record.writeUInt32LE(RECORD_VERSION + 1, STATE_RECORD_AT.version);
      record.writeUInt32LE(crc32c(record.subarray(0, STATE_RECORD_AT.checksum)), STATE_RECORD_AT.checksum);
    }
  });
  expect(device.core.stateOf(STATE_OF.faultReason)).toBe(66);
  await expect(device.client().openWindow()).rejects.toMatchObject({ exitCode: 1 });
  expect(device.operations).toBe(0);
});

test('a journal that flash did not give at boot is looked for in a window, in slices, however large its sectors are', async () => {
  // As the RP2040 reads past its cache: docs/targets.md.
  const CYCLES_A_WORD = 274;
  const { geometry } = targetNamed('riscv32');
  expect(geometry.areaBytes[AREA.tokens]).toBeGreaterThanOrEqual(524_288);
  const device = await SimDevice.boot({ image: first, geometry });
  const { token } = await device.client().openWindow();
  const read = device.flash.read.bind(device.flash);
  let isBooting = true;
  let words = 0;
  device.flash.read = (area, offset, destination) => {
    if (area === AREA.tokens) words += destination.length / 4;
    return !(isBooting && area === AREA.tokens) && read(area, offset, destination);
  };
  await device.reboot();
  isBooting = false;
  const service = device.core.service.bind(device.core);
  let most = 0;
  let all = 0;
  device.core.service = (checks) => {
    words = 0;
    const mode = service(checks);
    most = Math.max(most, words);
    all += words;
    return mode;
  };
  expect((await device.client().openWindow()).token).toBe(token + 1);
  // Of every stride but that of the record its head, two words.
  expect(all).toBeGreaterThan((2 * geometry.areaBytes[AREA.tokens]) / geometry.programBytes - 100);
  expect(most * CYCLES_A_WORD).toBeLessThanOrEqual(SLICE_CYCLES_WINDOW);
});
