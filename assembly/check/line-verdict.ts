/** Rule and distances of a word of a line. docs/SPEC.md sections 2.4, 2.5, 2.7 and 3. */
import { ROW_AT_AHEAD, ROW_AT_BEHIND, RUN_AHEAD_SHIFT, RUN_BEHIND_MASK, Verdict, WORD_ROW_MASK } from '../format';
import { ROW_UNUSED_BITS } from '../words';
import { Active, NO_RUNS, isRing } from './active';
import { ROW_WORDS, RULE_LIMIT, RULE_WORDS, arenaIndex } from './place';

/** Which words of an entry of ROWS these are. */
const ROW_BEHIND: u32 = ROW_AT_BEHIND / 4;
const ROW_AHEAD: u32 = ROW_AT_AHEAD / 4;

/** Fills in what the row of a covered word or a gap says of place `x`. */
// @ts-ignore: decorator
@inline
export function fillOnLine(map: Active, out: Verdict, word: u32, x: i32): void {
  if (i32(map.runShift) <= i32(NO_RUNS)) return fillOther(map, out, word, x);
  fillFromRun(map, out, word, x, (word << ROW_UNUSED_BITS) >>> map.runShift);
}

/** On a ring, or in a map that has a table of rows. */
// @ts-ignore: decorator
@inline
function fillOther(map: Active, out: Verdict, word: u32, x: i32): void {
  if (!isRing(map)) {
    fillFromRow(map, out, word, x);
  } else if (map.ruleMask == 0) {
    if (fillFromRow(map, out, word, x)) bendAround(map, out);
  } else {
    if (fillFromRun(map, out, word, x, (word & WORD_ROW_MASK) >>> map.runShift)) bendAround(map, out);
  }
}

/** A map whose words hold their rule and run. Gives whether there are distances. */
// @ts-ignore: decorator
@inline
function fillFromRun(map: Active, out: Verdict, word: u32, x: i32, index: u32): bool {
  fillFromRule(map, out, word & map.ruleMask);
  if (i32(word) >= 0) return fillNoDistances(out);
  const run = arenaIndex(map.rows + index);
  const offset = u32(x - map.minimum);
  fillAhead(map, out, offset, run >>> RUN_AHEAD_SHIFT);
  fillBehind(map, out, offset, run & RUN_BEHIND_MASK);
  return true;
}

/** A map that has a table of rows. Gives whether there are distances. */
// @ts-ignore: decorator
@inline
function fillFromRow(map: Active, out: Verdict, word: u32, x: i32): bool {
  const row = map.rows + (word & WORD_ROW_MASK) * ROW_WORDS;
  fillFromRule(map, out, arenaIndex(row));
  if (i32(word) >= 0) return fillNoDistances(out);
  const offset = u32(x - map.minimum);
  fillAhead(map, out, offset, arenaIndex(row + ROW_AHEAD));
  fillBehind(map, out, offset, arenaIndex(row + ROW_BEHIND));
  return true;
}

/**
 * Makes distances that were taken along the axis go around: one that is not within a length of the ring passes the seam. Both together
 * are the length of the run, and all of the ring only where it has no ends: there no gap is nearer than once around.
 */
// @ts-ignore: decorator
@inline
function bendAround(map: Active, out: Verdict): void {
  const around = map.length;
  const ahead = out.toGapAhead + (out.toGapAhead - 1 >= around ? around : 0);
  const behind = out.toGapBehind + (out.toGapBehind >= around ? around : 0);
  const isRound = ahead + behind == around;
  out.toGapAhead = isRound ? around : ahead;
  out.toGapBehind = isRound ? around : behind;
}

// What is read is stored before anything else is: small cores have few registers.

// @ts-ignore: decorator
@inline
function fillFromRule(map: Active, out: Verdict, rule: u32): void {
  out.epoch = map.epoch;
  out.rule = rule;
  const at = map.rules + rule * RULE_WORDS;
  out.limit = arenaIndex(at + RULE_LIMIT);
  const head = arenaIndex(at);
  out.tier = (head >>> 16) & 0xff;
  out.hasLimit = head >>> 24;
}

/** In a gap. */
// @ts-ignore: decorator
@inline
function fillNoDistances(out: Verdict): bool {
  out.toGapAhead = 0;
  out.toGapBehind = 0;
  return false;
}

/** How far the end of the covered run is whose place key `ahead` tells. */
// @ts-ignore: decorator
@inline
function fillAhead(map: Active, out: Verdict, offset: u32, ahead: u32): void {
  out.toGapAhead = arenaIndex(map.keys + ahead) - offset;
}

/** How far its start is: key `behind`, or the axis minimum when that is 0. */
// @ts-ignore: decorator
@inline
function fillBehind(map: Active, out: Verdict, offset: u32, behind: u32): void {
  out.toGapBehind = behind != 0 ? offset - arenaIndex(map.keys + behind) : offset;
}
