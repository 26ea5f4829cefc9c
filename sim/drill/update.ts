/** An update as its user does it, from wherever the device stands: also again, after the power went in the middle. */

import type { DeviceStatus } from '../../host/serial/answers.ts';
import type { Device } from '../../host/serial/device.ts';
import { type PushImage, push } from '../../host/serial/push.ts';
import type { BoardLine } from '../boards/board-line.ts';
import { START_MS } from '../boards/rp2040-board.ts';

/** What a device does during an update; the last one is the start with the new edition confirmed. */
export const PHASES = [
  'boot',
  'open',
  'upload',
  'read back',
  'mark',
  'activate',
  'trial',
  'confirm',
  'restart',
] as const;
export type Phase = (typeof PHASES)[number];

/** How a pending edition becomes active: with the end of the window, or by a reset. */
export type Activation = 'close' | 'reset';

/** Turns of waiting for the board to load an edition, or for the checks of its trial. */
const WAIT_TURNS_MAX = 100;
const WAIT_TURN_MS = 10;

export interface UpdateOptions {
  readonly image: PushImage;
  readonly activation: Activation;
  readonly onPhase?: (phase: Phase) => void;
}

/** Ends with the edition confirmed and the board started anew. Throws what the verbs throw. */
export async function update(line: BoardLine, device: Device, options: UpdateOptions): Promise<void> {
  const enter = options.onPhase ?? (() => {});
  enter('boot');
  line.run(START_MS);
  const { stage, trial } = await device.status();
  if (!trial) {
    enter('open');
    await device.openWindow();
    if (stage === 'none' || stage === 'pending') await bring(device, options.image, enter);
    await activate(line, device, options.activation, enter);
  }
  enter('trial');
  await waitUntil(line, device, ({ checks, need }) => checks >= need);
  await device.openWindow();
  enter('confirm');
  await device.confirm(options.image.hash);
  enter('restart');
  await device.reset();
  line.run(START_MS);
  await device.status();
}

async function bring(device: Device, image: PushImage, enter: (phase: Phase) => void): Promise<void> {
  enter('upload');
  // A trial that power ended was reverted: who holds the lease insists on it.
  await device.force(image.hash);
  await push(device, image, {
    onProgress: ({ step, doneBytes, totalBytes }) => {
      if (doneBytes < totalBytes) enter(step === 'upload' ? 'upload' : 'read back');
      else enter(step === 'upload' ? 'read back' : 'mark');
    },
  });
}

async function activate(
  line: BoardLine,
  device: Device,
  activation: Activation,
  enter: (phase: Phase) => void,
): Promise<void> {
  enter('activate');
  if (activation === 'close') await device.closeWindow();
  else await device.reset();
  line.run(START_MS);
  await waitUntil(line, device, ({ trial }) => trial);
}

/** Until the board says that it is so, or for so long that what is done next will say what is wrong. */
async function waitUntil(
  line: BoardLine,
  device: Device,
  isSo: (status: DeviceStatus) => boolean,
): Promise<void> {
  for (let turn = 0; turn < WAIT_TURNS_MAX; turn++) {
    if (isSo(await device.status())) return;
    line.run(WAIT_TURN_MS);
  }
}
