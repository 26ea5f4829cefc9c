/** Who sits at the line of a device, with the editions that the attacks and their controls need. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { contentWith } from '../../host/core/first-burn.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import type { MakeCore } from './drill-core.ts';
import { DrillDevice } from './drill-device.ts';
import { type DrillEdition, drillEdition } from './editions.ts';
import { GEOMETRIES } from './geometries.ts';
import { Random } from './random.ts';
import { CHECKS_TO_CONFIRM, LEASE_TICKS } from './story.ts';

const SIZES = { zonesLeast: 6, zonesMore: 3 };
export const SLICES_TO_CHANGE = 3_000;
const CHECKS = CHECKS_TO_CONFIRM + 1;
/** What stands before the 32 bytes of a private Ed25519 key in PKCS 8 (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface Editions {
  readonly first: DrillEdition;
  readonly second: DrillEdition;
  readonly third: DrillEdition;
  readonly stranger: DrillEdition;
  readonly otherMap: DrillEdition;
  readonly otherClass: DrillEdition;
}

/** Plays the transcript, with its defect or without. Gives whether the device has what the attacker wants. */
export type Transcript = (attacker: Attacker, isAttack: boolean) => boolean;

/** A key of nobody but these drills, the same each time. */
export function drillKey(number: number): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.alloc(32, number)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export function privatePemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** The editions, unsigned or signed with a key. */
export async function makeEditions(key?: KeyObject): Promise<Editions> {
  const signed = key === undefined ? {} : { key: privatePemOf(key) };
  const sizes = { ...SIZES, ...signed };
  return {
    first: await drillEdition(1, sizes),
    second: await drillEdition(2, { ...sizes, replaces: [1] }),
    third: await drillEdition(3, { ...sizes, replaces: [1, 2] }),
    stranger: await drillEdition(4, { ...sizes, replaces: [3] }),
    otherMap: await drillEdition(2, { ...sizes, replaces: [1], map: 'other' }),
    otherClass: await drillEdition(2, { ...sizes, replaces: [1], device: 'other' }),
  };
}

/** Who sits at the line of a device that runs the first edition. */
export class Attacker {
  readonly device: DrillDevice;
  readonly editions: Editions;
  readonly random: Random;

  /** The device takes images signed with `key`; without one it is for development. */
  constructor(makeCore: MakeCore, editions: Editions, seed: number, key?: KeyObject) {
    const { geometry } = GEOMETRIES[0] as (typeof GEOMETRIES)[number];
    const { first } = editions;
    const config = { checksToConfirm: CHECKS_TO_CONFIRM, trialTicks: 0, leaseTicks: LEASE_TICKS };
    const burned = encodeBurned({
      ...deriveBurned(first.bytes, key === undefined ? 'development' : [createPublicKey(key)]),
      ...config,
    });
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
export function redigested(
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

export function changed(image: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(image);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
