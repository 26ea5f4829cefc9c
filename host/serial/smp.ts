/** SMP messages: an 8-byte big-endian header and one CBOR map (docs/SPEC.md section 7). */

import { HoldfastError } from '../common/errors.ts';
import { SMP_HEADER_AT, SMP_HEADER_BYTES } from '../format.ts';
import { type CborFields, decodeCbor, encodeCbor } from './cbor.ts';

/** 0 is SMP version 1, 1 is SMP version 2. */
export type SmpVersion = 0 | 1;

export interface SmpHeader {
  version: number;
  operation: number;
  group: number;
  /** 0 to 255; an answer carries that of its request. */
  sequence: number;
  id: number;
}

/** Header and CBOR map as one message, not framed. */
export function encodeMessage(header: SmpHeader, fields: CborFields): Uint8Array {
  const body = encodeCbor(fields);
  const message = Buffer.alloc(SMP_HEADER_BYTES + body.length);
  message[SMP_HEADER_AT.versionOperation] = (header.version << 3) | header.operation;
  message.writeUInt16BE(body.length, SMP_HEADER_AT.bytes);
  message.writeUInt16BE(header.group, SMP_HEADER_AT.group);
  message[SMP_HEADER_AT.sequence] = header.sequence;
  message[SMP_HEADER_AT.id] = header.id;
  message.set(body, SMP_HEADER_BYTES);
  return message;
}

/** The header of a message, or null when it is too short or its length field does not fit. */
export function decodeHeader(message: Uint8Array): SmpHeader | null {
  if (message.length < SMP_HEADER_BYTES) return null;
  const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (view.readUInt16BE(SMP_HEADER_AT.bytes) !== message.length - SMP_HEADER_BYTES) return null;
  const first = view.readUInt8(SMP_HEADER_AT.versionOperation);
  return {
    version: (first >> 3) & 3,
    operation: first & 7,
    group: view.readUInt16BE(SMP_HEADER_AT.group),
    sequence: view.readUInt8(SMP_HEADER_AT.sequence),
    id: view.readUInt8(SMP_HEADER_AT.id),
  };
}

/** The CBOR map of a message whose header was read. Throws `CBOR_MALFORMED`. */
export function decodeBody(message: Uint8Array): Map<unknown, unknown> {
  return decodeCbor(message.subarray(SMP_HEADER_BYTES));
}

/** Header and map. Throws `SMP_MALFORMED` or `CBOR_MALFORMED`. */
export function decodeMessage(message: Uint8Array): { header: SmpHeader; body: Map<unknown, unknown> } {
  const header = decodeHeader(message);
  if (header === null) {
    throw new HoldfastError('SMP_MALFORMED', 'The message is shorter than its header says.', { exitCode: 3 });
  }
  return { header, body: decodeBody(message) };
}
