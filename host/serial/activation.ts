/** What becomes of an edition that was marked in a window when that closes: the device activates it in slices, so it takes a moment. */

import { sleep } from '../common/clock.ts';
import { HoldfastError } from '../common/errors.ts';
import { GROUP } from '../format.ts';
import { describeRefusal } from '../refusals/refusals.ts';
import type { DeviceStatus } from './answers.ts';
import type { Device } from './device.ts';

const POLL_MS = 50;
const WAIT_MS_MAX = 10_000;

/**
 * Closes the window and waits until what was marked in it is on trial. Resolves with the status then. Throws `ACTIVATION_REFUSED`
 * (exit code 1) when the device examined it once more and refused it, `ACTIVATION_SLOW` when it takes above ten seconds.
 */
export async function closeAndActivate(device: Device): Promise<DeviceStatus> {
  const { stage } = await device.status();
  await device.closeWindow();
  const startMs = device.clock.nowMs();
  while (device.clock.nowMs() - startMs < WAIT_MS_MAX) {
    const status = await device.status();
    if (status.mode === 'run' && status.stage !== 'armed') {
      if (stage === 'pending' && status.stage === 'none') await requireNotRefused(device);
      return status;
    }
    await sleep(device.clock, POLL_MS);
  }
  throw new HoldfastError('ACTIVATION_SLOW', 'The edition was not activated within ten seconds.', {
    remedy: 'Run `holdfast status` to see what the device does.',
    exitCode: 3,
  });
}

async function requireNotRefused(device: Device): Promise<void> {
  const { outcome, reason } = await device.outcome();
  if (outcome !== 'refused-at-activation') return;
  const refusal = describeRefusal(GROUP.holdfast, reason);
  throw new HoldfastError(
    'ACTIVATION_REFUSED',
    `The device refused the edition at its activation: ${refusal.words}.`,
    {
      remedy: refusal.remedy,
      exitCode: 1,
    },
  );
}
