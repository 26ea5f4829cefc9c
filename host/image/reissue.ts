import { encodeWithTrees } from '../body/encode-body.ts';
import { HoldfastError } from '../common/errors.ts';
import type { Replaced } from '../source/model.ts';
import { parseImage, wrapImage } from './container.ts';
import { requireSound } from './read-partition.ts';
import { privateKeyFromPem } from './sign.ts';
import { inTodaysVersion } from './todays-version.ts';

export interface ReissueOptions {
  /** Above the epoch of the image. */
  readonly epoch: number;
  /** What the new edition replaces; the epoch before it unless given. */
  readonly replaces?: readonly Replaced[] | undefined;
  /** PEM text of a private Ed25519 key; without it the image is unsigned. */
  readonly key?: string | undefined;
}

/**
 * A new edition with the body of an old one: the way back to an older map. What the edition says of itself stays, save
 * epoch, `replaces` and signature; a body of version 1 is written anew in version 2, which cores admit.
 * @throws HoldfastError EPOCH_NOT_ABOVE, EPOCH_NOT_ABOVE_REPLACED, or those of `parseImage` and `decodeBody`.
 */
export function reissueImage(image: Uint8Array, options: ReissueOptions): Uint8Array {
  const parsed = parseImage(inTodaysVersion(image, encodeWithTrees));
  const { body, identity } = parsed;
  // A signature says that a device may run this, so what no device would admit is not signed.
  requireSound(parsed);
  const { epoch } = options;
  const replaces = options.replaces ?? [{ epoch: epoch - 1, hashPrefix: '' }];
  if (epoch <= identity.epoch) {
    const message = `epoch ${epoch} is not above ${identity.epoch}, the epoch of the image`;
    throw new HoldfastError('EPOCH_NOT_ABOVE', message, {
      remedy: 'Give an epoch above that of the running edition.',
    });
  }
  const above = replaces.find((replaced) => replaced.epoch >= epoch);
  if (above !== undefined) {
    const message = `epoch ${epoch} is not above ${above.epoch}, which it replaces`;
    throw new HoldfastError('EPOCH_NOT_ABOVE_REPLACED', message, {
      remedy: `Give an epoch above ${above.epoch}.`,
    });
  }
  const key = options.key === undefined ? undefined : privateKeyFromPem(options.key);
  return wrapImage(body, { ...identity, epoch, replaces }, key).image;
}
