import type pg from 'pg';
import { payloadOf } from '../desired/envelope.ts';
import { requireLeader, transaction } from './transaction.ts';

/**
 * What is over for longer than a plant keeps it is deleted, in helpings. Kept for good are: incidents that nobody acknowledged, the last
 * order of each controller (so that a gateway that comes back with its report is known), the last rollout, and the states and images of
 * rollouts that are kept.
 */

/** In this order, so that what refers to something goes before it. `$1`: the moment, `$2`: rows at most. */
const HELPINGS: readonly string[] = [
  `delete from fleet.archived_reports where number in (
     select number from fleet.archived_reports where received_at < $1 order by received_at limit $2)`,
  `delete from fleet.archived_orders where (controller, id) in (
     select controller, id from fleet.archived_orders o where settled_at < $1 and (
       exists (select from fleet.archived_orders a where a.controller = o.controller and a.id > o.id)
       or exists (select from fleet.orders l where l.controller = o.controller and l.id > o.id))
     order by settled_at limit $2)`,
  `delete from fleet.alerts where id in (select id from fleet.alerts where settled_at < $1 order by id limit $2)`,
  `delete from fleet.incidents where id in (
     select id from fleet.incidents where acked_at < $1 and told_at is not null order by id limit $2)`,
  `delete from fleet.dead_letters where id in (select id from fleet.dead_letters where at < $1 order by id limit $2)`,
  `delete from fleet.checks where id in (
     select id from fleet.checks c where ended_at < $1 and exists (
       select from fleet.checks l where l.site = c.site and l.due_at > c.due_at) order by id limit $2)`,
  `delete from fleet.bundles where task in (select task from fleet.bundles where ended_at < $1 limit $2)`,
  `delete from fleet.told where (gateway, code) in (select gateway, code from fleet.told where last_at < $1 limit $2)`,
];

/** Of a rollout goes all or nothing: one at a time, the oldest first. */
const OLD_ROLLOUT = `select id from fleet.rollouts r where ended_at < $1 and stage = 'over'
  and exists (select from fleet.rollouts l where l.id > r.id) order by id limit 1 for update`;
const PARTS = ['cells', 'left_cells', 'says'];

/**
 * Deletes one helping of each; whether more is left.
 * @throws HoldfastError EPOCH_LOWER
 */
export async function trimHistory(
  pool: pg.Pool,
  epoch: number,
  beforeMs: number,
  most: number,
): Promise<boolean> {
  const before = new Date(beforeMs);
  return transaction(pool, async (client) => {
    await requireLeader(client, epoch);
    let isMore = false;
    for (const text of HELPINGS)
      isMore = (await client.query(text, [before, most])).rowCount === most || isMore;
    const [old] = (await client.query<{ id: number }>(OLD_ROLLOUT, [before])).rows;
    if (old === undefined) return isMore;
    for (const part of PARTS) await client.query(`delete from fleet.${part} where rollout = $1`, [old.id]);
    await client.query('delete from fleet.rollouts where id = $1', [old.id]);
    await trimStates(client);
    return true;
  });
}

/** States that no rollout is of, all but the last one, which says what may be followed; and images that none of the others names. */
async function trimStates(client: pg.PoolClient): Promise<void> {
  await client.query(
    `delete from fleet.states where sequence not in (select sequence from fleet.rollouts)
     and sequence < (select max(sequence) from fleet.states)`,
  );
  const { rows } = await client.query<{ envelope: string }>('select envelope from fleet.states');
  const payloads = rows.map(({ envelope }) => Buffer.from(payloadOf(envelope)).toString('utf8')).join('\n');
  await client.query('delete from fleet.images where position(sha256 in $1) = 0', [payloads]);
}
