import type { Device } from '../../host/serial/device.ts';
import type { Reading } from '../order/order.ts';

/** Reads a controller: what it runs, what waits in its other slot, and whether it may be changed. */
export async function readController(device: Device): Promise<Reading> {
  const status = await device.status();
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
