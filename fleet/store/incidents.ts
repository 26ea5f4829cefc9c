import type pg from 'pg';
import type { GivenUp, Incident } from '../cell/state.ts';

/** What people are told, each once: it is written with what it is about, in one transaction, under a key that says which it is. */

/** Kinds that no cell tells. */
type OtherKind = 'gateway-silent' | 'stalled' | 'traffic' | 'alert-late' | 'trial' | 'check' | 'source';

export interface PlantIncident {
  /** The same key is the same incident. */
  readonly key: string;
  /** Null: about no rollout. */
  readonly rollout: number | null;
  readonly cell: string;
  readonly kind: Incident['kind'] | OtherKind;
  readonly words: string;
  readonly remedy: string;
}

export interface KeptIncident extends Omit<PlantIncident, 'key'> {
  readonly id: number;
  readonly at: Date;
  /** Null: nobody acknowledged it. */
  readonly ackedBy: string | null;
  readonly ackedAt: Date | null;
}

const COLUMNS = 'id, rollout, cell, kind, words, remedy, at, acked_by as "ackedBy", acked_at as "ackedAt"';

export async function raise(
  client: Pick<pg.ClientBase, 'query'>,
  incidents: readonly PlantIncident[],
): Promise<void> {
  for (const { key, rollout, cell, kind, words, remedy } of incidents) {
    await client.query(
      `insert into fleet.incidents (key, rollout, cell, kind, words, remedy) values ($1, $2, $3, $4, $5, $6)
       on conflict (key) do nothing`,
      [key, rollout, ...[cell, kind, words, remedy].map(shownText)],
    );
  }
}

/** Orders that were tried to the last. `turn`: which turn of the cell it was, so that a turn that comes again says it once. */
export async function bury(
  client: Pick<pg.ClientBase, 'query'>,
  { rollout, cell, turn }: { readonly rollout: number; readonly cell: string; readonly turn: string },
  letters: readonly GivenUp[],
): Promise<void> {
  for (const { controller, act, hash, why } of letters) {
    await client.query(
      `insert into fleet.dead_letters (key, rollout, cell, controller, act, hash, words)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (key) do nothing`,
      [`${turn}/${controller}/${act}`, rollout, cell, controller, act, hash, shownText(why)],
    );
  }
}

/** The oldest first. `all`: also those that were acknowledged. */
export async function listIncidents(pool: pg.Pool, all: boolean): Promise<readonly KeptIncident[]> {
  const where = all ? '' : 'where acked_at is null';
  return (await pool.query<KeptIncident>(`select ${COLUMNS} from fleet.incidents ${where} order by id`)).rows;
}

/** In the order of their ids. */
export async function listByIds(
  client: Pick<pg.ClientBase, 'query'>,
  ids: readonly number[],
): Promise<readonly KeptIncident[]> {
  const text = `select ${COLUMNS} from fleet.incidents where id = any($1) order by id`;
  return (await client.query<KeptIncident>(text, [ids])).rows;
}

/** Ids of those that were acknowledged now; others do not exist, or were before. */
export async function acknowledge(
  pool: pg.Pool,
  ids: readonly number[],
  who: string,
): Promise<readonly number[]> {
  const { rows } = await pool.query<{ id: number }>(
    'update fleet.incidents set acked_at = now(), acked_by = $2 where id = any($1) and acked_at is null returning id',
    [ids, shownText(who)],
  );
  return rows.map(({ id }) => id);
}

/** PostgreSQL keeps no zero in a text. */
const shownText = (text: string): string => text.replaceAll('\0', '\u2400');
