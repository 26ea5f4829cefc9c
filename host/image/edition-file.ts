/** Images as the device verbs meet them: in files, and in slots whose length is not known before. */

import { readFileSync, statSync } from 'node:fs';
import { HoldfastError } from '../common/errors.ts';
import { reasonOf, requireSize } from '../common/file-reason.ts';
import { admitInput } from '../common/inputs.ts';
import {
  IMAGE_HEADER_AT,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  TLV_AREA_HEAD_AT,
  TLV_AREA_HEAD_BYTES,
} from '../format.ts';
import { parseImage } from './container.ts';
import { requireNoSource } from './not-a-source.ts';

/** What a slot of a controller holds at most: far above any map, and read in half an hour at the usual baud rate. */
const SLOT_IMAGE_BYTES_MAX = 16 * 1024 * 1024;

/** An image with what identifies it. */
export interface Edition {
  readonly bytes: Uint8Array;
  /** SHA-256 that its container states, 32 bytes. */
  readonly hash: Uint8Array;
  epoch: number;
  map: string;
}

/**
 * Reads and examines the image in `path`. Throws `IMAGE_UNREADABLE`, `FILE_TOO_LARGE`, `SOURCE_GIVEN`, or what `parseImage` throws (exit
 * code 2).
 */
export function loadEdition(path: string): Edition {
  let bytes: Uint8Array;
  try {
    const stats = statSync(path);
    admitInput(stats);
    requireSize(path, stats.size);
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError('IMAGE_UNREADABLE', `The image ${path} cannot be read: ${reasonOf(cause)}.`, {
      remedy: 'Give the path of an image that `holdfast compile` made.',
      cause,
    });
  }
  requireNoSource(path, bytes);
  return readEdition(bytes);
}

/** Examines the bytes of a whole image. Throws what `parseImage` throws. */
export function readEdition(bytes: Uint8Array): Edition {
  const { identity, digest } = parseImage(bytes);
  return { bytes, hash: digest, epoch: identity.epoch, map: identity.map };
}

/**
 * Bytes of the image at the beginning of a slot, read in two pieces through `read`. Throws `NO_IMAGE` (exit code 1) when there
 * is none, `SLOT_TOO_LARGE` for a size that no controller has.
 */
export async function imageBytesInSlot(
  slot: number,
  read: (offset: number, bytes: number) => Promise<Uint8Array>,
): Promise<number> {
  const header = Buffer.from(await read(0, IMAGE_HEADER_BYTES));
  if (header.length < IMAGE_HEADER_BYTES || header.readUInt32LE(IMAGE_HEADER_AT.magic) !== IMAGE_MAGIC)
    throw noImage(slot);
  const plainAreaAt =
    IMAGE_HEADER_BYTES +
    header.readUInt32LE(IMAGE_HEADER_AT.bodyBytes) +
    header.readUInt16LE(IMAGE_HEADER_AT.protectedBytes);
  if (plainAreaAt > SLOT_IMAGE_BYTES_MAX) throw tooLarge(slot, plainAreaAt);
  const info = Buffer.from(await read(plainAreaAt, TLV_AREA_HEAD_BYTES));
  if (info.length < TLV_AREA_HEAD_BYTES) throw noImage(slot);
  return plainAreaAt + info.readUInt16LE(TLV_AREA_HEAD_AT.bytes);
}

function tooLarge(slot: number, bytes: number): HoldfastError {
  return new HoldfastError(
    'SLOT_TOO_LARGE',
    `Slot ${slot} claims an image of ${bytes} bytes or more; controllers hold at most ${SLOT_IMAGE_BYTES_MAX}.`,
    { remedy: 'Push an image to the device, or check what answers on this port.', exitCode: 3 },
  );
}

function noImage(slot: number): HoldfastError {
  return new HoldfastError('NO_IMAGE', `Slot ${slot} does not hold a whole image.`, {
    remedy: 'Run `holdfast status` to see which slots hold an edition.',
    exitCode: 1,
  });
}
