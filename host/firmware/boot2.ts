/** The checksum that the RP2040's ROM asks of the second-stage boot code: RP2040 datasheet 2.8.1.3.1. */
import { readElf } from './elf.ts';
import { BOOT2_BYTES } from './target-file.ts';

const CHECKSUM_AT = BOOT2_BYTES - 4;
const POLYNOMIAL = 0x04c1_1db7;

/** CRC-32 of MPEG-2: high bit first, all ones to begin with, not inverted at the end. */
export function boot2Checksum(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++)
      crc = crc < 0 || crc >= 0x8000_0000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
    crc |= 0;
  }
  return crc >>> 0;
}

/** The ELF file with the checksum written into its boot code. */
export function sealBoot2(file: Uint8Array, flashAddress: number): Uint8Array {
  const sealed = Uint8Array.from(file);
  const boot2 = readElf(sealed).segments.find(({ physical }) => physical === flashAddress);
  if (boot2 === undefined || boot2.bytes.length < BOOT2_BYTES)
    throw new Error('the linker placed no boot code');
  const { bytes } = boot2;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(
    CHECKSUM_AT,
    boot2Checksum(bytes.subarray(0, CHECKSUM_AT)),
    true,
  );
  return sealed;
}
