/**
 * Console framing of SMP over serial, docs/SPEC.md section 7: pure functions over bytes, no streams.
 *
 *     stream   u16be length | message | u16be CRC-16/XMODEM of the message      length = message + 2
 *     line     06 09 (first) or 04 14 (continuation) | base64 | 0A              at most 127 bytes
 */

import { FRAME_FIRST, FRAME_NEXT, LINE_BYTES_MAX, LINE_PAYLOAD_BYTES } from '../format.ts';
import { crc16 } from './crc16.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const FIRST_MARKER = [FRAME_FIRST >> 8, FRAME_FIRST & 0xff] as const;
const CONTINUATION_MARKER = [FRAME_NEXT >> 8, FRAME_NEXT & 0xff] as const;
const MARKER_BYTES = 2;
const LENGTH_BYTES = 2;
const CRC_BYTES = 2;

/** Lines that are not frames are kept up to here for whoever wants to see them; the rest of the line is dropped. */
const LOG_LINE_BYTES_MAX = 512;
/** The largest message that a decoder takes unless told otherwise. */
const MESSAGE_BYTES_MAX = 4096;
/** What the 16-bit length field can say. */
const MESSAGE_BYTES_LIMIT = 0xffff - CRC_BYTES;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The lines that carry `message`, as bytes for the wire. Throws `RangeError` above 65,533 bytes: a caller's mistake. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  if (message.length > MESSAGE_BYTES_LIMIT) {
    throw new RangeError(
      `a message of ${message.length} bytes does not fit a frame (${MESSAGE_BYTES_LIMIT})`,
    );
  }
  const stream = Buffer.alloc(LENGTH_BYTES + message.length + CRC_BYTES);
  stream.writeUInt16BE(message.length + CRC_BYTES, 0);
  stream.set(message, LENGTH_BYTES);
  stream.writeUInt16BE(crc16(message), LENGTH_BYTES + message.length);
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < stream.length; offset += LINE_PAYLOAD_BYTES) {
    const text = stream.subarray(offset, offset + LINE_PAYLOAD_BYTES).toString('base64');
    pieces.push(Uint8Array.from(offset === 0 ? FIRST_MARKER : CONTINUATION_MARKER));
    pieces.push(Buffer.from(`${text}\n`, 'latin1'));
  }
  return Buffer.concat(pieces);
}

/** What became of the lines seen so far. Every dropped frame counts exactly once. */
export interface FrameCounters {
  /** Whole messages handed out. */
  frames: number;
  /** Frames dropped because of their CRC. */
  crc: number;
  /** Frames dropped because of a line that is not base64. */
  base64: number;
  /** Frames dropped because a line or the whole is longer than allowed, or longer than it announced. */
  long: number;
  /** Frames that were begun and then given up for a new first line, and continuations without a beginning. */
  lost: number;
}

export interface FrameDecoderOptions {
  /** Largest message in bytes; 4,096 unless given. */
  messageBytesMax?: number;
  /** Is told every line that is not a frame, without its line end, cut at 512 bytes; also what stands before a frame in its line. */
  onLog?: (line: string, isWhole: boolean) => void;
}

/**
 * Incremental decoder: bytes in, whole messages out, in any division into pieces. Its memory is fixed at construction.
 * What is damaged is dropped and counted, never thrown: the other side repeats its request.
 */
export class FrameDecoder {
  readonly counters: FrameCounters = { frames: 0, crc: 0, base64: 0, long: 0, lost: 0 };
  readonly #line = Buffer.alloc(LOG_LINE_BYTES_MAX);
  #lineBytes = 0;
  readonly #stream: Buffer;
  #streamBytes = 0;
  /** Bytes of the stream that its length field announced; 0 while no frame is under way. */
  #wantedBytes = 0;
  readonly #onLog: FrameDecoderOptions['onLog'];

