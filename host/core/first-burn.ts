/** What the factory does: an image in slot A, and a state record that says it is confirmed (docs/SPEC.md section 5). */

import { crc32c } from '../body/crc32c.ts';
import { HoldfastError } from '../common/errors.ts';
import { AREA, type SimulatedFlash } from './flash.ts';

const STATE_MAGIC = 0x54534648;
const STATE_BYTES = 128;
const NO_SLOT = 0xffff_ffff;
const CRC_AT = 124;

export interface FirstEdition {
  /** The whole container. */
  bytes: Uint8Array;
  epoch: number;
  /** Its SHA-256 TLV, 32 bytes. */
  hash: Uint8Array;
}

/** Burns `edition` as the confirmed one into erased flash. Throws `IMAGE_TOO_LARGE` when it does not fit beside the upload record. */
export function burnFirstEdition(flash: SimulatedFlash, edition: FirstEdition): void {
  const { areaBytes, sectorBytes, programBytes } = flash.geometry;
  const roomBytes = areaBytes[AREA.slotA] - sectorBytes;
  if (edition.bytes.length > roomBytes) {
    throw new HoldfastError(
      'IMAGE_TOO_LARGE',
      `The image has ${edition.bytes.length} bytes; a slot holds ${roomBytes}.`,
      {
        remedy: 'Simplify the map.',
      },
    );
  }
  programPadded(flash, AREA.slotA, edition.bytes, programBytes);
  programPadded(flash, AREA.state, stateRecord(edition), programBytes);
}

/** State record, sequence 1: slot A confirmed, no candidate. */
export function stateRecord(edition: FirstEdition): Uint8Array {
  const record = Buffer.alloc(STATE_BYTES);
  record.writeUInt32LE(STATE_MAGIC, 0);
  record.writeUInt32LE(1, 4);
  record.writeUInt32LE(0, 8);
  record.writeUInt32LE(NO_SLOT, 12);
  record.writeUInt32LE(edition.epoch, 20);
  record.set(edition.hash, 24);
  record.writeUInt32LE(crc32c(record.subarray(0, CRC_AT)), CRC_AT);
  return record;
}

function programPadded(flash: SimulatedFlash, area: number, bytes: Uint8Array, programBytes: number): void {
  const padded = Buffer.alloc(
    Math.ceil(bytes.length / programBytes) * programBytes,
    flash.geometry.erasedByte,
  );
  padded.set(bytes);
  if (!flash.program(area, 0, padded)) {
    throw new HoldfastError('FLASH_NOT_ERASED', `Flash area ${area} is not erased.`, {
      remedy: 'Delete the state folder to begin anew.',
    });
  }
}
