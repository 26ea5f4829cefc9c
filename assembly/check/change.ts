/** How long the answer for a place stays as it is. docs/SPEC.md section 3.2. */
import { active } from './active';
import { asksLine, isPlane } from './layout';
import { changeOnLine, changeOnPlane } from './phase-change';

/**
 * Ticks until another rule answers for a place than in `phase`, when the machine stays there; the period begins again at its end. 0: none
 * ever does, or the map has nothing to say of the place. Looks at each phase of the map once at most.
 *
 * @param phase ticks within the period
 * @param x stored coordinate
 * @param y for planes, which untilChangePlane answers for; here it is 0
 */
export function untilChange(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  return asksLine(map.ask) ? changeOnLine(map, phase, x) : 0;
}

/** The same where the map may be a plane: it answers for lines as well. */
export function untilChangePlane(phase: u32, x: i32, y: i32): u32 {
  const map = active();
  return isPlane(map.ask) ? changeOnPlane(map, phase, x, y) : untilChange(phase, x, y);
}
