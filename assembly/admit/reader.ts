/**
 * Reads an image from its slot, a page at a time, and remembers the page: an image is examined where it lies, not in RAM.
 * A read that fails or leaves the slot gives 0 and is remembered, so that callers can look once at the end of a step.
 */
import { PAGE_BYTES } from '../limits';
import { PAGE_CACHE_LOCATION } from '../memory';
import { areaBytes, flashRead } from '../port';

const NO_PAGE: u32 = 0xffffffff;

let cachedArea: u32 = 0;
let cachedPage: u32 = NO_PAGE;
let failed: bool = false;

/** Forgets what was read; to be called before an examination, since flash may have changed. */
export function readerBegin(): void {
  cachedPage = NO_PAGE;
  failed = false;
}

/** Whether a read since readerBegin failed. */
export function readerFailed(): bool {
  return failed;
}

/** Makes the page that holds `offset` present; gives its place in memory. Areas are whole pages long (geometryHolds). */
function pageOf(area: u32, offset: u32): usize {
  const page = offset & ~(PAGE_BYTES - 1);
  if (page != cachedPage || area != cachedArea) {
    cachedPage = NO_PAGE;
    if (offset >= areaBytes(area) || flashRead(area, page, u32(PAGE_CACHE_LOCATION), PAGE_BYTES) != 0) {
      memory.fill(PAGE_CACHE_LOCATION, 0, PAGE_BYTES);
      failed = true;
      return PAGE_CACHE_LOCATION;
    }
    cachedPage = page;
    cachedArea = area;
  }
  return PAGE_CACHE_LOCATION;
}

export function readByte(area: u32, offset: u32): u32 {
  return load<u8>(pageOf(area, offset) + (offset & (PAGE_BYTES - 1)));
}

/** A little-endian word at an offset that is a multiple of 4. */
export function readWord(area: u32, offset: u32): u32 {
  return load<u32>(pageOf(area, offset) + (offset & (PAGE_BYTES - 4)));
}

/** Copies up to the end of the page that holds `offset`, at most `bytes`; gives how many. */
export function readPiece(area: u32, offset: u32, destination: usize, bytes: u32): u32 {
  const within = offset & (PAGE_BYTES - 1);
  const piece = min(bytes, PAGE_BYTES - within);
  memory.copy(destination, pageOf(area, offset) + within, piece);
  return piece;
}
