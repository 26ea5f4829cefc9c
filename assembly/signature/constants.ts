/** The numbers of the curve (RFC 8032 section 5.1), written where they are needed: constants in memory would be RAM on a controller. */
import { unpack } from './field';
import { PACKED } from './place';

/** D of the curve. */
export const CURVE_D: u32 = 0;
/** A square root of −1. */
export const ROOT_OF_MINUS_1: u32 = 1;
/** Y − x of the base point. */
export const BASE_MINUS: u32 = 2;
/** Y + x of the base point. */
export const BASE_PLUS: u32 = 3;
/** 2dxy of the base point. */
export const BASE_PRODUCT: u32 = 4;
/** Words of each. */
const WORDS: u32 = 8;

/** Writes one of them to `to`, as an element of two units. */
export function setConstant(to: usize, which: u32): void {
  for (let word: u32 = 0; word < WORDS; word++) store<u32>(PACKED + (word << 2), wordOf(which * WORDS + word));
  unpack(to, PACKED);
}

/** The words of all of them, least first. */
function wordOf(at: u32): u32 {
  switch (at) {
    // CURVE_D
    case 0: return 0x135978a3;
    case 1: return 0x75eb4dca;
    case 2: return 0x4141d8ab;
    case 3: return 0x00700a4d;
    case 4: return 0x7779e898;
    case 5: return 0x8cc74079;
    case 6: return 0x2b6ffe73;
    case 7: return 0x52036cee;
    // ROOT_OF_MINUS_1
    case 8: return 0x4a0ea0b0;
    case 9: return 0xc4ee1b27;
    case 10: return 0xad2fe478;
    case 11: return 0x2f431806;
    case 12: return 0x3dfbd7a7;
    case 13: return 0x2b4d0099;
    case 14: return 0x4fc1df0b;
    case 15: return 0x2b832480;
    // BASE_MINUS
    case 16: return 0xd740913e;
    case 17: return 0x9d103905;
    case 18: return 0xd140beb3;
    case 19: return 0xfd399f05;
    case 20: return 0x688f8a09;
    case 21: return 0xa5c18434;
    case 22: return 0x98f81267;
    case 23: return 0x44fd2f92;
    // BASE_PLUS
    case 24: return 0xf58c3b85;
    case 25: return 0x2fbc93c6;
    case 26: return 0xfb8c0e19;
    case 27: return 0xcf932dc6;
    case 28: return 0x643d42c2;
    case 29: return 0x270b4898;
    case 30: return 0x33d4ba65;
    case 31: return 0x07cf9d3a;
    // BASE_PRODUCT
    case 32: return 0x877aaa68;
    case 33: return 0xabc91205;
    case 34: return 0xccaac49e;
    case 35: return 0x26d9e823;
    case 36: return 0xdd43598c;
    case 37: return 0x5a1b7dcb;
    case 38: return 0x9f0c65a8;
    default: return 0x6f117b68;
  }
}
