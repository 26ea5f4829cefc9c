/** An edition's version as SMP clients show it: "0.0.0." and the epoch, as its container's header says. */
const PREFIX: usize = memory.data<u8>([48, 46, 48, 46, 48, 46]);
const PREFIX_BYTES: u32 = 6;
const DIGITS_MAX: u32 = 10;
const TEXT: usize = memory.data(16, 1);

let bytes: u32 = 0;

/** Writes the text and gives where it is; its length is versionTextBytes. */
export function versionText(epoch: u32): usize {
  memory.copy(TEXT, PREFIX, PREFIX_BYTES);
  let digits: u32 = 1;
  for (let rest = epoch / 10; rest != 0; rest /= 10) digits++;
  bytes = PREFIX_BYTES + digits;
  let rest = epoch;
  for (let i: u32 = 0; i < min(digits, DIGITS_MAX); i++) {
    store<u8>(TEXT + bytes - 1 - i, 48 + (rest % 10));
    rest /= 10;
  }
  return TEXT;
}

export function versionTextBytes(): u32 {
  return bytes;
}
