/**
 * A machine that begins to move while the device works on a request, at each of its slices and at each of its flash operations: nothing is
 * erased or programmed under it, nothing is taken away or activated, no FAULT but the one that waits for an edition to be loaded, and the
 * same request is done once it is parked again.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { GROUP, HOLDFAST, IMAGE, OS, REFUSALS } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import type { CborFields } from '../../host/serial/cbor.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { encodeMessage } from '../../host/serial/smp.ts';
import { DrillDevice } from '../../sim/drill/drill-device.ts';
import { type DrillEdition, drillEdition } from '../../sim/drill/editions.ts';
import { GEOMETRIES } from '../../sim/drill/geometries.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';

const CHECKS_TO_CONFIRM = 4;
const TRIAL_TICKS = 5000;
const SLICES_MOVING = 400;
const STATE_AREA = 2;
/** Words in the middle of the slot's image. */
const INSIDE_IMAGE = 200;

const makeCore = coresOf(openModule(readFileSync(coreUrl('device'))));
const codeOf = (name: string) => REFUSALS.find((refusal) => refusal.name === name)?.code ?? -1;
const LOAD_INTERRUPTED = codeOf('LOAD_INTERRUPTED');
const TRIAL_OVERDUE = codeOf('TRIAL_OVERDUE');

let first: DrillEdition;
let second: DrillEdition;

beforeAll(async () => {
  const sizes = { zonesLeast: 6, zonesMore: 3 };
  first = await drillEdition(1, sizes);
  second = await drillEdition(2, { ...sizes, replaces: [1] });
});

/** What a machine is doing when it begins to move. */
interface Scene {
  readonly name: string;
  /** From a device that runs the first edition to the moment before the request. */
  readonly prepare: (device: DrillDevice) => void;
  /** Asks for it without waiting, in a window that is open; or makes the device begin by itself. */
  readonly begin: (device: DrillDevice) => void;
  /** Done again from wherever the device stands now, parked and in RUN. */
  readonly again: (device: DrillDevice) => void;
  readonly isDone: (device: DrillDevice) => boolean;
}

function send(device: DrillDevice, group: number, id: number, fields: CborFields = {}): void {
  const header = { version: 1, operation: 2, group, sequence: 1, id } as const;
  const token = device.token ?? undefined;
  device.receive(encodeFrame(encodeMessage(header, { ...fields, token })));
}

const stageOf = (device: DrillDevice) => device.status().get('stage');
const holds = (device: DrillDevice, epoch: number) => device.stateOf('epoch') === epoch;

function piece(from: number, to: number): CborFields {
  const begin = from === 0 ? { len: second.bytes.length, sha: second.hash } : {};
  return { off: from, data: second.bytes.subarray(from, to), ...begin };
}

function staged(device: DrillDevice): void {
  device.open();
  expect(device.upload(second.bytes, second.hash)).toBe(null);
}

function marked(device: DrillDevice): void {
  staged(device);
  expect(device.mark(second.hash)).toBe(null);
}

function onTrial(device: DrillDevice): void {
  marked(device);
  expect(device.close({ activate: true })).toBe(null);
  device.settle();
  device.run(CHECKS_TO_CONFIRM + 1);
  expect([device.stateOf('onTrial'), device.stateOf('epoch')]).toEqual([1, 2]);
}

/** Marked, then a bit of it changes in flash, and the device starts anew: it waits, and never passes again. */
function spoilt(device: DrillDevice): void {
  marked(device);
  device.close();
  const at = (device.flash.geometry.areaBytes[0] ?? 0) + INSIDE_IMAGE;
  const byte = new Uint8Array(1);
  device.flash.copy(at, byte);
  device.flash.write(at, Uint8Array.of((byte[0] ?? 0) ^ 4));
  device.start();
  device.settle();
  device.open();
  expect(stageOf(device)).toBe(1);
}

const inWindow = (act: (device: DrillDevice) => unknown) => (device: DrillDevice) => {
  device.open();
  expect(act(device)).toBe(null);
};
/** Where the last piece of the second edition begins. */
const lastAt = () => Math.floor((second.bytes.length - 1) / 400) * 400;
const uploadsAllButTheLast = (device: DrillDevice) => {
  device.open();
  for (let at = 0; at < lastAt(); at += 400) device.write(GROUP.image, IMAGE.upload, piece(at, at + 400));
};
const uploads = inWindow((device) => device.upload(second.bytes, second.hash));
const isStaged = (device: DrillDevice) => device.mark(second.hash) === null;

