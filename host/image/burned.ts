import type { KeyObject } from 'node:crypto';
import { actionName } from '../body/words.ts';
import { BURNED_DEFAULTS, type BurnedConfig } from './burned-block.ts';
import { type ParsedImage, parseImage } from './container.ts';
import { requireBurn } from './identity.ts';
import { rawPublicKey } from './sign.ts';

/** The burned block: the firmware's own configuration, which no image changes. SPEC section 4. */

export {
  BURNED_DEFAULTS,
  type BurnedConfig,
  burnedForDevelopment,
  burnedTicksPerSecond,
  decodeBurned,
  encodeBurned,
  keyId,
  requireKeys,
  type Trust,
} from './burned-block.ts';

/**
 * The block for a firmware that is made for this image: what the image does not say are the defaults.
 *
 * @param trust the public keys whose images it takes, or `development`: it takes unsigned images
 */
export function deriveBurned(
  image: ParsedImage | Uint8Array,
  trust: readonly KeyObject[] | 'development',
): BurnedConfig {
  const { identity } = image instanceof Uint8Array ? parseImage(image) : image;
  const { map, device } = identity;
  const burn = requireBurn(identity);
  return {
    ...BURNED_DEFAULTS,
    map,
    device,
    budgetLimit: burn.budgetLimit,
    budgetBase: burn.budgetBase,
    costs: burn.costs,
    fault: actionName(burn.faultAction) ?? BURNED_DEFAULTS.fault,
    hold: actionName(burn.holdAction) ?? BURNED_DEFAULTS.hold,
    keys: trust === 'development' ? [] : trust.map(rawPublicKey),
    development: trust === 'development',
  };
}
