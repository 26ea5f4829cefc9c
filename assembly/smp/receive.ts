/**
 * From bytes to a message: console framing, base64, CRC, a piece at a time. docs/SPEC.md section 7.
 *
 *     interrupt ──▶ RECEIVE ring ──▶ lines ──▶ base64 ──▶ REQUEST: │ u16 length │ header │ CBOR │ u16 CRC │
 *
 * What is not a line of ours (logs of the application) is passed over; a damaged message is dropped without an answer, and the
 * client asks again.
 */
import {
  FRAME_FIRST, FRAME_NEXT, LINE_BYTES_MAX, MESSAGE_BYTES_MAX, RECEIVE_BYTES, RECEIVE_LOCATION, REQUEST_LOCATION, SMP_HEADER_BYTES,
} from '../format';
import { loadHalfBig } from '../bytes';
import { crc16Byte } from '../digest/crc16';

const START_FIRST: u32 = FRAME_FIRST >>> 8;
const START_SECOND: u32 = FRAME_FIRST & 0xff;
const CONTINUE_FIRST: u32 = FRAME_NEXT >>> 8;
const CONTINUE_SECOND: u32 = FRAME_NEXT & 0xff;
const LINE_FEED: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;
const EQUALS: u32 = 0x3d;
const NOT_BASE64: u32 = 64;
/** Of a group of four characters. */
const PADDING_MAX: u32 = 2;
const LENGTH_BYTES: u32 = 2;
const CRC_BYTES: u32 = 2;
/** Where in REQUEST the CBOR of a message starts. */
export const PAYLOAD_OFFSET: u32 = LENGTH_BYTES + SMP_HEADER_BYTES;

const LINE_OTHER: u32 = 0;
const LINE_AFTER_START: u32 = 1;
const LINE_AFTER_CONTINUE: u32 = 2;
const LINE_PAYLOAD: u32 = 3;

/** What a byte brought about: nothing, four characters of base64 are complete, or a line is. */
const GOES_ON: u32 = 0;
const GROUP_ENDS: u32 = 1;
const LINE_ENDS: u32 = 2;
const GROUP_CHARACTERS: u32 = 4;
/** Of a line: what its marker and its end leave. A line begins with a group, so whether it has room is asked after groups only. */
const LINE_GROUPS_MAX: u32 = (LINE_BYTES_MAX - 3) / GROUP_CHARACTERS;

/** The value of each ASCII character in base64. */
const ASCII: u32 = 128;
const VALUES: usize = memory.data<u8>([
  64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
  64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
  64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64, 64, 63,
  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64,
  64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
  15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 64,
  64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
]);

let head: u32 = 0;
let tail: u32 = 0;
let lost: u32 = 0;

let line: u32 = LINE_OTHER;
let lineGroups: u32 = 0;
/** Characters whose value is below go on with the line: all of base64 in a payload that has room and no padding yet, else none. */
let valuesEnd: u32 = 0;
let quad: u32 = 0;
let quadCharacters: u32 = 0;
let quadPadding: u32 = 0;
let collecting: bool = false;
let collected: u32 = 0;
let crc: u32 = 0;

let frames: u32 = 0;
let badCrc: u32 = 0;
let badBase64: u32 = 0;
let tooLong: u32 = 0;

/** Takes one byte; called by the receive interrupt, which alone moves `head`. A full ring loses the byte and counts it. */
export function receiveByte(byte: u32): void {
  if (head - tail >= RECEIVE_BYTES) {
    lost++;
    return;
  }
  store<u8>(RECEIVE_LOCATION + (head & (RECEIVE_BYTES - 1)), byte);
  head++;
}

export function lostCount(): u32 {
  return lost;
}

export function frameCount(): u32 {
  return frames;
}

export function badCrcCount(): u32 {
  return badCrc;
}

export function badBase64Count(): u32 {
  return badBase64;
}

export function tooLongCount(): u32 {
  return tooLong;
}

/** Whether no byte waits. */
export function receiverIsIdle(): bool {
  return tail == head;
}

/**
 * Works through what waits, at most `groups` groups of four bytes. Gives the bytes of the message when one is complete (it starts at
 * messageLocation, and stays until the next call), else 0.
 */
export function receiveMessage(groups: u32): u32 {
  for (let i: u32 = 0; i < groups; i++) {
    const message = takeGroup();
    if (message != 0) return message;
  }
  return 0;
}

/** Up to four bytes: what four characters or a line come to is worked out once, after them. */
function takeGroup(): u32 {
  const waiting = min(head - tail, GROUP_CHARACTERS);
  let end: u32 = GOES_ON;
  let at = tail;
  for (let i: u32 = 0; i < GROUP_CHARACTERS; i++) {
    if (i == waiting) break;
    end = takeByte(u32(load<u8>(RECEIVE_LOCATION + (at & (RECEIVE_BYTES - 1)))));
    at++;
    if (end != GOES_ON) break;
  }
  tail = at;
  if (end == GROUP_ENDS) endGroup();
  return end == LINE_ENDS ? endLine() : 0;
}

