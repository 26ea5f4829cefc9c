/** When another rule begins to answer for a place of a line, phase by phase. docs/SPEC.md section 3.2. */
import { PHASE_STEPS_MAX, WINDOW_AT_START, WINDOW_BYTES, WORD_ROW_MASK } from '../format';
import { Active } from './active';
import { phaseIndex, phaseIndexFirst, wordInPhase } from './phase';
import { ruleOfRow } from './place';
import { listBase } from './search';

const WINDOW_WORDS: u32 = WINDOW_BYTES / 4;
const PHASES_MAX: u32 = 1 << PHASE_STEPS_MAX;

/** Ticks from `phase` on; 0: the same rule always, or the place is on no axis and the phase in no period. Looks at each phase once. */
// @ts-ignore: decorator
@inline
export function changeOnLine(map: Active, phase: u32, x: i32): u32 {
  const offset = u32(x - map.minimum);
  if (offset >= map.length || phase > map.lastPhase) return 0;
  const first = phaseIndexFirst(map);
  let index = phaseIndex(map, phase);
  const rule = ruleAt(map, index, offset);
  let passed: u32 = 0;
  for (let i: u32 = 0; i < PHASES_MAX; i++) {
    index += WINDOW_WORDS;
    // KEYS stand behind the entries of phases.
    if (index >= map.keys) {
      if (passed != 0) break;
      index = first;
      passed = map.lastPhase + 1;
    }
    const start = load<u32>(listBase(index), WINDOW_AT_START) + passed;
    if (passed != 0 && start - passed > phase) break;
    if (ruleAt(map, index, offset) != rule) return start - phase;
  }
  return 0;
}

/** The rule of the place in the phase whose entry stands at an index. */
function ruleAt(map: Active, index: u32, offset: u32): u32 {
  return ruleOfRow(map, wordInPhase(map, listBase(index), offset) & WORD_ROW_MASK);
}
