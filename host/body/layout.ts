/** Names for the numbers of SPEC section 2: offsets and ids of the image body. */

import type { AxisKind } from '../source/model.ts';

export const BODY_MAGIC = 0x31424648;
export const BODY_VERSION = 1;
export const LAYOUT_LINE = 1;

export const HEADER_FIXED_BYTES = 80;
export const AXIS_RECORD_BYTES = 64;
export const AXIS_TEXT_BYTES = 20;
export const DIRECTORY_ENTRY_BYTES = 12;
export const WINDOW_BYTES = 16;
/** A window entry's shape: the depth of its list in these bits, its cells above them. */
export const LIST_DEPTH_BITS = 5;
export const RULE_BYTES = 12;
export const ROW_BYTES = 12;
export const RUN_BYTES = 4;

/** Where fields of the header stand, in bytes. */
export const AT = {
  magic: 0,
  checksum: 4,
  version: 8,
  layout: 10,
  headerBytes: 12,
  bodyBytes: 16,
  residentBytes: 20,
  axes: 24,
  outsideAction: 25,
  phasePeriod: 28,
  windows: 32,
  phaseSteps: 36,
  lineSteps: 40,
  ruleBits: 44,
  rules: 48,
  zones: 52,
  cells: 56,
  moveLengthMax: 60,
  moveCellsMax: 64,
} as const;

/** Where fields of an axis record stand, in bytes. */
export const AXIS_AT = { min: 0, max: 4, origin: 8, scale: 16, kind: 20, name: 24, unit: 44 } as const;
/** Kinds of axes, by their number in the record. */
export const AXIS_KINDS: readonly AxisKind[] = ['number', 'time'];

export const SECTION = {
  phases: 1,
  windows: 2,
  keys: 3,
  words: 4,
  runs: 5,
  rows: 6,
  rules: 7,
  names: 16,
} as const;

export const FLAG_RESIDENT = 1;

export const RULE_KIND_ZONE = 1;
export const RULE_KIND_GAP = 2;
export const RULE_FLAG_LIMIT = 1;

/** Fills the places of a search tree behind its last cell. */
export const KEY_FILL = 0xffffffff;

export const NAME_BYTES_MAX = 63;
/** RUNS holds indices into KEYS as 16 bits. */
export const RUN_KEY_WORDS_MAX = 65_536;
/** Rows stay below this: it is the row that says "none". */
export const ROWS_MAX = 0x3ffffff;
export const RULE_BITS_MAX = 25;
export const WINDOWS_MAX = 65_535;
