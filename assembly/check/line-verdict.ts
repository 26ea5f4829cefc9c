/** Rule and distances of a word of a line. docs/SPEC.md sections 2.4, 2.5 and 3. */
import { ROW_AT_AHEAD, ROW_AT_BEHIND, RUN_AHEAD_SHIFT, RUN_BEHIND_MASK, Verdict, WORD_ROW_MASK } from '../format';
import { ROW_UNUSED_BITS } from '../words';
import { Active, NO_RUNS } from './active';
import { ROW_WORDS, RULE_LIMIT, RULE_WORDS, arenaIndex } from './place';

/** Which words of an entry of ROWS these are. */
const ROW_BEHIND: u32 = ROW_AT_BEHIND / 4;
const ROW_AHEAD: u32 = ROW_AT_AHEAD / 4;

/** Fills in what the row of a covered word or a gap says of place `x`. */
// @ts-ignore: decorator
@inline
export function fillOnLine(map: Active, out: Verdict, word: u32, x: i32): void {
  if (map.runShift == NO_RUNS) return fillFromRow(map, out, word, x);
  fillFromRule(map, out, word & map.ruleMask);
  if (i32(word) >= 0) return fillNoDistances(out);
  const run = arenaIndex(map.rows + ((word << ROW_UNUSED_BITS) >>> map.runShift));
  const offset = u32(x - map.minimum);
  fillAhead(map, out, offset, run >>> RUN_AHEAD_SHIFT);
  fillBehind(map, out, offset, run & RUN_BEHIND_MASK);
}

/** A map that has a table of rows. */
function fillFromRow(map: Active, out: Verdict, word: u32, x: i32): void {
  const row = map.rows + (word & WORD_ROW_MASK) * ROW_WORDS;
  fillFromRule(map, out, arenaIndex(row));
  if (i32(word) >= 0) return fillNoDistances(out);
  const offset = u32(x - map.minimum);
  fillAhead(map, out, offset, arenaIndex(row + ROW_AHEAD));
  fillBehind(map, out, offset, arenaIndex(row + ROW_BEHIND));
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
function fillNoDistances(out: Verdict): void {
  out.toGapAhead = 0;
  out.toGapBehind = 0;
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
