/**
 * Ed25519 (RFC 8032) over the digest of an image, a bounded step at a time, in static memory.
 *
 *     hash ▶ scalar ▶ root ▶ key ▶ key × 8 ▶ sum ▶ S·B − h·A, bit by bit ▶ inverse ▶ is it R? ▶ × 8
 *
 * A signature holds when S·B − h·A, encoded, is R byte for byte: without the factor 8 that RFC 8032 allows. Refused are an S of L or more,
 * a key that is not encoded as it must be or is no point, and a key or an R of which 8 times is the neutral point. docs/SPEC.md section 1.
 *
 * Key, signature and digest are public. So branches and loads may depend on them; nothing secret is ever here.
 */
import { DONE, SIGNATURE_WRONG } from '../format';
import { copyBytes, sameBytes } from '../bytes';
import { MORE } from '../refusal';
import { nextTakes, spend } from '../work';
import { CURVE_D, ROOT_OF_MINUS_1, setConstant } from './constants';
import { add, carry, copyElement, multiply, pack, setSmall, square, subtract, unpack } from './field';
import { H, OPERAND, PACKED, S, T, T0, T1, T2, T3, X, Y, Z } from './place';
import { ENTRY_BASE, ENTRY_KEY, ENTRY_SUM, addBegin, addEnd, double, isZero, keepAs, setNeutral } from './point';
import { isBelowOrder, reduceBegin, reduceWord, scalarBit } from './scalar';
import { HASH, SHA512_BYTES, SHA512_STEPS, sha512Begin, sha512Step } from './sha512';

const STAGE_HASH: u32 = 0;
const STAGE_SCALAR: u32 = 1;
const STAGE_ROOT: u32 = 2;
const STAGE_KEY: u32 = 3;
const STAGE_KEY_ORDER: u32 = 4;
const STAGE_SUM: u32 = 5;
const STAGE_DOUBLE: u32 = 6;
const STAGE_ADD: u32 = 7;
const STAGE_INVERSE: u32 = 8;
const STAGE_POINT: u32 = 9;
const STAGE_POINT_ORDER: u32 = 10;
const STAGE_ROOT_BEGIN: u32 = 11;
const STAGE_ADD_END: u32 = 12;

/** What steps take at most, in cycles of an RP2040 (bench/signature-rp2040.mjs). */
const HASH_CYCLES: u32 = 10000;
const SCALAR_CYCLES: u32 = 12000;
const ROOT_BEGIN_CYCLES: u32 = 52000;
const POWER_CYCLES: u32 = 10500;
const KEY_CYCLES: u32 = 43000;
const DOUBLE_CYCLES: u32 = 42000;
const ADD_CYCLES: u32 = 27000;
const ADD_END_CYCLES: u32 = 25000;
const KEEP_CYCLES: u32 = 17000;
const POINT_CYCLES: u32 = 20000;

/** R, then S. */
const POINT_BYTES: u32 = 32;
/** Words of the hash, 32 bits each. */
const HASH_WORDS: u32 = SHA512_BYTES / 4;
/** Doublings that take away whatever is not of the group of prime order: 8 times. */
const COFACTOR_DOUBLINGS: u32 = 3;
/** Two entries added up, in two steps each, and the sum kept. */
const SUM_STEPS: u32 = 5;
/** Bits of L: S and h have no more. */
const ORDER_BITS: u32 = 253;
const SIGN_BIT: u32 = 0x80;

/** 2^252 − 3 = (p − 5) / 8 has its upper ones from bit 2 on, below them 01; its topmost is bit 251. */
const ROOT_TOP: u32 = 251;
const ROOT_ONES: u32 = 2;
const ROOT_LOW: u32 = 0b01;
/** 2^255 − 21 = p − 2 has its upper ones from bit 5 on, below them 01011; its topmost is bit 254. */
const INVERSE_TOP: u32 = 254;
const INVERSE_ONES: u32 = 5;
const INVERSE_LOW: u32 = 0b01011;

let stage: u32 = STAGE_HASH;
/** Steps that are left of the stage. */
let left: u32 = 0;
let signature: usize = 0;
let key: usize = 0;
let digest: usize = 0;

