/**
 * An edition that waits and passes no more, since firmware with other keys was burned or its bits changed: standard clients get past it
 * with their own commands. And one that runs on trial, sent again.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { GROUP, HOLDFAST, IMAGE, IMAGE_ERROR, OUTCOME, REFUSALS } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { drillKey, privatePemOf } from '../../sim/drill/attacker.ts';
import { DrillDevice, type Refusal } from '../../sim/drill/drill-device.ts';
import { type DrillEdition, drillEdition } from '../../sim/drill/editions.ts';
import { GEOMETRIES } from '../../sim/drill/geometries.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';

const [OLD_KEY, NEW_KEY] = [drillKey(1), drillKey(2)];
const { geometry } = GEOMETRIES[0] as (typeof GEOMETRIES)[number];
const SLOT_B = geometry.areaBytes[0] ?? 0;
const INSIDE_IMAGE = 200;
const makeCore = coresOf(openModule(readFileSync(coreUrl('device'))));
const codeOf = (name: string) => REFUSALS.find((refusal) => refusal.name === name)?.code ?? -1;
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const image = (code: number): Refusal => ({ group: GROUP.image, code });

/** Signed with the key that is gone, with the one that is burned now, and what comes after both. */
let first: DrillEdition;
let waits: DrillEdition;
let anew: DrillEdition;
let third: DrillEdition;

beforeAll(async () => {
  const sizes = { zonesLeast: 6, zonesMore: 3 };
  const by = (key: typeof OLD_KEY) => ({ ...sizes, key: privatePemOf(key) });
  first = await drillEdition(1, by(OLD_KEY));
  waits = await drillEdition(2, { ...by(OLD_KEY), replaces: [1] });
  anew = await drillEdition(2, { ...by(NEW_KEY), replaces: [1] });
  third = await drillEdition(3, { ...by(NEW_KEY), replaces: [1, 2] });
});

function deviceWith(key: typeof OLD_KEY, content: Uint8Array): DrillDevice {
  const config = { checksToConfirm: 4, trialTicks: 0, leaseTicks: 100_000 };
  const burned = encodeBurned({ ...deriveBurned(first.bytes, [createPublicKey(key)]), ...config });
  const device = new DrillDevice({ makeCore, geometry, burned, content });
  expect(device.start()).toBe(0);
  device.settle();
  return device;
}

/** A device with an edition pending that was marked in an earlier window, started with the key that is burned now, in a window. */
function waiting(keyNow: typeof OLD_KEY): DrillDevice {
  const device = deviceWith(OLD_KEY, contentWith(first, geometry));
  device.open();
  expect(device.upload(waits.bytes, waits.hash)).toBe(null);
  expect(device.mark(waits.hash)).toBe(null);
  device.close();
  const content = new Uint8Array(geometry.areaBytes.reduce((sum, bytes) => sum + bytes));
  device.flash.copy(0, content);
  const again = deviceWith(keyNow, content);
  again.open({ shared: true });
  return again;
}

function flip(device: DrillDevice): void {
  const byte = new Uint8Array(1);
  device.flash.copy(SLOT_B + INSIDE_IMAGE, byte);
  device.flash.write(SLOT_B + INSIDE_IMAGE, Uint8Array.of((byte[0] ?? 0) ^ 4));
}

/** As a device whose flash lost a bit since. */
function spoilt(): DrillDevice {
  const device = waiting(OLD_KEY);
  device.close();
  flip(device);
  device.start();
  device.settle();
  device.open({ shared: true });
  return device;
}

const firstPiece = (device: DrillDevice, bytes: Uint8Array, session: Uint8Array) =>
  device.ask(2, GROUP.image, IMAGE.upload, {
    off: 0,
    len: bytes.length,
    sha: session,
    data: bytes.subarray(0, 300),
  });

function lastOutcome(device: DrillDevice): unknown[] {
  const told = device.read(GROUP.holdfast, HOLDFAST.outcome);
  return [told.get('outcome'), told.get('reason'), told.get('epoch')];
}

const stageOf = (device: DrillDevice) => device.status().get('stage');

function expectHolds(device: DrillDevice, { bytes }: DrillEdition): void {
  const stored = new Uint8Array(bytes.length);
  device.flash.copy(SLOT_B, stored);
  expect(Buffer.compare(stored, bytes)).toBe(0);
}

function expectRuns(device: DrillDevice, { hash, epoch }: DrillEdition): void {
  expect(device.mark(hash)).toBe(null);
  expect(device.close({ activate: true })).toBe(null);
  device.settle();
  expect([device.stateOf('onTrial'), device.stateOf('epoch')]).toEqual([1, epoch]);
}

