/**
 * Records of journals: docs/SPEC.md section 5.
 *
 *     ┌───────┬──────────┬───────────── … ─┬──────────┐
 *     │ magic │ sequence │ what it says    │ CRC-32C  │   padded to whole program units: a stride
 *     └───────┴──────────┴───────────── … ─┴──────────┘
 */
import { copyBytes, fillBytes } from '../bytes';
import { CONTENT_LOCATION, PAGE_BYTES, RECORD_LOCATION } from '../format';
import { crcOf } from '../digest/crc32c';
import { areaBytes, erasedByte, flashRead, programBytes, sectorBytes } from '../port';

const SEQUENCE_OFFSET: u32 = 4;
export const SAYS_OFFSET: u32 = 8;
export const CHECKSUM_BYTES: u32 = 4;
export const NOT_FOUND: u32 = 0xffffffff;
/** How often a stride that is not erased and no record is read until it counts as none. */
const READS_MAX: u32 = 3;

// What stands in a stride. Nothing: it is erased, or by its head a record not above what is looked for.
export const STRIDE_EMPTY: u32 = 0;
export const STRIDE_IN_DOUBT: u32 = 1;
export const STRIDE_HOLDS: u32 = 2;
/** Flash does not give it. */
export const STRIDE_UNREAD: u32 = 3;

/** Bytes from one record to the next. */
export function journalStride(bytes: u32): u32 {
  const unit = programBytes();
  return ((bytes + unit - 1) / unit) * unit;
}

export function sectorStart(area: u32, at: u32): u32 {
  return at - (at % sectorBytes(area));
}

/** The start of the sector after that of `at`: after the last one comes the first. */
export function sectorAfter(area: u32, at: u32): u32 {
  const end = sectorStart(area, at) + sectorBytes(area);
  return end < areaBytes(area) ? end : 0;
}

/** Whether the record that stands at `location` is whole. */
function recordIsWhole(location: usize, magic: u32, bytes: u32): bool {
  const checked = bytes - CHECKSUM_BYTES;
  return load<u32>(location) == magic && load<u32>(location + checked) == crcOf(location, checked);
}

/** Of a record that stands at `location`. */
export function sequenceOf(location: usize): u32 {
  return load<u32>(location + SEQUENCE_OFFSET);
}

/**
 * What stands at `offset`; one that is erased, or a record whose sequence is not above `least` (0: none), is told by its head. A record is
 * then at RECORD_LOCATION. One that is read wrong once is read again.
 */
export function strideKind(area: u32, offset: u32, magic: u32, bytes: u32, least: u32): u32 {
  if (flashRead(area, offset, u32(RECORD_LOCATION), SAYS_OFFSET) != 0) return STRIDE_UNREAD;
  const word = load<u32>(RECORD_LOCATION);
  if (word == erasedByte() * 0x01010101 || (word == magic && least != 0 && sequenceOf(RECORD_LOCATION) <= least)) return STRIDE_EMPTY;
  for (let i: u32 = 0; i < READS_MAX; i++) {
    if (flashRead(area, offset, u32(RECORD_LOCATION), bytes) != 0) return STRIDE_UNREAD;
    if (recordIsWhole(RECORD_LOCATION, magic, bytes)) return STRIDE_HOLDS;
  }
  return STRIDE_IN_DOUBT;
}

/** Whether the stride at `offset` has a head with this sequence. */
export function headSays(area: u32, offset: u32, magic: u32, sequence: u32): bool {
  if (flashRead(area, offset, u32(RECORD_LOCATION), SAYS_OFFSET) != 0) return false;
  return load<u32>(RECORD_LOCATION) == magic && sequenceOf(RECORD_LOCATION) == sequence;
}

/** Lays the record of what stands at CONTENT_LOCATION out at RECORD_LOCATION. */
export function layRecord(magic: u32, sequence: u32, bytes: u32): usize {
  fillBytes(RECORD_LOCATION, u8(erasedByte()), PAGE_BYTES);
  copyBytes(RECORD_LOCATION, CONTENT_LOCATION, bytes);
  store<u32>(RECORD_LOCATION, magic);
  store<u32>(RECORD_LOCATION + SEQUENCE_OFFSET, sequence);
  store<u32>(RECORD_LOCATION + bytes - CHECKSUM_BYTES, crcOf(RECORD_LOCATION, bytes - CHECKSUM_BYTES));
  return RECORD_LOCATION;
}

if (!(SAYS_OFFSET == SEQUENCE_OFFSET + 4)) ERROR('a record says something right behind its sequence');
