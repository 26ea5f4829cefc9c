/** The running edition: copied from its slot to the arena, laid out for check. scan.ts watches it ever after. */
import * as body from '../admit/body';
import { Edition, edition } from '../admit/edition';
import { CHECKSUM_FROM } from '../admit/examine';
import { readPiece, readerBegin, readerFailed } from '../admit/reader';
import { ASK_LINE, ASK_PHASES, NO_RUNS, active, listOf } from '../check/active';
import { CRC_START, crcOf, crcWord } from '../digest/crc32c';
import { ARENA_BYTES, CONTAINER_HEADER_BYTES, PAGE_BYTES } from '../limits';
import { ACTIVE_LOCATION, ARENA_LOCATION } from '../memory';
import { BODY_CHECKSUM, DONE, FLASH_FAILED, MORE } from '../refusal';
import { ROW_UNUSED_BITS, STATE_OUTSIDE, wordWithoutRow } from '../words';
import { LAYOUT_BEGIN, LAYOUT_END, arenaHolds, arenaIs, unload } from './arena';
import { scanBegin } from './scan';

let loadSlot: u32 = 0;
let loadAt: u32 = 0;
let loadCrc: u32 = CRC_START;

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
  const crc = ~crcOf(ACTIVE_LOCATION + LAYOUT_BEGIN, LAYOUT_END - LAYOUT_BEGIN);
  arenaHolds(loadSlot, known.residentBytes, body.phaseSteps == 0 ? ASK_LINE : ASK_PHASES, crc);
  scanBegin();
  return DONE;
}

function layOut(known: Edition): void {
  const map = active();
  map.minimum = body.minimum;
  map.lastPhase = body.period - 1;
  map.list = listOf(load<u32>(ARENA_LOCATION + body.windowsOffset + 4), body.lineSteps);
  map.words = (load<u32>(ARENA_LOCATION + body.windowsOffset + 8) >>> 2) - (<u32>1 << body.lineSteps);
  map.length = body.length;
  map.outsideWord = wordWithoutRow(STATE_OUTSIDE, body.outsideAction);
  map.phaseStarts = listOf(body.phasesOffset, body.phaseSteps);
  map.phaseEntries = (<u32>4 << body.phaseSteps) - (body.windowsOffset >>> 2);
  map.runShift = body.ruleBits == 0 ? NO_RUNS : ROW_UNUSED_BITS + body.ruleBits;
  map.ruleMask = (1 << body.ruleBits) - 1;
  map.rows = body.rowsOffset >>> 2;
  map.rules = body.rulesOffset >>> 2;
  map.keys = body.keysOffset >>> 2;
  map.epoch = known.epoch;
  map.moveLengthMax = body.moveLengthMax;
  map.moveCellsMax = body.moveCellsMax;
}
