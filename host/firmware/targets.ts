/** The boards: every folder of `targets` that has a target.json. Nothing else lists them. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import { readTarget, type Target } from './target-file.ts';

/** Copied to begin a board with; it is none. */
const TEMPLATE = 'template';

const TARGETS = fileURLToPath(packageUrl('targets/'));

/** The names of all boards, in order of the alphabet. */
export function targetNames(): string[] {
  return readdirSync(TARGETS)
    .filter((name) => name !== TEMPLATE && existsSync(join(TARGETS, name, 'target.json')))
    .sort();
}

/** Those that an emulator runs. */
export function emulatedNames(): string[] {
  return targetNames().filter((name) => targetNamed(name).emulator !== null);
}

/** Throws HoldfastError TARGET_UNKNOWN, or TARGET_FILE when its file is not as it should be. */
export function targetNamed(name: string): Target {
  const names = targetNames();
  if (names.includes(name)) return readTarget(join(TARGETS, name), name);
  throw new HoldfastError('TARGET_UNKNOWN', `The board ${name} does not exist.`, {
    remedy: `Boards: ${names.join(', ')}.`,
  });
}
