/**
 * Journals: small records in flash, one after the other over two or more sectors; the whole one with the highest sequence holds.
 * docs/SPEC.md section 5.
 *
 *     ┌───────┬──────────┬───────────── … ─┬──────────┐
 *     │ magic │ sequence │ what it says    │ CRC-32C  │   padded to whole program units: a stride
 *     └───────┴──────────┴───────────── … ─┴──────────┘
 *
 * Power that goes while a record is written leaves a stride whose bits may read differently each time: no record today, a whole one
 * tomorrow. So the sequence counts strides, not records: a new record stands above every stride that is not erased, whatever that may
 * turn out to say. A record that flash does not give is trouble, since it may be the one that holds: nothing is written then.
 */
import {
  CONTENT_LOCATION, DONE, FLASH_FAILED, PAGE_BYTES, READ_BACK_LOCATION, RECORD_LOCATION,
} from '../format';
import { crcOf } from '../digest/crc32c';
import { areaBytes, erasedByte, flashRead, programBytes, sectorBytes } from '../port';
import { FLASH_DOUBTFUL, eraseAnyway, eraseSector, programOnce } from './flash';

const SEQUENCE_OFFSET: u32 = 4;
const SAYS_OFFSET: u32 = 8;
const CHECKSUM_BYTES: u32 = 4;
export const NOT_FOUND: u32 = 0xffffffff;
/** How often a stride that is not erased and no record is read until it counts as none. */
const READS_MAX: u32 = 3;
/** Strides that may fail to read back in one append. */
const DOUBTFUL_MAX: u32 = 2;

/** Where the record that journalFind found lies in its area. */
let foundAt: u32 = NOT_FOUND;
/** Whether flash failed to give a record in the search before. */
let readFailed: bool = false;

/** Whether the last search says nothing, since flash did not give all records. */
export function journalReadFailed(): bool {
  return readFailed;
}

/** Where the record that the last search found lies; NOT_FOUND without one. */
export function journalFoundAt(): u32 {
  return foundAt;
}

/** Bytes from one record to the next. */
export function journalStride(bytes: u32): u32 {
  const unit = programBytes();
  return ((bytes + unit - 1) / unit) * unit;
}

/** Whether the record that stands at `location` is whole. */
export function recordIsWhole(location: usize, magic: u32, bytes: u32): bool {
  const checked = bytes - CHECKSUM_BYTES;
  return load<u32>(location) == magic && load<u32>(location + checked) == crcOf(location, checked);
}

/** Whether the record at `offset` is whole; it is then at RECORD_LOCATION. One that is read wrong once is read again. */
function readRecord(area: u32, offset: u32, magic: u32, bytes: u32): bool {
  const erased = erasedByte() * 0x01010101;
  for (let i: u32 = 0; i < READS_MAX; i++) {
    if (flashRead(area, offset, u32(RECORD_LOCATION), bytes) != 0) {
      readFailed = true;
      return false;
    }
    if (recordIsWhole(RECORD_LOCATION, magic, bytes)) return true;
    if (load<u32>(RECORD_LOCATION) == erased) return false;
  }
  return false;
}

/**
 * Finds the whole record with the highest sequence below `end` (0: no end) and leaves it at RECORD_LOCATION. Gives its sequence, and its
 * place in foundAt; 0 without.
 */
function findBelow(area: u32, magic: u32, bytes: u32, end: u32): u32 {
  const sector = sectorBytes();
  const step = journalStride(bytes);
  let sequence: u32 = 0;
  foundAt = NOT_FOUND;
  readFailed = false;
  for (let start: u32 = 0; start < areaBytes(area); start += sector) {
    for (let offset = start; offset + step <= start + sector; offset += step) {
      if (!readRecord(area, offset, magic, bytes)) continue;
      const found = load<u32>(RECORD_LOCATION + SEQUENCE_OFFSET);
      if (found <= sequence || (end != 0 && found >= end)) continue;
      sequence = found;
      foundAt = offset;
      memory.copy(READ_BACK_LOCATION, RECORD_LOCATION, bytes);
    }
  }
  // Not read again: it may read differently then, and what was whole once is what was meant.
  if (sequence != 0) memory.copy(RECORD_LOCATION, READ_BACK_LOCATION, bytes);
  return readFailed ? 0 : sequence;
}

/**
 * Finds the record that holds and leaves it at RECORD_LOCATION. Gives its sequence; 0 when there is none, or when flash failed, which
 * journalReadFailed tells apart.
 */
export function journalFind(area: u32, magic: u32, bytes: u32): u32 {
  return findBelow(area, magic, bytes, 0);
}

/** Whether `bytes` (at most a page) from `offset` on are erased. */
function isErased(area: u32, offset: u32, bytes: u32): bool {
  if (flashRead(area, offset, u32(READ_BACK_LOCATION), bytes) != 0) return false;
  for (let i: u32 = 0; i < bytes; i++) if (u32(load<u8>(READ_BACK_LOCATION + i)) != erasedByte()) return false;
  return true;
}

