/**
 * What is written into the firmware of an RP2040 once it is linked: the checksum that its ROM asks of the second-stage boot code (RP2040
 * datasheet 2.8.1.3.1), and the sums by which the start knows that all of the code came from flash as it was linked.
 */
import { type Elf, readElf, type Segment } from './elf.ts';
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

/** The sum of little-endian words of 32 bits, and that of their sums so far, each modulo 2^32. */
export function codeSums(bytes: Uint8Array): [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  let sumOfSums = 0;
  for (let at = 0; at < bytes.length; at += 4) {
    sum = (sum + view.getUint32(at, true)) >>> 0;
    sumOfSums = (sumOfSums + sum) >>> 0;
  }
  return [sum, sumOfSums];
}

/**
 * The ELF file with the checksum written into its boot code, which lies at `boot2Address` (null: there is none), and with the sums of what
 * is copied to `run_begin` written to `run_sums`, where a board has such a thing.
 */
export function sealFirmware(file: Uint8Array, boot2Address: number | null): Uint8Array {
  const sealed = Uint8Array.from(file);
  const elf = readElf(sealed);
  if (boot2Address !== null) sealBoot2(elf, boot2Address);
  if (elf.symbols.some(({ name }) => name === 'run_sums')) sealCode(elf);
  return sealed;
}

function sealBoot2(elf: Elf, address: number): void {
  const boot2 = segmentAt(elf, address);
  if (boot2.bytes.length < BOOT2_BYTES) throw new Error('the linker placed no boot code');
  const checksum = boot2Checksum(boot2.bytes.subarray(0, CHECKSUM_AT));
  viewAt(boot2, address).setUint32(CHECKSUM_AT, checksum, true);
}

function sealCode(elf: Elf): void {
  const code = segmentAt(elf, elf.addressOf('run_begin'));
  const place = elf.addressOf('run_sums');
  const sums = viewAt(segmentAt(elf, place), place);
  for (const [index, sum] of codeSums(code.bytes).entries()) sums.setUint32(4 * index, sum, true);
}

function segmentAt(elf: Elf, address: number): Segment {
  const found = elf.segments.find(
    ({ virtual, bytes }) => address >= virtual && address < virtual + bytes.length,
  );
  if (found === undefined) throw new Error(`the linker placed nothing at ${address.toString(16)}`);
  return found;
}

/** The bytes of the file from an address on. */
function viewAt({ bytes, virtual }: Segment, address: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + address - virtual, bytes.length - (address - virtual));
}
