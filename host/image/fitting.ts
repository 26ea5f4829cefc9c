import { EXIT_CHECK_SAID_NO, HoldfastError } from '../common/errors.ts';
import { requireTaken } from './body-version.ts';
import { type BurnedConfig, deriveBurned } from './burned.ts';
import { parseImage } from './container.ts';
import type { ImageIdentity } from './identity.ts';

/** A first edition and the configuration that it is burned with: what the device would refuse at its first start is not burned. */

const REMEDY = 'Give the configuration of the firmware that the image was made for.';

/**
 * The configuration to burn with an image: the one given, or that derived from the image.
 *
 * @param image the whole container
 * @throws HoldfastError BODY_NOT_TAKEN (exit code 1), MAP_ID or DEVICE_CLASS (exit code 2), OVER_BUDGET (1); and what `parseImage` throws
 */
export function burnedWith(image: Uint8Array, config: BurnedConfig | undefined): BurnedConfig {
  requireTaken(image);
  if (config === undefined) return deriveBurned(image);
  const { identity } = parseImage(image);
  requireSame('MAP_ID', 'map', config.map, identity.map);
  requireSame('DEVICE_CLASS', 'device class', config.device, identity.device);
  const cost = costOf(identity, config);
  if (cost > config.budgetLimit) {
    const message = `A check of the image costs ${cost}; the configuration allows ${config.budgetLimit}.`;
    const remedy = 'Simplify the map, or give the configuration of the firmware that the image was made for.';
    throw new HoldfastError('OVER_BUDGET', message, { remedy, exitCode: EXIT_CHECK_SAID_NO });
  }
  return config;
}

function requireSame(code: string, what: string, configured: string, said: string): void {
  if (configured === said) return;
  const message = `The configuration is for ${what} "${configured}", the image for "${said}".`;
  throw new HoldfastError(code, message, { remedy: REMEDY });
}

/** As the device counts it (docs/SPEC.md section 1). */
function costOf({ steps }: ImageIdentity, { budgetBase, costs }: BurnedConfig): number {
  return steps.reduce((sum, { kind, steps: taken }) => sum + taken * (costs[kind - 1] ?? 0), budgetBase);
}
