/** The word of a place on a line whose lists are trees, with phases and without. docs/SPEC.md section 2.2. */
import { Active } from './active';
import { phaseEntry, wordInPhase } from './phase';
import { arenaIndex } from './place';
import { levelsOut, listBase, search } from './search';

/** In a map without phases. */
// @ts-ignore: decorator
@inline
export function wordOnLine(map: Active, phase: u32, x: i32): u32 {
  const offset = offsetInPeriod(map, phase, x);
  const k = search(listBase(map.list), levelsOut(map.list), offset);
  return within(map, offset, arenaIndex(map.words + k));
}

/** In a map with phases: finds the entry of the phase, then the cell in its list. */
// @ts-ignore: decorator
@inline
export function wordOnLineInPhase(map: Active, phase: u32, x: i32): u32 {
  const offset = offsetInPeriod(map, phase, x);
  const entry = phaseEntry(map, phase);
  return within(map, offset, wordInPhase(map, entry, offset));
}

/** Steps from the axis minimum; beyond the period a number that lies on no axis, so that one comparison finds both. */
// @ts-ignore: decorator
@inline
export function offsetInPeriod(map: Active, phase: u32, x: i32): u32 {
  return u32(x - map.minimum) | (0 - u32(map.lastPhase < phase));
}

/** The word, or OUTSIDE off the axis or period. Not by a branch, which costs what it takes. */
// @ts-ignore: decorator
@inline
export function within(map: Active, offset: u32, word: u32): u32 {
  return select<u32>(map.outsideWord, word, offset >= map.length);
}
