/** A map to ask: an image as it is, or a source, which is compiled in memory. */

import { compilePartition, compilePlane } from '../../compile/compile.ts';
import { MapImage } from '../../core/ask.ts';
import { type AnyImage, openAnyImage, PlaneImage } from '../../core/ask-plane.ts';
import { loadEither, loadEitherKind } from './editions.ts';

/** A line to ask. Throws what `loadEither`, `compilePartition` and `MapImage.open` throw. */
export async function openMap(path: string): Promise<MapImage> {
  const { partition, image } = await loadEither(path);
  if (image !== null) return MapImage.open(image);
  const compiled = compilePartition(partition, undefined, true);
  return MapImage.open(compiled.image);
}

/** A line or a plane to ask. Throws what `loadEitherKind`, the compiler, `MapImage.open` and `PlaneImage.open` throw. */
export async function openAnyMap(path: string): Promise<AnyImage> {
  const edition = await loadEitherKind(path);
  if (edition.image !== null) return openAnyImage(edition.image);
  const { source } = edition;
  if (source.plane !== undefined) return PlaneImage.open(compilePlane(source.plane, undefined).image);
  const compiled = compilePartition(source.line, undefined, true);
  return MapImage.open(compiled.image);
}
