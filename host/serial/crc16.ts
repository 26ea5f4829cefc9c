/**
 * CRC-16/XMODEM: polynomial 0x1021, initial value 0, not reflected, no final xor. The ASCII bytes `123456789` give 0x31C3.
 * Used by the console framing of SMP (docs/SPEC.md section 7).
 */

const POLYNOMIAL = 0x1021;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 0x8000 ? (remainder << 1) ^ POLYNOMIAL : remainder << 1;
  }
  return remainder & 0xffff;
});

/** The CRC of `bytes`, 0 to 0xFFFF; `start` continues an earlier one. */
export function crc16(bytes: Uint8Array, start = 0): number {
  let crc = start;
  for (const byte of bytes) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >>> 8) ^ byte] ?? 0);
  }
  return crc;
}
