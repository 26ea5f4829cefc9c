import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Report } from '../order/order.ts';
import type {
  ExchangeStore,
  GatewaySeen,
  Lag,
  OutboxEntry,
  OutboxOrder,
  Posting,
  ReceivedReport,
  Reception,
  ToldIncident,
  TrafficIncident,
} from './store.ts';

/** The traffic in memory, for tests and drills: gone with its process, so no server of a plant keeps it here. */

interface Row {
  readonly gateway: string;
  readonly order: OutboxOrder;
  position: number;
  attempts: number;
  readonly putMs: number;
  /** Null: open. */
  settledMs: number | null;
  report: Report | null;
  archived: boolean;
}

export class MemoryExchange implements ExchangeStore {
  readonly #nowMs: () => number;
  #epoch = 0;
  #id = 0;
  #position = 0;
  /** By controller, then by id. */
  readonly #rows = new Map<string, Map<number, Row>>();
  readonly #leases = new Map<string, { lease: number; seenMs: number }>();
  #reports: ReceivedReport[] = [];
  #reportNumber = 0;
  #readUpTo = 0;
  #archivedReports = 0;
  readonly #told = new Map<string, ToldIncident>();
  readonly #listeners = new Set<(gateway: string | null) => void>();

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  async epoch(): Promise<number> {
    return this.#epoch;
  }

  async lead(above = 0): Promise<number> {
    this.#epoch = Math.max(this.#epoch, above) + 1;
    return this.#epoch;
  }

