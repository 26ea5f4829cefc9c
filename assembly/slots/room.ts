/**
 * Room for what is appended next, made in bounded steps before it is written: strides that are erased behind the record that holds, or the
 * next sector, erased for it.
 *
 *     search (only what boot could not read) ──▶ look at strides behind ──▶ they fit
 *                                                       └──▶ erase the next sector, look at it ──▶ erased
 */
import { AREAS, AREA_OUTCOME, AREA_STATE, AREA_TOKENS, DONE } from '../format';
import { add } from '../digest/sum';
import { areaBytes, sectorBytes } from '../port';
import { MORE } from '../refusal';
import { spend } from '../work';
import { addFind, findBegin, findStep, journalIsKnown, journalPlace } from './find';
import { eraseBegin, isErased, lookBegin, lookStep, looked } from './flash';
import { NOT_FOUND, STRIDE_UNREAD, journalStride, sectorAfter, sectorStart, strideKind } from './records';

// What is known of the room of a journal: nothing; that the next record fits in the sector at hand; that flash gives none; or, plus the
// place of a sector, that this was erased for it.
export const ROOM_UNKNOWN: u32 = 0;
const ROOM_FITS: u32 = 1;
export const ROOM_FAILED: u32 = 2;
export const ROOM_ERASED: u32 = 3;

/** A word each of what is known, and of the stride that the next record goes to. */
const ROOMS: usize = memory.data(AREAS * 8, 4);

/** Strides that a step of the search looks at by their heads, besides one record; and strides that a step reads whole. What those take. */
const HEADS_A_STEP: u32 = 32;
const STRIDES_A_STEP: u32 = 3;
/** At once: a step for every so many bytes of a journal, which are fewer than a step is about, and some around. */
const BYTES_A_STEP: u32 = 32;
const STEPS_AROUND: u32 = 8;
const STEP_CYCLES: u32 = 75000;

// What is done towards room for the journal at hand.
const IDLE: u32 = 0;
const SEARCHES: u32 = 1;
const LOOKS: u32 = 2;
const ERASES: u32 = 3;

let does: u32 = IDLE;
/** The stride that is looked at next; where the erased ones before it begin, and how many those are. */
let lookAt: u32 = 0;
let runAt: u32 = 0;
let run: u32 = 0;
/** The sector that is erased; whether it is only looked at, and those before it too. */
let roomAt: u32 = 0;
let onlyLooks: bool = false;
let forAll: bool = false;

// @ts-ignore: decorator
@inline
export function room(area: u32): u32 {
  return load<u32>(placeOf(area));
}

/** The stride that the next record goes to, if it is erased. */
// @ts-ignore: decorator
@inline
export function roomFrom(area: u32): u32 {
  return load<u32>(placeOf(area), 4);
}

export function setRoom(area: u32, is: u32, from: u32): void {
  store<u32>(placeOf(area), is);
  store<u32>(placeOf(area), from, 4);
}

// @ts-ignore: decorator
@inline
function placeOf(area: u32): usize {
  return ROOMS + (min(area, AREAS - 1) << 3);
}

/** Adds what is known of the room of all journals to the sum over all tasks of a window; places are multiples of 16. */
export function addRoom(sum: u32): u32 {
  const are = room(AREA_STATE) ^ room(AREA_TOKENS) ^ room(AREA_OUTCOME);
  const from = roomFrom(AREA_STATE) ^ roomFrom(AREA_TOKENS) ^ roomFrom(AREA_OUTCOME);
  const looks = lookAt | run | (u32(onlyLooks) << 2) | (u32(forAll) << 3);
  sum = add(add(sum, are ^ from ^ runAt), (looked() | does) ^ roomAt ^ looks);
  return does == SEARCHES ? addFind(sum) : sum;
}

/** Forgets what was being done towards room: it is begun anew. */
export function forgetRoom(): void {
  does = IDLE;
}

/**
 * Whether `copies` of the next record can be appended without an erase; if not, takes a bounded step towards it. Where flash fails it says
 * so too, since the append tells what is wrong.
 */
