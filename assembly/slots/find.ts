/**
 * Finding the record that holds: of the whole ones that with the highest sequence. Where it lies is kept from then on, among what is known
 * and watched, and moves with each record that is appended. So journals are read once a start, however large their sectors are; only what
 * flash did not give then is looked for in a window, in bounded steps.
 *
 * In a sector, numbers rise from stride to stride, by one. So each is read from its end back, as far as a whole record, if the number of
 * the first stride tells that nothing of another round is left there. What is erased behind is looked at stride by stride all the same: how
 * power left a journal says nothing of where it ends.
 */
import { copyBytes, sameBytes } from '../bytes';
import { AREA_STATE, CONTENT_LOCATION, DONE, FLASH_FAILED, READ_BACK_LOCATION, RECORD_LOCATION } from '../format';
import { add } from '../digest/sum';
import { areaBytes, sectorBytes } from '../port';
import { MORE } from '../refusal';
import { isErased } from './flash';
import { knownJournal } from './known';
import {
  CHECKSUM_BYTES, NOT_FOUND, SAYS_OFFSET, STRIDE_EMPTY, STRIDE_HOLDS, STRIDE_IN_DOUBT, STRIDE_UNREAD, headSays, journalStride,
  sectorAfter, sectorStart, sequenceOf, strideKind,
} from './records';

/** Strides behind the record that holds of which every byte is looked at, and not the first word alone. */
const STRIDES_LOOKED_AT: u32 = 64;

// The search: strides before `left` in the sector at `start` are still to be looked at.
let start: u32 = 0;
let left: u32 = 0;
/** Whether a stride was passed in this sector that is neither erased nor a record; and one that is a record. */
let passedDoubt: bool = false;
let passedRecord: bool = false;
/** The highest sequence so far, where it stands (and 1; 0: none), and whether a stride behind it is in doubt. */
let highest: u32 = 0;
let highestPlace: u32 = 0;
let highestInDoubt: bool = false;
/** Whether the last search says nothing, since flash did not give all records. */
let readFailed: bool = false;

/** Adds how far the search is to the sum that is over all tasks of a window. */
export function addFind(sum: u32): u32 {
  const flags = u32(passedDoubt) | (u32(passedRecord) << 1) | (u32(highestInDoubt) << 2) | (u32(readFailed) << 3);
  return add(add(add(add(sum, start ^ flags), left), highest), highestPlace);
}

export function journalReadFailed(): bool {
  return readFailed;
}

/** Whether it is known where the record that holds lies, or that there is none. */
export function journalIsKnown(area: u32): bool {
  return knownJournal(area).isKnown != 0;
}

/** Where the record that holds lies; NOT_FOUND without one. */
export function journalPlace(area: u32): u32 {
  return knownJournal(area).place - 1;
}

/** The sequence of the record that holds; 0 without one. */
export function journalSequence(area: u32): u32 {
  return knownJournal(area).sequence;
}

/** Takes up where the record that holds lies (a place is an offset and 1). */
export function journalMoves(area: u32, place: u32, sequence: u32): void {
  const known = knownJournal(area);
  known.isKnown = 1;
  known.place = place;
  known.sequence = sequence;
}

export function findBegin(area: u32, bytes: u32): void {
  knownJournal(area).isKnown = 0;
  readFailed = false;
  highest = 0;
  highestPlace = 0;
  highestInDoubt = false;
  beginSector(0, sectorBytes(area) / journalStride(bytes));
}

function beginSector(at: u32, strides: u32): void {
  start = at;
  left = strides;
  passedDoubt = false;
  passedRecord = false;
}

/**
 * Looks at up to `strides` strides more, and at no more than one record. Gives MORE; DONE when it is known which record holds; or
 * FLASH_FAILED.
 */
export function findStep(area: u32, magic: u32, bytes: u32, strides: u32): u32 {
  const kind = lookBack(area, magic, bytes, strides, passedRecord ? highest : 0);
  if (kind == STRIDE_UNREAD) {
    readFailed = true;
    return FLASH_FAILED;
  }
  let isOver = left == 0;
  if (kind == STRIDE_HOLDS) {
    const sequence = sequenceOf(RECORD_LOCATION);
    if (sequence > highest) takeHighest(sequence, bytes);
    passedRecord = true;
    isOver = isOver || headSays(area, start, magic, sequence - left);
  }
  if (!isOver) return MORE;
  const next = sectorAfter(area, start);
  if (next != 0) {
    beginSector(next, sectorBytes(area) / journalStride(bytes));
    return MORE;
  }
  journalMoves(area, highestPlace, highest);
  return DONE;
}

/** Takes up the record at RECORD_LOCATION, of the stride looked at last. */
function takeHighest(sequence: u32, bytes: u32): void {
  highest = sequence;
  highestPlace = start + left * journalStride(bytes) + 1;
  highestInDoubt = passedDoubt;
  copyBytes(READ_BACK_LOCATION, RECORD_LOCATION, bytes);
}

