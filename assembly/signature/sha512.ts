/**
 * SHA-512 (FIPS 180-4) of the one message that a signature needs: R, the key and the digest that is signed, 96 bytes, one block; some
 * rounds a step.
 *
 *     ELEMENTS  │ 16 double words: the block, then the schedule as it goes round │ 8 double words: a to h, then the hash │
 *
 * What is a in one round is b in the next: the eight stand still, and their names go round. After 80 rounds each has its own place again.
 * The constants of the rounds stand in the code, since constants in memory would be RAM on a controller.
 */
import { HASH_BYTES, PUBLIC_KEY_BYTES } from '../format';
import { copyBytes, fillBytes } from '../bytes';
import { roundConstant256, startWord256 } from '../digest/sha256';
import { ELEMENTS } from './place';

const SCHEDULE: usize = ELEMENTS;
const SCHEDULE_BYTES: u32 = 128;
const ROUNDS: u32 = 80;
/** R, half of a signature. */
const POINT_BYTES: u32 = 32;
const MESSAGE_BYTES: u32 = POINT_BYTES + PUBLIC_KEY_BYTES + HASH_BYTES;
/** Where the length in bits stands in the block. */
const LENGTH_OFFSET: u32 = SCHEDULE_BYTES - 8;

/** The hash, as bytes. */
export const HASH: usize = SCHEDULE + SCHEDULE_BYTES;
export const SHA512_BYTES: u32 = 64;

/** Rounds of a step. */
const ROUNDS_A_STEP: u32 = 16;
export const SHA512_STEPS: u32 = ROUNDS / ROUNDS_A_STEP;
/** Double words of the state, and where a and the like stand among them before the first round. */
const STATE_WORDS: u32 = SHA512_BYTES / 8;
const A: u32 = 0;
const B: u32 = 1;
const C: u32 = 2;
const D: u32 = 3;
const E: u32 = 4;
const F: u32 = 5;
const G: u32 = 6;
const H: u32 = 7;

/** What the state begins with. The upper halves are those of SHA-256: roots of the same primes. */
function startWord(index: u32): u64 {
  return (u64(startWord256(index)) << 32) | u64(startLowerHalf(index));
}

function startLowerHalf(index: u32): u32 {
  switch (index) {
    case 0: return 0xf3bcc908;
    case 1: return 0x84caa73b;
    case 2: return 0xfe94f82b;
    case 3: return 0x5f1d36f1;
    case 4: return 0xade682d1;
    case 5: return 0x2b3e6c1f;
    case 6: return 0xfb41bd6b;
    default: return 0x137e2179;
  }
}

/** The upper halves of the first 64 are the constants of SHA-256: roots of the same primes. */
function roundConstant(round: u32): u64 {
  return (u64(upperHalf(round)) << 32) | u64(lowerHalf(round));
}

function upperHalf(round: u32): u32 {
  switch (round) {
    case 64: return 0xca273ece;
    case 65: return 0xd186b8c7;
    case 66: return 0xeada7dd6;
    case 67: return 0xf57d4f7f;
    case 68: return 0x06f067aa;
    case 69: return 0x0a637dc5;
    case 70: return 0x113f9804;
    case 71: return 0x1b710b35;
    case 72: return 0x28db77f5;
    case 73: return 0x32caab7b;
    case 74: return 0x3c9ebe0a;
    case 75: return 0x431d67c4;
    case 76: return 0x4cc5d4be;
    case 77: return 0x597f299c;
    case 78: return 0x5fcb6fab;
    case 79: return 0x6c44198c;
    default: return roundConstant256(round);
  }
}

function lowerHalf(round: u32): u32 {
  switch (round) {
    case 0: return 0xd728ae22;
    case 1: return 0x23ef65cd;
    case 2: return 0xec4d3b2f;
    case 3: return 0x8189dbbc;
    case 4: return 0xf348b538;
    case 5: return 0xb605d019;
    case 6: return 0xaf194f9b;
    case 7: return 0xda6d8118;
    case 8: return 0xa3030242;
    case 9: return 0x45706fbe;
    case 10: return 0x4ee4b28c;
    case 11: return 0xd5ffb4e2;
    case 12: return 0xf27b896f;
    case 13: return 0x3b1696b1;
    case 14: return 0x25c71235;
    case 15: return 0xcf692694;
    case 16: return 0x9ef14ad2;
    case 17: return 0x384f25e3;
    case 18: return 0x8b8cd5b5;
    case 19: return 0x77ac9c65;
    case 20: return 0x592b0275;
    case 21: return 0x6ea6e483;
    case 22: return 0xbd41fbd4;
    case 23: return 0x831153b5;
    case 24: return 0xee66dfab;
    case 25: return 0x2db43210;
    case 26: return 0x98fb213f;
    case 27: return 0xbeef0ee4;
    case 28: return 0x3da88fc2;
    case 29: return 0x930aa725;
    case 30: return 0xe003826f;
    case 31: return 0x0a0e6e70;
    case 32: return 0x46d22ffc;
    case 33: return 0x5c26c926;
    case 34: return 0x5ac42aed;
    case 35: return 0x9d95b3df;
    case 36: return 0x8baf63de;
    case 37: return 0x3c77b2a8;
    case 38: return 0x47edaee6;
    case 39: return 0x1482353b;
    case 40: return 0x4cf10364;
    case 41: return 0xbc423001;
    case 42: return 0xd0f89791;
    case 43: return 0x0654be30;
    case 44: return 0xd6ef5218;
    case 45: return 0x5565a910;
    case 46: return 0x5771202a;
    case 47: return 0x32bbd1b8;
    case 48: return 0xb8d2d0c8;
    case 49: return 0x5141ab53;
    case 50: return 0xdf8eeb99;
    case 51: return 0xe19b48a8;
    case 52: return 0xc5c95a63;
    case 53: return 0xe3418acb;
    case 54: return 0x7763e373;
    case 55: return 0xd6b2b8a3;
    case 56: return 0x5defb2fc;
    case 57: return 0x43172f60;
    case 58: return 0xa1f0ab72;
    case 59: return 0x1a6439ec;
    case 60: return 0x23631e28;
    case 61: return 0xde82bde9;
    case 62: return 0xb2c67915;
    case 63: return 0xe372532b;
    case 64: return 0xea26619c;
    case 65: return 0x21c0c207;
    case 66: return 0xcde0eb1e;
    case 67: return 0xee6ed178;
    case 68: return 0x72176fba;
    case 69: return 0xa2c898a6;
    case 70: return 0xbef90dae;
    case 71: return 0x131c471b;
    case 72: return 0x23047d84;
    case 73: return 0x40c72493;
    case 74: return 0x15c9bebc;
    case 75: return 0x9c100d4c;
    case 76: return 0xcb3e42b6;
    case 77: return 0xfc657e2a;
    case 78: return 0x3ad6faec;
    default: return 0x4a475817;
  }
}

