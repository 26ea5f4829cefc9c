/** A word spelled out, on demand: which zone or gap rule, its limit, and how far the next gap is. */
import { VERDICT_BYTES, VERDICT_LOCATION } from '../memory';
import { Active, active } from './active';
import { arenaWord, rowEntry, ruleEntry, ruleOfRow } from './place';
import { ROW_MASK, STATE_COVERED, STATE_FAULT, STATE_GAP, actionOfWord, stateOfWord } from './words';

const RULE_LIMIT: usize = 4;
const ROW_BEHIND: usize = 4;
const ROW_AHEAD: usize = 8;

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
  out.epoch = state == STATE_FAULT ? 0 : map.epoch;
  if (state < STATE_GAP) {
    out.rule = -1;
    out.tier = 0;
    out.limit = 0;
    out.hasLimit = 0;
    out.toGapAhead = 0;
    out.toGapBehind = 0;
    return;
  }
  fillFromRow(map, out, word & ROW_MASK, u32(x - map.minimum), state == STATE_COVERED);
}

// @ts-ignore: decorator
@inline
function fillFromRow(map: Active, out: Verdict, row: u32, offset: u32, covered: bool): void {
  let behind: u32;
  let ahead: u32;
  const ruleBits = map.ruleBits & 31;
  if (ruleBits != 0) {
    const run = arenaWord(map.rowsOffset + ((row >>> ruleBits) << 2));
    behind = run & 0xffff;
    ahead = run >>> 16;
  } else {
    const at = rowEntry(map, row);
    behind = load<u32>(at, ROW_BEHIND);
    ahead = load<u32>(at, ROW_AHEAD);
  }
  const rule = ruleOfRow(map, row);
  const at = ruleEntry(map, rule);
  const head = load<u32>(at);
  out.rule = rule;
  out.tier = (head >>> 16) & 0xff;
  out.hasLimit = head >>> 24;
  out.limit = load<i32>(at, RULE_LIMIT);
  const inRun = 0 - u32(covered);
  const start = key(map, behind) & (0 - u32(behind != 0));
  out.toGapAhead = (key(map, ahead) - offset) & inRun;
  out.toGapBehind = (offset - start) & inRun;
}

// @ts-ignore: decorator
@inline
function key(map: Active, index: u32): u32 {
  return arenaWord(map.keysOffset + (index << 2));
}

if (!(offsetof<Verdict>() <= VERDICT_BYTES)) ERROR('the verdict outgrew its place');
