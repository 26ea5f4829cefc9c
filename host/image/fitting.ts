import { sameBytes } from '../body/bytes.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../common/errors.ts';
import { stepsOfKinds } from '../cycles/steps.ts';
import { checkCycles, cyclesOf } from '../cycles/table.ts';
import { requireTaken } from './body-version.ts';
import { type BurnedConfig, deriveBurned, requireKeys, type Trust } from './burned.ts';
import { burnedCosts } from './burned-costs.ts';
import { type ParsedImage, parseImage, verifyImage } from './container.ts';
import { countsCycles, type ImageIdentity } from './identity.ts';
import { publicKeyFromRaw, rawKeyHash } from './sign.ts';

/** A first edition and the configuration that it is burned with: what the device would refuse at its first start is not burned. */

const REMEDY = 'Give the configuration of the firmware that the image was made for.';

/**
 * The configuration to burn with an image: the one given, or that derived from the image, with keys from one of the two places.
 *
 * @param image the whole container
 * @param trust what the command line says of keys
 * @throws HoldfastError BODY_NOT_TAKEN (exit code 1), MAP_ID, DEVICE_CLASS, NO_KEYS or KEYS_TWICE (2), OVER_BUDGET (1); and what
 * `parseImage` and `verifyImage` throw
 */
export function burnedWith(image: Uint8Array, config: BurnedConfig | undefined, trust: Trust): BurnedConfig {
  const burned = reburnedWith(image, config, trust);
  requireSigned(parseImage(image), burned);
  return burned;
}

/**
 * The same for firmware over a state that exists: the image itself is not burned, so it may be signed by a key that is to be revoked.
 *
 * @throws as `burnedWith`, but for `verifyImage`
 */
export function reburnedWith(
  image: Uint8Array,
  config: BurnedConfig | undefined,
  trust: Trust,
): BurnedConfig {
  requireTaken(image);
  const parsed = parseImage(image);
  const fitted = config && withCosts(config, parsed);
  if (fitted !== undefined) requireMadeFor(parsed, fitted);
  return withTrust(fitted ?? deriveBurned(parsed, []), trust);
}

/** Of a budget in cycles a device counts by steps, which cost otherwise where the first map is of another kind. */
function withCosts(config: BurnedConfig, { identity }: ParsedImage): BurnedConfig {
  const { target = null, check = null } = config.budgetCycles ?? {};
  const table = target === null ? undefined : cyclesOf(target);
  if (table === undefined || check === null) return config;
  const first = stepsOfKinds(identity.steps);
  // An image over the limit is refused, with what it takes: so its own costs are exact there, too.
  return { ...config, ...burnedCosts(table, first, Math.max(check, checkCycles(table, first) ?? 0)) };
}

/** A configuration with the keys that the command line names, if it names any. Throws KEYS_TWICE when both do. */
export function withTrust(config: BurnedConfig, trust: Trust): BurnedConfig {
  const isGiven = trust.keys.length > 0 || trust.development;
  if (isGiven && (config.keys.length > 0 || config.development)) {
    throw new HoldfastError(
      'KEYS_TWICE',
      'The configuration says whose images are taken, and so does the command.',
      {
        remedy:
          'Leave --key and --development out, or take `keys` and `development` out of the configuration.',
      },
    );
  }
  const merged = isGiven ? { ...config, ...trust } : config;
  requireKeys(merged);
  return merged;
}

/** What a device would not take as an update is not burned as its first edition. Development mode takes what no burned key signed. */
function requireSigned(image: ParsedImage, { keys, development }: Trust): void {
  const { signature } = image;
  const isByBurnedKey =
    signature !== null && keys.some((key) => sameBytes(rawKeyHash(key), signature.keyHash));
  if (development && !isByBurnedKey) return;
  verifyImage(image, keys.map(publicKeyFromRaw));
}

function requireMadeFor({ identity }: ParsedImage, config: BurnedConfig): void {
  requireSame('MAP_ID', 'map', config.map, identity.map);
  requireSame('DEVICE_CLASS', 'device class', config.device, identity.device);
  const cost = deviceCost(identity, config);
  if (cost > config.budgetLimit) {
    const unit = countsCycles(config) ? 'cycles' : 'steps';
    const message = `A check of the image costs ${cost} ${unit}; the configuration allows ${config.budgetLimit}.`;
    const remedy = 'Simplify the map, or give the configuration of the firmware that the image was made for.';
    throw new HoldfastError('OVER_BUDGET', message, { remedy, exitCode: EXIT_CHECK_SAID_NO });
  }
}

function requireSame(code: string, what: string, configured: string, said: string): void {
  if (configured === said) return;
  const message = `The configuration is for ${what} "${configured}", the image for "${said}".`;
  throw new HoldfastError(code, message, { remedy: REMEDY });
}

/** As the device counts it (docs/SPEC.md section 1). */
export function deviceCost({ steps }: ImageIdentity, { budgetBase, costs }: BurnedConfig): number {
  return steps.reduce((sum, { kind, steps: taken }) => sum + taken * (costs[kind - 1] ?? 0), budgetBase);
}
