/** The question of the control loop: am I covered, here and now? */
import { ASK_LINE, ASK_PHASES, Active, active } from './active';
import { phaseEntry, wordInPhase } from './phase';
import { arenaIndex } from './place';
import { levelsOut, listBase, search } from './search';

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
  if (map.ask != ASK_LINE) return checkWithPhases(phase, x);
  const offset = offsetInPeriod(map, phase, x);
  const k = search(listBase(map.list), levelsOut(map.list), offset);
  return within(map, offset, arenaIndex(map.words + k));
}

/** A map with phases, or none: finds the entry of the phase, then the cell in its list. */
function checkWithPhases(phase: u32, x: i32): u32 {
  const map = active();
  if (map.ask != ASK_PHASES) return map.answer;
  const entry = phaseEntry(map, phase);
  const offset = offsetInPeriod(map, phase, x);
  return within(map, offset, wordInPhase(map, entry, offset));
}

/** Steps from the axis minimum; beyond the period a number that lies on no axis, so that one comparison finds both. */
// @ts-ignore: decorator
@inline
function offsetInPeriod(map: Active, phase: u32, x: i32): u32 {
  return u32(x - map.minimum) | (0 - u32(map.lastPhase < phase));
}

/** The word, or OUTSIDE off the axis or period. Not by a branch, which costs what it takes. */
// @ts-ignore: decorator
@inline
function within(map: Active, offset: u32, word: u32): u32 {
  return select<u32>(map.outsideWord, word, offset >= map.length);
}

/** What the loop calls when it knows its position to be invalid: FAULT with the burned action. */
export function checkInvalid(): u32 {
  return active().faultWord;
}
