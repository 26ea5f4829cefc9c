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

/** Cells that are held at a moment. */
export async function heldCells(client: Client, nowMs: number): Promise<ReadonlyMap<string, HeldCell>> {
  const { rows } = await client.query<Omit<HeldCell, 'sequence'> & { sequence: string }>(
    `select cell, task, carrier, sequence, (extract(epoch from until) * 1000)::float8 as "untilMs" from fleet.bundles
     where ended_at is null and until > to_timestamp($1::float8 / 1000) order by cell`,
    [nowMs],
  );
  return new Map(rows.map((row) => [row.cell, { ...row, sequence: Number(row.sequence) }]));
}

/** Who holds a cell until when, in words. */
export function heldWords({
  carrier,
  untilMs,
  sequence,
}: Pick<HeldCell, 'carrier' | 'untilMs' | 'sequence'>): string {
  return `state ${sequence} is carried to it by ${carrier.slice(0, 8)}… until ${new Date(untilMs).toISOString()}`;
}
