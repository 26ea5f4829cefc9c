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
  AREAS, AREA_OUTCOME, AREA_STATE, AREA_TOKENS, CONTENT_LOCATION, DONE, FLASH_FAILED, PAGE_BYTES, READ_BACK_LOCATION, RECORD_LOCATION,
} from '../format';
import { crcOf } from '../digest/crc32c';
import { add } from '../digest/sum';
import { areaBytes, erasedByte, flashRead, programBytes, sectorBytes } from '../port';
import { MORE } from '../refusal';
import { spend } from '../work';
import { FLASH_DOUBTFUL, eraseAnyway, eraseBegin, eraseSector, isErased, lookBegin, lookStep, looked, programOnce } from './flash';

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

/** Whether what stands at `offset` is erased, or by its head a record not above `sequence`: then the rest of it says nothing. */
function headIsBelow(area: u32, offset: u32, magic: u32, sequence: u32): bool {
  if (flashRead(area, offset, u32(RECORD_LOCATION), SAYS_OFFSET) != 0) return false;
  const word = load<u32>(RECORD_LOCATION);
  if (word == erasedByte() * 0x01010101) return true;
  return word == magic && load<u32>(RECORD_LOCATION + SEQUENCE_OFFSET) <= sequence;
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
    // From the newest of a sector back: of those before it the head is enough.
    for (let offset = start + (sector / step - 1) * step; offset >= start && offset < start + sector; offset -= step) {
      if (headIsBelow(area, offset, magic, sequence) || !readRecord(area, offset, magic, bytes)) continue;
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
  const next = sectorAfter(area, at);
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
  setRoom(area, ROOM_UNKNOWN);
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
  if (at == NOT_FOUND) return room(area) == ROOM_ERASED || eraseAll(area) ? 0 : NOT_FOUND;
  const sector = sectorBytes();
  const step = journalStride(bytes);
  const end = at - (at % sector) + sector;
  for (let offset = at + step; offset + step <= end; offset += step) if (isErased(area, offset, step)) return offset;
  const next = sectorAfter(area, at);
  return room(area) == ROOM_ERASED + next || eraseAnyway(area, next) == DONE ? next : NOT_FOUND;
}

function sectorAfter(area: u32, at: u32): u32 {
  const end = at - (at % sectorBytes()) + sectorBytes();
  return end < areaBytes(area) ? end : 0;
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

// Room for what is appended next, made in steps where a slice must not take long

/** What is known of the room of a journal: nothing; or that the next record fits, where it is now or in a sector that was erased for it. */
const ROOM_UNKNOWN: u32 = 0;
const ROOM_FITS: u32 = 1;
const ROOM_ERASED: u32 = 2;
const ROOMS: usize = memory.data(AREAS * 4, 4);

/** What looking for the record that holds, and for room behind it, takes at most in a journal of 32 strides, in cycles of an RP2040. */
const LOOK_CYCLES: u32 = 150000;

/** Whether a sector is being erased or looked at for the journal at hand; which; whether it is only looked at, and those before it too. */
let makesRoom: bool = false;
let roomAt: u32 = 0;
let onlyLooks: bool = false;
let forAll: bool = false;

function room(area: u32): u32 {
  return load<u32>(ROOMS + (min(area, AREAS - 1) << 2));
}

function setRoom(area: u32, is: u32): void {
  store<u32>(ROOMS + (min(area, AREAS - 1) << 2), is);
}

/** Adds what is known of the room of all journals to the sum over all tasks of a window; places are multiples of more than 4. */
export function addRoom(sum: u32): u32 {
  sum = add(sum, room(AREA_STATE) ^ room(AREA_TOKENS) ^ room(AREA_OUTCOME));
  return add(sum, (looked() ^ roomAt) | u32(makesRoom) | (u32(onlyLooks) << 1) | (u32(forAll) << 2));
}

/** Forgets a sector that was being erased: it is looked for anew. */
export function forgetRoom(): void {
  makesRoom = false;
}

/**
 * Whether `copies` of the next record can be appended without an erase; if not, takes a bounded step towards it. Where flash fails it says
 * so too, since the append tells what is wrong.
 */
export function journalHasRoom(area: u32, magic: u32, bytes: u32, copies: u32): bool {
  if (room(area) != ROOM_UNKNOWN) return true;
  if (makesRoom) {
    makeRoom(area);
    return false;
  }
  spend(LOOK_CYCLES);
  forAll = journalFind(area, magic, bytes) == 0;
  if (readFailed || (!forAll && hasStrides(area, foundAt, bytes, copies))) setRoom(area, ROOM_FITS);
  else beginRoom(area, forAll ? areaBytes(area) - sectorBytes() : sectorAfter(area, foundAt));
  return false;
}

/** Whether so many strides behind `at` in its sector are erased. */
function hasStrides(area: u32, at: u32, bytes: u32, copies: u32): bool {
  const sector = sectorBytes();
  const step = journalStride(bytes);
  const end = at - (at % sector) + sector;
  for (let offset = at + step; offset + step <= end && copies > 0; offset += step) if (isErased(area, offset, step)) copies--;
  return copies == 0;
}

/** Begins with a sector: without any record, those behind the first are erased only where they are not. */
function beginRoom(area: u32, at: u32): void {
  roomAt = at;
  makesRoom = true;
  onlyLooks = forAll && at > 0;
  if (onlyLooks) lookBegin();
  else if (eraseBegin(area, at) != DONE) endRoom(area, ROOM_FITS);
}

function makeRoom(area: u32): void {
  const result = lookStep(area, roomAt);
  if (result == MORE) return;
  if (result != DONE && onlyLooks) {
    onlyLooks = false;
    if (eraseBegin(area, roomAt) != DONE) endRoom(area, ROOM_FITS);
  } else if (result == DONE && forAll && roomAt > 0) {
    beginRoom(area, roomAt - sectorBytes());
  } else {
    endRoom(area, result == DONE ? ROOM_ERASED + roomAt : ROOM_FITS);
  }
}

function endRoom(area: u32, is: u32): void {
  makesRoom = false;
  setRoom(area, is);
}

if (!(SAYS_OFFSET == SEQUENCE_OFFSET + 4)) ERROR('a record says something right behind its sequence');
