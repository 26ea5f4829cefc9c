/**
 * What check and verdict need of the running edition, laid out once when an edition is loaded.
 *
 *     ┌────────┬─────────┬────────┬────────┬─────────┬──────────────────────────────────────────────┐
 *     │ answer │ minimum │ length │ period │ outside │ steps and places of the sections in the arena │   u32 each
 *     └────────┴─────────┴────────┴────────┴─────────┴──────────────────────────────────────────────┘
 *
 * Memory that was never set is all 0: `answer` 0 is FAULT with action stop, so that nothing has to be done to fail closed.
 */
import { ACTIVE_BYTES, ACTIVE_LOCATION } from '../memory';

/** `answer` of an edition that is asked; every other value is given as the word of check. */
export const ASK_THE_MAP: u32 = 0xffffffff;

@unmanaged
export class Active {
  /** The word to give instead of asking the map, or ASK_THE_MAP. */
  answer: u32;
  minimum: i32;
  /** Steps of the axis from minimum to its end. */
  length: u32;
  /** Ticks of the phase period. */
  period: u32;
  outsideWord: u32;
  phaseSteps: u32;
  lineSteps: u32;
  /** Offsets in the arena, bytes. */
  phasesOffset: u32;
  windowsOffset: u32;
  keysOffset: u32;
  /** The only list of a map without phases: its keys, and its words less 4 × 2^depth, so that the search's result is the index. */
  listKeysOffset: u32;
  listWordsOffset: u32;
  rowsOffset: u32;
  rulesOffset: u32;
  ruleBits: u32;
  epoch: u32;
  faultWord: u32;
  /** Longest move, in steps of the axis, and most cells that it may cross. */
  moveLengthMax: u32;
  moveCellsMax: u32;
}

// @ts-ignore: decorator
@inline
export function active(): Active {
  return changetype<Active>(ACTIVE_LOCATION);
}

if (!(offsetof<Active>() <= ACTIVE_BYTES)) ERROR('the active record outgrew its place');
