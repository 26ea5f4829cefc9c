/** CRC-32C (Castagnoli, reflected polynomial 0x82F63B78): what finds a flip in RAM and a torn record. */
import { COMPACT, CRC_TABLE_LOCATION, CRC_TABLE_ROOM } from '../format';
import { sumOf } from './sum';

const POLYNOMIAL: u32 = 0x82f63b78;
export const CRC_START: u32 = 0xffffffff;

/** Bits that are looked up at a time. */
const LOOKED_UP_BITS: u32 = COMPACT ? 4 : 8;
const LOOKED_UP_MASK: u32 = (1 << LOOKED_UP_BITS) - 1;

let tableSum: u32 = 0;

/** Builds the table; called once at boot. A flip in it later makes checksums wrong, which fails closed in RUN. */
export function prepareCrc(): void {
  for (let bits: u32 = 0; bits <= LOOKED_UP_MASK; bits++) {
    let value = bits;
    for (let bit: u32 = 0; bit < LOOKED_UP_BITS; bit++) value = (value >>> 1) ^ (POLYNOMIAL & (0 - (value & 1)));
    store<u32>(CRC_TABLE_LOCATION + (bits << 2), value);
  }
  tableSum = sumOf(CRC_TABLE_LOCATION, CRC_TABLE_ROOM);
}

/** Builds the table anew where it has changed by itself: before something is written that must read back right. */
export function keepCrc(): void {
  if (sumOf(CRC_TABLE_LOCATION, CRC_TABLE_ROOM) != tableSum) prepareCrc();
}

// @ts-ignore: decorator
@inline
function shift(crc: u32): u32 {
  return (crc >>> LOOKED_UP_BITS) ^ load<u32>(CRC_TABLE_LOCATION + ((crc & LOOKED_UP_MASK) << 2));
}

/** Adds the four bytes of a little-endian word. */
export function crcWord(crc: u32, word: u32): u32 {
  const half = shift(shift(shift(shift(crc ^ word))));
  return COMPACT ? shift(shift(shift(shift(half)))) : half;
}

if (!(CRC_TABLE_ROOM == 4 << LOOKED_UP_BITS)) ERROR('the table of the checksum has no word for each of what is looked up');

/** The checksum of `bytes` (a multiple of 4) at `location`. */
export function crcOf(location: usize, bytes: u32): u32 {
  let crc = CRC_START;
  for (let at: u32 = 0; at < bytes; at += 4) crc = crcWord(crc, load<u32>(location + at));
  return ~crc;
}
