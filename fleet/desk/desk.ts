import { type Clock, systemClock } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { ExchangeStore, OutboxEntry, TrafficIncident } from '../exchange/store.ts';
import { ORDERS_A_MESSAGE_MAX, WAIT_MS_MAX } from '../limits.ts';
import type { Report } from '../order/order.ts';
import type { Given, Hello, Leading, Pull, Reports, StateName, Welcome } from '../wire/messages.ts';

/**
 * What a server answers its gateways, with the store behind it. Which gateway asks is known before: TLS has shown it. Before each effect it
 * is looked whether this server still leads and whether the gateway's lease is its last one.
 */

export interface DeskOptions {
  readonly store: ExchangeStore;
  /** Keeps an incident, and tells a person. */
  readonly tell: (incident: TrafficIncident) => Promise<void>;
  /** The epoch of this server, as `lead` gave it. */
  readonly epoch: number;
  /** What gateways should follow now; null: nothing yet. It is looked at with each answer. */
  readonly state: () => Promise<StateName | null>;
  readonly leaseMs: number;
  /** How long gateways are asked to wait for orders. */
  readonly waitMs: number;
  /** The system's unless given. */
  readonly clock?: Clock;
  /** Called when another server leads: this one has to end. */
  readonly onFollowed: () => void;
}

