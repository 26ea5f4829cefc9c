/** The word of a place in a plane, with phases and without. docs/SPEC.md section 2.9. */
import { ARENA_BYTES, ARENA_LOCATION, LARGE, NODE_12_BYTES, NODE_16_BYTES, NODE_20_BYTES } from '../format';
import { ASK_PLANE, ASK_PLANE_SHORT, ASK_PLANE_WIDE } from './active';
import { ActivePlane, SHAPE_STRIDE_SHIFT, SHAPE_Y_SHIFT } from './active-plane';
import { HALVINGS_SHIFT, find, placeIn } from './directory';
import { WALK_SHIFT, nodePlace, walkLong, walkShort, walkWide } from './plane-walk';

/** Whether a plane is asked. */
// @ts-ignore: decorator
@inline
export function asksPlane(ask: u32): bool {
  return ask == ASK_PLANE || ask == ASK_PLANE_SHORT || (LARGE && ask == ASK_PLANE_WIDE);
}

/** The word of a plane that is asked, whose nodes have so many bytes. */
// @ts-ignore: decorator
@inline
export function wordInPlane(map: ActivePlane, nodeBytes: u32, phase: u32, x: i32, y: i32): u32 {
  return wordInGrid(map, nodeBytes, gridOf(map, phase), offsetX(map, phase, x), u32(y - map.minimumY));
}

/** The word of a place that stands so far from the minima, in a grid of the map. */
// @ts-ignore: decorator
@inline
function wordInGrid(map: ActivePlane, nodeBytes: u32, grid: u32, x: u32, y: u32): u32 {
  const at = nodePlace(nodeBytes, rootOf(map, nodeBytes, grid, x, y));
  const out = map.shape >>> WALK_SHIFT;
  if (nodeBytes == NODE_20_BYTES) return walkWide(at, out, x, y);
  if (nodeBytes == NODE_12_BYTES) return walkShort(at, out, x, y);
  return walkLong(at, out, x, y);
}

/** The same whatever the form of the nodes is. Not on the path of check. */
export function findInGrid(map: ActivePlane, grid: u32, x: u32, y: u32): u32 {
  if (map.ask == ASK_PLANE) return wordInGrid(map, NODE_16_BYTES, grid, x, y);
  if (LARGE && map.ask == ASK_PLANE_WIDE) return wordInGrid(map, NODE_20_BYTES, grid, x, y);
  return wordInGrid(map, NODE_12_BYTES, grid, x, y);
}

/** The offset in the arena of the grid that a phase has. */
// @ts-ignore: decorator
@inline
export function gridOf(map: ActivePlane, phase: u32): u32 {
  return map.grid != 0 ? map.grid : find(placeIn(map.phaseStarts, phase), map.phaseEntries >>> HALVINGS_SHIFT, phase);
}

/** The offset of the root of a square, from any column and row. */
export function rootOfSquare(map: ActivePlane, nodeBytes: u32, grid: u32, column: u32, row: u32): u32 {
  const square = column + (row << (map.shape >>> SHAPE_STRIDE_SHIFT));
  return ((nodeBytes == NODE_20_BYTES ? wideEntry(grid, square) : shortEntry(grid, square)) << 2) ^ map.outsideLeaf;
}

/** Steps from the minimum of x; beyond the period a number that lies on no axis, so that one comparison finds both. */
// @ts-ignore: decorator
@inline
function offsetX(map: ActivePlane, phase: u32, x: i32): u32 {
  return u32(x - map.minimumX) | (0 - u32(map.lastPhase < phase));
}

/** The offset of the root of the square that holds a place; outside of the axes that of the leaf of the outside. */
// @ts-ignore: decorator
@inline
function rootOf(map: ActivePlane, nodeBytes: u32, grid: u32, x: u32, y: u32): u32 {
  const inside = (0 - u32(x < map.width)) & (0 - u32(y < map.height));
  const shape = map.shape;
  const square = (x >>> shape) + ((y >>> (shape >>> SHAPE_Y_SHIFT)) << (shape >>> SHAPE_STRIDE_SHIFT));
  const entry = nodeBytes == NODE_20_BYTES ? wideEntry(grid, square) : shortEntry(grid, square);
  return ((entry & inside) << 2) ^ map.outsideLeaf;
}

// @ts-ignore: decorator
@inline
function shortEntry(grid: u32, square: u32): u32 {
  return u32(load<u16>(ARENA_LOCATION + ((grid + (square << 1)) & (ARENA_BYTES - 2))));
}

// @ts-ignore: decorator
@inline
function wideEntry(grid: u32, square: u32): u32 {
  return load<u32>(ARENA_LOCATION + ((grid + (square << 2)) & (ARENA_BYTES - 4)));
}
