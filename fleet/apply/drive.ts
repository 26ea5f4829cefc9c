import type { Clock } from '../../host/common/clock.ts';
import { beginCell, stepCell } from '../cell/machine.ts';
import type { CellLimits, CellPlan, CellState, Incident, Step } from '../cell/state.ts';
import type { Order, Report } from '../order/order.ts';

/** The machine of a cell on a clock: what it asks is carried out, and what is reported it is told. */

export interface Driver {
  readonly limits: CellLimits;
  readonly clock: Clock;
  readonly carryOut: (order: Omit<Order, 'fence'>) => Promise<Report>;
  readonly onStep: (state: CellState, incidents: readonly Incident[]) => void;
}

/** Brings a cell to its end. Rejects with what `carryOut` rejects with, which is a fault of the gateway and none of a controller. */
export async function driveCell(plan: CellPlan, driver: Driver): Promise<CellState> {
  const { limits, clock, carryOut, onStep } = driver;
  const reports: Report[] = [];
  const faults: unknown[] = [];
  let rouse = () => {};
  const take = ({ state, orders, incidents }: Step): void => {
    onStep(state, incidents);
    for (const order of orders) {
      carryOut(order).then(
        (report) => {
          reports.push(report);
          rouse();
        },
        (fault: unknown) => {
          faults.push(fault);
          rouse();
        },
      );
    }
  };
  let step = beginCell(plan, limits, clock.nowMs());
  take(step);
  while (step.state.phase !== 'end') {
    if (faults.length > 0) throw faults[0];
    const report = reports.shift();
    const isDue = step.wakeMs !== null && clock.nowMs() >= step.wakeMs;
    if (report === undefined && !isDue) {
      const roused = new Promise<void>((resolve) => {
        rouse = resolve;
      });
      // Something may have been reported before anybody could be roused.
      if (reports.length === 0 && faults.length === 0) await rousedOrDue(roused, step, clock);
      continue;
    }
    step = stepCell(step.state, limits, clock.nowMs(), report ?? null);
    take(step);
  }
  return step.state;
}

/** Resolves when something was reported, or a step is due. No timer is left behind, which would keep the process from ending. */
async function rousedOrDue(roused: Promise<void>, { wakeMs }: Step, clock: Clock): Promise<void> {
  if (wakeMs === null) return roused;
  let cancel = () => {};
  const due = new Promise<void>((resolve) => {
    cancel = clock.after(Math.max(0, Math.ceil(wakeMs - clock.nowMs())), resolve);
  });
  await Promise.race([roused, due]);
  cancel();
}