describe('its key is burned no more', () => {
  test.each(['hash', 'session'] as const)('the same map signed anew is taken whole, by its %s', (by) => {
    expect([Buffer.compare(anew.hash, waits.hash), Buffer.compare(anew.bytes, waits.bytes) === 0]).toEqual([
      0,
      false,
    ]);
    const device = waiting(NEW_KEY);
    const session = by === 'hash' ? anew.hash : sha(anew.bytes);
    // The first piece is to come again: it begins an upload, as what waited is given up.
    expect(firstPiece(device, anew.bytes, session).get('off')).toBe(0);
    expect(lastOutcome(device)).toEqual([OUTCOME.refusedAtActivation, codeOf('KEY_UNKNOWN'), 2]);
    expect(device.upload(anew.bytes, session)).toBe(null);
    expectHolds(device, anew);
    expectRuns(device, anew);
  });

  test('another edition takes its place', () => {
    const device = waiting(NEW_KEY);
    expect(device.upload(third.bytes, third.hash)).toBe(null);
    expectHolds(device, third);
    expectRuns(device, third);
  });

  test('marking it is refused, and gives it up', () => {
    const device = waiting(NEW_KEY);
    expect(device.mark(waits.hash)).toEqual(image(IMAGE_ERROR.invalidTlv));
    expect(device.read(GROUP.holdfast, HOLDFAST.why).get('code')).toBe(codeOf('KEY_UNKNOWN'));
    expect([stageOf(device), device.stateOf('epoch')]).toEqual([0, 1]);
    expect(lastOutcome(device)).toEqual([OUTCOME.refusedAtActivation, codeOf('KEY_UNKNOWN'), 2]);
    device.start();
    device.settle();
    expect(stageOf(device)).toBe(0);
  });

  test('erasing its slot gives it up', () => {
    const device = waiting(NEW_KEY);
    expect(device.write(GROUP.image, IMAGE.erase)).toBe(null);
    expect(stageOf(device)).toBe(0);
    const erased = new Uint8Array(SLOT_B);
    device.flash.copy(SLOT_B, erased);
    expect(erased.every((byte) => byte === geometry.erasedByte)).toBe(true);
  });
});

describe('its bits changed', () => {
  test.each([
    ['another edition takes its place', () => waits],
    ['the same edition takes its place', () => waits],
  ] as const)('%s', (_, which) => {
    const device = spoilt();
    expect(device.upload(which().bytes, which().hash)).toBe(null);
    expectHolds(device, which());
    expectRuns(device, which());
  });

  test('erasing its slot gives it up', () => {
    const device = spoilt();
    expect(device.write(GROUP.image, IMAGE.erase)).toBe(null);
    expect([stageOf(device), lastOutcome(device)]).toEqual([
      0,
      [OUTCOME.refusedAtActivation, codeOf('DIGEST_MISMATCH'), 2],
    ]);
  });

  test('a bit that reads wrong when the window opens gives nothing up: it is looked at once more', () => {
    const device = spoilt();
    flip(device);
    expect(firstPiece(device, third.bytes, third.hash).get('err')).toEqual(
      new Map([
        ['group', GROUP.image],
        ['rc', IMAGE_ERROR.imageAlreadyPending],
      ]),
    );
    expect(stageOf(device)).toBe(1);
    expectRuns(device, waits);
  });
});

describe('it passes still', () => {
  test('nothing takes its place, and what is sent again is there', () => {
    const device = waiting(OLD_KEY);
    const operations: unknown[] = [];
    device.onOperation = (operation) => operations.push(operation);
    for (let turn = 0; turn < 2; turn++) {
      expect(device.upload(third.bytes, third.hash)).toEqual(image(IMAGE_ERROR.imageAlreadyPending));
      expect(device.write(GROUP.image, IMAGE.erase)).toEqual(image(IMAGE_ERROR.imageAlreadyPending));
      expect(firstPiece(device, waits.bytes, waits.hash).get('off')).toBe(waits.bytes.length);
    }
    expect([operations, stageOf(device)]).toEqual([[], 1]);
    device.onOperation = () => {};
    expectRuns(device, waits);
  });

  test('the request that comes first after a start, whichever it is, waits for its examination and writes nothing', () => {
    for (const ask of [
      (device: DrillDevice) => device.write(GROUP.image, IMAGE.erase),
      (device: DrillDevice) => device.upload(third.bytes, third.hash),
    ]) {
      const device = waiting(OLD_KEY);
      expect(ask(device)).toEqual(image(IMAGE_ERROR.imageAlreadyPending));
      expectRuns(device, waits);
    }
  });
});

test.each(['close', 'reset'] as const)('the edition on trial after a %s, sent again, is there', (how) => {
  const device = deviceWith(OLD_KEY, contentWith(first, geometry));
  device.open();
  const session = sha(waits.bytes);
  expect(device.upload(waits.bytes, session)).toBe(null);
  expect(device.mark(waits.hash)).toBe(null);
  if (how === 'close') device.close({ activate: true });
  else device.askReset();
  device.settle();
  expect([device.stateOf('onTrial'), device.stateOf('epoch')]).toEqual([1, 2]);
  device.open({ shared: true });
  for (const name of [waits.hash, session])
    expect(firstPiece(device, waits.bytes, name).get('off')).toBe(waits.bytes.length);
  expect(device.upload(third.bytes, third.hash)).toEqual(image(IMAGE_ERROR.noFreeSlot));
});
