/** Bringing editions into a device, as more than one verb does it: progress, and windows that are opened for it. */

import { Option } from 'commander';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { requireTaken } from '../../image/body-version.ts';
import { parseImage } from '../../image/container.ts';
import type { Refusal } from '../../refusals/refusals.ts';
import type { Device } from '../../serial/device.ts';
import { dropLease, saveLease } from '../../serial/lease-file.ts';
import { otherMapRefusal } from '../../serial/other-map.ts';
import { createProgress } from '../../serial/progress.ts';
import type { PushImage, PushOptions, PushProgress, StageResult } from '../../serial/push.ts';
import { roomRefusal } from '../../serial/room.ts';
import { READ_BACK_WAYS } from '../../serial/same-in-slot.ts';
import { listenForInterruption } from './interruption.ts';
import { printWarning } from './output.ts';

/** An option of verbs that bring editions in. */
export function readBackOption(): Option {
  return new Option(
    '--read-back <way>',
    'by digests that the device makes of its flash, or byte for byte, as from an earlier core',
  )
    .choices(READ_BACK_WAYS)
    .default('digest');
}

export const FORCE_HELP =
  'take it although it was reverted before, or is the last epoch; not below the confirmed one';

const LEFT_OPEN =
  'the window may still be open until its lease ends; `holdfast status` shows its token, `holdfast window close` closes it';

/**
 * Whether a device that takes such maps runs this very edition. Throws MAP_ID or DEVICE_CLASS for an edition of another map or class, and
 * BODY_NOT_TAKEN or TOO_LARGE when its core says that it does not take such maps (exit code 1); an earlier core does not say.
 */
export async function requireTakenBy(device: Device, image: PushImage): Promise<boolean> {
  const status = await device.status();
  const { body, layouts, hash, arena } = status;
  const other = otherMapRefusal(parseImage(image.bytes).identity, status);
  if (other !== null) throw refused(other);
  if (body !== null && layouts !== null) requireTaken(image.bytes, { version: body, layouts });
  const refusal = arena === null ? null : await roomRefusal(image.bytes, arena);
  if (refusal !== null) throw refused(refusal);
  return Buffer.from(image.hash).toString('hex') === hash;
}

/** What is not sent to be refused (exit code 1). */
function refused({ name, words, remedy }: Refusal): HoldfastError {
  return new HoldfastError(name, words, { remedy, exitCode: EXIT_CHECK_SAID_NO });
}

/** Runs `bring` with its progress on stderr; `throwIfAsked` is called at each of its steps. */
export async function withProgress<Result>(
  device: Device,
  bring: (options: PushOptions) => Promise<Result>,
  throwIfAsked: () => void = () => {},
): Promise<Result> {
  const progress = createProgress(process.stderr, device.clock);
  const onProgress = (step: PushProgress) => {
    progress.report(step);
    throwIfAsked();
  };
  try {
    return await bring({ onProgress });
  } finally {
    progress.end();
  }
}

/**
 * Opens a window, brings something in, and closes the window. The token is kept while the window is open, so that later commands can
 * close it if this one cannot; Ctrl-C closes it.
 */
export async function inOwnWindow<Brought, Closed>(
  device: Device,
  port: string,
  bring: (options: PushOptions) => Promise<Brought>,
  close: () => Promise<Closed>,
): Promise<{ result: Brought; closed: Closed }> {
  const interruption = listenForInterruption(
    LEFT_OPEN,
    'Run it again: an upload continues where it stopped.',
  );
  try {
    const { token } = await device.openWindow();
    return await underLease(device, port, token, async () => {
      interruption.throwIfAsked();
      const result = await withProgress(device, bring, interruption.throwIfAsked);
      return { result, closed: await close() };
    });
  } finally {
    interruption.end();
  }
}

async function underLease<Result>(
  device: Device,
  port: string,
  token: number,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    saveLease(port, token);
    const result = await action();
    dropLease(port);
    return result;
  } catch (error) {
    // The first error is the one to tell; when the line is gone, the lease ends by itself.
    if (device.token === null) dropLease(port);
    else
      await device.closeWindow({ activate: false }).then(
        () => dropLease(port),
        () => printWarning(LEFT_OPEN),
      );
    throw error;
  }
}

/** What was written, or that nothing was. */
export function broughtWords(
  epoch: number,
  result: Omit<StageResult, 'result' | 'pending'> & { result: string },
): string {
  if (result.result === 'already-running') {
    return `epoch ${epoch} is already running${result.trial ? ', on trial' : ''}; nothing was written`;
  }
  const resumed =
    !result.there && result.resumedAtBytes > 0 ? `, resumed at byte ${result.resumedAtBytes}` : '';
  const seconds = ((result.uploadMs + result.readBackMs) / 1000).toFixed(1);
  const how = result.there ? 'was there already' : 'is uploaded';
  const equal = result.readBack === 'bytes' ? 'read back byte for byte and equal' : 'read back and equal';
  return `epoch ${epoch} ${how}: ${result.bytes} bytes in slot ${result.slot}, ${equal} (${seconds} s${resumed})`;
}
