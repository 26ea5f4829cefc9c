/**
 * The active record of a plane: other names for words of Active, where a plane needs them for something else.
 *
 * The words that verdict reads are those of a ring: one without length, whose only run has no ends. So a word of a plane is spelled out by
 * the same instructions, with both distances 0, and verdict need not ask what kind of map there is.
 */
import { Active } from './active';

@unmanaged
export class ActivePlane {
  ask: u32;
  answer: u32;
  faultWord: u32;
  minimumX: i32;
  lastPhase: u32;
  /** The levels that a walk leaves out, and the shifts of the grid's squares: above. */
  shape: u32;
  /** Offset of the grid in the arena; 0: the map has phases, and each has its own. */
  grid: u32;
  /** 0: what verdict takes for the length of a ring. */
  length: u32;
  width: u32;
  /** The list word of the directory of the phases, and the halvings that a search for one leaves out. */
  phaseStarts: u32;
  phaseEntries: u32;
  /** RING, and a shift that leaves nothing of a row. */
  runShift: u32;
  ruleMask: u32;
  /** The index of a word that is 0, as are `keys`. */
  rows: u32;
  rules: u32;
  keys: u32;
  epoch: u32;
  moveLengthMax: u32;
  moveCellsMax: u32;
  height: u32;
  minimumY: i32;
  /** Offset in the arena of the leaf that answers outside of the axes and the period. */
  outsideLeaf: u32;
}

/** Where the shifts stand in `shape`. Those of x are lowest, so that they need no shift of their own. */
export const SHAPE_Y_SHIFT: u32 = 8;
export const SHAPE_STRIDE_SHIFT: u32 = 16;

// @ts-ignore: decorator
@inline
export function asPlane(map: Active): ActivePlane {
  return changetype<ActivePlane>(map);
}

if (!(offsetof<ActivePlane>() == offsetof<Active>())) ERROR('the record of a plane is another one');
if (!(offsetof<ActivePlane>('length') == offsetof<Active>('length') && offsetof<ActivePlane>('keys') == offsetof<Active>('keys')))
  ERROR('verdict reads other words of a plane');
if (!(offsetof<ActivePlane>('runShift') == offsetof<Active>('runShift'))) ERROR('verdict reads other words of a plane');
if (!(offsetof<ActivePlane>('height') == offsetof<Active>('height'))) ERROR('what a plane has besides stands elsewhere');
