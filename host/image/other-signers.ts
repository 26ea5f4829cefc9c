/** What an image that another tool wrapped lacks, in words: the container is MCUboot's, so imgtool and its like make such files too. */

import { viewOf } from '../body/bytes.ts';
import { HoldfastError } from '../common/errors.ts';
import { IMAGE_HEADER_AT, IMAGE_HEADER_BYTES, TLV } from '../format.ts';
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

const FLAGS: readonly (readonly [number, string])[] = [
  [0x4, 'encrypted with AES-128'],
  [0x8, 'encrypted with AES-256'],
  [0x10, 'not bootable'],
  [0x20, 'to be loaded into RAM'],
  [0x100, 'at a fixed address'],
  [0x200, 'compressed'],
  [0x400, 'compressed'],
];
const OTHER_TLVS: ReadonlyMap<number, string> = new Map([
  [0x02, 'public key'],
  [0x30, 'encryption key'],
  [0x31, 'encryption key'],
  [0x32, 'encryption key'],
  [0x33, 'encryption key'],
  [0x40, 'dependency'],
  [0x60, 'boot record'],
  [0x70, 'size when decompressed'],
  [0x71, 'digest when decompressed'],
  [0x72, 'signature when decompressed'],
  [0x80, 'id of the vendor'],
  [0x81, 'id of the class'],
]);

const PROTECTED: readonly (readonly [number, string])[] = [
  [TLV.securityCounter, 'security counter'],
  [TLV.mapId, 'map id'],
  [TLV.deviceClass, 'device class'],
  [TLV.replaces, 'replaces'],
  [TLV.steps, 'steps by kind'],
  [TLV.burn, 'burn'],
];
/** What padding consists of. */
const ERASED = [0xff, 0];
/** MCUboot ends a padded slot with its trailer, which is no longer than this. */
const TRAILER_BYTES_MAX = 4096;

const REMEDY =
  '`holdfast compile --key` signs maps itself, and `holdfast reissue --key` signs an image that it made; no other tool is needed.';

export interface Wrapped {
  readonly headerBytes: number;
  readonly protectedTlvs: readonly Tlv[];
  readonly plainTlvs: readonly Tlv[];
  readonly imageBytes: number;
  /** Whether it is as its tool made it: the SHA-256 in it is its own. */
  readonly isWhole: boolean;
}

/** Throws IMAGE_INCOMPLETE naming everything that the container of a Holdfast map would have and this one has not. */
export function requireComplete(container: Wrapped, file: Uint8Array): void {
  const lacks = [
    ...headerWords(container),
    ...(container.isWhole ? [...fieldWords(file), ...unusedWords(container)] : []),
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

/** Fields of the header that are 0 in ours. */
function fieldWords(file: Uint8Array): string[] {
  const view = viewOf(file);
  const flags = view.getUint32(IMAGE_HEADER_AT.flags, true);
  const named = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, words]) => words);
  const [major, minor] = [0, 1].map((at) => view.getUint8(IMAGE_HEADER_AT.versionMajor + at));
  const revision = view.getUint16(IMAGE_HEADER_AT.versionMajor + 2, true);
  const version = `${major}.${minor}.${revision}`;
  const address = view.getUint32(IMAGE_HEADER_AT.loadAddress, true);
  return [
    ...(flags === 0
      ? []
      : [`its flags are 0x${flags.toString(16)}${named.length === 0 ? '' : `, ${named.join(', ')}`}`]),
    ...(address === 0 ? [] : [`it has a load address, 0x${address.toString(16)}`]),
    ...(version === '0.0.0' ? [] : [`its version is ${version}, where 0.0.0 and the epoch are needed`]),
  ];
}

/** TLVs that no map has, and half a signature. */
function unusedWords({ protectedTlvs, plainTlvs }: Wrapped): string[] {
  const ours: readonly number[] = Object.values(TLV);
  const others = [...protectedTlvs, ...plainTlvs].filter(
    ({ type }) => !ours.includes(type) && !OTHER_DIGESTS.has(type) && !OTHER_SIGNATURES.has(type),
  );
  const names = others.map(({ type }) => `${OTHER_TLVS.get(type) ?? 'TLV'} (0x${type.toString(16)})`);
  const has = (wanted: number) => plainTlvs.some(({ type }) => type === wanted);
  const isSigned = plainTlvs.some(({ type }) => type === TLV.ed25519 || OTHER_SIGNATURES.has(type));
  return [
    ...(names.length === 0 ? [] : [`it has what no map has: ${names.join(', ')}`]),
    ...(has(TLV.keyHash) && !isSigned ? ['it names a key (0x1), and has no signature (0x24)'] : []),
    ...(has(TLV.ed25519) && !has(TLV.keyHash) ? ['it is signed, and does not name the key (0x1)'] : []),
  ];
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
    ...(digest === undefined
      ? []
      : [hasDigest ? `it has a digest more, ${digest}` : `its digest is ${digest}, where SHA-256 is needed`]),
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
  const padding = erased.length > 0 ? erased : rest;
  const isPadding =
    rest.length > 0 && ERASED.some((erasedByte) => padding.every((byte) => byte === erasedByte));
  return isPadding ? [`it is padded to ${file.length} bytes, where the image ends at ${imageBytes}`] : [];
}
