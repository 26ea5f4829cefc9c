import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';
import { connectOne } from '../database/connect.ts';
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
} from '../exchange/store.ts';
import type { Report } from '../order/order.ts';
import { keepReadings } from './readings.ts';
import { requireLeader, transaction } from './transaction.ts';

/**
 * The traffic with gateways in PostgreSQL. Positions and numbers are given under the lock of one row, held until the transaction ends, so
 * they appear in their order: whoever read up to one misses none below it. All others wait for that row, so it is locked by the last
 * statement of a transaction.
 *
 * Whoever locks several things does it in one order, so nobody waits in a ring: the leader; a rollout; the row of ids; cells; reports;
 * orders in the order of their keys; readings likewise; the row of positions or of report numbers.
 */

const CHANNEL = 'fleet_traffic';
const WATCH_AGAIN_MS = 500;

interface OrderRow {
  readonly controller: string;
  readonly id: string;
  readonly gateway: string;
  readonly content: string;
  readonly is_open: boolean;
  readonly report: string | null;
}

const ROW = 'controller, id, gateway, content, settled_at is null as is_open, report';
const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export class PgExchange implements ExchangeStore {
  readonly #pool: pg.Pool;
  readonly #url: string;
  readonly #listeners = new Set<(gateway: string | null) => void>();
  #watching: pg.Client | null = null;

  /** `url`: of the same database, for the connection that listens. */
  constructor(pool: pg.Pool, url: string) {
    this.#pool = pool;
    this.#url = url;
  }

  async epoch(): Promise<number> {
    const { rows } = await this.#pool.query<{ epoch: string }>('select epoch from fleet.leader');
    return Number(rows[0]?.epoch);
  }

  async lead(above = 0): Promise<number> {
    const text =
      "update fleet.leader set epoch = greatest(epoch, $1) + 1, name = '', beat = now() returning epoch";
    return transaction(this.#pool, async (client) => {
      // Waits for all that `requireLeader` holds, which the update alone would not.
      await client.query('select from fleet.leader for update');
      const { rows } = await client.query<{ epoch: string }>(text, [above]);
      return Number(rows[0]?.epoch);
    });
  }

  reserveIds(epoch: number, count: number, above = 0): Promise<number> {
    return this.#lead(epoch, (client) => reserveIdsIn(client, count, above));
  }

  async highestId(): Promise<number> {
    const { rows } = await this.#pool.query<{ value: string }>(
      "select value from fleet.numbers where name = 'id'",
    );
    return Number(rows[0]?.value);
  }

  put(epoch: number, postings: readonly Posting[]): Promise<readonly (Report | null)[]> {
    return this.#lead(epoch, (client) => putIn(client, postings));
  }

  withdraw(epoch: number, controllers: readonly string[]): Promise<void> {
    return this.#lead(epoch, (client) => withdrawIn(client, controllers));
  }

  #lead<T>(epoch: number, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return transaction(this.#pool, async (client) => {
      await requireLeader(client, epoch);
      return work(client);
    });
  }

  async grant(gateway: string, above = 0): Promise<number> {
    const text = `insert into fleet.leases values ($1, $2::bigint + 1, now()) on conflict (gateway) do update
      set lease = greatest(fleet.leases.lease, $2) + 1, seen_at = now() returning lease`;
    const { rows } = await this.#pool.query<{ lease: string }>(text, [gateway, above]);
    return Number(rows[0]?.lease);
  }

  async touch(gateway: string, lease: number): Promise<boolean> {
    return isHeld(this.#pool, gateway, lease);
  }

  /** An order that is moved meanwhile counts at the place where it was seen: those that were put since are between both places. */
  take(gateway: string, lease: number, above: number, most: number): Promise<readonly OutboxEntry[] | null> {
    return transaction(this.#pool, async (client) => {
      if (!(await isHeld(client, gateway, lease))) return null;
      const { rows } = await client.query<OrderRow & { position: string; attempts: number; put_ms: number }>(
        `with due as (
           select controller, id, position from fleet.orders where gateway = $1 and settled_at is null and position > $2
           order by position limit $3),
         held as (
           select o.controller, o.id, due.position from fleet.orders o join due using (controller, id)
           where o.settled_at is null order by o.controller, o.id for update of o)
         update fleet.orders o set attempts = attempts + 1 from held h where o.controller = h.controller and o.id = h.id
         returning o.content, h.position, o.attempts, ${MS('o.put_at')} as put_ms`,
        [gateway, above, most],
      );
      return rows
        .map(({ content, position, attempts, put_ms }) => ({
          ...{ gateway, order: JSON.parse(content) as OutboxOrder },
          ...{ position: Number(position), attempts, putMs: put_ms },
        }))
        .toSorted((a, b) => a.position - b.position);
    });
  }

  receive(gateway: string, lease: number, reports: readonly Report[]): Promise<readonly Reception[] | null> {
    return transaction(this.#pool, async (client) => {
      if (!(await isHeld(client, gateway, lease))) return null;
      return receiveIn(client, gateway, reports);
    });
  }

  async gateways(): Promise<readonly GatewaySeen[]> {
    const { rows } = await this.#pool.query<{ gateway: string; lease: string; seen_ms: number }>(
      `select gateway, lease, ${MS('seen_at')} as seen_ms from fleet.leases order by gateway collate "C"`,
    );
    return rows.map(({ gateway, lease, seen_ms }) => ({ gateway, lease: Number(lease), seenMs: seen_ms }));
  }

  async reportsAbove(number: number, most: number): Promise<readonly ReceivedReport[]> {
    const { rows } = await this.#pool.query<{
      number: string;
      gateway: string;
      content: string;
      received_ms: number;
    }>(
      `select number, gateway, content, ${MS('received_at')} as received_ms from fleet.reports
       where number > $1 order by number limit $2`,
      [number, most],
    );
    return rows.map(({ number: at, gateway, content, received_ms }) => ({
      ...{ number: Number(at), gateway, report: JSON.parse(content) as Report, receivedMs: received_ms },
    }));
  }

  readUpTo(epoch: number, number: number): Promise<void> {
    return this.#lead(epoch, async (client) => {
      await client.query(
        `with due as (select number from fleet.reports where number <= $1 and not is_read order by number for update)
         update fleet.reports r set is_read = true from due where r.number = due.number`,
        [number],
      );
    });
  }

  archive(beforeMs: number, most: number): Promise<number> {
    return transaction(this.#pool, async (client) => {
      const before = `to_timestamp($1::float8 / 1000)`;
      const orders = await client.query(
        `with old as (
           select controller, id from fleet.orders where settled_at < ${before} order by controller, id limit $2 for update),
         gone as (delete from fleet.orders o using old where o.controller = old.controller and o.id = old.id returning o.*)
         insert into fleet.archived_orders select * from gone`,
        [beforeMs, most],
      );
      const reports = await client.query(
        `with gone as (delete from fleet.reports where number in (
           select number from fleet.reports where is_read and received_at < ${before} order by number limit $2) returning *)
         insert into fleet.archived_reports select * from gone`,
        [beforeMs, most],
      );
      const count = (orders.rowCount ?? 0) + (reports.rowCount ?? 0);
      await client.query("update fleet.numbers set value = value + $1 where name = 'archived'", [count]);
      return count;
    });
  }

  async lag(): Promise<Lag> {
    const age = (column: string, where: string): string =>
      `${MS(`now() - min(${column}) filter (where ${where})`)}`;
    const { rows } = await this.#pool.query<{ [Name in keyof Lag]: string | number | null }>(
      `select o.*, r.*, o.kept_orders + r.kept_reports as kept, n.value as archived from
       (select count(*) filter (where settled_at is null) as open, ${age('put_at', 'settled_at is null')} as "openMs",
          count(*) filter (where settled_at is null and attempts = 0) as untaken,
          ${age('put_at', 'settled_at is null and attempts = 0')} as "untakenMs", count(*) as kept_orders from fleet.orders) o,
       (select count(*) filter (where not is_read) as unread, ${age('received_at', 'not is_read')} as "unreadMs",
          count(*) as kept_reports from fleet.reports) r,
       (select value from fleet.numbers where name = 'archived') n`,
    );
    const [row] = rows;
    const count = (value: unknown): number => Number(value ?? 0);
    const ms = (value: unknown): number | null => (value == null ? null : Math.max(0, Number(value)));
    return {
      ...{ open: count(row?.open), openMs: ms(row?.openMs) },
      ...{ untaken: count(row?.untaken), untakenMs: ms(row?.untakenMs) },
      ...{ unread: count(row?.unread), unreadMs: ms(row?.unreadMs) },
      ...{ kept: count(row?.kept), archived: count(row?.archived) },
    };
  }

  async tell({ gateway, code, words, remedy }: TrafficIncident): Promise<void> {
    await this.#pool.query(
      `insert into fleet.told values ($1, $2, $3, $4, 1, clock_timestamp(), clock_timestamp())
       on conflict (gateway, code) do update set count = fleet.told.count + 1, last_at = clock_timestamp()`,
      [gateway, code, words, remedy].map(withoutZeros),
    );
  }

  async told(): Promise<readonly ToldIncident[]> {
    const { rows } = await this.#pool.query<ToldIncident>(
      `select gateway, code, words, remedy, count, ${MS('first_at')} as "firstMs", ${MS('last_at')} as "lastMs"
       from fleet.told order by first_at`,
    );
    return rows;
  }

  watch(listener: (gateway: string | null) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) void this.#listen();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) void this.close();
    };
  }

  /** Ends listening; the pool is whoever's it was. */
  async close(): Promise<void> {
    this.#listeners.clear();
    const client = this.#watching;
    this.#watching = null;
    await client?.end().catch(() => {});
  }

  /** Listens for as long as somebody watches, on a new connection when one is lost; what was missed meanwhile is called for. */
  async #listen(): Promise<void> {
    while (this.#listeners.size > 0) {
      let lost = (): void => {};
      const isLost = new Promise<void>((resolve) => {
        lost = resolve;
      });
      try {
        const client = await connectOne(this.#url, 'holdfast-watch', lost);
        client.on('notification', ({ payload }) => this.#call(payload === '' ? null : (payload ?? null)));
        await client.query(`listen ${CHANNEL}`);
        this.#watching = client;
        if (this.#listeners.size === 0) return await client.end();
        this.#call(null);
        await isLost;
      } catch {
        // The database is away; who watches looks by itself meanwhile.
      }
      await new Promise((resolve) => setTimeout(resolve, WATCH_AGAIN_MS));
    }
  }

  #call(gateway: string | null): void {
    for (const listener of this.#listeners) listener(gateway);
  }
}

type Queryable = Pick<pg.Pool, 'query'>;

async function isHeld(client: Queryable, gateway: string, lease: number): Promise<boolean> {
  if (!Number.isSafeInteger(lease) || gateway.includes('\0')) return false;
  const text = 'update fleet.leases set seen_at = now() where gateway = $1 and lease = $2';
  return (await client.query(text, [gateway, lease])).rowCount === 1;
}

/** As `reserveIds`, in a transaction of the leader (`requireLeader`). */
export async function reserveIdsIn(client: pg.PoolClient, count: number, above = 0): Promise<number> {
  const text = "update fleet.numbers set value = greatest(value, $1) + $2 where name = 'id' returning value";
  const { rows } = await client.query<{ value: string }>(text, [above, count]);
  return Number(rows[0]?.value) - count + 1;
}

/** As `withdraw`, in a transaction of the leader. */
export async function withdrawIn(client: pg.PoolClient, controllers: readonly string[]): Promise<void> {
  if (controllers.length === 0) return;
  await client.query(
    `with open as (
       select controller, id from fleet.orders where controller = any($1) and settled_at is null
       order by controller, id for update)
     update fleet.orders o set settled_at = now() from open where o.controller = open.controller and o.id = open.id`,
    [controllers],
  );
}

/** As `put`, in a transaction of the leader, and the last thing in it: all who put wait for its end. */
export async function putIn(client: pg.PoolClient, postings: readonly Posting[]): Promise<(Report | null)[]> {
  if (postings.length === 0) return [];
  const outbox = await Outbox.load(client, postings);
  const known = postings.map((posting) => outbox.put(posting));
  await outbox.save(client);
  return known;
}

/** What is to be written of postings that come one after the other. */
class Outbox {
  /** By controller and id. */
  readonly #rows = new Map<string, OrderRow>();
  readonly #highest = new Map<string, number>();
  /** In the order of their positions; one that was moved again counts at its last place. */
  #placed: { readonly posting: Posting; readonly isFresh: boolean }[] = [];

  static async load(client: pg.PoolClient, postings: readonly Posting[]): Promise<Outbox> {
    const controllers = [...new Set(postings.map(({ order }) => order.controller))];
    const outbox = new Outbox();
    const open = await client.query<OrderRow>(
      `select ${ROW} from fleet.orders where controller = any($1) and settled_at is null order by controller, id for update`,
      [controllers],
    );
    const highest = await client.query<{ controller: string; id: string }>(
      `select c as controller, greatest((select max(id) from fleet.orders where controller = c),
         (select max(id) from fleet.archived_orders where controller = c), 0) as id from unnest($1::text[]) c`,
      [controllers],
    );
    for (const { controller, id } of highest.rows) outbox.#highest.set(controller, Number(id));
    // What is settled never changes, so it need not be held.
    const known = postings.filter(({ order }) => order.id <= (outbox.#highest.get(order.controller) ?? 0));
    const settled = await ordersNamed(
      client,
      known.map(({ order }) => order),
    );
    for (const row of [...settled, ...open.rows]) outbox.#rows.set(keyOf(row), row);
    return outbox;
  }

  put(posting: Posting): Report | null {
    const { gateway, order } = posting;
    const row = this.#rows.get(keyOf(order));
    if (row !== undefined) {
      if (row.gateway !== gateway || !isDeepStrictEqual(JSON.parse(row.content), order)) throw changed(order);
      if (row.is_open && !this.#isFresh(order)) this.#place(posting, false);
      return row.report === null ? null : (JSON.parse(row.report) as Report);
    }
    if (order.id < (this.#highest.get(order.controller) ?? 0)) return null;
    this.#highest.set(order.controller, order.id);
    for (const open of this.#rows.values())
      if (open.controller === order.controller) this.#rows.set(keyOf(open), { ...open, is_open: false });
    const fresh = { controller: order.controller, id: String(order.id), gateway, report: null };
    this.#rows.set(keyOf(order), { ...fresh, content: JSON.stringify(order), is_open: true });
    this.#place(posting, true);
    return null;
  }

  #isFresh(order: OutboxOrder): boolean {
    return this.#placed.some(({ posting, isFresh }) => isFresh && keyOf(posting.order) === keyOf(order));
  }

  #place(posting: Posting, isFresh: boolean): void {
    const key = keyOf(posting.order);
    this.#placed = [
      ...this.#placed.filter((other) => keyOf(other.posting.order) !== key),
      { posting, isFresh },
    ];
  }

  async save(client: pg.PoolClient): Promise<void> {
    const placed = this.#placed;
    if (placed.length === 0) return;
    const column = <T>(of: (posting: Posting, at: number) => T, isFresh: boolean): T[] =>
      placed.flatMap((each, at) => (each.isFresh === isFresh ? [of(each.posting, at)] : []));
    const isOpen = ({ order }: Posting): boolean => this.#rows.get(keyOf(order))?.is_open === true;
    await client.query(
      `with ids as (update fleet.numbers set value = $11 where name = 'id' and value < $11 returning value),
       given as (
         update fleet.numbers set value = value + $12 where name = 'position' and (select count(*) from ids) >= 0
         returning value - $12 as last),
       settled as (update fleet.orders set settled_at = now() where controller = any($1) and settled_at is null),
       moved as (
         update fleet.orders o set position = last + p from given, unnest($7::text[], $8::bigint[], $9::integer[]) as u (c, i, p)
         where o.controller = c and o.id = i),
       fresh as (
         insert into fleet.orders (controller, id, gateway, content, position, settled_at)
         select c, i, g, t, last + p, case when o then null else now() end from given,
           unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::integer[], $6::boolean[]) as u (c, i, g, t, p, o))
       select pg_notify('${CHANNEL}', g) from unnest($10::text[]) g`,
      [
        column(({ order }) => order.controller, true),
        column(({ order }) => order.id, true),
        column(({ gateway }) => gateway, true),
        column(({ order }) => JSON.stringify(order), true),
        column((_, at) => at + 1, true),
        column(isOpen, true),
        column(({ order }) => order.controller, false),
        column(({ order }) => order.id, false),
        column((_, at) => at + 1, false),
        [...new Set(placed.map(({ posting }) => posting.gateway))],
        Math.max(...placed.map(({ posting }) => posting.order.id)),
        placed.length,
      ],
    );
  }
}

type OrderName = Pick<Report, 'controller' | 'id'>;

/** Orders that were put, also those that were archived since. */
async function ordersNamed(client: pg.PoolClient, names: readonly OrderName[]): Promise<OrderRow[]> {
  if (names.length === 0) return [];
  const named = [names.map(({ controller }) => controller), names.map(({ id }) => id)];
  const from = (table: string): string =>
    `select ${ROW} from fleet.${table} where (controller, id) in (select * from unnest($1::text[], $2::bigint[]))`;
  const text = `${from('orders')} union all ${from('archived_orders')}`;
  return (await client.query<OrderRow>(text, named)).rows;
}

async function receiveIn(
  client: pg.PoolClient,
  gateway: string,
  reports: readonly Report[],
): Promise<Reception[]> {
  const meant = reports.filter(isMeant);
  const held = await client.query<OrderRow>(
    `select ${ROW} from fleet.orders where (controller, id) in (select * from unnest($1::text[], $2::bigint[]))
     order by controller, id for update`,
    [meant.map(({ controller }) => controller), meant.map(({ id }) => id)],
  );
  const rows = new Map(held.rows.map((row) => [keyOf(row), row]));
  const others = meant.filter((report) => !rows.has(keyOf(report)));
  for (const row of await ordersNamed(client, others)) rows.set(keyOf(row), row);
  const taken: Report[] = [];
  const receptions = reports.map((report): Reception => {
    const row = isMeant(report) ? rows.get(keyOf(report)) : undefined;
    if (row === undefined) return 'never-given';
    if (row.gateway !== gateway) return 'foreign';
    if (row.report !== null) return 'again';
    if (!row.is_open) return 'late';
    rows.set(keyOf(report), { ...row, report: '', is_open: false });
    taken.push(report);
    return 'taken';
  });
  if (taken.length > 0) await keep(client, gateway, taken);
  return receptions;
}

/** What no order can have been given for is not asked for. */
function isMeant({ controller, id }: Report): boolean {
  return Number.isSafeInteger(id) && !controller.includes('\0');
}

async function keep(client: pg.PoolClient, gateway: string, taken: readonly Report[]): Promise<void> {
  const controllers = taken.map(({ controller }) => controller);
  const contents = taken.map((report) => JSON.stringify(report));
  await keepReadings(client, taken);
  await client.query(
    `with given as (
       update fleet.numbers set value = value + $5 where name = 'report' returning value - $5 as last),
     settled as (
       update fleet.orders o set report = t, settled_at = now() from unnest($2::text[], $3::bigint[], $4::text[]) as u (c, i, t)
       where o.controller = c and o.id = i),
     kept as (
       insert into fleet.reports (number, gateway, controller, content)
       select last + n, $1, c, t from given, unnest($2::text[], $4::text[]) with ordinality as u (c, t, n))
     select pg_notify('${CHANNEL}', '')`,
    [gateway, controllers, taken.map(({ id }) => id), contents, taken.length],
  );
}

const keyOf = ({ controller, id }: { readonly controller: string; readonly id: string | number }): string =>
  `${id} ${controller}`;

/** PostgreSQL keeps no zero in a text. */
const withoutZeros = (text: string): string => text.replaceAll('\0', '\u2400');

function changed(order: OutboxOrder): HoldfastError {
  const message = `order ${order.id} of ${order.controller} was put with another content`;
  return new HoldfastError('ORDER_CHANGED', message, { remedy: 'Give each order an id of its own.' });
}
