/**
 * Texts that people read, wherever they stand in flash: UTF-8 as the standard has it (no overlong form, no surrogate, nothing beyond
 * U+10FFFF), without control characters. The host reads by the same rule: host/body/text.ts. docs/SPEC.md section 2.6.
 */
import { Examination } from './examination';
import { readByte } from './reader';

const CONTINUATION: u32 = 0x80;
const CONTINUATION_BITS: u32 = 6;

/** Whether the bytes from `offset` of the slot on are a text; at most 255 of them. */
export function isText(image: Examination, offset: u32, bytes: u32): bool {
  const end = offset + bytes;
  let at = offset;
  while (at < end) {
    const first = readByte(image, at);
    const length = lengthOf(first);
    if (length == 0 || length > end - at) return false;
    let character = length == 1 ? first : first & (0x7f >>> length);
    for (let i: u32 = 1; i < length; i++) {
      const next = readByte(image, at + i);
      if ((next & 0xc0) != CONTINUATION) return false;
      character = (character << CONTINUATION_BITS) | (next & 0x3f);
    }
    if (!isCharacter(character, length)) return false;
    at += length;
  }
  return true;
}

/** Whether a field of `room` bytes holds a text up to its first 0, and nothing behind that. */
export function isPaddedText(image: Examination, offset: u32, room: u32): bool {
  let bytes: u32 = 0;
  while (bytes < room && readByte(image, offset + bytes) != 0) bytes++;
  for (let at = bytes; at < room; at++) if (readByte(image, offset + at) != 0) return false;
  return isText(image, offset, bytes);
}

/** Bytes of a character that begins so; 0: none does. */
function lengthOf(first: u32): u32 {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Whether a number is a character that takes this many bytes, and no control character. */
function isCharacter(character: u32, length: u32): bool {
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return false;
  if (length < 3) return true;
  if (length == 4) return character >= 0x10000 && character <= 0x10ffff;
  return character >= 0x800 && (character < 0xd800 || character > 0xdfff);
}
