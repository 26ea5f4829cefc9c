/** The list of cells that answers for a phase: one of the whole map without phases, else that of the phase's window. */
import { Active, LEVELS_ROOM } from './active';
import { arenaIndex } from './place';
import { levelsOut, listBase, listBaseAt, search } from './search';

/** Words of an entry, as a shift. */
const WINDOW_SHIFT: u32 = 2;
const WINDOW_KEYS: usize = 4;
const WINDOW_WORDS: usize = 8;
const WINDOW_SHAPE: usize = 12;
const DEPTH_MASK: u32 = 31;
const DEPTH_BITS: u32 = 5;

/** Where the entry of the phase's window stands: aligned, in the first half of the arena, as lists do. */
// @ts-ignore: decorator
@inline
export function windowEntry(map: Active, phase: u32): usize {
  const k = search(listBase(map.phases), levelsOut(map.phases), phase);
  return listBase(map.windows + (k << WINDOW_SHIFT));
}

// @ts-ignore: decorator
@inline
export function windowKeys(entry: usize): u32 {
  return load<u32>(entry, WINDOW_KEYS);
}

// @ts-ignore: decorator
@inline
export function windowWords(entry: usize): u32 {
  return load<u32>(entry, WINDOW_WORDS);
}

/** Steps of a search in the window's own list, 0 to 31. */
// @ts-ignore: decorator
@inline
export function windowDepth(entry: usize): u32 {
  return load<u32>(entry, WINDOW_SHAPE) & DEPTH_MASK;
}

// @ts-ignore: decorator
@inline
export function windowCells(entry: usize): u32 {
  return load<u32>(entry, WINDOW_SHAPE) >>> DEPTH_BITS;
}

/** The cell of a list of `depth` that holds `offset`; the search always takes the steps of the deepest list. */
// @ts-ignore: decorator
@inline
export function cellInWindow(map: Active, keys: u32, depth: u32, offset: u32): u32 {
  const out = levelsOut(map.list);
  return (search(listBaseAt(keys), out, offset) >>> ((LEVELS_ROOM - out - depth) & DEPTH_MASK)) - (1 << depth);
}

/** The word of the cell that holds `offset`. What is read after the search is not kept during it: small cores have few registers. */
// @ts-ignore: decorator
@inline
export function wordInWindow(map: Active, entry: usize, offset: u32): u32 {
  const k = search(listBaseAt(windowKeys(entry)), levelsOut(map.list), offset);
  const depth = windowDepth(entry);
  const cell = (k >>> ((LEVELS_ROOM - levelsOut(map.list) - depth) & DEPTH_MASK)) - (1 << depth);
  return arenaIndex((windowWords(entry) >>> 2) + cell);
}
