/** What an image that another tool wrapped lacks, in words: the container is MCUboot's, so imgtool and its like make such files too. */

import { HoldfastError } from '../common/errors.ts';
import { IMAGE_HEADER_BYTES, TLV } from '../format.ts';
import type { Tlv } from './tlv.ts';

/** MCUboot's numbers that Holdfast has no use for. */
const OTHER_DIGESTS: ReadonlyMap<number, string> = new Map([
  [0x11, 'SHA-384'],
  [0x12, 'SHA-512'],
]);
const OTHER_SIGNATURES: ReadonlyMap<number, string> = new Map([
  [0x20, 'RSA-2048'],
  [0x21, 'ECDSA P-224'],
  [0x22, 'ECDSA P-256'],
  [0x23, 'RSA-3072'],
  [0x25, 'Ed25519 over the whole image'],
]);

const PROTECTED: readonly (readonly [number, string])[] = [
  [TLV.securityCounter, 'security counter'],
  [TLV.mapId, 'map id'],
  [TLV.deviceClass, 'device class'],
  [TLV.replaces, 'replaces'],
  [TLV.steps, 'steps by kind'],
  [TLV.burn, 'burn'],
];
const ERASED = 0xff;
/** MCUboot ends a padded slot with its trailer, which is no longer than this. */
const TRAILER_BYTES_MAX = 4096;

const REMEDY =
  '`holdfast compile --key` signs maps itself, and `holdfast reissue --key` signs an image that it made; no other tool is needed.';

export interface Wrapped {
  readonly headerBytes: number;
  readonly protectedTlvs: readonly Tlv[];
  readonly plainTlvs: readonly Tlv[];
  readonly imageBytes: number;
}

/** Throws IMAGE_INCOMPLETE naming everything that the container of a Holdfast map would have and this one has not. */
export function requireComplete(container: Wrapped, file: Uint8Array): void {
  const lacks = [
    ...headerWords(container),
    ...missingWords(container.protectedTlvs),
    ...otherWords(container.plainTlvs),
    ...paddingWords(container, file),
  ];
  if (lacks.length === 0) return;
  throw new HoldfastError('IMAGE_INCOMPLETE', `The image was wrapped by another tool: ${lacks.join('; ')}.`, {
    remedy: REMEDY,
  });
}

function headerWords({ headerBytes }: Wrapped): string[] {
  return headerBytes === IMAGE_HEADER_BYTES ? [] : [`its header has ${headerBytes} bytes instead of 32`];
}

function missingWords(tlvs: readonly Tlv[]): string[] {
  const missing = PROTECTED.filter(([type]) => tlvs.every((tlv) => tlv.type !== type));
  if (missing.length === 0) return [];
  const names = missing.map(([type, name]) => `${name} (0x${type.toString(16)})`);
  const where = tlvs.length === 0 ? 'it has no protected TLVs, and needs' : 'its protected area lacks';
  return [`${where} ${names.join(', ')}`];
}

function otherWords(tlvs: readonly Tlv[]): string[] {
  const digest = tlvs.map(({ type }) => OTHER_DIGESTS.get(type)).find((name) => name !== undefined);
  const signature = tlvs.map(({ type }) => OTHER_SIGNATURES.get(type)).find((name) => name !== undefined);
  const hasDigest = tlvs.some(({ type }) => type === TLV.sha256);
  return [
    ...(digest === undefined ? [] : [`its digest is ${digest}, where SHA-256 is needed`]),
    ...(digest === undefined && !hasDigest ? ['it has no SHA-256 (0x10)'] : []),
    ...(signature === undefined
      ? []
      : [`it is signed with ${signature}, where Ed25519 of the digest is needed`]),
  ];
}

/** Erased bytes behind the image, and perhaps the trailer of a slot behind them. */
function paddingWords({ imageBytes }: Wrapped, file: Uint8Array): string[] {
  const rest = file.subarray(imageBytes);
  const erased = rest.subarray(0, Math.max(0, rest.length - TRAILER_BYTES_MAX));
  const isPadding = rest.length > 0 && (erased.length > 0 ? erased : rest).every((byte) => byte === ERASED);
  return isPadding ? [`it is padded to ${file.length} bytes, where the image ends at ${imageBytes}`] : [];
}
