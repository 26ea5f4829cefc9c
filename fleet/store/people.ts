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
