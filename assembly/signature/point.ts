/**
 * Points of the curve −x² + y² = 1 + dx²y², in extended coordinates. Both formulas (Hisil, Wong, Carter and Dawson 2008) are complete: they
 * hold for every two points, so nothing depends on what the points are. Units of field.ts stand beside each line.
 */
import { BASE_MINUS, BASE_PLUS, BASE_PRODUCT, CURVE_D, setConstant } from './constants';
import { PACKED_BYTES, add, carry, copyElement, multiply, pack, setSmall, square, subtract, unpack } from './field';
import { KEY_ENTRY, OPERAND, PACKED, SUM_ENTRY, T, T0, T1, T2, T3, X, Y, Z } from './place';

/** What can be added to the point. */
export const ENTRY_BASE: u32 = 1;
export const ENTRY_KEY: u32 = 2;
export const ENTRY_SUM: u32 = 3;

/** The point becomes the neutral one, (0, 1). */
export function setNeutral(): void {
  setSmall(X, 0);
  setSmall(Y, 1);
  setSmall(Z, 1);
  setSmall(T, 0);
}

/** Doubles the point: 7 products, and an eighth for T, which only an addition reads. Coordinates are of one unit, before and after. */
export function double(withT: bool): void {
  square(T0, X); // x²: 1
  square(T1, Y); // y²: 1
  square(T2, Z);
  add(T2, T2, T2); // 2z²: 2
  add(T3, X, Y); // 2 · 2
  square(T3, T3);
  add(X, T0, T1); // H = x² + y²: 2
  subtract(T3, X, T3); // E = H − (x + y)²: 3
  subtract(Y, T0, T1); // G = x² − y²: 2
  add(T2, T2, Y); // F = 2z² + G: 4
  carry(T2); // 1
  multiply(Z, T2, Y); // 1 · 2
  multiply(Y, Y, X); // 2 · 2
  if (withT) multiply(T, T3, X); // 3 · 2
  multiply(X, T3, T2); // 3 · 1
}

/** Begins to add one of the entries to the point: 4 products. addEnd follows. */
export function addBegin(entry: u32): void {
  subtract(T0, Y, X);
  loadPart(entry, 0);
  multiply(T0, T0, OPERAND); // 2 · 2
  add(T1, Y, X);
  loadPart(entry, 1);
  multiply(T1, T1, OPERAND); // 2 · 2
  loadPart(entry, 2);
  multiply(T2, T, OPERAND); // 1 · 2
  loadPart(entry, 3);
  multiply(T3, Z, OPERAND); // 1 · 2
}

/** Ends what addBegin began: 4 products more. */
export function addEnd(): void {
  subtract(X, T1, T0); // E: 2
  add(Y, T1, T0); // H: 2
  subtract(Z, T3, T2); // F: 2
  add(T, T3, T2); // G: 2
  multiply(T0, X, Z); // 2 · 2, as all of these
  multiply(Z, Z, T);
  multiply(T1, T, Y);
  multiply(T, X, Y);
  copyElement(X, T0);
  copyElement(Y, T1);
}

/** Loads a part of an entry into OPERAND: y − x, y + x, 2dxy, 2z. All are of two units at most. */
function loadPart(entry: u32, part: u32): void {
  if (entry == ENTRY_SUM) unpack(OPERAND, SUM_ENTRY + part * PACKED_BYTES);
  else if (part == 3) setSmall(OPERAND, 2);
  else if (entry == ENTRY_KEY) unpack(OPERAND, KEY_ENTRY + part * PACKED_BYTES);
  else setConstant(OPERAND, part == 0 ? BASE_MINUS : part == 1 ? BASE_PLUS : BASE_PRODUCT);
}

/** Keeps the point as an entry; without 2Z where Z is 1. */
export function keepAs(entry: u32): void {
  const to = entry == ENTRY_KEY ? KEY_ENTRY : SUM_ENTRY;
  subtract(T0, Y, X);
  pack(to, T0);
  add(T0, Y, X);
  pack(to + PACKED_BYTES, T0);
  setConstant(OPERAND, CURVE_D);
  add(T0, T, T);
  multiply(T0, T0, OPERAND); // 2 · 2
  pack(to + 2 * PACKED_BYTES, T0);
  if (entry == ENTRY_KEY) return;
  add(T0, Z, Z);
  pack(to + 3 * PACKED_BYTES, T0);
}

/** Whether an element is 0; it is carried to its one form on the way. */
export function isZero(element: usize): bool {
  pack(PACKED, element);
  let any: u32 = 0;
  for (let at: usize = 0; at < PACKED_BYTES; at += 4) any |= load<u32>(PACKED + at);
  return any == 0;
}
