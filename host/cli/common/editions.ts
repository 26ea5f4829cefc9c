/** Editions as verbs take them: a source or an image, whichever the file is. */

import { isUtf8 } from 'node:buffer';
import { viewOf } from '../../body/bytes.ts';
import type { Partition } from '../../body/partition.ts';
import type { PlanePartition } from '../../body/plane-partition.ts';
import { HoldfastError } from '../../common/errors.ts';
import { loadMap, type MapPartition } from '../../compile/compile.ts';
import { IMAGE_MAGIC } from '../../format.ts';
import { readMap } from '../../image/read-partition.ts';
import { isPlane } from '../../source/plane-model.ts';
import { readInput } from './files.ts';

export interface LoadedEdition<Map extends MapPartition = Partition> {
  readonly partition: Map;
  /** The bytes of an image; null when the file is a source. */
  readonly image: Uint8Array | null;
}

export interface PairOf<Map extends MapPartition> {
  readonly before: LoadedEdition<Map>;
  readonly after: LoadedEdition<Map>;
}

/** Two editions of one layout. */
export type EditionPair =
  | (PairOf<Partition> & { readonly shape: 'line' })
  | (PairOf<PlanePartition> & { readonly shape: 'plane' });

/** @throws HoldfastError NOT_COMPARABLE when one is a line and the other a plane. */
export function pairOf(before: LoadedEdition<MapPartition>, after: LoadedEdition<MapPartition>): EditionPair {
  const [one, other] = [before.partition, after.partition];
  if (isPlane(one) && isPlane(other))
    return {
      shape: 'plane',
      before: { partition: one, image: before.image },
      after: { partition: other, image: after.image },
    };
  if (!isPlane(one) && !isPlane(other))
    return {
      shape: 'line',
      before: { partition: one, image: before.image },
      after: { partition: other, image: after.image },
    };
  const [plane, line] = isPlane(one) ? ['before', 'after'] : ['after', 'before'];
  throw new HoldfastError('NOT_COMPARABLE', `the edition ${plane} is of a plane, the one ${line} of a line`, {
    remedy: 'Compare editions of maps with the same axes.',
  });
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
