/** Writes the message to send: SMP header and one CBOR map, as large as RESPONSE and no larger. A call writes one field at most. */
import {
  MESSAGE_BYTES_MAX, RESPONSE_LOCATION, SMP_HEADER_AT_BYTES, SMP_HEADER_AT_FLAGS, SMP_HEADER_AT_GROUP, SMP_HEADER_AT_ID,
  SMP_HEADER_AT_SEQUENCE, SMP_HEADER_BYTES,
} from '../format';
import { storeHalfBig } from '../bytes';

const CRC_AND_LENGTH_BYTES: u32 = 4;
const LIMIT: u32 = MESSAGE_BYTES_MAX - CRC_AND_LENGTH_BYTES;
const MAP_BEGIN: u32 = 0xbf;
const ARRAY_BEGIN: u32 = 0x9f;
const END: u32 = 0xff;
const FALSE: u32 = 0xf4;
const TRUE: u32 = 0xf5;

const MAJOR_UNSIGNED: u32 = 0 << 5;
const MAJOR_NEGATIVE: u32 = 1 << 5;
const MAJOR_BYTES: u32 = 2 << 5;
const MAJOR_TEXT: u32 = 3 << 5;

const KEY_CHARACTERS_MAX: u32 = 8;
const ARGUMENT_BYTES_MAX: u32 = 4;
/** What writeShort takes; longer ones are written by writeByte, some bytes a step. */
const SHORT_BYTES_MAX: u32 = 32;

/** Offset in RESPONSE. */
let at: u32 = 0;

/** Begins an answer; header bytes that the request decides are put in by replyEnd. */
export function replyBegin(): void {
  at = SMP_HEADER_BYTES;
  writeByte(MAP_BEGIN);
}

/** Ends the map and writes the header. Gives the bytes of the message. */
export function replyEnd(firstByte: u32, group: u32, sequence: u32, id: u32): u32 {
  writeByte(END);
  const bytes = at;
  store<u8>(RESPONSE_LOCATION, firstByte);
  store<u8>(RESPONSE_LOCATION, 0, SMP_HEADER_AT_FLAGS);
  storeHalfBig(RESPONSE_LOCATION + SMP_HEADER_AT_BYTES, bytes - SMP_HEADER_BYTES);
  storeHalfBig(RESPONSE_LOCATION + SMP_HEADER_AT_GROUP, group);
  store<u8>(RESPONSE_LOCATION, sequence, SMP_HEADER_AT_SEQUENCE);
  store<u8>(RESPONSE_LOCATION, id, SMP_HEADER_AT_ID);
  return bytes;
}

export function writeByte(byte: u32): void {
  if (at >= LIMIT) return;
  store<u8>(RESPONSE_LOCATION + at, byte);
  at++;
}

function writeHead(majorBits: u32, argument: u32): void {
  if (argument < 24) {
    writeByte(majorBits | argument);
    return;
  }
  const bytes: u32 = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 4;
  writeByte(majorBits | (bytes == 1 ? 24 : bytes == 2 ? 25 : 26));
  let rest = argument << (32 - 8 * bytes);
  for (let i: u32 = 0; i < ARGUMENT_BYTES_MAX; i++) {
    if (i == bytes) break;
    writeByte(rest >>> 24);
    rest <<= 8;
  }
}

/** A packed key (keys.ts). */
function writeKey(key: u64): void {
  writeLongKey(key, 0);
}

/** A text of at most 16 characters, those behind the first 8 in a second number: its head says how many were written behind it. */
function writeLongKey(key: u64, rest: u64): void {
  const head = at;
  writeByte(MAJOR_TEXT);
  writeCharacters(key);
  writeCharacters(rest);
  if (head < LIMIT) store<u8>(RESPONSE_LOCATION + head, MAJOR_TEXT | (at - head - 1));
}

function writeCharacters(key: u64): void {
  let rest = key;
  for (let i: u32 = 0; i < KEY_CHARACTERS_MAX; i++) {
    if (rest == 0) break;
    writeByte(u32(rest) & 0xff);
    rest >>= 8;
  }
}

export function writeUnsigned(key: u64, value: u32): void {
  writeKey(key);
  writeHead(MAJOR_UNSIGNED, value);
}

export function writeSigned(key: u64, value: i32): void {
  writeKey(key);
  if (value >= 0) writeHead(MAJOR_UNSIGNED, u32(value));
  else writeHead(MAJOR_NEGATIVE, u32(~value));
}

export function writeLongUnsigned(key: u64, rest: u64, value: u32): void {
  writeLongKey(key, rest);
  writeHead(MAJOR_UNSIGNED, value);
}

export function writeLongFlag(key: u64, rest: u64, value: bool): void {
  writeLongKey(key, rest);
  writeByte(value ? TRUE : FALSE);
}

export function writeFlag(key: u64, value: bool): void {
  writeKey(key);
  writeByte(value ? TRUE : FALSE);
}

/** A text of at most SHORT_BYTES_MAX bytes. */
export function writeText(key: u64, location: usize, bytes: u32): void {
  beginText(key, bytes);
  writeShort(location, bytes);
}

/** Bytes that a head announced, at most SHORT_BYTES_MAX. */
export function writeShort(location: usize, bytes: u32): void {
  let to = at;
  const end = min(to + bytes, LIMIT);
  for (let i: u32 = 0; i < SHORT_BYTES_MAX; i++) {
    if (to >= end) break;
    store<u8>(RESPONSE_LOCATION + to, load<u8>(location + i));
    to++;
  }
  at = to;
}

/** A text of at most 16 characters, packed as keys are. */
export function writePacked(key: u64, text: u64, rest: u64): void {
  writeKey(key);
  writeLongKey(text, rest);
}

/** A number in a list. */
export function writeItem(value: u32): void {
  writeHead(MAJOR_UNSIGNED, value);
}

/** The head of a byte string; its bytes follow, in steps of their own where they are many. */
export function beginBytes(key: u64, bytes: u32): void {
  writeKey(key);
  writeHead(MAJOR_BYTES, bytes);
}

/** The head of a text; its bytes follow likewise. */
export function beginText(key: u64, bytes: u32): void {
  writeKey(key);
  writeHead(MAJOR_TEXT, bytes);
}

export function beginLongText(key: u64, rest: u64, bytes: u32): void {
  writeLongKey(key, rest);
  writeHead(MAJOR_TEXT, bytes);
}

export function beginArray(key: u64): void {
  writeKey(key);
  writeByte(ARRAY_BEGIN);
}

export function beginMap(): void {
  writeByte(MAP_BEGIN);
}

export function beginMapAt(key: u64): void {
  writeKey(key);
  writeByte(MAP_BEGIN);
}

/** Ends what was begun last. */
export function endNested(): void {
  writeByte(END);
}
