import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { reasonOf } from '../../host/common/file-reason.ts';
import { admitInput } from '../../host/common/inputs.ts';
import { sha256 } from '../../host/image/sign.ts';
import { STATE_BYTES_MAX, STATE_IMAGE_BYTES_MAX } from '../limits.ts';
import { malformed } from './envelope.ts';
import { type ImagePair, requireImages } from './images.ts';
import { type DesiredState, STATE } from './state.ts';

/** A signed state on a disk: `state.json`, and `images/SHA-256.img` beside it. */

const STATE_FILE = 'state.json';
const imageFile = (name: string) => join('images', `${name}.img`);

/** Writes a new folder, whole or not at all; `more`: files by name. Throws HoldfastError USAGE for `-`, FILE_EXISTS or FILE_NOT_WRITTEN. */
export async function writeStateFolder(
  folder: string,
  text: string,
  images: readonly ImagePair[],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (folder === '-') {
    throw new HoldfastError('USAGE', 'a signed state is a folder, which no stream can hold', {
      remedy: 'Give the name of a folder that does not exist yet.',
    });
  }
  if (await isThere(folder)) {
    throw new HoldfastError('FILE_EXISTS', `${folder} already exists`, {
      remedy: 'Give another name with -o; a signed state is never overwritten.',
    });
  }
  const unfinished = `${folder}.${process.pid}.tmp`;
  try {
    await mkdir(unfinished);
    await mkdir(join(unfinished, 'images'));
    for (const bytes of images.flatMap(({ edition, reissue }) => [edition, reissue]))
      await writeFile(join(unfinished, imageFile(toHex(sha256(bytes)))), bytes);
    for (const [name, content] of Object.entries({ ...more, [STATE_FILE]: text }))
      await writeFile(join(unfinished, name), content);
    await rename(unfinished, folder);
  } catch (cause) {
    // What cannot be written to cannot be cleared either; the first reason is the one to tell.
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    throw new HoldfastError('FILE_NOT_WRITTEN', `cannot write ${folder}: ${reasonOf(cause)}`, {
      remedy: 'Give a folder that does not exist yet, in one that does.',
      cause,
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** The text of the state in a folder. Throws HoldfastError FILE_MISSING or STATE_MALFORMED. */
export async function readStateText(folder: string): Promise<string> {
  return readFolderText(folder, STATE_FILE);
}

/** The text of a file in such a folder. Throws HoldfastError FILE_MISSING or STATE_MALFORMED. */
export async function readFolderText(folder: string, name: string): Promise<string> {
  return (await readBounded(join(folder, name), STATE_BYTES_MAX)).toString('utf8');
}

/** The images that a verified state names, each examined. Throws HoldfastError FILE_MISSING, or those of `requireImages`. */
export async function readStateImages(
  folder: string,
  state: DesiredState,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const images = new Map<string, Uint8Array>();
  for (const { sha256: name } of state.maps.flatMap(({ edition, reissue }) => [edition, reissue]))
    images.set(name, await readBounded(join(folder, imageFile(name)), STATE_IMAGE_BYTES_MAX));
  return requireImages(state, images);
}

async function readBounded(path: string, bytesMax: number): Promise<Buffer> {
  try {
    const stats = await stat(path);
    admitInput(stats);
    if (stats.size > bytesMax) throw malformed(STATE, `${path} has more than ${bytesMax} bytes`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(cause)}`, {
      remedy: 'Give the folder that `fleet sign` wrote.',
      cause,
    });
  }
}
