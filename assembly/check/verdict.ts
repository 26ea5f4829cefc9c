/** A word spelled out, on demand: which zone or gap rule, its limit, and how far the next gap is. */
import { VERDICT_BYTES, VERDICT_LOCATION } from '../memory';
import { ROW_MASK, ROW_UNUSED_BITS, STATE_FAULT, STATE_GAP, actionOfWord, stateOfWord } from '../words';
import { Active, NO_RUNS, active } from './active';
import { ROW_WORDS, RULE_LIMIT, RULE_WORDS, arenaIndex } from './place';

const ROW_BEHIND: u32 = 1;
const ROW_AHEAD: u32 = 2;

/** docs/SPEC.md section 3: nine words of 32 bits. */
@unmanaged
export class Verdict {
  state: u32;
  action: u32;
  /** Index into RULES; −1 when no rule answers. */
  rule: i32;
  tier: u32;
  limit: i32;
  hasLimit: u32;
  epoch: u32;
  toGapAhead: u32;
  toGapBehind: u32;
}

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
  if (map.runShift == NO_RUNS) return fillFromRow(map, out, word, x);
  fillFromRule(map, out, word & map.ruleMask);
  if (i32(word) >= 0) return fillNoDistances(out);
  const run = arenaIndex(map.rows + ((word << ROW_UNUSED_BITS) >>> map.runShift));
  const offset = u32(x - map.minimum);
  fillAhead(map, out, offset, run >>> 16);
  fillBehind(map, out, offset, run & 0xffff);
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

/** A map that has a table of rows. */
function fillFromRow(map: Active, out: Verdict, word: u32, x: i32): void {
  const row = map.rows + (word & ROW_MASK) * ROW_WORDS;
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

if (!(offsetof<Verdict>() <= VERDICT_BYTES)) ERROR('the verdict outgrew its place');