const SCENES: readonly Scene[] = [
  {
    name: 'opens a window',
    prepare: (device) => {
      // Whatever fills the first sector of the journal of tokens: the next one is erased for the token.
      for (let window = 0; window < 16; window++) {
        device.open();
        device.close();
      }
      device.start();
      device.token = null;
    },
    begin: (device) => send(device, GROUP.holdfast, HOLDFAST.open),
    again: (device) => expect(device.open()).toBe(null),
    isDone: (device) => device.stateOf('mode') === 1,
  },
  {
    name: 'begins an upload',
    prepare: (device) => device.open(),
    begin: (device) => send(device, GROUP.image, IMAGE.upload, piece(0, 400)),
    again: uploads,
    isDone: isStaged,
  },
  {
    name: 'ends an upload',
    prepare: uploadsAllButTheLast,
    begin: (device) => send(device, GROUP.image, IMAGE.upload, piece(lastAt(), second.bytes.length)),
    again: uploads,
    isDone: isStaged,
  },
  {
    name: 'refuses an upload',
    prepare: uploadsAllButTheLast,
    begin: (device) => {
      const data = second.bytes.slice(lastAt());
      data[data.length - 5] = (data[data.length - 5] ?? 0) ^ 1;
      send(device, GROUP.image, IMAGE.upload, { off: lastAt(), data });
    },
    again: (device) => {
      device.open();
      // All of it was there, and what is wrong with it was not found yet: it is refused now.
      if (device.upload(second.bytes, second.hash) !== null) device.upload(second.bytes, second.hash);
    },
    isDone: isStaged,
  },
  {
    name: 'erases a slot',
    prepare: staged,
    begin: (device) => send(device, GROUP.image, IMAGE.erase),
    again: inWindow((device) => device.write(GROUP.image, IMAGE.erase)),
    isDone: (device) => device.mark(second.hash) !== null,
  },
  {
    name: 'marks an edition',
    prepare: staged,
    begin: (device) => send(device, GROUP.image, IMAGE.state, { hash: second.hash }),
    again: inWindow((device) => device.mark(second.hash)),
    isDone: (device) => stageOf(device) === 1,
  },
  {
    name: 'withdraws a pending edition',
    prepare: marked,
    begin: (device) => send(device, GROUP.holdfast, HOLDFAST.revert),
    again: (device) => {
      device.open();
      if (stageOf(device) !== 0) expect(device.revert()).toBe(null);
    },
    isDone: (device) => stageOf(device) === 0 && holds(device, 1),
  },
  {
    name: 'gives a spoilt edition up and erases it',
    prepare: spoilt,
    begin: (device) => send(device, GROUP.image, IMAGE.erase),
    again: inWindow((device) => device.write(GROUP.image, IMAGE.erase)),
    isDone: (device) => stageOf(device) === 0 && holds(device, 1),
  },
  {
    name: 'gives a spoilt edition up for an upload',
    prepare: spoilt,
    begin: (device) => send(device, GROUP.image, IMAGE.upload, piece(0, 400)),
    again: uploads,
    isDone: isStaged,
  },
  {
    name: 'closes the window and activates',
    prepare: marked,
    begin: (device) => send(device, GROUP.holdfast, HOLDFAST.close, { activate: true }),
    again: activatesAgain,
    isDone: (device) => device.stateOf('onTrial') === 1 && holds(device, 2),
  },
  {
    name: 'resets and activates',
    prepare: marked,
    begin: (device) => send(device, GROUP.os, OS.reset),
    again: activatesAgain,
    isDone: (device) => device.stateOf('onTrial') === 1 && holds(device, 2),
  },
  {
    name: 'confirms',
    prepare: (device) => {
      onTrial(device);
      device.open();
    },
    begin: (device) => send(device, GROUP.image, IMAGE.state, { confirm: true }),
    again: inWindow((device) => device.confirm()),
    isDone: (device) => device.stateOf('onTrial') === 0 && holds(device, 2),
  },
  {
    name: 'reverts a trial on request',
    prepare: (device) => {
      onTrial(device);
      device.open();
    },
    begin: (device) => send(device, GROUP.holdfast, HOLDFAST.revert),
    again: (device) => {
      device.open();
      if (stageOf(device) !== 0) expect(device.revert()).toBe(null);
    },
    isDone: (device) => stageOf(device) === 0 && holds(device, 1),
  },
  {
    name: 'reverts an overdue trial',
    prepare: (device) => {
      onTrial(device);
      device.parked = false;
      device.run(3);
      device.tick += TRIAL_TICKS + 1;
      device.run(3);
      expect(device.stateOf('faultReason')).toBe(TRIAL_OVERDUE);
    },
    begin: (device) => {
      device.parked = true;
    },
    again: () => {},
    isDone: (device) => device.stateOf('onTrial') === 0 && holds(device, 1),
  },
];

/** A close or a reset that the machine's moving cut short leaves the edition pending, or armed and begun again by itself. */
function activatesAgain(device: DrillDevice): void {
  if (device.stateOf('onTrial') === 1) return;
  device.open();
  expect(device.mark(second.hash)).toBe(null);
  expect(device.close({ activate: true })).toBe(null);
  device.settle();
}

