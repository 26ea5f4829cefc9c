/** A word spelled out, on demand: which zone or gap rule, its limit, and how far the next gap is. */
import { ARENA_BYTES } from '../limits';
import { ARENA_LOCATION, VERDICT_BYTES, VERDICT_LOCATION } from '../memory';
import { Active, active } from './active';
import { ROW_MASK, STATE_COVERED, STATE_FAULT, STATE_GAP, actionOfWord, stateOfWord } from './words';

const ARENA_WORD_MASK: u32 = ARENA_BYTES - 4;
const RULE_BYTES: u32 = 12;
const ROW_BYTES: u32 = 12;
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
  let rule: u32;
  let behind: u32;
  let ahead: u32;
  const ruleBits = map.ruleBits & 31;
  if (ruleBits != 0) {
    rule = row & ((1 << ruleBits) - 1);
    const run = load<u32>(ARENA_LOCATION + ((map.rowsOffset + ((row >>> ruleBits) << 2)) & ARENA_WORD_MASK));
    behind = run & 0xffff;
    ahead = run >>> 16;
  } else {
    const at = ARENA_LOCATION + entry(map.rowsOffset + row * ROW_BYTES, ROW_BYTES);
    rule = load<u32>(at);
    behind = load<u32>(at, ROW_BEHIND);
    ahead = load<u32>(at, ROW_AHEAD);
  }
  const at = ARENA_LOCATION + entry(map.rulesOffset + rule * RULE_BYTES, RULE_BYTES);
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

/** A place for an entry of `bytes` that ends inside the arena, aligned, whatever the offset. */
// @ts-ignore: decorator
@inline
function entry(offset: u32, bytes: u32): u32 {
  return min(offset, ARENA_BYTES - bytes) & ~3;
}

// @ts-ignore: decorator
@inline
function key(map: Active, index: u32): u32 {
  return load<u32>(ARENA_LOCATION + ((map.keysOffset + (index << 2)) & ARENA_WORD_MASK));
}

if (!(offsetof<Verdict>() <= VERDICT_BYTES)) ERROR('the verdict outgrew its place');
