import { HoldfastError } from '../../host/common/errors.ts';
import type { DeviceStatus } from '../../host/serial/answers.ts';
import type { Device } from '../../host/serial/device.ts';
import type { Reading } from '../order/order.ts';

/** What hangs on a line by the inventory. */
export interface Expected {
  readonly map: string;
  /** Class of the device. */
  readonly device: string;
}

/**
 * Reads a controller: what it runs, what waits in its other slot, and whether it may be changed.
 * @throws HoldfastError OTHER_CONTROLLER (exit code 1) for one that is not what is expected
 */
export async function readController(device: Device, expected?: Expected): Promise<Reading> {
  const status = await device.status();
  if (expected !== undefined) requireExpected(status, expected);
  const slots = await device.images();
  const other = slots.find((slot) => slot.hash !== status.hash);
  return {
    running: status.hash,
    epoch: status.epoch,
    trial: status.trial,
    other: other?.hash ?? '',
    pending: status.stage === 'pending',
    armed: status.stage === 'armed',
    window: status.mode === 'window',
    parked: status.parked,
    checks: status.checks,
    need: status.need,
  };
}

/** Cables get swapped: what is meant for one controller must not reach another. */
function requireExpected({ map, device }: DeviceStatus, expected: Expected): void {
  if (map === expected.map && device === expected.device) return;
  const words = `The controller on this line has the map ${map} (${device}), not ${expected.map} (${expected.device}).`;
  throw new HoldfastError('OTHER_CONTROLLER', words, {
    remedy: 'See whether cables were swapped, or correct the inventory.',
    exitCode: 1,
  });
}
