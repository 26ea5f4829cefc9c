import type pg from 'pg';
import type { Report } from '../order/order.ts';

/** What each controller was read to run last, whoever asked, and whatever becomes of rollouts. */

export interface KeptReading {
  readonly controller: string;
  /** Hash of the edition, 64 hexadecimal digits; empty: none. */
  readonly running: string;
  readonly epoch: number;
  readonly trial: boolean;
  readonly parked: boolean;
  /** Whether it was in a window. */
  readonly maintained: boolean;
  /** The edition that it was read to run for good last; empty: none. */
  readonly settled: string;
  /** When the server heard of it, in milliseconds since 1970. */
  readonly readMs: number;
}

/** In the transaction that takes the reports. */
export async function keepReadings(
  client: Pick<pg.ClientBase, 'query'>,
  reports: readonly Report[],
): Promise<void> {
  const last = new Map(
    reports.flatMap(({ controller, reading }) => (reading === null ? [] : [[controller, reading]])),
  );
  // Rows are locked in one order.
  const kept = [...last].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (kept.length === 0) return;
  const readings = kept.map(([, reading]) => reading);
  await client.query(
    `insert into fleet.readings as k (controller, running, epoch, trial, parked, maintained, settled, read_at)
     select c, r, e, t, p, w, case when t or w then '' else r end, now()
     from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::boolean[], $6::boolean[]) as u (c, r, e, t, p, w)
     on conflict (controller) do update set running = excluded.running, epoch = excluded.epoch, trial = excluded.trial,
       parked = excluded.parked, maintained = excluded.maintained, read_at = excluded.read_at,
       settled = case when excluded.trial or excluded.maintained then k.settled else excluded.settled end`,
    [
      kept.map(([controller]) => controller),
      readings.map(({ running }) => running),
      readings.map(({ epoch }) => epoch),
      readings.map(({ trial }) => trial),
      readings.map(({ parked }) => parked),
      readings.map(({ window }) => window),
    ],
  );
}

export async function allReadings(client: Pick<pg.ClientBase, 'query'>): Promise<readonly KeptReading[]> {
  const { rows } = await client.query<Omit<KeptReading, 'epoch'> & { epoch: string }>(
    `select controller, running, epoch, trial, parked, maintained, settled,
       (extract(epoch from read_at) * 1000)::float8 as "readMs" from fleet.readings`,
  );
  return rows.map((row) => ({ ...row, epoch: Number(row.epoch) }));
}
