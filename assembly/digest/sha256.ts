/**
 * SHA-256 (FIPS 180-4), one digest at a time, in static memory.
 *
 *     SHA_LOCATION  ┌───────────────┬────────────────┬─────────────────────┐
 *                   │ 8 words state │ 64 bytes block │ 64 words schedule   │
 *                   └───────────────┴────────────────┴─────────────────────┘
 */
import { COMPACT, SHA_LOCATION } from '../format';
import { copyBytes, fillBytes } from '../bytes';

const STATE_WORDS: u32 = 8;
const BLOCK_BYTES: u32 = 64;
const BLOCK_LOCATION: usize = SHA_LOCATION + 32;
const SCHEDULE_LOCATION: usize = BLOCK_LOCATION + BLOCK_BYTES;
/** Where the length in bits stands in the last block. */
const LENGTH_OFFSET: u32 = 56;

const CONSTANTS: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** The constant of a round, 0 to 63. */
export function roundConstant256(round: u32): u32 {
  return load<u32>(CONSTANTS + ((round & 63) << 2));
}

let lengthBytes: u32 = 0;

/** A word of what the state begins with, 0 to 7. */
export function startWord256(index: u32): u32 {
  switch (index) {
    case 0: return 0x6a09e667;
    case 1: return 0xbb67ae85;
    case 2: return 0x3c6ef372;
    case 3: return 0xa54ff53a;
    case 4: return 0x510e527f;
    case 5: return 0x9b05688c;
    case 6: return 0x1f83d9ab;
    default: return 0x5be0cd19;
  }
}

export function shaBegin(): void {
  lengthBytes = 0;
  for (let index: u32 = 0; index < STATE_WORDS; index++) store<u32>(SHA_LOCATION + (index << 2), startWord256(index));
}

/** Adds `bytes` at `location`. */
export function shaUpdate(location: usize, bytes: u32): void {
  // What fills up the block that was begun; whole blocks; what begins the next one.
  let done = min(bytes, (0 - lengthBytes) & (BLOCK_BYTES - 1));
  addPart(location, done);
  for (; done + BLOCK_BYTES <= bytes; done += BLOCK_BYTES) {
    const from = location + done;
    if (!COMPACT && (from & 3) == 0) {
      compress(from);
      lengthBytes += BLOCK_BYTES;
    } else {
      addPart(from, BLOCK_BYTES);
    }
  }
  addPart(location + done, (bytes - done) & (BLOCK_BYTES - 1));
}

/** Adds bytes that lie in one block. */
function addPart(from: usize, bytes: u32): void {
  if (bytes == 0) return;
  copyBytes(BLOCK_LOCATION + (lengthBytes & (BLOCK_BYTES - 1)), from, bytes);
  lengthBytes += bytes;
  if ((lengthBytes & (BLOCK_BYTES - 1)) == 0) compress(BLOCK_LOCATION);
}

/** Ends the digest and writes its 32 bytes to `destination`. */
export function shaEnd(destination: usize): void {
  const bits = u64(lengthBytes) << 3;
  let at = lengthBytes & (BLOCK_BYTES - 1);
  store<u8>(BLOCK_LOCATION + at, 0x80);
  at++;
  if (at > LENGTH_OFFSET) {
    fillBytes(BLOCK_LOCATION + at, 0, BLOCK_BYTES - at);
    compress(BLOCK_LOCATION);
    at = 0;
  }
  fillBytes(BLOCK_LOCATION + at, 0, LENGTH_OFFSET - at);
  store<u64>(BLOCK_LOCATION + LENGTH_OFFSET, bswap<u64>(bits));
  compress(BLOCK_LOCATION);
  for (let i: u32 = 0; i < 32; i += 4) store<u32>(destination + i, bswap<u32>(load<u32>(SHA_LOCATION + i)));
}

/** Adds a block of 64 bytes at `block`, a multiple of 4. */
function compress(block: usize): void {
  expandSchedule(block);
  let a = load<u32>(SHA_LOCATION, 0);
  let b = load<u32>(SHA_LOCATION, 4);
  let c = load<u32>(SHA_LOCATION, 8);
  let d = load<u32>(SHA_LOCATION, 12);
  let e = load<u32>(SHA_LOCATION, 16);
  let f = load<u32>(SHA_LOCATION, 20);
  let g = load<u32>(SHA_LOCATION, 24);
  let h = load<u32>(SHA_LOCATION, 28);
  for (let i: u32 = 0; i < 256; i += 4) {
    const sum1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = h + sum1 + choice + load<u32>(CONSTANTS + i) + load<u32>(SCHEDULE_LOCATION + i);
    const sum0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + sum0 + majority;
  }
  addTo(0, a);
  addTo(4, b);
  addTo(8, c);
  addTo(12, d);
  addTo(16, e);
  addTo(20, f);
  addTo(24, g);
  addTo(28, h);
}

function expandSchedule(block: usize): void {
  for (let i: u32 = 0; i < 64; i += 4) store<u32>(SCHEDULE_LOCATION + i, bswap<u32>(load<u32>(block + i)));
  for (let at: usize = SCHEDULE_LOCATION; at < SCHEDULE_LOCATION + 192; at += 4) {
    const w1 = load<u32>(at, 4);
    const w14 = load<u32>(at, 56);
    const small0 = rotr<u32>(w1, 7) ^ rotr<u32>(w1, 18) ^ (w1 >>> 3);
    const small1 = rotr<u32>(w14, 17) ^ rotr<u32>(w14, 19) ^ (w14 >>> 10);
    store<u32>(at, load<u32>(at) + small0 + load<u32>(at, 36) + small1, 64);
  }
}

// @ts-ignore: decorator
@inline
function addTo(offset: usize, value: u32): void {
  store<u32>(SHA_LOCATION + offset, load<u32>(SHA_LOCATION + offset) + value);
}
