/**
 * Attacks by who holds the serial line, some of them with the safe input: each a transcript after which the device must not have what the
 * attacker wants, beside the same transcript without the defect, its control, which the device must take.
 */
import { createHash } from 'node:crypto';
import { contentWith } from '../../host/core/first-burn.ts';
import { GROUP, IMAGE, IMAGE_HEADER_AT } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import type { MakeCore } from './drill-core.ts';
import { DrillDevice } from './drill-device.ts';
import { type DrillEdition, drillEdition } from './editions.ts';
import { GEOMETRIES } from './geometries.ts';
import { Random } from './random.ts';
import { CHECKS_TO_CONFIRM, isDevices, LEASE_TICKS } from './story.ts';

const SIZES = { zonesLeast: 6, zonesMore: 3 };
const SLICES_TO_CHANGE = 3_000;
const CHECKS = CHECKS_TO_CONFIRM + 1;
const DIGEST_TLV_BYTES = 36;

export interface AttackReport {
  attacks: number;
  /** Attacks after which the device had what it must not have. */
  accepted: number;
  /** Controls after which it had it. */
  controls_accepted: number;
  seed: number;
  /** Attacks that were accepted, and controls that were not. */
  failures: string[];
}

interface Editions {
  readonly first: DrillEdition;
  readonly second: DrillEdition;
  readonly third: DrillEdition;
  readonly stranger: DrillEdition;
  readonly otherMap: DrillEdition;
  readonly otherClass: DrillEdition;
}

/** Plays the transcript, with its defect or without. Gives whether the device has what the attacker wants. */
type Transcript = (attacker: Attacker, isAttack: boolean) => boolean;

export async function attackCore(makeCore: MakeCore, seed: number): Promise<AttackReport> {
  const editions = await makeEditions();
  const report: AttackReport = { attacks: 0, accepted: 0, controls_accepted: 0, seed, failures: [] };
  for (const [name, transcript] of Object.entries(ATTACKS)) {
    const play = (isAttack: boolean) => played(new Attacker(makeCore, editions, seed), transcript, isAttack);
    report.attacks++;
    if (play(true)) {
      report.accepted++;
      report.failures.push(`${name}: accepted`);
    }
    if (play(false)) report.controls_accepted++;
    else report.failures.push(`${name}: its control was refused`);
  }
  return report;
}

/** A device that goes silent has not accepted. */
function played(attacker: Attacker, transcript: Transcript, isAttack: boolean): boolean {
  try {
    return transcript(attacker, isAttack);
  } catch (error) {
    if (!isDevices(error)) throw error;
    return false;
  }
}

async function makeEditions(): Promise<Editions> {
  return {
    first: await drillEdition(1, SIZES),
    second: await drillEdition(2, { ...SIZES, replaces: [1] }),
    third: await drillEdition(3, { ...SIZES, replaces: [1, 2] }),
    stranger: await drillEdition(4, { ...SIZES, replaces: [3] }),
    otherMap: await drillEdition(2, { ...SIZES, replaces: [1], map: 'other' }),
    otherClass: await drillEdition(2, { ...SIZES, replaces: [1], device: 'other' }),
  };
}

/** Who sits at the line of a device that runs the first edition. */
class Attacker {
  readonly device: DrillDevice;
  readonly editions: Editions;
  readonly random: Random;

  constructor(makeCore: MakeCore, editions: Editions, seed: number) {
    const { geometry } = GEOMETRIES[0] as (typeof GEOMETRIES)[number];
    const { first } = editions;
    const config = { checksToConfirm: CHECKS_TO_CONFIRM, trialTicks: 0, leaseTicks: LEASE_TICKS };
    const burned = encodeBurned({ ...deriveBurned(first.bytes, 'development'), ...config });
    const content = contentWith(first, geometry);
    this.device = new DrillDevice({ makeCore, geometry, burned, content, patienceSlices: SLICES_TO_CHANGE });
    this.editions = editions;
    this.random = new Random(seed);
    this.device.start();
    this.device.settle();
  }

  /** Stages and marks in a window of its own, which stays open. */
  bring(image: Uint8Array, hash: Uint8Array): void {
    this.device.open();
    this.device.upload(image, hash);
    this.device.mark(hash);
  }

  activate(): void {
    this.device.close({ activate: true });
    this.settle();
    this.device.run(CHECKS);
  }

  confirm(hash: Uint8Array): void {
    this.device.open();
    this.device.confirm(hash);
    this.device.close();
    this.settle();
  }

  settle(): void {
    this.device.run(SLICES_TO_CHANGE);
  }

  /** Whether an edition of this epoch answers. */
  runs(epoch: number): boolean {
    return this.device.stateOf('epoch') === epoch;
  }

