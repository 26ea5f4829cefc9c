/** Editions as verbs take them: a source or an image, whichever the file is. */

import { isUtf8 } from 'node:buffer';
import { viewOf } from '../../body/bytes.ts';
import type { Partition } from '../../body/partition.ts';
import { HoldfastError } from '../../common/errors.ts';
import { loadMap, type MapPartition } from '../../compile/compile.ts';
import { IMAGE_MAGIC } from '../../format.ts';
import { readMap } from '../../image/read-partition.ts';
import { isPlane, planeRefused } from '../../source/plane-model.ts';
import { readInput } from './files.ts';

export interface LoadedEdition<Map extends MapPartition = Partition> {
  readonly partition: Map;
  /** The bytes of an image; null when the file is a source. */
  readonly image: Uint8Array | null;
}

/**
 * Of a line: what knows lines only takes it.
 * @throws HoldfastError PLANE, and what `loadAny` throws
 */
export async function loadEither(path: string): Promise<LoadedEdition> {
  const { partition, image } = await loadAny(path);
  if (isPlane(partition)) throw planeRefused(path);
  return { partition, image };
}

/**
 * What begins with the magic of an image is one; everything else is read as a source.
 * @throws HoldfastError FILE_MISSING, NOT_AN_EDITION for what is neither, and what `loadMap` and `readMap` throw.
 */
export async function loadAny(path: string): Promise<LoadedEdition<MapPartition>> {
  const bytes = await readInput(path);
  const isImage = bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === IMAGE_MAGIC;
  if (isImage) return { partition: readMap(bytes), image: bytes };
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new HoldfastError('NOT_AN_EDITION', `${path} is neither a map source nor an image`, {
      remedy: 'Give a .map.yaml file, or an image that `holdfast compile` made.',
    });
  }
  return { partition: await loadMap(path), image: null };
}
