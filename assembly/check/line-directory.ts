/** The word of a place on a line whose lists have directories, with phases and without. docs/SPEC.md section 2.8. */
import { Active } from './active';
import { HALVINGS_SHIFT, find, placeIn, placeInFirst } from './directory';
import { offsetInPeriod, within } from './line';

/** In a map without phases: its only list has the first directory. */
// @ts-ignore: decorator
@inline
export function wordInDirectory(map: Active, phase: u32, x: i32): u32 {
  const offset = offsetInPeriod(map, phase, x);
  return within(map, offset, find(placeInFirst(map.list, offset), map.words >>> HALVINGS_SHIFT, offset));
}

/** In a map with phases: the word of a phase is the list word of its list. */
// @ts-ignore: decorator
@inline
export function wordInDirectoryInPhase(map: Active, phase: u32, x: i32): u32 {
  const list = find(placeIn(map.phaseStarts, phase), map.phaseEntries >>> HALVINGS_SHIFT, phase);
  const offset = offsetInPeriod(map, phase, x);
  return within(map, offset, find(placeIn(list, offset), map.words >>> HALVINGS_SHIFT, offset));
}
