/**
 * The search of the check path: branch-free, constant in time for a given image. docs/SPEC.md section 2.2.
 *
 * Why no load leaves the arena, whatever it holds: the list starts in the first half of the arena (its index is masked), and
 * after i steps the position k is below 2^(i+1), so that with at most LINE_STEPS_MAX steps `4 × k` is below the other half.
 */
import { ARENA_BYTES, ARENA_LOCATION, LINE_STEPS_MAX } from '../format';
import { LEVELS_ROOM, LIST_SHIFT } from './active';
import { LIST_UNUSED_BITS } from './place';

const LIST_OFFSET_MASK: u32 = ARENA_BYTES / 2 - 4;
/** Steps that are unrolled in one switch, as far as a build makes them; more are added before it. */
const SWITCH_STEPS: u32 = 14;
const SWITCH_ROOM: u32 = 15;

/** Where a list of the active record starts. */
// @ts-ignore: decorator
@inline
export function listBase(list: u32): usize {
  return ARENA_LOCATION + ((list << LIST_UNUSED_BITS) >>> (LIST_UNUSED_BITS - 2));
}

/** Where a list starts that stands at an offset of the arena, bytes. */
// @ts-ignore: decorator
@inline
export function listBaseAt(offset: u32): usize {
  return ARENA_LOCATION + (offset & LIST_OFFSET_MASK);
}

/** The levels that the search of a list of the active record leaves out. */
// @ts-ignore: decorator
@inline
export function levelsOut(list: u32): u32 {
  return list >>> LIST_SHIFT;
}

// @ts-ignore: decorator
@inline
function step(base: usize, k: u32, value: u32): u32 {
  return (k << 1) + u32(value >= load<u32>(base + (k << 2)));
}

/**
 * Descends all levels of the list at `base` but the `out` that are left out of LEVELS_ROOM; never more than the build allows.
 * Gives 2^steps + the index of the last start that is not above `value`.
 */
// @ts-ignore: decorator
@inline
export function search(base: usize, out: u32, value: u32): u32 {
  let k: u32 = 1;
  if (LINE_STEPS_MAX > SWITCH_STEPS) {
    if (out <= LEVELS_ROOM - 22) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 21) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 20) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 19) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 18) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 17) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 16) k = step(base, k, value);
    if (out <= LEVELS_ROOM - 15) k = step(base, k, value);
  }
  // On controllers four bits leave as many values as there are cases: no compiler needs a comparison before it jumps.
  switch (LINE_STEPS_MAX > SWITCH_STEPS ? max(out, LEVELS_ROOM - SWITCH_STEPS) - (LEVELS_ROOM - SWITCH_ROOM) : out) {
    case 0:
    case 1: if (LINE_STEPS_MAX > 13) k = step(base, k, value);
    case 2: if (LINE_STEPS_MAX > 12) k = step(base, k, value);
    case 3: if (LINE_STEPS_MAX > 11) k = step(base, k, value);
    case 4: if (LINE_STEPS_MAX > 10) k = step(base, k, value);
    case 5: if (LINE_STEPS_MAX > 9) k = step(base, k, value);
    case 6: k = step(base, k, value);
    case 7: k = step(base, k, value);
    case 8: k = step(base, k, value);
    case 9: k = step(base, k, value);
    case 10: k = step(base, k, value);
    case 11: k = step(base, k, value);
    case 12: k = step(base, k, value);
    case 13: k = step(base, k, value);
    case 14: k = step(base, k, value);
    default: break;
  }
  return k;
}

/** The same by a call, in a list that stands at an offset of the arena. Not on the path of check: what counts is how much code it is. */
export function searchCalled(offset: u32, out: u32, value: u32): u32 {
  return search(listBaseAt(offset), out, value);
}

if (!((LINE_STEPS_MAX >= 9 && LINE_STEPS_MAX <= SWITCH_STEPS) || LINE_STEPS_MAX == 22))
  ERROR('the unrolled search has another number of steps');