export function journalHasRoom(area: u32, magic: u32, bytes: u32, copies: u32): bool {
  return hasRoom(area, magic, bytes, copies, HEADS_A_STEP);
}

/** While the device starts: makes that room, in as many steps as it takes. */
export function makeRoomAtOnce(area: u32, magic: u32, bytes: u32, copies: u32): void {
  let left = STEPS_AROUND + areaBytes(area) / BYTES_A_STEP;
  while (left > 0 && !hasRoom(area, magic, bytes, copies, 1)) left--;
}

function hasRoom(area: u32, magic: u32, bytes: u32, copies: u32, heads: u32): bool {
  if (room(area) != ROOM_UNKNOWN) return true;
  if (does == IDLE) begin(area, bytes);
  switch (does) {
    case SEARCHES: search(area, magic, bytes, heads); break;
    case LOOKS: look(area, magic, bytes, copies); break;
    default: makeRoom(area);
  }
  return false;
}

function begin(area: u32, bytes: u32): void {
  if (journalIsKnown(area)) {
    beginLook(area, bytes);
  } else {
    does = SEARCHES;
    findBegin(area, bytes);
  }
}

function end(area: u32, is: u32): void {
  does = IDLE;
  setRoom(area, is, runAt);
}

function search(area: u32, magic: u32, bytes: u32, heads: u32): void {
  spend(STEP_CYCLES);
  const result = findStep(area, magic, bytes, heads);
  if (result == DONE) beginLook(area, bytes);
  else if (result != MORE) end(area, ROOM_FAILED);
}

/** Without any record, what the journal holds is of no number that is known: all of it goes. */
function beginLook(area: u32, bytes: u32): void {
  const at = journalPlace(area);
  forAll = at == NOT_FOUND;
  lookAt = forAll ? 0 : at + journalStride(bytes);
  runAt = lookAt;
  run = 0;
  does = LOOKS;
  if (forAll) beginRoom(area, areaBytes(area) - sectorBytes(area));
}

/**
 * Looks for so many strides that are erased, one after the other. Where the sector ends before, the next one is needed too; but where flash
 * does not give the record that holds, it may have given no stride before, and nothing is erased.
 */
function look(area: u32, magic: u32, bytes: u32, copies: u32): void {
  spend(STEP_CYCLES);
  const step = journalStride(bytes);
  const sectorEnd = sectorStart(area, journalPlace(area)) + sectorBytes(area);
  for (let i: u32 = 0; i < STRIDES_A_STEP && run < copies && lookAt + step <= sectorEnd; i++) {
    const isFree = isErased(area, lookAt, step);
    lookAt += step;
    run = isFree ? run + 1 : 0;
    if (!isFree) runAt = lookAt;
  }
  if (run >= copies) {
    end(area, ROOM_FITS);
  } else if (lookAt + step > sectorEnd) {
    if (strideKind(area, journalPlace(area), magic, bytes, 0) == STRIDE_UNREAD) end(area, ROOM_FAILED);
    else beginRoom(area, sectorAfter(area, journalPlace(area)));
  }
}

/** Begins with a sector: without any record, those behind the first are erased only where they are not. */
function beginRoom(area: u32, at: u32): void {
  roomAt = at;
  does = ERASES;
  onlyLooks = forAll && at > 0;
  if (onlyLooks) lookBegin();
  else if (eraseBegin(area, at) != DONE) end(area, ROOM_FAILED);
}

function makeRoom(area: u32): void {
  const result = lookStep(area, roomAt);
  if (result == MORE) return;
  if (result != DONE && onlyLooks) {
    onlyLooks = false;
    if (eraseBegin(area, roomAt) != DONE) end(area, ROOM_FAILED);
  } else if (result == DONE && forAll && roomAt > 0) {
    beginRoom(area, roomAt - sectorBytes(area));
  } else {
    end(area, result == DONE ? ROOM_ERASED + roomAt : ROOM_FAILED);
  }
}
