/**
 * Whether an image may be taken for who signed it: by a burned key, whose signature holds; in development mode also by nobody, or by a key
 * that is not burned in. docs/SPEC.md section 4.
 */
import { BURNED_BLOCK, DONE, HASH_BYTES, KEY_UNKNOWN, SIGNATURE_MISSING } from '../format';
import { sameBytes } from '../bytes';
import { burnedHolds, burnedKey, burnedKeyHash, burnedKeys, isDevelopment } from '../burned';
import { MORE } from '../refusal';
import { verifyBegin } from '../signature/verify';
import { tlvAt } from './container';
import { Edition, hashLocation } from './edition';
import { Examination } from './examination';

const NO_KEY: u32 = 0xffffffff;

/** Begins with the signature of an image whose digest is right. Gives MORE when there is one to verify, DONE, or the refusal. */
export function trustBegin(image: Examination, known: Edition): u32 {
  // What is decided here may end in a lasting record, so it is decided on keys whose checksum holds now.
  if (!burnedHolds()) return BURNED_BLOCK;
  if (image.signature == 0) return isDevelopment() ? DONE : SIGNATURE_MISSING;
  const key = keyOf(tlvAt(image.keyHash, HASH_BYTES));
  if (key == NO_KEY) return isDevelopment() ? DONE : KEY_UNKNOWN;
  verifyBegin(image.signature, burnedKey(key), hashLocation(known));
  return MORE;
}

/** The burned key with this hash, or NO_KEY. */
function keyOf(hash: usize): u32 {
  for (let key: u32 = 0; key < burnedKeys(); key++) if (sameBytes(burnedKeyHash(key), hash, HASH_BYTES)) return key;
  return NO_KEY;
}
