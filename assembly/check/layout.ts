/**
 * The kinds of map that check, verdict and sweep ask, and what answers for each: the one place of this room that knows them all.
 *
 *     ask                   word                verdict           move            change
 *     ASK_DIRECTORY         line-directory.ts   line-verdict.ts   line-sweep.ts   line-change.ts
 *     ASK_DIRECTORY_PHASES  line-directory.ts   line-verdict.ts   line-sweep.ts   line-change.ts
 *     ASK_LINE              line.ts             line-verdict.ts   line-sweep.ts   line-change.ts
 *     ASK_PHASES            line.ts             line-verdict.ts   line-sweep.ts   line-change.ts
 *
 * Another kind is a value of `ask` in active.ts, a file beside line.ts and a case in each function here; admit/layout.ts, which gives
 * that value when a map is loaded, is its other half. Lines come first: what stands behind them costs lines nothing, and the line without
 * phases whose list has a directory is taken up by check itself.
 */
import { Sweep, Verdict } from '../format';
import { ASK_DIRECTORY, ASK_DIRECTORY_PHASES, ASK_LINE, ASK_PHASES, Active, active } from './active';
import { wordOnLine, wordOnLineInPhase } from './line';
import { changeOnLine } from './line-change';
import { wordInDirectoryInPhase } from './line-directory';
import { sweepLine } from './line-sweep';
import { fillOnLine } from './line-verdict';

/** What check answers where the line that it takes up by itself is not asked. A call: it needs more registers. */
export function wordOfOther(phase: u32, x: i32): u32 {
  const map = active();
  if (map.ask != ASK_DIRECTORY_PHASES) return wordInTree(phase, x);
  return wordInDirectoryInPhase(map, phase, x);
}

/** What check answers where no directories are asked. */
function wordInTree(phase: u32, x: i32): u32 {
  const map = active();
  if (map.ask != ASK_LINE) return wordInTreeInPhase(phase, x);
  return wordOnLine(map, phase, x);
}

function wordInTreeInPhase(phase: u32, x: i32): u32 {
  const map = active();
  if (map.ask != ASK_PHASES) return map.answer;
  return wordOnLineInPhase(map, phase, x);
}

/** Fills in what the rule and the place of a word of the map, a covered one or a gap, say. */
// @ts-ignore: decorator
@inline
export function fillOfMap(map: Active, out: Verdict, word: u32, x: i32): void {
  fillOnLine(map, out, word, x);
}

/** Whether a map is asked, and not answered instead of it. */
// @ts-ignore: decorator
@inline
export function asksMap(ask: u32): bool {
  return ask == ASK_DIRECTORY || ask == ASK_DIRECTORY_PHASES || ask == ASK_LINE || ask == ASK_PHASES;
}

/** Follows a move in the map that is asked, from a first point that is covered. */
// @ts-ignore: decorator
@inline
export function sweepMap(map: Active, out: Sweep, phase: u32, x0: i32, x1: i32): void {
  sweepLine(map, out, phase, x0, x1);
}

/** Ticks until another rule answers for a place of the map that is asked. */
// @ts-ignore: decorator
@inline
export function changeOfMap(map: Active, phase: u32, x: i32): u32 {
  return changeOnLine(map, phase, x);
}
