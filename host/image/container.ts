import type { KeyObject } from 'node:crypto';
import { sameBytes, viewOf } from '../body/bytes.ts';
import { imageError } from '../body/errors.ts';
import { HoldfastError } from '../common/errors.ts';
import {
  BODY_HEADER_AT,
  BODY_MAGIC,
  BUILD_LIMITS,
  HASH_BYTES,
  IMAGE_HEADER_AT,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  SIGNATURE_BYTES,
  TLV,
  TLV_PLAIN_MAGIC,
  TLV_PROTECTED_MAGIC,
} from '../format.ts';
import { decodeIdentity, encodeIdentity, type ImageIdentity, oneOfEach } from './identity.ts';
import { requireComplete } from './other-signers.ts';
import { keyHash, sha256, signDigest, verifyDigest } from './sign.ts';
import { decodeTlvArea, encodeTlvArea, findTlv, type Tlv } from './tlv.ts';

/** The container of an image: the MCUboot image layout, SPEC section 1. */

/** Any MCUboot image, whoever made it. */
export interface Container {
  readonly headerBytes: number;
  readonly body: Uint8Array;
  readonly versionBuild: number;
  readonly protectedTlvs: readonly Tlv[];
  readonly plainTlvs: readonly Tlv[];
  /** SHA-256 over header, body and protected area, as it comes out. */
  readonly digest: Uint8Array;
  /** Bytes of the image; the array that was read may be longer. */
  readonly imageBytes: number;
}

/** An image of ours. */
export interface ParsedImage {
  readonly identity: ImageIdentity;
  readonly body: Uint8Array;
  /** The edition's hash, 32 bytes. */
  readonly digest: Uint8Array;
  /** null: unsigned. */
  readonly signature: { readonly keyHash: Uint8Array; readonly bytes: Uint8Array } | null;
}

/** An image, and the digest that it states. */
export interface WrappedImage {
  readonly image: Uint8Array;
  /** The edition's hash, 32 bytes. */
  readonly digest: Uint8Array;
}

/** Wraps a body into an image, signed when a private key is given. The same inputs give the same bytes. */
export function wrapImage(body: Uint8Array, identity: ImageIdentity, key?: KeyObject): WrappedImage {
  if (body.length % 4 !== 0) throw new TypeError('the bytes of a body are a multiple of 4');
  const protectedArea = encodeTlvArea(TLV_PROTECTED_MAGIC, encodeIdentity(identity));
  const header = new Uint8Array(IMAGE_HEADER_BYTES);
  const view = viewOf(header);
  view.setUint32(IMAGE_HEADER_AT.magic, IMAGE_MAGIC, true);
  view.setUint16(IMAGE_HEADER_AT.headerBytes, IMAGE_HEADER_BYTES, true);
  view.setUint16(IMAGE_HEADER_AT.protectedBytes, protectedArea.length, true);
  view.setUint32(IMAGE_HEADER_AT.bodyBytes, body.length, true);
  view.setUint32(IMAGE_HEADER_AT.versionBuild, identity.epoch, true);
  const signed = Buffer.concat([header, body, protectedArea]);
  const digest = sha256(signed);
  const plain: Pick<Tlv, 'type' | 'value'>[] = [{ type: TLV.sha256, value: digest }];
  if (key !== undefined) {
    plain.push({ type: TLV.keyHash, value: keyHash(key) });
    plain.push({ type: TLV.ed25519, value: signDigest(digest, key) });
  }
  const image = Uint8Array.from(Buffer.concat([signed, encodeTlvArea(TLV_PLAIN_MAGIC, plain)]));
  return { image, digest };
}

/**
 * Reads any MCUboot image: lengths must add up, TLVs may be whatever they are.
 * @throws HoldfastError IMAGE_HEADER or IMAGE_LENGTH, naming the offset.
 */