/** Looks back in the sector until a stride is not empty. Gives what it is; STRIDE_EMPTY after so many strides, or when none is left. */
function lookBack(area: u32, magic: u32, bytes: u32, strides: u32, least: u32): u32 {
  const step = journalStride(bytes);
  for (let i: u32 = 0; i < strides && left > 0; i++) {
    left--;
    let kind = strideKind(area, start + left * step, magic, bytes, least);
    // Before a whole sector counts as empty, and is erased as such, its first stride is read once more.
    if (kind == STRIDE_EMPTY && left == 0 && least == 0) kind = strideKind(area, start, magic, bytes, 0);
    if (kind == STRIDE_EMPTY) continue;
    if (kind == STRIDE_IN_DOUBT) passedDoubt = true;
    return kind;
  }
  return STRIDE_EMPTY;
}

/**
 * At boot: finds the record that holds and leaves it at RECORD_LOCATION. Gives its sequence; 0 when there is none, or when flash failed,
 * which journalReadFailed tells apart.
 */
export function journalFind(area: u32, magic: u32, bytes: u32): u32 {
  findBegin(area, bytes);
  // A stride a step: so many are all there are.
  let result = MORE;
  for (let strides = areaBytes(area) / journalStride(bytes); strides > 0 && result == MORE; strides--) {
    result = findStep(area, magic, bytes, 1);
  }
  readFailed = result != DONE;
  if (readFailed || highest == 0) return 0;
  // Not read again: it may read differently then, and what was whole once is what was meant.
  copyBytes(RECORD_LOCATION, READ_BACK_LOCATION, bytes);
  return highest;
}

/**
 * At boot, right after journalFind: whether what the journal says stays what it says, even if a stride should read differently tomorrow:
 * the record before the one that holds says the same, and no stride behind that one is in doubt. The first state record is burned before
 * the device runs, and firm. So is what flash does not give: nothing is written over it.
 */
export function journalIsFirm(area: u32, magic: u32, bytes: u32): bool {
  const sequence = journalSequence(area);
  const at = journalPlace(area);
  if (!journalIsKnown(area) || sequence == 0) return true;
  copyBytes(CONTENT_LOCATION, RECORD_LOCATION, bytes);
  if (highestInDoubt || strideIsInDoubt(area, at, magic, bytes)) return readFailed;
  if (sequence == 1 && area == AREA_STATE) return true;
  if (!recordBefore(area, at, magic, bytes)) return readFailed;
  return sameBytes(RECORD_LOCATION + SAYS_OFFSET, CONTENT_LOCATION + SAYS_OFFSET, bytes - SAYS_OFFSET - CHECKSUM_BYTES);
}

/** Whether a stride behind the record at `at` is neither erased nor an older record: one that could turn out to be above it. */
function strideIsInDoubt(area: u32, at: u32, magic: u32, bytes: u32): bool {
  const step = journalStride(bytes);
  const end = sectorStart(area, at) + sectorBytes(area);
  let offset = at + step;
  for (let i: u32 = 0; i < STRIDES_LOOKED_AT && offset + step <= end; i++) {
    if (!isErased(area, offset, step)) return true;
    offset += step;
  }
  if (at + 2 * step <= end) return false;
  const next = sectorAfter(area, at);
  return !isErased(area, next, step) && strideKind(area, next, magic, bytes, 0) != STRIDE_HOLDS;
}

/** Whether there is a whole record before the one at `at`, the nearest by its sequence; it is then at RECORD_LOCATION. */
function recordBefore(area: u32, at: u32, magic: u32, bytes: u32): bool {
  const step = journalStride(bytes);
  beginSector(sectorStart(area, at), (at % sectorBytes(area)) / step);
  if (holdsBefore(area, magic, bytes)) return true;
  let before: u32 = 0;
  let next = sectorAfter(area, at);
  for (let others = areaBytes(area) / sectorBytes(area) - 1; others > 0 && !readFailed; others--, next = sectorAfter(area, next)) {
    beginSector(next, sectorBytes(area) / step);
    if (!holdsBefore(area, magic, bytes) || sequenceOf(RECORD_LOCATION) <= before) continue;
    before = sequenceOf(RECORD_LOCATION);
    copyBytes(READ_BACK_LOCATION, RECORD_LOCATION, bytes);
  }
  if (before != 0) copyBytes(RECORD_LOCATION, READ_BACK_LOCATION, bytes);
  return before != 0 && !readFailed;
}

/** Whether a record stands before `left` in the sector; the last one is then at RECORD_LOCATION. */
function holdsBefore(area: u32, magic: u32, bytes: u32): bool {
  for (let strides = left; strides > 0; strides--) {
    const kind = lookBack(area, magic, bytes, 1, 0);
    if (kind == STRIDE_UNREAD) readFailed = true;
    if (kind == STRIDE_HOLDS || kind == STRIDE_UNREAD) return kind == STRIDE_HOLDS;
  }
  return false;
}
