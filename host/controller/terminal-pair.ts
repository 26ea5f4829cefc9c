/**
 * The two sides of a pseudo-terminal. Node opens both; it has no word for the three calls of the C library between, so these go
 * through koffi, a package with prebuilt binaries.
 */

import { closeSync, constants, openSync } from 'node:fs';
import { HoldfastError } from '../common/errors.ts';
import { withPeer } from '../common/peer.ts';

/** Descriptors of both sides, and the path of the slave, e.g. `/dev/pts/4`. */
export interface TerminalPair {
  /** Never waits: what cannot be read or written now is `EAGAIN`. */
  readonly master: number;
  readonly slave: number;
  readonly path: string;
}

/** posix_openpt(3) is an `open` of this on Linux and macOS. */
const MULTIPLEXER = '/dev/ptmx';
/** A terminal that a process without one opens would become its own, and end it when it hangs up. */
const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;

/** See grantpt(3), unlockpt(3), ptsname(3). */
interface CLibrary {
  /** 0, or -1 when it failed. */
  grantpt(master: number): number;
  unlockpt(master: number): number;
  /** Null when it failed. */
  ptsname(master: number): string | null;
}

/** Throws `PEER_MISSING` when koffi is not installed, `PSEUDO_TERMINAL` when the system gives none (exit code 2). */
export async function openTerminalPair(): Promise<TerminalPair> {
  const library = await loadLibrary();
  let master: number | undefined;
  try {
    master = openSync(MULTIPLEXER, O_RDWR | O_NOCTTY | O_NONBLOCK);
    const path = unlock(library, master);
    return { master, slave: openSync(path, O_RDWR | O_NOCTTY), path };
  } catch (cause) {
    if (master !== undefined) closeSync(master);
    throw noTerminal(cause);
  }
}

export function noTerminal(cause: unknown): HoldfastError {
  return new HoldfastError('PSEUDO_TERMINAL', 'This system gives no pseudo-terminal.', {
    remedy: 'Run the virtual controller on Linux or macOS, with /dev/pts mounted.',
    cause,
  });
}

/** Makes the slave ready to be opened. Its path. */
function unlock(library: CLibrary, master: number): string {
  if (library.grantpt(master) !== 0) throw new Error('grantpt failed');
  if (library.unlockpt(master) !== 0) throw new Error('unlockpt failed');
  const path = library.ptsname(master);
  if (path === null) throw new Error('ptsname failed');
  return path;
}

/**
 * Loads what a pair is opened with, so that a missing package is named before anything else is made.
 *
 * @throws HoldfastError PEER_MISSING
 */
export async function requireTerminals(): Promise<void> {
  await loadLibrary();
}

/** The C library that Node itself runs on, whatever its file is called. */
async function loadLibrary(): Promise<CLibrary> {
  const { load } = await withPeer('koffi', 'A pseudo-terminal', () => import('koffi'));
  const library = load(null);
  return {
    grantpt: library.func('int grantpt(int master)'),
    unlockpt: library.func('int unlockpt(int master)'),
    ptsname: library.func('const char *ptsname(int master)'),
  };
}
