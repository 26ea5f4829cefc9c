import type { encodeBody } from '../body/encode.ts';
import { isOlder } from './body-version.ts';
import { parseImage, wrapImage } from './container.ts';
import { partitionOfImage } from './read-partition.ts';

/**
 * An image as today's core takes it, to be asked on the host: itself, or the same map and epoch with a body of the version that is
 * written today, unsigned and with another hash.
 *
 * @param encode what writes the body: where images are only asked, it is loaded when one needs it (host/core/checker.ts)
 */
export function inTodaysVersion(image: Uint8Array, encode: typeof encodeBody): Uint8Array {
  if (!isOlder(image)) return image;
  const parsed = parseImage(image);
  return wrapImage(encode(partitionOfImage(parsed)).body, parsed.identity).image;
}
