/**
 * How far along a straight move it is safe to go before coverage ends. docs/SPEC.md section 3.1.
 *
 * Intervals are half-open, so a move to the right ends at the first point of a gap (which is not safe itself), a move to the left
 * at the first point of its run (which is). The phase stands still during a move.
 */
import { END_AT_START, END_BOUND, STATE_COVERED, STATE_FAULT, SWEEP_LOCATION, Sweep } from '../format';
import { stateOfWord } from '../words';
import { active } from './active';
import { check } from './check';
import { asksLine, sweepMap } from './layout';

/**
 * Fills the struct at SWEEP_LOCATION. Bounded by the image's own bound of cells, and that by SWEEP_CELLS_MAX.
 *
 * @param phase ticks within the period, for the whole move
 * @param x0 stored coordinate of the first point
 * @param y0 of the second axis; a line does not look at it
 * @param x1 stored coordinate of the last point, on either side of the first; on a ring x0 ± the way, wherever that lies
 * @param y1 like y0
 */
export function sweep(phase: u32, x0: i32, y0: i32, x1: i32, y1: i32): void {
  const map = active();
  const out = changetype<Sweep>(SWEEP_LOCATION);
  const startWord = check(phase, x0, y0);
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
  if (!asksLine(map.ask) || stateOfWord(startWord) != STATE_COVERED) return;
  if (min(map.moveCellsMax, map.moveLengthMax) == 0) {
    out.end = END_BOUND;
    return;
  }
  sweepMap(map, out, phase, x0, x1);
}