/** What stands before a request, to be put back for each moment. */
interface Before {
  readonly core: ReturnType<DrillDevice['core']['keep']>;
  readonly flash: ReturnType<DrillDevice['flash']['keep']>;
  readonly token: number | null;
  readonly tick: number;
  readonly parked: boolean;
}

function prepared(scene: Scene, geometry: (typeof GEOMETRIES)[number]['geometry']): [DrillDevice, Before] {
  const config = { checksToConfirm: CHECKS_TO_CONFIRM, trialTicks: TRIAL_TICKS, leaseTicks: 100_000 };
  const burned = encodeBurned({ ...deriveBurned(first.bytes, 'development'), ...config });
  const device = new DrillDevice({ makeCore, geometry, burned, content: contentWith(first, geometry) });
  device.start();
  device.settle();
  scene.prepare(device);
  const { token, tick, parked } = device;
  return [device, { core: device.core.keep(), flash: device.flash.keep(), token, tick, parked }];
}

function putBack(device: DrillDevice, before: Before): void {
  device.core.putBack(before.core);
  device.flash.putBack(before.flash);
  device.takeUp(before.token);
  device.tick = before.tick;
  device.parked = before.parked;
}

interface Moment {
  readonly slices: number;
  readonly operations: number;
}

/** How long the request takes a parked machine. */
function wholeOf(scene: Scene, device: DrillDevice): Moment {
  let [slices, operations] = [0, 0];
  device.onOperation = () => operations++;
  scene.begin(device);
  do {
    device.run(1);
    slices++;
  } while (device.stateOf('busy') !== 0 || slices < 3);
  device.onOperation = () => {};
  return { slices, operations };
}

/** Everything that a machine must find as it was, while no record of the state was written. */
function standing(device: DrillDevice): number[] {
  return (['epoch', 'onTrial', 'faultReason'] as const).map((what) => device.stateOf(what));
}

/** The machine begins to move after so many slices, or within an operation of flash. Gives what went wrong; '' nothing. */
function moveAt(scene: Scene, device: DrillDevice, at: Partial<Moment>): string {
  const before = standing(device);
  const wrongs: string[] = [];
  let [operations, slice, movedIn, stateWritten] = [0, 0, -1, false];
  device.onOperation = ({ kind, area }) => {
    if (movedIn >= 0) {
      // What is in flight ends, and so does the record that it belongs to.
      const isRecord = slice === movedIn && kind === 'program' && area >= STATE_AREA;
      if (!isRecord) wrongs.push(`${kind} in area ${area}, ${slice - movedIn} slices after it began to move`);
    }
    stateWritten ||= area === STATE_AREA && kind === 'program';
    if (++operations === at.operations) {
      device.parked = false;
      movedIn = slice;
    }
  };
  scene.begin(device);
  for (; slice < (at.slices ?? Number.POSITIVE_INFINITY) && movedIn < 0; slice++) device.run(1);
  if (movedIn < 0) movedIn = slice;
  device.parked = false;
  device.run(SLICES_MOVING);
  device.onOperation = () => {};
  const after = standing(device);
  const waits = stateWritten && device.stateOf('faultReason') === LOAD_INTERRUPTED;
  if (!stateWritten && String(before) !== String(after)) wrongs.push(`${before} became ${after}`);
  if (stateWritten && !waits && device.stateOf('faultReason') !== 0 && before[2] === 0)
    wrongs.push(`FAULT ${device.stateOf('faultReason')}`);
  if (device.stateOf('mode') !== 0) wrongs.push('still in a window');
  return wrongs.join('; ');
}

function doAgain(scene: Scene, device: DrillDevice): string {
  device.parked = true;
  device.sent();
  device.settle();
  device.run(CHECKS_TO_CONFIRM + 1);
  device.settle();
  try {
    if (!scene.isDone(device)) scene.again(device);
  } catch (error) {
    return `not done again: ${error instanceof Error ? error.message : error}`;
  }
  device.settle();
  return scene.isDone(device) && device.stateOf('faultReason') === 0 ? '' : 'not done in the end';
}

describe.each(
  GEOMETRIES.filter(({ geometry }) => geometry.sectorBytes === 256 || geometry.sectorBytes === 512),
)('flash with $name', ({ geometry }) => {
  test.each(SCENES)('the machine moves while the device $name', (scene) => {
    const [device, before] = prepared(scene, geometry);
    const whole = wholeOf(scene, device);
    expect(whole.operations).toBeGreaterThan(0);
    const moments = [
      ...Array.from({ length: whole.slices }, (_, slices) => ({ slices })),
      ...Array.from({ length: whole.operations }, (_, operations) => ({ operations: operations + 1 })),
    ];
    for (const moment of moments) {
      putBack(device, before);
      const where = JSON.stringify(moment);
      expect(moveAt(scene, device, moment), where).toBe('');
      expect(doAgain(scene, device), where).toBe('');
    }
    console.log(`${scene.name}: ${moments.length} moments`);
  });
});
