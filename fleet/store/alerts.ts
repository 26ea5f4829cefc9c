import type pg from 'pg';
import { type KeptIncident, listByIds, raise } from './incidents.ts';
import { requireLeader, transaction } from './transaction.ts';

/**
 * Alerts on their way to people: a message a row, of some incidents, for one channel. What is in a message never changes, so one that is
 * sent again is the same under the same key. Moments are passed in, in milliseconds since 1970.
 */

/** Incidents in one message at most. */
const INCIDENTS_A_MESSAGE = 50;
const INCIDENTS_AT_ONCE = 1000;
/** What comes again and again in the traffic is told again after this. */
const TRAFFIC_AGAIN = '1 hour';

const AT = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;
const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export interface QueuedAlert {
  readonly id: number;
  readonly channel: string;
  readonly madeMs: number;
  /** How often it was sent, this time included: above 1 it may have arrived before. */
  readonly tries: number;
  readonly incidents: readonly KeptIncident[];
}

/**
 * Makes what the traffic told an incident, and messages of all incidents that no channel was given yet, each once. In one transaction: an
 * incident is not told, or it is in a message to every channel.
 * @throws HoldfastError EPOCH_LOWER
 */
export async function queueAlerts(
  pool: pg.Pool,
  epoch: number,
  channels: readonly string[],
  nowMs: number,
): Promise<void> {
  await transaction(pool, async (client) => {
    await requireLeader(client, epoch);
    await raiseTraffic(client, nowMs);
    const { rows } = await client.query<{ id: number }>(
      `update fleet.incidents set told_at = ${AT('$1')} where id in (
         select id from fleet.incidents where told_at is null order by id limit $2) returning id`,
      [nowMs, INCIDENTS_AT_ONCE],
    );
    const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
    for (let from = 0; from < ids.length; from += INCIDENTS_A_MESSAGE) {
      const some = ids.slice(from, from + INCIDENTS_A_MESSAGE);
      await client.query(
        `insert into fleet.alerts (channel, incidents, made_at, due_at)
         select c, $2, ${AT('$3')}, ${AT('$3')} from unnest($1::text[]) c`,
        [channels, some, nowMs],
      );
    }
  });
}

async function raiseTraffic(client: pg.PoolClient, nowMs: number): Promise<void> {
  const { rows } = await client.query<{ gateway: string; code: string; words: string; remedy: string }>(
    `update fleet.told set raised_at = ${AT('$1')}
     where raised_at is null or last_at > raised_at + interval '${TRAFFIC_AGAIN}' returning gateway, code, words, remedy`,
    [nowMs],
  );
  await raise(
    client,
    rows.map(({ gateway, code, words, remedy }) => ({
      key: `traffic/${gateway}/${code}/${nowMs}`,
      ...{ rollout: null, cell: '', kind: 'traffic' as const, words: `${code}: ${words}`, remedy },
    })),
  );
}

/**
 * Takes a message whose time has come, the oldest first; null: none has. It is due again after `againMs`, whatever becomes of this process.
 * @throws HoldfastError EPOCH_LOWER
 */
export async function takeAlert(
  pool: pg.Pool,
  { epoch, channel, nowMs }: { readonly epoch: number; readonly channel: string; readonly nowMs: number },
  againMs: (tries: number) => number,
): Promise<QueuedAlert | null> {
  return transaction(pool, async (client) => {
    await requireLeader(client, epoch);
    const { rows } = await client.query<{ id: number; tries: number; ids: number[]; ms: number }>(
      `select id, tries + 1 as tries, incidents as ids, ${MS('made_at')} as ms from fleet.alerts
       where channel = $1 and settled_at is null and due_at <= ${AT('$2')} order by due_at, id limit 1 for update`,
      [channel, nowMs],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { id, tries, ids, ms } = row;
    await client.query(`update fleet.alerts set tries = $2, due_at = ${AT('$3')} where id = $1`, [
      id,
      tries,
      nowMs + againMs(tries),
    ]);
    return { id, channel, madeMs: Math.round(ms), tries, incidents: await listByIds(client, ids) };
  });
}

/** It arrived; or it is given up, with why. */
export async function settleAlert(
  pool: pg.Pool,
  id: number,
  nowMs: number,
  givenUp: string | null,
): Promise<void> {
  await pool.query(
    `update fleet.alerts set settled_at = ${AT('$2')}, is_given_up = $3, why = coalesce($4, why) where id = $1`,
    [id, nowMs, givenUp !== null, givenUp],
  );
}

/** It did not arrive this time. */
export async function noteAlert(pool: pg.Pool, id: number, why: string): Promise<void> {
  await pool.query('update fleet.alerts set why = $2 where id = $1', [id, why]);
}

/** Messages to channels that are configured no more are given up. */
export async function dropAlerts(pool: pg.Pool, channels: readonly string[], nowMs: number): Promise<void> {
  await pool.query(
    `update fleet.alerts set settled_at = ${AT('$2')}, is_given_up = true, why = 'its channel is configured no more'
     where settled_at is null and channel <> all($1)`,
    [channels, nowMs],
  );
}

export interface ChannelSeen {
  readonly channel: string;
  /** Messages that did not arrive yet, the oldest of them, and since when, in milliseconds since 1970; null: none. */
  readonly open: number;
  readonly oldestId: number | null;
  readonly oldestMs: number | null;
  /** Why the oldest did not arrive; empty: it was not tried yet. */
  readonly why: string;
  readonly arrived: number;
  readonly givenUp: number;
  readonly lastMs: number | null;
}

export async function channelsSeen(pool: Pick<pg.Pool, 'query'>): Promise<readonly ChannelSeen[]> {
  const { rows } = await pool.query<ChannelSeen>(
    `select channel, count(*) filter (where settled_at is null)::integer as open,
       min(id) filter (where settled_at is null) as "oldestId", ${MS('min(made_at) filter (where settled_at is null)')} as "oldestMs",
       coalesce((array_agg(why order by id) filter (where settled_at is null))[1], '') as why,
       count(*) filter (where settled_at is not null and not is_given_up)::integer as arrived,
       count(*) filter (where is_given_up)::integer as "givenUp",
       ${MS('max(settled_at) filter (where not is_given_up)')} as "lastMs"
     from fleet.alerts group by channel order by channel collate "C"`,
  );
  return rows;
}
