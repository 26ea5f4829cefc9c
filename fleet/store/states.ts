import type pg from 'pg';
import type { DesiredState } from '../desired/state.ts';
import type { Followed } from '../desired/verify.ts';

/** Signed states that were taken in, with all their images. */

type Client = Pick<pg.ClientBase, 'query'>;

/** The state with the highest sequence that was taken in; null: none was. */
export async function lastFollowed(client: Client): Promise<Followed | null> {
  const { rows } = await client.query<{ sequence: string; digest: string }>(
    'select sequence, digest from fleet.states order by sequence desc limit 1',
  );
  const [row] = rows;
  return row === undefined ? null : { sequence: Number(row.sequence), digest: row.digest };
}

export async function saveState(
  client: Client,
  { sequence, digest }: Followed,
  envelope: string,
  { maps }: Pick<DesiredState, 'maps'>,
  images: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await client.query(
    'insert into fleet.states (sequence, digest, envelope) values ($1, $2, $3) on conflict (sequence) do nothing',
    [sequence, digest, envelope],
  );
  for (const { hash, sha256 } of maps.flatMap(({ edition, reissue }) => [edition, reissue])) {
    const bytes = images.get(sha256);
    if (bytes === undefined) throw new TypeError(`image ${sha256} was not examined`);
    await client.query(
      'insert into fleet.images (sha256, hash, bytes) values ($1, $2, $3) on conflict (sha256) do nothing',
      [sha256, hash, Buffer.from(bytes)],
    );
  }
}

/** The signed text of a state that was taken in. */
export async function loadEnvelope(client: Client, sequence: number): Promise<string> {
  const text = 'select envelope from fleet.states where sequence = $1';
  const [row] = (await client.query<{ envelope: string }>(text, [sequence])).rows;
  if (row === undefined) throw new TypeError(`state ${sequence} was not taken in`);
  return row.envelope;
}

/** The images of a state that was taken in, by the SHA-256 of their files. */
export async function loadImages(
  client: Client,
  { maps }: Pick<DesiredState, 'maps'>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const named = maps.flatMap(({ edition, reissue }) => [edition.sha256, reissue.sha256]);
  const text = 'select sha256, bytes from fleet.images where sha256 = any($1)';
  const { rows } = await client.query<{ sha256: string; bytes: Buffer }>(text, [named]);
  return new Map(rows.map(({ sha256, bytes }) => [sha256, new Uint8Array(bytes)]));
}
