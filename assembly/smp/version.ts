/** An edition's version as SMP clients show it: "0.0.0." and the epoch, as its container's header says. */
const PREFIX: usize = memory.data<u8>([48, 46, 48, 46, 48, 46]);
const PREFIX_BYTES: u32 = 6;
const DIGITS_MAX: u32 = 10;
const TEXT_END: u32 = 16;
/** Ends at TEXT_END, wherever it begins. */
const TEXT: usize = memory.data(16, 1);

let bytes: u32 = 0;

/** Makes the text; gives its length. */
export function versionMake(epoch: u32): u32 {
  let rest = epoch;
  let digits: u32 = 0;
  for (let i: u32 = 0; i < DIGITS_MAX; i++) {
    const tenth = divideBy10(rest);
    digits++;
    store<u8>(TEXT + TEXT_END - 1 - i, 48 + rest - 10 * tenth);
    rest = tenth;
    if (rest == 0) break;
  }
  const begin = TEXT + TEXT_END - PREFIX_BYTES - digits;
  for (let i: u32 = 0; i < PREFIX_BYTES; i++) store<u8>(begin + i, load<u8>(PREFIX + i));
  bytes = PREFIX_BYTES + digits;
  return bytes;
}

/** Where the text made last lies. */
export function versionText(): usize {
  return TEXT + TEXT_END - min(bytes, TEXT_END);
}

export function versionTextBytes(): u32 {
  return bytes;
}

/** Exact for all 32 bits. By hand, since a small core has no divider and the library's takes some hundred cycles. */
function divideBy10(value: u32): u32 {
  let tenth = (value >>> 1) + (value >>> 2);
  tenth += tenth >>> 4;
  tenth += tenth >>> 8;
  tenth += tenth >>> 16;
  tenth >>>= 3;
  return tenth + u32(value - 10 * tenth >= 10);
}
