/**
 * What is known of the image in each slot after it was examined.
 *
 *     ┌──────────┬───────┬─────────────┬────────────┬──────┬──────────────┬─────────────────┬──────────────────┐
 *     │ verified │ epoch │ image bytes │ body bytes │ cost │ hash (32)    │ replaces: count │ entries (8 × 16) │
 *     └──────────┴───────┴─────────────┴────────────┴──────┴──────────────┴─────────────────┴──────────────────┘
 */
import {
  EDITIONS_LOCATION, EDITIONS_ROOM, HASH_BYTES, REPLACES_DIGITS_MAX, REPLACES_ENTRY_AT_DIGITS, REPLACES_ENTRY_AT_PREFIX,
  REPLACES_ENTRY_BYTES, REPLACES_MAX, SLOTS,
} from '../format';

@unmanaged
export class Edition {
  /** VERIFIED after the whole image was examined and found good, digest, structure and identity; CLAIMED, or 0. */
  verified: u32;
  epoch: u32;
  imageBytes: u32;
  bodyBytes: u32;
  residentBytes: u32;
  /** Cost by the burned table: base + Σ cost × steps. */
  cost: u32;
  /** What the steps TLV says of the searches for phase and line. */
  phaseSteps: u32;
  lineSteps: u32;
  hash0: u64;
  hash1: u64;
  hash2: u64;
  hash3: u64;
  replacesCount: u32;
}

export const VERIFIED: u32 = 1;
/** Only the container was read, and says what stands here. */
export const CLAIMED: u32 = 2;

const EDITION_BYTES: u32 = EDITIONS_ROOM / SLOTS;
const REPLACES_OFFSET: usize = offsetof<Edition>();

export function edition(slot: u32): Edition {
  return changetype<Edition>(EDITIONS_LOCATION + usize(slot & 1) * EDITION_BYTES);
}

export function isVerified(known: Edition): bool {
  return known.verified == VERIFIED;
}

export function forgetEdition(slot: u32): void {
  memory.fill(changetype<usize>(edition(slot)), 0, EDITION_BYTES);
}

export function hashLocation(known: Edition): usize {
  return changetype<usize>(known) + offsetof<Edition>('hash0');
}

export function replacesLocation(known: Edition): usize {
  return changetype<usize>(known) + REPLACES_OFFSET;
}

export function sameHash(left: usize, right: usize): bool {
  return memory.compare(left, right, HASH_BYTES) == 0;
}

/** Whether the image says that it replaces the edition with this epoch and hash. */
export function namesAsReplaced(known: Edition, epoch: u32, hash: usize): bool {
  const count = min(known.replacesCount, REPLACES_MAX);
  for (let i: u32 = 0; i < count; i++) {
    const entry = replacesLocation(known) + i * REPLACES_ENTRY_BYTES;
    const digits = load<u32>(entry, REPLACES_ENTRY_AT_DIGITS);
    if (load<u32>(entry) == epoch && hasPrefix(hash, entry + REPLACES_ENTRY_AT_PREFIX, digits)) return true;
  }
  return false;
}

/** Whether the first `digits` hexadecimal digits of both are the same. */
function hasPrefix(hash: usize, prefix: usize, digits: u32): bool {
  const count = min(digits, REPLACES_DIGITS_MAX);
  for (let i: u32 = 0; i < count; i++) {
    const shift: u32 = (i & 1) != 0 ? 0 : 4;
    const difference = u32(load<u8>(hash + (i >> 1))) ^ u32(load<u8>(prefix + (i >> 1)));
    if (((difference >>> shift) & 15) != 0) return false;
  }
  return true;
}

if (!(REPLACES_OFFSET + REPLACES_MAX * REPLACES_ENTRY_BYTES <= EDITION_BYTES)) ERROR('an edition record outgrew its place');
