/** A move along a line, cell by cell. docs/SPEC.md section 3.1. */
import { END_BOUND, END_UNCOVERED, END_WHOLE, STATE_COVERED, SWEEP_CELLS_MAX, Sweep, WORD_ROW_MASK } from '../format';
import { stateOfWord } from '../words';
import { Active } from './active';
import { cellInPhase, phaseCells, phaseDepth, phaseEntry, phaseKeys, phaseWords } from './phase';
import { RULE_LIMIT, RULE_WORDS, arenaIndex, arenaWord, ruleOfRow } from './place';

const TIER_MAX: u32 = 255;

// The list at hand, and the move in unsigned offsets from the axis minimum.
let keys: u32 = 0;
let words: u32 = 0;
let depth: u32 = 0;
let cells: u32 = 0;

/** Follows a move whose first point is covered. Bounded by the image's own bound of cells, and that by SWEEP_CELLS_MAX. */
// @ts-ignore: decorator
@inline
export function sweepLine(map: Active, out: Sweep, phase: u32, x0: i32, x1: i32): void {
  out.tier = TIER_MAX;
  const entry = phaseEntry(map, phase);
  keys = phaseKeys(entry);
  words = phaseWords(entry);
  depth = phaseDepth(entry);
  cells = phaseCells(entry);
  const from = u32(x0 - map.minimum);
  const cell = cellInPhase(map, entry, from);
  if (x1 >= x0) sweepAhead(map, out, from, u32(x1 - x0), cell);
  else sweepBehind(map, out, from, u32(x0 - x1), cell);
}

/** Where a cell starts; the axis length stands in the place of the cell behind the last. */
// @ts-ignore: decorator
@inline
function startOf(map: Active, cell: u32): u32 {
  if (cell == 0) return 0;
  if (cell >= cells) return map.length;
  const place = ((1 << depth) + cell) >>> (u32(ctz(cell)) + 1);
  return arenaWord(keys + (place << 2));
}

// @ts-ignore: decorator
@inline
function wordOf(cell: u32): u32 {
  return arenaWord(words + (cell << 2));
}

/** Takes the zone of a covered cell into account. */
function addCell(map: Active, out: Sweep, word: u32): void {
  const at = map.rules + ruleOfRow(map, word & WORD_ROW_MASK) * RULE_WORDS;
  const head = arenaIndex(at);
  out.tier = min(out.tier, (head >>> 16) & 0xff);
  out.endWord = word;
  if (head >>> 24 == 0) return;
  const limit = i32(arenaIndex(at + RULE_LIMIT));
  out.limit = out.hasLimit != 0 ? min(out.limit, limit) : limit;
  out.hasLimit = 1;
}

function finish(out: Sweep, end: u32, distance: u32): void {
  out.end = end;
  out.distance = distance;
}

function sweepAhead(map: Active, out: Sweep, from: u32, wanted: u32, first: u32): void {
  const allowed = min(wanted, map.moveLengthMax);
  const bound = min(map.moveCellsMax, SWEEP_CELLS_MAX);
  let cell = first;
  for (let i: u32 = 0; i < bound; i++) {
    addCell(map, out, wordOf(cell));
    const reach = startOf(map, cell + 1) - from;
    if (allowed < reach) return finish(out, allowed == wanted ? END_WHOLE : END_BOUND, allowed);
    cell++;
    const word = cell >= cells ? map.outsideWord : wordOf(cell);
    if (stateOfWord(word) != STATE_COVERED) {
      finish(out, END_UNCOVERED, reach);
      out.endWord = word;
      return;
    }
  }
  // The next cell's first point was not looked at: the last one that was is the step before it.
  finish(out, END_BOUND, startOf(map, cell) - from - 1);
}

function sweepBehind(map: Active, out: Sweep, from: u32, wanted: u32, first: u32): void {
  const allowed = min(wanted, map.moveLengthMax);
  const bound = min(map.moveCellsMax, SWEEP_CELLS_MAX);
  let cell = first;
  for (let i: u32 = 0; i < bound; i++) {
    addCell(map, out, wordOf(cell));
    const reach = from - startOf(map, cell);
    if (allowed <= reach) return finish(out, allowed == wanted ? END_WHOLE : END_BOUND, allowed);
    const word = cell == 0 ? map.outsideWord : wordOf(cell - 1);
    if (stateOfWord(word) != STATE_COVERED) {
      finish(out, END_UNCOVERED, reach);
      out.endWord = word;
      return;
    }
    cell--;
  }
  finish(out, END_BOUND, from - startOf(map, cell + 1));
}
