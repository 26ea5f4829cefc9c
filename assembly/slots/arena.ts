/** The running edition: copied from its slot to the arena, laid out for check. scan.ts watches it ever after. */
import { BODY_CHECKSUM, DONE, FLASH_FAILED, MORE } from '../admit/refusal';
import * as body from '../admit/body';
import { CRC_START, crcOf, crcWord } from '../admit/crc32c';
import { Edition, edition } from '../admit/edition';
import { CHECKSUM_FROM } from '../admit/examine';
import { readPiece, readerBegin, readerFailed } from '../admit/reader';
import { ASK_LINE, ASK_NOTHING, ASK_PHASES, Active, NO_RUNS, active, listOf } from '../check/active';
import { ROW_UNUSED_BITS, STATE_OUTSIDE, wordWithoutRow } from '../check/words';
import { ARENA_BYTES, CONTAINER_HEADER_BYTES, PAGE_BYTES } from '../limits';
import { ACTIVE_LOCATION, ARENA_LOCATION } from '../memory';
import { setMapAsk } from '../window/mode';
import { scanBegin } from './scan';
import { NO_SLOT } from './state';

let loadedFrom: u32 = NO_SLOT;
let residentBytes: u32 = 0;
let loadSlot: u32 = 0;
let loadAt: u32 = 0;
let loadCrc: u32 = CRC_START;
let layoutCrc: u32 = 0;

/** What layOut wrote, as offsets in ACTIVE; the words before it change with the mode and are watched there. */
export const LAYOUT_BEGIN: u32 = offsetof<Active>('minimum');
export const LAYOUT_END: u32 = offsetof<Active>();

/** The slot whose edition stands in the arena; NO_SLOT when none does. */
export function loadedSlot(): u32 {
  return loadedFrom;
}

/** Leaves the arena without an edition: whatever the mode does, check does not ask it until a whole one is loaded. */
export function unload(): void {
  loadedFrom = NO_SLOT;
  setMapAsk(ASK_NOTHING);
}

/** Begins to copy the verified edition of `slot`; from here on the arena answers nothing. */
export function loadBegin(slot: u32): void {
  unload();
  loadSlot = slot;
  loadAt = 0;
  readerBegin();
}

/** Copies up to a page. Gives MORE, DONE or the refusal. */
export function loadStep(): u32 {
  const known = edition(loadSlot);
  if (known.verified == 0 || known.residentBytes > ARENA_BYTES) return FLASH_FAILED;
  if (loadAt == 0) loadCrc = CRC_START;
  const left = known.residentBytes - loadAt;
  const end = loadAt + readPiece(loadSlot, CONTAINER_HEADER_BYTES + loadAt, ARENA_LOCATION + loadAt, min(left, PAGE_BYTES));
  if (readerFailed()) return FLASH_FAILED;
  for (let at = max(loadAt, CHECKSUM_FROM); at < end; at += 4) loadCrc = crcWord(loadCrc, load<u32>(ARENA_LOCATION + at));
  loadAt = end;
  return loadAt < known.residentBytes ? MORE : loadEnd(known);
}

/** Copies all of it at once, for boot. Gives DONE or the refusal. */
export function loadAll(slot: u32): u32 {
  loadBegin(slot);
  let result: u32 = MORE;
  while (result == MORE) result = loadStep();
  return result;
}

/** What was copied is believed only when its checksum is right in RAM and its header is the one that was examined. */
function loadEnd(known: Edition): u32 {
  if (!arenaIs(loadCrc)) return BODY_CHECKSUM;
  const refusal = body.examineBody(loadSlot, known);
  if (refusal != DONE) return refusal;
  layOut(known);
  setMapAsk(body.phaseSteps == 0 ? ASK_LINE : ASK_PHASES);
  layoutCrc = ~crcOf(ACTIVE_LOCATION + LAYOUT_BEGIN, LAYOUT_END - LAYOUT_BEGIN);
  residentBytes = known.residentBytes;
  loadedFrom = loadSlot;
  scanBegin();
  return DONE;
}

/** Bytes of the arena that belong to the edition in it; 0 when there is none. */
export function arenaResidentBytes(): u32 {
  return loadedFrom == NO_SLOT ? 0 : min(residentBytes, ARENA_BYTES);
}

/** Whether the running checksum of what layOut wrote is still what it was then. */
export function layoutIs(crc: u32): bool {
  return crc == layoutCrc;
}

/** Whether the arena begins like a body and carries this running checksum. */
export function arenaIs(crc: u32): bool {
  return ~crc == load<u32>(ARENA_LOCATION + 4) && load<u32>(ARENA_LOCATION) == body.BODY_MAGIC;
}

function layOut(known: Edition): void {
  const map = active();
  map.minimum = body.minimum;
  map.lastPhase = body.period - 1;
  map.list = listOf(load<u32>(ARENA_LOCATION + body.windowsOffset + 4), body.lineSteps);
  map.words = (load<u32>(ARENA_LOCATION + body.windowsOffset + 8) >>> 2) - (<u32>1 << body.lineSteps);
  map.length = body.length;
  map.outsideWord = wordWithoutRow(STATE_OUTSIDE, body.outsideAction);
  map.phases = listOf(body.phasesOffset, body.phaseSteps);
  map.windows = (<u32>4 << body.phaseSteps) - (body.windowsOffset >>> 2);
  map.runShift = body.ruleBits == 0 ? NO_RUNS : ROW_UNUSED_BITS + body.ruleBits;
  map.ruleMask = (1 << body.ruleBits) - 1;
  map.rows = body.rowsOffset >>> 2;
  map.rules = body.rulesOffset >>> 2;
  map.keys = body.keysOffset >>> 2;
  map.epoch = known.epoch;
  map.moveLengthMax = body.moveLengthMax;
  map.moveCellsMax = body.moveCellsMax;
}
