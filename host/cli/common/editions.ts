/** Editions as verbs take them: a source or an image, whichever the file is. */

import { isUtf8 } from 'node:buffer';
import { viewOf } from '../../body/bytes.ts';
import type { Partition } from '../../body/partition.ts';
import { HoldfastError } from '../../common/errors.ts';
import { loadPartition } from '../../compile/compile.ts';
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
  const bytes = await readInput(path);
  const isImage = bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === IMAGE_MAGIC;
  if (isImage) return { partition: readPartition(bytes), image: bytes };
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new HoldfastError('NOT_AN_EDITION', `${path} is neither a map source nor an image`, {
      remedy: 'Give a .map.yaml file, or an image that `holdfast compile` made.',
    });
  }
  return { partition: await loadPartition(path), image: null };
}
