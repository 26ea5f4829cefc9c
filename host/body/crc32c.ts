/** CRC-32C (Castagnoli), reflected, initial value and final exclusive-or 0xFFFFFFFF. */

const POLYNOMIAL_REFLECTED = 0x82f63b78;

function makeTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL_REFLECTED : 0);
    }
    table[byte] = remainder >>> 0;
  }
  return table;
}

const TABLE = makeTable();

/** The CRC-32C of `bytes`, a u32. The check value of "123456789" is 0xE3069283. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
