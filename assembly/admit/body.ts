/** Header and section directory of a body in its slot, examined before anything in the sections is looked at. docs/SPEC.md section 2.1. */
import { ACTION_CONTINUE } from '../words';
import {
  ARENA_BYTES, CONTAINER_HEADER_BYTES, COORDINATE_MAX, LINE_STEPS_MAX, PHASE_STEPS_MAX, RULE_BITS_MAX, SECTIONS_MAX, SWEEP_CELLS_MAX,
  TICKS_MAX,
} from '../limits';
import { Edition } from './edition';
import { readWord, readerFailed } from './reader';
import {
  BODY_HEADER, BODY_VERSION, DIRECTORY, DONE, FLASH_FAILED, LAYOUT_UNKNOWN, STEPS_WRONG, TOO_LARGE,
} from '../refusal';

export const BODY_MAGIC: u32 = 0x31424648;
const BODY_VERSION_ONE: u32 = 1;
const LAYOUT_LINE: u32 = 1;
const BODY_HEADER_BYTES: u32 = 80;
const AXIS_BYTES: u32 = 64;
const DIRECTORY_ENTRY_BYTES: u32 = 12;
const FLAG_RESIDENT: u32 = 1;
const ENTRIES: u32 = 7;

const SECTION_PHASES: u32 = 1;
const SECTION_WINDOWS: u32 = 2;
const SECTION_KEYS: u32 = 3;
const SECTION_WORDS: u32 = 4;
const SECTION_RUNS: u32 = 5;
const SECTION_ROWS: u32 = 6;
const SECTION_RULES: u32 = 7;
const SECTION_NAMES: u32 = 16;

// The header of the body under examination, or of the one last loaded.
export let slot: u32 = 0;
export let minimum: i32 = 0;
export let length: u32 = 0;
export let outsideAction: u32 = 0;
export let period: u32 = 0;
export let phases: u32 = 0;
export let phaseSteps: u32 = 0;
export let lineSteps: u32 = 0;
export let ruleBits: u32 = 0;
export let rules: u32 = 0;
export let zones: u32 = 0;
export let moveLengthMax: u32 = 0;
export let moveCellsMax: u32 = 0;
export let residentBytes: u32 = 0;
export let phasesOffset: u32 = 0;
export let windowsOffset: u32 = 0;
export let keysOffset: u32 = 0;
export let keysBytes: u32 = 0;
export let wordsOffset: u32 = 0;
export let wordsBytes: u32 = 0;
/** RUNS or ROWS, whichever there is. */
export let rowsOffset: u32 = 0;
export let rowsBytes: u32 = 0;
export let rulesOffset: u32 = 0;
export let namesOffset: u32 = 0;
export let namesBytes: u32 = 0;

let phasesBytes: u32 = 0;
let windowsBytes: u32 = 0;
let rulesBytes: u32 = 0;

/** A word of the body at an offset that is a multiple of 4. */
export function bodyWord(offset: u32): u32 {
  return readWord(slot, CONTAINER_HEADER_BYTES + offset);
}

/** Reads and examines header and directory of the body in `inSlot`. Gives DONE or the refusal. */
export function examineBody(inSlot: u32, known: Edition): u32 {
  slot = inSlot;
  if (known.bodyBytes < BODY_HEADER_BYTES + AXIS_BYTES + 4) return BODY_HEADER;
  if (bodyWord(0) != BODY_MAGIC) return BODY_HEADER;
  if ((bodyWord(8) & 0xffff) != BODY_VERSION_ONE) return BODY_VERSION;
  if (bodyWord(8) >>> 16 != LAYOUT_LINE) return LAYOUT_UNKNOWN;
  if (bodyWord(16) != known.bodyBytes) return BODY_HEADER;
  let refusal = examineNumbers(known);
  if (refusal == DONE) refusal = examineAxis();
  if (refusal == DONE) refusal = examineDirectory(known);
  if (refusal == DONE) refusal = examineSizes();
  return readerFailed() ? FLASH_FAILED : refusal;
}

