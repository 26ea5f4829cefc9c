/**
 * Reads an image from its slot: an image is examined where it lies, not in RAM. Single words are read one by one, since an examination
 * goes to and fro between sections; the word that was read last is kept, for bytes that follow each other. Before anything answers, the
 * arena is free: a body that is kept there while it is digested is read from flash once.
 *
 * A read that fails or leaves the slot gives 0 and is remembered, so that callers can look once at the end of a step.
 */
import { ARENA_BYTES, ARENA_LOCATION, IMAGE_HEADER_BYTES, PAGE_BYTES } from '../format';
import { fillBytes } from '../bytes';
import { areaBytes, flashRead } from '../port';
import { spend } from '../work';
import { Examination } from './examination';

const NO_WORD: u32 = 0xffffffff;

/** What a read takes at most, in cycles of an RP2040 whose flash is read past its cache: to begin with, and a word. */
const READ_CYCLES: u32 = 250;
const READ_WORD_CYCLES: u32 = 300;

/** Begins to read the image in `slot`, and forgets what was read, since flash may have changed. */
export function readerBegin(image: Examination, slot: u32): void {
  image.slot = slot;
  image.keeps = false;
  image.keptBytes = 0;
  image.wordAt = NO_WORD;
  image.readFailed = false;
  image.reads = 0;
}

/** Reads `bytes`, at most a page, of the slot to `destination`, zeros where there is nothing to read. */
function read(image: Examination, offset: u32, destination: usize, bytes: u32): void {
  spend(READ_CYCLES + (bytes >>> 2) * READ_WORD_CYCLES);
  image.reads++;
  const end = areaBytes(image.slot);
  if (offset < end && bytes <= end - offset && flashRead(image.slot, offset, u32(destination), bytes) == 0) return;
  fillBytes(destination, 0, bytes);
  image.readFailed = true;
}

/** A little-endian word at an offset that is a multiple of 4. */
export function readWord(image: Examination, offset: u32): u32 {
  const at = offset & ~3;
  const inBody = at - IMAGE_HEADER_BYTES;
  if (inBody < image.keptBytes) return keptWord(inBody);
  if (image.wordAt != at) {
    image.wordAt = at;
    read(image, at, changetype<usize>(image) + offsetof<Examination>('word'), 4);
  }
  return image.word;
}

/** A word of the body in the arena, where all of it is. */
export function keptWord(offset: u32): u32 {
  return load<u32>(ARENA_LOCATION + (offset & (ARENA_BYTES - 4)));
}

export function readByte(image: Examination, offset: u32): u32 {
  return (readWord(image, offset) >>> ((offset & 3) << 3)) & 0xff;
}

/** A word of the body at an offset that is a multiple of 4. */
export function bodyWord(image: Examination, offset: u32): u32 {
  return readWord(image, IMAGE_HEADER_BYTES + offset);
}

/** Two words of the body that lie at a multiple of 8, read at once, to `destination`. */
export function bodyPair(image: Examination, offset: u32, destination: usize): void {
  if (offset >= image.keptBytes) return read(image, IMAGE_HEADER_BYTES + offset, destination, 8);
  store<u32>(destination, bodyWord(image, offset));
  store<u32>(destination + 4, bodyWord(image, offset + 4));
}

/** Copies at most `bytes` and at most a page; gives how many. */
export function readPiece(image: Examination, offset: u32, destination: usize, bytes: u32): u32 {
  const piece = min(bytes, PAGE_BYTES);
  read(image, offset, destination, piece);
  return piece;
}
