/** Reads a slot back from flash: what is in it, and whether it is what was sent. */

import { HoldfastError } from '../common/errors.ts';
import { BUILD_LIMITS } from '../format.ts';
import type { Device } from './device.ts';

/** Most that any device reads back at once. */
const READ_BYTES_MAX = BUILD_LIMITS.device.readBytesMax;
/** Room that the answer's header and CBOR need beside the data. */
const ANSWER_OVERHEAD_BYTES = 64;

export interface ReadProgress {
  doneBytes: number;
  totalBytes: number;
}

export interface ReadOptions {
  slot: number;
  /** `buf_size` of the device: an answer is no longer than that. */
  bufferBytes: number;
  onProgress?: (progress: ReadProgress) => void;
}

/** Most bytes that a device with such a buffer reads back at once. */
export function readBackBytes(bufferBytes: number): number {
  return Math.min(READ_BYTES_MAX, bufferBytes - ANSWER_OVERHEAD_BYTES);
}

/** `totalBytes` bytes from the start of a slot. Throws `SLOT_SHORT` when the slot ends before. */
export function readSlot(device: Device, totalBytes: number, options: ReadOptions): Promise<Uint8Array> {
  return readBytes(device, 0, totalBytes, options);
}

/** The bytes of a slot from `from` up to `totalBytes`. Throws `SLOT_SHORT` when the slot ends before. */
export async function readBytes(
  device: Device,
  from: number,
  totalBytes: number,
  options: ReadOptions,
): Promise<Uint8Array> {
  const pieceBytesMax = readBackBytes(options.bufferBytes);
  // Memory grows with what arrives, whatever a device claims to have.
  const pieces: Uint8Array[] = [];
  let offset = from;
  while (offset < totalBytes) {
    const wanted = Math.min(pieceBytesMax, totalBytes - offset);
    const piece = await device.readBack(options.slot, offset, wanted);
    // Only the end of a slot makes a piece shorter.
    if (piece.length < wanted) throw slotShort(options.slot, offset + piece.length, totalBytes);
    pieces.push(piece);
    offset += piece.length;
    options.onProgress?.({ doneBytes: offset, totalBytes });
  }
  return Buffer.concat(pieces);
}

function slotShort(slot: number, bytes: number, totalBytes: number): HoldfastError {
  return new HoldfastError(
    'SLOT_SHORT',
    `Slot ${slot} ends at byte ${bytes}; ${totalBytes} bytes were asked for.`,
    { remedy: 'Push the image again.', exitCode: 3 },
  );
}
