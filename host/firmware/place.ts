/** The content of a target's flash as it leaves the factory: firmware, burned block, the edition in slot A and confirmed. */

import { HoldfastError } from '../common/errors.ts';
import { contentWith, type FirstEdition } from '../core/first-burn.ts';
import type { Firmware } from './build.ts';
import { flashRange } from './target-file.ts';

/** Bytes at an address of flash. */
export interface FlashPiece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * The pieces in order of address; what lies between them is left as it is, so that flashing does not erase more than it must.
 * Throws HoldfastError IMAGE_TOO_LARGE or FIRMWARE_TOO_LARGE.
 */
export function placeEdition(firmware: Firmware, burned: Uint8Array, edition: FirstEdition): FlashPiece[] {
  const { target } = firmware;
  const { geometry, flash } = target;
  const content = contentWith(edition, geometry);
  return [
    ...firmwarePieces(firmware),
    { address: flash.address + flash.burnedOffset, bytes: burned },
    // Tokens and outcomes of an earlier life are erased too: all areas are written.
    { address: flash.address + flash.areasOffset, bytes: content },
  ];
}

/** What the linker placed in flash. */
export function firmwarePieces({ elf, target }: Pick<Firmware, 'elf' | 'target'>): FlashPiece[] {
  const { from, to } = flashRange(target);
  const pieces = elf.segments
    .filter(({ physical }) => physical >= from && physical < to)
    .map(({ physical, bytes }) => ({ address: physical, bytes }))
    .sort((a, b) => a.address - b.address);
  const last = pieces.at(-1);
  if (last === undefined || last.address + last.bytes.length > from + target.flash.burnedOffset) {
    throw new HoldfastError('FIRMWARE_TOO_LARGE', 'The firmware runs into the burned block.');
  }
  return pieces;
}
