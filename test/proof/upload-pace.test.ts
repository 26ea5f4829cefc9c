/** How long a client waits for the answer to a piece, in a loop of 100 Hz, on flash of every program unit. */

import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import type { Geometry } from '../../host/core/geometry.ts';
import { GROUP, IMAGE } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import { drillKey, privatePemOf } from '../../sim/drill/attacker.ts';
import { DrillDevice } from '../../sim/drill/drill-device.ts';
import { type DrillEdition, drillEdition } from '../../sim/drill/editions.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import type { Operation } from '../../sim/drill/paged-flash.ts';

/** About the most that a message holds besides its other fields. */
const PIECE_BYTES = 1890;
const SLICES_A_SECOND = 100;
const SECONDS_MOST = 2;
const SECTOR_BYTES = 4096;
const SLOT_SECTORS = 40;
const PAGE_BYTES = 256;
const ZONES = 3200;

const KEY = drillKey(1);
const UNITS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

let first: DrillEdition;
let second: DrillEdition;

beforeAll(async () => {
  const signed = { key: privatePemOf(KEY), zonesMore: 1 };
  first = await drillEdition(1, { ...signed, zonesLeast: 6 });
  second = await drillEdition(2, { ...signed, replaces: [1], zonesLeast: ZONES });
});

function deviceWith(programBytes: number): DrillDevice {
  const [slot, journal] = [SLOT_SECTORS * SECTOR_BYTES, 2 * SECTOR_BYTES];
  const areaBytes = [slot, slot, journal, journal, journal] as const;
  const geometry: Geometry = { sectorBytes: SECTOR_BYTES, programBytes, erasedByte: 0xff, areaBytes };
  const config = { checksToConfirm: 4, trialTicks: 0, leaseTicks: 1_000_000 };
  const burned = encodeBurned({ ...deriveBurned(first.bytes, [createPublicKey(KEY)]), ...config });
  const makeCore = coresOf(openModule(readFileSync(coreUrl('device'))));
  const device = new DrillDevice({ makeCore, geometry, burned, content: contentWith(first, geometry) });
  device.start();
  device.settle();
  device.open();
  return device;
}

/** Slices from a piece to its answer, and the offset that this asks for. */
function sendPiece(device: DrillDevice, off: number, bytes: number): { slices: number; wanted: unknown } {
  const head = { version: 1, operation: 2, group: GROUP.image, sequence: 1, id: IMAGE.upload } as const;
  const begin = off === 0 ? { len: second.bytes.length, sha: second.hash } : {};
  const fields = { off, data: second.bytes.subarray(off, off + bytes), token: device.token ?? undefined };
  device.receive(encodeFrame(encodeMessage(head, { ...fields, ...begin })));
  for (let slices = 1; slices < 10_000; slices++) {
    device.run(1);
    const [answer] = device.sent();
    if (answer === undefined) continue;
    device.settle();
    return { slices, wanted: decodeMessage(answer).body.get('off') };
  }
  throw new Error(`no answer to the piece at ${off}`);
}

describe.each(UNITS)('program units of %i', (unit) => {
  test(`each piece of an upload is answered within ${SECONDS_MOST} s`, () => {
    const device = deviceWith(unit);
    const pieces: number[] = [];
    for (let at = 0; at < second.bytes.length; at += PIECE_BYTES) {
      const { slices, wanted } = sendPiece(device, at, PIECE_BYTES);
      expect(wanted).toBe(Math.min(at + PIECE_BYTES, second.bytes.length));
      pieces.push(slices);
    }
    const [begins, ends] = [pieces[0] ?? 0, pieces.at(-1) ?? 0];
    const between = Math.max(...pieces.slice(1, -1));
    console.log(
      `${second.bytes.length} bytes, unit ${unit}: first ${begins}, between ${between}, last ${ends} slices`,
    );
    for (const slices of [begins, between, ends])
      expect(slices).toBeLessThanOrEqual(SECONDS_MOST * SLICES_A_SECOND);
  });

  test('pieces of any size are programmed once, in whole units, within a page', () => {
    const device = deviceWith(unit);
    const programs: Operation[] = [];
    device.onOperation = (operation) => {
      if (operation.kind === 'program' && operation.area === 1) programs.push(operation);
    };
    const sizes = [300, 33, 1, 255, 2, 700, 257, 61, 1024, 3];
    for (let at = 0, piece = 0; at < second.bytes.length; piece++) {
      const { wanted } = sendPiece(
        device,
        at,
        piece < 300 ? (sizes[piece % sizes.length] ?? 1) : PIECE_BYTES,
      );
      at = Number(wanted);
    }
    expect(device.flash.misuses).toBe(0);
    const image = programs.filter(({ after }) => after.length > 0).slice(1);
    const start = image[0]?.start ?? 0;
    let next = start;
    for (const { start: at, after } of image) {
      expect(at).toBe(next);
      expect(after.length % unit).toBe(0);
      expect(Math.floor(at / PAGE_BYTES)).toBe(Math.floor((at + after.length - 1) / PAGE_BYTES));
      next += after.length;
    }
    expect(next - start).toBe(Math.ceil(second.bytes.length / unit) * unit);
    const stored = new Uint8Array(second.bytes.length);
    device.flash.copy(start, stored);
    expect(Buffer.compare(stored, second.bytes)).toBe(0);
    expect(device.mark(second.hash)).toBe(null);
  });
});
