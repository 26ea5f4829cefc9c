/** Numbers at places that need not be aligned: TLVs and messages are packed. A controller's load would fault there. */

export function loadHalf(location: usize): u32 {
  return u32(load<u8>(location)) | (u32(load<u8>(location, 1)) << 8);
}

export function loadWord(location: usize): u32 {
  return loadHalf(location) | (loadHalf(location + 2) << 16);
}

export function loadHalfBig(location: usize): u32 {
  return (u32(load<u8>(location)) << 8) | u32(load<u8>(location, 1));
}

export function storeHalfBig(location: usize, value: u32): void {
  store<u8>(location, value >>> 8);
  store<u8>(location, value, 1);
}