/** Begins with the hash of the three, which lie anywhere. SHA512_STEPS steps follow. */
export function sha512Begin(point: usize, key: usize, digest: usize): void {
  copyBytes(SCHEDULE, point, POINT_BYTES);
  copyBytes(SCHEDULE + POINT_BYTES, key, PUBLIC_KEY_BYTES);
  copyBytes(SCHEDULE + POINT_BYTES + PUBLIC_KEY_BYTES, digest, HASH_BYTES);
  fillBytes(SCHEDULE + MESSAGE_BYTES, 0, SCHEDULE_BYTES - MESSAGE_BYTES);
  store<u8>(SCHEDULE + MESSAGE_BYTES, 0x80);
  for (let at: u32 = 0; at < MESSAGE_BYTES + 8; at += 8) store<u64>(SCHEDULE + at, bswap<u64>(load<u64>(SCHEDULE + at)));
  store<u64>(SCHEDULE + LENGTH_OFFSET, MESSAGE_BYTES << 3);
  for (let index: u32 = 0; index < STATE_WORDS; index++) store<u64>(stateAt(index), startWord(index));
}

/** One step, 0 to SHA512_STEPS − 1. After the last one the hash stands at HASH. */
export function sha512Step(step: u32): void {
  const first = step * ROUNDS_A_STEP;
  for (let i: u32 = 0; i < ROUNDS_A_STEP; i++) oneRound(first + i);
  if (step < SHA512_STEPS - 1) return;
  for (let index: u32 = 0; index < STATE_WORDS; index++) {
    const at = stateAt(index);
    store<u64>(at, bswap<u64>(load<u64>(at) + startWord(index)));
  }
}

/** In the place of h stands what is a in the next round. */
function oneRound(round: u32): void {
  const e = load<u64>(stateAt(E - round));
  const sum1 = rotr<u64>(e, 14) ^ rotr<u64>(e, 18) ^ rotr<u64>(e, 41);
  const choice = (e & load<u64>(stateAt(F - round))) ^ (~e & load<u64>(stateAt(G - round)));
  const h = stateAt(H - round);
  const first = load<u64>(h) + sum1 + choice + roundConstant(round) + scheduled(round);
  const d = stateAt(D - round);
  store<u64>(d, load<u64>(d) + first);
  const a = load<u64>(stateAt(A - round));
  const b = load<u64>(stateAt(B - round));
  const c = load<u64>(stateAt(C - round));
  const sum0 = rotr<u64>(a, 28) ^ rotr<u64>(a, 34) ^ rotr<u64>(a, 39);
  store<u64>(h, first + sum0 + ((a & b) ^ (a & c) ^ (b & c)));
}

// @ts-ignore: decorator
@inline
function stateAt(index: u32): usize {
  return HASH + ((index & (STATE_WORDS - 1)) << 3);
}

/** The schedule's word of a round; in its place the one of 16 rounds later is put. */
function scheduled(round: u32): u64 {
  const at = place(round);
  const word = load<u64>(at);
  const w1 = load<u64>(place(round + 1));
  const w14 = load<u64>(place(round + 14));
  const small0 = rotr<u64>(w1, 1) ^ rotr<u64>(w1, 8) ^ (w1 >>> 7);
  const small1 = rotr<u64>(w14, 19) ^ rotr<u64>(w14, 61) ^ (w14 >>> 6);
  store<u64>(at, word + small0 + load<u64>(place(round + 9)) + small1);
  return word;
}

// @ts-ignore: decorator
@inline
function place(round: u32): usize {
  return SCHEDULE + ((round & 15) << 3);
}

if (!(SHA512_STEPS * ROUNDS_A_STEP == ROUNDS && ROUNDS % STATE_WORDS == 0)) ERROR('the state does not end where it began');
