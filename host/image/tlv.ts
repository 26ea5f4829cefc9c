import { viewOf } from '../body/bytes.ts';
import { imageError } from '../body/errors.ts';
import { TLV_AREA_HEAD_AT, TLV_AREA_HEAD_BYTES, TLV_HEAD_AT, TLV_HEAD_BYTES } from '../format.ts';

/** Type-length-value areas of the container, SPEC section 1. */

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
  const total = tlvs.reduce((sum, { value }) => sum + TLV_HEAD_BYTES + value.length, TLV_AREA_HEAD_BYTES);
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  view.setUint16(TLV_AREA_HEAD_AT.magic, magic, true);
  view.setUint16(TLV_AREA_HEAD_AT.bytes, total, true);
  let at = TLV_AREA_HEAD_BYTES;
  for (const { type, value } of tlvs) {
    view.setUint16(at + TLV_HEAD_AT.type, type, true);
    view.setUint16(at + TLV_HEAD_AT.bytes, value.length, true);
    bytes.set(value, at + TLV_HEAD_BYTES);
    at += TLV_HEAD_BYTES + value.length;
  }
  return bytes;
}

/** Reads the area that begins at `offset` of an image. Throws IMAGE_LENGTH when its lengths do not add up. */
export function decodeTlvArea(image: Uint8Array, offset: number, magic: number): TlvArea {
  const view = viewOf(image);
  if (offset + TLV_AREA_HEAD_BYTES > image.length)
    throw imageError('IMAGE_LENGTH', 'the image ends before its TLV area', offset);
  if (view.getUint16(offset + TLV_AREA_HEAD_AT.magic, true) !== magic) {
    throw imageError('IMAGE_LENGTH', `no TLV area 0x${magic.toString(16)} where the header says`, offset);
  }
  const endOffset = offset + view.getUint16(offset + TLV_AREA_HEAD_AT.bytes, true);
  if (endOffset > image.length || endOffset < offset + TLV_AREA_HEAD_BYTES) {
    throw imageError('IMAGE_LENGTH', 'a TLV area is longer than the image', offset + TLV_AREA_HEAD_AT.bytes);
  }
  const tlvs: Tlv[] = [];
  for (let at = offset + TLV_AREA_HEAD_BYTES; at < endOffset; ) {
    if (at + TLV_HEAD_BYTES > endOffset)
      throw imageError('IMAGE_LENGTH', 'a TLV runs over the end of its area', at);
    const valueOffset = at + TLV_HEAD_BYTES;
    const valueEnd = valueOffset + view.getUint16(at + TLV_HEAD_AT.bytes, true);
    if (valueEnd > endOffset) throw imageError('IMAGE_LENGTH', 'a TLV runs over the end of its area', at);
    tlvs.push({
      type: view.getUint16(at + TLV_HEAD_AT.type, true),
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
