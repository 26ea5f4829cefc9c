/** Controllers as what they would answer, and what orders do to them. */
import type { Order, Reading } from '../../../fleet/order/order.ts';

export type LiveReading = { -readonly [Name in keyof Reading]: Reading[Name] };

/** Runs epoch 1, whose hash is `running`, and waits parked. */
export function atRest(running: string): LiveReading {
  return {
    running,
    epoch: 1,
    trial: false,
    other: '',
    pending: false,
    armed: false,
    window: false,
    parked: true,
    checks: 0,
    need: 50,
  };
}

/** What an order does that is carried out. */
export function perform({ act, hash }: Omit<Order, 'fence'>, reading: LiveReading): void {
  if (act === 'stage') reading.other = hash;
  if (act === 'open') reading.window = true;
  if (act === 'mark') reading.pending = true;
  if (act === 'close') {
    const activated = { running: hash, epoch: 2, trial: true, other: reading.running, checks: 60 };
    Object.assign(reading, { window: false, pending: false, ...activated });
  }
  if (act === 'confirm') reading.trial = false;
  if (act !== 'revert') return;
  if (reading.trial) Object.assign(reading, { running: reading.other, epoch: 1, trial: false });
  Object.assign(reading, { window: false, pending: false });
}
