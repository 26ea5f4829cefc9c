/** Images changed by hand and made to look right again, as an attacker would: checksum, digest, length. */
import { createHash } from 'node:crypto';
import { crc32c } from '../../host/body/crc32c.ts';
import { BODY_CHECKED_FROM, BODY_HEADER_AT, IMAGE_HEADER_BYTES } from '../../host/format.ts';

const BODY_AT = IMAGE_HEADER_BYTES;
const RESIDENT_BYTES_AT = BODY_AT + BODY_HEADER_AT.residentBytes;
const CHECKSUM_AT = BODY_AT + BODY_HEADER_AT.checksum;
const CHECKED_FROM = BODY_AT + BODY_CHECKED_FROM;

/** A copy of `image` after `change`, with the CRC of its resident bytes and its digest as they must be. */
export function refit(image: Uint8Array, change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = image.slice();
  const view = new DataView(bytes.buffer);
  const bodyBytes = view.getUint32(12, true);
  const protectedBytes = view.getUint16(10, true);
  change(view, bytes);
  const residentBytes = view.getUint32(RESIDENT_BYTES_AT, true);
  if (residentBytes >= 8 && residentBytes <= bodyBytes) {
    view.setUint32(CHECKSUM_AT, crc32c(bytes.subarray(CHECKED_FROM, BODY_AT + residentBytes)), true);
  }
  const signedBytes = BODY_AT + bodyBytes + protectedBytes;
  bytes.set(createHash('sha256').update(bytes.subarray(0, signedBytes)).digest(), signedBytes + 8);
  return bytes;
}
