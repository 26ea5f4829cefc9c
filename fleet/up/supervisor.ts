import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../host/common/errors.ts';
import { type Embedded, startEmbedded } from '../database/embedded.ts';

/**
 * Keeps a plant running: the embedded database if there is no other, and a server in a process of its own, which is begun anew whenever it
 * ends. So whatever goes wrong in a server, the next one starts from what the database holds.
 */

const PAUSE_MS = { least: 200, most: 3000 };
/** A server that ran for this long did not fail at once. */
const STEADY_MS = 20_000;
const STOP_MS_MAX = 8000;
/** What ends with this found something that stays wrong: its inventory, or the version of its database. */
const EXIT_BAD_INPUT = 2;

export interface SupervisorOptions {
  readonly folder: string;
  /** Null: the embedded database. */
  readonly databaseUrl: string | null;
  /** The program of the server, and its arguments. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly onNote: (words: string) => void;
}

/** Resolves with an exit code when it was stopped, or when nothing can be done. */
export async function supervise(options: SupervisorOptions, signal: AbortSignal): Promise<number> {
  let waitMs = PAUSE_MS.least;
  while (!signal.aborted) {
    const startMs = performance.now();
    const code = await runOnce(options, signal);
    if (signal.aborted) return 0;
    if (code === EXIT_BAD_INPUT) return code;
    waitMs = performance.now() - startMs > STEADY_MS ? PAUSE_MS.least : waitMs;
    await pause(waitMs, undefined, { signal }).catch(() => {});
    waitMs = Math.min(waitMs * 2, PAUSE_MS.most);
  }
  return 0;
}

/** A database and a server, until either ends; the exit code of the server, or 3. */
async function runOnce(options: SupervisorOptions, signal: AbortSignal): Promise<number> {
  const { databaseUrl, folder, onNote } = options;
  let embedded: Embedded | null = null;
  try {
    embedded = databaseUrl === null ? await startEmbedded(folder) : null;
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'DATABASE_FAILED') throw error;
    onNote(`${error.message}. ${error.remedy ?? ''}`);
    return 3;
  }
  try {
    const url = embedded?.url ?? databaseUrl ?? '';
    // One that serves is begun anew beside the same database.
    for (;;) {
      const startMs = performance.now();
      const code = await runServer(options, url, embedded, signal);
      if (signal.aborted || code === null || code === EXIT_BAD_INPUT) return code ?? 3;
      onNote(`the server ended with ${code}; another one starts`);
      if (performance.now() - startMs < STEADY_MS / 10) return code;
    }
  } finally {
    await embedded?.stop();
  }
}

/** The exit code of a server; null when the database under it ended. */
async function runServer(
  { program, argv, onNote }: SupervisorOptions,
  url: string,
  embedded: Embedded | null,
  signal: AbortSignal,
): Promise<number | null> {
  const child = fork(program, [...argv], { env: { ...process.env, DATABASE_URL: url } });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(3));
    child.once('exit', (code) => resolve(code ?? 3));
  });
  const stop = (): void => void stopChild(child, ended);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const databaseEnded = embedded === null ? new Promise<never>(() => {}) : embedded.ended;
  const first = await Promise.race([ended, databaseEnded]);
  signal.removeEventListener('abort', stop);
  if (typeof first === 'number') return first;
  onNote(`the database ended: ${first}`);
  await stopChild(child, ended);
  return null;
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}
