/** The question of the control loop: am I covered, here and now? */
import { LARGE, NODE_12_BYTES, NODE_16_BYTES, NODE_20_BYTES, PLANE_STEPS_MAX } from '../format';
import { ASK_DIRECTORY, ASK_PLANE, ASK_PLANE_SHORT, ASK_PLANE_WIDE, active } from './active';
import { asPlane } from './active-plane';
import { wordOfOther } from './layout';
import { wordInDirectory } from './line-directory';
import { wordInPlane } from './plane';

/**
 * Answers for one position and phase with a packed word (docs/SPEC.md section 3). Stores nothing, calls nothing outside, takes the
 * same number of instructions for every input of an image and mode.
 *
 * @param phase ticks within the period; at or beyond it the answer is OUTSIDE
 * @param x stored coordinate, any i32; off the axis the answer is OUTSIDE
 * @param y for planes, which checkPlane answers for; here they are FAULT
 */
export function check(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  if (map.ask != ASK_DIRECTORY) return wordOfOther(phase, x);
  return wordInDirectory(map, phase, x);
}

/**
 * The same where the map may be a plane: it answers for lines as well. An entry of its own, since the second coordinate takes a register
 * and a plane a comparison, which lines would pay for in every check.
 *
 * @param y stored coordinate of the second axis, any i32; a line does not look at it
 */
export function checkPlane(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  if (PLANE_STEPS_MAX == 0) return check(phase, x, y);
  if (map.ask != ASK_PLANE) return wordOfOtherPlane(phase, x, y);
  return wordInPlane(asPlane(map), NODE_16_BYTES, phase, x, y);
}

/** What checkPlane answers where no plane with nodes of 16 bytes is asked. A call: each form walks by itself. */
function wordOfOtherPlane(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  if (map.ask == ASK_PLANE_SHORT) return wordInPlane(asPlane(map), NODE_12_BYTES, phase, x, y);
  if (LARGE && map.ask == ASK_PLANE_WIDE) return wordInPlane(asPlane(map), NODE_20_BYTES, phase, x, y);
  return check(phase, x, y);
}

/** What the loop calls when it knows its position to be invalid: FAULT with the burned action. */
export function checkInvalid(): u32 {
  return active().faultWord;
}
