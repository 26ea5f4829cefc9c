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

/** Writes one of them to `to`, as an element of two units. */
export function setConstant(to: usize, which: u32): void {
  switch (which) {
    case CURVE_D: put(0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73); break;
    case ROOT_OF_MINUS_1: put(0xc4ee1b274a0ea0b0, 0x2f431806ad2fe478, 0x2b4d00993dfbd7a7, 0x2b8324804fc1df0b); break;
    case BASE_MINUS: put(0x9d103905d740913e, 0xfd399f05d140beb3, 0xa5c18434688f8a09, 0x44fd2f9298f81267); break;
    case BASE_PLUS: put(0x2fbc93c6f58c3b85, 0xcf932dc6fb8c0e19, 0x270b4898643d42c2, 0x07cf9d3a33d4ba65); break;
    default: put(0xabc91205877aaa68, 0x26d9e823ccaac49e, 0x5a1b7dcbdd43598c, 0x6f117b689f0c65a8);
  }
  unpack(to, PACKED);
}

// @ts-ignore: decorator
@inline
function put(w0: u64, w1: u64, w2: u64, w3: u64): void {
  store<u64>(PACKED, w0);
  store<u64>(PACKED, w1, 8);
  store<u64>(PACKED, w2, 16);
  store<u64>(PACKED, w3, 24);
}
