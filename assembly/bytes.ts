/**
 * Numbers at places that need not be aligned: TLVs and messages are packed. A controller's load would fault there.
 *
 * And what is done to many bytes. What AssemblyScript's library has for it is three kilobytes of code, for places that overlap and for
 * words that are not aligned: here none overlap, and what is long is aligned.
 */
import { COMPACT } from './format';

export function loadHalf(location: usize): u32 {
  return u32(load<u8>(location)) | (u32(load<u8>(location, 1)) << 8);
}

export function loadWord(location: usize): u32 {
  return loadHalf(location) | (loadHalf(location + 2) << 16);
}

export function loadHalfBig(location: usize): u32 {
  return (u32(load<u8>(location)) << 8) | u32(load<u8>(location, 1));
}

export function storeHalfBig(location: usize, value: u32): void {
  store<u8>(location, value >>> 8);
  store<u8>(location, value, 1);
}

/** What is copied or compared in one turn where both places are aligned: a word where code is to be small, else more. */
const COPIED_BYTES: u32 = COMPACT ? 4 : 32;
const COMPARED_BYTES: u32 = COMPACT ? 4 : 16;

/**
 * Copies `bytes`, from the first on, to a place that does not overlap the other where both are aligned: as much as a digest at a time.
 * Unrolled, it is also too long for the compiler to repeat it wherever something is copied.
 */
export function copyBytes(to: usize, from: usize, bytes: u32): void {
  let at: u32 = 0;
  if (((to | from) & 3) == 0) {
    for (; at < (bytes & ~(COPIED_BYTES - 1)); at += COPIED_BYTES) {
      store<u32>(to + at, load<u32>(from + at));
      if (COMPACT) continue;
      store<u32>(to + at, load<u32>(from + at, 4), 4);
      store<u32>(to + at, load<u32>(from + at, 8), 8);
      store<u32>(to + at, load<u32>(from + at, 12), 12);
      store<u32>(to + at, load<u32>(from + at, 16), 16);
      store<u32>(to + at, load<u32>(from + at, 20), 20);
      store<u32>(to + at, load<u32>(from + at, 24), 24);
      store<u32>(to + at, load<u32>(from + at, 28), 28);
    }
  }
  for (; at < bytes; at++) store<u8>(to + at, load<u8>(from + at));
}

/** Fills `bytes` with a byte: each is copied from the one before. */
export function fillBytes(to: usize, value: u8, bytes: u32): void {
  if (bytes == 0) return;
  store<u8>(to, value);
  copyBytes(to + 1, to, bytes - 1);
}

/** Whether so many bytes are the same in two places. */
export function sameBytes(left: usize, right: usize, bytes: u32): bool {
  let at: u32 = 0;
  if (((left | right) & 3) == 0) {
    for (; at < (bytes & ~(COMPARED_BYTES - 1)); at += COMPARED_BYTES) {
      if (load<u32>(left + at) != load<u32>(right + at)) return false;
      if (COMPACT) continue;
      if (load<u32>(left + at, 4) != load<u32>(right + at, 4)) return false;
      if (load<u32>(left + at, 8) != load<u32>(right + at, 8)) return false;
      if (load<u32>(left + at, 12) != load<u32>(right + at, 12)) return false;
    }
  }
  for (; at < bytes; at++) if (load<u8>(left + at) != load<u8>(right + at)) return false;
  return true;
}
