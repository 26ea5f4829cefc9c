/** The whole way of an edition into a device, in two halves: upload, read back and compare; then mark as pending. */

import { createHash } from 'node:crypto';
import { HoldfastError } from '../common/errors.ts';
import { GROUP } from '../format.ts';
import { type Refusal, RefusedError } from '../refusals/refusals.ts';
import type { DeviceStatus, SlotState } from './answers.ts';
import type { Device } from './device.ts';
import { readSlot } from './read-back.ts';
import { type ReadBackWay, requireSameInSlot } from './same-in-slot.ts';
import { upload } from './upload.ts';

/** What is said of the confirmed edition while another is on trial: nothing is to be written, but it does not run. */
export const ALREADY_CONFIRMED: Refusal = {
  name: 'ALREADY_CONFIRMED',
  words: 'this edition is the confirmed one; another is on trial',
  remedy: 'Run `holdfast revert` in a window to go back to it.',
};

export interface PushImage {
  /** The whole container. */
  bytes: Uint8Array;
  /** Its SHA-256 TLV, 32 bytes. */
  hash: Uint8Array;
}

export interface PushProgress {
  step: 'upload' | 'read-back';
  doneBytes: number;
  totalBytes: number;
  /** Where this step began: above 0 when an earlier upload was resumed. */
  startedAtBytes: number;
}

export interface PushOptions {
  onProgress?: (progress: PushProgress) => void;
  /** How it is read back: by digests over what lies in flash unless given. */
  readBack?: ReadBackWay | undefined;
}

/** How an edition came into its slot. */
export interface StageResult {
  /** `staged`: it lies in its slot, read back and equal. `already-running`: nothing was written. */
  result: 'staged' | 'already-running';
  /** Whether the edition that runs already is on trial. */
  trial: boolean;
  /** Whether it was marked before, so that a window may make it run. */
  pending: boolean;
  bytes: number;
  sentBytes: number;
  /** Whether the device had the whole edition already, so that nothing was written. */
  there: boolean;
  /** Where an earlier upload was taken up; 0: from the beginning. */
  resumedAtBytes: number;
  slot: number | null;
  /** How it was read back; `bytes` also where the core knows no digests. Null: nothing was. */
  readBack: ReadBackWay | null;
  uploadMs: number;
  readBackMs: number;
}

export interface PushResult extends Omit<StageResult, 'result' | 'pending'> {
  /** `pending`: it is there and becomes active when the window closes. `already-running`: nothing was written. */
  result: 'pending' | 'already-running';
}

/**
 * Brings `image` into the device and marks it as pending: `stage`, then `mark`. Needs an open window, unless the edition runs already.
 * Throws `RefusedError` (exit code 1), or line and device trouble (exit code 3).
 */
export async function push(device: Device, image: PushImage, options: PushOptions = {}): Promise<PushResult> {
  const { pending: _, ...staged } = await stage(device, image, options);
  if (staged.result === 'already-running') return { ...staged, result: staged.result };
  await mark(device, image.hash);
  return { ...staged, result: 'pending' };
}

/**
 * Brings `image` into the free slot, and marks nothing: whatever happens, it does not run unless it was pending before. Only after the
 * whole edition was read back from flash, by digests or byte for byte, and found equal does this resolve. Throws as `push` does.
 */
export async function stage(
  device: Device,
  image: PushImage,
  options: PushOptions = {},
): Promise<StageResult> {
  const status = await device.status();
  if (status.hash === hexOf(image.hash)) return alreadyRunning(image, status.trial);
  requireWindow(status);
  const { bufferBytes } = await device.parameters();
  const wasThere = image.bytes.length <= bufferBytes && (await isThere(device, image, bufferBytes));
  const startMs = device.clock.nowMs();
  const sent = await upload(device, image.bytes, {
    session: createHash('sha256').update(image.bytes).digest(),
    bufferBytes,
    onProgress: (progress) => options.onProgress?.({ step: 'upload', ...progress }),
  });
  const uploadedMs = device.clock.nowMs();
  const slot = await findSlot(device, image);
  const readBack = await requireSameInSlot(device, image.bytes, {
    slot: slot.slot,
    bufferBytes,
    way: options.readBack,
    onProgress: (progress) => options.onProgress?.({ step: 'read-back', startedAtBytes: 0, ...progress }),
  });
  return {
    result: 'staged',
    trial: false,
    pending: slot.pending,
    bytes: image.bytes.length,
    sentBytes: sent.sentBytes,
    there: wasThere || sent.wasThere,
    resumedAtBytes: sent.resumedAtBytes,
    slot: slot.slot,
    readBack,
    uploadMs: uploadedMs - startMs,
    readBackMs: device.clock.nowMs() - uploadedMs,
  };
}

function alreadyRunning(image: PushImage, trial: boolean): StageResult {
  const nothing = {
    sentBytes: 0,
    there: true,
    resumedAtBytes: 0,
    slot: null,
    readBack: null,
    uploadMs: 0,
    readBackMs: 0,
  };
  return { result: 'already-running', trial, pending: false, bytes: image.bytes.length, ...nothing };
}

/** Whether a slot holds this very image. Of one that a single piece holds, the answer to that piece does not tell. */
async function isThere(device: Device, { bytes, hash }: PushImage, bufferBytes: number): Promise<boolean> {
  const listed = (await device.images()).find((entry) => entry.hash === hexOf(hash));
  if (listed === undefined) return false;
  return Buffer.from(bytes).equals(await readSlot(device, bytes.length, { slot: listed.slot, bufferBytes }));
}

/** The device would say so as well, but after 40 seconds of waiting at worst; here it costs nothing. */
function requireWindow(status: DeviceStatus): void {
  if (status.mode !== 'window') throw new RefusedError('push', GROUP.holdfast, 1);
}

async function findSlot(device: Device, image: PushImage): Promise<SlotState> {
  const hash = hexOf(image.hash);
  const slot = (await device.images()).find((entry) => entry.hash === hash);
  if (slot === undefined) {
    throw new HoldfastError(
      'EDITION_MISSING',
      'The upload ended, but the device does not list the edition.',
      {
        remedy: 'Push the image again.',
        exitCode: 3,
      },
    );
  }
  return slot;
}

/**
 * Marks the staged edition with this hash as pending, under the lease of the open window. Throws `RefusedError`, `ALREADY_CONFIRMED` (exit
 * code 1), or `NOT_PENDING` (3).
 */
export async function mark(device: Device, hash: Uint8Array): Promise<SlotState> {
  const name = hexOf(hash);
  const slots = await device.test(hash);
  const pending = slots.find((slot) => slot.hash === name && slot.pending);
  if (pending !== undefined) return pending;
  if (slots.some((slot) => slot.hash === name && slot.confirmed)) {
    const { name, words, remedy } = ALREADY_CONFIRMED;
    throw new HoldfastError(name, `${words[0]?.toUpperCase()}${words.slice(1)}.`, { remedy, exitCode: 1 });
  }
  throw new HoldfastError('NOT_PENDING', 'The device did not mark the edition as pending.', {
    remedy: 'Run `holdfast status` to see what runs, then push the image again.',
    exitCode: 3,
  });
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
