/** The question of the control loop: am I covered, here and now? */
import { ASK_THE_MAP, active } from './active';
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
  const offset = u32(x - map.minimum);
  let place: u32;
  if (map.phaseSteps == 0) {
    const k = search(map.listKeysOffset, map.lineSteps, offset);
    place = map.listWordsOffset + (k << 2);
  } else {
    place = placeInPhase(phase, offset);
  }
  const word = arenaWord(place);
  return select(map.outsideWord, word, i32(offset >= map.length) | i32(phase >= map.period));
}

/** Finds the window of the phase, then the cell in its list; gives the place of the cell's word in the arena, in bytes. */
function placeInPhase(phase: u32, offset: u32): u32 {
  const map = active();
  const entry = windowEntry(map, phase);
  return windowWords(entry) + (cellInWindow(map, windowKeys(entry), windowDepth(entry), offset) << 2);
}

/** What the loop calls when it knows its position to be invalid: FAULT with the burned action. */
export function checkInvalid(): u32 {
  return active().faultWord;
}
