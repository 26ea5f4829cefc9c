/**
 * How far along a straight move it is safe to go before coverage ends. docs/SPEC.md section 3.1.
 *
 * Intervals are half-open, so a move to the right ends at the first point of a gap (which is not safe itself), a move to the left
 * at the first point of its run (which is). The phase stands still during a move.
 */
import { SWEEP_CELLS_MAX } from '../limits';
import { SWEEP_BYTES, SWEEP_LOCATION } from '../memory';
import { ROW_MASK, STATE_COVERED, STATE_FAULT, stateOfWord } from '../words';
import { Active, active, asksMap } from './active';
import { check } from './check';
import { cellInPhase, phaseCells, phaseDepth, phaseEntry, phaseKeys, phaseWords } from './phase';
import { RULE_LIMIT, RULE_WORDS, arenaIndex, arenaWord, ruleOfRow } from './place';

/** The whole move is safe, its last point too. */
const END_WHOLE: u32 = 0;
/** Coverage ends before: at a gap, or at the end of the axis. */
const END_UNCOVERED: u32 = 1;
/** The image does not let a move be longer or cross more cells: safe so far, ask again from there. */
const END_BOUND: u32 = 2;
/** Not even the first point is covered. */
const END_AT_START: u32 = 3;

const TIER_MAX: u32 = 255;

@unmanaged
export class Sweep {
  /** What check answers for the first point. */
  startWord: u32;
  end: u32;
  /** Steps of the axis that are safe. */
  distance: u32;
  /** Lowest tier on the safe part; 0 when nothing is. */
  tier: u32;
  /** Lowest limit on the safe part. */
  limit: i32;
  hasLimit: u32;
  epoch: u32;
  /** What check answers where coverage ends; the word of the last cell of a move that is safe so far. */
  endWord: u32;
}

// The list at hand, and the move in unsigned offsets from the axis minimum.
let keys: u32 = 0;
let words: u32 = 0;
let depth: u32 = 0;
let cells: u32 = 0;

/**
 * Fills the struct at SWEEP_LOCATION. Bounded by the image's own bound of cells, and that by SWEEP_CELLS_MAX.
 *
 * @param phase ticks within the period, for the whole move
 * @param x0 stored coordinate of the first point
 * @param y0 of the second axis; a line does not look at it
 * @param x1 stored coordinate of the last point, on either side of the first
 * @param y1 like y0
 */
export function sweep(phase: u32, x0: i32, y0: i32, x1: i32, y1: i32): void {
  const map = active();
  const out = changetype<Sweep>(SWEEP_LOCATION);
  const startWord = check(phase, x0, y0);
  out.startWord = startWord;
  out.end = END_AT_START;
  out.distance = 0;
  out.tier = 0;
  out.limit = 0;
  out.hasLimit = 0;
  out.epoch = stateOfWord(startWord) == STATE_FAULT ? 0 : map.epoch;
  out.endWord = startWord;
  if (!asksMap(map.ask) || stateOfWord(startWord) != STATE_COVERED) return;
  if (min(map.moveCellsMax, map.moveLengthMax) == 0) return finish(out, END_BOUND, 0);
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
  const at = map.rules + ruleOfRow(map, word & ROW_MASK) * RULE_WORDS;
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

if (!(offsetof<Sweep>() <= SWEEP_BYTES)) ERROR('the sweep outgrew its place');
