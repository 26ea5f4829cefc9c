/** Erase and program, counted, and believed only after reading back. */
import { DONE, FLASH_FAILED, PAGE_BYTES, READ_BACK_LOCATION } from '../format';
import { erasedByte, flashErase, flashProgram, flashRead, sectorBytes } from '../port';
import { spendAll } from '../work';

/** Not a refusal: what was programmed does not read back, and may read differently tomorrow. */
export const FLASH_DOUBTFUL: u32 = 0xfffffffe;

let erases: u32 = 0;
let programs: u32 = 0;

/** Erase operations since boot. */
export function eraseCount(): u32 {
  return erases;
}

/** Program operations since boot. */
export function programCount(): u32 {
  return programs;
}

/** Whether every byte of the page at `offset` is erased. */
export function pageIsErased(area: u32, offset: u32): bool {
  const erased = erasedByte() * 0x01010101;
  if (flashRead(area, offset, u32(READ_BACK_LOCATION), PAGE_BYTES) != 0) return false;
  for (let i: u32 = 0; i < PAGE_BYTES; i += 4) if (load<u32>(READ_BACK_LOCATION + i) != erased) return false;
  return true;
}

/** Whether every byte of the sector at `offset` is erased. */
function sectorIsErased(area: u32, offset: u32): bool {
  for (let page: u32 = 0; page < sectorBytes(); page += PAGE_BYTES) if (!pageIsErased(area, offset + page)) return false;
  return true;
}

/** Erases one sector, unless it reads as erased. Gives DONE or FLASH_FAILED. */
export function eraseSector(area: u32, offset: u32): u32 {
  return sectorIsErased(area, offset) ? DONE : eraseAnyway(area, offset);
}

/** Erases one sector: an erase that power ended may read as whole today and not tomorrow. Gives DONE or FLASH_FAILED. */
export function eraseAnyway(area: u32, offset: u32): u32 {
  erases++;
  spendAll();
  if (flashErase(area, offset) != 0) return FLASH_FAILED;
  return sectorIsErased(area, offset) ? DONE : FLASH_FAILED;
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
  return memory.compare(READ_BACK_LOCATION, source, bytes) == 0 ? DONE : FLASH_DOUBTFUL;
}
