import type pg from 'pg';

/** What people ask the database of a plant. Ages are in milliseconds, by its own clock. */

export interface ServerSeen {
  readonly name: string;
  /** 0: none ever led. */
  readonly epoch: number;
  readonly beatMs: number;
}

export async function serverSeen(pool: pg.Pool): Promise<ServerSeen> {
  const { rows } = await pool.query<{ name: string; epoch: string; ms: number }>(
    'select name, epoch, (extract(epoch from clock_timestamp() - beat) * 1000)::float8 as ms from fleet.leader',
  );
  const [row] = rows;
  return { name: row?.name ?? '', epoch: Number(row?.epoch ?? 0), beatMs: row?.ms ?? Number.NaN };
}

export interface LeftCellRow {
  readonly cell: string;
  readonly reason: string;
  readonly words: string;
}

export async function leftCells(pool: pg.Pool, rollout: number): Promise<readonly LeftCellRow[]> {
  const text = 'select cell, reason, words from fleet.left_cells where rollout = $1 order by cell';
  return (await pool.query<LeftCellRow>(text, [rollout])).rows;
}

/** What was given up for a controller, the last first. */
export async function deadLettersOf(
  pool: pg.Pool,
  rollout: number,
  controller: string,
): Promise<readonly { readonly act: string; readonly words: string; readonly at: Date }[]> {
  const text =
    'select act, words, at from fleet.dead_letters where rollout = $1 and controller = $2 order by id desc limit 5';
  return (await pool.query<{ act: string; words: string; at: Date }>(text, [rollout, controller])).rows;
}

export interface ArrivedCell {
  readonly rollout: number;
  readonly cell: string;
  /** Its state as JSON, and the signed text of the state that it was brought to. */
  readonly state: string;
  readonly envelope: string;
  readonly endedMs: number;
}

/** Cells whose members were all confirmed and read back, at or after a moment. */
export async function arrivedSince(pool: pg.Pool, sinceMs: number): Promise<readonly ArrivedCell[]> {
  const { rows } = await pool.query<ArrivedCell>(
    `select c.rollout, c.cell, c.state, s.envelope, (extract(epoch from c.stepped_at) * 1000)::float8 as "endedMs"
     from fleet.cells c join fleet.rollouts r on r.id = c.rollout join fleet.states s on s.sequence = r.sequence
     where c.outcome in ('confirmed', 'forward') and c.stepped_at >= to_timestamp($1::float8 / 1000) order by c.stepped_at`,
    [sinceMs],
  );
  return rows;
}

export interface Counts {
  readonly incidents: number;
  readonly deadLetters: number;
  readonly beatMs: number;
  readonly readControllers: number;
  readonly mixed: number;
  /** Of the last rollout, by phase; by outcome of those that ended. */
  readonly cells: readonly { readonly state: string; readonly count: number }[];
}

export async function countsOf(pool: pg.Pool): Promise<Counts> {
  const last = '(select max(id) from fleet.rollouts)';
  const { rows } = await pool.query<Omit<Counts, 'cells'>>(
    `select (select count(*)::integer from fleet.incidents where acked_at is null) as incidents,
       (select count(*)::integer from fleet.dead_letters where rollout = ${last}) as "deadLetters",
       (select (extract(epoch from clock_timestamp() - beat) * 1000)::float8 from fleet.leader) as "beatMs",
       (select count(*)::integer from fleet.readings) as "readControllers",
       (select count(*)::integer from fleet.cells where rollout = ${last} and mixed) as mixed`,
  );
  const cells = await pool.query<{ state: string; count: number }>(
    `select coalesce(outcome, phase, 'waits') as state, count(*)::integer as count from fleet.cells where rollout = ${last} group by 1`,
  );
  const [row] = rows;
  if (row === undefined) throw new TypeError('counts are one row');
  return { ...row, cells: cells.rows };
}
