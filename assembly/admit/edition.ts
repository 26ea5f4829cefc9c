/**
 * What is known of the image in each slot after it was examined.
 *
 *     ┌──────────┬───────┬─────────────┬────────────┬──────┬──────────────┬─────────────────┬──────────────────┐
 *     │ verified │ epoch │ image bytes │ body bytes │ cost │ hash (32)    │ replaces: count │ entries (8 × 16) │
 *     └──────────┴───────┴─────────────┴────────────┴──────┴──────────────┴─────────────────┴──────────────────┘
 */
import {
  EDITIONS_LOCATION, EDITIONS_ROOM, HASH_BYTES, REPLACES_DIGITS_MAX, REPLACES_ENTRY_AT_DIGITS, REPLACES_ENTRY_AT_PREFIX,
  REPLACES_ENTRY_BYTES, REPLACES_MAX, SLOTS, STEP_KINDS_MAX,
} from '../format';
import { fillBytes, sameBytes } from '../bytes';

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
  /** What the steps TLV says of kinds 1 to 4, and 5 to 8: a u16 each. */
  steps0: u64;
  steps1: u64;
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
  fillBytes(changetype<usize>(edition(slot)), 0, EDITION_BYTES);
}

export function hashLocation(known: Edition): usize {
  return changetype<usize>(known) + offsetof<Edition>('hash0');
}

export function replacesLocation(known: Edition): usize {
  return changetype<usize>(known) + REPLACES_OFFSET;
}

function stepsLocation(known: Edition, kind: u32): usize {
  return changetype<usize>(known) + offsetof<Edition>('steps0') + (((kind - 1) & (STEP_KINDS_MAX - 1)) << 1);
}

/** Steps of a kind, 1 to STEP_KINDS_MAX, as the steps TLV says; 0 where it names none. */
export function stepsOf(known: Edition, kind: u32): u32 {
  return load<u16>(stepsLocation(known, kind));
}

export function setSteps(known: Edition, kind: u32, steps: u32): void {
  store<u16>(stepsLocation(known, kind), u16(steps));
}

export function forgetSteps(known: Edition): void {
  known.steps0 = 0;
  known.steps1 = 0;
}

/** Whether the steps TLV names these steps of two kinds, the second behind the first, and none of any other. */
export function hasSteps(known: Edition, kind: u32, first: u32, second: u32): bool {
  for (let each: u32 = 1; each <= STEP_KINDS_MAX; each++) {
    const wanted = each == kind ? first : each == kind + 1 ? second : 0;
    if (stepsOf(known, each) != wanted) return false;
  }
  return true;
}

export function sameHash(left: usize, right: usize): bool {
  return sameBytes(left, right, HASH_BYTES);
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

if (!(STEP_KINDS_MAX == 8)) ERROR('the steps of an edition have another number of kinds');
if (!(REPLACES_OFFSET + REPLACES_MAX * REPLACES_ENTRY_BYTES <= EDITION_BYTES)) ERROR('an edition record outgrew its place');
