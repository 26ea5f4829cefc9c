/** Whose images a firmware takes: `--key` and `--development`, for the verbs that burn. */

import type { Command } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import type { BurnedConfig, Trust } from '../../image/burned.ts';
import { burnableKey } from '../../image/sign.ts';
import { readKeyOption } from './files.ts';
import { printAlarm, printNote } from './output.ts';

export interface TrustOptions {
  readonly key?: readonly string[];
  readonly development?: boolean;
}

export const TRUST_HELP = `
--key burns a public key in, up to four: only images that one of them signed are taken. --development says that unsigned images, and
those that other keys signed, are taken too: for trying things, never for a machine that people stand beside.`;

export const DEVELOPMENT_WORDS = 'development mode: takes unsigned maps';

/** `--key`, repeated, and `--development`. */
export function addTrustOptions(command: Command): Command {
  const collect = (path: string, before?: readonly string[]): string[] => [...(before ?? []), path];
  return command
    .option('--key <pem>', 'public key whose images are taken; repeat it for others', collect)
    .option('--development', 'take unsigned images, too');
}

/**
 * The keys that the options name, read.
 * @throws HoldfastError FILE_MISSING; BAD_KEY naming the file
 */
export async function readTrust({ key: paths = [], development = false }: TrustOptions): Promise<Trust> {
  const keys: Uint8Array[] = [];
  for (const path of paths) keys.push(keyIn(path, (await readKeyOption(path)) ?? ''));
  return { keys, development };
}

function keyIn(path: string, pem: string): Uint8Array {
  try {
    return burnableKey(pem);
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    throw new HoldfastError(cause.code, `${path}: ${cause.message}`, { remedy: cause.remedy ?? '', cause });
  }
}

/** Tells whose images are taken, on stderr. */
export function printTrust({ keys, development }: BurnedConfig): void {
  if (development) printAlarm(DEVELOPMENT_WORDS);
  else
    printNote(keys.length === 1 ? 'It takes images of one key.' : `It takes images of ${keys.length} keys.`);
}
