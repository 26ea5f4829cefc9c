/** The packed word that check answers: state, action and the row of the verdict. docs/SPEC.md section 3. */

export const STATE_FAULT: u32 = 0;
export const STATE_MAINTENANCE: u32 = 1;
export const STATE_OUTSIDE: u32 = 2;
export const STATE_GAP: u32 = 3;
export const STATE_COVERED: u32 = 4;

export const ACTION_STOP: u32 = 0;
export const ACTION_CONTINUE: u32 = 4;
export const ACTION_NONE: u32 = 7;

const STATE_SHIFT: u32 = 29;
const ACTION_SHIFT: u32 = 26;
export const ROW_MASK: u32 = (1 << ACTION_SHIFT) - 1;
export const ROW_NONE: u32 = ROW_MASK;
/** Bits of a word above its row. */
export const ROW_UNUSED_BITS: u32 = 32 - ACTION_SHIFT;

/** Packs a word that belongs to no row. */
// @ts-ignore: decorator
@inline
export function wordWithoutRow(state: u32, action: u32): u32 {
  return (state << STATE_SHIFT) | (action << ACTION_SHIFT) | ROW_NONE;
}

// @ts-ignore: decorator
@inline
export function stateOfWord(word: u32): u32 {
  return word >>> STATE_SHIFT;
}

// @ts-ignore: decorator
@inline
export function actionOfWord(word: u32): u32 {
  return (word >>> ACTION_SHIFT) & 7;
}
