/** What the factory does: an image in slot A, and a state record that says it is confirmed (docs/SPEC.md section 5). */

import { crc32c } from '../body/crc32c.ts';
import { HoldfastError } from '../common/errors.ts';
import { AREA, NO_SLOT, STATE_MAGIC, STATE_RECORD_AT, STATE_RECORD_BYTES } from '../format.ts';
import { erasedContent, SimulatedFlash, VIRTUAL_GEOMETRY } from './flash.ts';
import { type Geometry, sectorBytesOf } from './geometry.ts';

export interface FirstEdition {
  /** The whole container. */
  bytes: Uint8Array;
  epoch: number;
  /** Its SHA-256 TLV, 32 bytes. */
  hash: Uint8Array;
}

/** Burns `edition` as the confirmed one into erased flash. Throws `IMAGE_TOO_LARGE` when it does not fit beside the upload record. */
export function burnFirstEdition(flash: SimulatedFlash, edition: FirstEdition): void {
  const { areaBytes, programBytes } = flash.geometry;
  const roomBytes = areaBytes[AREA.slotA] - sectorBytesOf(flash.geometry, AREA.slotA);
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

/** The content of all areas as they leave the factory with `edition`. Throws `IMAGE_TOO_LARGE`. */
export function contentWith(edition: FirstEdition, geometry: Geometry = VIRTUAL_GEOMETRY): Uint8Array {
  const content = erasedContent(geometry);
  burnFirstEdition(new SimulatedFlash(geometry, content), edition);
  return content;
}

/** Flash in memory as it leaves the factory with `edition`. Throws `IMAGE_TOO_LARGE`. */
export function flashWith(edition: FirstEdition, geometry: Geometry = VIRTUAL_GEOMETRY): SimulatedFlash {
  return new SimulatedFlash(geometry, contentWith(edition, geometry));
}

/** State record, sequence 1: slot A confirmed, no candidate. */
export function stateRecord(edition: FirstEdition): Uint8Array {
  const at = STATE_RECORD_AT;
  const record = Buffer.alloc(STATE_RECORD_BYTES);
  record.writeUInt32LE(STATE_MAGIC, at.magic);
  record.writeUInt32LE(1, at.sequence);
  record.writeUInt32LE(0, at.confirmedSlot);
  record.writeUInt32LE(NO_SLOT, at.candidateSlot);
  record.writeUInt32LE(edition.epoch, at.confirmedEpoch);
  record.set(edition.hash, at.confirmedHash);
  record.writeUInt32LE(crc32c(record.subarray(0, at.checksum)), at.checksum);
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
      remedy: 'Delete the state folder to start over.',
    });
  }
}
