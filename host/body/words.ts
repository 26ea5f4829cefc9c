import {
  ACTION_NAMES,
  STATE_NAMES,
  WORD_ACTION_MASK,
  WORD_ACTION_SHIFT,
  WORD_ROW_MASK,
  WORD_STATE_SHIFT,
} from '../format.ts';
import type { ActionName } from '../source/model.ts';

/** Packed verdict words, SPEC section 3. */

export type { ActionName } from '../source/model.ts';

export type StateName = (typeof STATE_NAMES)[number];

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
  return ((state << WORD_STATE_SHIFT) | (action << WORD_ACTION_SHIFT) | row) >>> 0;
}

export interface UnpackedWord {
  readonly state: number;
  readonly action: number;
  readonly row: number;
}

export function unpackWord(word: number): UnpackedWord {
  return {
    state: word >>> WORD_STATE_SHIFT,
    action: (word >>> WORD_ACTION_SHIFT) & WORD_ACTION_MASK,
    row: word & WORD_ROW_MASK,
  };
}
