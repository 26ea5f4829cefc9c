import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import { visible } from '../common/visible.ts';
import { geometryFor } from '../core/checker.ts';
import { coreUrl } from '../core/core.ts';
import { contentWith } from '../core/first-burn.ts';
import { deriveBurned, encodeBurned } from '../image/burned.ts';
import { parseImage } from '../image/container.ts';
import type { DevicePiece, FlashPiece } from '../page/data.ts';
import type { MapUnits } from '../source/model.ts';

/** What pages of lines and of planes are made of alike. */

const FLASH_BYTES_A_PIECE = 3 * 2 ** 18;

/** The code of a page in one script, as `npm run build` bundles it, safe inside a script element. */
export async function scriptOf(name: 'page' | 'plane-page'): Promise<string> {
  const bytes = await readBuilt(packageUrl(`dist/${name}.js`));
  return bytes.toString('utf8').replaceAll('</script', '<\\/script');
}

/** A file that the build leaves at `url`. */
async function readBuilt(url: URL): Promise<Buffer> {
  try {
    return await readFile(url);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    const remedy = 'Build it with `npm run build`.';
    throw new HoldfastError('PAGE_MISSING', `a part of the page does not exist: ${url.pathname}`, {
      remedy,
      cause,
    });
  }
}

/** JSON that is safe inside a script element. */
export function embedded(data: object): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

export function visibleUnits({ limit, phase }: MapUnits): MapUnits {
  return {
    limit: limit === null ? null : visible(limit),
    phase: { unit: visible(phase.unit), scale: phase.scale },
  };
}

/** A device that holds the image as its confirmed edition. */
export async function devicePieces(image: Uint8Array): Promise<(FlashPiece | DevicePiece)[]> {
  const parsed = parseImage(image);
  const geometry = geometryFor(image.length);
  const edition = { bytes: image, epoch: parsed.identity.epoch, hash: parsed.digest };
  const content = contentWith(edition, geometry);
  const stateAt = geometry.areaBytes[0] + geometry.areaBytes[1];
  const pieces: (FlashPiece | DevicePiece)[] = [];
  for (let offset = 0; offset < image.length; offset += FLASH_BYTES_A_PIECE)
    pieces.push({
      kind: 'flash',
      offset,
      bytes: base64(image.subarray(offset, offset + FLASH_BYTES_A_PIECE)),
    });
  const state = content.subarray(stateAt, stateAt + geometry.programBytes);
  return [
    ...pieces,
    { kind: 'flash', offset: stateAt, bytes: base64(state) },
    {
      kind: 'device',
      geometry,
      wasm: base64(await readBuilt(coreUrl('large'))),
      burned: base64(encodeBurned(deriveBurned(parsed, 'development'))),
    },
  ];
}

export function base64(bytes: Uint8Array | Int32Array | Uint32Array | Float64Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
