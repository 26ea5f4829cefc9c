/** The question of the control loop: am I covered, here and now? */
import { ASK_THE_MAP, Active, active } from './active';
import { arenaWord } from './place';
import { search } from './search';
import { cellInWindow, windowDepth, windowEntry, windowKeys, windowWords } from './window';

/**
 * Answers for one position and phase with a packed word (docs/SPEC.md section 3). Stores nothing, calls nothing outside, takes the
 * same number of instructions for every input of an image and mode.
 *
 * @param phase ticks within the period; at or beyond it the answer is OUTSIDE
 * @param x stored coordinate, any i32; off the axis the answer is OUTSIDE
 * @param y the second axis of a plane; a line does not look at it
 */
export function check(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  if (map.ask != ASK_THE_MAP) return map.answer;
  if (map.phaseSteps != 0) return checkInPhase(phase, x);
  const offset = u32(x - map.minimum);
  const k = search(map.listKeysOffset, map.lineSteps, offset);
  return within(map, phase, offset, arenaWord(map.listWordsOffset + (k << 2)));
}

/** A map with phases: finds the window of the phase, then the cell in its list. */
function checkInPhase(phase: u32, x: i32): u32 {
  const map = active();
  const offset = u32(x - map.minimum);
  const entry = windowEntry(map, phase);
  const cell = cellInWindow(map, windowKeys(entry), windowDepth(entry), offset);
  return within(map, phase, offset, arenaWord(windowWords(entry) + (cell << 2)));
}

/** The word, or OUTSIDE off the axis or period. By masks: a choice would become a branch on some cores, and cost what it takes. */
// @ts-ignore: decorator
@inline
function within(map: Active, phase: u32, offset: u32, word: u32): u32 {
  const outside = 0 - (u32(offset >= map.length) | u32(phase >= map.period));
  return word ^ ((word ^ map.outsideWord) & outside);
}

/** What the loop calls when it knows its position to be invalid: FAULT with the burned action. */
export function checkInvalid(): u32 {
  return active().faultWord;
}
