/** The running edition: copied from its slot to the arena, laid out for check. scan.ts watches it ever after. */
import {
  ACTIVE_LOCATION, ARENA_BYTES, ARENA_LOCATION, BODY_CHECKED_FROM, BODY_CHECKSUM, DONE, FLASH_FAILED, IMAGE_HEADER_BYTES, PAGE_BYTES,
} from '../format';
import { Edition, edition, isVerified } from '../admit/edition';
import { Examination, examination } from '../admit/examination';
import { examineBody, layOut } from '../admit/layout';
import { readPiece, readerBegin } from '../admit/reader';
import { active } from '../check/active';
import { CRC_START, crcOf, crcWord } from '../digest/crc32c';
import { add } from '../digest/sum';
import { MORE } from '../refusal';
import { spend } from '../work';
import { LAYOUT_BEGIN, LAYOUT_END, arenaHolds, arenaIs, unload } from './arena';
import { scanBegin } from './scan';

/** What a step takes at most, in cycles of an RP2040. */
const LOAD_CYCLES: u32 = 12000;

let loadSlot: u32 = 0;
let loadAt: u32 = 0;
let loadCrc: u32 = CRC_START;

/** Adds how far the load is to the sum that is over all tasks of a window. */
export function addLoad(sum: u32): u32 {
  return add(add(add(sum, loadSlot), loadAt), loadCrc);
}

/** Begins to copy the verified edition of `slot`; from here on the arena answers nothing. */
export function loadBegin(slot: u32): void {
  unload();
  loadSlot = slot;
  loadAt = 0;
}

/** Copies up to a page. Gives MORE, DONE or the refusal. */
export function loadStep(): u32 {
  spend(LOAD_CYCLES);
  const image = examination();
  const known = edition(loadSlot);
  if (!isVerified(known) || known.residentBytes > ARENA_BYTES) return FLASH_FAILED;
  if (loadAt == 0) {
    loadCrc = CRC_START;
    readerBegin(image, loadSlot);
  }
  const left = known.residentBytes - loadAt;
  const end = loadAt + readPiece(image, IMAGE_HEADER_BYTES + loadAt, ARENA_LOCATION + loadAt, min(left, PAGE_BYTES));
  if (image.readFailed) return FLASH_FAILED;
  for (let at = max(loadAt, BODY_CHECKED_FROM); at < end; at += 4) loadCrc = crcWord(loadCrc, load<u32>(ARENA_LOCATION + at));
  loadAt = end;
  return loadAt < known.residentBytes ? MORE : loadEnd(image, known);
}

/** Takes the edition up that stands in the arena since it was examined there: boot. Gives DONE or the refusal. */
export function loadExamined(slot: u32): u32 {
  const image = examination();
  const known = edition(slot);
  loadBegin(slot);
  if (!isVerified(known) || image.slot != slot || image.keptBytes < known.residentBytes) return FLASH_FAILED;
  loadCrc = image.crc;
  return loadEnd(image, known);
}

/** What was copied is believed only when its checksum is right in RAM and its header is the one that was examined. */
function loadEnd(image: Examination, known: Edition): u32 {
  if (!arenaIs(loadCrc)) return BODY_CHECKSUM;
  const refusal = examineBody(image, known);
  if (refusal != DONE) return refusal;
  const ask = layOut(image, known, active());
  const crc = ~crcOf(ACTIVE_LOCATION + LAYOUT_BEGIN, LAYOUT_END - LAYOUT_BEGIN);
  arenaHolds(loadSlot, known.residentBytes, ask, crc);
  scanBegin();
  return DONE;
}