/** Bytes of the complete message, while the CRC with which it came holds over it; else 0. Reads all of it, so in a window only. */
export function messageHolds(): u32 {
  const total = LENGTH_BYTES + loadHalfBig(REQUEST_LOCATION);
  if (!mayBeLong(total)) return 0;
  let sum: u32 = 0;
  for (let at = LENGTH_BYTES; at < total; at++) sum = crc16Byte(sum, load<u8>(REQUEST_LOCATION + at));
  return sum == 0 ? total - LENGTH_BYTES - CRC_BYTES : 0;
}

/** What was decided on is never decided on again: without its length no message holds. Its header and its fields stay. */
export function messageForget(): void {
  store<u16>(REQUEST_LOCATION, 0);
}

/** Whether a message with its length and its CRC may take this many bytes. */
function mayBeLong(total: u32): bool {
  return total <= MESSAGE_BYTES_MAX && total >= LENGTH_BYTES + SMP_HEADER_BYTES + CRC_BYTES;
}

/** Where a complete message starts. */
export function messageLocation(): usize {
  return REQUEST_LOCATION + LENGTH_BYTES;
}

/**
 * Most bytes are characters of base64: they come first. The first byte of a marker stands in no base64 and in no text: it begins a
 * line wherever it comes.
 */
function takeByte(byte: u32): u32 {
  const value = base64Value(byte);
  if (value < valuesEnd) return takeCharacter(value);
  if (byte == START_FIRST) return beginLine(LINE_AFTER_START);
  if (byte == CONTINUE_FIRST) return beginLine(LINE_AFTER_CONTINUE);
  switch (line) {
    case LINE_AFTER_START: return byte == START_SECOND ? beginMessage() : passOver();
    case LINE_AFTER_CONTINUE: return byte == CONTINUE_SECOND && collecting ? beginPayload() : passOver();
    case LINE_PAYLOAD: return takePayload(byte);
    default: return GOES_ON;
  }
}

function beginLine(kind: u32): u32 {
  line = kind;
  valuesEnd = 0;
  return GOES_ON;
}

function passOver(): u32 {
  return beginLine(LINE_OTHER);
}

function beginMessage(): u32 {
  collecting = true;
  collected = 0;
  crc = 0;
  return beginPayload();
}

function beginPayload(): u32 {
  line = LINE_PAYLOAD;
  lineGroups = 0;
  valuesEnd = NOT_BASE64;
  quad = 0;
  quadCharacters = 0;
  quadPadding = 0;
  return GOES_ON;
}

function dropMessage(): u32 {
  collecting = false;
  return passOver();
}

/** The last character of a group is not counted, so that the count always lies below GROUP_CHARACTERS: bounds of `service` need it. */
function takeCharacter(value: u32): u32 {
  quad = (quad << 6) | value;
  if (quadCharacters == GROUP_CHARACTERS - 1) return GROUP_ENDS;
  quadCharacters++;
  return GOES_ON;
}

/** What is in a payload besides characters that go on: its end, padding, and what does not belong there. */
function takePayload(byte: u32): u32 {
  if (byte == LINE_FEED) return LINE_ENDS;
  if (byte == CARRIAGE_RETURN) return GOES_ON;
  if (lineGroups >= LINE_GROUPS_MAX) {
    tooLong++;
    return dropMessage();
  }
  if (byte != EQUALS || quadCharacters < 2) {
    badBase64++;
    return dropMessage();
  }
  valuesEnd = 0;
  quadPadding = min(quadPadding + 1, PADDING_MAX);
  return takeCharacter(0);
}

/** Padding may end a line, not go on; so it stays set until the next line begins. */
function endGroup(): void {
  const bytes: u32 = 3 - quadPadding;
  let sum = crc;
  let at = collected;
  for (let i: u32 = 0; i < bytes; i++) {
    if (at >= MESSAGE_BYTES_MAX) {
      tooLong++;
      dropMessage();
      return;
    }
    const byte = (quad >>> (16 - (i << 3))) & 0xff;
    if (at >= LENGTH_BYTES) sum = crc16Byte(sum, byte);
    store<u8>(REQUEST_LOCATION + (at & (MESSAGE_BYTES_MAX - 1)), byte);
    at++;
  }
  crc = sum;
  collected = at;
  lineGroups++;
  if (lineGroups >= LINE_GROUPS_MAX) valuesEnd = 0;
  quad = 0;
  quadCharacters = 0;
}

/** The CRC over a message and its own CRC is 0. */
function endLine(): u32 {
  passOver();
  if (quadCharacters != 0) {
    badBase64++;
    dropMessage();
    return 0;
  }
  if (collected < LENGTH_BYTES) {
    dropMessage();
    return 0;
  }
  const total = LENGTH_BYTES + loadHalfBig(REQUEST_LOCATION);
  if (!mayBeLong(total)) {
    tooLong++;
    dropMessage();
    return 0;
  }
  if (collected < total) return 0;
  collecting = false;
  if (collected > total || crc != 0) {
    badCrc++;
    return 0;
  }
  frames++;
  return total - LENGTH_BYTES - CRC_BYTES;
}

/** NOT_BASE64 or more for what is no character of it: where a byte has the bit beyond ASCII, half of that bit. */
function base64Value(byte: u32): u32 {
  return u32(load<u8>(VALUES + (byte & (ASCII - 1)))) | ((byte & ASCII) >>> 1);
}
