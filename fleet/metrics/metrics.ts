import type pg from 'pg';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CellState } from '../cell/state.ts';
import type { RoundMember } from '../check/round.ts';
import { issuedMsOf } from '../desired/state.ts';
import type { Inventory } from '../inventory/model.ts';
import { channelsSeen } from '../store/alerts.ts';
import { heldCells } from '../store/bundles.ts';
import { lastChecks, lastEnded } from '../store/checks.ts';
import type { PgExchange } from '../store/exchange.ts';
import { type ArrivedCell, arrivedSince, countsOf } from '../store/people.ts';
import { nowMsOf } from '../store/rollouts.ts';

/** What a plant tells Prometheus, taken from the database when it is asked for, so it is right after a server was followed. */

const S = 1000;
/** From a minute to a year. */
const BUCKETS_S = [60, 300, 900, 3600, 14_400, 43_200, 86_400, 172_800, 604_800, 2_592_000, 31_536_000];
/** Transactions end in another order than their moments say: so far back it is looked again. */
const OVERLAP_MS = 60_000;

const GAUGES: readonly (readonly [name: string, help: string, labels: readonly string[]])[] = [
  ['outbox_orders', 'Orders on their way to gateways.', []],
  ['outbox_oldest_seconds', 'Age of the oldest order that nobody reported on; 0: there is none.', []],
  ['orders_not_fetched', 'Orders that no gateway fetched yet.', []],
  ['reports_not_read', 'Reports that the engine did not read yet.', []],
  ['reports_oldest_seconds', 'Age of the oldest report that was not read; 0: there is none.', []],
  ['kept_rows', 'Orders and reports that are not archived.', []],
  ['incidents_open', 'Incidents that nobody acknowledged.', []],
  ['dead_letters', 'Orders of the last rollout that were tried to the last.', []],
  ['server_heard_seconds', 'Age of the last beat of the server that leads.', []],
  ['controllers_unread', 'Controllers of the inventory that were never read.', []],
  ['cells', 'Cells of the last rollout by where they stand.', ['state']],
  ['cells_mixed', 'Cells that answer different editions.', []],
  ['cells_held', 'Cells to which somebody carries what is signed.', []],
  [
    'check_ended_seconds',
    'Since the last deep check of a site came to its end; infinite: none did. Only sites that have checks.',
    ['site'],
  ],
  [
    'check_controllers',
    'Controllers in the last deep check of a site, by what was found.',
    ['site', 'found'],
  ],
  ['editions_dirty', 'Editions whose source was changed after they were signed, in the last deep check.', []],
  ['sources_unread', 'Sources of maps that could not be read in the last deep check.', []],
  ['lease_heard_seconds', 'Since a gateway was heard of last; infinite: never.', ['gateway']],
  ['alerts_waiting', 'Alerts that did not arrive yet.', ['channel']],
  ['alerts_oldest_seconds', 'Age of the oldest alert that did not arrive; 0: there is none.', ['channel']],
];

export interface MetricsOptions {
  readonly pool: pg.Pool;
  readonly exchange: PgExchange;
  readonly inventory: Inventory;
}

function countsBy(members: readonly Pick<RoundMember, 'found'>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { found } of members) {
    const verdict = found?.verdict ?? 'open';
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return counts;
}

