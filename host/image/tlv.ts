import { viewOf } from '../body/bytes.ts';
import { imageError } from '../body/errors.ts';

/** Type-length-value areas of the container, SPEC section 1. */

export const TLV_PROTECTED_MAGIC = 0x6908;
export const TLV_PLAIN_MAGIC = 0x6907;
const AREA_HEAD_BYTES = 4;
const TLV_HEAD_BYTES = 4;

export const TLV = {
  keyHash: 0x0001,
  sha256: 0x0010,
  ed25519: 0x0024,
  securityCounter: 0x0050,
  mapId: 0x48a0,
  deviceClass: 0x48a1,
  replaces: 0x48a2,
  steps: 0x48a3,
  burn: 0x48a4,
} as const;

export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
  /** Of its value, from the start of the image. */
  readonly offset: number;
}

export interface TlvArea {
  readonly tlvs: readonly Tlv[];
  readonly endOffset: number;
}

export function encodeTlvArea(magic: number, tlvs: readonly Pick<Tlv, 'type' | 'value'>[]): Uint8Array {
  const total = tlvs.reduce((sum, { value }) => sum + TLV_HEAD_BYTES + value.length, AREA_HEAD_BYTES);
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  view.setUint16(0, magic, true);
  view.setUint16(2, total, true);
  let at = AREA_HEAD_BYTES;
  for (const { type, value } of tlvs) {
    view.setUint16(at, type, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + TLV_HEAD_BYTES);
    at += TLV_HEAD_BYTES + value.length;
  }
  return bytes;
}

/** Reads the area that begins at `offset` of an image. Throws IMAGE_LENGTH when its lengths do not add up. */
export function decodeTlvArea(image: Uint8Array, offset: number, magic: number): TlvArea {
  const view = viewOf(image);
  if (offset + AREA_HEAD_BYTES > image.length)
    throw imageError('IMAGE_LENGTH', 'the image ends before its TLV area', offset);
  if (view.getUint16(offset, true) !== magic) {
    throw imageError('IMAGE_LENGTH', `no TLV area 0x${magic.toString(16)} where the header says`, offset);
  }
  const endOffset = offset + view.getUint16(offset + 2, true);
  if (endOffset > image.length || endOffset < offset + AREA_HEAD_BYTES) {
    throw imageError('IMAGE_LENGTH', 'a TLV area is longer than the image', offset + 2);
  }
  const tlvs: Tlv[] = [];
  for (let at = offset + AREA_HEAD_BYTES; at < endOffset; ) {
    if (at + TLV_HEAD_BYTES > endOffset)
      throw imageError('IMAGE_LENGTH', 'a TLV runs over the end of its area', at);
    const valueOffset = at + TLV_HEAD_BYTES;
    const valueEnd = valueOffset + view.getUint16(at + 2, true);
    if (valueEnd > endOffset) throw imageError('IMAGE_LENGTH', 'a TLV runs over the end of its area', at);
    tlvs.push({
      type: view.getUint16(at, true),
      value: image.subarray(valueOffset, valueEnd),
      offset: valueOffset,
    });
    at = valueEnd;
  }
  return { tlvs, endOffset };
}

/** The TLV of a type, undefined when there is none. */
export function findTlv(tlvs: readonly Tlv[], type: number): Tlv | undefined {
  return tlvs.find((tlv) => tlv.type === type);
}
