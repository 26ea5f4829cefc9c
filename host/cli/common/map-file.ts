/** A map to ask: an image as it is, or a source, which is compiled in memory. */

import { compilePartition } from '../../compile/compile.ts';
import { MapImage } from '../../core/ask.ts';
import { loadEither } from './editions.ts';

/** Throws what `loadEither`, `compilePartition` and `MapImage.open` throw. */
export async function openMap(path: string): Promise<MapImage> {
  const { partition, image } = await loadEither(path);
  if (image !== null) return MapImage.open(image);
  const compiled = compilePartition(partition, undefined, { large: true });
  return MapImage.open(compiled.image, partition.notes?.marks);
}
