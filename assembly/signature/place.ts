/**
 * Where a verification works. The place is that of the message buffers (format/memory.yaml): while a job runs, no message is read or
 * written, but for the header of the request that waits for it.
 *
 *     SIGNATURE  │ columns │ X Y Z T │ four temporaries │ an operand │ key: 3 │ sum: 4 │ S │ h │ packed │
 *                            ─────────── elements of 80 bytes ──────    ───────── 32 bytes each ────────
 */
import { SIGNATURE_LOCATION, SIGNATURE_ROOM } from '../format';
import { COLUMNS_BYTES, ELEMENT_BYTES, PACKED_BYTES } from './field';

export const ELEMENTS: usize = SIGNATURE_LOCATION + COLUMNS_BYTES;
/** The point that is worked on, in extended coordinates: x = X/Z, y = Y/Z, XY = ZT. */
export const X: usize = ELEMENTS;
export const Y: usize = X + ELEMENT_BYTES;
export const Z: usize = Y + ELEMENT_BYTES;
export const T: usize = Z + ELEMENT_BYTES;
export const T0: usize = T + ELEMENT_BYTES;
export const T1: usize = T0 + ELEMENT_BYTES;
export const T2: usize = T1 + ELEMENT_BYTES;
export const T3: usize = T2 + ELEMENT_BYTES;
export const OPERAND: usize = T3 + ELEMENT_BYTES;

/** What is added, packed: y − x, y + x, 2dxy. Of the key, negated. */
export const KEY_ENTRY: usize = OPERAND + ELEMENT_BYTES;
/** Of key, negated, and base point together: Y − X, Y + X, 2dT, 2Z. */
export const SUM_ENTRY: usize = KEY_ENTRY + 3 * PACKED_BYTES;
/** The two scalars. */
export const S: usize = SUM_ENTRY + 4 * PACKED_BYTES;
export const H: usize = S + PACKED_BYTES;
export const PACKED: usize = H + PACKED_BYTES;

if (!(PACKED + PACKED_BYTES <= SIGNATURE_LOCATION + SIGNATURE_ROOM)) ERROR('a verification outgrew its place');