/**
 * Whether what the journal says stays what it says, even if a stride should read differently tomorrow: the record before the one that
 * holds says the same, and no stride behind that one is in doubt. The first record of all is burned before the device runs, and firm.
 */
export function journalIsFirm(area: u32, magic: u32, bytes: u32): bool {
  const sequence = journalFind(area, magic, bytes);
  if (sequence == 0) return true;
  const at = foundAt;
  memory.copy(CONTENT_LOCATION, RECORD_LOCATION, bytes);
  if (strideIsInDoubt(area, at, magic, bytes)) return false;
  if (sequence == 1) return true;
  if (findBelow(area, magic, bytes, sequence) == 0) return false;
  return memory.compare(RECORD_LOCATION + SAYS_OFFSET, CONTENT_LOCATION + SAYS_OFFSET, bytes - SAYS_OFFSET - CHECKSUM_BYTES) == 0;
}

/** Whether a stride behind the record at `at` is neither erased nor an older record: one that could turn out to be above it. */
function strideIsInDoubt(area: u32, at: u32, magic: u32, bytes: u32): bool {
  const sector = sectorBytes();
  const step = journalStride(bytes);
  const end = at - (at % sector) + sector;
  for (let offset = at + step; offset + step <= end; offset += step) if (!isErased(area, offset, step)) return true;
  if (at + 2 * step <= end) return false;
  const next = end < areaBytes(area) ? end : 0;
  return !isErased(area, next, step) && !readRecord(area, next, magic, bytes);
}

/**
 * Appends what stands at CONTENT_LOCATION (from its ninth byte on) with magic, sequence and checksum, `copies` times, each read back. A
 * stride that does not read back is left behind, and the record goes to the next. Gives DONE once one copy stands, or FLASH_FAILED: then
 * which record holds is not known, unless flash could not be read or erased.
 */
export function journalAppend(area: u32, magic: u32, bytes: u32, copies: u32 = 1): u32 {
  let sequence = journalFind(area, magic, bytes);
  if (readFailed) return FLASH_FAILED;
  let at = foundAt;
  let written: u32 = 0;
  for (let i: u32 = 0; i < copies + DOUBTFUL_MAX && written < copies; i++) {
    const next = strideAfter(area, at, bytes);
    if (next == NOT_FOUND) break;
    const passed = stridesBetween(at, next, bytes);
    if (sequence + passed < sequence) break;
    sequence += passed;
    at = next;
    const result = programOnce(area, at, layRecord(magic, sequence, bytes), journalStride(bytes));
    if (result == DONE) written++;
    else if (result != FLASH_DOUBTFUL) break;
  }
  return written > 0 ? DONE : FLASH_FAILED;
}

/** Lays the record out at RECORD_LOCATION. */
function layRecord(magic: u32, sequence: u32, bytes: u32): usize {
  memory.fill(RECORD_LOCATION, u8(erasedByte()), PAGE_BYTES);
  memory.copy(RECORD_LOCATION, CONTENT_LOCATION, bytes);
  store<u32>(RECORD_LOCATION, magic);
  store<u32>(RECORD_LOCATION + SEQUENCE_OFFSET, sequence);
  store<u32>(RECORD_LOCATION + bytes - CHECKSUM_BYTES, crcOf(RECORD_LOCATION, bytes - CHECKSUM_BYTES));
  return RECORD_LOCATION;
}

/** The next stride that is erased, in the same sector or, erased for it, at the start of the next; NOT_FOUND when that cannot be. */
function strideAfter(area: u32, at: u32, bytes: u32): u32 {
  if (at == NOT_FOUND) return eraseAll(area) ? 0 : NOT_FOUND;
  const sector = sectorBytes();
  const step = journalStride(bytes);
  const end = at - (at % sector) + sector;
  for (let offset = at + step; offset + step <= end; offset += step) if (isErased(area, offset, step)) return offset;
  const next = end < areaBytes(area) ? end : 0;
  return eraseAnyway(area, next) == DONE ? next : NOT_FOUND;
}

/** Strides from `at` to `next`, over the end of the sector too: by so many the sequence rises. */
function stridesBetween(at: u32, next: u32, bytes: u32): u32 {
  if (at == NOT_FOUND) return 1;
  const sector = sectorBytes();
  const step = journalStride(bytes);
  if (next > at && next - at < sector - (at % sector)) return (next - at) / step;
  return (sector - (at % sector)) / step;
}

/** Without any record, what the journal holds is of no number that is known: all of it goes. */
function eraseAll(area: u32): bool {
  for (let start = areaBytes(area) - sectorBytes(); start > 0; start -= sectorBytes()) {
    if (eraseSector(area, start) != DONE) return false;
  }
  return eraseAnyway(area, 0) == DONE;
}

if (!(SAYS_OFFSET == SEQUENCE_OFFSET + 4)) ERROR('a record says something right behind its sequence');
