import type { Order, Report } from '../order/order.ts';

/**
 * What a server keeps of its traffic with gateways: orders on their way out, leases of gateways, reports that came in, and which server
 * leads. Whoever keeps it (a database, memory in tests) keeps every promise that is written here; `test/fleet/support/exchange-contract.ts`
 * looks at each. Every call is one transaction: it happens whole or not at all. Moments are those of the store's own clock, for people and
 * for ages only; nothing is decided by comparing them with the clock of another machine.
 */

/** The fence is set when an order goes out: it is the epoch of the server that sends it. */
export type OutboxOrder = Omit<Order, 'fence'>;

/** An order, and the gateway that has the controller's line. */
export interface Posting {
  readonly gateway: string;
  readonly order: OutboxOrder;
}

/** An order that nobody reported on yet. */
export interface OutboxEntry extends Posting {
  /** Its place in the outbox: rises with each posting of any gateway, from 1, and is never given twice. */
  readonly position: number;
  /** How often it was taken by a gateway, this time included. */
  readonly attempts: number;
  /** When it was put first, in milliseconds since 1970. */
  readonly putMs: number;
}

export interface ReceivedReport {
  /** Rises with each report that was taken, from 1. */
  readonly number: number;
  readonly gateway: string;
  readonly report: Report;
  readonly receivedMs: number;
}

/**
 * What became of a report. `taken`: it settles its order. `again`: the order was reported on before, so this one says nothing new. `late`:
 * the order was overtaken or withdrawn. `foreign`: the order was given to another gateway. `never-given`: no server gave such an order.
 */
export type Reception = 'taken' | 'again' | 'late' | 'foreign' | 'never-given';

export interface GatewaySeen {
  readonly gateway: string;
  /** The fence of its lease. */
  readonly lease: number;
  /** When it was heard of last. */
  readonly seenMs: number;
}

/** Something that a person is told about the traffic. */
export interface TrafficIncident {
  /** The gateway; empty: nobody knows which. */
  readonly gateway: string;
  /** Such as LEASE_LOST. */
  readonly code: string;
  /** A sentence. */
  readonly words: string;
  /** A sentence in the imperative. */
  readonly remedy: string;
}

export interface ToldIncident extends TrafficIncident {
  /** How often the same code was told of the same gateway; words and remedy are the first ones. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** How far behind the traffic is. Ages are in milliseconds; null: there is none. */
export interface Lag {
  /** Orders that nobody reported on, and the age of the oldest. */
  readonly open: number;
  readonly openMs: number | null;
  /** Those of them that no gateway took yet, and the age of the oldest. */
  readonly untaken: number;
  readonly untakenMs: number | null;
  /** Reports that the engine did not read yet, and the age of the oldest. */
  readonly unread: number;
  readonly unreadMs: number | null;
  /** Orders and reports that are kept, and those that were archived. */
  readonly kept: number;
  readonly archived: number;
}

export interface ExchangeStore {
  /** The epoch of the server that leads; 0: none ever led. */
  epoch(): Promise<number>;
  /** Makes the caller the leader: an epoch above all that were given and above `above`. Calls with a lower one are refused from then on. */
  lead(above?: number): Promise<number>;

  /** The first of `count` ids for orders, above all that were reserved or put and above `above`. Throws EPOCH_LOWER. */
  reserveIds(epoch: number, count: number, above?: number): Promise<number>;
  /** The highest id that was reserved or put; 0: none. */
  highestId(): Promise<number>;

  /**
   * Puts orders into the outbox, and says of each what was reported of it already; null: nothing. A controller has one open order at most:
   * what is put with a higher id overtakes an open one. The id that is open already goes out once more, at a new position. An id below the
   * highest of its controller, or one that is settled, changes nothing: so a caller that was killed may put again what it put.
   * @throws HoldfastError EPOCH_LOWER, or ORDER_CHANGED for an id that was put with another content; then nothing is put
   */
  put(epoch: number, postings: readonly Posting[]): Promise<readonly (Report | null)[]>;
  /** Settles what is open for these controllers without a report: nobody waits for it any more. Throws EPOCH_LOWER. */
  withdraw(epoch: number, controllers: readonly string[]): Promise<void>;

  /** A new lease for a gateway: its fence is above all that this gateway had, and above `above`. */
  grant(gateway: string, above?: number): Promise<number>;
  /** Notes that a gateway was heard of; false when its lease is not the last one. */
  touch(gateway: string, lease: number): Promise<boolean>;
  /**
   * Open orders of a gateway above a position, the lowest first, `most` at most; each counts as one attempt. Null when the lease is not the
   * last one.
   */
  take(gateway: string, lease: number, above: number, most: number): Promise<readonly OutboxEntry[] | null>;
  /** What became of each report. Null when the lease is not the last one; then none is taken. */
  receive(gateway: string, lease: number, reports: readonly Report[]): Promise<readonly Reception[] | null>;
  /** Gateways that ever had a lease, in order of their names. */
  gateways(): Promise<readonly GatewaySeen[]>;

  /** Reports above a number, in order, `most` at most. */
  reportsAbove(number: number, most: number): Promise<readonly ReceivedReport[]>;
  /** The engine has acted on all reports up to a number: they may be archived. Never falls. Throws EPOCH_LOWER. */
  readUpTo(epoch: number, number: number): Promise<void>;

  /**
   * Archives orders that were settled, and reports that were read, before a moment: `most` at most of either; how many it was. What is
   * archived is still known: a report of it comes `again` or `late`.
   */
  archive(beforeMs: number, most: number): Promise<number>;
  lag(): Promise<Lag>;

  tell(incident: TrafficIncident): Promise<void>;
  /** What was told, the oldest first. */
  told(): Promise<readonly ToldIncident[]>;

  /**
   * Calls back after orders of a gateway were put, or reports were taken (null). It may come late or for nothing, and is no promise: who
   * listens looks again by itself now and then. Returns what ends it.
   */
  watch(listener: (gateway: string | null) => void): () => void;
}
