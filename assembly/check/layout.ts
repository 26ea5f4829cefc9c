/**
 * The kinds of map that check, verdict and sweep ask, and what answers for each: the one place of this room that knows them all.
 *
 *     ask                   word                verdict           move            change
 *     ASK_DIRECTORY         line-directory.ts   line-verdict.ts   line-sweep.ts   phase-change.ts
 *     ASK_DIRECTORY_PHASES  line-directory.ts   line-verdict.ts   line-sweep.ts   phase-change.ts
 *     ASK_LINE              line.ts             line-verdict.ts   line-sweep.ts   phase-change.ts
 *     ASK_PHASES            line.ts             line-verdict.ts   line-sweep.ts   phase-change.ts
 *     ASK_PLANE…            plane.ts            line-verdict.ts   plane-sweep.ts  phase-change.ts
 *
 * Another kind is a value of `ask` in active.ts, a file beside line.ts and a case in each function here; admit/layout.ts, which gives
 * that value when a map is loaded, is its other half. Lines come first: what stands behind them costs lines nothing, and the line without
 * phases whose list has a directory is taken up by check itself. Planes have an entry of their own.
 */
import { PLANE_STEPS_MAX, Sweep, Verdict } from '../format';
import { ASK_DIRECTORY, ASK_DIRECTORY_PHASES, ASK_LINE, ASK_PHASES, Active, active } from './active';
import { wordOnLine, wordOnLineInPhase } from './line';
import { wordInDirectoryInPhase } from './line-directory';
import { sweepLine } from './line-sweep';
import { fillOnLine } from './line-verdict';
import { asksPlane } from './plane';
import { followInPlane } from './plane-sweep';

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

/** Whether a plane is asked, in a build that has planes. */
// @ts-ignore: decorator
@inline
export function isPlane(ask: u32): bool {
  return PLANE_STEPS_MAX != 0 && asksPlane(ask);
}

/** Fills in what the rule and the place of a word of the map, a covered one or a gap, say. */
// @ts-ignore: decorator
@inline
export function fillOfMap(map: Active, out: Verdict, word: u32, x: i32): void {
  fillOnLine(map, out, word, x);
}

/** Whether a line is asked. */
// @ts-ignore: decorator
@inline
export function asksLine(ask: u32): bool {
  return ask == ASK_DIRECTORY || ask == ASK_DIRECTORY_PHASES || ask == ASK_LINE || ask == ASK_PHASES;
}

/** Follows a move in the map that is asked, from a first point that is covered. */
// @ts-ignore: decorator
@inline
export function sweepMap(map: Active, out: Sweep, phase: u32, x0: i32, x1: i32): void {
  sweepLine(map, out, phase, x0, x1);
}

/** The same in a plane. */
export function sweepMapOfPlane(map: Active, out: Sweep, phase: u32, x0: i32, y0: i32, x1: i32, y1: i32): void {
  if (PLANE_STEPS_MAX != 0) followInPlane(map, out, phase, x0, y0, x1, y1);
}
