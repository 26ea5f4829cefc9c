/** When another rule begins to answer for a place, phase by phase. docs/SPEC.md section 3.2. */
import { COMPACT, PHASE_STEPS_MAX, WINDOW_AT_START, WINDOW_BYTES, WORD_ROW_MASK } from '../format';
import { Active, hasDirectories } from './active';
import { HALVINGS_SHIFT, find, findEntry, firstEntry, placeIn, startAt, wordAt } from './directory';
import { findCell, findPhaseIndex, phaseIndexFirst, wordOfCell } from './phase';
import { asPlane } from './active-plane';
import { ruleOfRow } from './place';
import { findInGrid } from './plane';
import { listBase } from './search';

const WINDOW_WORDS: u32 = WINDOW_BYTES / 4;
const PHASES_MAX: u32 = 1 << PHASE_STEPS_MAX;
/** A start that no phase has. */
const BEHIND_LAST: u32 = 0xffffffff;

// A phase is known by where its entry stands: with trees the index of the entry's first word, else the number of the entry in its list.

/** How phases and their places are found. */
const BY_TREES: u32 = 0;
const BY_HALVES: u32 = 1;
const BY_GRIDS: u32 = 2;

/**
 * Ticks from `phase` on; 0: the same rule always, or the place is on no axis and the phase in no period. Looks at each phase once. Where
 * code is to be small, one form asks how.
 */
// @ts-ignore: decorator
@inline
export function changeOnLine(map: Active, phase: u32, x: i32): u32 {
  const offset = u32(x - map.minimum);
  if (offset >= map.length || phase > map.lastPhase) return 0;
  if (COMPACT) return follow(hasDirectories(map) ? BY_HALVES : BY_TREES, map, phase, offset, 0);
  return hasDirectories(map) ? follow(BY_HALVES, map, phase, offset, 0) : follow(BY_TREES, map, phase, offset, 0);
}

/** The same in a plane. */
export function changeOnPlane(map: Active, phase: u32, x: i32, y: i32): u32 {
  const plane = asPlane(map);
  const offsetX = u32(x - plane.minimumX);
  const offsetY = u32(y - plane.minimumY);
  if (offsetX >= plane.width || offsetY >= plane.height || phase > plane.lastPhase) return 0;
  return follow(BY_GRIDS, map, phase, offsetX, offsetY);
}

/** The same for a place and a phase that are: from one to the next, then from the first on. In several forms, so that none asks which. */
// @ts-ignore: decorator
@inline
function follow(how: u32, map: Active, phase: u32, x: u32, y: u32): u32 {
  const byTrees = how == BY_TREES;
  const first = byTrees ? phaseIndexFirst(map) : firstEntry(map.phaseStarts);
  const step = byTrees ? WINDOW_WORDS : 1;
  let at = byTrees ? findPhaseIndex(map, phase) : findEntry(map.phaseStarts, map.phaseEntries >>> HALVINGS_SHIFT, phase);
  let start: u32 = 0;
  let passed: u32 = 0;
  let rule: u32 = 0;
  for (let i: u32 = 0; i <= PHASES_MAX; i++) {
    const found = ruleAt(how, map, at, x, y);
    if (i == 0) rule = found;
    else if (found != rule) return start + passed - phase;
    at += step;
    start = byTrees ? startInTree(map, at) : startAt(at);
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

/** The rule of the place in a phase. */
// @ts-ignore: decorator
@inline
function ruleAt(how: u32, map: Active, at: u32, x: u32, y: u32): u32 {
  if (how == BY_GRIDS) return findInGrid(asPlane(map), wordAt(at), x, y) & map.ruleMask;
  return ruleOfRow(map, (how == BY_HALVES ? wordInList(map, at, x) : wordInTree(map, at, x)) & WORD_ROW_MASK);
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
