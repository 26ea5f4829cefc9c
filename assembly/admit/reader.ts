/**
 * Reads an image from its slot, a page at a time, and remembers the page: an image is examined where it lies, not in RAM.
 * A read that fails or leaves the slot gives 0 and is remembered, so that callers can look once at the end of a step.
 */
import { IMAGE_HEADER_BYTES, PAGE_BYTES, PAGE_CACHE_LOCATION } from '../format';
import { areaBytes, flashRead } from '../port';
import { Examination } from './examination';

const NO_PAGE: u32 = 0xffffffff;

/** Begins to read the image in `slot`, and forgets what was read, since flash may have changed. */
export function readerBegin(image: Examination, slot: u32): void {
  image.slot = slot;
  image.page = NO_PAGE;
  image.readFailed = false;
}

/** Makes the page that holds `offset` present; gives its place in memory. Areas are whole pages long (geometryHolds). */
function pageOf(image: Examination, offset: u32): usize {
  const page = offset & ~(PAGE_BYTES - 1);
  if (page != image.page) {
    image.page = NO_PAGE;
    if (offset >= areaBytes(image.slot) || flashRead(image.slot, page, u32(PAGE_CACHE_LOCATION), PAGE_BYTES) != 0) {
      memory.fill(PAGE_CACHE_LOCATION, 0, PAGE_BYTES);
      image.readFailed = true;
      return PAGE_CACHE_LOCATION;
    }
    image.page = page;
  }
  return PAGE_CACHE_LOCATION;
}

export function readByte(image: Examination, offset: u32): u32 {
  return load<u8>(pageOf(image, offset) + (offset & (PAGE_BYTES - 1)));
}

/** A little-endian word at an offset that is a multiple of 4. */
export function readWord(image: Examination, offset: u32): u32 {
  return load<u32>(pageOf(image, offset) + (offset & (PAGE_BYTES - 4)));
}

/** A word of the body at an offset that is a multiple of 4. */
export function bodyWord(image: Examination, offset: u32): u32 {
  return readWord(image, IMAGE_HEADER_BYTES + offset);
}

/** Copies up to the end of the page that holds `offset`, at most `bytes`; gives how many. */
export function readPiece(image: Examination, offset: u32, destination: usize, bytes: u32): u32 {
  const within = offset & (PAGE_BYTES - 1);
  const piece = min(bytes, PAGE_BYTES - within);
  memory.copy(destination, pageOf(image, offset) + within, piece);
  return piece;
}