  async reserveIds(epoch: number, count: number, above = 0): Promise<number> {
    this.#requireLeader(epoch);
    const first = Math.max(this.#id, above) + 1;
    this.#id = first + count - 1;
    return first;
  }

  async highestId(): Promise<number> {
    return this.#id;
  }

  async put(epoch: number, postings: readonly Posting[]): Promise<readonly (Report | null)[]> {
    this.#requireLeader(epoch);
    for (const posting of postings) this.#requireSame(posting);
    const known = postings.map((posting) => this.#putOne(posting));
    for (const gateway of new Set(postings.map((posting) => posting.gateway))) this.#call(gateway);
    return known;
  }

  async withdraw(epoch: number, controllers: readonly string[]): Promise<void> {
    this.#requireLeader(epoch);
    for (const controller of controllers)
      for (const row of this.#open(controller)) row.settledMs = this.#nowMs();
  }

  async grant(gateway: string, above = 0): Promise<number> {
    const lease = Math.max(this.#leases.get(gateway)?.lease ?? 0, above) + 1;
    this.#leases.set(gateway, { lease, seenMs: this.#nowMs() });
    return lease;
  }

  async touch(gateway: string, lease: number): Promise<boolean> {
    if (this.#leases.get(gateway)?.lease !== lease) return false;
    this.#leases.set(gateway, { lease, seenMs: this.#nowMs() });
    return true;
  }

  async take(
    gateway: string,
    lease: number,
    above: number,
    most: number,
  ): Promise<readonly OutboxEntry[] | null> {
    if (!(await this.touch(gateway, lease))) return null;
    const due = this.#all()
      .filter((row) => row.settledMs === null && row.gateway === gateway && row.position > above)
      .toSorted((a, b) => a.position - b.position)
      .slice(0, most);
    for (const row of due) row.attempts++;
    return due.map(({ order, position, attempts, putMs }) => ({ gateway, order, position, attempts, putMs }));
  }

  async receive(
    gateway: string,
    lease: number,
    reports: readonly Report[],
  ): Promise<readonly Reception[] | null> {
    if (!(await this.touch(gateway, lease))) return null;
    const receptions = reports.map((report) => this.#receiveOne(gateway, report));
    if (receptions.includes('taken')) this.#call(null);
    return receptions;
  }

  async gateways(): Promise<readonly GatewaySeen[]> {
    return [...this.#leases]
      .map(([gateway, seen]) => ({ gateway, ...seen }))
      .toSorted((a, b) => (a.gateway < b.gateway ? -1 : 1));
  }

  async reportsAbove(number: number, most: number): Promise<readonly ReceivedReport[]> {
    return this.#reports.filter((received) => received.number > number).slice(0, most);
  }

  async readUpTo(epoch: number, number: number): Promise<void> {
    this.#requireLeader(epoch);
    this.#readUpTo = Math.max(this.#readUpTo, Math.min(number, this.#reportNumber));
  }

  async archive(beforeMs: number, most: number): Promise<number> {
    const orders = this.#all()
      .filter(({ archived, settledMs }) => !archived && settledMs !== null && settledMs < beforeMs)
      .slice(0, most);
    for (const row of orders) row.archived = true;
    const reports = this.#reports
      .filter(({ number, receivedMs }) => number <= this.#readUpTo && receivedMs < beforeMs)
      .slice(0, most);
    this.#reports = this.#reports.filter((received) => !reports.includes(received));
    this.#archivedReports += reports.length;
    return orders.length + reports.length;
  }

  async lag(): Promise<Lag> {
    const open = this.#all().filter(({ settledMs }) => settledMs === null);
    const untaken = open.filter(({ attempts }) => attempts === 0);
    const unread = this.#reports.filter(({ number }) => number > this.#readUpTo);
    const archivedOrders = this.#all().filter(({ archived }) => archived).length;
    const age = (moments: readonly number[]): number | null =>
      moments.length === 0 ? null : this.#nowMs() - Math.min(...moments);
    return {
      open: open.length,
      openMs: age(open.map(({ putMs }) => putMs)),
      untaken: untaken.length,
      untakenMs: age(untaken.map(({ putMs }) => putMs)),
      unread: unread.length,
      unreadMs: age(unread.map(({ receivedMs }) => receivedMs)),
      kept: this.#all().length - archivedOrders + this.#reports.length,
      archived: archivedOrders + this.#archivedReports,
    };
  }

  async tell(incident: TrafficIncident): Promise<void> {
    const key = `${incident.gateway} ${incident.code}`;
    const nowMs = this.#nowMs();
    const known = this.#told.get(key) ?? { ...incident, count: 0, firstMs: nowMs, lastMs: nowMs };
    this.#told.set(key, { ...known, count: known.count + 1, lastMs: nowMs });
  }

  async told(): Promise<readonly ToldIncident[]> {
    return [...this.#told.values()];
  }

  watch(listener: (gateway: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #call(gateway: string | null): void {
    for (const listener of this.#listeners) listener(gateway);
  }

  #requireLeader(epoch: number): void {
    if (epoch === this.#epoch) return;
    throw new HoldfastError('EPOCH_LOWER', `a server with epoch ${this.#epoch} leads, not ${epoch}`, {
      remedy: 'Let this server end; the other one goes on.',
      exitCode: 3,
    });
  }

  #requireSame({ gateway, order }: Posting): void {
    const row = this.#rows.get(order.controller)?.get(order.id);
    if (row === undefined || (row.gateway === gateway && isDeepStrictEqual(row.order, order))) return;
    const message = `order ${order.id} of ${order.controller} was put with another content`;
    throw new HoldfastError('ORDER_CHANGED', message, { remedy: 'Give each order an id of its own.' });
  }

  #putOne({ gateway, order }: Posting): Report | null {
    const rows = this.#rows.get(order.controller) ?? new Map<number, Row>();
    this.#rows.set(order.controller, rows);
    const row = rows.get(order.id);
    const isOpen = row !== undefined && row.settledMs === null;
    if (isOpen) row.position = ++this.#position;
    if (row !== undefined || order.id < Math.max(0, ...rows.keys())) return row?.report ?? null;
    const nowMs = this.#nowMs();
    for (const open of this.#open(order.controller)) open.settledMs = nowMs;
    const position = ++this.#position;
    const fresh = { position, attempts: 0, putMs: nowMs, settledMs: null, report: null, archived: false };
    rows.set(order.id, { gateway, order, ...fresh });
    this.#id = Math.max(this.#id, order.id);
    return null;
  }

  #receiveOne(gateway: string, report: Report): Reception {
    const row = this.#rows.get(report.controller)?.get(report.id);
    if (row === undefined) return 'never-given';
    if (row.gateway !== gateway) return 'foreign';
    if (row.report !== null) return 'again';
    if (row.settledMs !== null) return 'late';
    const receivedMs = this.#nowMs();
    Object.assign(row, { report, settledMs: receivedMs });
    this.#reports.push({ number: ++this.#reportNumber, gateway, report, receivedMs });
    return 'taken';
  }

  #all(): Row[] {
    return [...this.#rows.values()].flatMap((rows) => [...rows.values()]);
  }

  #open(controller: string): Row[] {
    return [...(this.#rows.get(controller)?.values() ?? [])].filter(({ settledMs }) => settledMs === null);
  }
}
