/**
 * Journals: small records in flash, one after the other over two or more sectors; the whole one with the highest sequence holds.
 * A record that power tore has a wrong checksum and is no record; one that flash does not give is trouble, since it may be the one
 * that holds: nothing is written then, let alone erased. docs/SPEC.md section 5.
 *
 *     ┌───────┬──────────┬───────────── … ─┬──────────┐
 *     │ magic │ sequence │ what it says    │ CRC-32C  │   padded to whole program units
 *     └───────┴──────────┴───────────── … ─┴──────────┘
 */
import { CONTENT_LOCATION, DONE, FLASH_FAILED, PAGE_BYTES, READ_BACK_LOCATION, RECORD_LOCATION } from '../format';
import { crcOf } from '../digest/crc32c';
import { areaBytes, erasedByte, flashRead, programBytes, sectorBytes } from '../port';
import { eraseSector, programVerified } from './flash';

const SEQUENCE_OFFSET: usize = 4;
const NOT_FOUND: u32 = 0xffffffff;

/** Where the record that journalFind found lies in its area. */
let foundAt: u32 = NOT_FOUND;
/** Whether flash failed to give a record in the search before. */
let readFailed: bool = false;

/** Whether the last search says nothing, since flash did not give all records. */
export function journalReadFailed(): bool {
  return readFailed;
}

function stride(bytes: u32): u32 {
  const unit = programBytes();
  return ((bytes + unit - 1) / unit) * unit;
}

/** Whether the record at `offset` is whole; it is then at RECORD_LOCATION. */
function readRecord(area: u32, offset: u32, magic: u32, bytes: u32): bool {
  if (flashRead(area, offset, u32(RECORD_LOCATION), bytes) != 0) {
    readFailed = true;
    return false;
  }
  return load<u32>(RECORD_LOCATION) == magic && load<u32>(RECORD_LOCATION + bytes - 4) == crcOf(RECORD_LOCATION, bytes - 4);
}

/**
 * Finds the record that holds and leaves it at RECORD_LOCATION. Gives its sequence; 0 when there is none, or when flash failed, which
 * journalReadFailed tells apart.
 */
export function journalFind(area: u32, magic: u32, bytes: u32): u32 {
  const sector = sectorBytes();
  const step = stride(bytes);
  let sequence: u32 = 0;
  foundAt = NOT_FOUND;
  readFailed = false;
  for (let start: u32 = 0; start < areaBytes(area); start += sector) {
    for (let offset = start; offset + step <= start + sector; offset += step) {
      if (readRecord(area, offset, magic, bytes) && load<u32>(RECORD_LOCATION + SEQUENCE_OFFSET) > sequence) {
        sequence = load<u32>(RECORD_LOCATION + SEQUENCE_OFFSET);
        foundAt = offset;
      }
    }
  }
  // What was whole a moment ago and is not any more was read wrong once.
  if (foundAt != NOT_FOUND && !readRecord(area, foundAt, magic, bytes)) readFailed = true;
  return readFailed ? 0 : sequence;
}

/** Whether `bytes` (at most a page) from `offset` on are erased. */
function isErased(area: u32, offset: u32, bytes: u32): bool {
  if (flashRead(area, offset, u32(READ_BACK_LOCATION), bytes) != 0) return false;
  for (let i: u32 = 0; i < bytes; i++) if (u32(load<u8>(READ_BACK_LOCATION + i)) != erasedByte()) return false;
  return true;
}

/**
 * Appends what stands at CONTENT_LOCATION (from its ninth byte on) with magic, next sequence and checksum, and reads it back.
 * Gives DONE or FLASH_FAILED; after a failure the record before still holds.
 */
export function journalAppend(area: u32, magic: u32, bytes: u32): u32 {
  const sequence = journalFind(area, magic, bytes) + 1;
  if (readFailed || sequence == 0) return FLASH_FAILED;
  const sector = sectorBytes();
  const step = stride(bytes);
  memory.fill(RECORD_LOCATION, u8(erasedByte()), PAGE_BYTES);
  memory.copy(RECORD_LOCATION, CONTENT_LOCATION, bytes);
  store<u32>(RECORD_LOCATION, magic);
  store<u32>(RECORD_LOCATION + SEQUENCE_OFFSET, sequence);
  store<u32>(RECORD_LOCATION + bytes - 4, crcOf(RECORD_LOCATION, bytes - 4));
  let sectorStart: u32 = 0;
  if (foundAt != NOT_FOUND) {
    sectorStart = foundAt - (foundAt % sector);
    for (let offset = foundAt + step; offset + step <= sectorStart + sector; offset += step) {
      if (isErased(area, offset, step)) return programVerified(area, offset, RECORD_LOCATION, step);
    }
    sectorStart += sector;
    if (sectorStart >= areaBytes(area)) sectorStart = 0;
  }
  if (eraseSector(area, sectorStart) != DONE) return FLASH_FAILED;
  return programVerified(area, sectorStart, RECORD_LOCATION, step);
}