  /** The whole way to an edition that stays; gives whether it answers at the end. */
  update(image: Uint8Array, hash: Uint8Array, epoch: number): boolean {
    this.bring(image, hash);
    this.activate();
    this.confirm(hash);
    this.device.start();
    this.settle();
    return this.runs(epoch);
  }

  updateTo({ bytes, hash, epoch }: DrillEdition): boolean {
    return this.update(bytes, hash, epoch);
  }

  /** As updateTo, and then as an image: a defect, or the image as it was made. */
  takes(edition: DrillEdition, image: Uint8Array, hash = edition.hash): boolean {
    return this.update(image, hash, edition.epoch);
  }
}

/** The image with a digest that is right for what it holds now, and that digest. */
function redigested(
  { bytes, hash }: DrillEdition,
  change: (image: Buffer) => void,
): [Uint8Array, Uint8Array] {
  const image = Buffer.from(bytes);
  const digestAt = image.indexOf(hash);
  change(image);
  const digest = createHash('sha256')
    .update(image.subarray(0, digestAt - 8))
    .digest();
  image.set(digest, digestAt);
  return [image, digest];
}

function changed(image: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(image);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

const bodyBytesOf = (image: Uint8Array) => Buffer.from(image).readUInt32LE(IMAGE_HEADER_AT.bodyBytes);

const ATTACKS: Readonly<Record<string, Transcript>> = {
  'roll back to an older edition': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    if (isAttack) attacker.updateTo(third);
    return attacker.updateTo(second);
  },
  'the running edition again, over a confirmed newer one': (attacker, isAttack) => {
    const { first, second } = attacker.editions;
    attacker.updateTo(second);
    return isAttack ? attacker.updateTo(first) : attacker.runs(second.epoch);
  },
  'an edition that does not follow the running one': (attacker, isAttack) =>
    attacker.updateTo(isAttack ? attacker.editions.stranger : attacker.editions.second),
  'a counter that was raised without a digest': (attacker, isAttack) => {
    const { second } = attacker.editions;
    const image = Buffer.from(second.bytes);
    const at = image.lastIndexOf(Buffer.from([second.epoch, 0, 0, 0]), image.indexOf(second.hash));
    return (
      attacker.takes(second, isAttack ? changed(image, at + 1) : image) ||
      attacker.device.stateOf('epoch') > 2
    );
  },
  'another map': (attacker, isAttack) =>
    attacker.updateTo(isAttack ? attacker.editions.otherMap : attacker.editions.second),
  'another class of device': (attacker, isAttack) =>
    attacker.updateTo(isAttack ? attacker.editions.otherClass : attacker.editions.second),
  'header and TLVs of one container around the body of another': (attacker, isAttack) => {
    const { second, first } = attacker.editions;
    const image = Buffer.from(second.bytes);
    const bytes = Math.min(bodyBytesOf(second.bytes), bodyBytesOf(first.bytes));
    if (isAttack) image.set(first.bytes.subarray(32, 32 + bytes), 32);
    return attacker.takes(second, image);
  },
  'a mixed body under a digest that was made anew': (attacker, isAttack) => {
    const { second, first } = attacker.editions;
    const bytes = Math.min(bodyBytesOf(second.bytes), bodyBytesOf(first.bytes));
    const [image, hash] = redigested(second, (image) => {
      if (isAttack) image.set(first.bytes.subarray(32, 32 + (bytes >> 1)), 32);
    });
    return attacker.takes(second, image, hash);
  },
  "a digest that is not the image's": (attacker, isAttack) => {
    const { second } = attacker.editions;
    const at = Buffer.from(second.bytes).indexOf(second.hash);
    return isAttack
      ? attacker.takes(second, changed(second.bytes, at), changed(second.hash, 0))
      : attacker.updateTo(second);
  },
  'a TLV whose length runs over the end': (attacker, isAttack) => {
    const { second } = attacker.editions;
    const at = Buffer.from(second.bytes).indexOf(second.hash);
    const image = Uint8Array.from(second.bytes);
    if (isAttack) image[at - 1] = 0xff;
    return attacker.takes(second, image);
  },
  'two digests': (attacker, isAttack) => {
    const { second } = attacker.editions;
    const at = Buffer.from(second.bytes).indexOf(second.hash);
    const tlv = second.bytes.subarray(at - 4, at - 4 + DIGEST_TLV_BYTES);
    const image = Buffer.concat([second.bytes, isAttack ? tlv : Buffer.alloc(0)]);
    if (isAttack) image.writeUInt16LE(image.readUInt16LE(at - 6) + DIGEST_TLV_BYTES, at - 6);
    return attacker.takes(second, image);
  },
  'an image that ends early': (attacker, isAttack) => {
    const { second } = attacker.editions;
    return attacker.takes(
      second,
      isAttack ? second.bytes.subarray(0, second.bytes.length - 1) : second.bytes,
    );
  },
  'an image with bytes behind it': (attacker, isAttack) => {
    const { second } = attacker.editions;
    return attacker.takes(second, Buffer.concat([second.bytes, Buffer.alloc(isAttack ? 64 : 0)]));
  },
  // What is wanted is that the image which lies there is harmed.
  'an upload without end': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    const { device } = attacker;
    device.open();
    device.upload(bytes, hash);
    const more = {
      off: isAttack ? bytes.length : 0,
      data: bytes.subarray(0, 200),
      ...(isAttack ? {} : { len: bytes.length, sha: hash }),
    };
    for (let piece = 0; piece < 100; piece++)
      device.write(GROUP.image, IMAGE.upload, { ...more, off: more.off + (isAttack ? 200 * piece : 0) });
    const listed = device.read(GROUP.image, IMAGE.state).get('images');
    const isWhole = Array.isArray(listed) && listed.length === 2;
    return isAttack ? !isWhole : isWhole;
  },
  'one image begun, another one finished under its session': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    const { device } = attacker;
    device.open();
    const begin = { off: 0, len: third.bytes.length, sha: third.hash, data: third.bytes.subarray(0, 400) };
    device.write(GROUP.image, IMAGE.upload, begin);
    const rest = (isAttack ? second : third).bytes.subarray(400);
    device.write(GROUP.image, IMAGE.upload, { off: 400, data: rest.subarray(0, third.bytes.length - 400) });
    device.mark(third.hash);
    attacker.activate();
    return attacker.runs(third.epoch);
  },
  'a token of an earlier window': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    const { device } = attacker;
    device.open();
    const old = device.token;
    device.close();
    device.open();
    if (isAttack) device.token = old;
    device.upload(bytes, hash);
    device.mark(hash);
    attacker.activate();
    return attacker.runs(epoch);
  },
  'no token': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.device.open();
    if (isAttack) attacker.device.token = null;
    attacker.device.upload(bytes, hash);
    attacker.device.mark(hash);
    attacker.activate();
    return attacker.runs(epoch);
  },
  'tokens that are guessed': (attacker, isAttack) => {
    const { device } = attacker;
    device.open();
    const own = device.token ?? 0;
    device.token = isAttack ? own + 1 + attacker.random.below(1000) : own;
    return device.mark(attacker.editions.first.hash) === null;
  },
  'a window while the machine moves': (attacker, isAttack) => {
    attacker.device.parked = !isAttack;
    return attacker.device.open() === null;
  },
  'confirm what never ran': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    if (!isAttack) attacker.activate();
    if (!isAttack) attacker.device.open();
    attacker.device.confirm(hash);
    attacker.device.start();
    attacker.settle();
    return attacker.runs(epoch) && attacker.device.stateOf('onTrial') === 0;
  },
  'confirm with too few checks': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    attacker.device.checksASlice = isAttack ? 0 : 1;
    attacker.bring(bytes, hash);
    attacker.activate();
    attacker.device.open();
    return attacker.device.confirm(hash) === null;
  },
  'confirm in RUN': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    attacker.bring(bytes, hash);
    attacker.activate();
    if (!isAttack) attacker.device.open();
    return attacker.device.confirm(hash) === null;
  },
  'upload over an edition on trial': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    attacker.bring(second.bytes, second.hash);
    attacker.activate();
    attacker.device.open();
    if (!isAttack) attacker.device.revert();
    return attacker.device.upload(third.bytes, third.hash) === null;
  },
  'upload over a pending edition': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    attacker.bring(second.bytes, second.hash);
    if (!isAttack) attacker.device.revert();
    return attacker.device.upload(third.bytes, third.hash) === null;
  },
  'erase what runs': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    attacker.device.open();
    attacker.device.upload(bytes, hash);
    return attacker.device.write(GROUP.image, IMAGE.erase, { slot: isAttack ? 0 : 1 }) === null;
  },
  'activation by the end of a lease': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    if (isAttack) attacker.device.tick += LEASE_TICKS + 1;
    else attacker.device.close({ activate: true });
    attacker.settle();
    return attacker.runs(epoch);
  },
  'activation by a power cut': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    if (isAttack) attacker.device.start();
    else attacker.device.askReset();
    attacker.settle();
    return attacker.runs(epoch);
  },
  'activation by a machine that begins to move': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    attacker.device.parked = !isAttack;
    if (!isAttack) attacker.device.close({ activate: true });
    attacker.settle();
    attacker.device.parked = true;
    attacker.settle();
    return attacker.runs(epoch);
  },
  'a reset in RUN': (attacker, isAttack) => {
    if (!isAttack) attacker.device.open();
    attacker.device.askReset();
    attacker.settle();
    return attacker.device.resets > 0;
  },
};
