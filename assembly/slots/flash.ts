/** Erase and program, counted, and believed only after reading back. */
import { sameBytes } from '../bytes';
import { DONE, FLASH_FAILED, PAGE_BYTES, READ_BACK_LOCATION } from '../format';
import { erasedByte, flashErase, flashProgram, flashRead, sectorBytes } from '../port';
import { MORE } from '../refusal';
import { spend, spendAll } from '../work';

/** Not a refusal: what was programmed does not read back, and may read differently tomorrow. */
export const FLASH_DOUBTFUL: u32 = 0xfffffffe;

/** Pages read back in a step, and what they take at most, in cycles of an RP2040. */
const PAGES_A_STEP: u32 = 3;
const PAGES_CYCLES: u32 = 66000;

let erases: u32 = 0;
let programs: u32 = 0;
/** How far a sector is read that is looked at in steps. */
let lookedAt: u32 = 0;

/** Erase operations since boot. */
export function eraseCount(): u32 {
  return erases;
}

/** Program operations since boot. */
export function programCount(): u32 {
  return programs;
}

/** Whether `bytes` (at most a page, a multiple of 4) from `offset` on are erased. */
export function isErased(area: u32, offset: u32, bytes: u32): bool {
  const erased = erasedByte() * 0x01010101;
  if (flashRead(area, offset, u32(READ_BACK_LOCATION), bytes) != 0) return false;
  for (let i: u32 = 0; i < bytes; i += 4) if (load<u32>(READ_BACK_LOCATION + i) != erased) return false;
  return true;
}

/** Begins to look in steps whether a sector is erased. */
export function lookBegin(): void {
  lookedAt = 0;
}

/** Erases one sector, which then is looked at in steps. Gives DONE or FLASH_FAILED. */
export function eraseBegin(area: u32, offset: u32): u32 {
  lookBegin();
  return eraseUnread(area, offset);
}

/** One bounded step: whether some pages more of the sector are erased. Gives MORE, DONE or FLASH_FAILED. */
export function lookStep(area: u32, offset: u32): u32 {
  spend(PAGES_CYCLES);
  for (let i: u32 = 0; i < PAGES_A_STEP && lookedAt < sectorBytes(area); i++) {
    if (!isErased(area, offset + lookedAt, PAGE_BYTES)) return FLASH_FAILED;
    lookedAt += PAGE_BYTES;
  }
  return lookedAt < sectorBytes(area) ? MORE : DONE;
}

/** How far the sector at hand is looked at: a multiple of a page. */
export function looked(): u32 {
  return lookedAt;
}

/** Erases one sector, for who need not know whether it is erased then. Gives DONE or FLASH_FAILED. */
export function eraseUnread(area: u32, offset: u32): u32 {
  erases++;
  spendAll();
  return flashErase(area, offset) == 0 ? DONE : FLASH_FAILED;
}

/** Programs `bytes` (whole units, at most a page) and compares. Gives DONE or FLASH_FAILED. */
export function programVerified(area: u32, offset: u32, source: usize, bytes: u32): u32 {
  return programOnce(area, offset, source, bytes) == DONE ? DONE : FLASH_FAILED;
}

/** The same, telling what was not done, FLASH_FAILED, from what was and does not read back: FLASH_DOUBTFUL. */
export function programOnce(area: u32, offset: u32, source: usize, bytes: u32): u32 {
  programs++;
  spendAll();
  if (flashProgram(area, offset, u32(source), bytes) != 0) return FLASH_FAILED;
  if (flashRead(area, offset, u32(READ_BACK_LOCATION), bytes) != 0) return FLASH_DOUBTFUL;
  return sameBytes(READ_BACK_LOCATION, source, bytes) ? DONE : FLASH_DOUBTFUL;
}
