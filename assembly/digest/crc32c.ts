/** CRC-32C (Castagnoli, reflected polynomial 0x82F63B78): what finds a flip in RAM and a torn record. */
import { CRC_TABLE_LOCATION, CRC_TABLE_ROOM } from '../format';
import { sumOf } from './sum';

const POLYNOMIAL: u32 = 0x82f63b78;
export const CRC_START: u32 = 0xffffffff;

let tableSum: u32 = 0;

/** Builds the table; called once at boot. A flip in it later makes checksums wrong, which fails closed in RUN. */
export function prepareCrc(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (POLYNOMIAL & (0 - (value & 1)));
    store<u32>(CRC_TABLE_LOCATION + (byte << 2), value);
  }
  tableSum = sumOf(CRC_TABLE_LOCATION, CRC_TABLE_ROOM);
}

/** Builds the table anew where it has changed by itself: before something is written that must read back right. */
export function keepCrc(): void {
  if (sumOf(CRC_TABLE_LOCATION, CRC_TABLE_ROOM) != tableSum) prepareCrc();
}

// @ts-ignore: decorator
@inline
function shiftByte(crc: u32): u32 {
  return (crc >>> 8) ^ load<u32>(CRC_TABLE_LOCATION + ((crc & 0xff) << 2));
}

/** Adds the four bytes of a little-endian word. */
export function crcWord(crc: u32, word: u32): u32 {
  return shiftByte(shiftByte(shiftByte(shiftByte(crc ^ word))));
}

/** The checksum of `bytes` (a multiple of 4) at `location`. */
export function crcOf(location: usize, bytes: u32): u32 {
  let crc = CRC_START;
  for (let at: u32 = 0; at < bytes; at += 4) crc = crcWord(crc, load<u32>(location + at));
  return ~crc;
}
