/** Group 78, command 12: a digest over a nonce and what a slot holds now, in a window. */
import { HASH_BYTES, KEY_HASH, KEY_OFF, NONCE_BYTES, RC_INVALID, SLOTS } from '../format';
import { areaBytes } from '../port';
import { digestPlace } from '../window/digest';
import { beginDigestJob } from '../window/job';
import {
  FIELD_LEN, FIELD_NONCE, FIELD_OFF, FIELD_SLOT, TYPE_BYTES, TYPE_UNSIGNED, fieldLength, fieldNumber, fieldPlace, fieldType,
} from './fields';
import { passLease } from './lease';
import { beginBytes, writeShort, writeUnsigned } from './reply';
import { ANSWER_DIGEST, END_MORE, END_REPLY, GENERIC, fail, reply, startJob } from './request';
import { hashAt, setHash, setWord, word } from './snapshot';

/** Word of the snapshot. */
const OFFSET: u32 = 0;

/** Digests what was asked for, all of which lies in the slot. */
export function digest(): u32 {
  const end = passLease();
  if (end != END_REPLY) return end;
  if (fieldType(FIELD_NONCE) != TYPE_BYTES || fieldLength(FIELD_NONCE) != NONCE_BYTES) return fail(GENERIC, RC_INVALID);
  const slot = fieldNumber(FIELD_SLOT, SLOTS);
  if (slot >= SLOTS || fieldType(FIELD_OFF) != TYPE_UNSIGNED) return fail(GENERIC, RC_INVALID);
  const offset = fieldNumber(FIELD_OFF, 0);
  const bytes = fieldNumber(FIELD_LEN, 0);
  if (bytes == 0 || offset >= areaBytes(slot) || bytes > areaBytes(slot) - offset) return fail(GENERIC, RC_INVALID);
  setWord(OFFSET, offset);
  beginDigestJob(slot, offset, bytes, fieldPlace(FIELD_NONCE));
  return startJob(ANSWER_DIGEST);
}

/** What is answered when the digest is there. */
export function digested(): u32 {
  setHash(0, digestPlace());
  return reply(ANSWER_DIGEST);
}

export function writeDigest(step: u32): u32 {
  switch (step) {
    case 0: writeUnsigned(KEY_OFF, word(OFFSET)); break;
    case 1: beginBytes(KEY_HASH, HASH_BYTES); break;
    default:
      writeShort(hashAt(0), HASH_BYTES);
      return END_REPLY;
  }
  return END_MORE;
}
