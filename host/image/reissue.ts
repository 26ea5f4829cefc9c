import { HoldfastError } from '../errors.ts';
import type { Replaced } from '../source/model.ts';
import { type ParsedImage, parseImage, wrapImage } from './container.ts';
import { privateKeyFromPem } from './sign.ts';

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
 * epoch, `replaces` and signature.
 * @throws HoldfastError EPOCH_NOT_ABOVE, EPOCH_NOT_ABOVE_REPLACED, or those of `parseImage`.
 */
export function reissueImage(image: Uint8Array, options: ReissueOptions): Uint8Array {
  const { body, identity }: ParsedImage = parseImage(image);
  const { epoch } = options;
  const replaces = options.replaces ?? [{ epoch: epoch - 1, hashPrefix: '' }];
  if (epoch <= identity.epoch) {
    const message = `epoch ${epoch} is not above ${identity.epoch}, that of the image`;
    throw new HoldfastError('EPOCH_NOT_ABOVE', message, {
      remedy: 'Give an epoch above that of the edition that runs.',
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
  return wrapImage(body, { ...identity, epoch, replaces }, key);
}