function examineNumbers(known: Edition): u32 {
  residentBytes = bodyWord(20);
  if (residentBytes > known.bodyBytes || (residentBytes & 3) != 0) return BODY_HEADER;
  if (residentBytes > ARENA_BYTES) return TOO_LARGE;
  const axesAndOutside = bodyWord(24);
  outsideAction = (axesAndOutside >>> 8) & 0xff;
  if ((axesAndOutside & 0xffff00ff) != 1 || outsideAction > ACTION_CONTINUE) return BODY_HEADER;
  period = bodyWord(28);
  phases = bodyWord(32);
  phaseSteps = bodyWord(36);
  lineSteps = bodyWord(40);
  ruleBits = bodyWord(44);
  rules = bodyWord(48);
  zones = bodyWord(52);
  if (period == 0 || period > TICKS_MAX || phases == 0 || phases > period) return BODY_HEADER;
  if (phaseSteps > PHASE_STEPS_MAX || lineSteps > LINE_STEPS_MAX) return TOO_LARGE;
  if (phaseSteps != known.phaseSteps || lineSteps != known.lineSteps) return STEPS_WRONG;
  if (phases > <u32>1 << phaseSteps || (phaseSteps > 0 && phases <= <u32>1 << (phaseSteps - 1))) return BODY_HEADER;
  if (ruleBits > RULE_BITS_MAX || rules == 0 || zones > rules) return BODY_HEADER;
  moveLengthMax = bodyWord(60);
  moveCellsMax = bodyWord(64);
  if (moveCellsMax > SWEEP_CELLS_MAX) return TOO_LARGE;
  if ((bodyWord(68) | bodyWord(72) | bodyWord(76)) != 0) return BODY_HEADER;
  known.residentBytes = residentBytes;
  return DONE;
}

function examineAxis(): u32 {
  minimum = i32(bodyWord(BODY_HEADER_BYTES));
  const maximum = i32(bodyWord(BODY_HEADER_BYTES + 4));
  if (minimum < -COORDINATE_MAX || maximum > COORDINATE_MAX || maximum <= minimum) return BODY_HEADER;
  length = u32(maximum - minimum);
  const scale = bodyWord(BODY_HEADER_BYTES + 16);
  const kind = bodyWord(BODY_HEADER_BYTES + 20);
  return scale == 0 || kind > 1 ? BODY_HEADER : DONE;
}

/** The sections, in order, without holes; NAMES alone stays in flash. */
function examineDirectory(known: Edition): u32 {
  const at = BODY_HEADER_BYTES + AXIS_BYTES;
  const headerBytes = bodyWord(12);
  if (bodyWord(at) != ENTRIES || headerBytes != at + 4 + ENTRIES * DIRECTORY_ENTRY_BYTES) return DIRECTORY;
  if (headerBytes > known.bodyBytes) return DIRECTORY;
  let end = headerBytes;
  for (let entry: u32 = 0; entry < ENTRIES; entry++) {
    const entryAt = at + 4 + entry * DIRECTORY_ENTRY_BYTES;
    const section = bodyWord(entryAt) & 0xffff;
    const flags = bodyWord(entryAt) >>> 16;
    const offset = bodyWord(entryAt + 4);
    const bytes = bodyWord(entryAt + 8);
    if (section != sectionAt(entry) || flags != (section == SECTION_NAMES ? 0 : FLAG_RESIDENT)) return DIRECTORY;
    if (offset != end || (bytes & 3) != 0 || bytes > known.bodyBytes - end) return DIRECTORY;
    end += bytes;
    keepSection(section, offset, bytes);
  }
  return end == known.bodyBytes && namesOffset == residentBytes ? DONE : DIRECTORY;
}

/** Which section stands at a place of the directory. */
function sectionAt(entry: u32): u32 {
  if (entry == ENTRIES - 1) return SECTION_NAMES;
  if (entry == 4) return ruleBits != 0 ? SECTION_RUNS : SECTION_ROWS;
  return entry == 5 ? SECTION_RULES : entry + 1;
}

function keepSection(section: u32, offset: u32, bytes: u32): void {
  switch (section) {
    case SECTION_PHASES: phasesOffset = offset; phasesBytes = bytes; break;
    case SECTION_WINDOWS: windowsOffset = offset; windowsBytes = bytes; break;
    case SECTION_KEYS: keysOffset = offset; keysBytes = bytes; break;
    case SECTION_WORDS: wordsOffset = offset; wordsBytes = bytes; break;
    case SECTION_RULES: rulesOffset = offset; rulesBytes = bytes; break;
    case SECTION_NAMES: namesOffset = offset; namesBytes = bytes; break;
    default: rowsOffset = offset; rowsBytes = bytes; break;
  }
}

function examineSizes(): u32 {
  if (phasesBytes != <u32>4 << phaseSteps || u64(windowsBytes) != u64(phases) * 16) return DIRECTORY;
  if (u64(rulesBytes) != u64(rules) * 12) return DIRECTORY;
  if (keysBytes < <u32>4 << lineSteps || wordsBytes < 4 || rowsBytes < 4) return DIRECTORY;
  if (phasesOffset >= ARENA_BYTES / 2) return TOO_LARGE;
  return wordsBytes >>> 2 == bodyWord(56) ? DONE : BODY_HEADER;
}

if (!(ENTRIES <= SECTIONS_MAX)) ERROR('more sections than the directory may hold');
