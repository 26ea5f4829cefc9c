import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';

/** Where the embedded database of a plant keeps what, and how it is reached. */

export interface Places {
  readonly folder: string;
  readonly data: string;
  /** The folder of the socket; its path is short, since a socket has at most 107 bytes. */
  readonly socket: string;
  readonly password: string;
  readonly log: string;
}

/** Of `/.s.PGSQL.5432.lock` and a closing zero. */
const SOCKET_BYTES_MAX = 107 - 20;

/** `plant`: the folder of the plant, with fleet.yaml. */
export function placesOf(plant: string): Places {
  // The same place by whatever name it is called.
  const folder = join(existsSync(plant) ? realpathSync(plant) : resolve(plant), 'database');
  const near = join(folder, 'socket');
  const short = join(tmpdir(), `holdfast-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
  return {
    folder,
    data: join(folder, 'data'),
    socket: Buffer.byteLength(near) <= SOCKET_BYTES_MAX ? near : short,
    password: join(folder, 'password'),
    log: join(folder, 'log'),
  };
}

/** What `pg` and the engine take. */
export function embeddedUrl({ socket, password }: Places): string {
  const secret = readFileSync(password, 'utf8').trim();
  return `postgresql://holdfast:${secret}@localhost/postgres?host=${encodeURIComponent(socket)}&sslmode=disable`;
}

/** The database of a plant: DATABASE_URL, or the embedded one that `fleet up` keeps. Throws HoldfastError NO_DATABASE. */
export function databaseUrl(plant: string, given: string | undefined): string {
  if (given !== undefined && given !== '') return given;
  const places = placesOf(plant);
  if (existsSync(places.password)) return embeddedUrl(places);
  throw new HoldfastError('NO_DATABASE', `${plant} has no database yet`, {
    remedy: `Start it with \`fleet up ${plant}\`, or give DATABASE_URL.`,
    exitCode: 3,
  });
}
