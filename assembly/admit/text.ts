/**
 * Texts that people read, wherever they stand in flash: UTF-8 as the standard has it (no overlong form, no surrogate, nothing beyond
 * U+10FFFF), without control characters. The host reads by the same rule: host/body/text.ts. docs/SPEC.md section 2.6.
 */
import { Examination } from './examination';
import { readByte } from './reader';

const CONTINUATION: u32 = 0x80;
const CONTINUATION_BITS: u32 = 6;

/** How many bytes the character takes that stands at `offset` of the slot, of a text of which so many are left; 0: it is none. */
export function characterBytes(image: Examination, offset: u32, left: u32): u32 {
  const first = readByte(image, offset);
  const length = lengthOf(first);
  if (length > left) return 0;
  let character = length == 1 ? first : first & (0x7f >>> length);
  for (let i: u32 = 1; i < length; i++) {
    const next = readByte(image, offset + i);
    if ((next & 0xc0) != CONTINUATION) return 0;
    character = (character << CONTINUATION_BITS) | (next & 0x3f);
  }
  return isCharacter(character, length) ? length : 0;
}

/** Whether a field of `room` bytes holds a text up to its first 0, and nothing behind that. */
export function isPaddedText(image: Examination, offset: u32, room: u32): bool {
  let at: u32 = 0;
  while (at < room && readByte(image, offset + at) != 0) {
    const bytes = characterBytes(image, offset + at, room - at);
    if (bytes == 0) return false;
    at += bytes;
  }
  for (; at < room; at++) if (readByte(image, offset + at) != 0) return false;
  return true;
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
