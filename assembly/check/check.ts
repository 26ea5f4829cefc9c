/** The question of the control loop: am I covered, here and now? */
import { ARENA_BYTES } from '../limits';
import { ARENA_LOCATION } from '../memory';
import { ASK_THE_MAP, active } from './active';
import { search } from './search';

const ARENA_WORD_MASK: u32 = ARENA_BYTES - 4;
const WINDOW_BYTES: u32 = 16;
const WINDOW_KEYS: usize = 4;
const WINDOW_WORDS: usize = 8;
const WINDOW_SHAPE: usize = 12;
const DEPTH_MASK: u32 = 31;

/**
 * Answers for one position and phase with a packed word (docs/SPEC.md section 3). Stores nothing, calls nothing, takes the same
 * number of instructions for every input of an image and mode.
 *
 * @param phase ticks within the period; at or beyond it the answer is OUTSIDE
 * @param x stored coordinate, any i32; off the axis the answer is OUTSIDE
 * @param y the second axis of a plane; a line does not look at it
 */
export function check(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  const answer = map.answer;
  if (answer != ASK_THE_MAP) return answer;
  const offset = u32(x - map.minimum);
  let place: u32;
  if (map.phaseSteps == 0) {
    const k = search(map.listKeysOffset, map.lineSteps, offset);
    place = map.listWordsOffset + (k << 2);
  } else {
    place = placeInPhase(phase, offset);
  }
  const word = load<u32>(ARENA_LOCATION + (place & ARENA_WORD_MASK));
  return select(map.outsideWord, word, i32(offset >= map.length) | i32(phase >= map.period));
}

/** Finds the window of the phase, then the cell in its list; gives the place of the cell's word in the arena, in bytes. */
function placeInPhase(phase: u32, offset: u32): u32 {
  const map = active();
  const window = search(map.phasesOffset, map.phaseSteps, phase) - (1 << (map.phaseSteps & DEPTH_MASK));
  const at = min(map.windowsOffset + window * WINDOW_BYTES, ARENA_BYTES - WINDOW_BYTES) & ~3;
  const keys = load<u32>(ARENA_LOCATION + at, WINDOW_KEYS);
  const words = load<u32>(ARENA_LOCATION + at, WINDOW_WORDS);
  const depth = load<u32>(ARENA_LOCATION + at, WINDOW_SHAPE) & DEPTH_MASK;
  const k = search(keys, map.lineSteps, offset) >>> ((map.lineSteps - depth) & DEPTH_MASK);
  return words + ((k - (1 << depth)) << 2);
}

/** What the loop calls when it knows its position to be invalid: FAULT with the burned action. */
export function checkInvalid(): u32 {
  return active().faultWord;
}
