/**
 * The word of a place in a plane: a grid of roots, then a tree of lines. docs/SPEC.md section 2.9.
 *
 * A plane keeps what check needs in the fields of the active record that lines have for other things:
 *
 *     minimum, length  of x                        list           levels
 *     rows, keys       minimum and length of y     outsideWord    offset of the leaf that answers outside
 *     runShift         a square of the grid is 2^this steps wide, with the bit RING
 *     phaseStarts      in its bytes: a square is 2^this steps high, a row of the grid has 2^this entries
 *     words            the grid's first entry, counted in u16; in a map with phases the list word of their directory
 *     phaseEntries     entries that the halvings behind that directory reach, less 1
 *     ruleMask         ROWS_OF_PLANE, by which verdict knows a plane
 *
 * Why no load leaves the arena, whatever it holds: the offset of a node is masked to a multiple of its size in the first 128 KiB, an
 * index of the grids and directories to one of the u16 there, and phases start in the first half.
 */
import {
  ARENA_BYTES, ARENA_LOCATION, LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES, LIST_WORD_PLACE_MASK, LIST_WORD_SHIFT_SHIFT, NODE_16_AT_A,
  NODE_16_AT_B, NODE_16_AT_C, PHASE_STEPS_MAX, PLACE_FROM, PLANE_REACH, PLANE_STEPS_MAX, STATE_GAP,
} from '../format';
import { stateOfWord } from '../words';
import { Active } from './active';

/** What the number of levels is masked with: no content of memory makes a question longer. */
const LEVELS_MASK: u32 = 31;
const NODE_MASK: u32 = PLANE_REACH - 16;
const PHASES_MASK: u32 = ARENA_BYTES / 2 - LIST_ENTRY_BYTES;
const PHASES_MAX: u32 = 1 << PHASE_STEPS_MAX;

/** In a map without phases. */
// @ts-ignore: decorator
@inline
export function wordOnPlane(map: Active, phase: u32, x: i32, y: i32): u32 {
  return wordOfGrid(map, map.words, phase, x, y);
}

/** In a map with phases: finds the phase, then asks its grid. */
// @ts-ignore: decorator
@inline
export function wordOnPlaneInPhase(map: Active, phase: u32, x: i32, y: i32): u32 {
  return wordOfGrid(map, gridAt(phaseAt(map, phase)), phase, x, y);
}

/** What a grid, whose first entry is number `grid` of the u16 of the arena, says of a place. */
function wordOfGrid(map: Active, grid: u32, phase: u32, px: i32, py: i32): u32 {
  const x = u32(px - map.minimum);
  const y = u32(py - i32(map.rows));
  // All ones inside of the axes and the period, else 0: not by a branch, which costs what it takes.
  const inside = (0 - u32(x < map.length)) & (0 - u32(y < map.keys)) & (0 - u32(phase <= map.lastPhase));
  const square = grid + (x >>> map.runShift) + ((y >>> map.phaseStarts) << (map.phaseStarts >>> 8));
  const root = ((halfAt(square) & inside) << 2) ^ map.outsideWord;
  return descend(root & NODE_MASK, x, y, map.list);
}

/** A u16 of the first 128 KiB of the arena. */
// @ts-ignore: decorator
@inline
function halfAt(index: u32): u32 {
  return load<u16>(ARENA_LOCATION + ((index << 1) & (PLANE_REACH - 2)));
}

// @ts-ignore: decorator
@inline
function turn(at: u32, x: u32, y: u32): u32 {
  const node = ARENA_LOCATION + at;
  const f = load<u32>(node, NODE_16_AT_A) * x + load<u32>(node, NODE_16_AT_B) * y + load<u32>(node, NODE_16_AT_C);
  return rotr<u32>(load<u32>(node), (f >>> 31) << 4) & NODE_MASK;
}

/** The word of the leaf that a place ends at, `steps` levels below `at`: as many as the image has, for every place. */
// @ts-ignore: decorator
@inline
function descend(at: u32, x: u32, y: u32, steps: u32): u32 {
  for (let i: u32 = 0; i < (steps & LEVELS_MASK); i++) at = turn(at, x, y);
  return load<u32>(ARENA_LOCATION + at, NODE_16_AT_C);
}

/** The offset in the arena of the entry of PHASES at or behind whose start `phase` lies. */
// @ts-ignore: decorator
@inline
function phaseAt(map: Active, phase: u32): u32 {
  const list = map.words;
  let at = (halfAt(placeOf(list) + (phase >>> (list >>> LIST_WORD_SHIFT_SHIFT))) << 3) & PHASES_MASK;
  const reach = map.phaseEntries;
  at = half(at, reach & 16, phase);
  at = half(at, reach & 8, phase);
  at = half(at, reach & 4, phase);
  at = half(at, reach & 2, phase);
  return half(at, reach & 1, phase);
}

/** A halving of so many entries; of none it leaves everything as it is, so that all maps take the same time. */
// @ts-ignore: decorator
@inline
function half(at: u32, entries: u32, phase: u32): u32 {
  const behind = at + entries * LIST_ENTRY_BYTES;
  return select<u32>(behind, at, phase >= load<u32>(ARENA_LOCATION + behind));
}

/** The grid of the phase whose entry stands at an offset of the arena: its word stands in the entry behind. */
// @ts-ignore: decorator
@inline
function gridAt(at: u32): u32 {
  return placeOf(load<u32>(ARENA_LOCATION + at, LIST_ENTRY_BYTES + LIST_ENTRY_AT_WORD_BEFORE));
}

/** The number of the u16 of the arena that a list word names. */
// @ts-ignore: decorator
@inline
function placeOf(list: u32): u32 {
  return (list & LIST_WORD_PLACE_MASK) + PLACE_FROM / 2;
}

/** Ticks until another rule answers for a place, phase by phase; 0: none ever does, or the place is outside. docs/SPEC.md section 3.2. */
export function changeOnPlane(map: Active, phase: u32, x: i32, y: i32): u32 {
  const first = (map.words & LIST_WORD_PLACE_MASK) + PLACE_FROM / 2;
  const word = wordOnPlaneInPhase(map, phase, x, y);
  if (stateOfWord(word) < STATE_GAP) return 0;
  let at = phaseAt(map, phase);
  let passed: u32 = 0;
  for (let i: u32 = 0; i < PHASES_MAX; i++) {
    at += LIST_ENTRY_BYTES;
    let start = load<u32>(ARENA_LOCATION + (at & PHASES_MASK));
    if (start > map.lastPhase) {
      if (passed != 0) break;
      at = (halfAt(first) << 3) & PHASES_MASK;
      passed = map.lastPhase + 1;
      start = 0;
    }
    if (passed != 0 && start > phase) break;
    if (wordOfGrid(map, gridAt(at & PHASES_MASK), phase, x, y) != word) return start + passed - phase;
  }
  return 0;
}

if (!(PLANE_STEPS_MAX <= LEVELS_MASK)) ERROR('more levels than the mask lets through');
if (!(ARENA_BYTES >= PLANE_REACH)) ERROR('a plane is looked up in the first bytes of the arena');
