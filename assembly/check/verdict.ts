/** A word spelled out, on demand: which zone or gap rule, its limit, and how far the next gap is. */
import { STATE_FAULT, STATE_GAP, VERDICT_LOCATION, Verdict } from '../format';
import { actionOfWord, stateOfWord } from '../words';
import { Active, active } from './active';
import { fillOfMap } from './layout';

/**
 * Fills the struct at VERDICT_LOCATION. Pure in its arguments for a given edition; bounded, without loops.
 *
 * @param word what check answered
 * @param x the coordinate it was asked for
 * @param y the second axis of a plane; a line does not look at it
 */
export function verdict(word: u32, x: i32, y: i32): void {
  const map = active();
  const out = changetype<Verdict>(VERDICT_LOCATION);
  const state = stateOfWord(word);
  out.state = state;
  out.action = actionOfWord(word);
  if (state < STATE_GAP) return fillWithoutRow(map, out, state);
  fillOfMap(map, out, word, x);
}

/** FAULT, MAINTENANCE and OUTSIDE: no rule answers. */
function fillWithoutRow(map: Active, out: Verdict, state: u32): void {
  out.rule = -1;
  out.tier = 0;
  out.limit = 0;
  out.hasLimit = 0;
  out.epoch = state == STATE_FAULT ? 0 : map.epoch;
  out.toGapAhead = 0;
  out.toGapBehind = 0;
}