export function parseContainer(image: Uint8Array): Container {
  const view = viewOf(image);
  if (image.length < IMAGE_HEADER_BYTES)
    throw imageError('IMAGE_LENGTH', 'shorter than an image header', image.length);
  if (view.getUint32(IMAGE_HEADER_AT.magic, true) !== IMAGE_MAGIC)
    throw imageError('IMAGE_HEADER', 'not an MCUboot image', IMAGE_HEADER_AT.magic);
  const headerBytes = view.getUint16(IMAGE_HEADER_AT.headerBytes, true);
  if (headerBytes < IMAGE_HEADER_BYTES)
    throw imageError('IMAGE_HEADER', `a header of ${headerBytes} bytes`, IMAGE_HEADER_AT.headerBytes);
  const protectedBytes = view.getUint16(IMAGE_HEADER_AT.protectedBytes, true);
  const bodyEnd = headerBytes + view.getUint32(IMAGE_HEADER_AT.bodyBytes, true);
  if (bodyEnd > image.length)
    throw imageError('IMAGE_LENGTH', 'the body is longer than the image', IMAGE_HEADER_AT.bodyBytes);
  const protectedArea =
    protectedBytes === 0
      ? { tlvs: [], endOffset: bodyEnd }
      : decodeTlvArea(image, bodyEnd, TLV_PROTECTED_MAGIC);
  if (protectedArea.endOffset !== bodyEnd + protectedBytes) {
    throw imageError(
      'IMAGE_LENGTH',
      'the protected area is not as long as the header says',
      IMAGE_HEADER_AT.protectedBytes,
    );
  }
  const plainArea = decodeTlvArea(image, protectedArea.endOffset, TLV_PLAIN_MAGIC);
  return {
    headerBytes,
    body: image.subarray(headerBytes, bodyEnd),
    versionBuild: view.getUint32(IMAGE_HEADER_AT.versionBuild, true),
    protectedTlvs: protectedArea.tlvs,
    plainTlvs: plainArea.tlvs,
    digest: sha256(image.subarray(0, protectedArea.endOffset)),
    imageBytes: plainArea.endOffset,
  };
}

/** Whether the SHA-256 that a container carries is that of its bytes. */
export function hasRightDigest(container: Container): boolean {
  const carried = findTlv(container.plainTlvs, TLV.sha256)?.value;
  return carried !== undefined && sameBytes(carried, container.digest);
}

/** Whether a container is whole and one of its signatures is by `key`. */
export function isSignedBy(container: Container, key: KeyObject): boolean {
  const carriedKey = findTlv(container.plainTlvs, TLV.keyHash)?.value;
  const signature = findTlv(container.plainTlvs, TLV.ed25519)?.value;
  if (carriedKey === undefined || signature?.length !== SIGNATURE_BYTES) return false;
  if (!hasRightDigest(container) || !sameBytes(carriedKey, keyHash(key))) return false;
  return verifyDigest(container.digest, signature, key);
}

/**
 * Reads an image of ours, exactly as SPEC section 1 says; the signature is not judged, see `verifyImage`.
 * @throws HoldfastError IMAGE_HEADER, IMAGE_LENGTH, IMAGE_TLV or IMAGE_DIGEST, naming the offset; IMAGE_FOREIGN; IMAGE_INCOMPLETE.
 */
export function parseImage(image: Uint8Array): ParsedImage {
  const container = parseContainer(image);
  requireOurs(container);
  requireComplete({ ...container, isWhole: hasRightDigest(container) }, image);
  checkHeader(image);
  const bodyEnd = IMAGE_HEADER_BYTES + container.body.length;
  if (container.imageBytes !== image.length) {
    throw imageError('IMAGE_LENGTH', 'bytes after the end of the image', container.imageBytes);
  }
  const { tlvBytesMax } = BUILD_LIMITS.large;
  if (container.imageBytes - bodyEnd > tlvBytesMax) {
    throw imageError('IMAGE_LENGTH', `TLV areas of more than ${tlvBytesMax} bytes`, bodyEnd);
  }
  const identity = decodeIdentity(container.protectedTlvs);
  if (identity.epoch !== container.versionBuild) {
    throw imageError(
      'IMAGE_HEADER',
      'the version build is not the security counter',
      IMAGE_HEADER_AT.versionBuild,
    );
  }
  const signature = decodePlain(container.plainTlvs);
  if (!hasRightDigest(container))
    throw imageError('IMAGE_DIGEST', 'the SHA-256 is not that of the image', bodyEnd);
  return { identity, body: container.body, digest: container.digest, signature };
}

