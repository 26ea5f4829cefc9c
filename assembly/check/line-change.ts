/** When another rule begins to answer for a place of a line, phase by phase. docs/SPEC.md section 3.2. */
import { PHASE_STEPS_MAX, WINDOW_AT_START, WINDOW_BYTES, WORD_ROW_MASK } from '../format';
import { Active, hasDirectories } from './active';
import { HALVINGS_SHIFT, find, findEntry, firstEntry, placeIn, startAt, wordAt } from './directory';
import { findCell, findPhaseIndex, phaseIndexFirst, wordOfCell } from './phase';
import { ruleOfRow } from './place';
import { listBase } from './search';

const WINDOW_WORDS: u32 = WINDOW_BYTES / 4;
const PHASES_MAX: u32 = 1 << PHASE_STEPS_MAX;
/** A start that no phase has. */
const BEHIND_LAST: u32 = 0xffffffff;

// A phase is known by where its entry stands: with trees the index of the entry's first word, with directories the entry's number.

/** Ticks from `phase` on; 0: the same rule always, or the place is on no axis and the phase in no period. Looks at each phase once. */
// @ts-ignore: decorator
@inline
export function changeOnLine(map: Active, phase: u32, x: i32): u32 {
  const offset = u32(x - map.minimum);
  if (offset >= map.length || phase > map.lastPhase) return 0;
  return hasDirectories(map) ? follow(map, phase, offset, true) : follow(map, phase, offset, false);
}

/** The same for a place and a phase that are: from one to the next, then from the first on. In two forms, so that none asks which it is. */
// @ts-ignore: decorator
@inline
function follow(map: Active, phase: u32, offset: u32, byHalves: bool): u32 {
  const first = byHalves ? firstEntry(map.phaseStarts) : phaseIndexFirst(map);
  const step = byHalves ? 1 : WINDOW_WORDS;
  let at = byHalves ? findEntry(map.phaseStarts, map.phaseEntries >>> HALVINGS_SHIFT, phase) : findPhaseIndex(map, phase);
  let start: u32 = 0;
  let passed: u32 = 0;
  let rule: u32 = 0;
  for (let i: u32 = 0; i <= PHASES_MAX; i++) {
    const found = ruleOfRow(map, (byHalves ? wordInList(map, at, offset) : wordInTree(map, at, offset)) & WORD_ROW_MASK);
    if (i == 0) rule = found;
    else if (found != rule) return start + passed - phase;
    at += step;
    start = byHalves ? startAt(at) : startInTree(map, at);
    if (start > map.lastPhase) {
      if (passed != 0) break;
      at = first;
      start = 0;
      passed = map.lastPhase + 1;
    }
    if (passed != 0 && start > phase) break;
  }
  return 0;
}

/** Where a phase starts; behind the last one a number beyond the period. KEYS stand behind the entries of phases. */
// @ts-ignore: decorator
@inline
function startInTree(map: Active, at: u32): u32 {
  return at >= map.keys ? BEHIND_LAST : load<u32>(listBase(at), WINDOW_AT_START);
}

/** The word of the place in a phase. */
// @ts-ignore: decorator
@inline
function wordInList(map: Active, at: u32, offset: u32): u32 {
  return find(placeIn(wordAt(at), offset), map.words >>> HALVINGS_SHIFT, offset);
}

// @ts-ignore: decorator
@inline
function wordInTree(map: Active, at: u32, offset: u32): u32 {
  const entry = listBase(at);
  return wordOfCell(entry, findCell(map, entry, offset));
}
