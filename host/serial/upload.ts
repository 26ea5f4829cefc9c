/** Brings the bytes of an image into the free slot, from wherever the device already stands. */

import { HoldfastError } from '../common/errors.ts';
import { SMP_HEADER_BYTES } from '../format.ts';
import { encodeCbor } from './cbor.ts';
import type { Device, UploadPiece } from './device.ts';
import { uploadFields } from './device.ts';

/** The first answer waits for the erase of a slot; the last one until the whole image was read back and examined. */
const LONG_ANSWER_TIMEOUT_MS = 40_000;
const PIECE_TIMEOUT_MS = 2500;
/** The difference between the device's buffer and its largest message. */
const BUFFER_OVERHEAD_BYTES = 4;
/** Answers of one upload that ask for another byte than the one behind the piece, before it is given up. */
const SETBACKS_MAX = 5;

export interface UploadProgress {
  /** Bytes of the image that the device has. */
  doneBytes: number;
  totalBytes: number;
  /** Where this upload began: above 0 when an earlier one was resumed. */
  startedAtBytes: number;
}

export interface UploadResult {
  /** Offset at which the device wanted to go on after the first piece; 0 or the first piece's length: from the beginning. */
  resumedAtBytes: number;
  /** Bytes sent by this upload. */
  sentBytes: number;
  /** True when the device had the whole edition already. */
  wasThere: boolean;
}

export interface UploadOptions {
  /**
   * The SHA-256 of the whole file: the session by which a device knows an unfinished upload again. Not the hash of the edition, which is
   * the same under any signature: an upload would go on in the middle of another one.
   */
  session: Uint8Array;
  /** `buf_size` of the device. */
  bufferBytes: number;
  onProgress?: (progress: UploadProgress) => void;
}

/**
 * Uploads `image` through an open window. Throws `UPLOAD_STUCK` when the device keeps asking for the same byte, `RefusedError` when
 * it says no, and what `SmpClient.request` throws.
 */
export async function upload(
  device: Device,
  image: Uint8Array,
  options: UploadOptions,
): Promise<UploadResult> {
  const token = device.token;
  let offset = 0;
  let sentBytes = 0;
  let resumedAtBytes = 0;
  let setbacks = 0;
  while (offset < image.length) {
    const piece = cutPiece(image, offset, options, token);
    const end = offset + piece.data.length;
    const wanted = await device.uploadPiece(
      piece,
      offset === 0 || end === image.length ? LONG_ANSWER_TIMEOUT_MS : PIECE_TIMEOUT_MS,
    );
    sentBytes += piece.data.length;
    const resumes = offset === 0 && wanted > end;
    if (wanted !== end && !resumes) setbacks++;
    if (wanted > image.length || setbacks > SETBACKS_MAX) throw stuck(offset, wanted, image.length);
    if (resumes) {
      if (wanted === image.length) return { resumedAtBytes: wanted, sentBytes, wasThere: true };
      resumedAtBytes = wanted;
    }
    offset = wanted;
    options.onProgress?.({ doneBytes: offset, totalBytes: image.length, startedAtBytes: resumedAtBytes });
  }
  return { resumedAtBytes, sentBytes, wasThere: false };
}

/** The longest piece at `offset` whose message the device's buffer holds. */
function cutPiece(
  image: Uint8Array,
  offset: number,
  options: UploadOptions,
  token: number | null,
): UploadPiece {
  const begin = offset === 0 ? { begin: { imageBytes: image.length, hash: options.session } } : {};
  const empty = encodeCbor(uploadFields({ offset, data: new Uint8Array(0), ...begin }, token)).length;
  const room = options.bufferBytes - BUFFER_OVERHEAD_BYTES - SMP_HEADER_BYTES - empty;
  const bytes = room - lengthBytes(room);
  return { offset, data: image.subarray(offset, offset + bytes), ...begin };
}

/** Bytes by which the CBOR head of a byte string of up to `bytes` bytes exceeds that of an empty one. */
function lengthBytes(bytes: number): number {
  if (bytes < 24) return 0;
  return bytes < 256 ? 1 : 2;
}

function stuck(offset: number, wanted: number, totalBytes: number): HoldfastError {
  const message =
    wanted > totalBytes
      ? `The device asks for byte ${wanted} of an image of ${totalBytes} bytes.`
      : `The upload does not advance: the device was sent byte ${offset} and keeps asking for byte ${wanted}.`;
  return new HoldfastError('UPLOAD_STUCK', message, {
    remedy: 'Close the window, open a new one and push again; if it happens again, reset the device.',
    exitCode: 3,
  });
}