/** The layout is MCUboot's, so other projects' images get this far. */
function requireOurs({ protectedTlvs, body }: Container): void {
  if (protectedTlvs.some(({ type }) => type === TLV.mapId)) return;
  if (body.length >= 4 && viewOf(body).getUint32(BODY_HEADER_AT.magic, true) === BODY_MAGIC) return;
  throw new HoldfastError('IMAGE_FOREIGN', 'an MCUboot image, but not a Holdfast map', {
    remedy: 'Give an image that `holdfast compile` made.',
  });
}

function checkHeader(image: Uint8Array): void {
  const view = viewOf(image);
  if (view.getUint16(IMAGE_HEADER_AT.headerBytes, true) !== IMAGE_HEADER_BYTES) {
    throw imageError(
      'IMAGE_HEADER',
      `a header that is not ${IMAGE_HEADER_BYTES} bytes long`,
      IMAGE_HEADER_AT.headerBytes,
    );
  }
  for (const at of [
    IMAGE_HEADER_AT.loadAddress,
    IMAGE_HEADER_AT.flags,
    IMAGE_HEADER_AT.versionMajor,
    IMAGE_HEADER_AT.pad,
  ]) {
    if (view.getUint32(at, true) !== 0)
      throw imageError('IMAGE_HEADER', 'a header field that must be 0 is not', at);
  }
  if (view.getUint32(IMAGE_HEADER_AT.bodyBytes, true) % 4 !== 0) {
    throw imageError('IMAGE_HEADER', 'a body whose size is not a multiple of 4', IMAGE_HEADER_AT.bodyBytes);
  }
}

function decodePlain(tlvs: readonly Tlv[]): ParsedImage['signature'] {
  const signed = tlvs.length > 1;
  const types = signed ? [TLV.sha256, TLV.keyHash, TLV.ed25519] : [TLV.sha256];
  const [digest, keyHashTlv, signature] = oneOfEach(tlvs, types);
  for (const [tlv, bytes] of [
    [digest, HASH_BYTES],
    [keyHashTlv, HASH_BYTES],
    [signature, SIGNATURE_BYTES],
  ] as const) {
    if (tlv !== undefined && tlv.value.length !== bytes) {
      throw imageError('IMAGE_TLV', `a TLV of ${tlv.value.length} bytes instead of ${bytes}`, tlv.offset);
    }
  }
  if (keyHashTlv === undefined || signature === undefined) return null;
  return { keyHash: keyHashTlv.value, bytes: signature.value };
}

/**
 * Checks that an image is signed by one of the keys.
 * @throws HoldfastError IMAGE_UNSIGNED, IMAGE_KEY_UNKNOWN or IMAGE_SIGNATURE (exit code 1).
 */
export function verifyImage(image: ParsedImage, keys: readonly KeyObject[]): void {
  const { signature } = image;
  if (signature === null) {
    const remedy = 'Compile it with --key, or reissue it.';
    throw new HoldfastError('IMAGE_UNSIGNED', 'the image is not signed', { remedy, exitCode: 1 });
  }
  const key = keys.find((candidate) => sameBytes(keyHash(candidate), signature.keyHash));
  if (key === undefined) {
    const remedy = 'Give the public key of whoever signed it.';
    throw new HoldfastError('IMAGE_KEY_UNKNOWN', 'the image is signed by another key', {
      remedy,
      exitCode: 1,
    });
  }
  if (verifyDigest(image.digest, signature.bytes, key)) return;
  const remedy = 'Do not use this image; get it again from whoever made it.';
  throw new HoldfastError('IMAGE_SIGNATURE', 'the signature is wrong', { remedy, exitCode: 1 });
}
