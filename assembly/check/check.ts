/** The question of the control loop: am I covered, here and now? */
import { ASK_DIRECTORY, active } from './active';
import { wordOfOther } from './layout';
import { wordInDirectory } from './line-directory';

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
  if (map.ask != ASK_DIRECTORY) return wordOfOther(phase, x);
  return wordInDirectory(map, phase, x);
}

/** What the loop calls when it knows its position to be invalid: FAULT with the burned action. */
export function checkInvalid(): u32 {
  return active().faultWord;
}
