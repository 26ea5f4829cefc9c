import pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';

/** Connections to the database of a plant. */

/** `server_version_num` of the oldest that is taken. */
const VERSION_MIN = 150_000;
const CONNECT_MS_MAX = 5000;

/** How a connection finds out that the other side is gone, in seconds; both sides look. */
const ALIVE = '-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3';
/** A server that was stopped in the middle of a transaction holds nobody up for longer. */
const IDLE = '-c idle_in_transaction_session_timeout=4000';

/** `most`: connections at once. Errors of idle ones are left to whoever asks next. */
export function connect(url: string, most: number, name: string): pg.Pool {
  const pool = new pg.Pool({ ...settings(url, name), max: most });
  pool.on('error', () => {});
  return pool;
}

/** One connection that is not shared. `onLost` is called once when it ends without being asked to. */
export async function connectOne(url: string, name: string, onLost: () => void): Promise<pg.Client> {
  const client = new pg.Client(settings(url, name));
  client.on('error', onLost);
  client.on('end', onLost);
  await client.connect();
  return client;
}

function settings(url: string, name: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    keepAliveInitialDelayMillis: 2000,
    options: `${ALIVE} ${IDLE}`,
  };
}

/** Throws HoldfastError DATABASE_OLD or DATABASE_UNREACHABLE, which never names the password. */
export async function requireDatabase(url: string): Promise<void> {
  let version = 0;
  const client = new pg.Client(settings(url, 'holdfast-version'));
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      "select current_setting('server_version_num') as version",
    );
    version = Number(rows[0]?.version);
  } catch (cause) {
    const words = cause instanceof Error && cause.message !== '' ? cause.message : 'nothing answers';
    throw new HoldfastError('DATABASE_UNREACHABLE', `the database ${shown(url)} cannot be used: ${words}`, {
      remedy: 'Start it, and see that the user may connect; or start without DATABASE_URL.',
      exitCode: 3,
      cause,
    });
  } finally {
    await client.end().catch(() => {});
  }
  if (version >= VERSION_MIN) return;
  const has = `PostgreSQL ${Math.floor(version / 10_000)}`;
  throw new HoldfastError('DATABASE_OLD', `the database ${shown(url)} is ${has}, and 15 is the oldest`, {
    remedy: 'Give DATABASE_URL of a later one, or start without it.',
  });
}

/** Host and database of a URL, never its password. */
function shown(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url);
    const host = searchParams.get('host') ?? hostname;
    return `${host}${port === '' ? '' : `:${port}`}${pathname}`;
  } catch {
    return 'of DATABASE_URL';
  }
}
