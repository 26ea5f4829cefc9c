/** What a move gathers on its way, along a line or through a plane. docs/SPEC.md section 3.1. */
import { END_UNCOVERED, Sweep, WORD_ROW_MASK } from '../format';
import { Active } from './active';
import { RULE_LIMIT, RULE_WORDS, arenaIndex, ruleOfRow } from './place';

const TIER_MAX: u32 = 255;

/** The limit of the first point. */
let startHasLimit: u32 = 0;
let startLimit: i32 = 0;

/** Where the rule of a covered cell stands, an index. */
// @ts-ignore: decorator
@inline
function ruleOf(map: Active, word: u32): u32 {
  return map.rules + ruleOfRow(map, word & WORD_ROW_MASK) * RULE_WORDS;
}

/** The word of the first cell: what its limit is, limits ahead are compared with. */
// @ts-ignore: decorator
@inline
export function beginAt(map: Active, out: Sweep, word: u32): void {
  const at = ruleOf(map, word);
  out.tier = TIER_MAX;
  startHasLimit = arenaIndex(at) >>> 24;
  startLimit = i32(arenaIndex(at + RULE_LIMIT));
}

/** Takes the zone of a covered cell into account. Gives whether the limit first falls there, so that the caller says how far that is. */
export function addCell(map: Active, out: Sweep, word: u32): bool {
  const at = ruleOf(map, word);
  const head = arenaIndex(at);
  out.tier = min(out.tier, (head >>> 16) & 0xff);
  out.endWord = word;
  if (head >>> 24 == 0) return false;
  const limit = i32(arenaIndex(at + RULE_LIMIT));
  out.limit = out.hasLimit != 0 ? min(out.limit, limit) : limit;
  out.hasLimit = 1;
  if (out.hasLower != 0 || (startHasLimit != 0 && limit >= startLimit)) return false;
  out.hasLower = 1;
  out.lowerLimit = limit;
  return true;
}

export function finish(out: Sweep, end: u32, distance: u32): void {
  out.end = end;
  out.distance = distance;
}

export function finishUncovered(out: Sweep, distance: u32, word: u32): void {
  finish(out, END_UNCOVERED, distance);
  out.endWord = word;
}
