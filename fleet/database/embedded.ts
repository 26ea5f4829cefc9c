import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf, reasonOf } from '../../host/common/file-reason.ts';
import { makeFolders } from '../../host/common/make-folders.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { type Owner, ownerOfDatabase, requireWay } from './owner.ts';
import { embeddedUrl, type Places, placesOf } from './places.ts';

/**
 * A PostgreSQL of one's own: no port, a socket in a folder of its user, a password, data that is synced. It ends when the process that
 * started it does, however that ends, and a second one on the same data is refused.
 */

export interface Embedded {
  readonly url: string;
  readonly pid: number;
  /** Resolves when it ended, whoever ended it, with what its log said last. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const READY_MS_MAX = 60_000;
/** A postmaster whose parent died a moment ago takes this long to be gone at most. */
const LEAVING_MS_MAX = 15_000;
/** One that still says that it takes connections after this long is not about to leave. */
const STAYING_MS_MAX = 2500;
const LOOK_MS = 25;
const STOP_MS_MAX = 20_000;
const LOG_BYTES = 600;
/** In postmaster.pid, from 0. */
const LINE_PID = 0;
const LINE_STATE = 7;

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  max_connections: '60',
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Throws HoldfastError DATABASE_BUSY, DATABASE_FAILED, DATABASE_VERSION, FOLDER_CLOSED, OWNER_MISSING, and those of `findBinaries`. */
export async function startEmbedded(plant: string): Promise<Embedded> {
  const binaries = findBinaries();
  const owner = ownerOfDatabase();
  const places = placesOf(plant);
  try {
    makeFolders(places.folder, 0o711);
    if (owner !== null) requireWay([places.data, places.socket, binaries.postgres]);
    ownFolder(places.socket, owner);
    if (!existsSync(places.data)) initialise(binaries, places, owner);
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : failed(places, reasonOf(cause));
  }
  requireVersion(binaries, places);
  const startMs = performance.now();
  for (;;) {
    const started = await start(binaries, places, owner);
    if (started !== null) return started;
    const isReady = postmasterLines(places)[LINE_STATE]?.trim() === 'ready';
    if (performance.now() - startMs > (isReady ? STAYING_MS_MAX : LEAVING_MS_MAX)) throw busy(places);
    await pause(200);
  }
}

/** A folder that only the user of the database may look into. One that somebody else made is refused. */
function ownFolder(path: string, owner: Owner | null): void {
  const uid = owner?.uid ?? process.getuid?.();
  try {
    mkdirSync(path, { mode: 0o700 });
    if (owner !== null) chownSync(path, owner.uid, owner.gid);
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
    const status = lstatSync(path);
    if (!status.isDirectory() || (status.uid !== uid && status.uid !== 0)) {
      throw new HoldfastError('FOLDER_FOREIGN', `${path} is not a folder of the database's user`, {
        remedy: 'Find out who made it, and remove it.',
        exitCode: 3,
      });
    }
    if (owner !== null) chownSync(path, owner.uid, owner.gid);
    chmodSync(path, 0o700);
  }
}

/** Makes the data beside its place, so that a start that was cut off leaves none that looks whole. */
function initialise(binaries: Binaries, places: Places, owner: Owner | null): void {
  const fresh = join(places.folder, 'data.new');
  const secret = join(places.folder, 'password.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(secret, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (owner !== null) for (const path of [fresh, secret]) chownSync(path, owner.uid, owner.gid);
  const argv = ['--pdeathsig', 'KILL', binaries.initdb, '-D', fresh, '-U', 'holdfast', '--pwfile', secret];
  const { status, stderr, error } = spawnSync(
    binaries.setpriv,
    [...argv, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C', '--no-instructions'],
    { ...owner, cwd: '/', encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } },
  );
  if (status !== 0) throw failed(places, error?.message ?? (stderr.trim() || `initdb ended with ${status}`));
  if (owner !== null) chownSync(secret, 0, 0);
  renameSync(secret, places.password);
  renameSync(fresh, places.data);
}

function requireVersion({ postgres }: Binaries, { data }: Places): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  const here = /\d+/.exec(stdout ?? '')?.[0] ?? 'unknown';
  if (made === here) return;
  throw new HoldfastError('DATABASE_VERSION', `${data} is of PostgreSQL ${made}, and this is ${here}`, {
    remedy: `Dump it with a PostgreSQL ${made}, move the folder away, start anew, and restore.`,
    exitCode: 3,
  });
}

/** Null: another postmaster holds the data still. */
async function start(
  { postgres, setpriv }: Binaries,
  places: Places,
  owner: Owner | null,
): Promise<Embedded | null> {
  const settings = { ...SETTINGS, unix_socket_directories: places.socket };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(places.log, 'a', 0o600);
  const child = spawn(setpriv, ['--pdeathsig', 'INT', postgres, '-D', places.data, ...flags], {
    ...owner,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', () => resolve(lastOf(places.log)));
  });
  const words = await Promise.race([ended, ready(child, places)]);
  if (words === null) {
    return { url: embeddedUrl(places), pid: child.pid ?? 0, ended, stop: () => stop(child, ended) };
  }
  if (/lock file .* already exists|pre-existing shared memory/.test(words)) return null;
  throw failed(places, words);
}

/** Null when the child says of itself that it takes connections: somebody who connects may find another. */
async function ready(child: ChildProcess, places: Places): Promise<string | null> {
  const startMs = performance.now();
  while (performance.now() - startMs < READY_MS_MAX) {
    if (child.exitCode !== null || child.signalCode !== null) return lastOf(places.log);
    const lines = postmasterLines(places);
    if (lines[LINE_PID]?.trim() === `${child.pid}` && lines[LINE_STATE]?.trim() === 'ready') return null;
    await pause(LOOK_MS);
  }
  child.kill('SIGQUIT');
  return `it was not ready within ${READY_MS_MAX / 1000} s`;
}

function postmasterLines({ data }: Places): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Connections are cut, transactions undone, and what was committed is written. */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}

function lastOf(log: string): string {
  try {
    return readFileSync(log, 'utf8').slice(-LOG_BYTES).trim().split('\n').slice(-4).join('; ');
  } catch (cause) {
    return reasonOf(cause);
  }
}

function busy(places: Places): HoldfastError {
  const pid = postmasterLines(places)[LINE_PID]?.trim() ?? 'unknown';
  const words = `a database runs on ${places.data} already (process ${pid})`;
  const remedy = `There is a \`fleet up ${dirname(places.folder)}\`; stop it first, or give another folder.`;
  return new HoldfastError('DATABASE_BUSY', words, { remedy, exitCode: 3 });
}

function failed(places: Places, words: string): HoldfastError {
  return new HoldfastError('DATABASE_FAILED', `the database in ${places.folder} does not start: ${words}`, {
    remedy: `See ${places.log}; free space if the disk is full.`,
    exitCode: 3,
  });
}
