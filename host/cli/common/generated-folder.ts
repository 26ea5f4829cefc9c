/**
 * A folder of generated files among which others may stand: only what was written here, and was not changed since, is replaced. A
 * list of what was written, with a digest each, lies in the folder.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../common/errors.ts';
import { errnoOf, reasonOf } from '../../common/file-reason.ts';
import { makeFolders } from '../../common/make-folders.ts';
import { GENERATED } from './output-kinds.ts';
import { writeOutput } from './outputs.ts';

export const LIST_NAME = '.holdfast-library.json';

export interface FolderOptions {
  /** Replace what is there, whoever wrote it. */
  readonly force: boolean;
}

/** SHA-256 in hex by path. */
type Digests = Record<string, string>;

/**
 * Writes `files` (texts by path) into `folder`, all of them or, when one may not be replaced, none.
 *
 * @throws HoldfastError FILE_EXISTS naming what is in the way, or FILE_NOT_WRITTEN
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  { force }: FolderOptions,
): Promise<void> {
  const written = await readList(folder);
  const inTheWay: string[] = [];
  for (const [path, text] of files) {
    const present = await digestOf(join(folder, path));
    if (present !== null && present !== digest(text) && present !== written[path]) inTheWay.push(path);
  }
  if (inTheWay.length > 0 && !force) {
    const list = inTheWay.map((path) => join(folder, path)).join(', ');
    const verb = inTheWay.length === 1 ? 'exists, but is' : 'exist, but are';
    throw new HoldfastError('FILE_EXISTS', `${list} ${verb} not what holdfast wrote.`, {
      remedy: 'Move your changes away, give another folder, or replace it all with --force.',
    });
  }
  for (const [path, text] of files) {
    makeFolder(dirname(join(folder, path)));
    await writeOutput(join(folder, path), Buffer.from(text), { kind: GENERATED, force: true });
    written[path] = digest(text);
  }
  const sorted = Object.fromEntries(Object.entries(written).sort(([a], [b]) => (a < b ? -1 : 1)));
  const list = Buffer.from(`${JSON.stringify(sorted, null, 2)}\n`);
  await writeOutput(join(folder, LIST_NAME), list, { kind: GENERATED, force });
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What an earlier run wrote; a list that is damaged or absent says nothing. */
async function readList(folder: string): Promise<Digests> {
  try {
    const list: unknown = JSON.parse(await readFile(join(folder, LIST_NAME), 'utf8'));
    return Object.fromEntries(Object.entries(list ?? {}).filter(([, value]) => typeof value === 'string'));
  } catch {
    return {};
  }
}

/** null when there is no such file. */
async function digestOf(path: string): Promise<string | null> {
  try {
    return digest(await readFile(path));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw notWritten(path, cause);
  }
}

function makeFolder(path: string): void {
  try {
    makeFolders(path);
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

function notWritten(path: string, cause: unknown): HoldfastError {
  return new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${path}: ${reasonOf(cause)}`, {
    remedy: 'Give a folder that does not exist yet, or one that you may write to.',
    cause,
  });
}
