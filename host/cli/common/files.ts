import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../../common/errors.ts';
import { errnoOf, reasonOf, requireEnding, requireSize } from '../../common/file-reason.ts';

/** Files as verbs read and write them: errors have names, and nothing is ever half written. */

/** All bytes of a file. Throws HoldfastError FILE_MISSING or FILE_TOO_LARGE. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    requireEnding(stats);
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

/** Writes a file whole or not at all: beside it first, then by renaming. Throws HoldfastError FILE_NOT_WRITTEN. */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notWritten(path, cause);
  }
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
