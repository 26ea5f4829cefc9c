import type pg from 'pg';
import type { Report } from '../order/order.ts';

/** Reports on their way from gateways to the cells that wait for them. */

type Client = Pick<pg.ClientBase, 'query'>;

/** What was reported of these controllers and not read yet, in its order; from then on it is read. */
export async function takeReports(
  client: Client,
  controllers: readonly string[],
): Promise<readonly Report[]> {
  const { rows } = await client.query<{ number: string; content: string }>(
    `with due as (
       select number from fleet.reports where controller = any($1) and not is_read order by number for update)
     update fleet.reports r set is_read = true from due where r.number = due.number returning r.number, r.content`,
    [controllers],
  );
  return rows
    .toSorted((a, b) => Number(a.number) - Number(b.number))
    .map(({ content }) => JSON.parse(content) as Report);
}

export interface Unread {
  readonly number: number;
  readonly controller: string;
}

/** What came in above a number and was not read yet, in its order, `most` at most. */
export async function unreadAbove(client: Client, number: number, most: number): Promise<readonly Unread[]> {
  const { rows } = await client.query<{ number: string; controller: string }>(
    'select number, controller from fleet.reports where number > $1 and not is_read order by number limit $2',
    [number, most],
  );
  return rows.map((row) => ({ ...row, number: Number(row.number) }));
}

/** The highest number that was given; 0: none. */
export async function lastNumber(client: Client): Promise<number> {
  const text = "select value from fleet.numbers where name = 'report'";
  return Number((await client.query<{ value: string }>(text)).rows[0]?.value);
}

/** Reports that have lain for a minute, and that none of these controllers waits for: nobody will read them. */
export async function dropUnmeant(client: Client, awaited: readonly string[]): Promise<void> {
  await client.query(
    `with due as (
       select number from fleet.reports
       where not is_read and received_at < now() - interval '1 minute' and controller <> all($1) order by number for update)
     update fleet.reports r set is_read = true from due where r.number = due.number`,
    [awaited],
  );
}

export interface SilentGateway {
  readonly gateway: string;
  /** Orders that wait for it. */
  readonly orders: number;
  /** When it was heard of last, in milliseconds since 1970; null: never. */
  readonly seenMs: number | null;
}

/** Gateways that orders have waited for, and that were not heard of, for longer than some time. */
export async function silentGateways(client: Client, ms: number): Promise<readonly SilentGateway[]> {
  const { rows } = await client.query<SilentGateway>(
    `select o.gateway, count(*)::integer as orders, (extract(epoch from max(l.seen_at)) * 1000)::float8 as "seenMs"
     from fleet.orders o left join fleet.leases l on l.gateway = o.gateway
     where o.settled_at is null group by o.gateway
     having min(o.put_at) < now() - $1::float8 * interval '1 millisecond'
       and coalesce(max(l.seen_at) < now() - $1::float8 * interval '1 millisecond', true)`,
    [ms],
  );
  return rows;
}
