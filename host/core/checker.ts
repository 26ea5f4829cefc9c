/** Asking an image without a device: the core on flash in memory that holds nothing but this one edition. */

import { HoldfastError } from '../common/errors.ts';
import { type BuildName, GROUP } from '../format.ts';
import { isOlder } from '../image/body-version.ts';
import { deriveBurned, encodeBurned } from '../image/burned.ts';
import { parseImage } from '../image/container.ts';
import { inTodaysVersion } from '../image/todays-version.ts';
import { describeRefusal } from '../refusals/refusals.ts';
import { Core, type Geometry } from './core.ts';
import { type FirstEdition, flashWith } from './first-burn.ts';
import { memoryPort } from './memory-port.ts';

const SECTOR_BYTES = 4096;
const JOURNAL_BYTES = 2 * SECTOR_BYTES;

/** Flash just large enough for the image, its upload record, and journals. */
export function geometryFor(imageBytes: number): Geometry {
  const slotBytes = (Math.ceil(imageBytes / SECTOR_BYTES) + 1) * SECTOR_BYTES;
  return {
    sectorBytes: SECTOR_BYTES,
    programBytes: 256,
    erasedByte: 0xff,
    areaBytes: [slotBytes, JOURNAL_BYTES, JOURNAL_BYTES, JOURNAL_BYTES, JOURNAL_BYTES],
  };
}

export interface OpenOptions {
  /** The large build unless given. */
  build?: BuildName;
  /** An instrumented core instead of the built one. */
  module?: WebAssembly.Module;
}

/**
 * Boots the core on flash that holds `edition` as the confirmed one, with a burned block derived from the image.
 *
 * @returns the core, and the reason of its FAULT; 0 when the edition was admitted
 */
export async function bootEdition(
  edition: FirstEdition,
  burned: Uint8Array,
  options: OpenOptions = {},
): Promise<{ core: Core; reason: number }> {
  const geometry = geometryFor(edition.bytes.length);
  const port = memoryPort(flashWith(edition, geometry));
  const coreOptions = { geometry, burned, port };
  const core =
    options.module === undefined
      ? await Core.load({ ...coreOptions, build: options.build ?? 'large' })
      : await Core.from(options.module, coreOptions);
  return { core, reason: core.boot() };
}

/** Bodies are written so seldom here that their code is not loaded to ask one point. */
async function writtenAnew(image: Uint8Array): Promise<Uint8Array> {
  const { encodeWithTrees } = await import('../body/encode-body.ts');
  return inTodaysVersion(image, encodeWithTrees);
}

/**
 * A core that answers for `image`, a whole container; for one whose body has version 1, a core that answers for the same map.
 *
 * @throws HoldfastError IMAGE_* when the container is damaged, NOT_ADMITTED when the core refuses it, with its reason
 */
export async function openImage(image: Uint8Array, options: OpenOptions = {}): Promise<Core> {
  const bytes = isOlder(image) ? await writtenAnew(image) : image;
  const parsed = parseImage(bytes);
  const edition = { bytes, epoch: parsed.identity.epoch, hash: parsed.digest };
  const { core, reason } = await bootEdition(
    edition,
    encodeBurned(deriveBurned(parsed, 'development')),
    options,
  );
  if (reason === 0) return core;
  const { name, words } = describeRefusal(GROUP.holdfast, reason);
  throw new HoldfastError('NOT_ADMITTED', `The core refuses this image: ${name}, ${words}.`, {
    remedy: name === 'TOO_LARGE' ? 'Use fewer zones or fewer phases.' : 'Compile its source again.',
    exitCode: 1,
  });
}
