/**
 * What check and verdict need of the running edition, laid out once when an edition is loaded.
 *
 *     ┌─────┬────────┬───────┬─────────┬────────┬────────┬─────────┬───────────────────────────────────────────────┐
 *     │ ask │ answer │ fault │ minimum │ length │ period │ outside │ steps and places of the sections in the arena │   u32 each
 *     └─────┴────────┴───────┴─────────┴────────┴────────┴─────────┴───────────────────────────────────────────────┘
 *      └──── the mode's own ─┘ └───────────── written once an edition is loaded, watched by a checksum ────────────┘
 *
 * Memory that was never set is all 0: nothing is asked, and answer 0 is FAULT with action stop. So nothing has to be done to fail
 * closed.
 */
import { ACTIVE_BYTES, ACTIVE_LOCATION } from '../memory';

/** `ask` while the map is asked; with every other value, check gives `answer`. */
export const ASK_THE_MAP: u32 = 0x5ca1ab1e;

@unmanaged
export class Active {
  /** ASK_THE_MAP, or anything else. */
  ask: u32;
  /** The word to give instead of asking the map. */
  answer: u32;
  faultWord: u32;
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
