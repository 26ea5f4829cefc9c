/** CRC-16/XMODEM: polynomial 0x1021, start 0, not reflected; "123456789" gives 0x31C3. */
export function crc16Byte(crc: u32, byte: u32): u32 {
  let mixed = ((crc >>> 8) ^ byte) & 0xff;
  mixed ^= mixed >>> 4;
  return ((crc << 8) ^ (mixed << 12) ^ (mixed << 5) ^ mixed) & 0xffff;
}