/**
 * Begins to verify the signature of 64 bytes by the key of 32 bytes, of the digest of 32 bytes. All of them stay where they are until the
 * last step.
 */
export function verifyBegin(signatureAt: usize, keyAt: usize, digestAt: usize): void {
  signature = signatureAt;
  key = keyAt;
  digest = digestAt;
  stage = STAGE_HASH;
  left = SHA512_STEPS;
}

/** One bounded step. Gives MORE, DONE when the signature holds, or SIGNATURE_WRONG. */
export function verifyStep(): u32 {
  const result = stepOfStage();
  // None takes more.
  if (result == MORE) nextTakes(ROOT_BEGIN_CYCLES);
  return result;
}

function stepOfStage(): u32 {
  switch (stage) {
    case STAGE_HASH: return stepHash();
    case STAGE_SCALAR: return stepScalar();
    case STAGE_ROOT: return stepPower(Z, T3, ROOT_ONES, ROOT_LOW, STAGE_KEY);
    case STAGE_KEY: return stepKey();
    case STAGE_KEY_ORDER: return stepOrder(STAGE_SUM);
    case STAGE_SUM: return stepSum();
    case STAGE_DOUBLE: return stepDouble();
    case STAGE_ADD: return stepAdd();
    case STAGE_INVERSE: return stepPower(T3, Z, INVERSE_ONES, INVERSE_LOW, STAGE_POINT);
    case STAGE_POINT: return stepPoint();
    case STAGE_POINT_ORDER: return stepOrder(STAGE_POINT_ORDER);
    case STAGE_ROOT_BEGIN: return stepRootBegin();
    case STAGE_ADD_END: return stepAddEnd();
    default: return SIGNATURE_WRONG;
  }
}

function next(stageNow: u32, steps: u32): u32 {
  stage = stageNow;
  left = steps;
  return MORE;
}

function stepHash(): u32 {
  spend(HASH_CYCLES);
  if (left == SHA512_STEPS) {
    copyBytes(S, signature + POINT_BYTES, 32);
    if (!isBelowOrder(S)) return SIGNATURE_WRONG;
    sha512Begin(signature, key, digest);
  }
  sha512Step(SHA512_STEPS - left);
  left--;
  if (left > 0) return MORE;
  reduceBegin();
  return next(STAGE_SCALAR, HASH_WORDS);
}

/** h: the hash modulo L, a word at a time. */
function stepScalar(): u32 {
  spend(SCALAR_CYCLES);
  left--;
  reduceWord(load<u32>(HASH + (left << 2)));
  return left > 0 ? MORE : next(STAGE_ROOT_BEGIN, 1);
}

/**
 * The key's y, and what its x follows from: x² = u / v with u = y² − 1 and v = dy² + 1, so x = u·v³·(u·v⁷)^((p − 5) / 8), or that times
 * the root of −1. Leaves u in T0, v in T1, v³ in T2, u·v⁷ in T3, and begins the power of it in Z.
 */
function stepRootBegin(): u32 {
  spend(ROOT_BEGIN_CYCLES);
  if (!isBelowPrime(key)) return SIGNATURE_WRONG;
  unpack(Y, key);
  carry(Y);
  square(T0, Y);
  setConstant(OPERAND, CURVE_D);
  multiply(T1, T0, OPERAND);
  setSmall(OPERAND, 1);
  subtract(T0, T0, OPERAND); // 2
  add(T1, T1, OPERAND); // 2
  carry(T0);
  carry(T1);
  square(T2, T1);
  multiply(T2, T2, T1);
  square(T3, T2);
  multiply(T3, T3, T1);
  multiply(T3, T3, T0);
  copyElement(Z, T3);
  return next(STAGE_ROOT, ROOT_TOP);
}

/** Whether y of an encoded point is below p = 2^255 − 19. */
function isBelowPrime(at: usize): bool {
  let ones = u32(load<u8>(at, 31)) | SIGN_BIT;
  for (let i: u32 = 1; i < 31; i++) ones &= load<u8>(at + i);
  return ones != 0xff || load<u8>(at) < 0xed;
}

