/** Editions as verbs take them: a source or an image, whichever the file is. */

import { isUtf8 } from 'node:buffer';
import { viewOf } from '../../body/bytes.ts';
import type { Partition } from '../../body/partition.ts';
import { HoldfastError } from '../../common/errors.ts';
import { type LoadedMap, loadMap, loadPartition } from '../../compile/compile.ts';
import { IMAGE_MAGIC } from '../../format.ts';
import { readPartition } from '../../image/read-partition.ts';
import { readInput } from './files.ts';

export interface LoadedEdition {
  readonly partition: Partition;
  /** The bytes of an image; null when the file is a source. */
  readonly image: Uint8Array | null;
}

/**
 * What begins with the magic of an image is one; everything else is read as a source.
 * @throws HoldfastError FILE_MISSING, NOT_AN_EDITION for what is neither, and what `loadPartition` and `readPartition` throw.
 */
export async function loadEither(path: string): Promise<LoadedEdition> {
  const image = await readIfImage(path);
  if (image !== null) return { partition: readPartition(image), image };
  return { partition: await loadPartition(path), image: null };
}

/**
 * An image as it is, or a source of a line or a plane.
 * @throws HoldfastError FILE_MISSING, NOT_AN_EDITION for what is neither, and what `loadMap` throws.
 */
export async function loadEitherKind(
  path: string,
): Promise<{ readonly image: Uint8Array } | { readonly image: null; readonly source: LoadedMap }> {
  const image = await readIfImage(path);
  return image === null ? { image, source: await loadMap(path) } : { image };
}

/** The bytes of an image; null for what may be a source. */
async function readIfImage(path: string): Promise<Uint8Array | null> {
  const bytes = await readInput(path);
  const isImage = bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === IMAGE_MAGIC;
  if (isImage) return bytes;
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new HoldfastError('NOT_AN_EDITION', `${path} is neither a map source nor an image`, {
      remedy: 'Give a .map.yaml file, or an image that `holdfast compile` made.',
    });
  }
  return null;
}
