/** A move along a line or around a ring, cell by cell. docs/SPEC.md sections 2.7 and 3.1. */
import { END_BOUND, END_WHOLE, LIST_ENTRY_BYTES, STATE_COVERED, SWEEP_CELLS_MAX, Sweep } from '../format';
import { stateOfWord } from '../words';
import { Active, hasDirectories, isRing } from './active';
import { HALVINGS_SHIFT, findEntry, firstEntry, startPlace, wordAt, wordPlace } from './directory';
import { addCell, beginAt, finish, finishUncovered } from './move';
import { findCell, findPhaseIndex, phaseCells, phaseDepth, phaseKeys, phaseWords } from './phase';
import { arenaWord } from './place';
import { listBase } from './search';

// Starts and words of a tree stand each in a list of their own, those behind a directory side by side.
const TREE_STRIDE: u32 = 4;
const ENTRY_STRIDE: u32 = LIST_ENTRY_BYTES;

// The list at hand, and the move in unsigned offsets from the axis minimum.
let keys: u32 = 0;
let words: u32 = 0;
let cells: u32 = 0;
/** Bytes from one start or word to the next. */
let stride: u32 = 0;
/** Places in a tree: 2^depth. */
let places: u32 = 0;

/** Follows a move whose first point is covered. Bounded by the image's own bound of cells, and that by SWEEP_CELLS_MAX. */
// @ts-ignore: decorator
@inline
export function sweepLine(map: Active, out: Sweep, phase: u32, x0: i32, x1: i32): void {
  const from = u32(x0 - map.minimum);
  const cell = hasDirectories(map) ? takeList(map, phase, from) : takeTree(map, phase, from);
  beginAt(map, out, wordOf(cell));
  if (x1 >= x0) sweepAhead(map, out, from, u32(x1 - x0), cell);
  else sweepBehind(map, out, from, u32(x0 - x1), cell);
}

/** Takes the list of the phase for the one at hand. Gives the cell that holds an offset. */
function takeTree(map: Active, phase: u32, from: u32): u32 {
  const entry = listBase(findPhaseIndex(map, phase));
  keys = phaseKeys(entry);
  words = phaseWords(entry);
  cells = phaseCells(entry);
  stride = TREE_STRIDE;
  places = 1 << phaseDepth(entry);
  return findCell(map, entry, from);
}

/** The same behind a directory. The list's last cell is the one before the end of the axis. */
function takeList(map: Active, phase: u32, from: u32): u32 {
  const list = wordAt(findEntry(map.phaseStarts, map.phaseEntries >>> HALVINGS_SHIFT, phase));
  const out = map.words >>> HALVINGS_SHIFT;
  const first = firstEntry(list);
  keys = startPlace(first);
  words = wordPlace(first);
  cells = findEntry(list, out, map.length - 1) + 1 - first;
  stride = ENTRY_STRIDE;
  return findEntry(list, out, from) - first;
}

/** Where a cell starts; the axis length stands in the place of the cell behind the last. */
// @ts-ignore: decorator
@inline
function startOf(map: Active, cell: u32): u32 {
  if (cell == 0) return 0;
  if (cell >= cells) return map.length;
  if (stride == ENTRY_STRIDE) return arenaWord(keys + cell * ENTRY_STRIDE);
  const place = (places + cell) >>> (u32(ctz(cell)) + 1);
  return arenaWord(keys + place * TREE_STRIDE);
}

// @ts-ignore: decorator
@inline
function wordOf(cell: u32): u32 {
  return arenaWord(words + (cell * stride));
}

/** How a move ends that goes `allowed` steps of those that were wanted. */
// @ts-ignore: decorator
@inline
function endOf(allowed: u32, wanted: u32): u32 {
  return allowed == wanted ? END_WHOLE : END_BOUND;
}

// Around a ring, a place behind the seam is further away by the length of the ring. Moves go at most once around, so that the cell of the
// first point is the last one that they can reach; there every distance fits 32 bits.

function sweepAhead(map: Active, out: Sweep, from: u32, wanted: u32, first: u32): void {
  const allowed = min(wanted, map.moveLengthMax);
  const bound = min(map.moveCellsMax, SWEEP_CELLS_MAX);
  let cell = first;
  let around: u32 = 0;
  let reach: u32 = 0;
  let word = wordOf(cell);
  for (let i: u32 = 0; i < bound; i++) {
    if (addCell(map, out, word)) out.lowerDistance = reach;
    reach = startOf(map, cell + 1) + around - from;
    if (allowed < reach || (isRing(map) && reach >= map.length)) return finish(out, endOf(allowed, wanted), allowed);
    cell++;
    word = map.outsideWord;
    if (cell < cells) {
      word = wordOf(cell);
    } else if (isRing(map)) {
      cell = 0;
      around = map.length;
      word = wordOf(0);
    }
    if (stateOfWord(word) != STATE_COVERED) return finishUncovered(out, reach, word);
  }
  // The next cell's first point was not looked at: the last one that was is the step before it.
  finish(out, END_BOUND, reach - 1);
}

function sweepBehind(map: Active, out: Sweep, from: u32, wanted: u32, first: u32): void {
  const allowed = min(wanted, map.moveLengthMax);
  const bound = min(map.moveCellsMax, SWEEP_CELLS_MAX);
  let cell = first;
  let around: u32 = 0;
  let reach: u32 = 0;
  let word = wordOf(cell);
  for (let i: u32 = 0; i < bound; i++) {
    if (addCell(map, out, word)) out.lowerDistance = reach;
    reach = from + around - startOf(map, cell);
    if (allowed <= reach) return finish(out, endOf(allowed, wanted), allowed);
    word = map.outsideWord;
    if (cell != 0) {
      cell--;
      word = wordOf(cell);
    } else if (isRing(map)) {
      cell = cells - 1;
      around = map.length;
      word = wordOf(cell);
    }
    if (stateOfWord(word) != STATE_COVERED) return finishUncovered(out, reach, word);
  }
  finish(out, END_BOUND, reach);
}
