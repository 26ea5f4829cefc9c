/**
 * From a message to bytes: the stream `u16 length | message | u16 CRC` in base64, a line at a time, as fast as the port takes it.
 */
import { LINE_PAYLOAD_BYTES, MESSAGE_BYTES_MAX } from '../limits';
import { LINE_LOCATION, RESPONSE_LOCATION } from '../memory';
import { serialWrite } from '../port';
import { crc16Byte } from './crc16';

const ALPHABET: usize = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90,
  97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122,
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 43, 47,
]);
const LENGTH_BYTES: u32 = 2;
const CRC_BYTES: u32 = 2;
const MARKER_BYTES: u32 = 2;

let messageBytes: u32 = 0;
/** Position in the stream; at its end nothing is left to encode. */
let at: u32 = 0;
let end: u32 = 0;
let crc: u32 = 0;
let lineBytes: u32 = 0;
let lineSent: u32 = 0;

/** Begins to send the message of `bytes` at RESPONSE_LOCATION. */
export function sendBegin(bytes: u32): void {
  messageBytes = min(bytes, MESSAGE_BYTES_MAX);
  at = 0;
  end = LENGTH_BYTES + messageBytes + CRC_BYTES;
  crc = 0;
  lineBytes = 0;
  lineSent = 0;
}

/** Encodes and offers one line. Gives whether something is left. */
export function sendStep(): bool {
  if (lineSent == lineBytes) {
    if (at >= end) return false;
    encodeLine();
  }
  lineSent += min(serialWrite(u32(LINE_LOCATION + lineSent), lineBytes - lineSent), lineBytes - lineSent);
  return lineSent < lineBytes || at < end;
}

function encodeLine(): void {
  const first = at == 0;
  store<u8>(LINE_LOCATION, first ? 0x06 : 0x04);
  store<u8>(LINE_LOCATION, first ? 0x09 : 0x14, 1);
  let out: usize = LINE_LOCATION + MARKER_BYTES;
  const payload = min(end - at, LINE_PAYLOAD_BYTES);
  for (let i: u32 = 0; i < payload; i += 3) {
    const left = payload - i;
    const first = streamByte();
    const second: u32 = left > 1 ? streamByte() : 0;
    const third: u32 = left > 2 ? streamByte() : 0;
    const quad = (first << 16) | (second << 8) | third;
    store<u8>(out, load<u8>(ALPHABET + (quad >>> 18)));
    store<u8>(out, load<u8>(ALPHABET + ((quad >>> 12) & 63)), 1);
    store<u8>(out, left > 1 ? load<u8>(ALPHABET + ((quad >>> 6) & 63)) : 0x3d, 2);
    store<u8>(out, left > 2 ? load<u8>(ALPHABET + (quad & 63)) : 0x3d, 3);
    out += 4;
  }
  store<u8>(out, 0x0a);
  lineBytes = u32(out + 1 - LINE_LOCATION);
  lineSent = 0;
}

function streamByte(): u32 {
  const position = at++;
  if (position < LENGTH_BYTES) return ((messageBytes + CRC_BYTES) >>> (position == 0 ? 8 : 0)) & 0xff;
  if (position < LENGTH_BYTES + messageBytes) {
    const byte = u32(load<u8>(RESPONSE_LOCATION + position - LENGTH_BYTES));
    crc = crc16Byte(crc, byte);
    return byte;
  }
  return position == end - 1 ? crc & 0xff : crc >>> 8;
}
