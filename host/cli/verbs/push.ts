/** `holdfast push`: brings an edition into a device and reads it back. */

import type { Command } from 'commander';
import { loadEdition } from '../../image/edition-file.ts';
import { closeAndActivate } from '../../serial/activation.ts';
import type { Device } from '../../serial/device.ts';
import { dropLease, saveLease } from '../../serial/lease-file.ts';
import { createProgress } from '../../serial/progress.ts';
import { type PushImage, type PushProgress, type PushResult, push } from '../../serial/push.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  printResult,
  withDevice,
} from '../common/device.ts';
import { listenForInterruption } from '../common/interruption.ts';
import { printWarning } from '../common/output.ts';
import { closedWords } from './window.ts';

interface PushCommandOptions extends DeviceOptions {
  window?: boolean;
}

const HELP = `
Needs an open window, or --window. An upload that was cut continues where it stopped. Ctrl-C closes the window of --window.

Examples:
  holdfast push rail.next.img --window --port /dev/ttyACM0
  holdfast window open && holdfast push rail.next.img && holdfast window close`;

const LEFT_OPEN =
  'the window may still be open until its lease ends; `holdfast status` shows its token, `holdfast window close` closes it';

export function register(program: Command): void {
  const command = program
    .command('push')
    .description('upload an edition, read it back, and mark it as pending')
    .argument('<image>', 'image that `holdfast compile` made')
    .option('--window', 'open a window before and close it after')
    .addHelpText('after', HELP);
  addTokenOption(addDeviceOptions(command)).action(run);
}

async function run(imagePath: string, options: PushCommandOptions): Promise<void> {
  const image = loadEdition(imagePath);
  await withDevice(options, async (device, port) => {
    const { result, closed } = options.window
      ? await pushInWindow(device, port, image)
      : { result: await pushWithProgress(device, image), closed: null };
    const identity = { epoch: image.epoch, sha256: Buffer.from(image.hash).toString('hex') };
    const trial = closed === null ? result.trial : closed.trial;
    printResult(options, { port, ...identity, ...result, trial }, [
      ...resultWords(image.epoch, result),
      ...(closed === null ? nextWords(result) : [closedWords(closed)]),
    ]);
  });
}

/** Opens a window only when there is something to write, and closes it only when that is done. */
async function pushInWindow(device: Device, port: string, image: PushImage) {
  const running = Buffer.from(image.hash).toString('hex') === (await device.status()).hash;
  if (running) return { result: await push(device, image), closed: null };
  const interruption = listenForInterruption(
    LEFT_OPEN,
    'Run it again: an upload continues where it stopped.',
  );
  try {
    const { token } = await device.openWindow();
    return await pushUnderLease(device, port, token, image, interruption.throwIfAsked);
  } finally {
    interruption.end();
  }
}

/** The token is kept while the window is open, so that later commands can close it if this one cannot. */
async function pushUnderLease(
  device: Device,
  port: string,
  token: number,
  image: PushImage,
  throwIfAsked: () => void,
) {
  try {
    saveLease(port, token);
    throwIfAsked();
    const result = await pushWithProgress(device, image, throwIfAsked);
    const closed = await closeAndActivate(device);
    dropLease(port);
    return { result, closed };
  } catch (error) {
    // The first error is the one to tell; when the line is gone, the lease ends by itself.
    if (device.token === null) dropLease(port);
    else
      await device.closeWindow().then(
        () => dropLease(port),
        () => printWarning(LEFT_OPEN),
      );
    throw error;
  }
}

async function pushWithProgress(
  device: Device,
  image: PushImage,
  throwIfAsked: () => void = () => {},
): Promise<PushResult> {
  const progress = createProgress(process.stderr, device.clock);
  const onProgress = (step: PushProgress) => {
    progress.report(step);
    throwIfAsked();
  };
  try {
    return await push(device, image, { onProgress });
  } finally {
    progress.end();
  }
}

function resultWords(epoch: number, result: PushResult): string[] {
  if (result.result === 'already-running') {
    return [`epoch ${epoch} is already running${result.trial ? ', on trial' : ''}; nothing was written`];
  }
  const resumed = result.resumedAtBytes > 0 ? `, resumed at byte ${result.resumedAtBytes}` : '';
  const seconds = ((result.uploadMs + result.readBackMs) / 1000).toFixed(1);
  return [
    `epoch ${epoch} is uploaded: ${result.bytes} bytes in slot ${result.slot}, read back and equal (${seconds} s${resumed})`,
  ];
}

function nextWords(result: PushResult): string[] {
  return result.result === 'pending' ? ['close the window to run it on trial: holdfast window close'] : [];
}
