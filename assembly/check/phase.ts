/** The list of cells that answers for a phase: one of the whole map without phases, else that of the phase it falls into. */
import { LIST_SHAPE_CELLS_SHIFT, LIST_SHAPE_DEPTH_MASK, WINDOW_AT_KEYS, WINDOW_AT_SHAPE, WINDOW_AT_WORDS } from '../format';
import { Active, LEVELS_ROOM } from './active';
import { arenaIndex } from './place';
import { levelsOut, listBase, listBaseAt, search, searchCalled } from './search';

/** Words of an entry, as a shift. */
const ENTRY_SHIFT: u32 = 2;
/** As many bits as a search can have levels. */
const LEVELS_MASK: u32 = (1 << LEVELS_ROOM) - 1;

/** Where the entry of the phase stands: aligned, in the first half of the arena, as lists do. */
// @ts-ignore: decorator
@inline
export function phaseEntry(map: Active, phase: u32): usize {
  return listBase(phaseIndex(map, phase));
}

/** The index of its first word. */
// @ts-ignore: decorator
@inline
function phaseIndex(map: Active, phase: u32): u32 {
  const k = search(listBase(map.phaseStarts), levelsOut(map.phaseStarts), phase);
  return (k << ENTRY_SHIFT) - map.phaseEntries;
}

/** The index of the first word of all entries. */
// @ts-ignore: decorator
@inline
export function phaseIndexFirst(map: Active): u32 {
  return ((1 << ENTRY_SHIFT) << (LEVELS_ROOM - levelsOut(map.phaseStarts))) - map.phaseEntries;
}

// @ts-ignore: decorator
@inline
export function phaseKeys(entry: usize): u32 {
  return load<u32>(entry, WINDOW_AT_KEYS);
}

// @ts-ignore: decorator
@inline
export function phaseWords(entry: usize): u32 {
  return load<u32>(entry, WINDOW_AT_WORDS);
}

// @ts-ignore: decorator
@inline
function phaseShape(entry: usize): u32 {
  return load<u32>(entry, WINDOW_AT_SHAPE);
}

/** Steps of a search in the phase's own list, 0 to 31. */
// @ts-ignore: decorator
@inline
export function phaseDepth(entry: usize): u32 {
  return phaseShape(entry) & LIST_SHAPE_DEPTH_MASK;
}

// @ts-ignore: decorator
@inline
export function phaseCells(entry: usize): u32 {
  return phaseShape(entry) >>> LIST_SHAPE_CELLS_SHIFT;
}

/**
 * The cell that a search of the deepest list's steps found, in a list of `shape`: the result is shifted so far that its first bit lies
 * above the levels there are, and back but for the list's own.
 */
// @ts-ignore: decorator
@inline
function cellOf(map: Active, k: u32, shape: u32): u32 {
  return ((k << levelsOut(map.list)) & LEVELS_MASK) >>> (LEVELS_ROOM & ~shape);
}

/** The cell of an entry's list that holds `offset`; the search always takes the steps of the deepest list. */
// @ts-ignore: decorator
@inline
function cellInPhase(map: Active, entry: usize, offset: u32): u32 {
  const k = search(listBaseAt(phaseKeys(entry)), levelsOut(map.list), offset);
  return cellOf(map, k, phaseShape(entry));
}

/** The word of the cell that holds `offset`. What is read after the search is not kept during it: small cores have few registers. */
// @ts-ignore: decorator
@inline
export function wordInPhase(map: Active, entry: usize, offset: u32): u32 {
  return arenaIndex(cellInPhase(map, entry, offset) + (phaseWords(entry) >>> 2));
}

// Not on the path of check, the same by calls: what counts there is how much code it is.

/** The index of the first word of the entry of the phase. */
// @ts-ignore: decorator
@inline
export function findPhaseIndex(map: Active, phase: u32): u32 {
  const k = searchCalled(map.phaseStarts << 2, levelsOut(map.phaseStarts), phase);
  return (k << ENTRY_SHIFT) - map.phaseEntries;
}

/** The cell of an entry's list that holds `offset`. */
// @ts-ignore: decorator
@inline
export function findCell(map: Active, entry: usize, offset: u32): u32 {
  const k = searchCalled(phaseKeys(entry), levelsOut(map.list), offset);
  return cellOf(map, k, phaseShape(entry));
}

/** The word of that cell. */
// @ts-ignore: decorator
@inline
export function wordOfCell(entry: usize, cell: u32): u32 {
  return arenaIndex(cell + (phaseWords(entry) >>> 2));
}
