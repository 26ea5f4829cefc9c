/**
 * Where bits flip: a device as it stands at a point of its life, and what its user, or somebody else, does next. One device is for
 * development and is updated; one has a key, and is given what nobody signed, and what a stranger signed in the name of its key.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { GROUP, IMAGE } from '../../host/format.ts';
import { drillKey, privatePemOf } from './attacker.ts';
import type { CoreState } from './drill-core.ts';
import type { DrillDevice } from './drill-device.ts';
import { type DrillEdition, drillEdition } from './editions.ts';
import type { Kept } from './paged-flash.ts';
import type { Owed } from './promise.ts';
import { withSignatureOf } from './signature-attacks.ts';
import { Life } from './story.ts';

const CONFIRMED = 1;
const NEXT = 3;
/** It does not name the confirmed edition as one that it replaces. */
const FOREIGN = 900;
const FORGED = 5;
const LATER = 1000;
const LAST = 2000;
const SLICE_IN_UPLOAD = 7;
const SLICE_IN_ACTIVATION = 3;
/** Slices of the upload of the forged edition: before it is examined, and in the middle of its signature. */
const SLICES_IN_SIGNATURE = [18, 45];
/** Five slices before its refusal; what is left takes fewer slices than are waited. */
const [SLICE_NEAR_END, SLICES_TO_END] = [84, 40];

export interface Stage {
  readonly name: string;
  readonly core: CoreState;
  readonly flash: Kept;
  readonly token: number | null;
  readonly owed: Owed;
  readonly goOn: (life: Life) => void;
  /** What alone may answer afterwards, without a start in between; absent: any edition that may run. */
  readonly answers: DrillEdition | null;
}

/** A kind of device with its editions, the first of them burned, and the stages of its life. */
export interface Setting {
  readonly trust: readonly KeyObject[] | 'development';
  readonly first: DrillEdition;
  /** What it may be updated to meanwhile, and what must never run. */
  readonly may: readonly DrillEdition[];
  readonly never: readonly DrillEdition[];
  /** What it is updated to afterwards: the first of them above its epoch and above `laterThan`. */
  readonly later: readonly DrillEdition[];
  readonly laterThan: number;
  readonly live: (stages: Stages) => void;
}

/**
 * Letters that say nothing, so that a request is received in the first slice of a window and mostly read in the next; and what such a
 * message has beside them at most, in bytes, where a build takes no longer ones.
 */
const CLOSE = { letters: 499, otherBytes: 60 };
const MARK = { letters: 465, otherBytes: 100 };
const SLICE_IN_REQUEST = 1;
const SLICES_TO_ANSWER = 100;
/** Requests that ask for something; one flipped bit away lies one that asks for more. */
export const STAGES_IN_REQUESTS = ['asked to close, no more', 'asked to mark, not to confirm'];

const SIZES = { zonesLeast: 6, zonesMore: 3 };

/** A device for development in an update. */
export async function updatedSetting(): Promise<Setting> {
  const make = (epoch: number, replaces: readonly number[]) => drillEdition(epoch, { ...SIZES, replaces });
  const [first, next] = [await make(CONFIRMED, []), await make(NEXT, [CONFIRMED])];
  const foreign = await make(FOREIGN, [FOREIGN - 1]);
  const later = [await make(LATER, [CONFIRMED, NEXT]), await make(LAST, [CONFIRMED, NEXT, LATER])];
  const live = (stages: Stages) => liveUpdated(stages, first, next, foreign);
  return { trust: 'development', first, may: [next], never: [foreign], later, laterThan: NEXT, live };
}

function liveUpdated(stages: Stages, first: DrillEdition, next: DrillEdition, foreign: DrillEdition): void {
  const { life } = stages;
  const may = { confirmed: [CONFIRMED, NEXT], trial: NEXT };
  const given = { confirmed: [CONFIRMED], trial: null };
  const finish = (on: Life) => on.finish(next);
  const [closes, marks] = STAGES_IN_REQUESTS as [string, string];
  const awaits = (on: Life) => on.device.run(SLICES_TO_ANSWER);
  stages.begin();
  stages.keep('run', finish, may);
  stages.keep('run, foreign', (on) => on.tryUpdate(foreign));
  life.open();
  stages.keep('window', finish, may);
  stages.keep('window, foreign', (on) => on.tryUpdate(foreign));
  stages.keepInside('upload', SLICE_IN_UPLOAD, () => life.stage(next), finish, may);
  stages.keep('uploaded', finish, may);
  life.mark(next);
  stages.keep('marked', finish, may);
  const close = () => life.device.close({ padding: paddingOf(CLOSE, life.device), activate: false });
  stages.keepInside(closes, SLICE_IN_REQUEST, close, awaits, given, first);
  life.open();
  life.mark(next);
  stages.keepInside('activation', SLICE_IN_ACTIVATION, () => life.activate(next), finish, may);
  stages.keep('trial', finish, may);
  stages.keep('trial, power cycle', () => {}, given);
  life.open();
  stages.keep('window on trial', finish, may);
  stages.keep('window on trial, revert', (on) => on.revert(), given);
  const mark = () =>
    life.device.write(GROUP.image, IMAGE.state, {
      hash: next.hash,
      padding: paddingOf(MARK, life.device),
      confirm: false,
    });
  stages.keepInside(marks, SLICE_IN_REQUEST, mark, awaits, given);
  life.confirm(next);
  stages.keep('confirmed', (on) => on.close());
  life.close();
  stages.keep('run again', (on) => on.tryUpdate(foreign));
}

