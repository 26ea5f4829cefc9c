/** What a word of a plane says: its row is its rule. How far a gap is, `sweep` would tell. docs/SPEC.md sections 2.9 and 3. */
import { Verdict, WORD_ROW_MASK } from '../format';
import { Active } from './active';
import { fillFromRule, fillNoDistances } from './rule';

// @ts-ignore: decorator
@inline
export function fillOnPlane(map: Active, out: Verdict, word: u32): void {
  fillFromRule(map, out, word & WORD_ROW_MASK);
  fillNoDistances(out);
}
