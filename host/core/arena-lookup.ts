/** How the map of an image would be looked up if it were compiled for a smaller build. */
import { encodeBody } from '../body/encode.ts';
import { shortfalls } from '../body/encode-body.ts';
import { planeShortfalls } from '../body/encode-plane.ts';
import { chosenPlane } from '../compile/plane-form.ts';
import type { BuildName } from '../format.ts';
import { readMap } from '../image/read-partition.ts';
import { isPlane } from '../source/plane-model.ts';

/** `trees`, `directories` or `nodes of 8 bytes`, by which `compile --arena` makes the map fit; null: it does not fit this build at all. */
export function fittingLookup(image: Uint8Array, build: BuildName): string | null {
  const partition = readMap(image);
  if (isPlane(partition)) {
    const { sizes, nodeBytes } = chosenPlane(partition, build);
    return planeShortfalls(sizes, build).length > 0 ? null : `nodes of ${nodeBytes} bytes`;
  }
  const { sizes, lookup } = encodeBody(partition, 'auto', build);
  if (shortfalls(sizes, build).length > 0) return null;
  return lookup === 'tree' ? 'trees' : 'directories';
}
