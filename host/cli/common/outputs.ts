import { randomBytes } from 'node:crypto';
import { constants, fstatSync, type Stats, writeFile } from 'node:fs';
import { lstat, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import { errnoOf, INPUT_BYTES_MAX, reasonOf } from '../../common/file-reason.ts';
import { isInput } from '../../common/inputs.ts';
import { reportOnStandardError } from './output.ts';
import type { OutputKind } from './output-kinds.ts';

/**
 * The one way in which verbs write files. Nothing is half written, and nothing is destroyed: a link is followed, a device or a pipe is
 * written into, `-` is standard output, and a file that was read or that holdfast did not write is replaced with `--force` only.
 */

export interface OutputOptions {
  readonly kind: OutputKind;
  /** Replace whatever file is there. */
  readonly force?: boolean | undefined;
}

const STANDARD_OUTPUT = '-';
const FORCE_REMEDY = 'Give another name, or replace it with --force.';
/** Where the folder is not what is wrong. */
const NOT_WRITTEN_REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free space, or write it elsewhere.',
  EDQUOT: 'Free space, or write it elsewhere.',
  EFBIG: 'Write it elsewhere: this place takes no file as large.',
  EROFS: 'Write it elsewhere: nothing can be written there.',
  EIO: 'Write it elsewhere, and look after this disk or device.',
  ENAMETOOLONG: 'Give a shorter name.',
  ELOOP: 'Give another name, or remove the links.',
};
const PERMISSIONS = 0o777;
const WRITABLE = 0o222;

/** What stands for a descriptor that is open already. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/(\d{1,5})$/;
const NAMED_DESCRIPTORS: Readonly<Record<string, number>> = {
  [STANDARD_OUTPUT]: 1,
  '/dev/stdout': 1,
  '/dev/stderr': 2,
};

/** Where the bytes go: into something that stands open or is no file, or to a file, in place of the one that is there. */
type Place =
  | { readonly is: 'descriptor'; readonly descriptor: number }
  | { readonly is: 'device'; readonly path: string }
  | { readonly is: 'file'; readonly path: string; readonly present: Stats | null };

/** `--force`, for verbs that write files. */
export function addForceOption(command: Command): Command {
  return command.option('--force', 'replace the file that is there, whoever wrote it');
}

/**
 * Called by a verb before it prints: when one of its outputs is standard output, what it reports goes to standard error instead.
 * @throws HoldfastError USAGE for two outputs in one place
 */
export function claimOutputs(...paths: readonly (string | undefined)[]): void {
  const places = paths.flatMap((path) => (path === undefined ? [] : [descriptorOf(path) ?? resolve(path)]));
  const twice = places.find((place, index) => places.indexOf(place) < index);
  if (twice !== undefined) {
    throw new HoldfastError('USAGE', `two outputs go to ${twice === 1 ? 'standard output' : twice}`, {
      remedy: 'Give each a name of its own.',
    });
  }
  if (places.includes(1)) reportOnStandardError();
}

/**
 * Whether `writeOutput` may write there, asked before long work.
 * @throws what `writeOutput` throws, but for what the system says only when it is written
 */
export async function requireWritable(path: string, options: OutputOptions): Promise<void> {
  await examine(await placeOf(path), path, options, null);
}

/**
 * Writes an output: a file whole or not at all, beside it first, then by renaming.
 *
 * @throws HoldfastError FILE_NOT_WRITTEN; SAME_FILE for a file that was read; FILE_EXISTS for one that holdfast did not write, that
 * was edited or that is write-protected; OUTPUT_NOT_A_FILE for a socket, a disk, and bytes for a terminal
 */
export async function writeOutput(path: string, bytes: Uint8Array, options: OutputOptions): Promise<void> {
  const finished = options.kind.finish(bytes);
  const place = await placeOf(path);
  await examine(place, path, options, finished);
  try {
    if (place.is === 'file') await replace(place, finished);
    else await writeInto(place, finished);
  } catch (cause) {
    if (errnoOf(cause) !== 'EPIPE') throw notWritten(path, cause);
  }
}

/** Whether an output is something that stands open already, `-` for standard output. */
export function isStream(path: string): boolean {
  return descriptorOf(path) !== null;
}

