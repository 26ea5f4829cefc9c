/** Writes the message to send: SMP header and one CBOR map, as large as RESPONSE and no larger. */
import { MESSAGE_BYTES_MAX } from '../limits';
import { RESPONSE_LOCATION } from '../memory';
import { storeHalfBig } from '../bytes';
import { HEADER_BYTES } from './receive';

const CRC_AND_LENGTH_BYTES: u32 = 4;
const LIMIT: usize = RESPONSE_LOCATION + MESSAGE_BYTES_MAX - CRC_AND_LENGTH_BYTES;
const MAP_BEGIN: u32 = 0xbf;
const ARRAY_BEGIN: u32 = 0x9f;
const END: u32 = 0xff;
const FALSE: u32 = 0xf4;
const TRUE: u32 = 0xf5;

const MAJOR_UNSIGNED: u32 = 0 << 5;
const MAJOR_NEGATIVE: u32 = 1 << 5;
const MAJOR_BYTES: u32 = 2 << 5;
const MAJOR_TEXT: u32 = 3 << 5;

let at: usize = RESPONSE_LOCATION;

/** Begins an answer; header bytes that the request decides are put in by replyEnd. */
export function replyBegin(): void {
  at = RESPONSE_LOCATION + HEADER_BYTES;
  writeByte(MAP_BEGIN);
}

/** Ends the map and writes the header. Gives the bytes of the message. */
export function replyEnd(firstByte: u32, group: u32, sequence: u32, id: u32): u32 {
  writeByte(END);
  const bytes = u32(at - RESPONSE_LOCATION);
  store<u8>(RESPONSE_LOCATION, firstByte);
  store<u8>(RESPONSE_LOCATION, 0, 1);
  storeHalfBig(RESPONSE_LOCATION + 2, bytes - HEADER_BYTES);
  storeHalfBig(RESPONSE_LOCATION + 4, group);
  store<u8>(RESPONSE_LOCATION, sequence, 6);
  store<u8>(RESPONSE_LOCATION, id, 7);
  return bytes;
}

function writeByte(byte: u32): void {
  if (at >= LIMIT) return;
  store<u8>(at, byte);
  at++;
}

function writeHead(majorBits: u32, argument: u32): void {
  if (argument < 24) {
    writeByte(majorBits | argument);
    return;
  }
  const bytes: u32 = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 4;
  writeByte(majorBits | (bytes == 1 ? 24 : bytes == 2 ? 25 : 26));
  for (let shift = bytes * 8; shift > 0; shift -= 8) writeByte((argument >>> (shift - 8)) & 0xff);
}

/** A packed key (keys.ts). */
function writeKey(key: u64): void {
  writeHead(MAJOR_TEXT, charactersOf(key));
  writeCharacters(key);
}

/** A key of more than 8 bytes, the rest in a second number. */
function writeLongKey(key: u64, rest: u64): void {
  writeHead(MAJOR_TEXT, 8 + charactersOf(rest));
  writeCharacters(key);
  writeCharacters(rest);
}

function charactersOf(key: u64): u32 {
  return 8 - (u32(clz<u64>(key)) >>> 3);
}

function writeCharacters(key: u64): void {
  const characters = charactersOf(key);
  for (let i: u32 = 0; i < characters; i++) writeByte(u32(key >>> (8 * i)) & 0xff);
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

export function writeBytes(key: u64, location: usize, bytes: u32): void {
  writeKey(key);
  writeHead(MAJOR_BYTES, bytes);
  writeRaw(location, bytes);
}

export function writeText(key: u64, location: usize, bytes: u32): void {
  writeKey(key);
  writeHead(MAJOR_TEXT, bytes);
  writeRaw(location, bytes);
}

function writeRaw(location: usize, bytes: u32): void {
  const fits = min(bytes, u32(LIMIT - at));
  memory.copy(at, location, fits);
  at += fits;
}

/** Begins a byte string of `bytes` that the caller fills in; gives where. The caller makes sure that it fits. */
export function writeBytesInPlace(key: u64, bytes: u32): usize {
  writeKey(key);
  writeHead(MAJOR_BYTES, bytes);
  const place = at;
  at += min(bytes, u32(LIMIT - at));
  return place;
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
