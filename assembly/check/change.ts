/** How long the answer for a place stays as it is. docs/SPEC.md section 3.2. */
import { active } from './active';
import { asksMap, changeOfMap } from './layout';

/**
 * Ticks until another rule answers for a place than in `phase`, when the machine stays there; the period begins again at its end. 0: none
 * ever does, or the map has nothing to say of the place. Looks at each phase of the map once at most.
 *
 * @param phase ticks within the period
 * @param x stored coordinate
 * @param y the second axis of a plane; a line does not look at it
 */
export function untilChange(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  if (!asksMap(map.ask)) return 0;
  return changeOfMap(map, phase, x);
}
