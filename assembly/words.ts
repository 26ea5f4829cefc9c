/** The packed word that check answers: state, action and the row of the verdict. docs/SPEC.md section 3. */
import { ROW_NONE, WORD_ACTION_SHIFT, WORD_STATE_SHIFT } from './format';

/** Bits of a word above its row. */
export const ROW_UNUSED_BITS: u32 = 32 - WORD_ACTION_SHIFT;

/** Packs a word that belongs to no row. */
// @ts-ignore: decorator
@inline
export function wordWithoutRow(state: u32, action: u32): u32 {
  return (state << WORD_STATE_SHIFT) | (action << WORD_ACTION_SHIFT) | ROW_NONE;
}

// @ts-ignore: decorator
@inline
export function stateOfWord(word: u32): u32 {
  return word >>> WORD_STATE_SHIFT;
}

// @ts-ignore: decorator
@inline
export function actionOfWord(word: u32): u32 {
  return (word >>> WORD_ACTION_SHIFT) & 7;
}
