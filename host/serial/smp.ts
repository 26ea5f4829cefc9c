/**
 * SMP messages: an 8-byte big-endian header and one CBOR map (docs/SPEC.md section 7).
 *
 *     0  u8     version << 3 | operation
 *     1  u8     flags, 0
 *     2  u16be  CBOR bytes
 *     4  u16be  group
 *     6  u8     sequence
 *     7  u8     id of the command within its group
 */

import { HoldfastError } from '../common/errors.ts';
import { type CborFields, decodeCbor, encodeCbor } from './cbor.ts';

export const HEADER_BYTES = 8;

export const OPERATION = { read: 0, readAnswer: 1, write: 2, writeAnswer: 3 } as const;
export type Operation = (typeof OPERATION)[keyof typeof OPERATION];

/** 0 is SMP version 1, 1 is SMP version 2. */
export type SmpVersion = 0 | 1;

export const OS = { echo: 0, reset: 5, parameters: 6, info: 7 } as const;
export const IMAGE = { state: 0, upload: 1, erase: 5, slotInfo: 6 } as const;
export const HOLDFAST = {
  status: 0,
  open: 1,
  close: 2,
  read: 3,
  counters: 4,
  outcome: 5,
  revert: 6,
  check: 7,
  measure: 8,
} as const;

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
  const message = Buffer.alloc(HEADER_BYTES + body.length);
  message[0] = (header.version << 3) | header.operation;
  message.writeUInt16BE(body.length, 2);
  message.writeUInt16BE(header.group, 4);
  message[6] = header.sequence;
  message[7] = header.id;
  message.set(body, HEADER_BYTES);
  return message;
}

/** The header of a message, or null when it is too short or its length field does not fit. */
export function decodeHeader(message: Uint8Array): SmpHeader | null {
  if (message.length < HEADER_BYTES) return null;
  const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (view.readUInt16BE(2) !== message.length - HEADER_BYTES) return null;
  const first = view.readUInt8(0);
  return {
    version: (first >> 3) & 3,
    operation: first & 7,
    group: view.readUInt16BE(4),
    sequence: view.readUInt8(6),
    id: view.readUInt8(7),
  };
}

/** The CBOR map of a message whose header was read. Throws `CBOR_MALFORMED`. */
export function decodeBody(message: Uint8Array): Map<unknown, unknown> {
  return decodeCbor(message.subarray(HEADER_BYTES));
}

/** Header and map. Throws `SMP_MALFORMED` or `CBOR_MALFORMED`. */
export function decodeMessage(message: Uint8Array): { header: SmpHeader; body: Map<unknown, unknown> } {
  const header = decodeHeader(message);
  if (header === null) {
    throw new HoldfastError('SMP_MALFORMED', 'The message is shorter than its header says.', { exitCode: 3 });
  }
  return { header, body: decodeBody(message) };
}