function paddingOf({ letters, otherBytes }: typeof CLOSE, { messageBytesMax }: DrillDevice): string {
  return 'p'.repeat(Math.min(letters, messageBytesMax - otherBytes));
}

/** A device with a key, which is given editions that it must not take. */
export async function keyedSetting(): Promise<Setting> {
  const [own, stranger] = [drillKey(1), drillKey(2)];
  const make = (epoch: number, replaces: readonly number[], key?: string) =>
    drillEdition(epoch, { ...SIZES, replaces, ...(key === undefined ? {} : { key }) });
  const ownPem = privatePemOf(own);
  const first = await make(CONFIRMED, [], ownPem);
  const unsigned = await make(NEXT, [CONFIRMED]);
  const signed = await make(FORGED, [CONFIRMED], ownPem);
  const byStranger = await make(FORGED, [CONFIRMED], privatePemOf(stranger));
  const forged = { ...signed, bytes: withSignatureOf(signed.bytes, byStranger.bytes) };
  const later = [await make(LATER, [CONFIRMED], ownPem), await make(LAST, [CONFIRMED, LATER], ownPem)];
  const trust = [createPublicKey(own)];
  const live = (stages: Stages) => liveKeyed(stages, unsigned, forged);
  return { trust, first, may: [], never: [unsigned, forged], later, laterThan: FORGED, live };
}

function liveKeyed(stages: Stages, unsigned: DrillEdition, forged: DrillEdition): void {
  const { life } = stages;
  const tryUnsigned = (on: Life) => on.tryUpdate(unsigned);
  const tryForged = (on: Life) => on.tryUpdate(forged);
  stages.begin();
  stages.keep('run, unsigned', tryUnsigned);
  life.open();
  stages.keep('window, unsigned', tryUnsigned);
  stages.keepInside('upload, unsigned', SLICE_IN_UPLOAD, () => life.trySend(unsigned), tryUnsigned);
  for (const slice of SLICES_IN_SIGNATURE)
    stages.keepInside(`signature, forged, slice ${slice}`, slice, () => life.trySend(forged), tryForged);
  const waitForForged = (on: Life) => {
    on.device.run(SLICES_TO_END);
    on.tryRun(forged);
  };
  stages.keepInside(
    'signature, forged, near its end',
    SLICE_NEAR_END,
    () => life.trySend(forged),
    waitForForged,
  );
}

/** Keeps a device as it stands, again and again in its life. */
export class Stages {
  readonly kept: Stage[] = [];
  readonly life: Life;
  readonly #device: DrillDevice;

  constructor(device: DrillDevice) {
    this.#device = device;
    this.life = new Life(device, { confirmed: [CONFIRMED], trial: null, token: 0 });
  }

  begin(): void {
    this.#device.start();
    this.#device.settle();
  }

  keep(
    name: string,
    goOn: Stage['goOn'],
    owed: Partial<Owed> = {},
    answers: DrillEdition | null = null,
  ): void {
    const { core, flash, token } = this.#device;
    this.kept.push({
      name,
      core: core.keep(),
      flash: flash.keep(),
      token,
      owed: { ...this.life.owed, ...owed },
      goOn,
      answers,
    });
  }

  /** As it stands after so many slices of what is done. */
  keepInside(
    name: string,
    slices: number,
    act: () => void,
    goOn: Stage['goOn'],
    owed: Partial<Owed> = {},
    answers: DrillEdition | null = null,
  ): void {
    let left = slices;
    this.#device.onSlice = () => {
      if (--left === 0) this.keep(name, goOn, owed, answers);
    };
    act();
    this.#device.onSlice = () => {};
    if (left > 0) throw new RangeError(`${name}: only ${slices - left} slices`);
  }
}