export class Desk {
  readonly #options: DeskOptions;
  readonly #clock: Clock;
  /** Ends the wait of a gateway's request before, since it asks anew. */
  readonly #waits = new Map<string, () => void>();

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Throws HoldfastError NOT_LEADING, or GATEWAY_AHEAD for one that knows a later server or later orders. */
  async hello(gateway: string, hello: Hello): Promise<Welcome> {
    await this.#requireLeading();
    const { store, epoch, leaseMs, waitMs } = this.#options;
    const highestId = await store.highestId();
    if (hello.epoch > epoch || hello.highestId > highestId) {
      const what =
        hello.epoch > epoch
          ? `a server with epoch ${hello.epoch}, and this one has ${epoch}`
          : `order ${hello.highestId}, and this server gave none above ${highestId}`;
      throw await this.#refuse({
        gateway,
        code: 'GATEWAY_AHEAD',
        words: `Gateway ${gateway} knows ${what}.`,
        remedy:
          'If the database was restored from a copy, or the journal is of another fleet, see docs/FLEET.md.',
      });
    }
    const lease = await store.grant(gateway, hello.lease);
    await this.#take(gateway, lease, hello.reports);
    return { epoch, lease, leaseMs, waitMs };
  }

  /**
   * Orders for a gateway, as soon as there are some; none when it waited for as long as it wished, or the signal ended it.
   * @throws HoldfastError NOT_LEADING or LEASE_LOST
   */
  async pull(gateway: string, pull: Pull, signal: AbortSignal): Promise<Given> {
    const { store } = this.#options;
    const endMs = this.#clock.nowMs() + Math.min(pull.waitMs, WAIT_MS_MAX);
    this.#waits.get(gateway)?.();
    const wake = new Wake(store, gateway, this.#clock, signal);
    this.#waits.set(gateway, wake.end);
    try {
      for (;;) {
        await this.#requireLeading();
        wake.rearm();
        const entries = await store.take(gateway, pull.lease, pull.taken, ORDERS_A_MESSAGE_MAX);
        if (entries === null) throw await this.#leaseLost(gateway, pull, signal);
        const leftMs = endMs - this.#clock.nowMs();
        if (entries.length > 0 || leftMs <= 0) return this.#given(pull.lease, entries);
        await wake.wait(leftMs);
        // Nobody listens any more, or the gateway asked anew; its lease may be another one by now.
        if (wake.isEnded) return this.#given(pull.lease, []);
      }
    } finally {
      if (this.#waits.get(gateway) === wake.end) this.#waits.delete(gateway);
      wake.end();
    }
  }

  /** Throws HoldfastError NOT_LEADING or LEASE_LOST. */
  async report(gateway: string, message: Reports, signal: AbortSignal): Promise<Leading> {
    await this.#requireLeading();
    for (const { code, words, remedy } of message.incidents)
      await this.#options.tell({ gateway, code, words: `Gateway ${gateway} says: ${words}`, remedy });
    const isTaken = await this.#take(gateway, message.lease, message.reports);
    if (!isTaken) throw await this.#leaseLost(gateway, message, signal);
    return { epoch: this.#options.epoch, lease: message.lease };
  }

  /** The state is looked at after the orders were taken, so it is never older than they are. */
  async #given(lease: number, entries: readonly OutboxEntry[]): Promise<Given> {
    const { epoch, state } = this.#options;
    const orders = entries.map(({ position, order }) => ({ position, order }));
    return { epoch, lease, state: await state(), orders };
  }

  async #requireLeading(): Promise<void> {
    const { store, epoch, onFollowed } = this.#options;
    const leader = await store.epoch();
    if (leader === epoch) return;
    onFollowed();
    throw new HoldfastError(
      'NOT_LEADING',
      `A server with epoch ${leader} leads, and this one has ${epoch}.`,
      {
        exitCode: 3,
      },
    );
  }

  /** Takes reports; those that no order of this gateway asked for are told. False when the lease is lost. */
  async #take(gateway: string, lease: number, reports: readonly Report[]): Promise<boolean> {
    const receptions = await this.#options.store.receive(gateway, lease, reports);
    if (receptions === null) return false;
    for (const [at, reception] of receptions.entries()) {
      const { id = 0, controller = '' } = reports[at] ?? {};
      if (reception !== 'foreign' && reception !== 'never-given') continue;
      const [code, what] =
        reception === 'foreign'
          ? ['REPORT_FOREIGN', 'which is of another gateway']
          : ['REPORT_NEVER_GIVEN', 'which nobody gave'];
      await this.#options.tell({
        gateway,
        code,
        words: `Gateway ${gateway} reports on order ${id} of ${controller}, ${what}; the report is not believed.`,
        remedy: 'Find out who has the key of that gateway; if somebody else has, give it a new one.',
      });
    }
    return true;
  }

  /** A gateway that gave up this request and came back with a later lease is one computer, and no news to anybody. */
  async #leaseLost(gateway: string, { lease }: Leading, signal: AbortSignal): Promise<HoldfastError> {
    const incident = {
      gateway,
      code: 'LEASE_LOST',
      words: `Gateway ${gateway} asks with lease ${lease}, and has a later one: two computers have its key, or it just started anew.`,
      remedy: 'If that goes on, end all but one, and give that one a new key.',
    };
    return signal.aborted ? refused(incident) : this.#refuse(incident);
  }

  async #refuse(incident: TrafficIncident): Promise<HoldfastError> {
    await this.#options.tell(incident);
    return refused(incident);
  }
}

function refused({ code, words, remedy }: TrafficIncident): HoldfastError {
  return new HoldfastError(code, words, { remedy, exitCode: 3 });
}

/** Waits until there may be something for a gateway, until time is over, or until somebody ends it. */
class Wake {
  isEnded = false;
  readonly end: () => void;
  #isRoused = false;
  #rouse: () => void = () => {};
  readonly #clock: Clock;

  constructor(store: ExchangeStore, gateway: string, clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    const unwatch = store.watch((of) => {
      if (of !== gateway) return;
      this.#isRoused = true;
      this.#rouse();
    });
    this.end = () => {
      this.isEnded = true;
      unwatch();
      signal.removeEventListener('abort', this.end);
      this.#rouse();
    };
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', this.end);
  }

  /** From here on, what is put is noticed. */
  rearm(): void {
    this.#isRoused = false;
  }

  /** A store that tells nothing is looked at every few seconds all the same. */
  wait(mostMs: number): Promise<void> {
    if (this.#isRoused || this.isEnded) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(Math.min(mostMs, LOOK_MS), resolve);
      this.#rouse = () => {
        cancel();
        resolve();
      };
    });
  }
}

const LOOK_MS = 2000;
