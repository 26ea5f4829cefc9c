/**
 * How far along a straight move it is safe to go before coverage ends. docs/SPEC.md section 3.1.
 *
 * Intervals are half-open, so a move to the right ends at the first point of a gap (which is not safe itself), a move to the left
 * at the first point of its run (which is). The phase stands still during a move.
 */
import { END_AT_START, END_BOUND, STATE_COVERED, STATE_FAULT, SWEEP_LOCATION, Sweep } from '../format';
import { stateOfWord } from '../words';
import { Active, active } from './active';
import { check, checkPlane } from './check';
import { asksLine, isPlane, sweepMap, sweepMapOfPlane } from './layout';

/**
 * Fills the struct at SWEEP_LOCATION. Bounded by the image's own bound of cells, and that by SWEEP_CELLS_MAX.
 *
 * @param phase ticks within the period, for the whole move
 * @param x0 stored coordinate of the first point
 * @param y0 for planes, which sweepPlane answers for; here their first point is FAULT
 * @param x1 stored coordinate of the last point, on either side of the first; on a ring x0 ± the way, wherever that lies
 * @param y1 like y0
 */
export function sweep(phase: u32, x0: i32, y0: i32, x1: i32, y1: i32): void {
  const map = active();
  const out = changetype<Sweep>(SWEEP_LOCATION);
  if (begins(map, out, check(phase, x0, y0), asksLine(map.ask))) sweepMap(map, out, phase, x0, x1);
}

/**
 * The same where the map may be a plane: it answers for lines as well. An entry of its own, since a cell of a plane takes far more cycles
 * than one of a line, whose bound would be that of planes.
 *
 * @param y0 stored coordinate of the first point along the second axis; a line does not look at it
 * @param y1 of the last point
 */
export function sweepPlane(phase: u32, x0: i32, y0: i32, x1: i32, y1: i32): void {
  const map = active();
  if (!isPlane(map.ask)) return sweep(phase, x0, y0, x1, y1);
  const out = changetype<Sweep>(SWEEP_LOCATION);
  if (begins(map, out, checkPlane(phase, x0, y0), true)) sweepMapOfPlane(map, out, phase, x0, y0, x1, y1);
}

/** Fills in what the first point says. Gives whether there is a move to follow. */
// @ts-ignore: decorator
@inline
function begins(map: Active, out: Sweep, startWord: u32, isAsked: bool): bool {
  out.startWord = startWord;
  out.end = END_AT_START;
  out.distance = 0;
  out.tier = 0;
  out.limit = 0;
  out.hasLimit = 0;
  out.epoch = stateOfWord(startWord) == STATE_FAULT ? 0 : map.epoch;
  out.endWord = startWord;
  out.lowerDistance = 0;
  out.lowerLimit = 0;
  out.hasLower = 0;
  if (!isAsked || stateOfWord(startWord) != STATE_COVERED) return false;
  if (min(map.moveCellsMax, map.moveLengthMax) != 0) return true;
  out.end = END_BOUND;
  return false;
}
