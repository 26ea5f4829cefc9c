import { type Clock, sleep } from '../../host/common/clock.ts';
import type { Report } from '../order/order.ts';
import type { ExchangeStore, OutboxOrder } from './store.ts';

const LOOK_MS = 200;
const REPORTS_AT_ONCE = 1000;

export interface CarryOptions {
  readonly store: ExchangeStore;
  readonly epoch: number;
  readonly gatewayOf: (controller: string) => string;
  readonly clock: Clock;
  /** How long a report is waited for. */
  readonly withinMs: number;
}

/** Has an order carried out by its gateway; null when nobody reports on it in time, and then it is withdrawn. Throws EPOCH_LOWER. */
export async function carryByGateway(order: OutboxOrder, options: CarryOptions): Promise<Report | null> {
  const { store, epoch, gatewayOf, clock, withinMs } = options;
  const endMs = clock.nowMs() + withinMs;
  const posting = { gateway: gatewayOf(order.controller), order };
  let above = 0;
  let [found] = await store.put(epoch, [posting]);
  while (found == null && clock.nowMs() < endMs) {
    await sleep(clock, LOOK_MS);
    const reports = await store.reportsAbove(above, REPORTS_AT_ONCE);
    above = reports.at(-1)?.number ?? above;
    found = reports.find(
      ({ report }) => report.id === order.id && report.controller === order.controller,
    )?.report;
  }
  if (found != null) return found;
  await store.withdraw(epoch, [order.controller]);
  return null;
}
