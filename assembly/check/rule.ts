/** What the rule of a word says, the same in every layout. docs/SPEC.md section 2.4. */
import { Verdict } from '../format';
import { Active } from './active';
import { RULE_LIMIT, RULE_WORDS, arenaIndex } from './place';

// What is read is stored before anything else is: small cores have few registers.

// @ts-ignore: decorator
@inline
export function fillFromRule(map: Active, out: Verdict, rule: u32): void {
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
export function fillNoDistances(out: Verdict): bool {
  out.toGapAhead = 0;
  out.toGapBehind = 0;
  return false;
}