/** One bit of a power of `base`, from the topmost on, which `to` stands for at first. */
function stepPower(to: usize, base: usize, ones: u32, low: u32, after: u32): u32 {
  spend(POWER_CYCLES);
  left--;
  square(to, to);
  if (left >= ones || ((low >>> left) & 1) != 0) multiply(to, to, base);
  return left > 0 ? MORE : next(after, COFACTOR_DOUBLINGS);
}

/** The key as a point, negated, kept for adding. An x of 0 has no sign, and is of a key that is refused for its order. */
function stepKey(): u32 {
  spend(KEY_CYCLES);
  multiply(X, T0, T2);
  multiply(X, X, Z);
  square(Z, X);
  multiply(Z, Z, T1);
  subtract(OPERAND, Z, T0); // 2
  if (!isZero(OPERAND)) {
    add(OPERAND, Z, T0); // 2
    if (!isZero(OPERAND)) return SIGNATURE_WRONG;
    setConstant(OPERAND, ROOT_OF_MINUS_1);
    multiply(X, X, OPERAND);
  }
  copyElement(T0, X);
  if (isZero(T0)) return SIGNATURE_WRONG;
  if ((load<u8>(PACKED) & 1) == load<u8>(key, 31) >>> 7) {
    setSmall(OPERAND, 0);
    subtract(X, OPERAND, X);
  }
  setSmall(Z, 1);
  multiply(T, X, Y);
  keepAs(ENTRY_KEY);
  return next(STAGE_KEY_ORDER, COFACTOR_DOUBLINGS);
}

/** Refuses a point of which 8 times is neutral. The group of prime order, which 8 times lies in, has x = 0 nowhere else. */
function stepOrder(after: u32): u32 {
  spend(DOUBLE_CYCLES);
  double(false);
  left--;
  if (left > 0) return MORE;
  if (isZero(X)) return SIGNATURE_WRONG;
  if (after == STAGE_POINT_ORDER) return DONE;
  setNeutral();
  return next(after, SUM_STEPS);
}

/** B, then B − A, which is kept for adding. */
function stepSum(): u32 {
  left--;
  if (left > 0) {
    spend(ADD_CYCLES);
    if ((left & 1) != 0) addEnd();
    else addBegin(left == SUM_STEPS - 1 ? ENTRY_BASE : ENTRY_KEY);
    return MORE;
  }
  spend(KEEP_CYCLES);
  keepAs(ENTRY_SUM);
  setNeutral();
  return next(STAGE_DOUBLE, ORDER_BITS);
}

/** What the bit at hand adds to S·B − h·A; 0: nothing. */
function entryOfBit(): u32 {
  return scalarBit(S, left) * ENTRY_BASE + scalarBit(H, left) * ENTRY_KEY;
}

/** Begins with a bit of S·B − h·A, and ends with it where it adds nothing. */
function stepDouble(): u32 {
  spend(DOUBLE_CYCLES);
  left--;
  if (entryOfBit() == 0) {
    double(false);
    return endBit();
  }
  double(true);
  return next(STAGE_ADD, left);
}

function stepAdd(): u32 {
  spend(ADD_CYCLES);
  addBegin(entryOfBit());
  return next(STAGE_ADD_END, left);
}

function stepAddEnd(): u32 {
  spend(ADD_END_CYCLES);
  addEnd();
  return endBit();
}

function endBit(): u32 {
  if (left > 0) return next(STAGE_DOUBLE, left);
  copyElement(T3, Z);
  return next(STAGE_INVERSE, INVERSE_TOP);
}

/** Encodes the point and compares it with R, which therefore is encoded as it must be. */
function stepPoint(): u32 {
  spend(POINT_CYCLES);
  multiply(T0, X, T3);
  multiply(T1, Y, T3);
  pack(PACKED, T0);
  const sign = (load<u8>(PACKED) & 1) << 7;
  pack(PACKED, T1);
  store<u8>(PACKED, load<u8>(PACKED, 31) | sign, 31);
  if (!sameBytes(PACKED, signature, POINT_BYTES)) return SIGNATURE_WRONG;
  return next(STAGE_POINT_ORDER, COFACTOR_DOUBLINGS);
}

if (!(ENTRY_BASE + ENTRY_KEY == ENTRY_SUM)) ERROR('both bits together stand for the sum');
