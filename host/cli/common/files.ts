import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../../common/errors.ts';
import { errnoOf, reasonOf, requireSize } from '../../common/file-reason.ts';
import { admitInput, isInput } from '../../common/inputs.ts';

/** Files as verbs read and write them: errors have names, and nothing is ever half written. */

/** All bytes of a file. Throws HoldfastError FILE_MISSING or FILE_TOO_LARGE. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    admitInput(stats);
    requireSize(path, stats.size);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const remedy = 'Check the name of the file and its folder.';
    throw new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(cause)}`, { remedy, cause });
  }
}

/** The PEM text of a key file, undefined when none is named. */
export async function readKeyOption(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : Buffer.from(await readInput(path)).toString('latin1');
}

/**
 * Writes a file whole or not at all: beside it first, then by renaming. A symbolic link keeps leading to the file it names.
 *
 * @throws HoldfastError FILE_NOT_WRITTEN; OUTPUT_NOT_A_FILE for a device, pipe or folder; SAME_FILE for a file that was read
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  const place = await placeOf(path);
  const temporary = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temporary, bytes);
    await rename(temporary, place);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notWritten(path, cause);
  }
}

/** Where `path` leads, links followed. What exists there must be a file that was not read. */
async function placeOf(path: string): Promise<string> {
  if (path === '-')
    throw new HoldfastError('OUTPUT_NOT_A_FILE', 'an output is a file; - stands for none', {
      remedy: 'Give the name of a file with -o.',
    });
  try {
    if ((await lstatIfAny(path)) === null) return path;
    const place = await realpath(path);
    const stats = await stat(place);
    if (!stats.isFile() && !stats.isDirectory()) throw notAFile(path);
    refuseInput(path, stats);
    return place;
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : notWritten(path, cause);
  }
}

async function lstatIfAny(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

function notAFile(path: string): HoldfastError {
  const remedy = 'Give the name of a file with -o.';
  return new HoldfastError('OUTPUT_NOT_A_FILE', `${path} is a device or a pipe, not a file`, { remedy });
}

function refuseInput(path: string, stats: Stats): void {
  if (!isInput(stats)) return;
  throw new HoldfastError('SAME_FILE', `the output would replace ${path}, which was read`, {
    remedy: 'Give another name with -o.',
  });
}

/** Writes a file that must not be there yet. Throws HoldfastError FILE_EXISTS or FILE_NOT_WRITTEN. */
export async function writeNewOutput(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeNew(path, Buffer.from(text), mode);
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw notWritten(path, cause);
    const remedy = 'Give another name with -o; a key is never overwritten.';
    throw new HoldfastError('FILE_EXISTS', `${path} already exists`, { remedy, cause });
  }
}

async function writeNew(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function notWritten(path: string, cause: unknown): HoldfastError {
  const remedy = 'Check that the folder exists and that you may write to it.';
  return new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, { remedy, cause });
}