function descriptorOf(path: string): number | null {
  const named = NAMED_DESCRIPTORS[path];
  if (named !== undefined) return named;
  const [, digits] = DESCRIPTOR.exec(path) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** Where `path` leads, links followed. */
async function placeOf(path: string): Promise<Place> {
  const descriptor = descriptorOf(path);
  if (descriptor !== null) return { is: 'descriptor', descriptor };
  try {
    if ((await statIfAny(path, lstat)) === null) {
      await stat(dirname(path));
      return { is: 'file', path, present: null };
    }
    const stats = await statIfAny(path);
    if (stats === null) return await placeOfLost(path);
    if (stats.isFile()) return { is: 'file', path: await realpath(path), present: stats };
    if (stats.isDirectory()) throw notAFile(path, 'a folder');
    if (stats.isSocket()) throw notAFile(path, 'a socket');
    return { is: 'device', path };
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : notWritten(path, cause);
  }
}

/** Of a link to a file that is not there: it is made where the link leads, as by a shell. */
async function placeOfLost(link: string): Promise<Place> {
  const target = await lastTarget(link);
  try {
    await stat(dirname(target));
  } catch (cause) {
    throw notWritten(`${target}, to which ${link} leads`, cause);
  }
  return { is: 'file', path: target, present: null };
}

/** The first name behind a link, and those behind that, at which nothing is. Links in a circle are no such links. */
async function lastTarget(path: string): Promise<string> {
  const stats = await statIfAny(path, lstat);
  if (stats?.isSymbolicLink() !== true) return path;
  return lastTarget(resolve(await realpath(dirname(path)), await readlink(path)));
}

async function statIfAny(path: string, of: (path: string) => Promise<Stats> = stat): Promise<Stats | null> {
  try {
    return await of(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

/** Refuses what must not be written; `bytes` are what will be, null while they are not known. */
async function examine(
  place: Place,
  path: string,
  { kind, force }: OutputOptions,
  bytes: Uint8Array | null,
): Promise<void> {
  if (force === true) return;
  if (place.is === 'descriptor') {
    if (place.descriptor === 1 && kind.isBinary && process.stdout.isTTY === true)
      throw notAFile(path, 'a terminal, which cannot show bytes', 'Send it to a file or a pipe.');
    return;
  }
  if (place.is === 'device') {
    const isDisk = (await stat(place.path)).isBlockDevice();
    if (isDisk) throw notAFile(path, 'a disk', 'Give the name of a file; --force writes over the disk.');
    return;
  }
  const { present } = place;
  if (present === null) return;
  if (isInput(present)) throw sameFile(path, 'was read');
  if (isStandardOutput(present)) throw sameFile(path, 'is standard output');
  if ((present.mode & WRITABLE) === 0) throw exists(path, 'is write-protected');
  const found = await contentOf(path, present);
  if (found.length === 0 || (await kind.isOurs(found))) return;
  if (bytes === null || !Buffer.from(found).equals(bytes))
    throw exists(path, `is not ${kind.name} that holdfast wrote, or it was edited`);
}

async function contentOf(path: string, { size }: Stats): Promise<Uint8Array> {
  if (size > INPUT_BYTES_MAX) throw exists(path, `has ${size} bytes, more than any output`);
  try {
    return await readFile(path);
  } catch (cause) {
    throw exists(path, `cannot be read: ${reasonOf(cause)}`);
  }
}

function isStandardOutput({ dev, ino }: Stats): boolean {
  try {
    const out = fstatSync(1);
    return out.isFile() && out.dev === dev && out.ino === ino;
  } catch {
    return false;
  }
}

async function replace({ path, present }: Place & { is: 'file' }, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temporary, bytes, present === null ? undefined : present.mode & PERMISSIONS);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Into what is there; it is neither made nor cut. A pipe is waited for until somebody reads it. */
async function writeInto(place: Exclude<Place, { is: 'file' }>, bytes: Uint8Array): Promise<void> {
  if (place.is === 'descriptor' && place.descriptor === 1) return toStandardOutput(bytes);
  // What stands open is written where it stands: behind what is there already.
  if (place.is === 'descriptor') return promisify(writeFile)(place.descriptor, bytes);
  const file = await open(place.path, constants.O_WRONLY | constants.O_NOCTTY);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

/** Ends when the bytes are taken; a reader that has enough, as `head` does, is no fault (`endOnClosedPipe`). */
function toStandardOutput(bytes: Uint8Array): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(bytes, () => done());
  });
}

/** Writes a key, which must not be there yet. Throws HoldfastError FILE_EXISTS or FILE_NOT_WRITTEN. */
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

function notAFile(path: string, what: string, remedy = 'Give the name of a file.'): HoldfastError {
  return new HoldfastError('OUTPUT_NOT_A_FILE', `the output ${path} is ${what}`, { remedy });
}

function sameFile(path: string, why: string): HoldfastError {
  return new HoldfastError('SAME_FILE', `the output would replace ${path}, which ${why}`, {
    remedy: 'Give another name.',
  });
}

function exists(path: string, why: string): HoldfastError {
  return new HoldfastError('FILE_EXISTS', `the output would replace ${path}, which ${why}`, {
    remedy: FORCE_REMEDY,
  });
}

function notWritten(path: string, cause: unknown): HoldfastError {
  const remedy =
    NOT_WRITTEN_REMEDIES[errnoOf(cause)] ?? 'Check that the folder exists and that you may write to it.';
  return new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, { remedy, cause });
}
