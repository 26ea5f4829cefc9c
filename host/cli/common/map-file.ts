/** A map to ask: an image as it is, or a source, which is compiled in memory. */

import { compilePartition } from '../../compile/compile.ts';
import { MapImage } from '../../core/ask.ts';
import { PlaneImage } from '../../core/ask-plane.ts';
import { isPlane } from '../../source/plane-model.ts';
import { loadAny } from './editions.ts';

/** Throws what `loadAny`, `compilePartition` and `MapImage.open` throw. */
export async function openMap(path: string): Promise<MapImage | PlaneImage> {
  const { partition, image } = await loadAny(path);
  const asked = image ?? compilePartition(partition, undefined, { large: true }).image;
  if (isPlane(partition)) return PlaneImage.open(asked);
  return MapImage.open(asked, partition.notes?.marks);
}
