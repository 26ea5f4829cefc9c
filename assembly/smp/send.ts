/**
 * From a message to bytes: the stream `u16 length | message | u16 CRC` in base64. A line is encoded some characters a step, then
 * sent as fast as the port takes it.
 */
import {
  FRAME_FIRST, FRAME_NEXT, LINE_BYTES_MAX, LINE_LOCATION, LINE_PAYLOAD_BYTES, MESSAGE_BYTES_MAX, QUADS_A_STEP, RESPONSE_LOCATION,
  SEND_A_STEP,
} from '../format';
import { crc16Byte } from '../digest/crc16';
import { serialWrite } from '../port';

const ALPHABET: usize = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90,
  97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122,
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 43, 47,
]);
const LENGTH_BYTES: u32 = 2;
const CRC_BYTES: u32 = 2;
const LINE_FEED: u32 = 0x0a;
const PADDING: u32 = 0x3d;

/** What a step did: it left something to do, there was room for nothing, or all is sent. */
const SENT_SOME: u32 = 0;
export const SENT_NOTHING: u32 = 1;
export const SENT_ALL: u32 = 2;

let messageBytes: u32 = 0;
/** Position in the stream; at its end nothing is left to encode. */
let at: u32 = 0;
let end: u32 = 0;
let crc: u32 = 0;
/** Bytes of the stream that the line at hand still takes up; the line is whole and can be sent once it is 0 and its end is written. */
let payloadLeft: u32 = 0;
let encoding: bool = false;
let lineBytes: u32 = 0;
let lineSent: u32 = 0;

/** Begins to send the message of `bytes` at RESPONSE_LOCATION. */
export function sendBegin(bytes: u32): void {
  messageBytes = min(bytes, MESSAGE_BYTES_MAX);
  at = 0;
  end = LENGTH_BYTES + messageBytes + CRC_BYTES;
  crc = 0;
  beginLine();
}

/** Encodes a piece of a line, or offers a piece of it to the port. */
export function sendStep(): u32 {
  if (encoding) {
    encodeSome();
    return SENT_SOME;
  }
  const left = lineBytes - lineSent;
  const piece = min(left, SEND_A_STEP);
  const taken = min(serialWrite(u32(LINE_LOCATION + min(lineSent, LINE_BYTES_MAX)), piece), piece);
  lineSent += taken;
  if (lineSent < lineBytes) return taken == 0 ? SENT_NOTHING : SENT_SOME;
  if (at >= end) return SENT_ALL;
  beginLine();
  return SENT_SOME;
}

function beginLine(): void {
  const mark = at == 0 ? FRAME_FIRST : FRAME_NEXT;
  lineBytes = 0;
  lineSent = 0;
  put(mark >>> 8);
  put(mark & 0xff);
  payloadLeft = min(end - at, LINE_PAYLOAD_BYTES);
  encoding = true;
}

function put(byte: u32): void {
  store<u8>(LINE_LOCATION + min(lineBytes, LINE_BYTES_MAX), byte);
  lineBytes++;
}

function encodeSome(): void {
  for (let i: u32 = 0; i < QUADS_A_STEP; i++) {
    if (payloadLeft == 0) {
      put(LINE_FEED);
      encoding = false;
      return;
    }
    encodeQuad();
  }
}

/** Three bytes, or the last one or two. */
function encodeQuad(): void {
  const bytes = min(payloadLeft, 3);
  const first = streamByte();
  const second: u32 = bytes > 1 ? streamByte() : 0;
  const third: u32 = bytes > 2 ? streamByte() : 0;
  payloadLeft -= bytes;
  const quad = (first << 16) | (second << 8) | third;
  put(load<u8>(ALPHABET + ((quad >>> 18) & 63)));
  put(load<u8>(ALPHABET + ((quad >>> 12) & 63)));
  put(bytes > 1 ? load<u8>(ALPHABET + ((quad >>> 6) & 63)) : PADDING);
  put(bytes > 2 ? load<u8>(ALPHABET + (quad & 63)) : PADDING);
}

function streamByte(): u32 {
  const position = at++;
  if (position < LENGTH_BYTES) return ((messageBytes + CRC_BYTES) >>> (position == 0 ? 8 : 0)) & 0xff;
  if (position < LENGTH_BYTES + messageBytes) {
    const byte = u32(load<u8>(RESPONSE_LOCATION + ((position - LENGTH_BYTES) & (MESSAGE_BYTES_MAX - 1))));
    crc = crc16Byte(crc, byte);
    return byte;
  }
  return position == end - 1 ? crc & 0xff : crc >>> 8;
}
