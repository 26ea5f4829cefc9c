import { ACTION_NAMES, type ActionName } from '../source/model.ts';

/** Packed verdict words, SPEC section 3. */

export type { ActionName } from '../source/model.ts';

export const STATE_NAMES = ['fault', 'maintenance', 'outside', 'gap', 'covered'] as const;
export type StateName = (typeof STATE_NAMES)[number];

export const STATE_GAP = 3;
export const STATE_COVERED = 4;
export const ACTION_NONE = 7;
/** The row of a word that has none. */
export const ROW_NONE = 0x3ffffff;

const STATE_SHIFT_BITS = 29;
const ACTION_SHIFT_BITS = 26;

export function actionCode(action: ActionName): number {
  return ACTION_NAMES.indexOf(action);
}

/** The name of an action code, or undefined for 7 (none) and codes that do not exist. */
export function actionName(code: number): ActionName | undefined {
  return ACTION_NAMES[code];
}

export function stateName(code: number): StateName | undefined {
  return STATE_NAMES[code];
}

/** Packs state, action code and row (0 to 2^26 - 1) into a u32. */
export function packWord(state: number, action: number, row: number): number {
  return ((state << STATE_SHIFT_BITS) | (action << ACTION_SHIFT_BITS) | row) >>> 0;
}

export interface UnpackedWord {
  readonly state: number;
  readonly action: number;
  readonly row: number;
}

export function unpackWord(word: number): UnpackedWord {
  return {
    state: word >>> STATE_SHIFT_BITS,
    action: (word >>> ACTION_SHIFT_BITS) & 7,
    row: word & ROW_NONE,
  };
}
