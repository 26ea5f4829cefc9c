import type pg from 'pg';

/** Cells that somebody carries what is signed to: nothing is begun with them from here until that is over. */

type Client = Pick<pg.ClientBase, 'query'>;

export interface HeldCell {
  readonly cell: string;
  /** SHA-256 of the signed task, 64 hexadecimal digits. */
  readonly task: string;
  /** The public key of who carries it, 64 hexadecimal digits. */
  readonly carrier: string;
  readonly sequence: number;
  /** When it is held no longer, by itself: milliseconds since 1970, by the clock of the database. */
  readonly untilMs: number;
}

/** `fetched`: its receipt was read back. `returned`: a person said that it is not carried out any more. */
export type HoldEnd = 'fetched' | 'returned';

/** Cells that are held at a moment. */
export async function heldCells(client: Client, nowMs: number): Promise<ReadonlyMap<string, HeldCell>> {
  const { rows } = await client.query<Omit<HeldCell, 'sequence'> & { sequence: string }>(
    `select cell, task, carrier, sequence, (extract(epoch from until) * 1000)::float8 as "untilMs" from fleet.bundles
     where ended_at is null and until > to_timestamp($1::float8 / 1000) order by cell`,
    [nowMs],
  );
  return new Map(rows.map((row) => [row.cell, { ...row, sequence: Number(row.sequence) }]));
}

/** Holds a cell. One whose time was over is held no more; one that is still held keeps this from happening: then it is false. */
export async function holdCell(client: Client, held: HeldCell, nowMs: number): Promise<boolean> {
  const { cell, task, carrier, sequence, untilMs } = held;
  await client.query(
    "update fleet.bundles set ended_at = now(), how = 'expired' where cell = $1 and ended_at is null and until <= to_timestamp($2::float8 / 1000)",
    [cell, nowMs],
  );
  const { rowCount } = await client.query(
    `insert into fleet.bundles (task, cell, carrier, sequence, until)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000)) on conflict do nothing`,
    [task, cell, carrier, sequence, untilMs],
  );
  return rowCount === 1;
}

/** Ends what holds a cell. `task`: only when it is this one. False when nothing held it. */
export async function releaseCell(
  client: Client,
  cell: string,
  how: HoldEnd,
  task: string | null = null,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update fleet.bundles set ended_at = now(), how = $2
     where cell = $1 and ended_at is null and ($3::text is null or task = $3)`,
    [cell, how, task],
  );
  return rowCount === 1;
}
