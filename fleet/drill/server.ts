import { type Clock, sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { beginCell, stepCell } from '../cell/machine.ts';
import type { CellPlan, CellState, Incident, Step } from '../cell/state.ts';
import { Desk } from '../desk/desk.ts';
import type { ExchangeStore } from '../exchange/store.ts';
import { LIMITS } from '../sim/cell-run.ts';
import type { StateName } from '../wire/messages.ts';

/** A server in a drill: it drives one cell by way of the store, and everything it needs to go on is written down before it asks. */

const LOOK_MS = 250;
const AGAIN_MS = 1000;
const LEASE_MS = 60_000;
const WAIT_MS = 10_000;
const MOST = 1000;

/** What survives a server: the last state of its cell, and which reports were heard. */
export interface Written {
  state: CellState | null;
  heard: number;
}

export interface DrillServerOptions {
  readonly store: ExchangeStore;
  readonly written: Written;
  readonly clock: Clock;
  readonly state: StateName;
  readonly gatewayOf: (controller: string) => string;
  /** Something was noticed, by whom, in words. */
  readonly onNotice: (who: string, words: string) => void;
  readonly onIncident: (incident: Incident) => void;
}

export class DrillServer {
  readonly #options: DrillServerOptions;
  readonly epoch: number;
  readonly desk: Desk;
  isUp = true;

  private constructor(options: DrillServerOptions, epoch: number) {
    const { store, clock, state, onNotice } = options;
    this.#options = options;
    this.epoch = epoch;
    this.desk = new Desk({
      ...{ store, epoch, clock, leaseMs: LEASE_MS, waitMs: WAIT_MS, state: async () => state },
      tell: async (incident) => {
        onNotice('server', `${incident.code}: ${incident.words}`);
        await store.tell(incident);
      },
      onFollowed: () => {
        this.isUp = false;
      },
    });
  }

  static async lead(options: DrillServerOptions): Promise<DrillServer> {
    return new DrillServer(options, await options.store.lead());
  }

  /** Begins the cell, or goes on with it. Resolves when it is at its end, or this server is. */
  async drive(plan: CellPlan): Promise<void> {
    const { written, clock } = this.#options;
    let wakeMs = await this.#take(
      written.state === null
        ? beginCell(plan, LIMITS, clock.nowMs())
        : stepCell(written.state, LIMITS, clock.nowMs(), null),
    );
    while (this.isUp && written.state?.phase !== 'end') {
      try {
        wakeMs = await this.#turn(wakeMs);
        await sleep(clock, Math.min(LOOK_MS, Math.max(1, (wakeMs ?? Infinity) - clock.nowMs())));
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (!this.isUp) return;
        this.#options.onNotice('server', `${error.code}: ${error.message}`);
        if (error.code === 'EPOCH_LOWER') this.isUp = false;
        else await sleep(clock, AGAIN_MS);
      }
    }
  }

  async #turn(wakeMs: number | null): Promise<number | null> {
    const { store, written, clock, onNotice } = this.#options;
    let due = wakeMs;
    for (const { number, report } of await store.reportsAbove(written.heard, MOST)) {
      if (!this.isUp || written.state === null) return due;
      if (report.end !== 'done')
        onNotice(`gateway of ${report.controller}`, `${report.end}: ${report.code}, ${report.words}`);
      const step = stepCell(written.state, LIMITS, clock.nowMs(), report);
      written.heard = number;
      due = await this.#take(step);
    }
    if (!this.isUp || written.state === null || due === null || clock.nowMs() < due) return due;
    return this.#take(stepCell(written.state, LIMITS, clock.nowMs(), null));
  }

  /** Written down first: who goes on asks again for what was not put. */
  async #take(step: Step): Promise<number | null> {
    const { store, written, gatewayOf, onNotice, onIncident } = this.#options;
    const before = new Map(written.state?.members.map(({ plan, failures }) => [plan.controller, failures]));
    for (const { plan, failures, why } of step.state.members)
      if (failures > (before.get(plan.controller) ?? 0) && why.startsWith('no gateway reports'))
        onNotice('server', why);
    written.state = JSON.parse(JSON.stringify(step.state)) as CellState;
    for (const incident of step.incidents) onIncident(incident);
    const postings = step.orders.map((order) => ({ gateway: gatewayOf(order.controller), order }));
    if (postings.length > 0) await store.put(this.epoch, postings);
    return step.wakeMs;
  }
}
