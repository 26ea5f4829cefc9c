/**
 * Journals: small records in flash, one after the other over two or more sectors; the whole one with the highest sequence holds.
 * docs/SPEC.md section 5.
 *
 * Power that goes while a record is written leaves a stride whose bits may read differently each time: no record today, a whole one
 * tomorrow. So the sequence counts strides, not records: a new record stands above every stride that is not erased, whatever that may
 * turn out to say. A journal that flash did not give is trouble, since the record that holds may be there: nothing is written then.
 */
import { DONE, FLASH_FAILED, PAGE_BYTES } from '../format';
import { sectorBytes } from '../port';
import { MORE } from '../refusal';
import { journalIsKnown, journalMoves, journalPlace, journalSequence } from './find';
import { FLASH_DOUBTFUL, eraseUnread, isErased, programOnce } from './flash';
import { NOT_FOUND, journalStride, layRecord, sectorAfter, sectorStart } from './records';
import { ROOM_ERASED, ROOM_FAILED, ROOM_UNKNOWN, makeRoomAtOnce, room, roomFrom, setRoom } from './room';

/** How often a start makes room for one record: for want of room that was there, and of a sector that was erased. */
const TRIES_AT_START: u32 = 3;
/** Strides that may be no good in one append: not erased after all, or not read back. */
const DOUBTFUL_MAX: u32 = 2;

// The append at hand: the stride that was used last (NOT_FOUND: none), its sequence, and the stride that comes next.
let at: u32 = NOT_FOUND;
let sequence: u32 = 0;
let next: u32 = 0;
/** Whether that holds, so that it can go on. */
let goesOn: bool = false;
/** Whether the append ended for want of an erased stride. */
let ranOut: bool = false;
/** Whether the device starts, and nothing answers yet. */
let starts: bool = false;

/** Begins or ends what is done at once: while the device starts, room for a record is made when it is appended. */
export function journalsStart(begins: bool): void {
  starts = begins;
}

/**
 * Appends what stands at CONTENT_LOCATION (from its ninth byte on) with magic, sequence and checksum, `copies` times, each read back. A
 * stride that does not read back is left behind, and the record goes to the next. To be called once journalHasRoom says so, but while the
 * device starts, when room is made here. Gives DONE once one copy stands; MORE when nothing stands, and room must be made once more, never
 * while the device starts; or FLASH_FAILED: then it may stand there, or not.
 */
export function journalAppend(area: u32, magic: u32, bytes: u32, copies: u32): u32 {
  for (let tries: u32 = TRIES_AT_START; tries > 0; tries--) {
    journalPrepare(area, magic, bytes, copies);
    const result = appendHere(area, magic, bytes, copies);
    if (!starts || result != MORE) return result;
  }
  return FLASH_FAILED;
}

/** While the device starts: makes room for what is appended next, so that it is known what it stands behind. */
export function journalPrepare(area: u32, magic: u32, bytes: u32, copies: u32): void {
  if (starts) makeRoomAtOnce(area, magic, bytes, copies);
}

function appendHere(area: u32, magic: u32, bytes: u32, copies: u32): u32 {
  const is = room(area);
  at = journalPlace(area);
  sequence = journalSequence(area);
  next = roomFrom(area);
  goesOn = journalIsKnown(area) && is != ROOM_UNKNOWN && is != ROOM_FAILED && nextIsRight(area, journalStride(bytes));
  const written = goesOn ? append(area, magic, bytes, copies, false) : 0;
  // A sector that was erased for the next record, and not used yet, still waits.
  const waits = written > 0 && is >= ROOM_ERASED && sectorStart(area, at) != is - ROOM_ERASED;
  setRoom(area, waits ? is : ROOM_UNKNOWN, next);
  if (written > 0) return DONE;
  return goesOn && ranOut && is < ROOM_ERASED ? MORE : FLASH_FAILED;
}

/**
 * After an append that failed: goes on behind it with what stands at CONTENT_LOCATION now, so that this stands above what may stand there.
 * A sector is erased for it and not looked at, since there is no other slice to do that in.
 */
export function journalAppendAbove(area: u32, magic: u32, bytes: u32, copies: u32): void {
  if (goesOn) append(area, magic, bytes, copies, true);
  goesOn = false;
}

/** Whether the next stride is one behind that used last, in its sector or at the end of that: its place may have waited for long. */
function nextIsRight(area: u32, step: u32): bool {
  const start: u32 = at == NOT_FOUND ? 0 : sectorStart(area, at);
  const least: u32 = at == NOT_FOUND ? 0 : at + step;
  return next >= least && next <= start + sectorBytes(area) && (next - start) % step == 0;
}

/** Gives how many copies stand. */
function append(area: u32, magic: u32, bytes: u32, copies: u32, erases: bool): u32 {
  const step = journalStride(bytes);
  let written: u32 = 0;
  ranOut = false;
  for (let i: u32 = 0; i < copies + DOUBTFUL_MAX && written < copies; i++) {
    if (!takeStride(area, step, erases)) break;
    if (!isErased(area, at, step)) continue;
    const result = programOnce(area, at, layRecord(magic, sequence, bytes), step);
    if (result == DONE) {
      journalMoves(area, at + 1, sequence);
      written++;
    } else if (result != FLASH_DOUBTFUL) {
      break;
    }
  }
  return written;
}

/** Takes the next stride, with its number. Gives false when there is none, or no number above. */
function takeStride(area: u32, step: u32, erases: bool): bool {
  const start: u32 = at == NOT_FOUND ? 0 : sectorStart(area, at);
  const strides = sectorBytes(area) / step;
  let passed = at == NOT_FOUND ? next / step + 1 : (next - at) / step;
  if (next + step > start + sectorBytes(area)) {
    next = nextSector(area, start, erases);
    ranOut = next == NOT_FOUND;
    if (ranOut) return false;
    passed = strides - (at - start) / step;
  }
  if (sequence + passed < sequence) return false;
  sequence += passed;
  at = next;
  next += step;
  return true;
}

/**
 * The sector after that at `start`, erased: in steps before, or now, where it is no larger than a page, or must be. Never the one with the
 * record that holds. NOT_FOUND when that cannot be.
 */
function nextSector(area: u32, start: u32, erases: bool): u32 {
  const after = sectorAfter(area, start);
  if (room(area) == ROOM_ERASED + after) return after;
  const holds = journalPlace(area);
  if (holds != NOT_FOUND && sectorStart(area, holds) == after) return NOT_FOUND;
  return (erases || sectorBytes(area) == PAGE_BYTES) && eraseUnread(area, after) == DONE ? after : NOT_FOUND;
}