export class PlantMetrics {
  readonly #options: MetricsOptions;
  readonly #registry = new Registry();
  readonly #arrival: Histogram<'goal'>;
  readonly #gauges = new Map<string, Gauge<string>>();
  readonly #alerts: Counter<'channel' | 'end'>;
  readonly #counted = new Map<string, number>();
  #sinceMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MetricsOptions) {
    this.#options = options;
    const registers = [this.#registry];
    this.#arrival = new Histogram({
      name: 'holdfast_fleet_signed_to_read_back_seconds',
      help: 'From signing a state until a controller was confirmed on it and read back.',
      labelNames: ['goal'],
      buckets: BUCKETS_S,
      registers,
    });
    this.#alerts = new Counter({
      name: 'holdfast_fleet_alerts_total',
      help: 'Alerts that arrived, or were given up.',
      labelNames: ['channel', 'end'],
      registers,
    });
    for (const [name, help, labelNames] of GAUGES) {
      const gauge = new Gauge({
        name: `holdfast_fleet_${name}`,
        help,
        labelNames: [...labelNames],
        registers,
      });
      this.#gauges.set(name, gauge);
    }
  }

  /** One who asks after the other, since what is told is shared. */
  text(): Promise<{ readonly type: string; readonly text: string }> {
    const next = this.#turn.then(() => this.#collect());
    this.#turn = next.catch(() => {});
    return next;
  }

  async #collect(): Promise<{ readonly type: string; readonly text: string }> {
    const { pool } = this.#options;
    const nowMs = await nowMsOf(pool);
    for (const cell of await arrivedSince(pool, this.#sinceMs - OVERLAP_MS)) this.#arrived(cell);
    for (const [key, endedMs] of this.#counted)
      if (endedMs < this.#sinceMs - 2 * OVERLAP_MS) this.#counted.delete(key);
    await this.#collectTraffic(nowMs);
    await this.#collectPlant();
    await this.#collectChecks(nowMs);
    await this.#collectAlerts(nowMs);
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  async #collectTraffic(nowMs: number): Promise<void> {
    const { exchange, inventory } = this.#options;
    const lag = await exchange.lag();
    this.#set('outbox_orders', {}, lag.open);
    this.#set('outbox_oldest_seconds', {}, (lag.openMs ?? 0) / S);
    this.#set('orders_not_fetched', {}, lag.untaken);
    this.#set('reports_not_read', {}, lag.unread);
    this.#set('reports_oldest_seconds', {}, (lag.unreadMs ?? 0) / S);
    this.#set('kept_rows', {}, lag.kept);
    const heard = new Map((await exchange.gateways()).map(({ gateway, seenMs }) => [gateway, seenMs]));
    for (const gateway of inventory.gateways.keys()) {
      const seenMs = heard.get(gateway) ?? Number.NEGATIVE_INFINITY;
      this.#set('lease_heard_seconds', { gateway }, Math.max(0, nowMs - seenMs) / S);
    }
  }

  async #collectPlant(): Promise<void> {
    const { pool, inventory } = this.#options;
    const counts = await countsOf(pool);
    this.#set('incidents_open', {}, counts.incidents);
    this.#set('dead_letters', {}, counts.deadLetters);
    this.#set('server_heard_seconds', {}, counts.beatMs / S);
    this.#set('controllers_unread', {}, Math.max(0, inventory.controllers.size - counts.readControllers));
    this.#set('cells_mixed', {}, counts.mixed);
    this.#gauges.get('cells')?.reset();
    for (const { state, count } of counts.cells) this.#set('cells', { state }, count);
  }

  async #collectChecks(nowMs: number): Promise<void> {
    const { pool, inventory } = this.#options;
    this.#set('cells_held', {}, (await heldCells(pool, nowMs)).size);
    const ended = await lastEnded(pool);
    for (const { id: site, check } of inventory.sites.values())
      if (check !== null)
        this.#set(
          'check_ended_seconds',
          { site },
          (nowMs - (ended.get(site) ?? Number.NEGATIVE_INFINITY)) / S,
        );
    const checks = await lastChecks(pool);
    this.#gauges.get('check_controllers')?.reset();
    for (const { site, content } of checks)
      for (const [found, count] of countsBy(content.round?.members ?? []))
        this.#set('check_controllers', { site, found }, count);
    // Sources are the same for all sites.
    const last = checks.toSorted((a, b) => b.dueMs - a.dueMs)[0]?.content;
    this.#set('editions_dirty', {}, last?.dirty ?? 0);
    this.#set('sources_unread', {}, last?.unread ?? 0);
  }

  async #collectAlerts(nowMs: number): Promise<void> {
    this.#alerts.reset();
    for (const { channel, open, oldestMs, arrived, givenUp } of await channelsSeen(this.#options.pool)) {
      this.#set('alerts_waiting', { channel }, open);
      this.#set('alerts_oldest_seconds', { channel }, oldestMs === null ? 0 : (nowMs - oldestMs) / S);
      this.#alerts.inc({ channel, end: 'arrived' }, arrived);
      this.#alerts.inc({ channel, end: 'given-up' }, givenUp);
    }
  }

  #arrived({ rollout, cell, state: text, envelope, endedMs }: ArrivedCell): void {
    const key = `${rollout}/${cell}`;
    this.#sinceMs = Math.max(this.#sinceMs, endedMs);
    if (this.#counted.has(key)) return;
    this.#counted.set(key, endedMs);
    const { goal, members } = JSON.parse(text) as CellState;
    const signedMs = issuedMsOf(envelope);
    for (const { readMs } of members) this.#arrival.observe({ goal }, Math.max(0, readMs - signedMs) / S);
  }

  #set(name: string, labels: Record<string, string>, value: number): void {
    this.#gauges.get(name)?.set(labels, value);
  }
}
