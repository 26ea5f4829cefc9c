import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../host/common/errors.ts';
import { type Embedded, startEmbedded } from '../database/embedded.ts';

/**
 * Keeps a plant running: the embedded database if there is no other, and a server in a process of its own, which is begun anew whenever it
 * ends. So whatever goes wrong in a server, the next one starts from what the database holds.
 */

const PAUSE_MS = { least: 200, most: 3000 };
/** What ran for this long did not fail at once: the next one begins without a pause. */
const STEADY_MS = 5000;
const STOP_MS_MAX = 8000;
/** What ends with this found something that stays wrong: its inventory, or the version of its database. */
const EXIT_BAD_INPUT = 2;
const EXIT_FAILED = 3;

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
export function supervise(options: SupervisorOptions, signal: AbortSignal): Promise<number> {
  return untilOver(() => withDatabase(options, signal), signal);
}

/** Does something again and again until it finds what stays wrong, or until the signal; what fails at once is done after a pause. */
async function untilOver(work: () => Promise<number | null>, signal: AbortSignal): Promise<number> {
  let waitMs: number = PAUSE_MS.least;
  while (!signal.aborted) {
    const startMs = performance.now();
    const code = await work();
    if (signal.aborted) break;
    if (code === null || code === EXIT_BAD_INPUT) return code ?? EXIT_FAILED;
    if (performance.now() - startMs >= STEADY_MS) {
      waitMs = PAUSE_MS.least;
      continue;
    }
    await pause(waitMs, undefined, { signal }).catch(() => {});
    waitMs = Math.min(waitMs * 2, PAUSE_MS.most);
  }
  return 0;
}

/** A database, and one server after the other beside it, until the database ends; an exit code. */
async function withDatabase(options: SupervisorOptions, signal: AbortSignal): Promise<number> {
  const { databaseUrl, folder, onNote } = options;
  let embedded: Embedded | null = null;
  try {
    embedded = databaseUrl === null ? await startEmbedded(folder) : null;
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'DATABASE_FAILED') throw error;
    onNote(`${error.message}. ${error.remedy ?? ''}`);
    return EXIT_FAILED;
  }
  try {
    const url = embedded?.url ?? databaseUrl ?? '';
    return await untilOver(async () => {
      const code = await runServer(options, url, embedded, signal);
      if (code !== null && code !== EXIT_BAD_INPUT && !signal.aborted)
        onNote(`the server ended with ${code}; another one starts`);
      return code;
    }, signal);
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
    child.once('error', () => resolve(EXIT_FAILED));
    child.once('exit', (code) => resolve(code ?? EXIT_FAILED));
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
