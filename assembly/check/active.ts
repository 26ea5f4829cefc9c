/**
 * What check and verdict need of the running edition, laid out once when an edition is loaded.
 *
 *     ┌─────┬────────┬───────┬─────────┬───────────┬──────┬───────┬────────┬─────────┬──────────────────────────────────────┐
 *     │ ask │ answer │ fault │ minimum │ lastPhase │ list │ words │ length │ outside │ what phases, verdicts and moves need │   u32 each
 *     └─────┴────────┴───────┴─────────┴───────────┴──────┴───────┴────────┴─────────┴──────────────────────────────────────┘
 *      └──── the mode's own ─┘└───────────── written once an edition is loaded, watched by a checksum ─────────────────────┘
 *
 * Memory that was never set is all 0: nothing is asked, and answer 0 is FAULT with action stop. So nothing has to be done to fail
 * closed.
 *
 * Places are kept as the check path takes them: a list in one word with the levels that its search leaves out, tables less what an
 * index has too much. All of them are masked there again, since memory may change.
 */
import { ACTIVE_LOCATION, ACTIVE_ROOM, ARENA_BYTES, LARGE } from '../format';

/**
 * `ask` while the map is asked: one whose lists are trees, without phases and with them; one whose lists have directories; and planes by
 * the form of their nodes, which checkPlane alone asks. With every other value, check gives `answer`. Small, so that comparing costs one
 * instruction; no three flipped bits turn one of them into another or into 0.
 */
export const ASK_LINE: u32 = 0xcf;
export const ASK_PHASES: u32 = 0xf3;
export const ASK_DIRECTORY: u32 = 0x3c;
export const ASK_DIRECTORY_PHASES: u32 = 0x55;
export const ASK_PLANE: u32 = 0x1b;
export const ASK_PLANE_SHORT: u32 = 0x27;
export const ASK_PLANE_WIDE: u32 = 0x69;
/** `ask` while no map is asked. */
export const ASK_NOTHING: u32 = 0;

/** Levels that a search can leave out at most: so many that none is left. */
export const LEVELS_ROOM: u32 = LARGE ? 31 : 15;
/** A list: the levels to leave out above, the index of its first word in the arena below. */
export const LIST_SHIFT: u32 = LARGE ? 27 : 28;

/** `runShift` of a map that has a table of rows. */
export const NO_RUNS: u32 = 0;
/** The bit of `runShift` that says that the axis is a ring. A shift looks at the five lowest bits alone. */
export const RING: u32 = 0x80000000;

@unmanaged
export class Active {
  /** One of the values above, or anything else. */
  ask: u32;
  /** The word to give instead of asking the map. */
  answer: u32;
  faultWord: u32;
  minimum: i32;
  /** The last phase of the period, ticks. */
  lastPhase: u32;
  /** The deepest list's levels; and where the only list of a map without phases starts. With directories: that list's word. */
  list: u32;
  /** Index of that list's first word, less 2^depth, so that the search's result is the index. With directories: halvings left out. */
  words: u32;
  /** Steps of the axis from minimum to its end. */
  length: u32;
  outsideWord: u32;
  /** The list of the starts of phases; with directories, its list word. */
  phaseStarts: u32;
  /**
   * 4 × 2^depth, less the index of the first word of the entries of phases. It is taken off: what is added, the compiler reads
   * before the search and keeps during it. With directories: the halvings that the search for a phase leaves out.
   */
  phaseEntries: u32;
  /**
   * By how much a word without its upper bits is shifted to leave its run; NO_RUNS in a map that has a table of rows. On a ring the
   * bits that name a rule, with the bit RING, so that one comparison finds the lines whose rows are runs.
   */
  runShift: u32;
  /** The bits of a word that name its rule, in a map that has runs; 0 in one that has a table of rows. */
  ruleMask: u32;
  /** Indices of the first words of RUNS or ROWS, RULES and KEYS or CELLS in the arena. */
  rows: u32;
  rules: u32;
  keys: u32;
  epoch: u32;
  /** Longest move, in steps of the axis, and most cells that it may cross. */
  moveLengthMax: u32;
  moveCellsMax: u32;
  /** Of a plane, whose other words are what active-plane.ts says; 0 of a line. */
  height: u32;
  minimumY: i32;
  outsideLeaf: u32;
}

// @ts-ignore: decorator
@inline
export function active(): Active {
  return changetype<Active>(ACTIVE_LOCATION);
}

/** Whether the axis of a map is a ring. */
// @ts-ignore: decorator
@inline
export function isRing(map: Active): bool {
  return (map.runShift & RING) != 0;
}

/** Whether the lists of a map that is asked have directories. */
// @ts-ignore: decorator
@inline
export function hasDirectories(map: Active): bool {
  return map.ask == ASK_DIRECTORY || map.ask == ASK_DIRECTORY_PHASES;
}

/** A list that starts at `offset` in the arena, bytes, and is searched in `steps`. */
export function listOf(offset: u32, steps: u32): u32 {
  return ((LEVELS_ROOM - steps) << LIST_SHIFT) | (offset >>> 2);
}

if (!(offsetof<Active>() <= ACTIVE_ROOM)) ERROR('the active record outgrew its place');
if (!(ARENA_BYTES / 8 - 1 < <u32>1 << LIST_SHIFT)) ERROR('an index into the first half of the arena runs into the levels');