  constructor(options: FrameDecoderOptions = {}) {
    const messageBytesMax = options.messageBytesMax ?? MESSAGE_BYTES_MAX;
    this.#stream = Buffer.alloc(LENGTH_BYTES + messageBytesMax + CRC_BYTES);
    this.#onLog = options.onLog;
  }

  /** The messages that `bytes` complete, in order; each is a copy of its own. */
  push(bytes: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === LINE_FEED) {
        const message = this.#endLine();
        if (message !== null) messages.push(message);
      } else {
        // A line longer than the buffer keeps counting, so that it is known to be too long.
        if (this.#lineBytes < LOG_LINE_BYTES_MAX) this.#line[this.#lineBytes] = byte;
        this.#lineBytes++;
      }
    }
    return messages;
  }

  /** Forgets the line and the frame under way; counters stay. */
  reset(): void {
    this.#lineBytes = 0;
    this.#wantedBytes = 0;
  }

  #endLine(): Uint8Array | null {
    const lineBytes = this.#lineBytes;
    this.#lineBytes = 0;
    const line = this.#line.subarray(0, Math.min(lineBytes, LOG_LINE_BYTES_MAX));
    const text = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    const marker = findMarker(text);
    this.#report(marker === null ? text : text.subarray(0, marker.at), marker === null);
    if (marker === null) return null;
    const tooLong = lineBytes > LOG_LINE_BYTES_MAX || text.length - marker.at > LINE_BYTES_MAX - 1;
    return this.#takeLine(marker.first, text.toString('latin1', marker.at + MARKER_BYTES), tooLong);
  }

  #report(text: Buffer, isWhole: boolean): void {
    if (this.#onLog !== undefined && text.length > 0) this.#onLog(text.toString('utf8'), isWhole);
  }

  #takeLine(first: boolean, text: string, tooLong: boolean): Uint8Array | null {
    const underWay = this.#wantedBytes > 0;
    if (first === underWay) this.counters.lost++; // begun anew, or a continuation of nothing
    if (!first && !underWay) return null;
    if (first) this.#streamBytes = 0;
    if (tooLong) return this.#drop('long');
    if (!BASE64.test(text)) return this.#drop('base64');
    const raw = Buffer.from(text, 'base64');
    if (first) {
      if (raw.length < LENGTH_BYTES) return this.#drop('base64');
      this.#wantedBytes = LENGTH_BYTES + raw.readUInt16BE(0);
    }
    const streamBytes = this.#streamBytes + raw.length;
    if (this.#wantedBytes > this.#stream.length || streamBytes > this.#wantedBytes) return this.#drop('long');
    this.#stream.set(raw, this.#streamBytes);
    this.#streamBytes = streamBytes;
    return streamBytes === this.#wantedBytes ? this.#endFrame() : null;
  }

  #endFrame(): Uint8Array | null {
    const end = this.#wantedBytes - CRC_BYTES;
    if (end < LENGTH_BYTES) return this.#drop('crc'); // a length that leaves no room for the CRC
    const message = this.#stream.subarray(LENGTH_BYTES, end);
    if (crc16(message) !== this.#stream.readUInt16BE(end)) return this.#drop('crc');
    this.#wantedBytes = 0;
    this.counters.frames++;
    return Uint8Array.from(message);
  }

  #drop(reason: 'crc' | 'base64' | 'long'): null {
    this.counters[reason]++;
    this.#wantedBytes = 0;
    return null;
  }
}

/**
 * Where the frame part of a line begins. The last marker counts: a line that was cut off is followed by the next frame
 * without a line feed between them, and neither marker occurs in base64 or in text.
 */
function findMarker(line: Buffer): { at: number; first: boolean } | null {
  const first = line.lastIndexOf(Buffer.from(FIRST_MARKER));
  const continuation = line.lastIndexOf(Buffer.from(CONTINUATION_MARKER));
  if (first < 0 && continuation < 0) return null;
  return first > continuation ? { at: first, first: true } : { at: continuation, first: false };
}
