import type { encodeWithTrees } from '../body/encode-body.ts';
import { isOlder } from './body-version.ts';
import { parseImage, wrapImage } from './container.ts';
import { partitionOfImage } from './read-partition.ts';

/**
 * An image as today's core takes it, to be asked on the host: itself, or the same map and epoch with a body of the version that is
 * written today, unsigned and with another hash.
 *
 * @param encode what writes the body: where images are only asked, it is loaded when one needs it (host/core/checker.ts)
 */
export function inTodaysVersion(image: Uint8Array, encode: typeof encodeWithTrees): Uint8Array {
  if (!isOlder(image)) return image;
  const parsed = parseImage(image);
  // Trees, as then: the budget that it was made for is one of steps in trees.
  const { body } = encode(partitionOfImage(parsed));
  return wrapImage(body, parsed.identity).image;
}
